"""The envelope of HMPPS domain events: the event, or the notification that carries it as a string.

An event is a notification: what happened is asked for at its `detailUrl`, which no codec does. Events come twice and
out of order; both keys are here, and ingest decides.
"""

import hashlib
from functools import partial
from typing import cast

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Table
from watchroom.sources.codecs.instants import instant
from watchroom.sources.codecs.json_text import Members, Number, as_json, parsed
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part, Reading
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.faults import FaultCode

_DEPTH_OF_WRAPPERS = 3

TABLES = {
    "DOMAIN_EVENT": Table(
        row="an event",
        columns={
            "EVENT_TYPE": "`eventType`",
            "VERSION": "`version`",
            "DESCRIPTION": "`description`",
            "DETAIL_URL": "`detailUrl`, where to ask what happened",
            "OCCURRED_AT": "`occurredAt`",
            "PUBLISHED_AT": "`publishedAt` of the event, or `Timestamp` of its notification",
            "MESSAGE_ID": "`MessageId` of the notification: a message that comes twice has the same",
            "ADDITIONAL_INFORMATION": "`additionalInformation` as JSON text",
        },
    ),
    "DOMAIN_EVENT_PERSON": Table(
        row="an identifier of the person whom an event is about",
        columns={"EVENT_KEY": "`OBJECT_KEY` of the event", "TYPE": "`type`", "VALUE": "`value`"},
    ),
    "DOMAIN_EVENT_DETAIL": Table(
        row="a member of `additionalInformation`",
        columns={
            "EVENT_KEY": "`OBJECT_KEY` of the event",
            "NAME": "its name",
            "VALUE": "its value, or JSON text where it is an object or a list",
            "KIND": "`string`, `number`, `boolean` or `json`",
        },
    ),
}


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    value = parsed(content, limits)
    if isinstance(value, list):
        for index, one in enumerate(cast("list[object]", value)):
            _unwrap(reading.part(one, place=f"[{index}]", path="event"), limits, {})
        return
    message = reading.part(value, place="", path="event")
    if not any(message.has(name) for name in ("eventType", "Message", "Messages", "Body", "Type")):
        words = "the message is no domain event and no notification of one; send it to the codec of its standard"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, words)
    _unwrap(message, limits, {})


def _unwrap(message: Part, limits: Limits, around: dict[str, str | None], *, depth: int = 0) -> None:
    """The event of a message, or what its wrappers hold; `around` is what these say of it."""
    if depth > _DEPTH_OF_WRAPPERS:
        message.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, "the event is wrapped too often; it was left out")
    elif message.has("Messages"):
        for one in message.parts("Messages"):
            _unwrap(one, limits, around, depth=depth + 1)
    elif message.has("Body"):
        message.ignore("MessageId", "ReceiptHandle", "MD5OfBody", "Attributes")
        _unwrap(_inner(message, "Body", limits), limits, around, depth=depth + 1)
    elif message.has("Message"):
        said = {"MESSAGE_ID": message.text("MessageId"), "PUBLISHED_AT": instant(message, "Timestamp")}
        kind = message.part("MessageAttributes").part("eventType")
        said["TYPE"] = kind.text("Value")
        kind.ignore("Type")
        message.ignore("TopicArn", "Signature", "SignatureVersion", "SigningCertURL", "UnsubscribeURL")
        if message.text("Type") not in ("Notification", None):
            words = "the notification carries no event (it may ask to confirm a subscription); it was left out"
            message.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, words, name="Type")
            return
        _unwrap(_inner(message, "Message", limits), limits, said, depth=depth + 1)
    else:
        _event(message, around)


def _inner(message: Part, name: str, limits: Limits) -> Part:
    """What a string holds; an empty part and a fault where it is no JSON."""
    text = message.text(name) or ""
    path = f"{message.path}.{name}"
    try:
        value = parsed(text.encode("utf-8"), limits)
    except RefusalError as refusal:
        message.fault(FaultCode.ELEMENT_UNREADABLE, refusal.message, name=name)
        value = Members()
    return message.reading.part(value, place=message.at(name), path=path)


