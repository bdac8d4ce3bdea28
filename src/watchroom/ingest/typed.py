"""The SQL around an entity's mapping: text becomes typed values, and what cannot be read becomes a problem.

The mapping selects text (or typed) columns under the names of the model; `values` knows how each is read.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence

from watchroom.ingest.lineage import Unsaid
from watchroom.ingest.values import LEAVES_REST, TOO_LONG, UNREAD, Value, quoted
from watchroom.model.catalogue import LONGEST_KEY, Entity, FieldKind
from watchroom.store.staging import compared

_HOLDING = UNREAD | {"value_missing", "unmapped_code"}
NOTHING_UNSAID = Unsaid()


def typed_sql(
    mapped: str,
    values: Sequence[Value],
    *,
    unsaid: Unsaid = NOTHING_UNSAID,
    is_crossing: bool = False,
    rest: Sequence[str] | None = None,
) -> str:
    """A query of one row per row of the mapping: its place, `problems`, whether it stands, and `line`.

    `problems` is a set of bits in the order of `problems_of`. `is_lost` rows have no key that can be kept, `is_held`
    rows lack something that is needed, and in those with `keeps` something of an earlier delivery stays. `line` is the
    row in PostgreSQL's text format of COPY, with the columns of `copied`. With `is_crossing` a row may speak of
    another row of the source than the one before it did, so a date that stays is doubtful. With `rest`, the record's
    columns that the mapping does not select, it selects `leaves_rest`: of such rows what is empty stands as it was.
    """
    early = "".join(f", {value.early}" for value in values if value.early)
    selected = [f"{value.expression} as {quoted(value.name)}" for value in values]
    selected += [] if rest is None else [f"coalesce(r.{LEAVES_REST}, false) as {LEAVES_REST}"]
    columns = ",\n    ".join(selected)
    joins = "\n".join(value.join for value in values if value.join)
    needed = [f"t.{quoted(value.name)} is null" for value in values if value.is_needed]
    too_long = sum(1 << bit for bit, (_, code) in enumerate(problems_of(values)) if code == TOO_LONG)
    needed += [f"t.problems & {too_long} <> 0"] if too_long else []
    held = " or ".join(needed) or "false"
    line = _line(values, held, unsaid, is_crossing=is_crossing, rest=rest)
    fields = ", ".join(f"coalesce({text}, '\\N')" for text in line)
    told = sum(1 << bit for bit, holds in enumerate(holding_of(values)) if holds)
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
    {_keeps(values, unsaid, rest)} as keeps,
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


def _line(
    values: Sequence[Value], held: str, unsaid: Unsaid, *, is_crossing: bool, rest: Sequence[str] | None
) -> Sequence[str]:
    """The fields of a line as SQL, in the order of `copied`; `t` is the typed row, `f` its file."""
    return (
        "copy_text(t.source_key)",
        *(_copied(value) for value in values),
        _unreliable(values, _staying(values, unsaid) if is_crossing else {}),
        "copy_text(f.file)",
        "cast(t.source_row as varchar)",
        f"cast({held} as varchar)",
        _kept(values, unsaid, rest),
    )


def holding_of(values: Sequence[Value]) -> list[bool]:
    """For each bit of `problems` whether it can be why a row is held back."""
    return [
        code == TOO_LONG or (value.is_needed and code in _HOLDING) for value in values for _, code in value.problems
    ]


def _unread(values: Sequence[Value]) -> dict[str, int]:
    """The bit of each field whose value can be such that it cannot be read."""
    bits = {problem: 1 << bit for bit, problem in enumerate(problems_of(values))}
    return {
        value.name: bits[value.given, code]
        for value in values
        for _, code in value.problems
        if code in UNREAD and not value.is_needed
    }


def _keeps(values: Sequence[Value], unsaid: Unsaid, rest: Sequence[str] | None) -> str:
    """Whether something of an earlier delivery stays in the row; the mapping's columns in `unsaid` were not given."""
    if rest is not None:
        return f"t.{LEAVES_REST} or {_keeps(values, unsaid, None)}"
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


def _kept(values: Sequence[Value], unsaid: Unsaid, rest: Sequence[str] | None) -> str:
    """The array of the record's columns in which what an earlier delivery gave stays, as PostgreSQL writes it."""
    if rest is not None:
        empty = (f"case when t.{quoted(value.name)} is null then '{column_of(value)}' end" for value in values)
        names = ", ".join((f"'{','.join(rest)}'", *empty))
        others = _kept(values, unsaid, None)
        return f"case when t.{LEAVES_REST} then concat('{{', concat_ws(',', {names}), '}}') else {others} end"
    staying = _staying(values, unsaid)
    names = [
        f"case when {condition} then '{column_of(value)}' end"
        for value in values
        if (condition := staying.get(value.name)) is not None
    ]
    if not names:
        return "'\\N'"
    return f"case when {_keeps(values, unsaid, None)} then concat('{{', concat_ws(',', {', '.join(names)}), '}}') end"


def rest_of(entity: Entity, values: Sequence[Value]) -> tuple[str, ...]:
    """The record's columns that come from the source and that a mapping does not select."""
    selected = {column_of(value) for value in values}
    # Of dates that stay the write statement knows how doubtful they are.
    selected.add("unreliable_dates")
    return tuple(column.name for column in compared(entity) if column.name not in selected)


def column_of(value: Value) -> str:
    """The record's column that a staging column becomes."""
    return value.name.removesuffix("_key") + "_id" if value.is_key else value.name


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
