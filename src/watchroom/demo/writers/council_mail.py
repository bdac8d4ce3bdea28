"""What the council sends by e-mail each morning, for it has no system that could: three sheets of CSV made by hand.

Headers are for people and so are days; remarks have commas and line breaks; the last row is a remark of the sender; on
one day of a month somebody else makes them, and puts the columns in another order.
"""

from collections.abc import Iterator, Sequence
from csv import writer as csv_writer
from datetime import date, datetime, timedelta
from io import StringIO

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import at, wall
from watchroom.demo.world.happening import Day
from watchroom.demo.world.happenings_council import (
    ChildAbsent,
    ChildClosed,
    ChildKnown,
    ChildMoved,
    ChildNoted,
    ConcernRaised,
    ConferenceListed,
    Standing,
)
from watchroom.demo.world.partners.children import Child, child_of, victim_of
from watchroom.demo.world.partners.society import Society
from watchroom.demo.writers.sent import Sent

MEDIA_TYPE = "text/csv"
CHILDREN = (
    *("Our ref", "Child's name", "Date of birth", "Boy / girl", "Status", "Category", "Since", "Until", "Address"),
    *("School", "Not in school (days)", "Social worker tel.", "Remarks"),
)
CONTACTS = (
    *("Contact no.", "Received", "Child's name", "Date of birth", "Raised by", "RAG", "What is the concern?"),
    *("Decision", "Remarks"),
)
CONFERENCES = (
    *("Case no.", "Meeting", "Victim", "Victim's date of birth", "Alleged perpetrator", "Perpetrator's date of birth"),
    *("Reason for referral", "Children in household", "Remarks"),
)
_VISIBLE = timedelta(days=365)
_FAREWELLS = (
    "Any questions ring the office, not this address.",
    "NB two more to follow, system was down.",
    "Regards, Jo",
)
_REMARKS = (
    "",
    "",
    "",
    "Visit Thursday,\nboth parents to be there",
    'Do not leave a message, "partner checks the phone"',
    "Dog at the address, large",
    "School to ring if not in by 10",
    "Contact at the centre only, supervised",
    "Review moved, see minutes",
)