def _event(event: Part, around: dict[str, str | None]) -> None:
    values = {
        "EVENT_TYPE": event.text("eventType"),
        "VERSION": event.text("version"),
        "DESCRIPTION": event.text("description"),
        "DETAIL_URL": event.text("detailUrl"),
        "OCCURRED_AT": instant(event, "occurredAt"),
        "PUBLISHED_AT": instant(event, "publishedAt") or around.get("PUBLISHED_AT"),
        "MESSAGE_ID": around.get("MESSAGE_ID"),
        "ADDITIONAL_INFORMATION": event.json("additionalInformation"),
    }
    told = around.get("TYPE")
    if told is not None and told != values["EVENT_TYPE"]:
        message = "the notification names another type than the event; that of the event was taken"
        event.fault(FaultCode.VALUES_DISAGREE, message, name="eventType")
    person = event.part("personReference")
    identifiers = [(one.place, one.text("type"), one.text("value")) for one in person.parts("identifiers")]
    needed = {"eventType": "EVENT_TYPE", "occurredAt": "OCCURRED_AT"}
    missing = [name for name, column in needed.items() if not values[column]]
    for name in missing:
        event.fault(FaultCode.ELEMENT_MISSING, "the event has no such member; it was left out", name=name)
    if missing:
        return
    key = _key(values, identifiers)
    if event.reading.add(Object(table="DOMAIN_EVENT", key=key, place=event.place, values=values)):
        _add_people(event, key, identifiers)
        _add_details(event, key)


def _key(values: dict[str, str | None], identifiers: list[tuple[str, str | None, str | None]]) -> str:
    """By what happened, to whom and when, so that an event that is published again has the same key.

    What else is said of it counts as a digest: two alerts may be made for one person at one instant.
    """
    whom = sorted((kind or "", value or "") for _, kind, value in identifiers)
    rest = hashlib.sha256((values["ADDITIONAL_INFORMATION"] or "").encode("utf-8")).hexdigest()[:16]
    return key_of(values["EVENT_TYPE"], values["OCCURRED_AT"], *(text for pair in whom for text in pair), rest)


def _add_people(event: Part, key: str, identifiers: list[tuple[str, str | None, str | None]]) -> None:
    for place, kind, value in identifiers:
        if value is None:
            message = "the identifier has no value; it was left out"
            event.reading.fault(FaultCode.ELEMENT_MISSING, message, place=f"{place}.value")
            continue
        row = {"EVENT_KEY": key, "TYPE": kind, "VALUE": value}
        event.reading.add(Object(table="DOMAIN_EVENT_PERSON", key=key_of(key, kind, value), place=place, values=row))


def _add_details(event: Part, key: str) -> None:
    if not isinstance(event.value("additionalInformation"), Members):
        return
    details = event.part("additionalInformation")
    for name in details.names:
        value = details.value(name)
        kind = "boolean" if isinstance(value, bool) else "number" if isinstance(value, Number) else "string"
        if isinstance(value, dict | list):
            kind, text = "json", as_json(cast("object", value))
        else:
            text = details.text(name)
        if text is not None:
            row = {"EVENT_KEY": key, "NAME": name, "VALUE": text, "KIND": kind}
            event.reading.add(
                Object(table="DOMAIN_EVENT_DETAIL", key=key_of(key, name), place=details.at(name), values=row)
            )


CODEC = Codec(
    name="hmpps-event",
    title="HMPPS domain event",
    media_types=("application/vnd.hmpps.domain-event+json",),
    kind=Kind.MESSAGE,
    tables=TABLES,
    lossy=(
        ("TopicArn, Signature, SigningCertURL, UnsubscribeURL", "of the carrier; a signature is not verified here"),
        ("Body, ReceiptHandle, Attributes", "of the queue; the event in it is taken"),
    ),
    reads=partial(answer, read=_read),
)
