"""What is pushed, out of its envelope: one message, a list of them, or a line each; CloudEvents in all three modes.

But for their number nothing is refused here: what no message can be made of is handed on as it came, and its codec says
why it cannot be read. Source: CloudEvents 1.0.2, HTTP protocol binding.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import TypeVar, cast
from urllib.parse import unquote

from watchroom.kernel.errors import WatchroomError
from watchroom.sources.codecs import cloudevents
from watchroom.sources.codecs.contract import LIMITS, Codec, Kind
from watchroom.sources.codecs.json_text import Members, Number, as_json, parsed
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.messages import Message

LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"})
_BINARY = "ce-"
_BLANK = b" \t\r\n"
_MARK = b"\xef\xbb\xbf"
_Given = TypeVar("_Given")


MESSAGES_AT_MOST = 10_000
"""Messages of one body: each is kept, answered and may have issues of its own, however short it is."""


class TooManyMessagesError(WatchroomError):
    """A body holds more messages than any may."""


def opened(content: bytes, codec: Codec, *, media_type: str, headers: Mapping[str, str]) -> tuple[Message, ...]:
    """The messages of a pushed body, named by their line or number.

    Args:
        content: the body.
        codec: that is to read them.
        media_type: as it was sent, parameters and all.
        headers: of the request, names in lower case; those of a CloudEvent in binary mode are taken.

    Raises:
        TooManyMessagesError: it holds more than `MESSAGES_AT_MOST`.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if f"{_BINARY}id" in headers and f"{_BINARY}specversion" in headers:
        return (_in_binary(content, codec, media_type=media_type, headers=headers),)
    if kind in LINES:
        lines = enumerate(BytesIO(content.removeprefix(_MARK)), start=1)
        given = _counted((number, line) for number, line in lines if line.strip(_BLANK))
        return tuple(_unwrapped(f"line {number}", line.removesuffix(b"\n"), codec) for number, line in given)
    # A snapshot may be a list by its standard, and is one message all the same.
    if kind.endswith("json") and codec.kind is Kind.MESSAGE:
        several = _items(content)
        if several is not None:
            return tuple(_unwrapped(f"item {number}", item, codec) for number, item in enumerate(several, start=1))
    return (_unwrapped("message", content, codec),)


def reopened(name: str, content: bytes, codec: Codec) -> Message:
    """A message out of the bytes that were kept of it.

    A CloudEvent in binary mode lost its attributes, which were headers: where they were to be read, it cannot be again.
    """
    return _unwrapped(name, content, codec)


def _items(content: bytes) -> list[bytes] | None:
    """The items of a JSON list as they are written; None: it is no list, or one that cannot be read to its end."""
    try:
        text = content.removeprefix(_MARK).decode("utf-8").strip()
        return list(_counted(_written_items(text))) if text.startswith("[") else None
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None


def _counted(given: Iterable[_Given]) -> Iterator[_Given]:
    for number, one in enumerate(given, start=1):
        if number > MESSAGES_AT_MOST:
            raise TooManyMessagesError(f"the body holds more than {MESSAGES_AT_MOST} messages; send several bodies")
        yield one


def _written_items(text: str) -> Iterator[bytes]:
    decoder = json.JSONDecoder(parse_int=Number, parse_float=Number)
    at = _after_blanks(text, 1)
    while text[at : at + 1] != "]":
        _, end = decoder.raw_decode(text, at)
        yield text[at:end].encode("utf-8", "surrogatepass")
        at = _after_blanks(text, end)
        if text[at : at + 1] == ",":
            at = _after_blanks(text, at + 1)
        elif text[at : at + 1] != "]":
            raise ValueError("the list is cut off")
    if text[at + 1 :].strip():
        raise ValueError("something follows the list")


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _in_binary(content: bytes, codec: Codec, *, media_type: str, headers: Mapping[str, str]) -> Message:
    """A CloudEvent whose attributes are headers and whose data is the body."""
    attributes = {
        name.removeprefix(_BINARY): unquote(value) for name, value in headers.items() if name.startswith(_BINARY)
    }
    key = _event_key(attributes.get("source"), attributes.get("id"))
    if codec is not cloudevents.CODEC:
        return Message(name="message", content=content, key=key)
    members: dict[str, object] = {**attributes, "datacontenttype": media_type} if media_type else {**attributes}
    try:
        members["data"] = parsed(content, LIMITS) if media_type.partition(";")[0].strip().endswith("json") else None
    except RefusalError:
        members["data"] = None
    if members["data"] is None:
        del members["data"]
        members |= {"data_base64": b64encode(content).decode("ascii")} if content else {}
    written = as_json(members).encode("utf-8", "surrogatepass")
    return Message(name="message", content=written, as_sent=content, key=key)


def _unwrapped(name: str, content: bytes, codec: Codec) -> Message:
    """The message of another standard that a CloudEvent carries, or the message as it is."""
    if codec is cloudevents.CODEC or b'"specversion"' not in content:
        return Message(name=name, content=content)
    try:
        event = parsed(content, LIMITS)
    except RefusalError:
        return Message(name=name, content=content)
    if not isinstance(event, Members) or "specversion" not in event:
        return Message(name=name, content=content)
    data = _data_of(event)
    if data is None:
        return Message(name=name, content=content)
    return Message(name=name, content=data, as_sent=content, key=_event_key(event.get("source"), event.get("id")))


def _data_of(event: Members) -> bytes | None:
    value = event.get("data")
    packed = event.get("data_base64")
    if isinstance(packed, str) and value is None:
        try:
            return b64decode(packed, validate=True)
        except (Base64Error, ValueError):
            return None
    if isinstance(value, str) and not isinstance(value, Number):
        return value.encode("utf-8", "surrogatepass")
    return None if value is None else as_json(cast("object", value)).encode("utf-8", "surrogatepass")


def _event_key(source: object, number: object) -> str | None:
    """By which a CloudEvent is known when it comes again: its source and its id, which its sender keeps unique."""
    if not isinstance(source, str) or not isinstance(number, str) or not source or not number:
        return None
    return hashlib.sha256(f"{source}\n{number}".encode("utf-8", "surrogatepass")).hexdigest()
