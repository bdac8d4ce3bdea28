"""The folder of a mapping to begin with, made of a profile: what is likely stands there, what is not is a comment.

Whoever finishes it decides each line: takes a comment's mark away, or leaves it. Nothing in it can load by mistake: a
table without a key is given none, so that every row of it is held back and told.
"""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from watchroom.ingest.profiling.candidates import Candidate
from watchroom.ingest.profiling.columns import ColumnProfile
from watchroom.ingest.profiling.numbers import PERSON, NumberOfPerson, number_of_person
from watchroom.ingest.profiling.profile import Profile, TableProfile
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue, FieldKind
from watchroom.model.code_lists import code_list

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SURE = 5
# So many codes of a list are named beside values that are none of them.
_TOLD = 12
# The field that says whose a row is.
_WHOSE = "person_id"
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
    homes = {table.table: home for table in able if (home := _home(table, model=model)) is not None}
    # Whose own people it has, it names by its own keys.
    named = {} if PERSON in homes.values() else {one.table: number_of_person(one, model=model) for one in able}
    by_entity: dict[str, list[TableProfile]] = defaultdict(list)
    for table in able:
        if table.table in homes:
            by_entity[homes[table.table]].append(table)
    # The fullest one speaks; the others are named beside it.
    speaking = {
        name: sorted(tables, key=lambda table: -len(_sure(table, name))) for name, tables in sorted(by_entity.items())
    }
    texts = {
        f"{name}.sql": _entity_sql(
            tables, name, model=model, number=_asked(name, named.get(tables[0].table), model=model)
        )
        for name, tables in speaking.items()
    }
    mapped = {tables[0].table for tables in speaking.values()}
    taken = [table for table in able if table.table in mapped]
    numbers = [one for table in taken if (one := _asked(homes[table.table], named.get(table.table), model=model))]
    texts["mapping.toml"] = "\n".join([*_mapping(kind, time_zone, taken, numbers=numbers)])
    texts["left_out.toml"] = "\n".join(_left_out(found, mapped=mapped))
    texts["crosswalk.csv"] = "\n".join(_crosswalk(able, homes, model=model)) + "\n"
    return texts


def _home(table: TableProfile, *, model: Catalogue) -> str | None:
    """The entity that most of a table's columns surely belong to; None: too few do to any.

    Of a table that names people by number it is enough that one column surely belongs to what is about people, and
    another perhaps.
    """
    votes = Counter(several[0].entity for several in table.candidates.values() if several and _is_sure(several[0]))
    home = next((name for name, number in votes.most_common(1) if number >= _ENOUGH), None)
    number = number_of_person(table, model=model)
    if home is not None or number is None:
        return home
    about = {name for name, entity in model.entities.items() if any(one.name == _WHOSE for one in entity.fields)}
    sure: Counter[str] = Counter()
    perhaps: Counter[str] = Counter()
    for name, several in table.candidates.items():
        if name != number.column.name:
            sure.update({one.entity for one in several if _is_sure(one)} & about)
            perhaps.update({one.entity for one in several} & about)
    able = [name for name in sure if perhaps[name] >= _ENOUGH]
    return min(able, key=lambda name: (-sure[name], -perhaps[name], name), default=None)


def _asked(entity: str, number: NumberOfPerson | None, *, model: Catalogue) -> NumberOfPerson | None:
    """The number, where rows of the entity are somebody's."""
    return number if any(field.name == _WHOSE for field in model.entity(entity).fields) else None


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


def _entity_sql(tables: Sequence[TableProfile], entity: str, *, model: Catalogue, number: NumberOfPerson | None) -> str:
    table, *others = tables
    sure = _sure(table, entity)
    if number is not None:
        sure = {name: found for name, found in sure.items() if found[0] is not number.column and name != _WHOSE}
    key, doubt = _key(table)
    missing = [
        f"    -- needed, and no column of it was found: {field.name}"
        for field in model.entity(entity).fields
        if field.required and field.name not in sure and not (number is not None and field.name == _WHOSE)
    ]
    return "\n".join(
        [
            f"-- One row per {entity.replace('_', ' ')}: to be finished. Made of a profile, not of what anybody knows.",
            "-- A line that is a comment is taken by taking its `--` and the words before the colon away.",
            *(f"-- Perhaps from here as well, with `union all`: {other.table}" for other in others),
            *doubt,
            "select",
            "    t.source_table,",
            "    t.source_row,",
            *(
                []
                if number is None
                else [f"    {_at(number.column)} as person_key,  -- a number of people: {number.why}"]
            ),
            *(_line(column, one, model=model) for column, one in sure.values()),
            *_doubtful(table, entity, sure=sure, model=model),
            *_unplaced(table, entity, key=key, number=number),
            *missing,
            f"    {key} as source_key",
            f"from {table.table} as t",
            "",
        ]
    )


