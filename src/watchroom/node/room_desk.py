"""What whoever keeps agreements does with the rooms of cases: look, open, let in, take out, close.

Who has the duty is asked once, when the desk is made. A room of a case about somebody whom they may not meet is not
there for them: they are told of it what they are told of a room that there is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.audit.entries import Act, Entry
from watchroom.gate.agreement_changes import By
from watchroom.gate.agreements import AgreementState
from watchroom.gate.askers import Asker
from watchroom.gate.case_room_reading import (
    MembersListed,
    RoomKept,
    RoomPlace,
    hidden_cases,
    members_of,
    room_of,
    rooms_of,
)
from watchroom.gate.case_rooms import CaseRooms, Member, no_open_room, room_taken
from watchroom.gate.door import Refused
from watchroom.node.agreement_desk import PURPOSE, AgreementNode
from watchroom.policy.clauses import Agreement, Duty

_THING = "case_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsListed:
    """Some rooms; `more`: where the list goes on; None: it ends."""

    rooms: tuple[RoomKept, ...]
    more: RoomPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLooked:
    """One room, some of who is or was in it, and the agreements in force that give something to members of a room."""

    room: RoomKept
    listed: MembersListed
    agreements: tuple[Agreement, ...]


def room_desk_of(node: AgreementNode, asker: Asker) -> "RoomDesk | Refused":
    """The desk of somebody who keeps the agreements of the node's own organisation; else a recorded refusal."""
    refused = node.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.AGREEMENTS, what=_THING)
    if refused is None and asker.organisation != node.agreements.organisation:
        refused = node.gate.refuse(asker, purpose=PURPOSE, what=_THING, code="not_your_duty")
    return refused or RoomDesk(node=node, asker=asker)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomDesk:
    """The rooms of a node in the hands of one person. Each look and each change is an entry."""

    node: AgreementNode
    asker: Asker

    @property
    def organisation(self) -> str:
        """The node's own."""
        return self.node.agreements.organisation

    def agreements(self) -> tuple[Agreement, ...]:
        """Those in force that give something to the members of a room."""
        kept = self.node.agreements.kept()
        return tuple(giving(one.agreement for one in kept if one.state is AgreementState.IN_FORCE))

    def listed(self, *, most: int, place: RoomPlace | None = None) -> RoomsListed:
        """So many rooms, those that are open first.

        Raises:
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        node = self.node
        found = rooms_of(node.database, now=node.clock.now(), hidden=self._hidden(), most=most + 1, place=place)
        page = found[:most]
        self._enter(Act.LIST, count=len(page))
        more = RoomPlace(after=page[-1].id, is_open=page[-1].is_open) if len(found) > most else None
        return RoomsListed(rooms=page, more=more)

    def one(self, room_id: UUID | None, *, most: int, begin: int = 0) -> RoomLooked | Refused:
        """One room; else a recorded refusal, the same for one that there is not and one that is hidden from them.

        Args:
            room_id: of the room; None: of none.
            most: so many members.
            begin: the place in the list of members, from 0, of the first one.

        Raises:
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        room = self._room(room_id)
        if isinstance(room, Refused):
            return room
        listed = members_of(self.node.database, room.id, most=most, begin=begin)
        self._enter(Act.CONSULT, count=len(listed.members), room=str(room.id))
        return RoomLooked(room=room, listed=listed, agreements=self.agreements())

    def open(self, case: str, *, closes_at: datetime) -> UUID:
        """Open the room of a case, for nobody yet; its id.

        Raises:
            RoomFaultError: as `CaseRooms.open`, and where the case is hidden from them.
        """
        if case in self._hidden():
            self._refused()
            raise room_taken()
        return self._rooms.open(case, closes_at=closes_at, by=self.by)

    def admit(self, room_id: UUID | None, member: Member) -> Refused | None:
        """Let somebody into a room; a recorded refusal where it is none that they may meet.

        Raises:
            RoomFaultError, NoRoomError: as `CaseRooms.admit`.
        """
        room = self._room(room_id)
        return room if isinstance(room, Refused) else self._rooms.admit(room.case, member, by=self.by, room=room.id)

    def leave(self, room_id: UUID | None, member: Member) -> Refused | None:
        """Take somebody out of a room; a recorded refusal as above.

        Raises:
            NoRoomError: as `CaseRooms.leave`.
        """
        room = self._room(room_id)
        return room if isinstance(room, Refused) else self._rooms.leave(room.case, member, by=self.by, room=room.id)

    def close(self, room_id: UUID | None) -> Refused | None:
        """Close a room; a recorded refusal as above.

        Raises:
            NoRoomError: it is closed.
        """
        room = self._room(room_id)
        return room if isinstance(room, Refused) else self._rooms.close(room.case, by=self.by, room=room.id)

    def of_case(self, case: str) -> CaseRooms:
        """What changes the room of a case, named by its reference as commands do.

        Raises:
            NoRoomError: the case is hidden from them; whether it has a room is not said.
        """
        if case in self._hidden():
            self._refused()
            raise no_open_room()
        return self._rooms

    def _room(self, room_id: UUID | None) -> RoomKept | Refused:
        node = self.node
        found = room_of(node.database, room_id, now=node.clock.now(), hidden=self._hidden()) if room_id else None
        return found or self._refused()

    def _refused(self) -> Refused:
        return self.node.gate.refuse(self.asker, purpose=PURPOSE, what=_THING, code="no_such_room")

    def _hidden(self) -> frozenset[str]:
        return hidden_cases(self.node.database, self.asker)

    @property
    def _rooms(self) -> CaseRooms:
        node = self.node
        return CaseRooms(
            database=node.database,
            audit=node.audit,
            organisation=self.organisation,
            clock=node.clock,
            machine=node.machine_clock,
        )

    @property
    def by(self) -> By:
        """Who it is, as changes name them."""
        return By(actor=self.asker.name, operator=self.asker.operator)

    def _enter(self, act: Act, *, count: int, **detail: str) -> None:
        self.node.audit.append(
            Entry(
                act=act,
                actor=self.asker.name,
                operator=self.asker.operator,
                organisation=self.asker.organisation,
                purpose=PURPOSE,
                entity=_THING,
                count=count,
                detail=detail,
            )
        )


def giving(agreements: Iterable[Agreement]) -> list[Agreement]:
    """Those agreements that give something to the members of a room alone."""
    return [one for one in agreements if any(recipient.member_of for recipient in one.recipients)]