class CouncilMail:
    """The sheets of one council."""

    def __init__(self, society: Society, *, area: int = 0) -> None:
        """Nobody in the sheets.

        Args:
            society: whose people they are about.
            area: number of the county.
        """
        self._society, self._area = society, area
        self._known: dict[int, ChildKnown] = {}
        self._closed: dict[int, tuple[ChildKnown, date]] = {}
        self._places: dict[int, int] = {}
        self._children: dict[int, tuple[int, Child]] = {}
        self._absent: dict[int, int] = {}
        self._notes: dict[int, str] = {}
        self._concerns: list[ConcernRaised] = []
        self._cases: list[ConferenceListed] = []

    def sent(self, day: Day) -> Iterator[Sent]:
        """The sheets of a morning, about the days before it; none at weekends. Days must follow one another."""
        if day.date.weekday() < 5 and (self._known or self._concerns):
            yield from self._sheets(day.date)
        self._absent = {}
        for one in day.happenings:
            if isinstance(one, ConferenceListed):
                self._cases += [one] if one.area == self._area else []
            elif getattr(one, "area", None) == self._area:
                self._enter(one)

    def _enter(self, one: object) -> None:
        if isinstance(one, ChildKnown):
            self._known[one.child] = one
        elif isinstance(one, ChildClosed):
            self._closed[one.child] = (self._known.pop(one.child), wall(one.at).date())
        elif isinstance(one, ChildMoved):
            self._places[one.child] = one.place
        elif isinstance(one, ChildNoted):
            self._notes[one.child] = one.remark
        elif isinstance(one, ChildAbsent):
            self._absent[one.child] = one.days
        elif isinstance(one, ConcernRaised):
            self._concerns.append(one)

    def _sheets(self, on: date) -> Iterator[Sent]:
        stream = self._society.chance.stream("council mail", self._area, on.toordinal())
        written = at(on, 7.6 + 1.5 * stream.random())
        known = [self._child(one, None, on=on) for one in self._known.values()]
        for child in [child for child, (_, until) in self._closed.items() if until <= on - _VISIBLE]:
            del self._closed[child]
            self._children.pop(child, None)
            self._places.pop(child, None)
            self._notes.pop(child, None)
        known += [self._child(one, until, on=on) for one, until in self._closed.values()]
        tables = {
            "children": (CHILDREN, known),
            "contacts": (CONTACTS, [self._concern(one) for one in self._concerns]),
            "conferences": (CONFERENCES, [self._case(one) for one in self._cases if one.meets_on >= on]),
        }
        self._concerns = []
        self._cases = [one for one in self._cases if one.meets_on >= on]
        farewell = stream.choice(_FAREWELLS)
        for name, (header, rows) in tables.items():
            content = _sheet(header, rows, farewell=farewell, is_turned=is_turned(on))
            yield Sent(at=written, content=content, media_type=MEDIA_TYPE, name=f"{name} {on:%d.%m.%y}.csv")

    def _child(self, one: ChildKnown, until: date | None, *, on: date) -> tuple[object, ...]:
        child = self._as_known(one)
        absent = self._absent.get(one.child, 0)
        is_born = one.standing is not Standing.UNBORN
        return (
            f"C{one.child:05d}",
            f"{child.given} {child.family}" if is_born else f"unborn {child.family}",
            _day(child.born) if is_born else "",
            ("girl" if child.is_girl else "boy") if is_born else "",
            one.standing.value,
            "" if one.harm is None else one.harm.value,
            _day(one.since),
            "" if until is None else _day(until),
            _address(child),
            child.school if is_born else "",
            absent or "",
            "01632 960411",
            self._notes.get(one.child) or _remark(self._society.chance, "child", one.child, month=on.month),
        )

    def _as_known(self, one: ChildKnown) -> Child:
        """The child where they live now; made once for each address."""
        place = self._places.get(one.child, 0)
        known = self._children.get(one.child)
        if known is None or known[0] != place:
            known = (place, child_of(self._society, one.child, parent=one.parent, place=place))
            self._children[one.child] = known
        return known[1]

    def _concern(self, one: ConcernRaised) -> tuple[object, ...]:
        child = child_of(self._society, one.child, parent=one.parent)
        return (
            f"MASH {one.contact}",
            f"{_day(wall(one.at).date())} {wall(one.at):%H.%M}",
            f"{child.given} {child.family}",
            _day(child.born),
            one.raised.value,
            one.rating.value,
            one.about,
            one.answer.value,
            _remark(self._society.chance, "concern", one.contact),
        )

    def _case(self, one: ConferenceListed) -> tuple[object, ...]:
        victim, other = victim_of(self._society, one.victim), self._society.lives.of(one.perpetrator)
        return (
            f"M{one.case:04d}",
            _day(one.meets_on),
            f"{victim.given} {victim.family}",
            _day(victim.born),
            f"{other.given[0]} {other.family}",
            _day(other.born),
            one.criterion,
            one.children,
            _remark(self._society.chance, "conference", one.case),
        )


def is_turned(on: date) -> bool:
    """Whether the sheets of a day have their columns in another order: on the third Tuesday of a month, or so."""
    return on.weekday() == 1 and 14 <= on.day <= 20


def _remark(chance: Chance, kind: str, number: int, *, month: int = 0) -> str:
    return chance.stream("remark", kind, number, month).choice(_REMARKS)


def _day(on: date | datetime) -> str:
    """A day as people write it, such as `4 Jul 2026`."""
    return f"{on.day} {on:%b %Y}"


def _address(child: Child) -> str:
    return f"{child.house} {child.street}, {child.town}, {child.outcode}"


def _sheet(header: Sequence[str], rows: Sequence[tuple[object, ...]], *, farewell: str, is_turned: bool) -> bytes:
    """A sheet as a spreadsheet for people saves it: with a mark at its beginning, and lines that end as in letters."""
    places = list(range(len(header)))
    if is_turned:
        # The remarks come first, and the date of birth before the name.
        places = [places[-1], *reversed(places[:-1])]
    text = StringIO(newline="")
    lines = csv_writer(text, lineterminator="\r\n")
    lines.writerow([header[place] for place in places])
    lines.writerows([row[place] for place in places] for row in rows)
    lines.writerow([farewell])
    return text.getvalue().encode("utf-8-sig")