def _doubtful(
    table: TableProfile, entity: str, *, sure: Mapping[str, tuple[ColumnProfile, Candidate]], model: Catalogue
) -> Iterator[str]:
    for column, one in _candidates(table, entity):
        if sure.get(one.field, (None, None))[0] is not column:
            yield f"    -- perhaps: {_line(column, one, model=model).strip()}"


def _unplaced(table: TableProfile, entity: str, *, key: str, number: NumberOfPerson | None) -> Iterator[str]:
    """Columns of which nothing says which field they are, such as those with names in another language."""
    placed = {column.name for column, _ in _candidates(table, entity)}
    if number is not None:
        placed.add(number.column.name)
    for column in table.columns:
        if column.name in placed or not _NAME.fullmatch(column.name) or _at(column) in re.split(r"[ ,()]+", key):
            continue
        said = f"{column.kind}, filled in {column.filled} of {column.rows} rows; name the field, or leave it"
        yield f"    -- not placed: {_at(column)} as FIELD,  -- {said}"


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
    return f"    {_at(column)} as {given},  -- {one.reasons[0]}"


def _at(column: ColumnProfile) -> str:
    return f"t.{column.name.upper()}"


def _references(numbers: Sequence[NumberOfPerson]) -> Iterator[str]:
    """By which number people are found among those of other sources; a row of whom nobody has waits."""
    if not numbers:
        return
    yield ""
    yield "# It names people by a number that other sources have as well: they are found among these, and a row of"
    yield '# somebody whom none of them has waits until one does. With missing = "make" a person is made for it.'
    yield "[references.person]"
    yield f"by = {json.dumps(numbers[0].by)}"
    yield 'missing = "wait"'


def _mapping(
    kind: str, time_zone: str, tables: Sequence[TableProfile], *, numbers: Sequence[NumberOfPerson]
) -> Iterator[str]:
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
    yield from _references(numbers)
    for table in tables:
        key = next((key for key in table.keys if all(_NAME.fullmatch(name) for name in key)), ())
        able = [column.name.upper() for column in table.columns if _NAME.fullmatch(column.name)]
        own = [one.column.name for one in numbers if one.column in table.columns]
        needed = [name.upper() for name in dict.fromkeys((*key, *own))]
        yield ""
        yield f"[tables.{table.table}]"
        yield 'role = "mapped"'
        yield f"key = {json.dumps([name.upper() for name in key])}"
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
    """Lists whose codes the source uses as they are; values that are none of ours are comments, to be answered."""
    yield "list,source_value,code"
    same: set[str] = set()
    asked: dict[str, dict[str, None]] = {}
    for table in tables:
        home = homes.get(table.table, "")
        sure = {column.name for column, _ in _sure(table, home).values()}
        for column, one in _candidates(table, home):
            listed = model.entity(one.entity).field(one.field).code_list
            if not listed:
                continue
            if column.name in sure and column.different and column.lists.get(listed) == column.different:
                same.add(listed)
            else:
                foreign = (value for value in column.codes if value not in code_list(listed).codes)
                asked.setdefault(listed, {}).update(dict.fromkeys(foreign))
    yield from (f"{name},*,=" for name in sorted(same))
    for name, values in sorted(asked.items()):
        if values:
            able = list(code_list(name).codes)
            more = f" and {len(able) - _TOLD} more, see `watchroom model docs`" if len(able) > _TOLD else ""
            yield f"# What do these mean? Take the `# ` away and write a code of {name}: {' '.join(able[:_TOLD])}{more}"
            yield from (f"# {_row(name, value)}" for value in values)


def _row(name: str, value: str) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="").writerow((name, value, ""))
    return line.getvalue()
