"""What the page of one case of looks shows, every word ready: reasons with facts, fields by name, never a value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from watchroom.audit.look_records import Opened, Seen
from watchroom.governance.looks.rules import Outcome, Reason, ranked
from watchroom.governance.looks.show import act_words
from watchroom.model.words import Words
from watchroom.policy.clauses import ALWAYS_SHOWN

# A note is read by people; a whole report belongs elsewhere.
MOST_OF_NOTE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyLine:
    """One reason of a case with its fact."""

    code: str
    reason: str
    fact: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """One look: fields by their names, never what they said."""

    when: str
    what: str
    purpose: str
    fields: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One outcome to choose. `value` is what the form sends."""

    value: str
    text: str
    hint: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was typed into the form, and what is wrong with it; kept when it was refused."""

    outcome: str = ""
    note: str = ""
    tells: bool = False
    outcome_error: str | None = None
    note_error: str | None = None

    @property
    def is_refused(self) -> bool:
        """Whether anything is wrong."""
        return self.outcome_error is not None or self.note_error is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One case and the form to decide it."""

    id: str
    title: str
    sentence: str
    person: str
    decided: str | None
    why: tuple[WhyLine, ...]
    heads: tuple[str, ...]
    lines: tuple[LookLine, ...]
    choices: tuple[Choice, ...]
    filled: Filled


def case_page(case: Opened, words: Words, *, filled: Filled | None = None) -> CasePage:
    """The page of one case; `filled`: what was typed and refused."""
    phrase, typed = words.phrase, filled or Filled()
    many = case.person_id is None
    return CasePage(
        id=str(case.id),
        title=phrase("looks.case.title"),
        sentence=phrase(f"looks.case.sentence.{'many' if many else 'one'}", account=case.account),
        person=phrase("looks.case.many") if case.person_id is None else str(case.person_id),
        decided=None if case.decided_at is None else phrase("looks.case.decided", at=case.decided_at),
        why=why_of([one.look.reasons for one in case.seen], [one.look.facts for one in case.seen], words=words),
        heads=tuple(phrase(f"looks.case.head.{head}") for head in ("when", "what", "purpose", "fields", "reasons")),
        lines=tuple(_look_line(one, words) for one in case.seen),
        choices=tuple(
            Choice(
                value=outcome.value,
                text=phrase(f"looks.outcome.{outcome}"),
                hint=phrase(f"looks.outcome.{outcome}.hint"),
                is_chosen=typed.outcome == outcome.value,
            )
            for outcome in Outcome
        ),
        filled=typed,
    )


def why_of(
    reasons: Iterable[Iterable[str]], facts: Iterable[Mapping[str, Any]], *, words: Words
) -> tuple[WhyLine, ...]:
    """The reasons that hold for any of some looks, in the order of rank, with the fact of the last look of each."""
    of: dict[str, Mapping[str, Any]] = {}
    for held, told in zip(reasons, facts, strict=True):
        of.update(dict.fromkeys(held, told))
    return tuple(_why(reason, of[reason.value], words=words) for reason in ranked(of))


def _why(reason: Reason, facts: Mapping[str, Any], *, words: Words) -> WhyLine:
    phrase, named = words.phrase, f"looks.fact.{reason}"
    detail = ""
    match reason:
        case Reason.SAME_NAME | Reason.COMMON_NAME:
            fact = phrase(named, count=int(facts.get("carriers", 0)))
            detail = "" if facts.get("is_present_name", True) else phrase("looks.fact.former_name")
        case Reason.BURST:
            fact = phrase(named, people=int(facts.get("people", 0)), usual=int(facts.get("usual", 0)))
        case Reason.AFTER_TRANSFER:
            last_on = facts.get("last_on")
            fact = phrase(named, day=None if last_on is None else date.fromisoformat(last_on))
        case _:
            fact = phrase(named)
    return WhyLine(code=reason.value, reason=phrase(f"looks.reason.{reason}"), fact=fact, detail=detail)


def _look_line(seen: Seen, words: Words) -> LookLine:
    phrase, look, header = words.phrase, seen.look, seen.header
    if header is None:
        act, purpose, operator = phrase("value.not_recorded"), phrase("value.not_recorded"), None
    else:
        act = act_words(header, words)
        purpose = phrase(f"purpose.{header['purpose']}") if header.get("purpose") else phrase("work.mine.no_purpose")
        operator = header.get("operator")
    by = "" if operator is None else ", " + phrase("looks.case.by_command", operator=str(operator))
    return LookLine(
        when=words.instant(look.at, "short"),
        what=act + by,
        purpose=purpose,
        fields=_fields(seen, words),
        reasons=tuple(phrase(f"looks.reason.{reason}") for reason in ranked(look.reasons)),
    )


def _fields(seen: Seen, words: Words) -> str:
    """The names of the fields that were shown, by entity; what stands on every row tells nothing and is left out."""
    if not seen.look.facts.get("was_shown", True):
        return words.phrase("looks.case.nothing_shown")
    if seen.body is None:
        return words.phrase("looks.case.gone")
    every = [str(field).partition(".") for field in seen.body.get("fields", ()) if "." in str(field)]
    named = [part for part in every if part[2] not in ALWAYS_SHOWN and not part[2].endswith(("_id", "_source_value"))]
    count = Counter(entity for entity, _, _ in named)
    told = [
        f"{entity.replace('_', ' ')}: {', '.join(field.replace('_', ' ') for of, _, field in named if of == entity)}"
        for entity in count
    ]
    return "; ".join(told) or words.phrase("looks.case.nothing_shown")


def filled_of(form: Mapping[str, str], words: Words) -> Filled:
    """What a form holds, with what is wrong with it."""
    phrase = words.phrase
    outcome, note = form.get("outcome", ""), form.get("note", "").strip()
    is_long = len(note) > MOST_OF_NOTE
    return Filled(
        outcome=outcome,
        note=note,
        tells=form.get("tell") == "yes",
        outcome_error=None if outcome in set(Outcome) else phrase("looks.decide.error.outcome"),
        note_error=phrase("looks.decide.error.long", most=MOST_OF_NOTE)
        if is_long
        else None
        if note
        else phrase("looks.decide.error.note"),
    )


def case_document(case: Opened, words: Words) -> dict[str, object]:
    """One case as a command gives it."""
    page = case_page(case, words)
    return {
        "case": page.id,
        "account": case.account,
        "person": None if case.person_id is None else str(case.person_id),
        "why": [
            {"code": one.code, "reason": one.reason, "fact": f"{one.fact} {one.detail}".strip()} for one in page.why
        ],
        "looks": [
            {
                "index": seen.look.index,
                "at": seen.look.at,
                "what": line.what,
                "purpose": line.purpose,
                "shown": line.fields,
                "reasons": list(seen.look.reasons),
            }
            for seen, line in zip(case.seen, page.lines, strict=True)
        ],
    }
