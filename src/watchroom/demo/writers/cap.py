"""Flood warnings as messages of the Common Alerting Protocol (CAP 1.2): issued, changed and taken back."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from watchroom.demo.world.county_time import ZONE
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_events import FloodOver, FloodWarned, Level
from watchroom.demo.writers.written import Written

MEDIA_TYPE = "application/cap+xml"
SENDER = "floods@forecast.orrinshire.example"
# Of each level: the event, urgency, severity, certainty and what to do.
_LEVELS = {
    Level.ALERT: ("Flood alert", "Expected", "Minor", "Possible", "Be prepared.", ("Prepare", "Monitor")),
    Level.WARNING: ("Flood warning", "Immediate", "Moderate", "Likely", "Act now.", ("Execute", "Avoid")),
    Level.SEVERE: ("Severe flood warning", "Immediate", "Severe", "Observed", "Danger to life.", ("Evacuate", "Avoid")),
}
_SAID = {
    Level.ALERT: (
        "River levels are rising after persistent rain. Flooding of low-lying land and roads is possible.",
        "More rain is forecast this evening. Riverside paths and roads may flood from the afternoon.",
    ),
    Level.WARNING: (
        "Flooding of property is expected. River levels are still rising and will peak within hours.",
        "Water is over the banks. Homes and businesses beside the river should expect flooding.",
    ),
    Level.SEVERE: (
        "Deep and fast-flowing water is expected in streets beside the river. There is a danger to life.",
        "Flood defences may be overtopped. Property is flooding and will flood further.",
    ),
}
_DO = {
    Level.ALERT: "Check how you would leave. Keep a telephone, medicine and warm clothes at hand.",
    Level.WARNING: "Move people, pets and belongings upstairs. Turn off gas and electricity. Avoid flood water.",
    Level.SEVERE: "Do as the emergency services say. Be ready to leave home at once. Call 999 if in danger.",
}


class FloodDesk:
    """The flood forecast centre's messages; each changes or takes back all that went before it of one flood."""

    def __init__(self) -> None:
        """A desk that has warned of nothing yet."""
        self._told: dict[str, list[tuple[str, str]]] = {}
        self._last: dict[str, FloodWarned] = {}

    def of_day(self, happenings: Iterable[Happening]) -> Iterator[Written]:
        """The messages of a day, in order."""
        for one in happenings:
            if isinstance(one, FloodWarned):
                yield self._sent(one, one.at, flood=one.flood)
            elif isinstance(one, FloodOver) and one.flood in self._last:
                # What was warned of before the world began is not taken back in it.
                yield self._sent(None, one.at, flood=one.flood)
                del self._told[one.flood], self._last[one.flood]

    def _sent(self, warned: FloodWarned | None, at: datetime, *, flood: str) -> Written:
        told = self._told.setdefault(flood, [])
        identifier = f"ORRIN-FLOOD-{flood}-{len(told) + 1}"
        kind = "Cancel" if warned is None else "Update" if told else "Alert"
        references = " ".join(f"{SENDER},{earlier},{sent}" for earlier, sent in told)
        if warned is not None:
            self._last[flood] = warned
        content = _alert(self._last[flood], (identifier, kind, _time(at), references))
        told.append((identifier, _time(at)))
        return Written(at=at, content=content.encode(), media_type=MEDIA_TYPE)


def _alert(warned: FloodWarned, head: tuple[str, str, str, str]) -> str:
    identifier, kind, sent, references = head
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">',
        *(_element("identifier", identifier), _element("sender", SENDER), _element("sent", sent)),
        *(_element("status", "Actual"), _element("msgType", kind), _element("source", "Flood warning service")),
        _element("scope", "Public"),
        *([_element("references", references)] if references else []),
        *_info(warned, is_over=kind == "Cancel", sent=sent),
        "</alert>",
    ]
    return "\n".join(lines) + "\n"


def _info(warned: FloodWarned, *, is_over: bool, sent: str) -> Iterator[str]:
    event, urgency, severity, certainty, word, responses = _LEVELS[warned.level]
    said = _SAID[warned.level]
    text = said[warned.words % len(said)]
    if is_over:
        urgency, certainty, word, responses = "Past", "Unlikely", "No longer in force.", ("AllClear",)
        text = "River levels are falling and no further flooding is expected."
    yield "  <info>"
    for name, value in (
        ("language", "en-GB"),
        ("category", "Met"),
        ("event", event),
        *(("responseType", response) for response in responses),
        ("urgency", urgency),
        ("severity", severity),
        ("certainty", certainty),
        ("effective", sent),
        ("expires", _time(warned.until + timedelta(hours=24 * is_over))),
        ("senderName", "Orrinshire flood forecast centre (fictional)"),
        ("headline", f"{event}: {warned.river} at {warned.town}. {word}"),
        ("description", text),
        ("instruction", "None." if is_over else _DO[warned.level]),
    ):
        yield f"  {_element(name, value)}"
    ring = " ".join(f"{point.latitude},{point.longitude}" for point in warned.area)
    yield "    <area>"
    yield f"      {_element('areaDesc', f'{warned.river} at {warned.town}').strip()}"
    yield f"      {_element('polygon', ring).strip()}"
    yield "      <geocode><valueName>TargetAreaCode</valueName>"
    yield f"      <value>{escape(f'OR{warned.county:02d}FW{warned.river[-4:].upper().strip()}')}</value></geocode>"
    yield "    </area>"
    yield "  </info>"


def _element(name: str, value: str) -> str:
    return f"  <{name}>{escape(value)}</{name}>"


def _time(at: datetime) -> str:
    """With an offset in figures, as CAP asks: `Z` is not allowed."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")
