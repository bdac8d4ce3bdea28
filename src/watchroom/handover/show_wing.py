"""What the handover page shows of the wing: its cells and its roll, with every word ready (see `show.py`)."""

from dataclasses import dataclass

from watchroom.handover.tones import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    """One person in a cell of the grid whom the asker may see.

    Attributes:
        other_alerts: active alerts of a person without a listed item; a row of the others has them.
        alerts: the same in one line, ready to be shown; empty: there are none.
        since: that the date of reception is unreliable or not recorded; empty: it is a fact, or does not matter here.
    """

    person_id: str
    name: str
    tone: Tone
    text: str
    since: str = ""
    other_alerts: tuple[str, ...] = ()
    alerts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTile:
    """One cell of the grid. `label` speaks the whole tile; `mark` is for eyes only; `count` of people in it."""

    place: str
    label: str
    tone: Tone
    mark: str
    count: int
    occupants: tuple[Occupant, ...]
    withheld: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """One landing of the grid, its cells in order."""

    name: str
    short: str
    cells: tuple[CellTile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine:
    """One line under the roll: where the record puts people of the unit (a cell, no cell, court, hospital ...)."""

    key: str
    label: str
    count: int
    people: tuple[Occupant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityPart:
    """What the source says of how many the unit holds, each figure by its name; None: not recorded.

    Attributes:
        lines: in words, with what contradicts itself.
        contradictions: cells whose working capacity is more than their maximum: place, working, maximum.
    """

    cells_working: int | None
    cells_maximum: int | None
    unit_working: int | None
    unit_maximum: int | None
    contradictions: tuple[tuple[str, int, int], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedLine:
    """One person on no unit's roll; `text` says whether they are recorded as in or out."""

    person_id: str
    name: str
    prison_number: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoUnitPart:
    """The people of the establishment who are on no unit's roll.

    Attributes:
        withheld: how many of them the asker may not know.
        title, sentence: how many they are; why, and what is withheld. Empty: there are none.
    """

    count: int
    withheld: int
    title: str
    sentence: str
    people: tuple[UnplacedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollPart:
    """The roll of the unit, whole for everyone, and where the record puts everyone.

    Attributes:
        is_known: False: nobody tells who is on the unit, so that its numbers say nothing.
        ground: what has to be known of its sources; empty: nothing.
        withheld: how many are counted but may not be known to the asker.
        unlisted: how many have no listed item, in words.
        no_unit: those of the establishment whom no wing's page lists.
        key: of the grid: mark, tone, word.
        over: the cells that hold more people than their capacity, in words.
    """

    sentence: str
    is_known: bool
    ground: str
    on_roll: int
    in_now: int
    out_now: int
    no_cell: int
    capacity: CapacityPart
    withheld: int
    lines: tuple[RollLine, ...]
    unlisted: str
    landings: tuple[Landing, ...]
    key: tuple[tuple[str, Tone, str], ...]
    over: tuple[str, ...]
    no_unit: NoUnitPart
