"""What follows when a batch moves, brings or ends what other sources name: in its transaction, as part of what it did.

Rows of other sources stand where their person does, and are restricted when the person is. Whoever moves wing takes
along at once what every source wrote of them. Rows that waited for somebody are taken; what stood under a stand-in is
the person's own from then on, and the stand-in ends. It is set-based; where nothing moved it is one small question.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import LiteralString

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.store.database import Connection
from watchroom.store.follow_statement import ending_statement, following_statement
from watchroom.store.identifying import ReferenceRule, is_no_stand_in
from watchroom.store.staging import references
from watchroom.store.tables import form_of, history_of, table_name
from watchroom.store.waiting import take_up, waiting_for
from watchroom.store.writes import BatchStamp, write_entity

_QUERIES = load_queries("watchroom.store", "following.sql")
_LAY_OUT: LiteralString = """
    drop table if exists pg_temp.found, pg_temp.replaced, pg_temp.moved;
    create temporary table found (realness text, form text, id uuid) on commit drop;
    create temporary table replaced (old_id uuid, new_id uuid, realness text) on commit drop;
    create temporary table moved (id uuid) on commit drop
"""
# Identifiers that the batch brought, took or changed, each with the one row that has it now; and, of rules that are
# new, those of what stood before.
_FIND: LiteralString = """
    with touched as (
        select t.realness, {form} as form from {target} as t where t.seq_from = %(seq)s
        union
        select t.realness, {form} from {history} as t where t.seq_to = %(seq)s
        union
        select t.realness, {form} from {target} as t where t.source_system = any(%(unsettled)s::text[])
    )
    insert into pg_temp.found (realness, form, id)
    select touched.realness, touched.form, (array_agg(t.id))[1]
    from touched
    inner join {target} as t on {form} = touched.form and t.realness = touched.realness
    where t.agency_code = %(agency_code)s and {is_no_stand_in}
    group by touched.realness, touched.form
    having count(*) = 1
"""
# Somebody whom an officer restricted stays who they are: nothing of theirs passes to a person who is not hidden.
_REPLACE: LiteralString = """
    insert into pg_temp.replaced (old_id, new_id, realness)
    select t.id, found.id, found.realness
    from pg_temp.found
    inner join {target} as t on {form} = found.form and t.realness = found.realness
    where
        t.agency_code = %(agency_code)s and t.id <> found.id and t.source_system = any(%(makers)s::text[])
        and not exists (
            select from gate.restriction where restriction.person_id = t.id and restriction.lifted_at is null
        )
