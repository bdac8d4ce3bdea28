"""Who is in custody although they were erased: their place is kept and nothing else, and whoever comes back comes back.

A roll that is one short lets somebody burn. A rule of retention erased what was over; whoever is in custody anew has a
record anew. Of whom an officer erased, a cell stays occupied by somebody without a name who is hidden from everybody,
until they are let back. What a source gives of a time in custody is looked through before any of it is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, Protocol

from psycopg import sql

from watchroom.store.about import PERSON
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.staging import staging_table

EPISODE = "custody_episode"
ERASED_IN_CUSTODY = "erased_in_custody"
"""The code of an issue: somebody who was erased is in custody; their place is counted, and nothing else is kept."""
COUNTED = (PERSON, EPISODE)
"""The entities of which something is written for whoever has no name."""
BY_ITSELF = "the record"

_HAS_ERASED: LiteralString = """
select exists (
    select from ingest.tombstone
    where
        tombstone.source_system = %(source_system)s and tombstone.entity in ('person', 'custody_episode')
        and tombstone.lifted_at is null
) or exists (select from ingest.unnamed where unnamed.source_system = %(source_system)s)
"""
_DIGEST: LiteralString = "sha256(salted.salt || convert_to({kind} || chr(31) || {key}, 'UTF8'))"
_IS_GONE: LiteralString = """exists (
    select from ingest.tombstone as gone
    where
        gone.source_system = %(source_system)s and gone.entity = {kind} and gone.lifted_at is null
        and gone.key_digest = {digest}
)"""
_IN_CUSTODY: LiteralString = """
select count(distinct unnamed.person_id)
from ingest.unnamed
inner join record.custody_episode as e on e.person_id = unnamed.person_id
where e.is_active
"""
# INVARIANT: a booking that was erased itself brings nobody back, or each delivery of the old one would.
_COME_BACK: LiteralString = """
with back as (
    update ingest.tombstone
    set lifted_at = %(at)s, lifted_by = %(by)s
    from {stage} as s
    cross join ingest.erasure_salt as salted
    where
        tombstone.source_system = %(source_system)s and tombstone.entity = 'person' and tombstone.lifted_at is null
        and tombstone.is_by_time and tombstone.key_digest = {of_person}
        and not s.held and not {own_is_gone}
        and (s.is_active or s.begun_at > (
            select erasure.erased_at from ingest.erasure where erasure.id = tombstone.erasure_id
        ))
    returning tombstone.id
)
delete from ingest.erased_name using back where erased_name.person_id = back.id
"""
_STRIP: LiteralString = """
with theirs as (
    select
        s.ctid as place, s.file, s.row, s.is_active, s.in_out_code, s.location_key, s.site_code, s.unit_code,
        s.realness, 'erased ' || encode({of_own}, 'hex') as own_key,
        'erased ' || encode({of_person}, 'hex') as person_key
    from {stage} as s
    cross join ingest.erasure_salt as salted
    where not s.held and ({own_is_gone} or {person_is_gone})
),
counted as (
    select theirs.* from theirs
    where
        theirs.is_active
        or exists (
            select from record.custody_episode as e
            where e.source_system = %(source_system)s and e.source_key = theirs.own_key
        )
),
refused as (
    update {stage} as s set held = true from counted where s.ctid = counted.place
),
told as (
    insert into pg_temp.noted (entity, code, file, row, field)
    select 'custody_episode', 'erased_in_custody', counted.file, counted.row, 'source_key' from counted
),
somebody as (
    insert into {people} (source_key, prison_number, site_code, unit_code, realness)
    select distinct on (counted.person_key)
        counted.person_key, counted.person_key, counted.site_code, counted.unit_code, counted.realness
    from counted
    order by counted.person_key, counted.is_active desc nulls last
)
insert into {stage} (
    source_key, person_key, is_active, in_out_code, location_key, site_code, unit_code, realness
)
select
    counted.own_key, counted.person_key, counted.is_active, counted.in_out_code, counted.location_key,
    counted.site_code, counted.unit_code, counted.realness
from counted
"""
# Who was let back is counted under their own name; of a source that gives everything the other one ends by itself.
_NAMED_AGAIN: LiteralString = """
insert into {stage} (source_key, person_key, is_active, site_code, unit_code, realness)
select e.source_key, person.source_key, false, e.site_code, e.unit_code, e.realness
from {stage} as s
cross join ingest.erasure_salt as salted
inner join record.custody_episode as e
    on e.source_system = %(source_system)s and e.source_key = 'erased ' || encode({of_own}, 'hex')
inner join record.person on person.id = e.person_id
where not s.held and e.is_active and not {own_is_gone} and not {person_is_gone}
"""
_HIDE: LiteralString = """
insert into ingest.unnamed (person_id, source_system, since)
select person.id, person.source_system, %(at)s
from record.person
where
    person.source_system = %(source_system)s
    and person.source_key in (select s.source_key from {people} as s where s.source_key like 'erased %%')
on conflict (person_id) do nothing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """Which source gives what is staged, whether it gives everything, and when, by the clock of the node."""

    source_system: str
    is_full: bool
    recorded_at: datetime


class Given(Protocol):
    """The same, of whatever knows it."""

    @property
    def source_system(self) -> str:
        """Whose keys these are."""
        ...

    @property
    def is_full(self) -> bool:
        """It gives everything."""
        ...

    @property
    def recorded_at(self) -> datetime:
        """By the clock of the node."""
        ...


def strip_erased(connection: Connection, staged: Mapping[str, str], *, given: Given) -> int:
    """Bring who is in custody anew back, and leave of those who stay erased their place; how many.

    Args:
        connection: as loader, in the turn of all writers where something is written; everything is staged.
        staged: the staging table of each entity that is staged.
        given: by which source, and when.
    """
    if EPISODE not in staged:
        return 0
    asked = {"source_system": given.source_system, "at": given.recorded_at, "by": BY_ITSELF}
    # INVARIANT: asked in the turn of all writers, so that an erasure is before this batch or after it.
    row = connection.execute(_HAS_ERASED, asked).fetchone()
    if not (row and row[0]):
        return 0
    people = staged.get(PERSON)
    if people is None:
        return 0
    kinds = {"own": (EPISODE, "source_key"), "person": (PERSON, "person_key")}
    parts: dict[str, sql.Composable] = {"stage": staging_table(staged[EPISODE]), "people": staging_table(people)}
    for name, (kind, column) in kinds.items():
        digest = sql.SQL(_DIGEST).format(kind=sql.Literal(kind), key=sql.Identifier("s", column))
        parts[f"of_{name}"] = digest
        parts[f"{name}_is_gone"] = sql.SQL(_IS_GONE).format(kind=sql.Literal(kind), digest=digest)
    connection.execute(sql.SQL(_COME_BACK).format(**parts), asked)
    number = 0 if given.is_full else connection.execute(sql.SQL(_NAMED_AGAIN).format(**parts), asked).rowcount
    return number + connection.execute(sql.SQL(_STRIP).format(**parts), asked).rowcount


def hide_unnamed(connection: Connection, people: str, *, given: Given) -> None:
    """Hide who has no name from everybody, once people are written, as loader.

    Args:
        connection: in the transaction of the batch.
        people: the staging table of people.
        given: by which source, and when.
    """
    statement = sql.SQL(_HIDE).format(people=staging_table(people))
    connection.execute(statement, {"source_system": given.source_system, "at": given.recorded_at})


def unnamed_in_custody(database: Database) -> int:
    """How many people are in custody of whom only the place is kept."""
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute(_IN_CUSTODY).fetchone()
    return int(row[0]) if row else 0
