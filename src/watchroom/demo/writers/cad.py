"""What the control rooms of police, ambulance and fire send of their incidents: a JSON message for each change.

The form is made up, in the manner of the documents by which such systems tell each other of incidents (NENA's EIDO and
what vendors make of it). A message holds the head of the incident as it is and the log lines that no earlier one had.
While a system is down its room writes on paper; all of it is keyed when the system runs again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_streets import (
    CallTaken,
    IncidentClosed,
    IncidentGraded,
    IncidentNoted,
    IncidentOpened,
    IncidentPassed,
    MissingGraded,
    OfIncident,
    PersonFound,
    PersonMissing,
    Room,
    SystemDown,
    SystemUp,
    UnitMoved,
    UnitState,
)
from watchroom.demo.writers import cad_words
from watchroom.demo.writers.cad_codes import STYLES
from watchroom.demo.writers.cad_document import Document, Missing
from watchroom.demo.writers.written import Written

MEDIA_TYPE = "application/json"
# Seconds that keying one line from paper takes.
_KEYING = 20


@dataclass(slots=True, kw_only=True)
class _Desk:
    """A control room's system: its numbers of the day, and what waits on paper while it is down."""

    room: Room
    day: str = ""
    number: int = 0
    paper: list[Happening] | None = None
    busy_until: datetime | None = None
    documents: dict[str, Document] = field(default_factory=dict[str, Document])


class Cads:
    """The systems of all control rooms of a world."""

    def __init__(self) -> None:
        """Systems that hold no incident yet."""
        self._desks: dict[Room, _Desk] = {}
        self._urns: dict[str, str] = {}

    def of_day(self, happenings: Iterable[Happening]) -> Iterator[tuple[Room, Written]]:
        """The messages of a day by the room that sends them, of each room in order.

        Args:
            happenings: of the day, in order; days follow one another.
        """
        for one in happenings:
            if isinstance(one, OfIncident):
                room = one.case.room
            elif isinstance(one, CallTaken | SystemDown | SystemUp):
                room = one.room
            else:
                continue
            desk = self._desks.get(room)
            if desk is None:
                desk = self._desks[room] = _Desk(room=room)
            for written in self._heard(desk, one):
                yield room, written

    def _heard(self, desk: _Desk, one: Happening) -> Iterator[Written]:
        if isinstance(one, SystemDown):
            desk.paper = []
        elif isinstance(one, SystemUp):
            paper, desk.paper = desk.paper or [], None
            for place, waiting in enumerate(paper, start=1):
                yield from self._keyed(desk, waiting, sent=one.at + timedelta(seconds=_KEYING * place), is_paper=True)
            desk.busy_until = one.at + timedelta(seconds=_KEYING * (len(paper) + 1))
        elif desk.paper is not None:
            desk.paper.append(one)
        else:
            sent = one.at + timedelta(seconds=1)
            if desk.busy_until is not None and sent < desk.busy_until:
                sent = desk.busy_until = desk.busy_until + timedelta(seconds=1)
            yield from self._keyed(desk, one, sent=sent)

    def _keyed(self, desk: _Desk, one: Happening, *, sent: datetime, is_paper: bool = False) -> Iterator[Written]:
        """The message of one happening; none where its incident is not in the system."""
        if isinstance(one, IncidentOpened):
            document = self._opened(desk, one)
            if is_paper:
                document.add(cad_words.line("paper", 0), sent, by=_operator(desk.room, one.words))
        elif isinstance(one, CallTaken):
            known = desk.documents.get(one.incident or "")
            if known is None or one.number == 1:
                return
            document = known
            words = one.number * 7 + one.waited
            document.add(cad_words.line("further", words), one.at, by=_operator(desk.room, words))
        elif isinstance(one, OfIncident):
            known = desk.documents.get(one.case.incident)
            if known is None:
                return
            document = known
            self._changed(document, one)
        else:
            return
        content = document.shown(one.at, sent=sent).encode()
        headers = (("X-Message-Id", f"{document.urn}-{document.sequence:03d}"),)
        if isinstance(one, IncidentClosed):
            del desk.documents[one.case.incident]
        yield Written(at=sent, content=content, media_type=MEDIA_TYPE, headers=headers)

    def _opened(self, desk: _Desk, one: IncidentOpened) -> Document:
        style = STYLES[desk.room.agency]
        day = f"{wall(one.at):%Y%m%d}"
        if day != desk.day:
            desk.day, desk.number = day, 0
        desk.number += 1
        urn = f"{style.mark}{desk.room.county or ''}-{day}-{desk.number:04d}"
        document = Document(
            style=style,
            urn=urn,
            number=desk.number,
            opened=one.at,
            kind=one.kind,
            grade=one.grade,
            spot=one.spot,
            source="PARTNER AGENCY" if one.line is None else one.line.value,
        )
        self._urns[one.case.incident] = urn
        by = _operator(desk.room, one.words)
        if one.passed_from is not None:
            theirs = self._urns.get(one.their_incident or "", "")
            agency = STYLES[one.passed_from].owner
            document.link("RECEIVED FROM", agency, theirs)
            document.add(cad_words.line("received", one.words, agency=agency), one.at, by=by)
        document.add(cad_words.opening(one.kind, one.words), one.at, by=by)
        desk.documents[one.case.incident] = document
        return document

    def _changed(self, document: Document, one: OfIncident) -> None:
        change = _CHANGES.get(type(one))
        if change is not None:
            change(document, one)
        elif isinstance(one, IncidentClosed):
            self._closed(document, one)

    def _closed(self, document: Document, one: IncidentClosed) -> None:
        document.closed, document.result = one.at, document.style.results[one.result]
        urn = self._urns.get(one.same_as or "")
        by = _operator(one.case.room, document.line)
        if urn is None:
            document.add(cad_words.line("closed", document.number), one.at, by=by)
        else:
            document.link("DUPLICATE OF", document.style.owner, urn)
            document.add(cad_words.line("duplicate", 0, urn=urn), one.at, by=by)
        # Numbers stay known while another incident may still name this one; the oldest go.
        while len(self._urns) > 50_000:
            del self._urns[next(iter(self._urns))]


