"""The SQL around an entity's mapping: text becomes typed values, and what cannot be read becomes a problem.

The mapping selects text (or typed) columns under the names of the model; what each must become is known from
the catalogue, so that no mapping spells out casts, checks or code lists.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watchroom.ingest.mapping import MappingError
from watchroom.model.catalogue import BASE_COLUMNS, Entity, Field, FieldKind

PLACE = ("source_table", "source_row", "source_key")
# Base columns that a mapping may give; without them the defaults of staging hold.
_BASE = frozenset(column.name for column in BASE_COLUMNS) - {
    "id",
    "agency_code",
    "source_system",
    "source_key",
    "batch_id",
    "recorded_from",
    "seq_from",
    "unreliable_dates",
}
_BAD = {
    FieldKind.DATE: "bad_date",
    FieldKind.INSTANT: "bad_date",
    FieldKind.INTEGER: "bad_number",
    FieldKind.BOOLEAN: "bad_boolean",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One column of the typed table.

    Attributes:
        name: of the staging column.
        given: the column of the mapping that it is read from.
        expression: SQL that reads it; `r` is the mapping's row.
        join: SQL that the expression needs.
        problems: pairs of a condition and the code of the issue.
        unreliable: codes of those problems that make a date unreliable.
        is_needed: a row without it is held back.
        kind: what it holds; TEXT may hold any characters.
        early: SQL that is worked out once, before the expression and the problems use it; `mapping` is the row.
    """

    name: str
    given: str
    expression: str
    kind: FieldKind = FieldKind.TEXT
    early: str = ""
    join: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    unreliable: tuple[str, ...] = ()
    is_needed: bool = False


def values_of(entity: Entity, given: Sequence[str]) -> tuple[Value, ...]:
    """The columns that a mapping which selects `given` fills.

    Raises:
        MappingError: it selects a column that the entity does not have, or not the place of the row.
    """
    left = set(given) - set(PLACE)
    if not set(PLACE) <= set(given):
        raise MappingError(f"the mapping of `{entity.name}` must select {', '.join(PLACE)}")
    values = [_plain(name) for name in given if name in _BASE or name in entity.scoped_by]
    left -= {value.given for value in values}
    for field in entity.fields:
        for value in _of_field(field, left):
            values.append(value)
            left.discard(value.given)
    if left:
        raise MappingError(f"the mapping of `{entity.name}` selects {sorted(left)}, which the model does not have")
    return tuple(values)


def typed_sql(mapped: str, values: Sequence[Value]) -> str:
    """A query of one row per row of the mapping: typed values, `problems`, `unreliable`, and `is_held`."""
    checks = [
        f"case when {condition} then '{value.given}|{code}' end"
        for value in values
        for condition, code in value.problems
    ]
    unreliable = [
        f"case when list_has_any(problems, [{_literals(value)}]) then '{value.name}' end"
        for value in values
        if value.unreliable
    ]
    needed = [f"{quoted(value.name)} is null" for value in values if value.is_needed]
    early = "".join(f", {value.early} as {quoted(_early(value.given))}" for value in values if value.early)
    columns = ",\n    ".join(f"{value.expression} as {quoted(value.name)}" for value in values)
    joins = "\n".join(value.join for value in values if value.join)
    return f"""
with mapping as (
{mapped}
),
r as (
select mapping.*{early}
from mapping
),
typed as (
select
    r.source_table,
    r.source_row,
    cast(r.source_key as varchar) as source_key,
    row_number() over (partition by r.source_key order by r.source_table, r.source_row) as nth,
    {columns},
    {_present(checks)} as problems
from r
{joins}
)
select
    *,
    {_present(unreliable)} as unreliable_dates,
    source_key is null or nth > 1 as is_lost,
    {" or ".join(needed) or "false"} as is_held
from typed
"""


def rough(values: Sequence[Value]) -> str:
    """Whether a typed row holds a character that COPY's text format must escape, as SQL."""
    texts = ["source_key", *(quoted(value.name) for value in values if value.kind is FieldKind.TEXT)]
    return f"regexp_matches(concat({', '.join(texts)}), '[\\\\\\t\\n\\r]')"


def copied(values: Sequence[Value], *, is_rough: bool = True) -> tuple[tuple[str, str], ...]:
    """The staging columns in order, each with the SQL of its text in PostgreSQL's COPY; `t` is the typed row.

    Args:
        values: of the typed table.
        is_rough: there are characters to escape in it.
    """
    return (
        ("source_key", "copy_text(t.source_key)" if is_rough else "t.source_key"),
        *((value.name, _copied(value, is_rough=is_rough)) for value in values),
        ("unreliable_dates", "'{' || array_to_string(t.unreliable_dates, ',') || '}'"),
        ("file", "copy_text(f.file)"),
        ("row", "cast(t.source_row as varchar)"),
        ("held", "cast(t.is_held as varchar)"),
    )


