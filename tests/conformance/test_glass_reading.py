"""Who is shown which broken glasses, and what the log says of one; and whom a person's request means."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from test_glass import SAID, SECOND_GOVERNOR, World, world_of
from test_openings import GLASS_TEXT, NAME, ROWS, WITH_GLASS

from gate_world import GOVERNANCE, GOVERNOR, NURSE, OFFICER, START, charter, person, write
from look_seats import DirectLog
from watchroom.audit.entries import Act, AuditUnavailableError
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.askers import Asker
from watchroom.gate.glass_kept import Outcome, Span
from watchroom.gate.glass_reading import REVIEW_PURPOSE, glasses_for, record_of, review_glass, waiting_for
from watchroom.gate.known_people import person_meant
from watchroom.gate.view import Refused
from watchroom.governance.glass.build import build_glasses
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError
from watchroom.store.database import Database, Principal


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    write(database, ROWS)
    accounts = Accounts(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=SteppedClock(START)
    )
    for asker in (OFFICER, NURSE, GOVERNOR, SECOND_GOVERNOR, GOVERNANCE):
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return world_of(database, tmp_path, WITH_GLASS)


def shown(world: World, asker: Asker) -> list[UUID] | str:
    found = glasses_for(world.glass, asker, span=Span(most=50))
    return found.code if isinstance(found, Refused) else [one.id for one in found.broken]


def test_all_are_shown_to_who_reviews_their_own_to_who_broke_one_and_none_to_others(world: World) -> None:
    first = world.glass.break_(GOVERNOR, NAME, SAID).id
    world.glass.close(GOVERNOR, first)
    second = world.glass.break_(OFFICER, NAME, SAID).id
    world.glass.review(GOVERNANCE, first, outcome=Outcome.JUSTIFIED, words="all well")
    world.log.entries.clear()
    assert shown(world, GOVERNANCE) == [second, first], "what nobody has reviewed comes first"
    assert (shown(world, GOVERNOR), shown(world, SECOND_GOVERNOR)) == ([first], [])
    assert shown(world, NURSE) == "not_your_duty"
    assert [(one.actor, one.act, one.count) for one in world.log.entries] == [
        (GOVERNANCE.name, Act.LIST, 2),
        (GOVERNOR.name, Act.LIST, 1),
        (SECOND_GOVERNOR.name, Act.LIST, 0),
        (NURSE.name, Act.REFUSE, None),
    ]


def test_while_the_log_cannot_be_written_who_may_break_one_is_shown_their_own_and_nobody_else_any(
    world: World,
) -> None:
    own = world.glass.break_(GOVERNOR, NAME, SAID).id
    world.glass.break_(OFFICER, NAME, SAID)
    world.log.close()
    before = world.spool.waiting()
    assert shown(world, GOVERNOR) == [own]
    assert world.spool.waiting() == before + 1
    with pytest.raises(AuditUnavailableError):
        glasses_for(world.glass, GOVERNANCE, span=Span(most=50))


def test_only_who_has_the_duty_reviews(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID).id
    world.glass.close(GOVERNOR, broken)
    refused = review_glass(world.glass, SECOND_GOVERNOR, broken, outcome=Outcome.JUSTIFIED, words="all well")
    assert isinstance(refused, Refused)
    assert world.glass.one(broken).review is None
    reviewed = review_glass(world.glass, GOVERNANCE, broken, outcome=Outcome.NOT_JUSTIFIED, words="no need")
    assert not isinstance(reviewed, Refused)
    assert reviewed.review is not None
    assert (reviewed.review.by, reviewed.review.outcome) == (GOVERNANCE.name, Outcome.NOT_JUSTIFIED)


def test_who_reviews_reads_in_the_log_why_it_was_broken_and_that_they_read_it_is_entered_first(world: World) -> None:
    log = DirectLog(world.database, clock=world.clock)
    glass = replace(world.glass, audit=log)
    broken = glass.break_(GOVERNOR, NAME, SAID)
    found = record_of(glass, GOVERNANCE, broken.id)
    assert not isinstance(found, Refused)
    one, entries = found
    assert one.id == broken.id
    first = entries[0]
    assert (first.act, first.header["actor"]) == (Act.GLASS_BREAK.value, GOVERNOR.name)
    assert first.body is not None
    assert first.body["detail"]["words"] == SAID.words
    log.close()


def test_that_a_glass_was_asked_for_that_there_is_not_is_entered(world: World) -> None:
    world.log.entries.clear()
    with pytest.raises(NotFoundError, match="glass list"):
        record_of(world.glass, GOVERNANCE, uuid4())
    (entry,) = world.log.entries
    assert (entry.actor, entry.act, entry.count) == (GOVERNANCE.name, Act.CONSULT, 0)


def test_broken_by_somebody_are_their_own_that_are_open_and_still_agreed(world: World, tmp_path: Path) -> None:
    world.glass.close(GOVERNOR, world.glass.break_(GOVERNOR, NAME, SAID).id)
    own = world.glass.break_(GOVERNOR, NAME, SAID)
    world.glass.break_(OFFICER, NAME, SAID)
    assert [one.id for one in world.glass.broken_by(GOVERNOR)] == [own.id]
    assert world.glass.broken_by(replace(GOVERNOR, organisation="police")) == ()
    without = world_of(world.database, tmp_path / "other", charter())
    assert without.glass.broken_by(GOVERNOR) == ()


def test_a_request_means_the_person_of_a_number_or_an_id_also_one_who_is_not_held_any_more(database: Database) -> None:
    write(database, {"person": [person("1"), person("2")]})
    write(database, {"person": [person("2")]}, hour=1)
    with database.connection(Principal.LOADER) as connection:
        rows = connection.execute("select prison_number, id from record.person_history").fetchall()
        rows += connection.execute("select prison_number, id from record.person").fetchall()
    by_number = dict(rows)
    for number, person_id in by_number.items():
        assert person_meant(database, f" {number.lower()} ") == person_meant(database, str(person_id)) == person_id
    assert by_number.keys() == {"A1", "A2"}


def test_a_person_is_meant_by_another_agencys_number_with_its_kind_unless_they_are_hidden(database: Database) -> None:
    def known(key: str, kind: str, value: str) -> dict[str, object]:
        facts = {"kind_code": kind, "kind_source_value": kind, "value": value}
        return {"source_key": f"{key}{kind}", "person_key": key, "is_restricted": False, **facts}

    rows = [
        known("1", "PNC", "99/12 34A"),
        known("2", "PNC", "99/5"),
        known("3", "PNC", "99/5"),
        known("3", "CRO", "7"),
    ]
    write(database, {"person": [person("1"), person("2"), person("3")], "person_identifier": rows})
    one, two, three = (person_meant(database, number) for number in ("A1", "A2", "A3"))
    assert person_meant(database, " pnc:99/1234a") == one
    assert person_meant(database, "CRO:7") == three
    with pytest.raises(NotFoundError, match="several people") as several:
        person_meant(database, "PNC:99/5")
    assert all(str(each) in str(several.value) for each in (two, three))
    said: list[str] = []
    for named, hidden in (
        ("CRO:8", frozenset[UUID]()),
        ("CRO:7", frozenset({three})),
        ("NINO:7", frozenset[UUID]()),
        # One of two: who is left is not meant by that.
        ("PNC:99/5", frozenset({three})),
    ):
        with pytest.raises(NotFoundError) as refused:
            person_meant(database, named, hidden=hidden)
        said.append(str(refused.value))
    assert len(set(said)) == 1, "hidden and absent are told alike"
    with pytest.raises(NotFoundError, match="kinds: ") as unknown:
        person_meant(database, "SMITH:7")
    assert "SMITH" not in str(unknown.value)


def test_a_number_means_who_has_it_today_and_who_had_it_only_where_nobody_has(database: Database) -> None:
    def pnc(key: str, value: str) -> dict[str, object]:
        facts = {"kind_code": "PNC", "kind_source_value": "PNC", "value": value}
        return {"source_key": f"{key}PNC", "person_key": key, "is_restricted": False, **facts}

    write(database, {"person": [person("1"), person("2")], "person_identifier": [pnc("1", "7"), pnc("2", "8")]})
    one, two = (person_meant(database, number) for number in ("A1", "A2"))
    moved = [person("1", prison_number="A3"), person("2", prison_number="A1")]
    write(database, {"person": moved, "person_identifier": [pnc("1", "9"), pnc("2", "7")]}, hour=1)
    assert [person_meant(database, number) for number in ("A1", "A2", "A3")] == [two, two, one]
    assert [person_meant(database, f"PNC:{number}") for number in ("7", "8", "9")] == [two, two, one]
    for number in ("A1", "PNC:7"):
        with pytest.raises(NotFoundError, match="nobody"):
            person_meant(database, number, hidden=frozenset({two}))


def test_blanks_and_capitals_tell_no_two_prison_numbers_apart(database: Database) -> None:
    write(database, {"person": [person("1"), person("2", prison_number="a 1"), person("3", prison_number="b 3")]})
    with pytest.raises(NotFoundError, match="several people"):
        person_meant(database, "A1")
    assert person_meant(database, "B3") == person_meant(database, " b 3")


def test_of_nobody_of_somebody_hidden_and_of_several_it_says_what_to_do_and_not_what_was_typed(
    database: Database,
) -> None:
    write(database, {"person": [person("1"), person("2"), person("3", prison_number="A2")]})
    one = person_meant(database, "A1")
    said: list[str] = []
    for named, hidden in (("A9", frozenset[UUID]()), ("A1", frozenset({one})), (str(uuid4()), frozenset[UUID]())):
        with pytest.raises(NotFoundError) as refused:
            person_meant(database, named, hidden=hidden)
        said.append(str(refused.value))
    assert len(set(said)) == 1, "hidden and absent are told alike"
    with pytest.raises(NotFoundError, match="several people") as several:
        person_meant(database, "A2")
    assert "A2" not in f"{said} {several.value}"


def test_whose_duty_is_suspended_is_shown_and_counted_no_more_than_what_is_theirs(world: World) -> None:
    later = replace(GOVERNANCE, name="n.gov")
    both = [world.glass.break_(asker, NAME, SAID).id for asker in (GOVERNOR, OFFICER)]
    assert (sorted(shown(world, later)), waiting_for(world.glass, later)) == (sorted(both), 2), "told of none"
    world.gate.suspend(later, purpose=REVIEW_PURPOSE, by="h.gov")
    assert (shown(world, later), waiting_for(world.glass, later)) == ("not_your_duty", 0)
    assert isinstance(build_glasses(world.glass, GOVERNANCE), Refused), "also not what they were told of"
    assert waiting_for(world.glass, GOVERNANCE) == 0


@pytest.mark.parametrize(
    "change",
    ["disabled_at = now()", "roles = '{officer}'", "sites = '{MDI}'"],
    ids=["no account", "no such role", "elsewhere"],
)
def test_who_was_told_keeps_it_in_the_inbox_only_for_as_long_as_they_would_be_told(
    database: Database, world: World, tmp_path: Path, change: str
) -> None:
    text = GLASS_TEXT.replace("tell: [information-governance]", "tell: [information-governance, duty-governor]")
    glass = world_of(database, tmp_path / "other", charter(text)).glass
    broken = glass.break_(OFFICER, NAME, SAID)
    assert SECOND_GOVERNOR.name in broken.told

    def inbox() -> tuple[list[UUID], int]:
        listed = glass.listed(SECOND_GOVERNOR, span=Span(most=50))
        return [one.id for one in listed.broken], waiting_for(glass, SECOND_GOVERNOR)

    assert inbox() == ([broken.id], 1)
    with database.connection(Principal.APP) as connection:
        connection.execute(f"update gate.account set {change} where name = %s", (SECOND_GOVERNOR.name,))  # type: ignore[arg-type]
    assert inbox() == ([], 0)
    assert [one.id for one in glass.listed(GOVERNANCE, span=Span(most=50)).broken] == [broken.id], "others keep it"


def test_what_one_broke_oneself_stays_ones_own_where_what_others_broke_does_not(world: World) -> None:
    own = world.glass.break_(GOVERNOR, NAME, SAID).id
    with world.database.connection(Principal.APP) as connection:
        connection.execute("update gate.account set roles = '{nurse}' where name = %s", (GOVERNOR.name,))
    assert [one.id for one in world.glass.listed(GOVERNOR, span=Span(most=50)).broken] == [own]
