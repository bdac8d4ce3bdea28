"""Records that are kept and not used: a person contests one, or needs it kept for a claim, until somebody has decided.

Such a record, and whatever names it, does not exist for anybody who is not admitted (ADR 14): in no list, number, page,
change or raw row, for every instant that is asked about, from the next read on. The roll counts as before. It goes on
being delivered and kept as it is delivered, so that what was in dispute can be decided of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.own_matters import hidden_from
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue, Entity, Sensitivity
from watchroom.store.about import PERSON, people_of, stands_now, stands_or_stood
from watchroom.store.called import require_unnamed
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "record_restrictions.sql")
THING = "record_restriction"
LONGEST_REASON = 500
_NO_SUCH = "there is no such record that is kept and not used; look at the list again"


class NoSuchAccountError(NotFoundError):
    """The node has no account of a name that is to be admitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedRecord:
    """A record that is kept and not used.

    Attributes:
        id: of the restriction.
        entity, record_id: the record.
        reason: in the words of who restricted it.
        review_on: day by the calendar of the node on which somebody looks at it again.
        entered_at: machine time.
        admits: accounts that are shown it nevertheless.
        people: whom it is about, where that was asked.
        numbers: their prison numbers, as far as they have one today.
    """

    id: UUID
    entity: str
    record_id: UUID
    reason: str
    review_on: date
    entered_at: datetime
    entered_by: str
    admits: tuple[str, ...] = ()
    people: tuple[UUID, ...] = ()
    numbers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The restriction for a JSON document."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restricting:
    """What somebody restricts, and why.

    Attributes:
        entity, record_id: the record.
        reason: in their words; it names nobody.
        review_on: a day after today by the calendar of the node.
        admits: accounts that are shown it nevertheless.
    """

    entity: str
    record_id: UUID
    reason: str
    review_on: date
    admits: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRestrictions:
    """The records of one node that are kept and not used. Each change is an entry of the log before it is made."""

    database: Database
    audit: AuditTrail
    organisation: str
    machine: Clock
    model: Catalogue

    def restrict(self, given: Restricting, *, today: date, by: By, asker: Asker) -> UUID:
        """Hide a record from everybody but the accounts that are admitted; the id of the restriction.

        Args:
            given: what, why, until when.
            today: by the calendar of the node.
            by: who does it.
            asker: the same, for whose own matters there is no such record.

        Raises:
            NotFoundError: there is no such record for them.
            NoSuchAccountError: nor such an account.
            NamesSomebodyError: the reason holds a name, number or birth date of whom the record is about.
            UsageError: records of that entity are about nobody, or there is no reason, or one too long, or the day
                of the review has come, or it is restricted already.
            AuditUnavailableError: it could not be entered; nothing is restricted.
        """
        entity = self.model.entity(given.entity)
        _require_sound(entity, given, today=today)
        self._require_known(entity, given.record_id, asker)
        self._require_unnamed(entity, given)
        with self.database.connection(Principal.MIGRATOR) as connection:
            restriction = uuid7(at=self.machine.now())
            facts = {"id": restriction, "entity": entity.name, "record_id": given.record_id, "reason": given.reason}
            said = {"review_on": given.review_on, "entered_at": self.machine.now(), "entered_by": by.actor}
            if connection.execute(_QUERIES["restrict_record"].text, {**facts, **said}).fetchone() is None:
                raise UsageError("that record is restricted already; lift the restriction first")
            for account in dict.fromkeys(given.admits):
                asked = {"restriction_id": restriction, "account": account}
                if connection.execute(_QUERIES["admit_to_record"].text, asked).fetchone() is None:
                    raise NoSuchAccountError("there is no such account; `user list` names those that there are")
            detail = {"review_on": given.review_on.isoformat(), "admits": ",".join(given.admits)}
            self._enter("record restricted", entity.name, given.record_id, by=by, **detail)
        return restriction

    def lift(self, restriction: UUID, *, by: By, asker: Asker) -> None:
        """End the restriction of a record.

        Raises:
            NotFoundError: there is no such restriction in force for them.
            AuditUnavailableError: it could not be entered; it stands.
        """
        if restriction not in {one.id for one in self.known_to(asker)}:
            raise NotFoundError(_NO_SUCH)
        with self.database.connection(Principal.MIGRATOR) as connection:
            facts = {"id": restriction, "lifted_at": self.machine.now(), "lifted_by": by.actor}
            row = connection.execute(_QUERIES["lift_record"].text, facts).fetchone()
            if row is None:
                raise NotFoundError(_NO_SUCH)
            self._enter("record lifted", row[0], row[1], by=by)

    def known_to(self, asker: Asker) -> tuple[RestrictedRecord, ...]:
        """The records that are kept and not used, those to be looked at first; none about whom the asker may not meet.

        That it was read is entered by the caller.
        """
        hidden = hidden_from(self.database, asker)
        found = self._every()
        people = self._people(found)
        shown = [one for one in found if hidden.isdisjoint(people.get((one.entity, one.record_id), ()))]
        numbers = self._numbers(frozenset[UUID]().union(*people.values()))

        def with_people(one: RestrictedRecord) -> RestrictedRecord:
            about = sorted(people.get((one.entity, one.record_id), ()))
            theirs = sorted(numbers[person] for person in about if person in numbers)
            return replace(one, people=tuple(about), numbers=tuple(theirs))

        return tuple(with_people(one) for one in shown)

    def units_of(self, entity: str, record: UUID, *, asker: Asker) -> tuple[str, ...]:
        """The units on which those are whom a record is about that stands today; none where it is not there for them.

        An alert that is not active, or whatever does not stand any more, stands on no list of a unit.
        """
        known = self.model.entity(entity)
        with self.database.connection(Principal.LOADER) as connection:
            about = people_of(connection, self.model, [(entity, record)]).get((entity, record), frozenset())
            if not stands_now(connection, known, record) or not hidden_from(self.database, asker).isdisjoint(about):
                return ()
            rows = connection.execute(_QUERIES["units_of"].text, {"people": list(about)}).fetchall()
        return tuple(unit for (unit,) in rows)

    def about(self, person: UUID) -> tuple[RestrictedRecord, ...]:
        """Those about a person, for the answer to that person; who may give it, the caller has found out."""
        found = self._every()
        people = self._people(found)
        return tuple(one for one in found if person in people.get((one.entity, one.record_id), ()))

    def _every(self) -> tuple[RestrictedRecord, ...]:
        with self.database.connection(Principal.APP) as connection:
            rows = connection.execute(_QUERIES["record_restrictions"].text).fetchall()
        return tuple(
            RestrictedRecord(
                id=row[0],
                entity=row[1],
                record_id=row[2],
                reason=row[3],
                review_on=row[4],
                entered_at=row[5],
                entered_by=row[6],
                admits=tuple(row[7]),
            )
            for row in rows
        )

    def _numbers(self, people: frozenset[UUID]) -> Mapping[UUID, str]:
        with self.database.connection(Principal.LOADER) as connection:
            return dict(connection.execute(_QUERIES["numbers_of"].text, {"people": list(people)}).fetchall())

    def _people(self, found: Sequence[RestrictedRecord]) -> Mapping[tuple[str, UUID], frozenset[UUID]]:
        with self.database.connection(Principal.LOADER) as connection:
            return people_of(connection, self.model, [(one.entity, one.record_id) for one in found])

    def _require_known(self, entity: Entity, record: UUID, asker: Asker) -> None:
        # A mistyped id would restrict nothing, and nobody would hear of it.
        with self.database.connection(Principal.LOADER) as connection:
            is_there = stands_or_stood(connection, entity, record)
            people = people_of(connection, self.model, [(entity.name, record)]).get((entity.name, record), frozenset())
        if not is_there or not hidden_from(self.database, asker).isdisjoint(people):
            raise NotFoundError(
                f"the record holds no `{entity.name}` of that id, so nothing was restricted; look at the id again"
            )

    def _require_unnamed(self, entity: Entity, given: Restricting) -> None:
        with self.database.connection(Principal.LOADER) as connection:
            about = people_of(connection, self.model, [(entity.name, given.record_id)]).values()
            require_unnamed(connection, frozenset[UUID]().union(*about), {"the reason": given.reason})

    def _enter(self, did: str, entity: str, record: UUID, *, by: By, **detail: str) -> None:
        with self.database.connection(Principal.LOADER) as connection:
            people = people_of(connection, self.model, [(entity, record)]).get((entity, record), frozenset())
        self.audit.append(
            Entry(
                act=Act.POLICY_CHANGE,
                actor=by.actor,
                operator=by.operator,
                organisation=self.organisation,
                role=by.role,
                entity=THING,
                subjects=tuple(sorted(people)),
                detail={"did": did, "entity": entity, "id": str(record), **detail},
            )
        )


def may_be_restricted(entity: Entity) -> bool:
    """Whether records of an entity may be kept and not used: those of a person or of a case, and no one's own row."""
    is_personal = entity.about_person or any(one.sensitivity is not Sensitivity.NONE for one in entity.fields)
    return is_personal and entity.name != PERSON and entity.retention != "reference"


def _require_sound(entity: Entity, given: Restricting, *, today: date) -> None:
    if entity.name == PERSON:
        raise UsageError("a person is hidden with `watchroom restrict add`; name a record that is about somebody")
    if not may_be_restricted(entity):
        raise UsageError(f"a record of `{entity.name}` is about nobody, so it is not restricted; name another entity")
    if not given.reason.strip() or len(given.reason) > LONGEST_REASON:
        raise UsageError(f"it needs a reason, of at most {LONGEST_REASON} letters and without a word about a person")
    if given.review_on <= today:
        raise UsageError("the day of the review has come already; name a later one")
