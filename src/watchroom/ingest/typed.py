"""The SQL around an entity's mapping: text becomes typed values, and what cannot be read becomes a problem.

The mapping selects text (or typed) columns under the names of the model; what each must become is known from
the catalogue, so that no mapping spells out casts, checks or code lists.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace

from watchroom.ingest.lineage import Unsaid
from watchroom.ingest.mapping import MappingError
from watchroom.model.catalogue import BASE_COLUMNS, LONGEST_KEY, LONGEST_TEXT, Entity, Field, FieldKind

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
    FieldKind.NUMBER: "bad_decimal",
    FieldKind.GEOMETRY: "bad_geometry",
    FieldKind.BOOLEAN: "bad_boolean",
}
# The macro that reads a value of that kind; null where it cannot be read.
_PARSERS = {
    FieldKind.INTEGER: "parse_number",
    FieldKind.NUMBER: "parse_decimal",
    FieldKind.BOOLEAN: "parse_flag",
    FieldKind.GEOMETRY: "parse_geometry",
}
_TOO_LONG = "text_too_long"
_UNREAD = frozenset(_BAD.values())
_HOLDING = _UNREAD | {"value_missing", "unmapped_code"}
NOTHING_UNSAID = Unsaid()


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
    left, scope = set(given) - set(PLACE), _BASE.union(entity.scoped_by)
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


def typed_sql(
    mapped: str, values: Sequence[Value], *, unsaid: Unsaid = NOTHING_UNSAID, is_crossing: bool = False
) -> str:
    """A query of one row per row of the mapping: its place, `problems`, whether it stands, and `line`.

    `problems` is a set of bits in the order of `problems_of`. `is_lost` rows have no key that can be kept, `is_held`
    rows lack something that is needed, and in those with `keeps` something of an earlier delivery stays. `line` is the
    row in PostgreSQL's text format of COPY, with the columns of `copied`. With `is_crossing` a row may speak of
    another row of the source than the one before it did, so a date that stays is doubtful.
    """
    early = "".join(f", {value.early}" for value in values if value.early)
    columns = ",\n    ".join(f"{value.expression} as {quoted(value.name)}" for value in values)
    joins = "\n".join(value.join for value in values if value.join)
    needed = [f"t.{quoted(value.name)} is null" for value in values if value.is_needed]
    too_long = sum(1 << bit for bit, (_, code) in enumerate(problems_of(values)) if code == _TOO_LONG)
    needed += [f"t.problems & {too_long} <> 0"] if too_long else []
    held = " or ".join(needed) or "false"
    fields = ", ".join(f"coalesce({text}, '\\N')" for text in _line(values, held, unsaid, is_crossing=is_crossing))
    told = sum(1 << bit for bit, holds in enumerate(_holding(values)) if holds)
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
    {columns},
    {_bits(values)} as problems
from r
{joins}
)
select
    t.source_table,
    t.source_row,
    t.source_key,
    -- Of a row that is held back only the reasons are told: nothing of it is loaded or left empty.
    case when {held} then t.problems & {told} else t.problems end as problems,
    {_keeps(values, unsaid)} as keeps,
    t.source_key is null or strlen(t.source_key) > {LONGEST_KEY} as is_lost,
    {held} as is_held,
    concat(concat_ws(chr(9), {fields}), chr(10)) as line
from typed as t
left join source_file as f on t.source_table = f.source_table
"""


def problems_of(values: Sequence[Value]) -> tuple[tuple[str, str], ...]:
    """What each bit of `problems` means, the lowest first: the column of the mapping and the code of the issue."""
    return tuple((value.given, code) for value in values for _, code in value.problems)


def copied(values: Sequence[Value]) -> tuple[str, ...]:
    """The staging columns that a line gives, in order."""
    return ("source_key", *(value.name for value in values), "unreliable_dates", "file", "row", "held", "kept")


def _line(values: Sequence[Value], held: str, unsaid: Unsaid, *, is_crossing: bool) -> Sequence[str]:
    """The fields of a line as SQL, in the order of `copied`; `t` is the typed row, `f` its file."""
    return (
        "copy_text(t.source_key)",
        *(_copied(value) for value in values),
        _unreliable(values, _staying(values, unsaid) if is_crossing else {}),
        "copy_text(f.file)",
        "cast(t.source_row as varchar)",
        f"cast({held} as varchar)",
        _kept(values, unsaid),
    )


