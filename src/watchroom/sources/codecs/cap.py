"""CAP 1.2 (and 1.0, 1.1) alerts, alone or within EDXL-DE and Atom, in and out.

Polygons are latitude, longitude; elements are taken in whatever order; nothing that the standard makes optional is
needed. A signature is not checked, and nothing that an alert points to is fetched.
"""

import re
from collections.abc import Iterator
from functools import partial

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.cap_area import area_values
from watchroom.sources.codecs.cap_words import (
    ALERT,
    INFO,
    INSTANTS,
    NAMESPACES,
    REALNESS,
    RECEIPTS,
    REPEATED,
    RESOURCE,
    TABLES,
    VERBS,
)
from watchroom.sources.codecs.cap_write import write
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Realness, Values, Verb
from watchroom.sources.codecs.geometry import Shapes
from watchroom.sources.codecs.instants import instant
from watchroom.sources.codecs.json_text import as_json
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part, Reading
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.codecs.xml_text import document, members_of, name_of, outermost
from watchroom.sources.faults import FaultCode

# `Z` is not allowed in CAP and common; `-00:00` is its own way to say it.
_UTC = re.compile(r"(?:[Zz]|[+-]00:00)$")


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    root = document(content, limits)
    name, _ = name_of(root)
    found = list(outermost(root, "alert"))
    if not found:
        message = "the document holds no alert (a feed may only link to them); give the alerts themselves"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message)
    if name != "alert":
        reading.lose("(what lies around the alerts)")
    shapes = Shapes(reading)
    for place, element in found:
        members = members_of(element, limits, is_one_vocabulary=True)
        version = NAMESPACES.get(name_of(element)[1])
        alert = reading.part(members, place=place, path="alert")
        if version is None:
            message = "the alert is in no namespace of CAP 1.0, 1.1 or 1.2; it was left out"
            alert.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message)
            continue
        _alert(alert, version, shapes)


def _alert(alert: Part, version: str, shapes: Shapes) -> None:
    values = _taken(alert, ALERT)
    alert.ignore("@schemaLocation", "@id", "@Id", "other:Signature", "password")
    values |= {"VERSION": version, "SIGNATURE": "not checked" if alert.has("other:Signature") else "absent"}
    missing = [name for name in ("identifier", "sender", "sent") if values[ALERT[name]] is None]
    for name in missing:
        alert.fault(FaultCode.ELEMENT_MISSING, "an alert is known by it; the alert was left out", name=name)
    if missing:
        return
    key = ",".join((str(values["SENDER"]), str(values["IDENTIFIER"]), _plain(str(values["SENT"]))))
    kind = values["MSG_TYPE"]
    is_receipt = kind in RECEIPTS
    if kind not in VERBS and not is_receipt:
        message = "the kind of message is none of the standard, so nobody knows what it asks for; it was left out"
        alert.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name="msgType")
        return
    found = Object(
        table="ALERT_RECEIPT" if is_receipt else "ALERT",
        key=key,
        place=alert.place,
        values=values,
        verb=VERBS.get(kind or "", Verb.UPSERT),
        realness=_realness(alert, values["STATUS"]),
        handling=_handling(values),
        supersedes=_references(alert, values),
    )
    if alert.reading.add(found):
        for number, info in enumerate(alert.parts("info"), start=1):
            _Block(info, found, number).add(shapes)


def _taken(part: Part, elements: dict[str, str] | Values) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for name, column in elements.items():
        if name in REPEATED:
            several = part.texts(name)
            values[str(column)] = as_json(list(several)) if several else None
        else:
            values[str(column)] = instant(part, name) if name in INSTANTS else part.text(name)
    return values


def _plain(sent: str) -> str:
    return _UTC.sub("+00:00", sent)


def _realness(alert: Part, status: str | None) -> Realness:
    realness = REALNESS.get(status or "")
    if realness is None:
        message = "the status is missing or none of the standard; the alert is taken for a draft, never for real"
        alert.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name="status")
        return Realness.DRAFT
    return realness


