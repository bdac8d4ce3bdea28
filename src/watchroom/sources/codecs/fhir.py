"""FHIR R4 (4.0.1) in JSON, a strict subset, in: resources alone and in bundles.

What changes the meaning of a resource and is not understood keeps the whole resource out; what was entered in error
withdraws it; dates may be partial; narrative and free clinical notes are never kept.
"""

import re
from collections.abc import Iterator
from functools import partial

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Verb
from watchroom.sources.codecs.fhir_resource import Taker
from watchroom.sources.codecs.fhir_words import SHAPES, TABLES
from watchroom.sources.codecs.geometry import Shapes
from watchroom.sources.codecs.json_text import Members, parsed
from watchroom.sources.codecs.part import Part, Reading, shown
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.faults import FaultCode

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_HISTORY = re.compile(r"/_history/[^/]*$")
_DELETED = re.compile(r"(?:.*/)?([A-Z][A-Za-z]{1,40})/([A-Za-z0-9.-]{1,64})")


class _Found:
    """A resource of the message, where it stands and under which names others may point to it."""

    def __init__(self, resource: Part, full_url: str | None) -> None:
        self.resource, self.full_url = resource, full_url
        self.kind = str(resource.peek("resourceType"))
        given = resource.peek("id")
        self.identifier = given if isinstance(given, str) and _ID.fullmatch(given) else None
        self.key = f"{self.kind}/{self.identifier}" if self.identifier else full_url


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    value = parsed(content, limits)
    kind = value.get("resourceType") if isinstance(value, Members) else None
    if not isinstance(kind, str) or not (kind == "Bundle" or kind in SHAPES):
        message = "the message is no resource of FHIR R4 that is taken; send a bundle or one of the listed resources"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message)
    whole = reading.part(value, place="", path=kind)
    found = list(_entries(whole)) if kind == "Bundle" else [_Found(whole, None)]
    names: dict[str, str] = {}
    for one in found:
        if one.key in names and one.full_url and one.full_url not in names:
            # Two servers may give one id to two people: they stay apart, each under its address.
            one.key = one.full_url
        if one.key is not None:
            names.setdefault(one.key, one.key)
            if one.full_url:
                names.setdefault(one.full_url, one.key)
    taker = Taker(Shapes(reading))
    for one in found:
        _take(one, names, taker)


def _entries(bundle: Part) -> Iterator[_Found]:
    bundle.ignore("resourceType", "id", "meta", "identifier", "timestamp", "total", "link", "signature", "language")
    if bundle.has("implicitRules"):
        message = "the bundle is made by rules of its own, which are not understood; nothing of it was taken"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message, place="implicitRules")
    bundle.text("type")
    for entry in bundle.parts("entry"):
        entry.ignore("search", "link", "response")
        request = entry.part("request")
        full_url = entry.text("fullUrl")
        request.ignore("ifNoneMatch", "ifModifiedSince", "ifMatch", "ifNoneExist")
        if request.text("method") == "DELETE":
            _delete(request)
        request.ignore("url")
        if not entry.has("resource"):
            continue
        resource = entry.part("resource")
        kind = resource.peek("resourceType")
        if isinstance(kind, str) and kind in SHAPES:
            yield _Found(resource, full_url)
        elif isinstance(kind, str):
            bundle.reading.lose(f"Bundle.entry({shown(kind)})")
            resource.ignore(*resource.names)
        else:
            message = "the entry does not say which resource it is; it was left out"
            resource.fault(FaultCode.ELEMENT_MISSING, message, name="resourceType")
            resource.ignore(*resource.names)


def _delete(request: Part) -> None:
    """What a transaction or history says is gone."""
    written = _DELETED.fullmatch(request.text("url") or "")
    shape = SHAPES.get(written.group(1)) if written else None
    if written is None or shape is None:
        message = "what is deleted is no resource of a type that is taken; nothing was done"
        request.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name="url")
        return
    key = f"{written.group(1)}/{written.group(2)}"
    gone = Object(table=shape.table, key=key, place=request.place, values={"ID": written.group(2)}, verb=Verb.WITHDRAW)
    request.reading.add(gone)


def _take(found: _Found, names: dict[str, str], taker: Taker) -> None:
    resource = found.resource
    resource.path_is(found.kind)
    if found.key is None:
        message = "the resource has no id and no address, so nobody could know it again; it was left out"
        resource.fault(FaultCode.ELEMENT_MISSING, message, name="id")
        resource.ignore(*resource.names)
        return
    resolve = partial(_resolved, names=names, container=found.key, full_url=found.full_url)
    for one in resource.parts("contained"):
        kind, given = one.peek("resourceType"), one.peek("id")
        if isinstance(kind, str) and kind in SHAPES and isinstance(given, str):
            one.path_is(kind)
            taker.take(one, key=f"{found.key}#{given}", full_url=None, resolve=resolve)
        else:
            resource.reading.lose(f"{found.kind}.contained({shown(kind) if isinstance(kind, str) else 'no type'})")
            one.ignore(*one.names)
    taker.take(resource, key=found.key, full_url=found.full_url, resolve=resolve)


def _resolved(written: str, *, names: dict[str, str], container: str, full_url: str | None) -> str:
    """The key of what is pointed to, or what was written where the message does not hold it."""
    if written.startswith("#"):
        return f"{container}{written}"
    plain = _HISTORY.sub("", written)
    if plain in names:
        return names[plain]
    if full_url and "://" in full_url and "://" not in plain:
        base = "/".join(full_url.split("/")[:-2])
        return names.get(f"{base}/{plain}", plain)
    return plain


CODEC = Codec(
    name="fhir-r4",
    title="FHIR R4 (4.0.1), a subset",
    media_types=("application/fhir+json",),
    kind=Kind.MESSAGE,
    tables=TABLES,
    lossy=(
        ("*.text", "narrative for people; what it says stands in the elements"),
        ("*.note, Consent.sourceAttachment, *.photo", "free clinical text, scans and pictures are never kept"),
        ("*.display of a reference", "a name of somebody else; it stands in their own resource"),
        ("meta.profile, meta.source", "of the sender's machinery"),
        ("identifier.assigner, coding.userSelected", "of no use for what is taken"),
        ("Bundle.link, Bundle.signature, entry.search, entry.response", "of the exchange; a signature is not checked"),
    ),
    reads=partial(answer, read=_read),
)
