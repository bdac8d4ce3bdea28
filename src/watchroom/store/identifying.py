"""References beyond a source: a key that is an identifier which other sources of the agency hold for the same thing.

A mapping says by which field rows of an entity are found (`ReferenceRule`). What is found is one row of another source,
of the same agency and the same realness; several are nobody's, and none may be waited for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from watchroom.model.catalogue import Entity, Field
from watchroom.store.composing import any_of, commas, of
from watchroom.store.database import Connection
from watchroom.store.staging import key_name, references, staging_table
from watchroom.store.tables import form_of, table_name

PERSON = "person"
SUBJECT = "person_id"
"""The reference to the person by whom a row is scoped."""
SCOPE = ("site_code", "unit_code")

_FOUND = """left join (
        select
            wanted.realness, wanted.form, count(*) as number, (array_agg(t.id))[1] as id,
            {scope}, bool_or(t.is_restricted) as is_restricted
        from (
            select distinct s.realness, {form} as form
            from {stage} as s
            where not s.held and {key} is not null
        ) as wanted
        inner join {target} as t on {held_form} = wanted.form and t.realness = wanted.realness
        where t.agency_code = %(agency_code)s and t.source_system <> %(source_system)s and {is_no_stand_in}
        group by wanted.realness, wanted.form
    ) as {alias} on {alias}.form = {form} and {alias}.realness = s.realness"""

_SUPERSEDED = """
    delete from {stage} as s
    where exists (
        select from {target} as t
        where
            {held_form} = {form} and t.realness = s.realness and t.agency_code = %(agency_code)s
            and t.source_system <> %(source_system)s and {is_no_stand_in}
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRule:
    """How a source's references to an entity are found beyond the source.

    Attributes:
        target: the entity.
        by: its field that identifies; the keys of the source are values of it, whatever their blanks and capitals.
        makes: the source brings rows of its own for what nobody else has. They are stand-ins: each ends when another
            source has the thing, and what named it names that from then on.
    """

    target: str
    by: str
    makes: bool = False


Rules = tuple[ReferenceRule, ...]


def rule_of(field: Field, rules: Rules) -> ReferenceRule | None:
    """The rule by which a reference is found beyond its source; None: it is not."""
    return next((rule for rule in rules if rule.target == field.target), None)


def ruled(entity: Entity, rules: Rules) -> Iterator[tuple[Field, ReferenceRule]]:
    """The references of an entity that are found beyond their source, each with its rule."""
    for field in references(entity):
        rule = rule_of(field, rules)
        if rule is not None:
            yield field, rule


def found_alias(field: Field) -> str:
    """The relation of what a reference was found to be beyond its source: id, number of rows, place, restriction."""
    return f"beyond_{field.name}"


def number_name(field: Field) -> str:
    """The column of a resolved row that tells how many rows of other sources a key names."""
    return f"{field.name}_number"


def found_join(field: Field, rule: ReferenceRule, staged: str, *, is_scoped: bool) -> sql.Composable:
    """The join of staged rows `s` to what other sources have under their keys: for each key at most one row."""
    scope = [sql.SQL("min({0}) as {1}").format(of("t", name), sql.Identifier(name)) for name in SCOPE]
    key = of("s", key_name(field))
    return sql.SQL(_FOUND).format(
        scope=commas(scope if is_scoped else [sql.SQL("null as {}").format(sql.Identifier(name)) for name in SCOPE]),
        form=form_of(key),
        key=key,
        stage=staging_table(staged),
        target=table_name(rule.target),
        held_form=form_of(of("t", rule.by)),
        is_no_stand_in=is_no_stand_in(rule.target),
        alias=sql.Identifier(found_alias(field)),
    )


def is_no_stand_in(target: str) -> sql.Composable:
    """That a row `t` of an entity stands for itself, and not until another source has the thing."""
    return sql.SQL(
        "t.source_system not in (select rule.source_system from ingest.reference_rule as rule"
        " where rule.target = {} and rule.makes)"
    ).format(sql.Literal(target))


def scope_columns(entity: Entity, rules: Rules) -> dict[str, sql.Composable]:
    """Place and restriction of a resolved row that names people of other sources: it stands where they do."""
    people = [field for field, rule in ruled(entity, rules) if rule.target == PERSON]
    if not people:
        return {}
    is_found = any_of([sql.SQL("{}.number = 1").format(_alias(field)) for field in people])
    hides = [sql.SQL("coalesce({}.is_restricted, false)").format(_alias(field)) for field in people]
    columns: dict[str, sql.Composable] = {
        "is_restricted": any_of([of("s", "is_restricted"), *hides]),
        "origin_restricted": sql.SQL("case when {} then s.is_restricted end").format(is_found),
    }
    for field in people:
        if field.name == SUBJECT:
            columns |= {
                name: sql.SQL("case when {0}.number = 1 then {0}.{1} else s.{1} end").format(
                    _alias(field), sql.Identifier(name)
                )
                for name in entity.scoped_by
            }
    return columns


def drop_superseded(connection: Connection, entity: Entity, staged: str, *, rules: Rules, given: dict[str, str]) -> int:
    """Leave out staged stand-ins of what another source has by now; how many.

    Args:
        connection: as loader.
        entity, staged: what is staged, and where.
        rules: of the source.
        given: source_system and agency_code.
    """
    rule = next((rule for rule in rules if rule.makes and rule.target == entity.name), None)
    if rule is None:
        return 0
    statement = sql.SQL(_SUPERSEDED).format(
        stage=staging_table(staged),
        target=table_name(entity.name),
        form=form_of(of("s", rule.by)),
        held_form=form_of(of("t", rule.by)),
        is_no_stand_in=is_no_stand_in(entity.name),
    )
    return connection.execute(statement, given).rowcount


def _alias(field: Field) -> sql.Identifier:
    return sql.Identifier(found_alias(field))
