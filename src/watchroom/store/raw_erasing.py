"""Which raw rows are about records that were erased, and their erasure: by digests of what stands in their columns.

A mapping says which columns hold the name of a person or of something of theirs, and which of them a row that is theirs
passes on: the row of a person gives the number of each booking, and by that the alerts of the booking are found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from watchroom.store.composing import any_of, of
from watchroom.store.database import Connection
from watchroom.store.tables import form_of

PERSONS = "person"
"""The kind of names whose values are the source's keys of people."""
OF_ALL = ""
"""What stands as the source of names by which any source may name somebody: numbers, in the form of `form_of`."""

_ERASE = """
with recursive salted as (select salt from ingest.erasure_salt),
meant as materialized (select entity, id, key_digest from ingest.tombstone where {which}),
place as (
    select place.* from unnest(
        %(files)s::bigint[], %(kinds)s::text[], %(positions)s::int[], %(passes)s::boolean[], %(if_at)s::int[],
        %(if_is)s::text[]
    ) as place (file_id, kind, position, passes, if_at, if_is)
),
named as materialized (
    select
        raw.file_id, raw.row, place.kind, place.passes,
        sha256(salted.salt || convert_to(place.kind || chr(31) || btrim(raw.fields[place.position]), 'UTF8')) as digest
    from place
    inner join ingest.raw_row as raw on raw.file_id = place.file_id
    cross join salted
    where
        btrim(raw.fields[place.position]) <> ''
        and (place.if_at is null or btrim(raw.fields[place.if_at]) = place.if_is)
),
theirs (kind, digest, person_id) as (
    {begun}
    union
    select passed.kind, passed.digest, theirs.person_id
    from theirs
    inner join named on named.kind = theirs.kind and named.digest = theirs.digest
    inner join named as passed on passed.file_id = named.file_id and passed.row = named.row and passed.passes
),
found as (
    select named.file_id, named.row
    from theirs
    inner join named on named.kind = theirs.kind and named.digest = theirs.digest
    {keyed}
),
gone as (
    delete from ingest.raw_row as raw
    using found
    where raw.file_id = found.file_id and raw.row = found.row
    returning raw.file_id, raw.row, raw.fields
),
counted as (
    update ingest.file
    set rows_erased = file.rows_erased + went.number
    from (select gone.file_id, count(*) as number from gone group by gone.file_id) as went
    where file.id = went.file_id
){also}
select
    (select count(*) from gone),
    array(
        select distinct queued.id
        from gone
        cross join unnest(gone.fields) as stood (value)
        inner join ingest.code_value as queued
            on queued.source_system = %(source)s and queued.source_value = btrim(stood.value, ' ' || chr(160))
    )
"""
_KEYED = """
    union
    select raw.file_id, raw.row
    from ingest.raw_row as raw
    cross join salted
    inner join meant
        on meant.entity = {entity}
        and meant.key_digest = sha256(salted.salt || convert_to({entity} || chr(31) || ({key}), 'UTF8'))
    where raw.file_id = any({files}::bigint[])
"""
_BY_PEOPLE = "select meant.entity, meant.key_digest, meant.id from meant where meant.entity = 'person'"
_BY_NAMES = """(
        select meant.entity, meant.key_digest, meant.id from meant where meant.entity = 'person'
        union
        select name.kind, name.digest, name.person_id from ingest.erased_name as name
        where name.source_system in ({source}, '')
    )"""
_KEPT = """,
known as (
    insert into ingest.erased_name (source_system, kind, digest, erasure_id, person_id)
    select {source}, theirs.kind, theirs.digest, {erasure}, theirs.person_id from theirs
    on conflict do nothing
),
untold as (
    delete from ingest.issue
    using gone, ingest.file
    where
        coalesce(file.same_as, file.id) = gone.file_id
        and issue.batch_id = file.batch_id
        and issue.file = file.name
        and issue.row = gone.row
)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAt:
    """Where the rows of a file hold the name of something.

    Attributes:
        file_id: of `ingest.file`.
        kind: of the names; those of `PERSONS` are keys of people.
        position: of the column, from 1.
        passes: a row that is somebody's gives its name of this kind to others.
        if_at, if_is: position of another column and what must stand there; None: it always counts.
    """

    file_id: int
    kind: str
    position: int
    passes: bool = False
    if_at: int | None = None
    if_is: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedBy:
    """How the key of a record is made of a row.

    Attributes:
        entity: of the record.
        files: of `ingest.file`, of equal columns.
        key: SQL on `raw.fields`.
    """

    entity: str
    files: tuple[int, ...]
    key: LiteralString


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where raw rows hold names, and how the keys of records are made of them."""

    named: Sequence[NamedAt]
    keyed: Sequence[KeyedBy]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawGone:
    """Raw rows that were erased: how many, and which values in the queue of codes stood in them."""

    rows: int
    queued: frozenset[int]


