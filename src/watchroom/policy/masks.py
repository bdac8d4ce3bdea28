"""Masks: what is left of a value that a clause gives only in part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from watchroom.model.catalogue import Field, FieldKind

REDACTED = "[withheld]"


class Mask(StrEnum):
    """How much of a value is left, from the most to the least."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    AREA = "area"
    PSEUDONYM = "pseudonym"
    REDACT = "redact"
    NULL = "null"


# Where several clauses show the same field of the same row, the one that shows most counts.
_ORDER: Mapping[Mask, int] = {mask: place for place, mask in enumerate(Mask, start=1)}

_TIMES = frozenset({Mask.DAY, Mask.MONTH, Mask.YEAR})


def strength(mask: Mask | None) -> int:
    """How much a mask takes away; 0 for none."""
    return 0 if mask is None else _ORDER[mask]


def suits(mask: Mask, field: Field) -> bool:
    """Whether `mask` can be laid over `field`."""
    if mask is Mask.NULL:
        return True
    if mask in _TIMES:
        return field.kind is FieldKind.INSTANT or (field.kind is FieldKind.DATE and mask is not Mask.DAY)
    if mask is Mask.AREA:
        return field.name == "postal_code"
    if mask is Mask.PSEUDONYM:
        return field.kind in (FieldKind.TEXT, FieldKind.REFERENCE)
    return field.kind is FieldKind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """By what the words of one agreement differ from those of every other one.

    Attributes:
        label: digest of who gives, who receives and under which agreement; no secret.
        secret: of the node; None: it is not known here, and no word is made.
    """

    label: str
    secret: bytes | None


def pseudonym(value: str | UUID, disguise: Disguise) -> str | UUID | None:
    """The word that stands for `value`: 32 hexadecimal digits, of a reference a UUID of version 8 (RFC 9562).

    One value has one word under one label and, as far as SHA-256 goes, another one under every other. The secret is
    hashed twice, as in an HMAC, so that no word can be lengthened into that of another value.
    """
    if disguise.secret is None:
        return None
    inner = sha256(disguise.secret + disguise.label.encode() + str(value).encode()).digest()
    word = sha256(disguise.secret + inner).hexdigest()[:32]
    return UUID(f"{word[:12]}8{word[13:16]}8{word[17:]}") if isinstance(value, UUID) else word


def is_pseudonym(value: UUID) -> bool:
    """Whether an id is a made-up word: no record of ours has an id of version 8."""
    return value.version == 8


def masked(mask: Mask, value: object, *, disguise: Disguise | None = None) -> object:
    """What `mask` leaves of `value`; of nothing it leaves nothing. Instants are cut in UTC.

    `disguise` is what a pseudonym is made with; without one there is none.
    """
    if value is None or mask is Mask.NULL:
        return None
    if mask is Mask.PSEUDONYM:
        return pseudonym(value, disguise) if disguise is not None and isinstance(value, str | UUID) else None
    match value:
        case datetime():
            midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
            return midnight if mask is Mask.DAY else _cut(midnight, mask)
        case date():
            return _cut(value, mask)
        case str() if mask is Mask.AREA:
            return value.replace(" ", "")[:-3]
        case _:
            return REDACTED


def _cut(day: date, mask: Mask) -> date:
    return day.replace(day=1) if mask is Mask.MONTH else day.replace(month=1, day=1)