def _operator(room: Room, words: int) -> str:
    """The number of whoever types; nobody has a name here."""
    return f"{STYLES[room.agency].mark}{100 + words % 37}"


def _graded(document: Document, one: IncidentGraded) -> None:
    document.grade = one.grade
    document.add(cad_words.line("graded", document.line), one.at, by=_operator(one.case.room, document.number))


def _noted(document: Document, one: IncidentNoted) -> None:
    room = one.case.room
    text = cad_words.note(one.note, one.words, agency=room.agency, unit=document.there())
    document.add(text, one.at, by=_operator(room, one.words))


def _passed(document: Document, one: IncidentPassed) -> None:
    agency = STYLES[one.to].owner
    document.link("PASSED TO", agency)
    words = document.number
    document.add(cad_words.line("passed", words, agency=agency), one.at, by=_operator(one.case.room, words))


def _moved(document: Document, one: UnitMoved) -> None:
    document.move(one.unit, one.state, one.at)
    if one.state is UnitState.STOOD_DOWN:
        text = f"{one.unit.call_sign} stood down"
        document.add(text, one.at, by=_operator(one.case.room, document.number))


def _is_missing(document: Document, one: PersonMissing) -> None:
    document.missing = Missing(
        age=one.age,
        sex=one.sex,
        risk=one.risk.name,
        from_care=one.is_from_care,
        reported=document.time(document.opened),
    )
    words = {"risk": one.risk.value, "age": str(one.age)}
    document.add(cad_words.line("missing", one.age, **words), one.at, by=_operator(one.case.room, one.age))


def _missing_graded(document: Document, one: MissingGraded) -> None:
    if document.missing is not None:
        document.missing.risk = one.risk.name
    text = cad_words.line("risk", 0, risk=one.risk.value)
    document.add(text, one.at, by=_operator(one.case.room, document.line))


def _found(document: Document, one: PersonFound) -> None:
    if document.missing is not None:
        document.missing.found = document.time(one.at)
    words = 2 if one.came_back else document.number % 2
    text = cad_words.line("found", words, town=one.town)
    document.add(text, one.at, by=_operator(one.case.room, document.line))


_CHANGES: dict[type, Callable[..., None]] = {
    IncidentGraded: _graded,
    IncidentNoted: _noted,
    IncidentPassed: _passed,
    UnitMoved: _moved,
    PersonMissing: _is_missing,
    MissingGraded: _missing_graded,
    PersonFound: _found,
}
