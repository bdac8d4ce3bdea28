"""What is news and what is not where a source ended, or gives again what it gave before it did. Pure.

What a source takes away when it ends is no news of anybody: that it ended is told, once. What it gives again as it was
is none either; what differs from before is, and so is what it does not give again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.briefing import News
from watchroom.model.text import Text
from watchroom.priority.attention import Attention, without_sources
from watchroom.priority.freshness import source_name

# What says of somebody that they are on the unit.
_OF_STAY = frozenset({"person", "custody_episode"})
CATEGORY = "SOURCES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """The changes since then that are news, and of whom there is none though they came or went.

    Attributes:
        changes: that are told.
        gone: people who were on the unit until the source ended that says so, which has given nothing since.
        back: people whom a source gives again, and of whom nothing of it stood when the last shift began.
        ended: since when nothing stands of a source, by source; given: since when one gives again that had ended.
    """

    changes: Sequence[rows.ChangeRow]
    gone: frozenset[UUID] = frozenset()
    back: frozenset[UUID] = frozenset()
    ended: Mapping[str, datetime]
    given: Mapping[str, datetime]


def sifted(changes: Sequence[rows.ChangeRow], sources: Iterable[rows.FreshnessRow]) -> Sifted:
    """What of the changes is news.

    Args:
        changes: since the last shift began.
        sources: of the node, as they are now.
    """
    by_name = {row.source_system: row for row in sources}
    if not any(row.is_end_of_source or row.is_back for row in changes):
        return Sifted(changes=changes, ended=_ended(by_name), given={})
    given: dict[str, datetime] = {}
    for row in changes:
        if row.is_back and row.source_system is not None:
            given[row.source_system] = min(row.recorded_at, given.get(row.source_system, row.recorded_at))
    came = {(row.entity, row.id) for row in changes if row.is_back}
    return Sifted(
        changes=[told for row in changes if (told := _told(row, came=came, sources=by_name)) is not None],
        gone=_people(row for row in changes if row.is_end_of_source and _is_away(row, by_name)),
        back=_people(row for row in changes if row.is_back) - _people(row for row in changes if row.is_end_of_source),
        ended=_ended(by_name),
        given=given,
    )


def _told(
    row: rows.ChangeRow, *, came: set[tuple[str, UUID]], sources: Mapping[str, rows.FreshnessRow]
) -> rows.ChangeRow | None:
    """The change, where it is news; that something was not given again is known since its source gave all again."""
    if not row.is_end_of_source:
        return None if row.is_back and row.op == "new" else row
    source = sources.get(row.source_system or "")
    if row.op != "ended" or source is None or not source.is_whole or source.last_sealed_at is None:
        return None
    return (
        None
        if _is_away(row, sources) or (row.entity, row.id) in came
        else row._replace(recorded_at=source.last_sealed_at)
    )


def _is_away(row: rows.ChangeRow, sources: Mapping[str, rows.FreshnessRow]) -> bool:
    source = sources.get(row.source_system or "")
    return source is None or source.away_at is not None


def _people(found: Iterable[rows.ChangeRow]) -> frozenset[UUID]:
    return frozenset(row.person_id for row in found if row.person_id is not None and row.entity in _OF_STAY)


def _ended(sources: Mapping[str, rows.FreshnessRow]) -> dict[str, datetime]:
    return {name: row.away_at for name, row in sources.items() if row.away_at is not None}


def comparable(found: Mapping[UUID, Attention], sources: Iterable[str]) -> dict[UUID, Attention]:
    """Who needed attention then, by what still stands: a reason that went with its source is no reason less."""
    gone = frozenset(sources)
    if not gone:
        return dict(found)
    left = {person: without_sources(one, gone) for person, one in found.items()}
    return {person: one for person, one in left.items() if one is not None}


def news_of_sources(sift: Sifted, *, since: datetime, giving: frozenset[str]) -> list[News]:
    """That a source ended since then, or gives again: one line for each.

    Args:
        since: UTC.
        giving: sources that give something of which a handover tells.
    """
    told = [("news.source_ended", name, at) for name, at in sift.ended.items() if at >= since and name in giving]
    told += [("news.source_given", name, at) for name, at in sift.given.items() if name in giving]
    return [
        News(
            at=at,
            happened_at=at,
            recorded_at=at,
            category=CATEGORY,
            person_id=None,
            text=Text(key, {"source": source_name(name)}),
            source=name,
        )
        for key, name, at in sorted(told)
    ]
