"""What an officer does about records that are kept and not used: restrict one, lift that, read which there are.

Each of it wants the duty `restrict_people` of the charter, for a purpose, and is an entry of that officer.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.agreement_changes import By
from watchroom.gate.door import Refused
from watchroom.gate.record_restrictions import THING, RecordRestrictions, RestrictedRecord, Restricting
from watchroom.handover.told_of import tells_of
from watchroom.node.audit_desk import Officer
from watchroom.node.log_keeping import KeepsLog
from watchroom.policy.clauses import Duty

PURPOSE = "governance.audit"


class RestrictsRecords(KeepsLog, Protocol):
    """A node, as far as records that are kept and not used are concerned."""

    @property
    def record_restrictions(self) -> RecordRestrictions:
        """Those of the node."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDesk:
    """The records of a node that are kept and not used, in the hands of one officer."""

    node: RestrictsRecords
    officer: Officer

    def listed(self) -> tuple[RestrictedRecord, ...]:
        """Those that the officer may know of, the ones to be looked at first; the look is entered.

        Raises:
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        found = self.node.record_restrictions.known_to(self.officer.asker)
        people = frozenset[UUID]().union(*(one.people for one in found))
        self.node.audit.append(
            replace(self.officer.entry(Act.LIST, THING), count=len(found), subjects=tuple(sorted(people)))
        )
        return found

    def handovers_telling(self, entity: str, record: UUID) -> tuple[str, ...]:
        """The units whose handover tells of a record today, so that it will be missing there once it is restricted.

        Empty, too, where the record is none for the officer: `restrict` says that. What it tells is entered.

        Raises:
            AuditUnavailableError: it could not be entered; nothing may be told.
        """
        if not tells_of(self.node.record_restrictions.model.entity(entity)):
            return ()
        units = self.node.record_restrictions.units_of(entity, record, asker=self.officer.asker)
        if units:
            said = {"did": "asked which handovers tell of it", "entity": entity, "id": str(record)}
            self.node.audit.append(replace(self.officer.entry(Act.CONSULT, THING), count=len(units), detail=said))
        return units

    def restrict(self, given: Restricting) -> UUID:
        """Have a record kept and not used; see `RecordRestrictions.restrict`."""
        asker = self.officer.asker
        return self.node.record_restrictions.restrict(given, today=self.today(), by=self._by(), asker=asker)

    def lift(self, restriction: UUID) -> None:
        """End that; see `RecordRestrictions.lift`."""
        self.node.record_restrictions.lift(restriction, by=self._by(), asker=self.officer.asker)

    def today(self) -> date:
        """The day of the node."""
        return self.node.clock.now().astimezone(self.node.jurisdiction.zone).date()

    def _by(self) -> By:
        asker = self.officer.asker
        return By(actor=asker.name, operator=asker.operator, role=asker.role)


def record_desk_of(node: RestrictsRecords, officer: Officer) -> RecordDesk | Refused:
    """The desk of somebody who may restrict people and records; else a recorded refusal."""
    refused = node.gate.not_on_duty(officer.asker, purpose=officer.purpose, duty=Duty.RESTRICT_PEOPLE, what=THING)
    return refused or RecordDesk(node=node, officer=officer)
