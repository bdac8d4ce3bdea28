"""One incident in a control room's system, as its messages show it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

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
        lines: that were written since.
        line: number of the last line.
        units: by call sign, as messages show them.
        links: to incidents of its own and other agencies.
        missing: what is known of somebody missing.
        result: how it ended; None: it runs.
        closed: when.
        is_first_on_scene: somebody has been there.
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
    lines: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    line: int = 0
    units: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    links: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    missing: dict[str, object] | None = None
    result: Code | None = None
    closed: datetime | None = None

    def time(self, at: datetime) -> str:
        """An instant as the system writes it."""
        return written_time(at, is_local=self.style.is_local)

    def add(self, text: str, at: datetime, *, by: str) -> None:
        """Write a line."""
        self.line += 1
        said = text.upper() if self.style.is_upper else text[0].upper() + text[1:]
        self.lines.append({"line": self.line, "at": self.time(at), "operator": by, "text": said})

    def move(self, unit: Unit, state: UnitState, at: datetime) -> None:
        """Set what a unit does."""
        shown = self.units.get(unit.call_sign)
        if shown is None:
            shown = {"callSign": unit.call_sign, "type": unit.kind, "station": unit.station}
            self.units[unit.call_sign] = shown
        when = self.time(at)
        shown["status"], shown["statusText"] = self.style.states[state]
        shown["statusAt"] = when
        shown[_SEEN[state]] = when

    def shown(self, at: datetime, *, sent: datetime) -> dict[str, object]:
        """The message of the incident as it is now; the lines in it are those that no earlier one had."""
        self.sequence += 1
        style = self.style
        kind, grade = style.types[self.kind], style.grades[self.grade - 1]
        lines, self.lines = self.lines, []
        incident: dict[str, object] = {
            "urn": self.urn,
            "number": self.number,
            "owner": style.owner,
            "status": self._status(),
            "openedAt": self.time(self.opened),
            "updatedAt": self.time(at),
            "source": self.source,
            "type": {"code": kind[0], "description": kind[1]},
            "grade": {"code": grade[0], "description": grade[1]},
            "location": _place(self.spot, is_upper=style.is_upper),
            "log": lines,
            "resources": list(self.units.values()),
            "links": self.links,
        }
        if self.missing is not None:
            incident["missingPerson"] = self.missing
        if self.result is not None and self.closed is not None:
            incident["closedAt"] = self.time(self.closed)
            incident["result"] = {"code": self.result[0], "description": self.result[1]}
        header = {
            "messageId": f"{self.urn}-{self.sequence:03d}",
            "system": style.system,
            "formatVersion": "2.1",
            "mode": "LIVE",
            "sequence": self.sequence,
            "sentAt": self.time(sent),
        }
        return {"header": header, "incident": incident}

    def _status(self) -> str:
        if self.result is not None:
            return "CLOSED"
        if any("atSceneAt" in unit and "clearAt" not in unit for unit in self.units.values()):
            return "ATTENDED"
        return "ASSIGNED" if self.units else "OPEN"


@lru_cache(maxsize=4096)
def written_time(at: datetime, *, is_local: bool) -> str:
    """An instant to the second: UTC with `Z`, or the county's clocks with their offset."""
    if is_local:
        return at.astimezone(ZONE).isoformat(timespec="seconds")
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _place(spot: Spot, *, is_upper: bool) -> dict[str, object]:
    """The place as a gazetteer gives it; a road has no postal code."""
    words = f"{spot.house} {spot.street}, {spot.town}" if spot.house else f"{spot.street} near {spot.town}"
    place: dict[str, object] = {
        "address": words.upper() if is_upper else words,
        "town": spot.town,
        "latitude": spot.point.latitude,
        "longitude": spot.point.longitude,
    }
    if spot.house:
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        place["postcode"] = (
            f"{BY_NAME[spot.town].outcode} {len(spot.street) % 9 + 1}"
            f"{letters[len(spot.street) * 7 % 20]}{letters[int(spot.house) // 8 % 20]}"
        )
    return place