def _copied(value: Value, *, is_rough: bool) -> str:
    column = f"t.{quoted(value.name)}"
    if value.kind is FieldKind.TEXT:
        return f"copy_text({column})" if is_rough else column
    return f"cast({column} as varchar) || '+00'" if value.kind is FieldKind.INSTANT else f"cast({column} as varchar)"


def _early(given: str) -> str:
    return f"read of {given}"


def _literals(value: Value) -> str:
    return ", ".join(f"'{value.given}|{code}'" for code in value.unreliable)


def quoted(name: str) -> str:
    """A name of the model as an identifier."""
    return f'"{name}"'


def _present(expressions: Sequence[str]) -> str:
    listed = ", ".join(expressions) or "null"
    return f"list_filter([{listed}]::varchar[], lambda x: x is not null)"


def _plain(name: str) -> Value:
    return Value(name=name, given=name, expression=f"cast(r.{quoted(name)} as varchar)")


def _of_field(field: Field, given: set[str]) -> Iterator[Value]:
    if field.kind is FieldKind.CODE:
        yield from _of_code(field, given)
    elif field.kind is FieldKind.REFERENCE:
        name = field.name.removesuffix("_id") + "_key"
        if name in given:
            value = _plain(name)
            yield Value(
                name=name,
                given=name,
                expression=value.expression,
                problems=_needed(field, name),
                is_needed=field.required,
            )
    elif field.name in given:
        yield _of_plain(field)


def _of_plain(field: Field) -> Value:
    raw = f"cast(r.{quoted(field.name)} as varchar)"
    if field.kind is FieldKind.TEXT:
        return Value(
            name=field.name,
            given=field.name,
            expression=raw,
            problems=_needed(field, field.name),
            is_needed=field.required,
        )
    if field.kind in (FieldKind.INTEGER, FieldKind.BOOLEAN):
        read = f"r.{quoted(_early(field.name))}"
        parser = "parse_number" if field.kind is FieldKind.INTEGER else "parse_flag"
        return Value(
            name=field.name,
            given=field.name,
            expression=read,
            kind=field.kind,
            early=f"{parser}(cast(mapping.{quoted(field.name)} as varchar))",
            problems=(
                (f"{raw} is not null and {read} is null", _BAD[field.kind]),
                *_needed(field, field.name),
            ),
            is_needed=field.required,
        )
    return _of_time(field, raw)


def _of_time(field: Field, raw: str) -> Value:
    """A day or an instant, read from what the source's clock showed."""
    wall = f"r.{quoted(_early(field.name))}"
    read = f"cast({wall} as date)"
    doubts: list[tuple[str, str]] = []
    if field.kind is FieldKind.INSTANT:
        read = f"coalesce(instant_of({wall}), offset_instant({raw}))"
        doubts += [(f"is_missing_hour({wall})", "missing_time"), (f"is_repeated_hour({wall})", "ambiguous_time")]
    if field.default_instant:
        doubts.append((f"is_default_instant({raw}, {wall})", "date_is_default"))
    bad = (f"{raw} is not null and {wall} is null and ({read}) is null", _BAD[field.kind])
    return Value(
        name=field.name,
        given=field.name,
        expression=read,
        kind=field.kind,
        early=f"wall_clock(trim(cast(mapping.{quoted(field.name)} as varchar)))",
        problems=(bad, *doubts, *_needed(field, field.name)),
        unreliable=tuple(code for _, code in doubts),
        is_needed=field.required,
    )


def _of_code(field: Field, given: set[str]) -> Iterator[Value]:
    """The code by crosswalk from the source value; `x_read_as` gives a value that is read but not kept."""
    stem = field.name.removesuffix("_code")
    kept, read_as = f"{stem}_source_value", f"{stem}_read_as"
    is_kept = kept in given
    source = read_as if read_as in given else kept
    if source not in given:
        return
    raw = f"trim(cast(r.{quoted(source)} as varchar))"
    alias = f"code_of_{stem}"
    problem = ((f"{raw} is not null and {alias}.code is null", "unmapped_code"),) if source == kept else ()
    yield Value(
        name=field.name,
        given=source,
        expression=f"{alias}.code",
        join=f"left join crosswalk as {alias} on {alias}.list = '{field.code_list}' and {alias}.source_value = {raw}",
        problems=problem,
        is_needed=field.required,
    )
    if is_kept:
        yield Value(name=kept, given=kept, expression=f"cast(r.{quoted(kept)} as varchar)")


def _needed(field: Field, given: str) -> tuple[tuple[str, str], ...]:
    return ((f"r.{quoted(given)} is null", "value_missing"),) if field.required else ()
