"""Rows that are held back, grouped as people decide of them: by source, table and reason. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from watchroom.ingest.held import Waiver
from watchroom.ingest.quarantine import Quarantined, State

# What asks for something first.
_ORDER: Final = (State.OPEN, State.WAIVED, State.GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of one table that are held back for one reason; a waiver is of them all.

    Attributes:
        source, table, code: of which source and table, and why.
        fields, entities: columns of the source, and what was to be made of the rows, in order.
        rows: how many, or how many there were.
        state: what is to be done about them.
        first_at, last_at: node time at which such rows first and last came.
        waiver: that holds; None: none does.
    """

    source: str
    table: str
    code: str
    fields: tuple[str, ...]
    entities: tuple[str, ...]
    rows: int
    state: State
    first_at: datetime
    last_at: datetime
    waiver: Waiver | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which groups somebody wants to see; empty: whatever it is."""

    source: str = ""
    table: str = ""
    code: str = ""

    def holds(self, group: Group) -> bool:
        """Whether the group is one of them."""
        pairs = ((self.source, group.source), (self.table, group.table), (self.code, group.code))
        return all(wanted in ("", found) for wanted, found in pairs)


def groups_of(found: Iterable[Quarantined]) -> tuple[Group, ...]:
    """The groups, open ones first, of each state the newest first."""
    gathered: dict[tuple[str, str, str], list[Quarantined]] = {}
    for one in found:
        gathered.setdefault((one.source, one.held.table, one.held.code), []).append(one)
    groups = [_group(alike) for alike in gathered.values()]
    return tuple(
        sorted(
            groups,
            key=lambda one: (_ORDER.index(one.state), -one.last_at.timestamp(), one.source, one.table, one.code),
        )
    )


def _group(alike: list[Quarantined]) -> Group:
    # What is gone of a reason that still stands for another column is no row of today.
    state = min((one.state for one in alike), key=_ORDER.index)
    counted = [one for one in alike if one.state is state]
    first = counted[0]
    return Group(
        source=first.source,
        table=first.held.table,
        code=first.held.code,
        fields=tuple(sorted({one.held.field for one in counted if one.held.field})),
        entities=tuple(sorted({one.held.entity for one in counted if one.held.entity})),
        rows=sum(one.held.rows for one in counted),
        state=state,
        first_at=min(one.first_at for one in counted),
        last_at=max(one.last_at for one in counted),
        waiver=first.held.waiver,
    )
