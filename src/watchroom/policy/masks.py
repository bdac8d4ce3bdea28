"""Masks: what is left of a value that a clause gives only in part."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from watchroom.model.catalogue import Field, FieldKind

REDACTED = "[withheld]"


class Mask(StrEnum):
    """How much of a value is left, from the most to the least."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    AREA = "area"
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
    return field.kind is FieldKind.TEXT


def masked(mask: Mask, value: object) -> object:
    """What `mask` leaves of `value`; of nothing it leaves nothing. Instants are cut in UTC."""
    if value is None or mask is Mask.NULL:
        return None
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
