"""The offices of the example that write: what each makes of a day, under the names that its sources have at a node."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from watchroom.demo.partnership import Partnership
from watchroom.demo.world.county_time import at, midnight
from watchroom.demo.world.happening import Day, Happening
from watchroom.demo.world.happenings_streets import Agency
from watchroom.demo.writers.cad import Cads
from watchroom.demo.writers.calendar import EventCalendar
from watchroom.demo.writers.cap import FloodDesk
from watchroom.demo.writers.council_mail import CouncilMail
from watchroom.demo.writers.court_lists import CourtLists
from watchroom.demo.writers.custody_records import CustodyRecords
from watchroom.demo.writers.fhir import HealthFeed
from watchroom.demo.writers.hmpps_events import HmppsEvents
from watchroom.demo.writers.incidents_feed import IncidentsFeed
from watchroom.demo.writers.tfl import RoadBoard
from watchroom.demo.writers.wzdx import WorksFeed

EVENTS, HEALTH, WARNINGS, SUITE, LISTS = "hmpps-events", "health", "warnings", "custody-suite", "court-lists"
MAIL, ROADS, WORKS, CALENDAR, INCIDENTS = "council", "road-disruptions", "road-works", "planned-events", "incidents"


class Content(Protocol):
    """What writers give: bytes that were written at an instant, UTC."""

    @property
    def at(self) -> datetime:
        """When it was written."""
        ...

    @property
    def content(self) -> bytes:
        """The bytes."""
        ...

    @property
    def media_type(self) -> str:
        """Of the bytes."""
        ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Of a message, beside its media type."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something that leaves an office: a message, or with a name a file, or what an address answers.

    Attributes:
        source: name of the source at a node.
        at: when it was written, UTC.
        content, media_type, headers: see `Content`.
        name: of a file; empty: it is none.
        is_snapshot: an address answers it from now on.
    """

    source: str
    at: datetime
    content: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
    name: str = ""
    is_snapshot: bool = False


class _Board(Protocol):
    def hear(self, one: Happening, /) -> None: ...

    def snapshot(self, at: datetime, /) -> Content: ...


class Offices:
    """All offices that send messages, files and snapshots; tables of the two case-management systems are apart."""

    def __init__(self, partnership: Partnership, *, every: timedelta) -> None:
        """Offices that have written nothing yet; boards know what was planned before the first day.

        Args:
            partnership: whose they are.
            every: how often the boards are looked at.
        """
        society, self._every = partnership.society, every
        self._events, self._cads, self._floods = HmppsEvents(partnership.chance), Cads(), FloodDesk()
        self._health, self._lists = HealthFeed(society), CourtLists(society)
        numbers = [county.number for county in partnership.counties]
        self._mail = [(named(MAIL, number), CouncilMail(society, area=number)) for number in numbers]
        boards: tuple[tuple[str, Callable[[int], _Board]], ...] = (
            (ROADS, RoadBoard),
            (WORKS, WorksFeed),
            (CALENDAR, EventCalendar),
            (INCIDENTS, IncidentsFeed),
        )
        self._boards: Sequence[tuple[str, _Board]] = [
            *((named(source, number), board(number)) for number in numbers for source, board in boards),
            (SUITE, CustodyRecords(society)),
        ]
        for one in partnership.streets.before(partnership.extent.begins):
            for _, board in self._boards:
                board.hear(one)

    def of_day(self, day: Day) -> Iterator[Outgoing]:
        """What they write of a day, in no order; some of it is written after midnight."""
        yield from (_message(EVENTS, one.body, one) for one in self._events.of(day))
        for room, one in self._cads.of_day(day.happenings):
            yield _message(named(cad(room.agency), room.county), one.content, one)
        yield from (_message(WARNINGS, one.content, one) for one in self._floods.of_day(day.happenings))
        for happening in day.happenings:
            sent = self._health.message(happening)
            if sent is not None:
                yield _message(HEALTH, sent.content, sent)
        for source, mail in self._mail:
            yield from (_file(source, one.name, one) for one in mail.sent(day))
        yield from (_file(LISTS, one.name, one) for one in self._lists.sent(day))
        yield from self._snapshots(day)

    def _snapshots(self, day: Day) -> Iterator[Outgoing]:
        """What the boards answer each time somebody looks, as of what had happened by then."""
        looks, begins = list[datetime](), midnight(day.date)
        while not looks or looks[-1] + self._every < at(day.date, 24):
            looks.append(looks[-1] + self._every if looks else begins)
        coming = iter(looks)
        look = next(coming, None)
        for one in day.happenings:
            while look is not None and look < one.at:
                yield from self._look(look)
                look = next(coming, None)
            for _, board in self._boards:
                board.hear(one)
        while look is not None:
            yield from self._look(look)
            look = next(coming, None)

    def _look(self, look: datetime) -> Iterator[Outgoing]:
        for source, board in self._boards:
            shown = board.snapshot(look)
            yield Outgoing(source=source, at=look, content=shown.content, media_type=shown.media_type, is_snapshot=True)


def cad(agency: Agency) -> str:
    """The name of the source that a control room's messages come from."""
    return f"{agency.value}-cad"


def named(source: str, county: int) -> str:
    """The name of a county's source: that of the first county is the source's own."""
    return source if county == 0 else f"{source}-{county + 1}"


class _Addressed(Protocol):
    @property
    def at(self) -> datetime: ...

    @property
    def media_type(self) -> str: ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...


def _message(source: str, content: bytes, one: _Addressed) -> Outgoing:
    return Outgoing(source=source, at=one.at, content=content, media_type=one.media_type, headers=one.headers)


def _file(source: str, name: str, one: Content) -> Outgoing:
    return Outgoing(source=source, at=one.at, content=one.content, media_type=one.media_type, name=name)
