"""What the page of records that are kept and not used shows, every word ready: ids, numbers and accounts, no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from watchroom.gate.record_restrictions import RestrictedRecord, may_be_restricted
from watchroom.governance.kept_records.rules import FIELDS, Sent, is_due, is_soon
from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words

# What can be said after something was done; an address that names anything else says nothing.
DONE = frozenset({"restricted", "lifted"})
NOTHING = Sent()
_HEADS = ("record", "reason", "review", "by", "admits")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """One record that is kept and not used. `tone`: how near the day is on which somebody looks at it again."""

    id: str
    entity: str
    whose: str
    record: str
    reason: str
    review: str
    tone: str
    by: str
    admits: str
    lift_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedField:
    """A field of the form as it was sent, and what is wrong with it; empty: nothing."""

    text: str
    wrong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecordsPage:
    """The list with the form. `entities`: name, the same in words, and whether it is chosen; `warning`: what to know
    before it is restricted, empty where there is nothing."""

    title: str
    sentence: str
    done: str
    heads: tuple[str, ...]
    lines: tuple[KeptLine, ...]
    entities: tuple[tuple[str, str, bool], ...]
    warning: str
    entity: TypedField
    record: TypedField
    reason: TypedField
    review_on: TypedField
    admits: TypedField


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the page is made with: the day of the node, its model, what was done just before, and a refused form."""

    today: date
    model: Catalogue
    done: str = ""
    sent: Sent = NOTHING


def kept_records_page(found: Sequence[RestrictedRecord], words: Words, *, around: Around) -> KeptRecordsPage:
    """The page in the language of `words`."""
    sent = around.sent
    fields = {
        name: TypedField(
            text=sent.typed.get(name, ""),
            wrong=words.phrase(f"kept_records.wrong.{sent.wrong[name]}") if name in sent.wrong else "",
        )
        for name in FIELDS
    }
    names = [entity.name for entity in around.model.entities.values() if may_be_restricted(entity)]
    choices = sorted((_kind(name, words), name) for name in names)
    return KeptRecordsPage(
        title=words.phrase("kept_records.title"),
        sentence=words.phrase("kept_records.sentence"),
        done=words.phrase(f"kept_records.done.{around.done}") if around.done in DONE else "",
        heads=tuple(words.phrase(f"kept_records.list.{head}") for head in _HEADS),
        lines=tuple(_line(one, words, today=around.today) for one in found),
        entities=tuple((name, text, name == sent.typed.get("entity")) for text, name in choices),
        warning=words.phrase("kept_records.warning", units=words.listed(sent.told_on)) if sent.told_on else "",
        **fields,
    )


def _line(one: RestrictedRecord, words: Words, *, today: date) -> KeptLine:
    due, soon = is_due(one.review_on, today=today), is_soon(one.review_on, today=today)
    day = words.day(one.review_on, "day")
    return KeptLine(
        id=str(one.id),
        entity=_kind(one.entity, words),
        whose=words.phrase("kept_records.whose", numbers=words.listed(one.numbers)) if one.numbers else "",
        record=str(one.record_id),
        reason=one.reason,
        review=words.phrase("kept_records.due", day=day) if due else day,
        tone="late" if due else "soon" if soon else "fresh",
        by=words.phrase("kept_records.by", account=one.entered_by, at=words.instant(one.entered_at, "")),
        admits=", ".join(one.admits) or words.phrase("kept_records.nobody"),
        lift_label=words.phrase("kept_records.lift.label", entity=_kind(one.entity, words), id=str(one.record_id)),
    )


def _kind(name: str, words: Words) -> str:
    """What a kind of record is called; one of the agency's own by its name, without underscores."""
    message = f"record.{name}"
    said = words.phrase(message) if words.knows(message) else name.replace("_", " ")
    return said[:1].upper() + said[1:]
