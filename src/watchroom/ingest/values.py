"""What each column of an entity is read from: the SQL that reads it, and what may be wrong with it.

The catalogue knows what a column must become, so that no mapping spells out casts, checks or code lists.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from watchroom.ingest.mapping import MappingError
from watchroom.model.catalogue import BASE_COLUMNS, LONGEST_KEY, LONGEST_TEXT, Entity, Field, FieldKind

PLACE = ("source_table", "source_row", "source_key")
LEAVES_REST = "leaves_rest"
"""A column that a mapping may select beside those of the model: where it holds, what the row leaves empty stands."""
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
    FieldKind.NUMBER: "bad_decimal",
    FieldKind.GEOMETRY: "bad_geometry",
    FieldKind.BOOLEAN: "bad_boolean",
}
TOO_LONG = "text_too_long"
# The macro that reads a value of that kind; null where it cannot be read.
_PARSERS = {
    FieldKind.INTEGER: "parse_number",
    FieldKind.NUMBER: "parse_decimal",
    FieldKind.BOOLEAN: "parse_flag",
    FieldKind.GEOMETRY: "parse_geometry",
}
UNREAD = frozenset(_BAD.values())
"""The codes of what cannot be read."""


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
        is_key: the key of what a reference points to.
        kind: what it holds; TEXT may hold any characters.
        early: columns, SQL that is worked out once before the expression and the problems use it; `mapping` is the row.
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
    is_key: bool = False


def values_of(entity: Entity, given: Sequence[str]) -> tuple[Value, ...]:
    """The columns that a mapping which selects `given` fills.

    Raises:
        MappingError: it selects a column that the entity does not have, or not the place of the row.
    """
    left, scope = set(given) - {*PLACE, LEAVES_REST}, _BASE.union(entity.scoped_by)
    if not set(PLACE) <= set(given):
        raise MappingError(f"the mapping of `{entity.name}` must select {', '.join(PLACE)}")
    values = [_scope(name) if name in entity.scoped_by else _plain(name) for name in given if name in scope]
    left -= {value.given for value in values}
    for field in entity.fields:
        for value in _of_field(field, left):
            values.append(value)
            left.discard(value.given)
    if left:
        raise MappingError(f"the mapping of `{entity.name}` selects {sorted(left)}, which the model does not have")
    return tuple(values)


def quoted(name: str) -> str:
    """A name of the model as an identifier."""
    return f'"{name}"'


def _early(given: str) -> str:
    return f"read of {given}"


def _point(given: str) -> str:
    return f"point of {given}"


def _plain(name: str) -> Value:
    return Value(name=name, given=name, expression=f"cast(r.{quoted(name)} as varchar)")


def _scope(name: str) -> Value:
    """The code of a place by which rows are found; two of them stand in one index, as short as a key."""
    return replace(_plain(name), problems=(_too_long(name, LONGEST_KEY),))


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
                is_key=True,
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
            problems=(*_needed(field, field.name), _too_long(field.name, field.longest)),
            is_needed=field.required,
        )
    if field.kind in _PARSERS:
        read = f"r.{quoted(_early(field.name))}"
        given = f"cast(mapping.{quoted(field.name)} as varchar)"
        too_long = (_too_long(field.name, field.longest),) if field.kind is FieldKind.GEOMETRY else ()
        return Value(
            name=field.name,
            given=field.name,
            expression=read,
            kind=field.kind,
            early=f"{_PARSERS[field.kind]}({given}) as {quoted(_early(field.name))}",
            problems=(
                (f"bare({raw}) <> '' and {read} is null", _BAD[field.kind]),
                *_needed(field, field.name),
                *too_long,
            ),
            is_needed=field.required,
        )
    return _of_time(field, raw)


def _of_time(field: Field, raw: str) -> Value:
    """A day or an instant, read from what the source's clock showed."""
    wall = f"r.{quoted(_early(field.name))}"
    given = f"cast(mapping.{quoted(field.name)} as varchar)"
    early = f"wall_clock(bare({given}))"
    read = f"cast({wall} as date)"
    doubts: list[tuple[str, str]] = []
    if field.kind is FieldKind.INSTANT:
        point = f"r.{quoted(_point(field.name))}"
        # DuckDB takes a column of the same list for a later one, so the wall clock is read once.
        early = (
            f"{early} as {quoted(_early(field.name))},"
            f" coalesce(point_of({quoted(_early(field.name))}), offset_point({given})) as {quoted(_point(field.name))}"
        )
        read = f"instant_of({point})"
        doubts += [
            (f"is_missing_hour({wall}, {point})", "missing_time"),
            (f"is_repeated_hour({wall}, {point})", "ambiguous_time"),
        ]
    else:
        early = f"{early} as {quoted(_early(field.name))}"
    if field.default_instant:
        doubts.append((f"is_default_instant({raw}, {wall})", "date_is_default"))
    bad = (f"bare({raw}) <> '' and {wall} is null and ({read}) is null", _BAD[field.kind])
    return Value(
        name=field.name,
        given=field.name,
        expression=read,
        kind=field.kind,
        early=early,
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
    raw = f"bare(cast(r.{quoted(source)} as varchar))"
    alias = f"code_of_{stem}"
    # A value of which somebody has said that it means no code stands in the crosswalk without one.
    problem = ((f"{raw} <> '' and {alias}.list is null", "unmapped_code"),) if source == kept else ()
    yield Value(
        name=field.name,
        given=source,
        expression=f"{alias}.code",
        join=f"left join crosswalk as {alias} on {alias}.list = '{field.code_list}' and {alias}.source_value = {raw}",
        problems=problem,
        is_needed=field.required,
    )
    if is_kept:
        yield Value(
            name=kept,
            given=kept,
            expression=f"cast(r.{quoted(kept)} as varchar)",
            problems=(_too_long(kept, LONGEST_TEXT),),
        )


def _too_long(given: str, longest: int) -> tuple[str, str]:
    """That a text is longer, in bytes, than the model lets it be."""
    return f"coalesce(strlen(cast(r.{quoted(given)} as varchar)) > {longest}, false)", TOO_LONG


def _needed(field: Field, given: str) -> tuple[tuple[str, str], ...]:
    return ((f"r.{quoted(given)} is null", "value_missing"),) if field.required else ()
