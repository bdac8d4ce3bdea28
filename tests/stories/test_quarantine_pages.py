"""The pages of held rows: counts for whoever keeps the data, places without values, a waiver, and mapping again."""

from collections.abc import Generator

import pytest
from steward_node import SENTENCE, Sat, Stewarded, stewarded_at

from watchroom.ingest.held import WAIVABLE

GROUP = {"source": "nomis", "table": "OFFENDER_ALERTS", "code": "reference_missing"}
PAGE = "/quarantine/rows?source=nomis&table=OFFENDER_ALERTS&code=reference_missing"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stewarded]:
    with stewarded_at(tmp_path_factory.mktemp("held")) as made:
        yield made


@pytest.fixture
def engineer(kept: Stewarded) -> Generator[Sat]:
    with kept.sat("engineer") as sat:
        yield sat


def test_what_is_held_back_is_told_by_table_and_reason_and_each_page_is_one_entry(
    kept: Stewarded, engineer: Sat
) -> None:
    for path, act in (("/quarantine", "count"), (PAGE, "list")):
        before = kept.seat.last_index()
        page = engineer.get(path)
        assert page.status_code == 200, page.text
        (entry,) = kept.seat.entries(before)
        assert (entry.act, entry.actor, entry.header["entity"]) == (act, "engineer", "quarantine")
        assert "OFFENDER_ALERTS" in page.text
        assert "points to a row that was not delivered" in page.text
        assert "Zebedee" not in page.text
    assert "OFFENDER_ALERTS.csv, row" in engineer.get(PAGE).text
    assert "COMMENT_TEXT" in engineer.get(PAGE).text, "the names of its columns are told"


def test_values_are_not_shown_to_whom_the_gate_does_not_give_them_even_when_asked_for(engineer: Sat) -> None:
    page = engineer.get(PAGE + "&values=shown").text
    assert "Values of 1 row are not shown" in page
    assert SENTENCE not in page


def test_who_has_not_the_duty_is_refused_and_changes_nothing(kept: Stewarded) -> None:
    with kept.sat("officer") as officer:
        for path in ("/quarantine", PAGE, "/quarantine/rows"):
            before = kept.seat.last_index()
            assert officer.get(path).status_code == 403, path
            assert [entry.act for entry in kept.seat.entries(before)] == ["refuse"], path
        for done in ("waive", "lift"):
            assert officer.post(f"/quarantine/{done}", reason="so be it", **GROUP).status_code == 403, done
        assert 'href="/quarantine"' not in officer.get("/my-work").text
    assert {one.state.value for one in kept.node.quarantine.standing()} == {"open"}


def test_a_group_that_is_none_is_not_found(engineer: Sat) -> None:
    assert engineer.get(PAGE.replace("ALERTS", "NONE")).status_code == 404
    assert engineer.get("/quarantine/rows?source=a%00b").status_code == 404
    assert engineer.post("/quarantine/waive", reason="so", source="none").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "so be it", "until": "soon"}, "until"),
        ({"reason": "so be it", "until": "2020-01-01T08:00"}, "until"),
    ],
)
def test_what_is_wrong_with_a_waiver_is_said_at_its_field_and_what_was_typed_is_kept(
    engineer: Sat, typed: dict[str, str], field: str
) -> None:
    reply = engineer.post("/quarantine/waive", **GROUP, **typed)
    assert reply.status_code == 400
    assert f'id="{field}-error"' in reply.text
    assert typed["reason"] in reply.text


def test_a_waiver_is_of_whoever_decided_and_a_second_one_at_once_is_told_who_was_first(
    kept: Stewarded, engineer: Sat
) -> None:
    before = kept.seat.last_index()
    done = engineer.post("/quarantine/waive", reason="the bookings come in May", **GROUP)
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}&done=waived")
    (entry,) = [one for one in kept.seat.entries(before) if one.act == "settings"]
    assert entry.actor == "engineer"
    assert entry.body is not None
    assert entry.body["detail"]["did"] == "waived"
    with kept.sat("engineer.b") as second:
        late = second.post("/quarantine/waive", reason="no matter", **GROUP)
        assert late.status_code == 400
        for told in ("somebody else decided meanwhile", "engineer decided at", "the bookings come in May"):
            assert told in late.text, told
        assert second.post("/quarantine/lift", **GROUP).headers["location"] == f"{PAGE}&done=lifted"
        assert second.post("/quarantine/lift", **GROUP).status_code == 400, "it is open already"
    assert "The rows are open again" in engineer.get(f"{PAGE}&done=lifted").text


def test_the_way_to_mend_it_leads_to_the_source_and_to_mapping_it_again(engineer: Sat) -> None:
    page = engineer.get(PAGE).text
    for path in ("/sources/nomis", "/sources/nomis/rerun"):
        assert f'href="{path}"' in page
        assert engineer.get(path).status_code == 200


def test_the_list_is_narrowed_by_source_table_and_reason_and_says_what_was_chosen(engineer: Sat) -> None:
    whole = engineer.get("/quarantine").text
    assert 'name="reason"' in whole
    mine = engineer.get("/quarantine?table=OFFENDER_ALERTS&reason=reference_missing").text
    assert "/quarantine/rows?source=nomis&amp;table=OFFENDER_ALERTS" in mine
    assert '<option value="OFFENDER_ALERTS" selected>' in mine
    none = engineer.get("/quarantine?table=NO_SUCH_TABLE").text
    assert "Nothing of what was chosen is held back." in none
    assert "/quarantine/rows?" not in none


@pytest.mark.parametrize("after", ["nonsense", "0.1.x", "01980000-0000-7000-8000-000000000000.x.f", "a%00b"])
def test_a_place_that_is_none_shows_the_first_rows(engineer: Sat, after: str) -> None:
    assert "OFFENDER_ALERTS.csv, row" in engineer.get(f"{PAGE}&after={after}").text


@pytest.mark.parametrize("code", sorted(WAIVABLE))
def test_every_reason_for_which_rows_are_held_back_has_words(kept: Stewarded, code: str) -> None:
    assert kept.node.words.knows(f"quarantine.reason.{code}")
