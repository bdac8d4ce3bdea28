"""The folder of a mapping to begin with, made of a profile: what is likely stands there, what is not is a comment.

Whoever finishes it decides each line. Nothing in it can load by mistake: a table without a key is given none, so that
every row of it is held back and told.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from watchroom.ingest.profiling.candidates import Candidate
from watchroom.ingest.profiling.columns import ColumnProfile
from watchroom.ingest.profiling.profile import Profile, TableProfile
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue, FieldKind

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SURE = 5
# Fewer columns than this that surely belong to an entity are chance.
_ENOUGH = 2


def starter_files(found: Profile, *, kind: str, time_zone: str, model: Catalogue) -> Mapping[str, str]:
    """Name and text of each file of the folder.

    Args:
        found: the profile.
        kind: name of the mapping, an identifier in lower case.
        time_zone: IANA name, in which the source writes its times.
        model: of the node.

    Raises:
        UsageError: the name is none that a mapping can have.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
        raise UsageError(f"`{kind}` cannot be the name of a mapping; name a folder in lower case, such as `our_system`")
    able = [table for table in found.tables if _NAME.fullmatch(table.table) and not table.has_no_header]
    homes = {table.table: home for table in able if (home := _home(table)) is not None}
    by_entity: dict[str, list[TableProfile]] = defaultdict(list)
    for table in able:
        if table.table in homes:
            by_entity[homes[table.table]].append(table)
    # The fullest one speaks; the others are named beside it.
    speaking = {
        name: sorted(tables, key=lambda table: -len(_sure(table, name))) for name, tables in sorted(by_entity.items())
    }
    texts = {f"{name}.sql": _entity_sql(tables, name, model=model) for name, tables in speaking.items()}
    mapped = {tables[0].table for tables in speaking.values()}
    texts["mapping.toml"] = "\n".join(_mapping(kind, time_zone, [table for table in able if table.table in mapped]))
    texts["left_out.toml"] = "\n".join(_left_out(found, mapped=mapped))
    texts["crosswalk.csv"] = "\n".join(_crosswalk(able, homes, model=model)) + "\n"
    return texts


def _home(table: TableProfile) -> str | None:
    """The entity that most of a table's columns surely belong to; None: too few do to any."""
    votes = Counter(several[0].entity for several in table.candidates.values() if several and _is_sure(several[0]))
    return next((name for name, number in votes.most_common(1) if number >= _ENOUGH), None)


def _is_sure(one: Candidate) -> bool:
    return one.weight >= _SURE


def _sure(table: TableProfile, entity: str) -> dict[str, tuple[ColumnProfile, Candidate]]:
    """For each field the column that it is surely made of, the weightiest."""
    found: dict[str, tuple[ColumnProfile, Candidate]] = {}
    for column, one in _candidates(table, entity):
        if _is_sure(one) and (one.field not in found or found[one.field][1].weight < one.weight):
            found[one.field] = (column, one)
    return found


def _candidates(table: TableProfile, entity: str) -> Iterator[tuple[ColumnProfile, Candidate]]:
    for column in table.columns:
        for one in table.candidates.get(column.name, ()):
            if one.entity == entity and _NAME.fullmatch(column.name):
                yield column, one


def _entity_sql(tables: Sequence[TableProfile], entity: str, *, model: Catalogue) -> str:
    table, *others = tables
    sure = _sure(table, entity)
    chosen = [_line(column, one, model=model) for column, one in sure.values()]
    doubtful = [
        f"    -- perhaps: {_line(column, one, model=model).strip()}"
        for column, one in _candidates(table, entity)
        if sure.get(one.field, (None, None))[0] is not column
    ]
    missing = [
        f"    -- needed, and no column of it was found: {field.name}"
        for field in model.entity(entity).fields
        if field.required and field.name not in sure
    ]
    beside = [f"-- Perhaps from here as well, with `union all`: {other.table}" for other in others]
    key, doubt = _key(table)
    lines = ["    t.source_table,", "    t.source_row,", f"    {key} as source_key{',' if chosen else ''}"]
    chosen = [f"{line.partition('  -- ')[0]},  -- {line.partition('  -- ')[2]}" for line in chosen[:-1]] + chosen[-1:]
    return "\n".join(
        [
            f"-- One row per {entity.replace('_', ' ')}: to be finished. Made of a profile, not of what anybody knows.",
            *beside,
            *doubt,
            "select",
            *lines,
            *chosen,
            *doubtful,
            *missing,
            f"from {table.table} as t",
            "",
        ]
    )


