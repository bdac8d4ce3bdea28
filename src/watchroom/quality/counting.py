"""The statements that count: what an entity's columns hold at all, then only what can be bad; one scan for each.

Most columns of most entities are empty, few dates are unreliable, and hardly any lies outside its bounds. The overview
tells that of all rows at once, so that the second statement asks of each row only what is left to ask, and joins only
what is left to look at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity
from watchroom.quality.probes import Around, Probe, column, given, plain_probes
from watchroom.quality.probes_of_codes import code_probes
from watchroom.quality.probes_of_times import time_probes
from watchroom.store.composing import commas
from watchroom.store.database import Connection
from watchroom.store.tables import table_name

_FROM = sql.SQL("from {} as t")
_JOIN = sql.SQL(" left join {} as {} on {} = {}")
_DOUBTFUL = sql.SQL("count(*) filter (where t.unreliable_dates <> '{}')")
_EMPTY = "value_missing"

Key = tuple[str, str | None]
"""Check and field."""
Counts = Mapping[Key, tuple[int, int]]
"""Bad rows, and those that were looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the columns of the rows of one source hold.

    Attributes:
        rows: how many there are.
        doubtful: how many have an unreliable date.
        filled: how many have a value, by column.
        might: whether some row may be bad, by the text of what says so.
    """

    rows: int
    doubtful: int
    filled: Mapping[str, int]
    might: Mapping[str, bool]


def probes_of(entity: Entity, around: Around) -> tuple[Probe, ...]:
    """Everything that is counted of an entity."""
    return (*plain_probes(entity, around), *code_probes(entity, around), *time_probes(entity, around))


def count_entity(connection: Connection, entity: Entity, around: Around) -> Mapping[str, Counts]:
    """The counts of all probes of an entity, by source; nothing where it has no rows.

    Args:
        connection: as loader.
        entity: one that stands.
        around: of the node.
    """
    seen = overview(connection, entity, probes_of(entity, around))
    doubts = any(one.doubtful for one in seen.values())
    return _counted(connection, entity, probes_of(entity, replace(around, doubts=doubts)), seen=seen, around=around)


def count_again(
    connection: Connection, entity: Entity, probes: Sequence[Probe], *, around: Around, sources: Iterable[str]
) -> Mapping[str, Counts]:
    """The counts of some probes of an entity, by source."""
    unknown = Overview(rows=-1, doubtful=0, filled={}, might={})
    return _counted(connection, entity, probes, seen=dict.fromkeys(sources, unknown), around=around)


def _counted(
    connection: Connection, entity: Entity, probes: Sequence[Probe], *, seen: Mapping[str, Overview], around: Around
) -> Mapping[str, Counts]:
    asked: dict[str, sql.Composable] = {}
    looking: list[Probe] = []
    for probe in probes:
        more = {one.as_string(): one for view in seen.values() for one in _unknown(probe, view)}
        looking += [probe] if more else []
        asked |= more
    numbers: dict[str, dict[str, int]] = {}
    if asked:
        counts = [sql.SQL("count(*) filter (where {})").format(one) for one in asked.values()]
        text = sql.SQL("select t.source_system, {} {} group by t.source_system").format(
            commas(counts), source_of(entity, looking, model=around.model)
        )
        numbers = {row[0]: dict(zip(asked, row[1:], strict=True)) for row in connection.execute(text)}
    return {
        source: {(one.check.name, one.field): _told(one, view, numbers.get(source, {})) for one in probes}
        for source, view in seen.items()
    }


def _bad(probe: Probe) -> sql.Composed:
    """The rarer condition first, so that the other is seldom asked."""
    return sql.SQL("{} and {}").format(probe.bad, probe.of)


def _is_empty(probe: Probe, view: Overview) -> bool:
    return any(view.filled.get(name) == 0 for name in probe.needs)


def _looked_at(probe: Probe, view: Overview) -> int | None:
    """How many rows a probe looks at, where the overview tells; None: it does not."""
    if view.rows < 0:
        return None
    of = probe.of.as_string()
    if of == "true":
        return view.rows
    return next((view.filled[name] for name in probe.needs[:1] if of == given(name).as_string()), None)


def _bad_rows(probe: Probe, view: Overview) -> int | None:
    """How many are bad, where the overview tells; None: it does not."""
    if probe.check.name == _EMPTY and probe.field is not None and probe.field in view.filled:
        return view.rows - view.filled[probe.field]
    if probe.might is not None and view.might.get(probe.might.as_string()) is False:
        return 0
    return 0 if probe.bad.as_string() == "false" else None


def _unknown(probe: Probe, view: Overview) -> Iterator[sql.Composable]:
    if not _is_empty(probe, view):
        if _looked_at(probe, view) is None:
            yield probe.of
        if _bad_rows(probe, view) is None:
            yield _bad(probe)


def _told(probe: Probe, view: Overview, numbers: Mapping[str, int]) -> tuple[int, int]:
    if _is_empty(probe, view):
        return 0, 0
    bad, of = _bad_rows(probe, view), _looked_at(probe, view)
    return (
        numbers.get(_bad(probe).as_string(), 0) if bad is None else bad,
        numbers.get(probe.of.as_string(), 0) if of is None else of,
    )


def overview(connection: Connection, entity: Entity, probes: Sequence[Probe]) -> Mapping[str, Overview]:
    """What the columns of an entity hold, by source."""
    names = list(dict.fromkeys(name for probe in probes for name in _columns(probe)))
    mights = {one.might.as_string(): one.might for one in probes if one.might is not None}
    parts = [
        sql.SQL("count(*)"),
        _DOUBTFUL,
        *(sql.SQL("count({})").format(column(name)) for name in names),
        *(sql.SQL("coalesce({}, false)").format(might) for might in mights.values()),
    ]
    text = sql.SQL("select t.source_system, {} {} group by t.source_system").format(
        commas(parts), _FROM.format(table_name(entity.name))
    )
    found: dict[str, Overview] = {}
    for source, rows, doubtful, *rest in connection.execute(text):
        found[source] = Overview(
            rows=rows,
            doubtful=doubtful,
            filled=dict(zip(names, rest, strict=False)),
            might=dict(zip(mights, rest[len(names) :], strict=True)),
        )
    return found


def _columns(probe: Probe) -> tuple[str, ...]:
    if probe.check.name == _EMPTY and probe.field is not None:
        return (probe.field,)
    return probe.needs


def bad_keys(entity: Entity, probe: Probe, *, model: Catalogue) -> sql.Composed:
    """The statement that gives the ids of the rows that a probe counts as bad. Nobody is shown them but by the gate."""
    return sql.SQL("select t.id as key {} where {} and {}").format(
        source_of(entity, [probe], model=model), probe.of, probe.bad
    )


def source_of(entity: Entity, probes: Sequence[Probe], *, model: Catalogue) -> sql.Composed:
    """The table, with what its references point to where a probe looks at it."""
    parts: list[sql.Composable] = [_FROM.format(table_name(entity.name))]
    for name in dict.fromkeys(name for probe in probes for name in probe.joins):
        target = model.entity(entity.field(name).target or "")
        parts.append(
            _JOIN.format(
                table_name(target.name), sql.Identifier(name), sql.Identifier("t", name), sql.Identifier(name, "id")
            )
        )
    return sql.Composed(parts)