def erase_raw_of(connection: Connection, erasure: UUID, *, source: str, places: Places) -> RawGone:
    """Erase the raw rows about the records of an erasure, with what was found wrong with them, as owner.

    By what rows name those people stays as digests: a later delivery may name a booking and not whose it is.
    """
    which = sql.SQL("erasure_id = {} and source_system = {}").format(sql.Literal(erasure), sql.Literal(source))
    also = sql.SQL(_KEPT).format(source=sql.Literal(source), erasure=sql.Literal(erasure))
    search = _Search(which=which, begun=sql.SQL(_BY_PEOPLE), also=also)
    return _erase(connection, search, source=source, places=places)


def erase_raw_again(connection: Connection, source_system: str, *, places: Places) -> RawGone:
    """Erase those of the raw rows that are about records of a source that were erased before, as loader.

    What was found wrong with them stays: it tells by file and row that they were refused.
    """
    source = sql.Literal(source_system)
    which = sql.SQL("source_system = {} and lifted_at is null").format(source)
    begun = sql.SQL(_BY_NAMES).format(source=source)
    search = _Search(which=which, begun=begun, also=sql.SQL(""))
    return _erase(connection, search, source=source_system, places=places)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """Which tombstones are meant, by which names the search begins, and what is done beside the deletion."""

    which: sql.Composable
    begun: sql.Composable
    also: sql.Composable


def _erase(connection: Connection, search: _Search, *, source: str, places: Places) -> RawGone:
    by_key = [
        sql.SQL(_KEYED).format(entity=sql.Literal(one.entity), key=sql.SQL(one.key), files=sql.Literal(list(one.files)))
        for one in places.keyed
    ]
    text = sql.SQL(_ERASE).format(
        which=search.which, begun=search.begun, keyed=sql.SQL("").join(by_key), also=search.also
    )
    given = {
        "source": source,
        "files": [one.file_id for one in places.named],
        "kinds": [one.kind for one in places.named],
        "positions": [one.position for one in places.named],
        "passes": [one.passes for one in places.named],
        "if_at": [one.if_at for one in places.named],
        "if_is": [one.if_is for one in places.named],
    }
    row = connection.execute(text, given).fetchone()
    return RawGone(rows=int(row[0]), queued=frozenset(row[1])) if row else RawGone(rows=0, queued=frozenset())


def refuse_erased(
    entity: str, stage: sql.Composable, people: Sequence[str], *, numbers: Sequence[str] = ()
) -> sql.Composed:
    """The statement that holds staged rows whose record, or whose person, was erased, and notes that.

    Parameters: source_system.

    Args:
        entity: of the staged rows.
        stage: their table.
        people: staging columns that hold keys of people.
        numbers: staging columns that hold what identifies people whatever their source.
    """
    keys = [(entity, "source_key"), *((PERSONS, column) for column in people)]
    named = sql.SQL(
        "exists (select from ingest.erased_name as gone where gone.source_system = {} and gone.kind = {} and"
        " gone.digest = sha256(salted.salt || convert_to({} || chr(31) || {}, 'UTF8')))"
    )
    refusals: list[sql.Composable] = [
        named.format(sql.Literal(OF_ALL), sql.Literal(PERSONS), sql.Literal(PERSONS), form_of(of("s", column)))
        for column in numbers
    ]
    refusals += [
        sql.SQL(
            "exists (select from ingest.tombstone as gone where gone.source_system = %(source_system)s"
            " and gone.entity = {0} and gone.lifted_at is null and gone.key_digest ="
            " sha256(salted.salt || convert_to({0} || chr(31) || s.{1}, 'UTF8')))"
        ).format(sql.Literal(kind), sql.Identifier(column))
        for kind, column in keys
    ]
    return sql.SQL(
        "with refused as (update {stage} as s set held = true from ingest.erasure_salt as salted"
        " where not s.held and ({is_erased}) returning s.file, s.row)"
        " insert into pg_temp.noted (entity, code, file, row, field)"
        " select {entity}, 'erased_before', file, row, 'source_key' from refused"
    ).format(stage=stage, is_erased=any_of(refusals), entity=sql.Literal(entity))
