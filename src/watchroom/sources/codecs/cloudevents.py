"""CloudEvents 1.0 in JSON, alone or in batches, in and out.

Source: CloudEvents 1.0.2, the JSON event format and its batch.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Table
from watchroom.sources.codecs.instants import instant
from watchroom.sources.codecs.json_text import Number, as_json, parsed
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part, Reading
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.faults import FaultCode

_REQUIRED = ("id", "source", "type")
_ATTRIBUTES = (*_REQUIRED, "specversion", "subject", "datacontenttype", "dataschema")
_CORE = {*_ATTRIBUTES, "time", "data", "data_base64"}
_EXTENSION = re.compile(r"[a-z0-9]{1,64}")
_JSON_TYPE = re.compile(r"[^/;\s]+/(?:json|[^;\s]+\+json)\s*(?:;.*)?", re.IGNORECASE)

TABLES = {
    "EVENT": Table(
        row="an event",
        columns={name.upper(): f"`{name}`" for name in (*_ATTRIBUTES, "time")}
        | {
            "DATA": "`data` as JSON text or as the text it is, or `data_base64`",
            "DATA_KIND": "`json`, `text` or `base64`",
        },
    ),
    "EVENT_EXTENSION": Table(
        row="an extension attribute of an event",
        columns={
            "EVENT_KEY": "`OBJECT_KEY` of the event",
            "NAME": "its name",
            "VALUE": "its value",
            "KIND": "`string`, `number` or `boolean`",
        },
    ),
}


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    value = parsed(content, limits)
    if isinstance(value, list):
        for index, one in enumerate(cast("list[object]", value)):
            _event(reading.part(one, place=f"[{index}]", path="event"))
        return
    event = reading.part(value, place="", path="event")
    if not event.has("specversion"):
        message = "the message has no `specversion`, so it is no CloudEvent; send it to the codec of its standard"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message)
    _event(event)


def _event(event: Part) -> None:
    values = {name.upper(): event.text(name) for name in _ATTRIBUTES} | {"TIME": instant(event, "time")}
    missing = [name for name in _REQUIRED if values[name.upper()] is None]
    for name in missing:
        event.fault(FaultCode.ELEMENT_MISSING, "the event has no such attribute; it was left out", name=name)
    if values["SPECVERSION"] != "1.0":
        message = "only version 1.0 is understood; the event was left out"
        event.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name="specversion")
        missing.append("specversion")
    extensions = _extensions(event)
    data = _payload(event, values["DATACONTENTTYPE"])
    if missing:
        return
    key = key_of(values["SOURCE"], values["ID"])
    handling = next((one["VALUE"] for one in extensions if one["NAME"] == "classification"), None)
    found = Object(table="EVENT", key=key, place=event.place, values=values | data, handling=handling)
    if event.reading.add(found):
        for one in extensions:
            place = event.at(one["NAME"] or "")
            row = Object(
                table="EVENT_EXTENSION", key=key_of(key, one["NAME"]), place=place, values={"EVENT_KEY": key, **one}
            )
            event.reading.add(row)


def _extensions(event: Part) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = []
    for name in event.names:
        if name in _CORE:
            continue
        value = event.value(name)
        text = event.text(name)
        if not _EXTENSION.fullmatch(name):
            message = "names of extensions are lower-case letters and digits; this one was not taken"
            event.fault(FaultCode.ELEMENT_UNREADABLE, message, name=name)
        elif text is not None:
            kind = "boolean" if isinstance(value, bool) else "number" if isinstance(value, Number) else "string"
            found.append({"NAME": name, "VALUE": text, "KIND": kind})
    return found


def _payload(event: Part, content_type: str | None) -> dict[str, str | None]:
    if event.has("data") and event.has("data_base64"):
        message = "the event has `data` and `data_base64`, of which one is allowed; neither was taken"
        event.fault(FaultCode.VALUES_DISAGREE, message, name="data")
        event.ignore("data", "data_base64")
        return {}
    if event.has("data_base64"):
        return {"DATA": event.text("data_base64"), "DATA_KIND": "base64"}
    value = event.value("data")
    if value is None:
        return {}
    is_text = isinstance(value, str) and not isinstance(value, Number)
    if is_text and content_type is not None and not _JSON_TYPE.fullmatch(content_type):
        return {"DATA": event.text("data"), "DATA_KIND": "text"}
    return {"DATA": event.json("data"), "DATA_KIND": "json"}


def write(objects: Sequence[Object]) -> bytes:
    """One event as an object, any other number as a batch; rows of other tables than the codec's are left out."""
    extensions: dict[str | None, dict[str, str]] = {}
    for one in objects:
        if one.table == "EVENT_EXTENSION":
            extensions.setdefault(one.values.get("EVENT_KEY"), {})[str(one.values["NAME"])] = _extension(one.values)
    events = [_text(one, extensions.get(one.key, {})) for one in objects if one.table == "EVENT"]
    return (events[0] if len(events) == 1 else f"[{','.join(events)}]").encode("utf-8")


def _extension(values: Mapping[str, str | None]) -> str:
    text = str(values["VALUE"])
    return as_json(text) if values.get("KIND") == "string" else text


def _text(event: Object, extensions: Mapping[str, str]) -> str:
    values = event.values
    members = {name: as_json(values[name.upper()]) for name in (*_ATTRIBUTES, "time") if values.get(name.upper())}
    members |= extensions
    payload, kind = values.get("DATA"), values.get("DATA_KIND")
    if payload is not None:
        members["data_base64" if kind == "base64" else "data"] = payload if kind == "json" else as_json(payload)
    return "{" + ",".join(f"{as_json(name)}:{text}" for name, text in members.items()) + "}"


CODEC = Codec(
    name="cloudevents",
    title="CloudEvents 1.0",
    media_types=("application/cloudevents+json", "application/cloudevents-batch+json"),
    kind=Kind.MESSAGE,
    tables=TABLES,
    lossy=(("event.*", "a member that is null counts as not there"),),
    reads=partial(answer, read=_read),
    writes=write,
)