def _holding(values: Sequence[Value]) -> list[bool]:
    """For each bit of `problems` whether it can be why a row is held back."""
    return [
        code == _TOO_LONG or (value.is_needed and code in _HOLDING) for value in values for _, code in value.problems
    ]


def _unread(values: Sequence[Value]) -> dict[str, int]:
    """The bit of each field whose value can be such that it cannot be read."""
    bits = {problem: 1 << bit for bit, problem in enumerate(problems_of(values))}
    return {
        value.name: bits[value.given, code]
        for value in values
        for _, code in value.problems
        if code in _UNREAD and not value.is_needed
    }


def _keeps(values: Sequence[Value], unsaid: Unsaid) -> str:
    """Whether something of an earlier delivery stays in the row; the mapping's columns in `unsaid` were not given."""
    if any(value.given in unsaid.whole | unsaid.part for value in values):
        return "true"
    mask = sum(_unread(values).values())
    return f"t.problems & {mask} <> 0" if mask else "false"


def _staying(values: Sequence[Value], unsaid: Unsaid) -> dict[str, str]:
    """By its name, when what an earlier delivery gave stays in a column; without those in which nothing ever does."""
    unread = _unread(values)
    found: dict[str, str] = {}
    for value in values:
        if value.given in unsaid.whole:
            found[value.name] = "true"
        elif value.given in unsaid.part:
            # Made of others too: what they say counts, and where it is nothing, what stood.
            found[value.name] = f"t.{quoted(value.name)} is null"
        elif value.name in unread:
            found[value.name] = f"t.problems & {unread[value.name]} <> 0"
    return found


def _kept(values: Sequence[Value], unsaid: Unsaid) -> str:
    """The array of the record's columns in which what an earlier delivery gave stays, as PostgreSQL writes it."""
    staying = _staying(values, unsaid)
    names = [
        f"case when {condition} then '{value.name.removesuffix('_key') + '_id' if value.is_key else value.name}' end"
        for value in values
        if (condition := staying.get(value.name)) is not None
    ]
    if not names:
        return "'\\N'"
    return f"case when {_keeps(values, unsaid)} then concat('{{', concat_ws(',', {', '.join(names)}), '}}') end"


def _bits(values: Sequence[Value]) -> str:
    conditions = [condition for value in values for condition, _ in value.problems]
    parts = [f"case when {condition} then {1 << bit} else 0 end" for bit, condition in enumerate(conditions)]
    return f"cast({' + '.join(parts) or '0'} as bigint)"


def _unreliable(values: Sequence[Value], staying: Dictionary[str, str]) -> str:
    """The array of the dates that a problem makes unreliable, as PostgreSQL writes it; so does what is `staying`."""
    bits = {problem: 1 << bit for bit, problem in enumerate(problems_of(values))}
    names: list[str] = []
    for value in values:
        mask = sum(bits[value.given, code] for code in value.unreliable)
        conditions = [f"t.problems & {mask} <> 0"] if mask else []
        if value.kind in (FieldKind.DATE, FieldKind.INSTANT) and value.name in staying:
            conditions.append(staying[value.name])
        if conditions:
            names.append(f"case when {' or '.join(conditions)} then '{value.name}' end")
    if not names:
        return "'{}'"
    written = f"concat('{{', concat_ws(',', {', '.join(names)}), '}}')"
    # What stays where a column is missing is no problem of a row.
    return written if staying else f"case when t.problems = 0 then '{{}}' else {written} end"


def _copied(value: Value) -> str:
    column = f"t.{quoted(value.name)}"
    if value.kind in (FieldKind.TEXT, FieldKind.GEOMETRY):
        return f"copy_text({column})"
    return f"cast({column} as varchar) || '+00'" if value.kind is FieldKind.INSTANT else f"cast({column} as varchar)"


def _early(given: str) -> str:
    return f"read of {given}"


def _point(given: str) -> str:
    return f"point of {given}"


def quoted(name: str) -> str:
    """A name of the model as an identifier."""
    return f'"{name}"'


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
    problem = ((f"{raw} <> '' and {alias}.code is null", "unmapped_code"),) if source == kept else ()
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
    return f"coalesce(strlen(cast(r.{quoted(given)} as varchar)) > {longest}, false)", _TOO_LONG


def _needed(field: Field, given: str) -> tuple[tuple[str, str], ...]:
    return ((f"r.{quoted(given)} is null", "value_missing"),) if field.required else ()
