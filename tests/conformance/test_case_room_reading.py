"""Rooms of cases as whoever manages them reads them: in a total order, a page at a time, without hidden cases."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from test_case_rooms import ASKER, CHAIR, MEMBER, Conference, conference

from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.agreement_changes import By
from watchroom.gate.case_room_reading import RoomPlace, hidden_cases, members_of, room_of, rooms_of
from watchroom.gate.case_rooms import Member
from watchroom.gate.errors import RoomFaultError
from watchroom.gate.restrictions import RestrictionKind, Restrictions
from watchroom.store.database import Principal

__all__ = ["conference"]
NOBODY = frozenset[str]()


def opened(conference: Conference, case: str) -> UUID:
    return conference.rooms.open(case, closes_at=conference.clock.now() + timedelta(days=5), by=CHAIR)


def test_open_rooms_come_first_and_a_list_goes_on_after_any_of_them(conference: Conference) -> None:
    rooms = [opened(conference, case) for case in ("C-1", "C-2", "C-3")]
    conference.rooms.close("C-3", by=CHAIR, room=rooms[2])
    conference.rooms.admit("C-1", MEMBER, by=CHAIR)
    now = conference.clock.now()
    every = rooms_of(conference.database, now=now, hidden=NOBODY, most=10)
    assert [one.is_open for one in every] == [True, True, False]
    assert {one.id: one.members for one in every}[rooms[0]] == 1
    for number, one in enumerate(every):
        place = RoomPlace(after=one.id, is_open=one.is_open)
        assert rooms_of(conference.database, now=now, hidden=NOBODY, most=10, place=place) == every[number + 1 :]
    assert rooms_of(conference.database, now=now, hidden=NOBODY, most=1) == every[:1]


def test_a_hidden_room_is_none_and_so_is_one_that_there_is_not(conference: Conference) -> None:
    room, now = opened(conference, "C-1"), conference.clock.now()
    kept = room_of(conference.database, room, now=now, hidden=NOBODY)
    assert kept is not None
    assert (kept.case, kept.is_open, kept.members) == ("C-1", True, 0)
    assert room_of(conference.database, room, now=now, hidden=frozenset({"C-1"})) is None
    assert room_of(conference.database, uuid4(), now=now, hidden=NOBODY) is None


def test_who_was_taken_out_is_told_after_who_is_in_it(conference: Conference) -> None:
    room, other = opened(conference, "C-1"), Member(organisation="council", account="a.social")
    for member in (other, MEMBER):
        conference.rooms.admit("C-1", member, by=CHAIR)
    conference.rooms.leave("C-1", other, by=CHAIR)
    told = members_of(conference.database, room, most=9)
    assert [(one.account, one.left_at is None) for one in told.members] == [("p.member", True), ("a.social", False)]
    assert told.after is None
    assert members_of(conference.database, room, most=1).after == 1
    assert members_of(conference.database, room, most=1, begin=2).after is None


def test_a_case_about_a_restricted_person_is_hidden_until_it_is_lifted(conference: Conference) -> None:
    assert hidden_cases(conference.database, ASKER) == NOBODY
    with conference.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select person_id from record.case_contribution where case_reference = 'C-1' limit 1"
        ).fetchone()
    assert row is not None
    restrictions = Restrictions(
        database=conference.database, audit=MemoryAuditLog(), organisation="police", machine=conference.clock
    )
    by = By(actor="head", operator=None)
    restrictions.restrict(row[0], kind=RestrictionKind.PROTECTED, by=by)
    assert restrictions.admitted(row[0]) == ()
    assert "C-1" in hidden_cases(conference.database, ASKER)
    restrictions.lift(row[0], by=by)
    assert hidden_cases(conference.database, ASKER) == NOBODY


def test_nobody_lets_themselves_in(conference: Conference) -> None:
    opened(conference, "C-1")
    own = Member(organisation=conference.rooms.organisation, account=CHAIR.actor)
    with pytest.raises(RoomFaultError, match="another officer"):
        conference.rooms.admit("C-1", own, by=CHAIR)
