"""People by the numbers that identify them: who has the same one, who stands in for somebody, which are erased."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from watchroom.model.catalogue import Catalogue
from watchroom.store.about import PERSON, tables_of
from watchroom.store.database import Connection
from watchroom.store.identifying import is_no_stand_in
from watchroom.store.tables import form_of, table_name

_THEIR_FORMS: LiteralString = "select t.agency_code, {form} as form from {table} as t where t.id = any(%(people)s)"
_STAND_INS: LiteralString = """
    select t.id
    from {table} as t
    inner join ingest.reference_rule as rule
        on rule.source_system = t.source_system and rule.target = 'person' and rule.by_field = {by} and rule.makes
    inner join theirs on theirs.form = {form} and theirs.agency_code = t.agency_code
"""
_DOUBLES: LiteralString = """
    select t.id
    from {table} as one
    inner join {table} as t on {form} = {theirs} and t.agency_code = one.agency_code and t.realness = one.realness
    where one.id = any(%(people)s) and t.id <> all(%(people)s) and {is_no_stand_in}
"""
_KEEP_NUMBERS: LiteralString = """
with gone as (
    select tombstone.id from ingest.tombstone
    where tombstone.erasure_id = %(erasure_id)s and tombstone.entity = 'person'
),
number as ({numbers}),
kept as (
    insert into ingest.erased_name (source_system, kind, digest, erasure_id, person_id)
    select
        '', 'person', sha256(salted.salt || convert_to('person' || chr(31) || number.form, 'UTF8')), %(erasure_id)s,
        number.id
    from number
    cross join ingest.erasure_salt as salted
    where number.form is not null
    on conflict do nothing
)
delete from ingest.waiting
where
    waiting.forms && (select coalesce(array_agg(number.form), '{{}}') from number)
    or exists (
        select from ingest.tombstone
        where
            tombstone.erasure_id = %(erasure_id)s and tombstone.entity = waiting.entity
            and tombstone.source_system = waiting.source_system
            and tombstone.key_digest = (
                select sha256(salt || convert_to(waiting.entity || chr(31) || waiting.source_key, 'UTF8'))
                from ingest.erasure_salt
            )
    )
"""


def doubles_of(connection: Connection, model: Catalogue, people: Sequence[UUID]) -> tuple[UUID, ...]:
    """Other people of the agency, but for stand-ins, who have a number of one of these."""
    found = set[UUID]()
    for by in _identifying(model):
        statement = sql.SQL(_DOUBLES).format(
            table=table_name(PERSON),
            theirs=form_of(sql.Identifier("one", by)),
            form=form_of(sql.Identifier("t", by)),
            is_no_stand_in=is_no_stand_in(PERSON),
        )
        found |= {row[0] for row in connection.execute(statement, {"people": list(people)}).fetchall()}
    return tuple(sorted(found))


def with_stand_ins(connection: Connection, model: Catalogue, people: Sequence[UUID]) -> tuple[UUID, ...]:
    """These people and their stand-ins, that stand or stood until another source had them."""
    person = model.entity(PERSON)
    if not people:
        return ()
    found = set[UUID]()
    for by in _identifying(model):
        form = form_of(sql.Identifier("t", by))
        theirs, others = (
            sql.SQL("\nunion\n").join(
                sql.SQL(text).format(table=table, form=form, by=sql.Literal(by)) for table in tables_of(person)
            )
            for text in (_THEIR_FORMS, _STAND_INS)
        )
        statement = sql.SQL("with theirs as ({}) {}").format(theirs, others)
        found |= {row[0] for row in connection.execute(statement, {"people": list(people)}).fetchall()}
    return tuple(dict.fromkeys((*people, *sorted(found))))


def keep_numbers(connection: Connection, model: Catalogue, *, erasure: UUID) -> None:
    """Keep as digests by which number any source may name the people who go, and forget what waited for them."""
    numbers = [
        sql.SQL("select {} as form, t.id from {} as t inner join gone on t.id = gone.id").format(
            form_of(sql.Identifier("t", by)), table
        )
        for by in _identifying(model)
        for table in tables_of(model.entity(PERSON))
    ]
    statement = sql.SQL(_KEEP_NUMBERS).format(numbers=sql.SQL("\nunion\n").join(numbers))
    connection.execute(statement, {"erasure_id": erasure})


def _identifying(model: Catalogue) -> list[str]:
    return [field.name for field in model.entity(PERSON).fields if field.identifies]
