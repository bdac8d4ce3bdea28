from datetime import UTC, datetime, timedelta

import pytest

from watchroom.kernel.clock import MachineClock, RecordedClock, SteppedClock
from watchroom.kernel.ids import Ids, first_id, uuid7
from watchroom.kernel.named_sql import NamedSqlError, parse_queries
from watchroom.kernel.secrets import Secret

AT = datetime(2026, 7, 24, 7, 0, tzinfo=UTC)


def test_a_recorded_clock_runs_at_its_speed():
    machine = SteppedClock(at=AT)
    clock = RecordedClock(recorded_start=AT - timedelta(days=30), machine_start=AT, speed=60, machine=machine)
    machine.move(timedelta(minutes=1))
    assert clock.now() == AT - timedelta(days=30) + timedelta(hours=1)


def test_a_recorded_clock_with_speed_nought_stands_still():
    machine = SteppedClock(at=AT)
    clock = RecordedClock(recorded_start=AT, machine_start=AT, speed=0, machine=machine)
    machine.move(timedelta(days=1))
    assert clock.now() == AT


def test_the_machines_clock_is_aware_of_its_zone():
    assert MachineClock().now().tzinfo is not None


def test_ids_sort_by_the_instant_at_which_they_were_made():
    earlier, later = uuid7(at=AT), uuid7(at=AT + timedelta(milliseconds=1))
    assert earlier < later
    assert earlier.version == 7


def test_the_first_id_of_an_instant_stands_between_those_made_before_it_and_those_made_then():
    before = uuid7(at=AT - timedelta(milliseconds=1))
    assert all(before < first_id(at=AT) <= uuid7(at=AT) for _ in range(50))


def test_two_ids_of_one_instant_differ():
    ids = Ids(SteppedClock(at=AT))
    assert ids.new() != ids.new()


def test_a_secret_never_shows_itself():
    secret = Secret("Anderson")
    assert "Anderson" not in f"{secret!r} {secret!s} {[secret]}"
    assert secret.reveal() == "Anderson"
    assert secret == Secret("Anderson")
    assert secret != "Anderson"
    assert len({secret, Secret("Anderson")}) == 1


def test_a_named_query_has_psycopg_parameters_and_keeps_casts_and_strings():
    queries = parse_queries(
        "-- name: rolls(unit_code)\n-- one row: a unit\nselect ':no', 5 % 2, x::text from y where u = :unit_code;\n",
        where="here",
    )
    assert queries["rolls"].text.endswith("select ':no', 5 %% 2, x::text from y where u = %(unit_code)s")


@pytest.mark.parametrize(
    "text",
    [
        "-- name: a(x)\nselect 1",
        "-- name: a()\nselect :x",
        "-- name: a()\nselect 1;\n-- name: a()\nselect 2;",
    ],
)
def test_a_query_whose_parameters_or_name_do_not_fit_is_refused(text: str):
    with pytest.raises(NamedSqlError):
        parse_queries(text, where="here")


def test_an_unknown_query_is_named_in_the_error():
    with pytest.raises(NamedSqlError, match="`gone` is not in here"):
        parse_queries("", where="here")["gone"]


def test_whether_there_is_a_query_of_a_name_can_be_asked() -> None:
    queries = parse_queries("-- name: one()\nselect 1", where="here")
    assert ("one" in queries, "gone" in queries) == (True, False)
