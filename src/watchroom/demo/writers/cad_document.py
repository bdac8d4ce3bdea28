"""One incident in a control room's system, as its messages show it.

What does not change is written once, and what does when it does: a message is put together from pieces of JSON.
"""

from dataclasses import dataclass, field
from datetime import datetime
from json.encoder import encode_basestring as quoted

from watchroom.demo.world.county_time import ZONE
from watchroom.demo.world.happenings_streets import Spot, Unit, UnitState
from watchroom.demo.world.streets.places import BY_NAME
from watchroom.demo.writers.cad_codes import Code, Style

_SEEN: dict[UnitState, str] = {
    UnitState.SENT: "assignedAt",
    UnitState.ON_WAY: "mobileAt",
    UnitState.ON_SCENE: "atSceneAt",
    UnitState.STOOD_DOWN: "clearAt",
    UnitState.CLEAR: "clearAt",
}


@dataclass(slots=True, kw_only=True)
class Missing:
    """What is known of somebody missing, as a message shows it."""

    age: int
    sex: str
    risk: str
    from_care: bool
    reported: str
    found: str = ""


@dataclass(slots=True, kw_only=True)
class _Unit:
    """A unit of an incident: what it is, what it does, and since when it did what, as JSON members."""

    head: str
    state: UnitState
    status: str
    times: dict[str, str]


@dataclass(slots=True, kw_only=True)
class Document:
    """An incident as it stands in its system.

    Attributes:
        style: of its agency.
        urn: its number with agency and day.
        number: of the day.
        opened: UTC.
        kind: of occasion, as it was opened.
        grade: from 1.
        spot: where.
        source: how it came.
        sequence: of its last message.
        line: number of the last line of its log.
        missing: who is missing; None: nobody.
        result: how it ended; None: it runs.
        closed: when.
    """

    style: Style
    urn: str
    number: int
    opened: datetime
    kind: str
    grade: int
    spot: Spot
    source: str
    sequence: int = 0
    line: int = 0
    missing: Missing | None = None
    result: Code | None = None
    closed: datetime | None = None
    _fixed: str = ""
    _lines: list[str] = field(default_factory=list[str])
    _units: dict[str, _Unit] = field(default_factory=dict[str, _Unit])
    _links: list[str] = field(default_factory=list[str])

    def time(self, at: datetime) -> str:
        """An instant as the system writes it: UTC with `Z`, or the county's clocks with their offset."""
        if self.style.is_local:
            return at.astimezone(ZONE).isoformat(timespec="seconds")
        return f"{at.isoformat(timespec='seconds')[:19]}Z"

    def add(self, text: str, at: datetime, *, by: str) -> None:
        """Write a line."""
        self.line += 1
        said = text.upper() if self.style.is_upper else text[0].upper() + text[1:]
        self._lines.append(f'{{"line":{self.line},"at":"{self.time(at)}","operator":"{by}","text":{quoted(said)}}}')

    def link(self, relation: str, agency: str, urn: str = "") -> None:
        """Name another agency or incident that it has to do with."""
        theirs = f',"urn":"{urn}"' if urn else ""
        self._links.append(f'{{"relation":"{relation}","agency":{quoted(agency)}{theirs}}}')

    def move(self, unit: Unit, state: UnitState, at: datetime) -> None:
        """Set what a unit does."""
        when = self.time(at)
        shown = self._units.get(unit.call_sign)
        if shown is None:
            head = f'"callSign":"{unit.call_sign}","type":"{unit.kind}","station":"{unit.station}"'
            shown = self._units[unit.call_sign] = _Unit(head=head, state=state, status="", times={})
        code, text = self.style.states[state]
        shown.state = state
        shown.status = f'"status":"{code}","statusText":"{text}","statusAt":"{when}"'
        shown.times[_SEEN[state]] = when

    def there(self) -> str:
        """The call sign of a unit that works on it; `crew` where none does."""
        return next((sign for sign, unit in self._units.items() if "clearAt" not in unit.times), "crew")

    def shown(self, at: datetime, *, sent: datetime) -> str:
        """The message of the incident as it is now; the lines in it are those that no earlier one had."""
        self.sequence += 1
        style = self.style
        grade, text = style.grades[self.grade - 1]
        fixed = self._fixed or self._once()
        units = ",".join(
            "{" + ",".join((unit.head, unit.status, *(f'"{name}":"{when}"' for name, when in unit.times.items()))) + "}"
            for unit in self._units.values()
        )
        message = (
            f'{{"header":{{"messageId":"{self.urn}-{self.sequence:03d}","system":"{style.system}",'
            f'"formatVersion":"2.1","mode":"LIVE","sequence":{self.sequence},"sentAt":"{self.time(sent)}"}},'
            f'"incident":{{{fixed},"status":"{self._status()}","updatedAt":"{self.time(at)}",'
            f'"grade":{{"code":"{grade}","description":"{text}"}},'
            f'"log":[{",".join(self._lines)}],"resources":[{units}],"links":[{",".join(self._links)}]'
            f"{self._who_is_missing()}{self._end()}}}}}"
        )
        self._lines = []
        return message

    def _once(self) -> str:
        """The members that stay as they are."""
        code, text = self.style.types[self.kind]
        self._fixed = (
            f'"urn":"{self.urn}","number":{self.number},"owner":{quoted(self.style.owner)},'
            f'"openedAt":"{self.time(self.opened)}","source":"{self.source}",'
            f'"type":{{"code":"{code}","description":{quoted(text)}}},'
            f'"location":{_place(self.spot, is_upper=self.style.is_upper)}'
        )
        return self._fixed

    def _status(self) -> str:
        if self.result is not None:
            return "CLOSED"
        if any(unit.state is UnitState.ON_SCENE for unit in self._units.values()):
            return "ATTENDED"
        return "ASSIGNED" if self._units else "OPEN"

    def _end(self) -> str:
        if self.result is None or self.closed is None:
            return ""
        code, text = self.result
        return f',"closedAt":"{self.time(self.closed)}","result":{{"code":"{code}","description":{quoted(text)}}}'

    def _who_is_missing(self) -> str:
        one = self.missing
        if one is None:
            return ""
        found = f',"foundAt":"{one.found}"' if one.found else ""
        return (
            f',"missingPerson":{{"age":{one.age},"sex":"{one.sex}","risk":"{one.risk}",'
            f'"fromCare":{"true" if one.from_care else "false"},"reportedAt":"{one.reported}"{found}}}'
        )


def _place(spot: Spot, *, is_upper: bool) -> str:
    """The place as a gazetteer gives it; a road has no postal code."""
    words = f"{spot.house} {spot.street}, {spot.town}" if spot.house else f"{spot.street} near {spot.town}"
    point = spot.point
    postcode = ""
    if spot.house:
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        postcode = (
            f',"postcode":"{BY_NAME[spot.town].outcode} {len(spot.street) % 9 + 1}'
            f'{letters[len(spot.street) * 7 % 20]}{letters[int(spot.house) // 8 % 20]}"'
        )
    return (
        f'{{"address":{quoted(words.upper() if is_upper else words)},"town":{quoted(spot.town)}{postcode},'
        f'"latitude":{point.latitude},"longitude":{point.longitude}}}'
    )