"""
_MOVE: LiteralString = """
    insert into pg_temp.moved (id)
    select change.id
    from ingest.change
    where
        change.seq = %(seq)s and change.entity = {entity}
        and (
            change.op in ('new', 'ended')
            or change.changed_fields && array['site_code', 'unit_code', 'is_restricted']
        )
    union
    select replaced.old_id from pg_temp.replaced
    union
    select t.id
    from {target} as t
    where cardinality(%(unsettled)s::text[]) > 0 and t.agency_code = %(agency_code)s and {is_no_stand_in}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rule that stands.

    Attributes:
        source: whose it is.
        rule: by which it names; None: by id.
        entities: of its own whose rows may name such rows.
        is_settled: what stood before it has been looked through.
    """

    source: str
    target: str
    rule: ReferenceRule | None
    entities: tuple[str, ...]
    is_settled: bool


def keep_rules(connection: Connection, model: Catalogue, *, batch: BatchStamp, entities: Collection[str]) -> None:
    """Enter the rules of a source, once its turn has come.

    Args:
        connection: as loader.
        model: of the node.
        batch: of the source.
        entities: that its mapping makes.
    """
    standing = {one.target: one for one in _standing(connection, batch) if one.source == batch.source_system}
    for rule in batch.rules:
        naming = tuple(
            name for name in entities if any(field.target == rule.target for field in references(model.entity(name)))
        )
        known = standing.get(rule.target)
        if known is None or (known.rule, known.entities) != (rule, naming):
            given = {"target": rule.target, "by_field": rule.by, "makes": rule.makes, "entities": list(naming)}
            connection.execute(_QUERIES["keep_rule"].text, {**batch.own, **given})
    if standing.keys() - {rule.target for rule in batch.rules}:
        targets = [rule.target for rule in batch.rules]
        given = {"source_system": batch.source_system, "targets": targets}
        connection.execute(_QUERIES["forget_rules"].text, given)


def follow(connection: Connection, model: Catalogue, *, batch: BatchStamp, moved: Collection[str]) -> int:
    """Have the rows of other sources follow what the batch wrote; how many got a version, or came.

    Args:
        connection: as loader, in the transaction of the batch, when all its entities are written.
        model: of the node.
        batch: that was written.
        moved: the entities of which it brought, changed or ended rows.
    """
    rules = [one for one in _standing(connection, batch) if one.target in model.entities]
    number = 0
    for target in dict.fromkeys(rule.target for rule in rules):
        mine = [one for one in rules if one.target == target]
        is_anew = any(not one.is_settled for one in mine)
        if is_anew or (target in moved and any(one.source != batch.source_system for one in mine)):
            _lay_out(connection, model.entity(target), rules=mine, batch=batch)
            number += sum(_taken_up(connection, model, rules=rules, batch=batch))
            number += sum(_followed(connection, model, model.entity(target), rules=mine, batch=batch))
    if any(not one.is_settled for one in rules):
        connection.execute(_QUERIES["settle_rules"].text, {"agency_code": batch.agency_code})
    return number


def _standing(connection: Connection, batch: BatchStamp) -> tuple[Standing, ...]:
    rows = connection.execute(_QUERIES["rules_of"].text, {"agency_code": batch.agency_code})
    return tuple(
        Standing(
            source=source,
            target=target,
            rule=None if by is None else ReferenceRule(target=target, by=by, makes=makes),
            entities=tuple(entities),
            is_settled=is_settled,
        )
        for source, target, by, makes, entities, is_settled in rows
    )


def _followed(
    connection: Connection, model: Catalogue, target: Entity, *, rules: Sequence[Standing], batch: BatchStamp
) -> Iterator[int]:
    """How many rows of each source and entity went along, and how many stand-ins ended."""
    given: dict[str, object] = {"seq": batch.seq, "recorded_at": batch.recorded_at}
    for one in rules:
        # What a source wrote itself was resolved as it was written.
        for name in one.entities if one.source != batch.source_system or not one.is_settled else ():
            if name in model.entities:
                statement = following_statement(model.entity(name), target.name, is_by_id=one.rule is None)
                yield _number(connection, statement, {**given, "source_system": one.source})
    if any(one.rule is not None and one.rule.makes for one in rules):
        yield _number(connection, ending_statement(target), given)


def _lay_out(connection: Connection, target: Entity, *, rules: Sequence[Standing], batch: BatchStamp) -> None:
    """Lay out what is found by its identifier by now, which stand-ins that replaces, and what moved."""
    given: dict[str, object] = {
        "seq": batch.seq,
        "agency_code": batch.agency_code,
        "unsettled": [one.source for one in rules if not one.is_settled],
    }
    connection.execute(_LAY_OUT)
    named = {
        "target": table_name(target.name),
        "history": table_name(history_of(target)),
        "entity": sql.Literal(target.name),
        "is_no_stand_in": is_no_stand_in(target.name),
    }
    for by in dict.fromkeys(one.rule.by for one in rules if one.rule is not None):
        form = form_of(sql.Identifier("t", by))
        makers = [one.source for one in rules if one.rule is not None and one.rule.makes and one.rule.by == by]
        connection.execute(sql.SQL(_FIND).format(**named, form=form), given)
        connection.execute(sql.SQL(_REPLACE).format(**named, form=form), {**given, "makers": makers})
    connection.execute(sql.SQL(_MOVE).format(**named), given)


def _taken_up(
    connection: Connection, model: Catalogue, *, rules: Sequence[Standing], batch: BatchStamp
) -> Iterator[int]:
    """How many rows came of each batch of which some waited for what is there now."""
    row = connection.execute(_QUERIES["found_forms"].text).fetchone()
    forms: list[str] = row[0] if row else []
    waiting = list(waiting_for(connection, forms)) if forms else []
    if not waiting:
        return
    # What was wrong with the rows of the batch was told when they were written.
    connection.execute(_QUERIES["forget_noted"].text)
    by_source: dict[str, tuple[ReferenceRule, ...]] = {}
    for one in rules:
        by_source[one.source] = (*by_source.get(one.source, ()), *((one.rule,) if one.rule else ()))
    order = {name: number for number, name in enumerate(model.entities)}
    # INVARIANT: rows of another agency wait for what its own sources bring.
    mine = [one for one in waiting if one[0] in by_source and one[1] in order]
    for source, name, batch_id in sorted(mine, key=lambda one: (order[one[1]], one[2])):
        stamp = replace(batch, batch_id=batch_id, source_system=source, is_full=False, rules=by_source[source])
        entity = model.entity(name)
        staged = take_up(connection, entity, source_system=source, batch_id=batch_id, forms=forms)
        written = write_entity(connection, entity, staged, batch=stamp, keeps=True)
        yield written.new + written.changed


def _number(connection: Connection, statement: LiteralString, given: dict[str, object]) -> int:
    row = connection.execute(statement, given).fetchone()
    return int(row[0]) if row else 0
