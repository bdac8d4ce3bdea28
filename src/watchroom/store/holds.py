"""Legal holds: what nobody and no rule may erase for as long as they stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.store.about import PERSON, naming, touching
from watchroom.store.database import Connection
from watchroom.store.erasing import Erasing
from watchroom.store.tables import form_of

_QUERIES = load_queries("watchroom.store", "holds.sql")
# INVARIANT: what is about a person and does not say about whom counts as held by every hold of a person.
_COVERED = """
with touched as materialized (
    select distinct went.entity, went.id, named.person_id, went.entity = any({personal}) as is_personal
    from ingest.tombstone as went
    left join ({touching}) as named on named.entity = went.entity and named.id = went.id
    where went.erasure_id = %(erasure_id)s
),
standing as (
    select id, coalesce(person_id, case when entity = 'person' then record_id end) as person_id, entity, record_id
    from ingest.hold
    where
        (until_at is null or until_at > %(at)s)
        -- Nobody lifts a hold and erases what it kept.
        and (lifted_at is null or lifted_by = %(by)s)
),
-- Whoever has the same number in another source of the agency is held as well.
in_force as (
    select standing.id, standing.person_id, standing.entity, standing.record_id from standing
    union
    select standing.id, other.id, null, null
    from standing
    inner join record.person as one on one.id = standing.person_id
    inner join record.person as other
        on {form} = {theirs} and other.agency_code = one.agency_code and other.realness = one.realness
),
known as (
    select entity, id, bool_or(person_id is not null) as is_known from touched group by entity, id
),
covered as (
    select touched.entity, touched.id, in_force.id as hold_id
    from touched
    inner join in_force on in_force.person_id = touched.person_id
    union
    select touched.entity, touched.id, in_force.id
    from touched
    inner join in_force on in_force.entity = touched.entity and coalesce(in_force.record_id, touched.id) = touched.id
    union
    select touched.entity, touched.id, in_force.id
    from touched
    inner join known on known.entity = touched.entity and known.id = touched.id and not known.is_known
    cross join in_force
    where touched.is_personal and in_force.person_id is not null
)
"""
_COUNT = "select hold_id, count(*) from covered group by hold_id"
_LEAVE = """
, left_out as (
    delete from ingest.tombstone as t
    using covered
    where t.erasure_id = %(erasure_id)s and t.entity = covered.entity and t.id = covered.id
)
select hold_id, count(*) from covered group by hold_id
"""


OF_THE_RECORD = "the record"
"""Who placed a hold that the record told of by itself."""
TELLING = frozenset({"person", "custody_episode", "movement", "incident_report", "incident_participant"})
"""The entities that tell of a death."""


class HoldKind(StrEnum):
    """Why something may not be erased."""

    DEATH_IN_CUSTODY = "death_in_custody"
    DISCLOSURE = "disclosure"
    INQUIRY = "inquiry"
    LITIGATION = "litigation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One legal hold.

    Attributes:
        person_id: everything that names them; None: it is of an entity.
        entity: all records of it, or the one of `record_id`; None: it is of a person.
        authority: who asks for it: the coroner, the court, the inquiry.
        reason: in the words of who placed it.
        placed_at, until_at: instants of the node; it is over at the second. None: it is open.
        is_by_itself: the record told of a death in custody.
        is_in_force: when it was read.
        told_by: entity and id of each record that tells of that death, as `movement ID`.
    """

    id: UUID
    kind: HoldKind
    person_id: UUID | None = None
    entity: str | None = None
    record_id: UUID | None = None
    authority: str
    reason: str
    placed_at: datetime
    placed_by: str
    until_at: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lift_reason: str | None = None
    is_by_itself: bool = False
    is_in_force: bool = True
    told_by: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The hold for a JSON document."""
        said: dict[str, object] = {name: getattr(self, name) for name in self.__slots__}
        return {**said, "kind": self.kind.value}


def place_hold(connection: Connection, hold: Hold) -> None:
    """Place a hold, as owner."""
    connection.execute(
        _QUERIES["place_hold"].text,
        {
            "id": hold.id,
            "kind": hold.kind.value,
            "person_id": hold.person_id,
            "entity": hold.entity,
            "record_id": hold.record_id,
            "authority": hold.authority,
            "reason": hold.reason,
            "at": hold.placed_at,
            "placed_by": hold.placed_by,
            "until_at": hold.until_at,
        },
    )


def keep_hold(connection: Connection, hold: Hold) -> None:
    """Have a hold stand as a list outside the database says, as owner; its reason is not on that list."""
    connection.execute(
        _QUERIES["keep_hold"].text,
        {
            "id": hold.id,
            "kind": hold.kind.value,
            "person_id": hold.person_id,
            "entity": hold.entity,
            "record_id": hold.record_id,
            "authority": hold.authority,
            "at": hold.placed_at,
            "placed_by": hold.placed_by,
            "until_at": hold.until_at,
            "lifted_at": hold.lifted_at,
            "lifted_by": hold.lifted_by,
        },
    )


def lift_hold(connection: Connection, hold: UUID, *, at: datetime, by: str, reason: str) -> bool:
    """Lift a hold, as owner; False: there is none, or it was lifted."""
    given = {"id": hold, "at": at, "lifted_by": by, "lift_reason": reason}
    return connection.execute(_QUERIES["lift_hold"].text, given).fetchone() is not None


def propose_holds(connection: Connection, *, at: datetime, by: str, sequence: int | None = None) -> list[UUID]:
    """Place a hold for each person of whose death the record tells, or ever told, where there never was one; whom.

    Args:
        connection: as owner, or as loader in the transaction of a batch.
        at: node time.
        by: who places it.
        sequence: of the batch, of whose people alone it is asked; None: everybody.
    """
    given = {"at": at, "placed_by": by, "seq": sequence}
    rows = connection.execute(_QUERIES["propose_holds"].text, given).fetchall()
    return [row[0] for row in rows]


def every_hold(connection: Connection, *, at: datetime) -> tuple[Hold, ...]:
    """All holds, those in force at an instant of the node first, as loader or owner."""
    names = (
        *(
            "id",
            "kind",
            "person_id",
            "entity",
            "record_id",
            "authority",
            "reason",
            "placed_at",
            "placed_by",
            "until_at",
        ),
        *("lifted_at", "lifted_by", "lift_reason", "is_by_itself", "is_in_force"),
    )
    rows = connection.execute(_QUERIES["holds"].text, {"at": at}).fetchall()
    return tuple(
        Hold(**{**dict(zip(names, row, strict=True)), "kind": HoldKind(row[1])})  # pyright: ignore[reportArgumentType]
        for row in rows
    )


def deaths_told(connection: Connection, people: Collection[UUID]) -> Mapping[UUID, tuple[tuple[str, UUID], ...]]:
    """By person of these, entity and id of each record that tells, or told, of their death, as loader or owner."""
    found: dict[UUID, list[tuple[str, UUID]]] = {}
    for person, entity, record in connection.execute(_QUERIES["deaths_told"].text, {"people": list(people)}):
        found.setdefault(person, []).append((entity, record))
    return {person: tuple(records) for person, records in found.items()}


def lifted_by(connection: Connection, *, by: str) -> frozenset[UUID]:
    """The holds that an account lifted, as loader or owner."""
    return frozenset(hold for (hold,) in connection.execute(_QUERIES["lifted_by"].text, {"account": by}))


def is_any_placed(connection: Connection) -> bool:
    """Whether anybody ever placed or lifted a hold, as loader; those that the record told of stand by themselves."""
    row = connection.execute(_QUERIES["any_placed"].text).fetchone()
    return bool(row and row[0])


def holding(erasing: Erasing, *, at: datetime, by: str, leaves: bool = False) -> Mapping[UUID, int]:
    """How many of the records that are written down each hold in force covers.

    Args:
        erasing: what goes is written down.
        at: node time.
        by: whose account erases: a hold that they lifted themselves stands for them.
        leaves: what is covered is left out, and stays.
    """
    names = erasing.going()
    personal = [name for name in names if naming(erasing.model.entity(name))]
    (identifying,) = [field.name for field in erasing.model.entity(PERSON).fields if field.identifies]
    text = sql.SQL(_COVERED).format(
        touching=touching(erasing.model, names),
        personal=sql.Literal(personal),
        form=form_of(sql.Identifier("other", identifying)),
        theirs=form_of(sql.Identifier("one", identifying)),
    )
    ending = sql.SQL(_LEAVE if leaves else _COUNT)
    rows = erasing.connection.execute(text + ending, {"erasure_id": erasing.id, "at": at, "by": by}).fetchall()
    return {row[0]: int(row[1]) for row in rows}
