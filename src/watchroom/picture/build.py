"""Builds the page of what is around: asks the gate once, and applies the rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Declined, Gate, Refused, Seen, View
from watchroom.ingest.giving import kinds_given
from watchroom.kernel.named_sql import load_queries
from watchroom.picture import rows, rules
from watchroom.picture.rules import Around, Item, Part
from watchroom.picture.series import Happenings, happenings
from watchroom.policy.decision import Denial
from watchroom.priority.freshness import SourceAge, behind, source_ages

QUERIES = load_queries("watchroom.picture")
_GONE = (QUERIES["gone_disruptions"], QUERIES["gone_works"], QUERIES["gone_incidents"], QUERIES["gone_events"])


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The present of a page, UTC, and the language of which a warning is told."""

    at: datetime
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Events:
    found: Happenings
    left_off: int


def build_around(gate: Gate, asker: Asker, *, at: datetime, language: str) -> Seen[Around] | Refused:
    """What feeds say of the world around now, as far as the asker may know, for the one purpose of it.

    Args:
        at: the node's present, timezone-aware.
        language: two letters; of a warning in several languages that one is told.
    """
    look = partial(_look, when=When(at=at.astimezone(UTC), language=language))
    return gate.read(asker, asked=Asked(purpose=rules.INCIDENT_PURPOSE, act=Act.LIST, what="around"), look=look)


def _look(view: View, *, when: When) -> Around | Declined:
    if not any(view.may_see(entity) for entity in rules.ENTITIES):
        return Declined(code=Denial.NOTHING_AGREED)
    found = view.rows(QUERIES["sources"], rows.SourceRow)
    sources = source_ages(found, at=when.at)
    events = _events(view, when=when)
    told = view.rows(QUERIES["told_by"], rows.ToldRow)
    shown = {key: [kind for kind in kinds if view.may_see(kind)] for key, kinds in rules.PARTS.items()}
    tellers = {key: _tellers(key, shown[key], found=found, told=told) for key in rules.PARTS}
    since = when.at - rules.GONE_WITHIN
    gone = [view.rows(query, rows.GoneRow, since=since, at_most=rules.GONE_AT_MOST) for query in _GONE]
    made: dict[str, Callable[[], tuple[list[Item], int]]] = {
        "warnings": lambda: _warnings(view, when=when),
        "incidents": lambda: _incidents(view),
        "roads": lambda: _roads(view, when=when),
        "events": lambda: (rules.next_day(events.found, at=when.at), events.left_off),
    }
    parts = [
        _told(
            _part(key, made=make) if shown[key] else Part(key=key, is_shown=False),
            sources=[age for age in sources if age.system in tellers[key]],
            gone=[kind for kind in gone if kind and kind[0].part == key],
        )
        for key, make in made.items()
    ]
    later, left_off = rules.later(events.found, at=when.at)
    return Around(
        at=when.at,
        parts=parts,
        later=later,
        later_left_off=left_off,
        unclear=len(events.found.unclear),
        sources=[age for age in sources if any(age.system in found for found in tellers.values())],
    )


def _tellers(
    key: str, kinds: Sequence[str], *, found: Sequence[rows.SourceRow], told: Sequence[rows.ToldRow]
) -> frozenset[str]:
    """The sources that tell of a part, or would: by the mapping that reads each, or since something of it is there."""
    by_mapping = {
        row.source_system
        for row in found
        if row.mapping is not None and not (kinds_given(row.mapping) or frozenset()).isdisjoint(kinds)
    }
    return frozenset(by_mapping | {row.source_system for row in told if row.part == key})


def _part(key: str, *, made: Callable[[], tuple[list[Item], int]]) -> Part:
    items, left_off = made()
    return Part(
        key=key,
        is_shown=True,
        items=items[: rules.LISTED_AT_MOST],
        left_off=left_off + max(len(items) - rules.LISTED_AT_MOST, 0),
    )


def _told(part: Part, *, sources: Sequence[SourceAge], gone: Sequence[Sequence[rows.GoneRow]]) -> Part:
    """The part with how its sources do, and what they name no more, by kind; the latest first."""
    late = behind(sources)
    telling = [age for age in sources if age.as_of is not None and age.away_at is None]
    return replace(
        part,
        told_by=[age.system for age in telling],
        behind=[age for age in telling if age.system in late],
        unjudged=[age for age in telling if not age.is_judged],
        missing=[age for age in sources if age not in telling],
        gone=sorted(chain.from_iterable(gone), key=lambda row: row.no_longer_reported_at, reverse=True)[
            : rules.GONE_AT_MOST
        ],
        gone_total=sum(kind[0].total for kind in gone),
    )


def _warnings(view: View, *, when: When) -> tuple[list[Item], int]:
    window = {"from_at": when.at, "until": when.at + rules.AHEAD, "at_most": rules.LISTED_AT_MOST}
    found = view.rows(QUERIES["warnings"], rows.WarningRow, **window)
    areas: dict[UUID, list[rows.AreaRow]] = {}
    for area in view.rows(QUERIES["warning_areas"], rows.AreaRow, ids=[row.id for row in found]):
        areas.setdefault(area.warning_id, []).append(area)
    told = rules.in_one_language(found, language=when.language)
    items = rules.in_order(rules.warning_item(row, areas) for row in told)
    return items, (found[0].total - len(found)) if found else 0


def _incidents(view: View) -> tuple[list[Item], int]:
    return rules.listed(
        view.rows(QUERIES["incidents"], rows.IncidentRow, at_most=rules.LISTED_AT_MOST), rules.incident_item
    )


def _roads(view: View, *, when: When) -> tuple[list[Item], int]:
    window = {"from_at": when.at, "until": when.at + rules.AHEAD, "at_most": rules.LISTED_AT_MOST}
    disruptions, more = rules.listed(view.rows(QUERIES["roads"], rows.RoadRow, **window), rules.road_item)
    works, more_works = rules.listed(view.rows(QUERIES["works"], rows.WorksRow, **window), rules.works_item)
    return rules.in_order([*disruptions, *works]), more + more_works


def _events(view: View, *, when: When) -> _Events:
    until = when.at + rules.HORIZON
    found = view.rows(QUERIES["events"], rows.EventRow, from_at=when.at, until=until, at_most=rules.EVENTS_AT_MOST)
    left_off = found[0].total - len(found) if found else 0
    return _Events(found=happenings(found, start=when.at, end=until), left_off=left_off)
