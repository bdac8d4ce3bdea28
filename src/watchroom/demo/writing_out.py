"""Writes a world into a folder: files, feeds and messages of every agency, and the list of what reaches a node when.

nomis/2026-07-24T0500/     delius/2026-07-24T0400/     extracts, a folder each
messages/SOURCE/DAY.ndjson                             one message a line, or a file each where it has lines of its own
files/SOURCE/NAME          snapshots/SOURCE/INSTANT    what comes by e-mail, and what addresses answer
deliveries.ndjson                                      what arrives when, and what went wrong with it (`Delivery`)
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO

from watchroom.demo.deliveries import Delivery, Way
from watchroom.demo.disturbing import EVENTS, FILES, MESSAGES, SNAPSHOTS, Disturbing, Troubles
from watchroom.demo.offices import (
    CALENDAR,
    HEALTH,
    INCIDENTS,
    LISTS,
    MAIL,
    ROADS,
    SUITE,
    WORKS,
    Offices,
    Outgoing,
    cad,
    named,
)
from watchroom.demo.offices import EVENTS as HMPPS
from watchroom.demo.partnership import Extent, Partnership
from watchroom.demo.world.county_time import at, wall
from watchroom.demo.world.happening import Day
from watchroom.demo.world.happenings_streets import Agency
from watchroom.demo.writers.delius import Delius
from watchroom.demo.writers.nomis.extract import Nomis

LIST = "deliveries.ndjson"
NOMIS_HOUR, DELIUS_HOUR = 29.0, 28.0
"""When the extract of a day is made, by the hours of that day: at five and four the next morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a world is written.

    Attributes:
        extent: of the world.
        extracts_last: of so many last days the two case-management systems are extracted; before them once a week.
        every: how often the boards are looked at.
    """

    extent: Extent
    extracts_last: int = 3
    every: timedelta = timedelta(minutes=15)

    def is_extracted(self, on: date) -> bool:
        """Whether extracts of a day are made."""
        left = self.extent.begins + timedelta(days=self.extent.days - 1) - on
        return left.days < self.extracts_last or left.days % 7 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOut:
    """What was written: how many happenings, and deliveries by their source."""

    happenings: int
    deliveries: Mapping[str, int]


def write_world(folder: Path, plan: Plan, *, told: Callable[[date], None] = lambda _: None) -> WrittenOut:
    """Write a world into a folder, which is made.

    Args:
        folder: absent or empty.
        plan: what is written.
        told: is given each day when it is written.

    Raises:
        FileExistsError: something stands in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"`{folder.name}` is not empty; name a folder that is")
    press = _Press(folder, plan)
    numbers = Counter[str]()
    with (folder / LIST).open("w", encoding="utf-8") as lines:
        for one in Disturbing(press.chance, press.troubles).disturbed(press.deliveries(told)):
            numbers[one.source] += 1
            lines.write(one.line())
    return WrittenOut(happenings=press.happenings, deliveries=dict(numbers))


class _Press:
    """Writes day by day; what is written after midnight waits for the next day, so that all is in order."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder, self._plan = folder, plan
        self._partnership = Partnership(plan.extent)
        self.chance = self._partnership.chance
        self.happenings = 0
        self._offices = Offices(self._partnership, every=plan.every)
        self._nomis = Nomis(self.chance, self._partnership.lives, self._partnership.counties)
        self._delius = Delius(self._partnership.society)
        self._nomis.take(self._partnership.prisons.past)
        self._rows = Counter[str]()

    @property
    def troubles(self) -> Mapping[str, Troubles]:
        """What goes wrong with each source, by its name."""
        every = {**dict.fromkeys((HMPPS, HEALTH), EVENTS), LISTS: FILES, SUITE: SNAPSHOTS}
        own = {**dict.fromkeys((ROADS, WORKS, CALENDAR, INCIDENTS), SNAPSHOTS), MAIL: FILES}
        own |= {cad(agency): MESSAGES for agency in Agency}
        numbers = [county.number for county in self._partnership.counties]
        return every | {named(source, number): kind for number in numbers for source, kind in own.items()}

    def deliveries(self, told: Callable[[date], None]) -> Iterator[Delivery]:
        """What is written, in order of writing."""
        waiting: list[tuple[datetime, int, Delivery]] = []
        number = 0
        for day in self._partnership.days():
            self.happenings += len(day.happenings)
            for one in self._of_day(day):
                waiting.append((one.written_at, number, one))
                number += 1
            waiting.sort(key=lambda each: each[:2])
            ends = at(day.date, 24)
            due = next((place for place, (when, _, _) in enumerate(waiting) if when >= ends), len(waiting))
            yield from (one for _, _, one in waiting[:due])
            del waiting[:due]
            told(day.date)
        yield from (one for _, _, one in waiting)

    def _of_day(self, day: Day) -> Iterator[Delivery]:
        with ExitStack() as files:
            yield from self._kept(self._offices.of_day(day), files, day.date)
        self._nomis.take(day)
        for one in day.happenings:
            self._delius.hear(one)
        if self._plan.is_extracted(day.date):
            yield self._extract("nomis", at(day.date, NOMIS_HOUR), self._nomis.extract)
            yield self._extract("delius", at(day.date, DELIUS_HOUR), self._delius_extract)

    def _extract(self, source: str, made: datetime, extract: Callable[[Path, datetime], Path]) -> Delivery:
        place = extract(self._folder / source, made)
        path = str(place.relative_to(self._folder))
        return Delivery(at=made, written_at=made, source=source, way=Way.FOLDER, path=path)

    def _delius_extract(self, folder: Path, made: datetime) -> Path:
        return self._delius.write(folder / f"{wall(made):%Y-%m-%dT%H%M}")

    def _kept(self, outgoing: Iterable[Outgoing], files: ExitStack, on: date) -> Iterator[Delivery]:
        """Put what leaves the offices of a day into files."""
        lines: dict[str, tuple[IO[bytes], str]] = {}
        rows = Counter[str]()
        for one in outgoing:
            row: int | None = None
            if one.name or one.is_snapshot or b"\n" in one.content:
                way, path = self._put_alone(one)
            else:
                if one.source not in lines:
                    place = self._folder / "messages" / one.source / f"{on:%Y-%m-%d}.ndjson"
                    place.parent.mkdir(parents=True, exist_ok=True)
                    stream = files.enter_context(place.open("wb"))
                    lines[one.source] = (stream, str(place.relative_to(self._folder)))
                stream, path = lines[one.source]
                stream.write(one.content + b"\n")
                way, row = Way.POST, rows[one.source]
                rows[one.source] += 1
            yield Delivery(
                at=one.at,
                written_at=one.at,
                source=one.source,
                way=way,
                path=path,
                row=row,
                media_type=one.media_type,
                headers=one.headers,
            )

    def _put_alone(self, one: Outgoing) -> tuple[Way, str]:
        """A file of its own."""
        self._rows[one.source] += 1
        stamp = f"{wall(one.at):%Y-%m-%dT%H%M%S}-{self._rows[one.source]:06d}"
        if one.is_snapshot:
            way, place = Way.SNAPSHOT, Path("snapshots", one.source, stamp)
        elif one.name:
            way, place = Way.FILE, Path("files", one.source, one.name)
        else:
            way, place = Way.POST, Path("messages", one.source, stamp)
        target = self._folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(one.content)
        return way, str(place)
