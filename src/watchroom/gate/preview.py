"""What a policy would show that the one in force does not: counted on the record, before anybody signs.

It is counted for whoever would see most: somebody in the role who is assigned to every establishment and every unit.
The views are those that a read would have, made apart from them, and dropped afterwards. Numbers leave here, no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.gate.askers import Asker
from watchroom.gate.audiences import Audiences
from watchroom.gate.reading import Limits, Reading
from watchroom.kernel.clock import Clock
from watchroom.kernel.named_sql import Query, load_queries, parse_queries
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.decision import Decision, decide, policy_hash
from watchroom.store.database import Database, Principal

_PERSON = "person"
_QUERIES = load_queries("watchroom.gate", "preview.sql")
# Everybody in a large agency, once for each entity that names them.
_ROWS = 5_000_000
_MILLISECONDS = 120_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who asks, as far as an agreement knows them: an organisation, one role in it, one purpose."""

    organisation: str
    role: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What changes for one seat.

    Attributes:
        people_before, people_after: of whom at least one row is shown.
        people_added, people_removed: of them, who are shown only afterwards, and only before.
        fields_added, fields_removed: as `entity.field`, sorted.
    """

    seat: Seat
    people_before: int
    people_after: int
    people_added: int
    people_removed: int
    fields_added: tuple[str, ...]
    fields_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Compares policies on the record of one node.

    Attributes:
        database, model: of the node.
        machine, clock, zone: of the machine, and of the node.
        sites, units: all that there are.
        in_force: the agreements of the node, on whose policy the views are made.
    """

    database: Database
    model: Catalogue
    machine: Clock
    clock: Clock
    zone: ZoneInfo
    sites: tuple[str, ...]
    units: tuple[str, ...]
    in_force: tuple[Agreement, ...]

    def compared(
        self,
        before: Sequence[Agreement],
        after: Sequence[Agreement],
        *,
        seats: Sequence[Seat],
        as_of: datetime | None = None,
    ) -> tuple[Reach, ...]:
        """What changes for each seat.

        Args:
            before: the agreements to compare with, most often those in force.
            after: those that would be.
            seats: whose view is compared.
            as_of: on the record as known then, timezone-aware; None: as known now.
        """
        return tuple(self.each(before, after, seats=seats, as_of=as_of))

    def each(
        self,
        before: Sequence[Agreement],
        after: Sequence[Agreement],
        *,
        seats: Sequence[Seat],
        as_of: datetime | None = None,
    ) -> Iterator[Reach]:
        """The same, each when it is counted: a seat on a large record takes its time."""
        return (self._reach(before, after, seat, as_of=as_of) for seat in seats)

    def shares(self, agreement: Agreement) -> dict[str, float]:
        """By clause, the part of all persons of the node whom it shows to whoever would see most, from 0 to 1.

        Clauses that show no row, or tell of nobody, are left out; each is counted by itself, as if it began today.
        """
        with self.database.connection(Principal.LOADER) as connection:
            row = connection.execute(_QUERIES["persons"].text).fetchone()
        persons = row[0] if row else 0
        today = self.clock.now().astimezone(self.zone).date()
        found: dict[str, float] = {}
        for clause in agreement.clauses:
            if clause.is_count_only or not self.model.entity(clause.entity).about_person or not persons:
                continue
            alone = replace(agreement, clauses=(clause,), valid_from=min(agreement.valid_from, today))
            people: set[UUID] = set()
            for seat in seats_of(alone):
                people |= self._seen([alone], seat, in_force=policy_hash(self.in_force), as_of=None).people
            found[clause.name] = len(people) / persons
        return found

    def _reach(
        self, before: Sequence[Agreement], after: Sequence[Agreement], seat: Seat, *, as_of: datetime | None
    ) -> Reach:
        # INVARIANT: of the policy in force even where less is compared: one that was left behind gives nothing.
        in_force = policy_hash(self.in_force)
        then = self._seen(before, seat, in_force=in_force, as_of=as_of)
        now = self._seen(after, seat, in_force=in_force, as_of=as_of)
        return Reach(
            seat=seat,
            people_before=len(then.people),
            people_after=len(now.people),
            people_added=len(now.people - then.people),
            people_removed=len(then.people - now.people),
            fields_added=tuple(sorted(now.fields - then.fields)),
            fields_removed=tuple(sorted(then.fields - now.fields)),
        )

    def _seen(self, agreements: Sequence[Agreement], seat: Seat, *, in_force: str, as_of: datetime | None) -> "_Seen":
        decision = decide(
            agreements, organisation=seat.organisation, roles=[seat.role], purpose=seat.purpose, right=Right.LIST
        )
        now = self.clock.now()
        today = now.astimezone(self.zone).date()
        if not isinstance(decision, Decision):
            return _Seen()
        shown = [grant.clause for grant in decision.grants if grant.holds_on(today) and not grant.clause.is_count_only]
        fields = frozenset(f"{clause.entity}.{name}" for clause in shown for name in clause.fields)
        entities = [self.model.entity(name) for name in sorted({clause.entity for clause in shown})]
        asked = [query for entity in entities for query in _people_of(entity)]
        if not asked:
            return _Seen(fields=fields)
        # INVARIANT: named apart by what they show, so that no read ever meets them; on the policy in force, so that
        # they are closed with it.
        own = Audiences(
            self.database, model=self.model, machine_clock=self.machine, apart=f"preview {decision.policy_hash} "
        )
        on_policy = _on(decision, in_force)
        try:
            return _Seen(people=self._people(own, on_policy, asked, now=now, as_of=as_of), fields=fields)
        finally:
            own.drop()

    def _people(
        self, audiences: Audiences, decision: Decision, asked: Sequence[Query], *, now: datetime, as_of: datetime | None
    ) -> frozenset[UUID]:
        asker = Asker(
            name="preview",
            roles=decision.roles,
            organisation=decision.organisation,
            sites=self.sites,
            units=self.units,
            clearance="official_sensitive",
        )
        today: date = now.astimezone(self.zone).date()
        audience = audiences.audience(decision, asker)
        with self.database.glance(Principal.READER) as connection:
            reading = Reading(
                connection,
                audience=audience,
                decision=decision,
                audiences=audiences,
                asker=asker,
                model=self.model,
                limits=Limits(statement=_MILLISECONDS, rows=_ROWS),
                now=now,
                today=today,
            )
            moment = reading.moment(as_of)
            people: set[UUID] = set()
            for query in asked:
                _, rows = reading.answer(query, moment, {})
                people.update(row[0] for row in rows if row[0] is not None)
            reading.end()
        return frozenset(people)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    people: frozenset[UUID] = frozenset()
    fields: frozenset[str] = frozenset()


def seats_of(*agreements: Agreement) -> tuple[Seat, ...]:
    """Every seat for which some clause of the agreements is, in order."""
    found = {
        (recipient.organisation, role, purpose)
        for agreement in agreements
        for clause in agreement.clauses
        for recipient in agreement.recipients
        for role in clause.roles
        if role in recipient.roles
        for purpose in clause.purposes
    }
    return tuple(Seat(organisation=one, role=role, purpose=purpose) for one, role, purpose in sorted(found))


def _people_of(entity: Entity) -> list[Query]:
    """Questions for the ids of those whom rows of an entity name."""
    columns = ["id"] if entity.name == _PERSON else [one.name for one in entity.fields if one.target == _PERSON]
    return [
        parse_queries(
            f"-- name: preview_{entity.name}_{column}()\n"
            f"select distinct {entity.name}.{column} from {entity.name} order by {entity.name}.{column} asc",
            where="a preview",
        )[f"preview_{entity.name}_{column}"]
        for column in columns
    ]


def _on(decision: Decision, policy: str) -> Decision:
    """The decision, on the footing of the policy in force."""
    return replace(decision, policy_hash=policy)
