"""The room of a case through the real gate: its members alone, while it is open, by the clock of the node."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from gate_world import about, charter, gate_of, look, person, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.case_rooms import LONGEST_REFERENCE, CaseRooms, Member
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.policy.agreement import example_text
from watchroom.policy.clauses import Right
from watchroom.policy.decision import Decision, decide
from watchroom.policy.evaluate import Facts
from watchroom.policy.openings import FURTHEST_FROM_CASE
from watchroom.policy.sight import sight
from watchroom.store.database import Database, Principal

HEARD = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOW = HEARD - timedelta(days=2)
CHAIR = By(actor="i.gov", operator=None)
ASKER = Asker(name="p.member", roles=("conference_member",), organisation="probation", clearance="official_sensitive")
MEMBER = Member(organisation="probation", account="p.member")
PURPOSE = "safeguarding.domestic-abuse"
SEEN = "select case_contribution.case_reference, case_contribution.action_offered from case_contribution order by 2 asc"


@dataclass
class Conference:
    """A node of the police, with two cases and the conference agreement."""

    database: Database
    clock: SteppedClock
    audit: MemoryAuditLog
    rooms: CaseRooms

    def shown(self, asker: Asker = ASKER, *, as_of: datetime | None = None) -> list[object]:
        gate = gate_of(self.database, charter(), charter(example_text("case_conference")), clock=self.clock)
        rows = look(gate, asker, SEEN, purpose=PURPOSE, as_of=as_of)
        return [row["action_offered"] for row in rows]

    def open(self, case: str = "C-1", *, days: int = 5) -> None:
        self.rooms.open(case, closes_at=self.clock.now() + timedelta(days=days), by=CHAIR)


def brought(key: str, case: str, **more: object) -> dict[str, object]:
    said = {"case_reference": case, "conference_at": HEARD, "organisation": "health-trust", "action_offered": key}
    told: dict[str, object] = {"contributed_at": NOW - timedelta(days=3), "is_victim_contact": False}
    return about(key, "1", **{**said, **told, **more})


@pytest.fixture
def conference(database: Database) -> Conference:
    write(
        database,
        {
            "person": [person("1")],
            "case_contribution": [
                brought("a", "C-1"),
                brought("b", "C-2"),
                brought("contact", "C-1", is_victim_contact=True),
                brought("later", "C-1", conference_at=HEARD + timedelta(days=90)),
                brought("unheard", "C-1", conference_at=None),
            ],
        },
    )
    clock, audit = SteppedClock(NOW), MemoryAuditLog()
    rooms = CaseRooms(database=database, audit=audit, organisation="police", clock=clock, machine=clock)
    return Conference(database, clock, audit, rooms)


def test_nobody_is_shown_a_case_whose_room_was_not_opened(conference: Conference) -> None:
    assert conference.shown() == []
    conference.open()
    assert conference.shown() == [], "it is open, for nobody yet"


def test_a_member_is_shown_the_case_of_the_room_and_no_other(conference: Conference) -> None:
    conference.open()
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    assert conference.shown() == ["a"]
    assert conference.shown(replace(ASKER, name="p.other")) == []
    assert conference.shown(replace(ASKER, organisation="council")) == [], "a namesake of another organisation"


def test_a_member_has_relations_in_whichever_way_the_facts_are_looked_up(conference: Conference) -> None:
    conference.open()
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    assert conference.shown(replace(ASKER, units=("LEI-A",))) == ["a"]
    assert conference.shown(as_of=NOW - timedelta(hours=1)) == ["a"], "the past, with the membership of today"


def test_a_room_closes_by_itself(conference: Conference) -> None:
    conference.open(days=1)
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    conference.clock.move(timedelta(days=1) - timedelta(seconds=1))
    assert conference.shown() == ["a"]
    conference.clock.move(timedelta(seconds=1))
    assert conference.shown() == []
    with pytest.raises(NotFoundError, match="room open"):
        conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    conference.open()
    assert conference.shown() == [], "another room has members of its own"


def test_what_the_agreement_says_of_the_time_holds_though_the_room_is_open(conference: Conference) -> None:
    conference.open(days=60)
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    conference.clock.move(HEARD + timedelta(days=14) - timedelta(seconds=1) - NOW)
    assert conference.shown() == ["a"]
    conference.clock.move(timedelta(seconds=1))
    assert conference.shown() == []


def test_who_has_left_is_shown_nothing_and_may_be_admitted_again(conference: Conference) -> None:
    conference.open()
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    conference.rooms.leave("C-1", MEMBER, by=CHAIR)
    assert conference.shown() == []
    with pytest.raises(NotFoundError, match="not in the room"):
        conference.rooms.leave("C-1", MEMBER, by=CHAIR)
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    assert conference.shown() == ["a"]


def test_who_is_in_a_room_is_not_let_in_again_over_whoever_did(conference: Conference) -> None:
    conference.open()
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    with pytest.raises(UsageError, match="in the room of that case already"):
        conference.rooms.admit("C-1", MEMBER, by=By(actor="another", operator=None))
    assert [entry.detail["did"] for entry in conference.audit.entries] == ["room_opened", "room_admitted"]


def test_what_is_meant_for_one_room_changes_no_later_one_of_the_case(conference: Conference) -> None:
    first = conference.rooms.open("C-1", closes_at=conference.clock.now() + timedelta(days=1), by=CHAIR)
    conference.rooms.close("C-1", by=CHAIR, room=first)
    conference.open()
    with pytest.raises(NotFoundError, match="no room that is open"):
        conference.rooms.admit("C-1", MEMBER, by=CHAIR, room=first)
    with pytest.raises(NotFoundError, match="no room that is open"):
        conference.rooms.close("C-1", by=CHAIR, room=first)
    assert conference.shown() == []


def test_a_room_that_is_closed_is_closed_for_all(conference: Conference) -> None:
    conference.open()
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    conference.rooms.close("C-1", by=CHAIR)
    assert conference.shown() == []
    with pytest.raises(NotFoundError, match="no room that is open"):
        conference.rooms.close("C-1", by=CHAIR)
    with pytest.raises(NotFoundError, match="no room that is open"):
        conference.rooms.leave("C-1", MEMBER, by=CHAIR)


def test_a_case_has_one_room_at_a_time_and_a_room_has_an_end(conference: Conference) -> None:
    conference.open()
    with pytest.raises(UsageError, match="close that one first"):
        conference.open()
    for closes in (NOW, NOW + timedelta(days=93), (NOW + timedelta(days=1)).replace(tzinfo=None)):
        with pytest.raises(UsageError, match="within 92 days"):
            conference.rooms.open("C-2", closes_at=closes, by=CHAIR)
    for case in (" ", "the case of a name", "1" * (LONGEST_REFERENCE + 1)):
        with pytest.raises(UsageError, match="reference"):
            conference.rooms.open(case, closes_at=NOW + timedelta(days=1), by=CHAIR)


def test_a_reference_may_be_as_long_and_a_room_stay_open_as_late_as_is_said(conference: Conference) -> None:
    longest = "1" * LONGEST_REFERENCE
    conference.rooms.open(longest, closes_at=NOW + FURTHEST_FROM_CASE, by=CHAIR)
    conference.clock.move(FURTHEST_FROM_CASE - timedelta(seconds=1))
    conference.rooms.admit(longest, MEMBER, by=CHAIR)


def test_nobody_lets_themselves_in_and_a_namesake_of_a_partner_is_somebody_else(conference: Conference) -> None:
    conference.open()
    with pytest.raises(UsageError, match="another officer"):
        conference.rooms.admit("C-1", Member(organisation="police", account=CHAIR.actor), by=CHAIR)
    conference.rooms.admit("C-1", Member(organisation="probation", account=CHAIR.actor), by=CHAIR)
    assert conference.shown(replace(ASKER, name=CHAIR.actor)) == ["a"]


def test_a_mistyped_account_of_the_nodes_own_organisation_is_not_let_in_unnoticed(conference: Conference) -> None:
    conference.open()
    with pytest.raises(NotFoundError, match="no such account"):
        conference.rooms.admit("C-1", Member(organisation="police", account="tpyo"), by=CHAIR)


def test_each_change_of_a_room_is_an_entry_without_a_person(conference: Conference) -> None:
    conference.open()
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    conference.rooms.leave("C-1", MEMBER, by=CHAIR)
    conference.rooms.close("C-1", by=CHAIR)
    entries = conference.audit.entries
    assert [entry.detail["did"] for entry in entries] == ["room_opened", "room_admitted", "room_left", "room_closed"]
    assert {(entry.actor, entry.detail["case"], entry.subjects) for entry in entries} == {("i.gov", "C-1", ())}
    assert entries[1].detail["account"] == "p.member"


def test_the_gate_shows_of_each_row_what_plain_python_shows_for_every_set_of_rooms(conference: Conference) -> None:
    agreement = charter(example_text("case_conference"))
    made = decide([agreement], organisation="probation", roles=["conference_member"], purpose=PURPOSE, right=Right.LIST)
    assert isinstance(made, Decision)
    model = gate_of(conference.database).model.entity("case_contribution")
    rows = versions(conference.database)
    for open_cases in ((), ("C-1",), ("C-2",), ("C-1", "C-2")):
        for case in open_cases:
            conference.open(case)
            conference.rooms.admit(case, MEMBER, by=CHAIR)
        facts = Facts(
            now=NOW,
            today=NOW.date(),
            values={"my_case_rooms": open_cases},
            clearances=("official", "official_sensitive"),
        )
        expected = [
            row["action_offered"] for row in rows if sight(made, model, row, facts) and not row["is_victim_contact"]
        ]
        assert conference.shown() == sorted(expected, key=str)
        for case in open_cases:
            conference.rooms.close(case, by=CHAIR)


def versions(database: Database) -> list[Mapping[str, object]]:
    with database.connection(Principal.LOADER) as connection:
        cursor = connection.execute("select * from record.case_contribution")
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