def _handling(values: Values) -> str | None:
    said = [text for text in (values["SCOPE"], values["RESTRICTION"]) if text]
    return ": ".join(said) or None


def _references(alert: Part, values: Values) -> tuple[str, ...]:
    """Keys of the alerts that it is about; of one that is not known here as well."""
    found: list[str] = []
    for text in (values["REFERENCES"] or "").split():
        if text.count(",") != 2:
            message = "a reference is `sender,identifier,sent`; one that is not was not taken"
            alert.fault(FaultCode.ELEMENT_UNREADABLE, message, name="references")
        else:
            found.append(_plain(text))
    if not found and values["MSG_TYPE"] in ("Update", "Cancel"):
        message = "the message changes alerts and names none; what it changes is not known"
        alert.fault(FaultCode.ELEMENT_MISSING, message, name="references")
    return tuple(dict.fromkeys(found))


class _Block:
    """An `info` block and what lies in it."""

    def __init__(self, info: Part, alert: Object, number: int) -> None:
        self._info, self._alert, self._number = info, alert, number
        self._key = key_of(alert.key, str(number))
        self._of = {"ALERT_KEY": alert.key, "INFO_KEY": self._key}

    def add(self, shapes: Shapes) -> None:
        """Its rows."""
        values = {"ALERT_KEY": self._alert.key, "NUMBER": str(self._number), **_taken(self._info, INFO)}
        self._row("ALERT_INFO", self._key, place=self._info.place, values=values)
        for kind in ("eventCode", "parameter"):
            self._codes(self._info, kind, None)
        for number, resource in enumerate(self._info.parts("resource"), start=1):
            values = {"NUMBER": str(number), **_taken(resource, RESOURCE)}
            values["HAS_CONTENT"] = "true" if resource.value("derefUri") else "false"
            key = key_of(self._key, "resource", str(number))
            self._row("ALERT_RESOURCE", key, place=resource.place, values={**self._of, **values})
        for number, area in enumerate(self._info.parts("area"), start=1):
            key = key_of(self._key, "area", str(number))
            codes = list(self._codes(area, "geocode", key))
            values = {"NUMBER": str(number), **area_values(area, shapes, codes)}
            self._row("ALERT_AREA", key, place=area.place, values={**self._of, **values})

    def _codes(self, part: Part, kind: str, area_key: str | None) -> list[str]:
        names: list[str] = []
        for number, (place, name, value) in enumerate(_named(part, kind), start=1):
            values = {"AREA_KEY": area_key, "KIND": kind, "NUMBER": str(number), "NAME": name, "VALUE": value}
            key = key_of(area_key or self._key, kind, str(number))
            self._row("ALERT_CODE", key, place=place, values={**self._of, **values})
            names.append(name or "")
        return names

    def _row(self, table: str, key: str, *, place: str, values: Values) -> None:
        of = self._alert
        row = Object(
            table=table, key=key, place=place, values=values, realness=of.realness, handling=of.handling, verb=of.verb
        )
        self._info.reading.add(row)


def _named(part: Part, kind: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Names and values; in CAP 1.0 they are one text, `name=value`."""
    for one in part.all(kind):
        if isinstance(one.value, str):
            name, _, value = one.value.partition("=")
            yield one.place, name or None, value or None
        else:
            pair = part.reading.part(one.value, place=one.place, path=f"{part.path}.{kind}")
            yield one.place, pair.text("valueName"), pair.text("value")


CODEC = Codec(
    name="cap",
    title="CAP 1.2 (also 1.0, 1.1)",
    media_types=("application/cap+xml",),
    kind=Kind.MESSAGE,
    tables=TABLES,
    lossy=(
        ("alert.Signature", "only that there is one is kept; it is not checked"),
        ("alert.info.resource.derefUri", "the file itself stays in the message"),
        ("alert.password", "of CAP 1.0; never kept"),
        ("(what lies around the alerts)", "of an EDXL-DE or Atom document only its alerts are taken"),
        ("alert.info.area.polygon", "rings are turned to the right-hand rule; the shape is the same"),
    ),
    reads=partial(answer, read=_read),
    writes=write,
)
