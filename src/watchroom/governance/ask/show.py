"""What the form shows on which something is asked for, every word ready."""

from dataclasses import dataclass

from watchroom.gate.request_records import AskReason
from watchroom.governance.ask.rules import Form
from watchroom.governance.requests.show import person_in_words, shows_of, span_in_words
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody has chosen and typed so far."""

    name: str = ""
    reason: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What is wrong with it, at each field; empty: nothing."""

    name: str = ""
    reason: str = ""
    words: str = ""

    @property
    def every(self) -> tuple[tuple[str, str], ...]:
        """Field and words of each, in the order of the form."""
        found = (("name", self.name), ("reason", self.reason), ("words", self.words))
        return tuple((field, fault) for field, fault in found if fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The form as it stands: for which purpose, what was typed, and what is wrong with it."""

    purpose: str
    typed: Typed = Typed()
    faults: Faults = Faults()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that may be asked for."""

    name: str
    title: str
    shows: str
    terms: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One reason to choose."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage:
    """The form: whom it is about, what may be asked for, why."""

    title: str
    person: str
    prison_number: str
    person_path: str
    offers: tuple[Offer, ...]
    reasons: tuple[Why, ...]
    words: str
    purpose: str
    purpose_words: str
    faults: Faults


def ask_page(form: Form, words: Words, *, filled: Filled) -> AskPage:
    """The form in the language of `words`, with what had been typed."""
    typed, purpose = filled.typed, filled.purpose
    only = {one.name for one in form.askable} if len(form.askable) == 1 else set[str]()
    return AskPage(
        title=words.phrase("ask.title"),
        person=person_in_words(form.person, words),
        prison_number=form.person.prison_number or "",
        person_path=f"/people/{form.person.person_id}",
        offers=tuple(
            Offer(
                name=one.name,
                title=one.asked.title,
                shows=shows_of(one, words),
                terms=words.phrase(
                    "ask.terms",
                    roles=words.listed([words.phrase(f"role.{role}") for role in one.asked.decided_by]),
                    within=span_in_words(one.asked.answer_within, words),
                    lasts=span_in_words(one.asked.lasts, words),
                ),
                is_chosen=one.name in only | {typed.name},
            )
            for one in form.askable
        ),
        reasons=tuple(
            Why(value=one.value, text=words.phrase(f"requests.reason.{one.value}"), is_chosen=one.value == typed.reason)
            for one in AskReason
        ),
        words=typed.words,
        purpose=purpose,
        purpose_words=words.phrase(f"purpose.{purpose}"),
        faults=filled.faults,
    )
