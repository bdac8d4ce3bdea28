"""Messages of control rooms' systems about their incidents, in: one message for each change of one incident.

There is no standard that such systems of Great Britain write. This is the form of the example's control rooms, in the
manner of the documents by which they tell each other of incidents; a system with another form has its messages turned
into this one before they are sent. A message holds the head of an incident as it is, and the lines of its log that no
earlier one had; it is told by `updatedAt` which of two is the newer.
"""

from collections.abc import Iterator
from functools import partial

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Realness, Table
from watchroom.sources.codecs.instants import instant
from watchroom.sources.codecs.json_text import parsed
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part, Reading
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.faults import FaultCode

_REALNESS = {"LIVE": Realness.ACTUAL, "EXERCISE": Realness.EXERCISE, "TEST": Realness.TEST}
_TEXTS = {"number": "NUMBER", "owner": "OWNER", "status": "STATUS", "source": "CHANNEL"}
_TIMES = {"openedAt": "OPENED_AT", "updatedAt": "UPDATED_AT", "closedAt": "CLOSED_AT"}
_CODED = {"type": "TYPE", "grade": "GRADE", "result": "RESULT"}
_PLACE = {
    "address": "ADDRESS",
    "town": "TOWN",
    "postcode": "POSTCODE",
    "latitude": "LATITUDE",
    "longitude": "LONGITUDE",
}
_MISSING = {"age": "MISSING_AGE", "sex": "MISSING_SEX", "risk": "MISSING_RISK", "fromCare": "MISSING_FROM_CARE"}
_MISSING_TIMES = {"reportedAt": "MISSING_REPORTED_AT", "foundAt": "MISSING_FOUND_AT"}
_UNIT = {"type": "TYPE", "station": "STATION", "status": "STATUS", "statusText": "STATUS_TEXT"}
_UNIT_TIMES = {
    "statusAt": "STATUS_AT",
    "assignedAt": "ASSIGNED_AT",
    "mobileAt": "MOBILE_AT",
    "atSceneAt": "AT_SCENE_AT",
    "clearAt": "CLEAR_AT",
}


def _columns(*named: dict[str, str], path: str = "") -> dict[str, str]:
    return {column: f"`{path}{name}`" for one in named for name, column in one.items()}


TABLES = {
    "CAD_MESSAGE": Table(
        row="a message",
        columns={
            "INCIDENT_KEY": "`OBJECT_KEY` of its incident",
            "SYSTEM": "`header.system`",
            "FORMAT_VERSION": "`header.formatVersion`",
            "SEQUENCE": "`header.sequence`, from 1 for each incident",
            "SENT_AT": "`header.sentAt`",
        },
    ),
    "CAD_INCIDENT": Table(
        row="an incident as it was when the message was written",
        columns={
            "URN": "`urn`, its number with agency and day",
            **_columns(_TEXTS, _TIMES),
            **{
                f"{column}_{what}": f"`{name}.{member}`"
                for name, column in _CODED.items()
                for what, member in (("CODE", "code"), ("TEXT", "description"))
            },
            **_columns(_PLACE, path="location."),
            **_columns(_MISSING, _MISSING_TIMES, path="missingPerson."),
        },
    ),
    "CAD_LINE": Table(
        row="a line of the log",
        columns={
            "INCIDENT_KEY": "`OBJECT_KEY` of the incident",
            "NUMBER": "`line`, from 1 through all messages of an incident",
            "WRITTEN_AT": "`at`",
            "OPERATOR": "`operator`",
            "WORDS": "`text`",
        },
    ),
    "CAD_UNIT": Table(
        row="a unit of the incident, with what it does and since when",
        columns={
            "INCIDENT_KEY": "`OBJECT_KEY` of the incident",
            "CALL_SIGN": "`callSign`",
            **_columns(_UNIT, _UNIT_TIMES),
        },
    ),
    "CAD_LINK": Table(
        row="another agency or incident that it has to do with",
        columns={
            "INCIDENT_KEY": "`OBJECT_KEY` of the incident",
            "RELATION": "`relation`",
            "AGENCY": "`agency`",
            "OTHER_URN": "`urn`, the number that the other has",
        },
    ),
}


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    message = reading.part(parsed(content, limits), place="", path="message")
    if not message.has("header") or not message.has("incident"):
        words = "the message has no `header` or no `incident`; send it to the codec of its standard"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, words)
    header, incident = message.part("header"), message.part("incident")
    identifier, urn = header.text("messageId"), incident.text("urn")
    updated = instant(incident, "updatedAt")
    realness = _realness(header)
    for part, name, value in (
        (header, "messageId", identifier),
        (incident, "urn", urn),
        (incident, "updatedAt", updated),
    ):
        if value is None:
            words = "without it nobody knows which message or incident it is; the message was left out"
            part.leave_out(FaultCode.ELEMENT_MISSING, words, name=name)
    if realness is None or identifier is None or urn is None or updated is None:
        incident.ignore(*incident.names)
        header.ignore(*header.names)
        return
    said = {
        "INCIDENT_KEY": urn,
        "SYSTEM": header.text("system"),
        "FORMAT_VERSION": header.text("formatVersion"),
        "SEQUENCE": header.text("sequence"),
        "SENT_AT": instant(header, "sentAt"),
    }
    key = key_of(said["SYSTEM"], identifier)
    reading.add(Object(table="CAD_MESSAGE", key=key, place=header.place, values=said, realness=realness))
    for one in (_incident(incident, urn), *_lines(incident, urn), *_units(incident, urn), *_links(incident, urn)):
        table, key, place, values = one
        reading.add(Object(table=table, key=key, place=place, values=values, realness=realness))


