"""The part of the write statement that turns source keys into ids, and says where that failed."""

from dataclasses import dataclass

from psycopg import sql

from watchroom.model.catalogue import Entity, Field
from watchroom.store.composing import all_of, any_of, commas, of
from watchroom.store.identifying import PERSON, Rules, found_alias, found_join, number_name, ruled, scope_columns
from watchroom.store.staging import compared, key_name, references, refers_to_itself, staging_table
from watchroom.store.tables import standing_table

AWAITED = "reference_awaited"
"""The code of an issue: no source of the agency has what a key names; it is found when one has it."""
AMBIGUOUS = "reference_ambiguous"
"""The code of an issue: other sources of the agency have several rows of what a key names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where what a key points to is looked for.

    Attributes:
        ids: a key is either such a key or the id of any row that stands: staff point at what they see.
        beside: the rows of the source are those beside the record.
    """

    ids: bool = False
    beside: bool = False


WITHIN = Ways()
_ISSUES = """
    insert into pg_temp.noted (entity, code, file, row, field, source_key)
    select {entity}, fault.fault_code, s.file, s.row, fault.fault_field, s.source_key
    from resolved as s
    cross join lateral unnest(array[{codes}]::text[], {fields}::text[], {holding}::boolean[])
        as fault (fault_code, fault_field, fault_holds)
    where
        ({incomplete}) and fault.fault_code is not null
        -- Of a row that is held back only the reasons are told: nothing of it is loaded or left empty.
        and (fault.fault_holds or ({complete}))
"""


def resolved_columns(entity: Entity, *, is_full: bool, keeps: bool = False, rules: Rules = ()) -> sql.Composable:
    """The columns of a staged row with its ids: a key that ended brings its own back."""
    own_id = sql.SQL("coalesce(gone.id, s.new_id)") if refers_to_itself(entity) else sql.SQL("gone.id")
    columns: list[sql.Composable] = [
        of("s", "file"),
        of("s", "row"),
        sql.SQL("origin.id as origin_file"),
        of("s", "source_key"),
        sql.SQL("{} as new_id").format(own_id),
        sql.SQL("gone.id is not null as has_returned"),
    ]
    if keeps:
        columns.append(of("s", "kept"))
    referring = {field.name: field for field in references(entity)}
    beyond = {field.name for field, _ in ruled(entity, rules)}
    scope = scope_columns(entity, rules)
    columns += [sql.SQL("{} as {}").format(scope[name], sql.Identifier(name)) for name in scope]
    for column in compared(entity):
        field = referring.get(column.name)
        if column.name in scope:
            continue
        if field is None:
            columns.append(of("s", column.name))
            continue
        found = _target_id(entity, field, is_full=is_full)
        if field.name in beyond:
            alias = found_alias(field)
            # INVARIANT: of several nobody says which is meant, so none is; a row of the source's own is none of them.
            found = sql.SQL("case coalesce({number}, 0) when 0 then {own} when 1 then {id} end").format(
                number=of(alias, "number"), own=found, id=of(alias, "id")
            )
            columns.append(sql.SQL("{} as {}").format(of(alias, "number"), sql.Identifier(number_name(field))))
        columns.append(sql.SQL("{} as {}").format(found, sql.Identifier(field.name)))
        columns.append(of("s", key_name(field)))
    return commas(columns)


def resolving_joins(
    entity: Entity, staged: str, *, is_full: bool, by: Ways = WITHIN, rules: Rules = ()
) -> sql.Composable:
    """The joins of a staged row `s` to what its keys point to, within its source system, and by rules beyond it."""
    joins: list[sql.Composable] = []
    for field, rule in ruled(entity, rules):
        joins.append(found_join(field, rule, staged, is_scoped=rule.target == PERSON))
    for field in references(entity):
        key, alias = of("s", key_name(field)), sql.Identifier(f"to_{field.name}")
        # In a full batch only what the batch itself names will stand.
        if not (is_full and field.target == entity.name):
            target = standing_table(field.target or "", is_beside=by.beside)
            on = sql.SQL("{alias}.source_system = %(source_system)s and {alias}.source_key = {key}")
            if by.ids:
                on = sql.SQL(
                    "({alias}.id = {key}::uuid or {alias}.source_system = %(source_system)s"
                    " and {alias}.source_key = {key})"
                )
            joined = sql.SQL("left join {} as {} on {}")
            joins.append(joined.format(target, alias, on.format(alias=alias, key=key)))
        if field.target == entity.name:
            joins.append(_join_within(entity, staged, field, is_beside=by.beside))
    return sql.SQL("\n    ").join(joins)


