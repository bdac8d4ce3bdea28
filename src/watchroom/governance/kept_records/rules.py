"""What the form that restricts a record means, and when one is to be looked at again. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from watchroom.gate.record_restrictions import LONGEST_REASON, Restricting, may_be_restricted
from watchroom.kernel.ids import id_in
from watchroom.model.catalogue import Catalogue

SOON = timedelta(days=14)
LONGEST = timedelta(days=3 * 366)
FIELDS = ("entity", "record", "reason", "review_on", "admits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form as it was sent: what it held and means, and by field the last part of the message of what is wrong.

    `told_on`: units whose handover tells of the record; whoever sent it has not said yet that they know that.
    """

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    given: Restricting | None = None
    told_on: tuple[str, ...] = ()
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])


def sent_of(data: Mapping[str, str], *, model: Catalogue, today: date, accounts: Collection[str]) -> Sent:
    """What somebody sent.

    Args:
        data: by field.
        model: of the node.
        today: by its calendar.
        accounts: names of those that there are.
    """
    typed = {name: data.get(name, "").replace("\0", "").strip()[: 2 * LONGEST_REASON] for name in FIELDS}
    wrong: dict[str, str] = {}
    entity = model.entities.get(typed["entity"])
    if entity is None or not may_be_restricted(entity):
        wrong["entity"] = "entity"
    record = id_in(typed["record"])
    if record is None:
        wrong["record"] = "record"
    if not 0 < len(typed["reason"]) <= LONGEST_REASON:
        wrong["reason"] = "reason"
    review_on = day_in(typed["review_on"])
    if review_on is None or not today < review_on <= today + LONGEST:
        wrong["review_on"] = "review_on"
    admits = tuple(dict.fromkeys(name for name in (one.strip() for one in typed["admits"].split(",")) if name))
    if not set(admits) <= set(accounts):
        wrong["admits"] = "admits"
    if wrong or record is None or review_on is None:
        return Sent(typed=typed, wrong=wrong)
    return Sent(typed=typed, given=_given(typed, record, review_on=review_on, admits=admits))


def day_in(text: str) -> date | None:
    """The day that a text names, as `2026-07-24`; None: none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_due(review_on: date, *, today: date) -> bool:
    """Whether the day on which somebody looks at it again has come."""
    return review_on <= today


def is_soon(review_on: date, *, today: date) -> bool:
    """Whether it comes within a fortnight."""
    return review_on <= today + SOON


def _given(typed: Mapping[str, str], record: UUID, *, review_on: date, admits: tuple[str, ...]) -> Restricting:
    return Restricting(
        entity=typed["entity"], record_id=record, reason=typed["reason"], review_on=review_on, admits=admits
    )