def _key(table: TableProfile) -> tuple[str, list[str]]:
    """SQL of the key, and what is to be said of it."""
    able = [key for key in table.keys if all(_NAME.fullmatch(name) for name in key)]
    if not able:
        return "cast(null as varchar)", [
            "-- No key was found. Until you name one every row is held back: the number of a row is none, it moves."
        ]
    names = [f"t.{name.upper()}" for name in able[0]]
    others = ["/".join(key) for key in able[1:4]]
    doubt = [f"-- These tell the rows apart as well: {', '.join(others)}"] if others else []
    return (names[0] if len(names) == 1 else f"concat_ws('/', {', '.join(names)})"), doubt


def _line(column: ColumnProfile, one: Candidate, *, model: Catalogue) -> str:
    field = model.entity(one.entity).field(one.field)
    given = field.name
    if field.kind is FieldKind.CODE:
        given = field.source_value_name or given
    elif field.kind is FieldKind.REFERENCE:
        given = field.name.removesuffix("_id") + "_key"
    return f"    t.{column.name.upper()} as {given}  -- {one.reasons[0]}"


def _mapping(kind: str, time_zone: str, tables: Sequence[TableProfile]) -> Iterator[str]:
    yield "# To be finished. Made of a profile: a column is required until you say that the source may leave it out."
    yield f"kind = {json.dumps(kind)}"
    yield 'version = "1"'
    yield f"time_zone = {json.dumps(time_zone)}"
    yield '# Where the source leaves the extract\'s own instant as a default, as "TABLE.COLUMN".'
    yield "stamped = []"
    yield "# Tables that only explain others."
    yield "reference = []"
    yield '# Code list = "TABLE.COLUMN" whose values are codes of it too: the source\'s own register.'
    yield "registers = {}"
    for table in tables:
        key = next((key for key in table.keys if all(_NAME.fullmatch(name) for name in key)), ())
        able = [column.name.upper() for column in table.columns if _NAME.fullmatch(column.name)]
        needed = [name.upper() for name in key]
        yield ""
        yield f"[tables.{table.table}]"
        yield 'role = "mapped"'
        yield f"key = {json.dumps(needed)}"
        yield f"required = {json.dumps(needed)}"
        yield f"optional = {json.dumps([name for name in able if name not in needed])}"
        unable = [column.place for column in table.columns if not _NAME.fullmatch(column.name)]
        if unable:
            places = ", ".join(str(place) for place in unable)
            yield f"# A mapping cannot name these columns, by place; ask the source to call them in letters: {places}"
    yield ""


def _left_out(found: Profile, *, mapped: set[str]) -> Iterator[str]:
    yield "# Tables of which nothing is taken: give each its reason, or take it."
    yield "not_in_model = []"
    yield ""
    yield "[reasons]"
    for table in found.tables:
        if table.table not in mapped:
            yield f'{json.dumps(table.table)} = "to be decided"'
    yield ""


def _crosswalk(tables: Sequence[TableProfile], homes: Mapping[str, str], *, model: Catalogue) -> Iterator[str]:
    """Lists whose codes the source uses as they are; of the others nobody has said what a value means."""
    yield "list,source_value,code"
    same: set[str] = set()
    for table in tables:
        for column, one in (pair for pair in _sure(table, homes.get(table.table, "")).values()):
            listed = model.entity(one.entity).field(one.field).code_list
            if listed and column.different and column.lists.get(listed) == column.different:
                same.add(listed)
    yield from (f"{name},*,=" for name in sorted(same))