def issues_of(entity: Entity, rules: Rules = ()) -> sql.Composable:
    """The statement that notes fields without a value: see `_faults`."""
    faults = _faults(entity, rules)
    return sql.SQL(_ISSUES).format(
        entity=sql.Literal(entity.name),
        codes=commas(sql.SQL("case when {} then {} end").format(condition, code) for _, code, condition in faults),
        fields=sql.Literal([field for field, _, _ in faults]),
        holding=sql.Literal([entity.field(field).required for field, _, _ in faults]),
        incomplete=incomplete(entity),
        complete=complete(entity),
    )


def incomplete(entity: Entity) -> sql.Composable:
    """That a field of a resolved row has no value where its key or the model asks for one."""
    return any_of([condition for _, _, condition in _faults(entity)])


def _faults(entity: Entity, rules: Rules = ()) -> list[tuple[str, sql.Literal, sql.Composed]]:
    """Field, code and condition: references that point nowhere, and fields that may not be empty."""
    faults: list[tuple[str, sql.Literal, sql.Composed]] = []
    beyond = {field.name for field, _ in ruled(entity, rules)}
    for field in entity.fields:
        empty = sql.SQL("{} is null").format(sql.Identifier(field.name))
        if field.target is not None:
            is_given = sql.SQL("{} is not null").format(sql.Identifier(key_name(field)))
            dangling = sql.SQL("({} and {})").format(empty, is_given)
            if field.name in beyond:
                several = sql.SQL("coalesce({}, 0) > 1").format(sql.Identifier(number_name(field)))
                faults.append((field.name, sql.Literal(AMBIGUOUS), sql.SQL("({} and {})").format(dangling, several)))
                dangling = sql.SQL("({} and not ({}))").format(dangling, several)
            faults.append((field.name, sql.Literal(AWAITED if field.name in beyond else "reference_missing"), dangling))
            empty = sql.SQL("({} and not ({}))").format(empty, is_given)
        if field.required:
            faults.append((field.name, sql.Literal("value_missing"), empty))
    return faults


def complete(entity: Entity) -> sql.Composable:
    """That a resolved row has a value for every required field."""
    return all_of(
        [sql.SQL("{} is not null").format(sql.Identifier(field.name)) for field in entity.fields if field.required]
    )


def _join_within(entity: Entity, staged: str, field: Field, *, is_beside: bool) -> sql.Composable:
    return sql.SQL("""
    left join (
        select near.source_key, coalesce(present.id, gone.id, near.new_id) as id
        from {stage} as near
        left join {table} as present
            on present.source_system = %(source_system)s and present.source_key = near.source_key
        left join ingest.ended_key as gone
            on gone.entity = {entity} and gone.source_system = %(source_system)s and gone.source_key = near.source_key
        where present.id is not null or not (near.held or {incomplete})
    ) as {alias} on {alias}.source_key = {key}""").format(
        stage=staging_table(staged),
        table=standing_table(entity.name, is_beside=is_beside),
        entity=sql.Literal(entity.name),
        alias=sql.Identifier(f"near_{field.name}"),
        key=of("s", key_name(field)),
        incomplete=any_of(
            [
                sql.SQL("{} is null").format(of("near", own.name))
                for own in entity.fields
                if own.required and not own.target
            ]
        ),
    )


def _target_id(entity: Entity, field: Field, *, is_full: bool) -> sql.Composable:
    found = sql.Identifier(f"to_{field.name}", "id")
    if field.target != entity.name:
        return found
    near = sql.Identifier(f"near_{field.name}", "id")
    return near if is_full else sql.SQL("coalesce({}, {})").format(found, near)