_Row = tuple[str, str, str, dict[str, str | None]]


def _realness(header: Part) -> Realness | None:
    """Whether it is real; None, and a fault: nobody can say, so that it is not taken for real."""
    mode = header.text("mode") or "LIVE"
    found = _REALNESS.get(mode.upper())
    if found is None:
        words = "it is none of LIVE, EXERCISE and TEST, and is not taken for real; the message was left out"
        header.leave_out(FaultCode.ELEMENT_NOT_UNDERSTOOD, words, name="mode")
    return found


def _incident(incident: Part, urn: str) -> _Row:
    values = {"URN": urn}
    values |= {column: incident.text(name) for name, column in _TEXTS.items()}
    values |= {column: instant(incident, name) for name, column in _TIMES.items()}
    for name, column in _CODED.items():
        coded = incident.part(name)
        values |= {f"{column}_CODE": coded.text("code"), f"{column}_TEXT": coded.text("description")}
    place, missing = incident.part("location"), incident.part("missingPerson")
    values |= {column: place.text(name) for name, column in _PLACE.items()}
    values |= {column: missing.text(name) for name, column in _MISSING.items()}
    values |= {column: instant(missing, name) for name, column in _MISSING_TIMES.items()}
    return "CAD_INCIDENT", urn, incident.place, values


def _lines(incident: Part, urn: str) -> Iterator[_Row]:
    for line in incident.parts("log"):
        number = line.text("line")
        values = {
            "INCIDENT_KEY": urn,
            "NUMBER": number,
            "WRITTEN_AT": instant(line, "at"),
            "OPERATOR": line.text("operator"),
            "WORDS": line.text("text"),
        }
        if number is None:
            line.leave_out(FaultCode.ELEMENT_MISSING, "a line is known by it; it was left out", name="line")
        else:
            yield "CAD_LINE", key_of(urn, number), line.place, values


def _units(incident: Part, urn: str) -> Iterator[_Row]:
    for unit in incident.parts("resources"):
        sign = unit.text("callSign")
        values = {"INCIDENT_KEY": urn, "CALL_SIGN": sign}
        values |= {column: unit.text(name) for name, column in _UNIT.items()}
        values |= {column: instant(unit, name) for name, column in _UNIT_TIMES.items()}
        if sign is None:
            unit.leave_out(FaultCode.ELEMENT_MISSING, "a unit is known by it; it was left out", name="callSign")
        else:
            yield "CAD_UNIT", key_of(urn, sign), unit.place, values


def _links(incident: Part, urn: str) -> Iterator[_Row]:
    for link in incident.parts("links"):
        values = {
            "INCIDENT_KEY": urn,
            "RELATION": link.text("relation"),
            "AGENCY": link.text("agency"),
            "OTHER_URN": link.text("urn"),
        }
        key = key_of(urn, values["RELATION"], values["AGENCY"], values["OTHER_URN"])
        yield "CAD_LINK", key, link.place, values


CODEC = Codec(
    name="cad-incident",
    title="Control room incident message",
    media_types=("application/vnd.watchroom.cad-incident+json",),
    kind=Kind.MESSAGE,
    tables=TABLES,
    lossy=(),
    reads=partial(answer, read=_read),
)
