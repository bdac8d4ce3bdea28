"""What the page of break-glass shows, every word ready."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from watchroom.audit.read import MOST_OF_OPENING, Recorded
from watchroom.gate.glass_kept import Broken, Offer, Outcome
from watchroom.governance.glass.rules import (
    Glasses,
    State,
    plain_name,
    reads_under,
    said_fields,
    words_of,
)
from watchroom.model.catalogue import catalogue
from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.policy.clause_words import condition_in_words
from watchroom.policy.conditions import All, Condition, InFact
from watchroom.policy.openings import REASONS, Addition
from watchroom.policy.periods import Period
from watchroom.policy.term_words import period_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a list."""

    value: str
    text: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferForm:
    """A glass that may be broken: what it shows, and the form. `errors` by field; `typed` is kept when refused."""

    name: str
    title: str
    lasts: str
    shows: tuple[str, ...]
    told: str
    review: str
    reasons: tuple[Choice, ...]
    needs_incident: bool
    needs_second: bool
    button: str
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    typed: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGlass:
    """One's own, open now: until when, why, and what it shows."""

    id: str
    until: str
    reason: str
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassLine:
    """One line of the list; `tone` is a shape of the pages, `review` says whether this person may review it."""

    id: str
    who: str
    when: str
    reason: str
    state: str
    due: str
    tone: str
    may_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassPage:
    """The page. `done` says what has just happened; `more` is the last line where the list goes on, None: it ends."""

    title: str
    sentence: str
    done: str | None
    open: tuple[OpenGlass, ...]
    offers: tuple[OfferForm, ...]
    list_title: str
    heads: tuple[str, ...]
    lines: tuple[GlassLine, ...]
    none_listed: str
    more: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """One broken glass for its review; `outcomes` is empty where they cannot review it now: `why_not` says why."""

    title: str
    id: str
    facts: tuple[tuple[str, str], ...]
    reads_title: str
    heads: tuple[str, ...]
    reads: tuple[tuple[str, ...], ...]
    none_read: str
    more: str
    outcomes: tuple[Choice, ...]
    why_not: str
    errors: Mapping[str, str]
    typed: Mapping[str, str]


_TONES = {State.OPEN: "now", State.OVERDUE: "late", State.WAITING: "soon", State.REVIEWED: "done"}


def glass_page(
    glasses: Glasses,
    words: Words,
    *,
    done: str = "",
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> GlassPage:
    """The page in the language of `words`; `errors` are message ids by field, of a form that was refused."""
    told = {name: words.phrase(message) for name, message in (errors or {}).items()}
    mine = glasses.mine()
    return GlassPage(
        title=words.phrase("glass.title" if glasses.offers else "glass.title.told"),
        sentence=words.phrase("glass.sentence" if glasses.offers else "glass.sentence.told"),
        done=words.phrase(f"glass.done.{done}") if done in ("broken", "closed", "reviewed") else None,
        open=tuple(_open(one, glasses, words) for one in mine),
        offers=tuple(
            _offer(one, words, refused=(told, typed or {})) for one in glasses.offers if not _is_open(one, mine)
        ),
        list_title=words.phrase("glass.list.all" if glasses.may_review else "glass.list.told"),
        heads=tuple(words.phrase(f"glass.list.{head}") for head in ("who", "when", "reason", "state", "due")),
        lines=tuple(_line(one, glasses, words) for one in glasses.broken),
        none_listed=words.phrase("glass.list.none"),
        more=glasses.more,
    )


def review_page(
    glasses: Glasses,
    record: Sequence[Recorded],
    words: Words,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> ReviewPage:
    """The page of one broken glass for whoever reviews it."""
    one, chosen = glasses.broken[0], (typed or {}).get("outcome", "")
    may = glasses.is_mine_to_review(one)
    return ReviewPage(
        title=words.phrase("glass.review.title"),
        id=str(one.id),
        facts=_facts(one, glasses, record=record, words=words),
        reads_title=words.phrase("glass.reads.title"),
        heads=tuple(words.phrase(f"glass.reads.{head}") for head in ("at", "act", "what", "people")),
        reads=tuple(
            (words.instant(read.at), _act(read.act, words), read.what.replace("_", " "), str(read.people))
            for read in reads_under(record)
        ),
        none_read=words.phrase("glass.reads.none"),
        more=words.phrase("glass.reads.more", shown=MOST_OF_OPENING) if len(record) >= MOST_OF_OPENING else "",
        outcomes=tuple(
            Choice(value=each.value, text=words.phrase(f"glass.outcome.{each.value}"), is_chosen=each.value == chosen)
            for each in (Outcome if may else ())
        ),
        why_not=_why_not(one, glasses, words),
        errors={name: words.phrase(message) for name, message in (errors or {}).items()},
        typed=typed or {},
    )


def _why_not(one: Broken, glasses: Glasses, words: Words) -> str:
    if one.review is not None:
        return words.phrase("glass.review.given")
    if glasses.is_another(one) and glasses.is_open(one):
        return words.phrase("glass.review.still_open", until=words.instant(one.opened.closes_at, "time"))
    return words.phrase("glass.review.not_yours")


def banner_sentence(until: str, minutes: int, words: Words) -> str:
    """What the red banner of every page says while a glass is open."""
    return words.phrase("glass.banner", until=until, count=minutes)


def _open(one: Broken, glasses: Glasses, words: Words) -> OpenGlass:
    left = words.left(one.opened.closes_at - glasses.now)
    additions = [each for offer in glasses.offers if offer.name == one.opened.name for each in offer.additions]
    return OpenGlass(
        id=str(one.id),
        until=words.phrase("glass.mine.until", until=words.instant(one.opened.closes_at), left=left),
        reason=_why(one, words),
        shows=tuple(_shown(each, words) for each in additions),
    )


def _is_open(offer: Offer, mine: Sequence[Broken]) -> bool:
    return any(one.opened.name == offer.name for one in mine)


def _offer(offer: Offer, words: Words, *, refused: tuple[Mapping[str, str], Mapping[str, str]]) -> OfferForm:
    """One form; what was wrong, and what was typed, belong to the one that was sent and to no other."""
    nothing: Mapping[str, str] = {}
    errors, typed = refused if refused[1].get("glass") == offer.name else (nothing, nothing)
    glass, chosen = offer.glass, typed.get("reason", "")
    told = words.listed([words.phrase(f"told.{one}") for one in glass.tell])
    lasts = words.say(period_in_words(Period(span=glass.lasts)))
    return OfferForm(
        name=offer.name,
        title=words.phrase("glass.offer.title"),
        lasts=words.phrase("glass.offer.lasts", period=lasts),
        shows=tuple(_shown(one, words) for one in offer.additions),
        told=words.phrase("glass.offer.told", told=told),
        review=words.phrase("glass.offer.review", period=words.say(period_in_words(Period(span=glass.review_within)))),
        reasons=tuple(
            Choice(value=one, text=words.phrase(f"glass.reason.{one}"), is_chosen=one == chosen) for one in REASONS
        ),
        needs_incident="incident" in glass.needs,
        needs_second="second_person" in glass.needs,
        button=words.phrase("glass.offer.button", period=lasts),
        errors=errors,
        typed=typed,
    )


def _shown(addition: Addition, words: Words) -> str:
    said, entity = words.listed(list(said_fields(addition.fields))), addition.entity
    rows = _rows(addition.condition, entity, words)
    return words.phrase("glass.offer.adds", fields=said, entity=entity.replace("_", " "), rows=rows)


def _rows(condition: Condition, entity: str, words: Words) -> str:
    """Which rows, for somebody who has no time: whose they are, then what else must be so."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    facts = [part.fact for part in parts if isinstance(part, InFact)]
    whose = [words.phrase(f"glass.rows.{fact}") for fact in facts if fact in ("my_units", "my_sites")]
    known = catalogue().entities.get(entity)
    # Of an entity of the agency itself is said whose rows; the whole condition stands on the page of the agreement.
    rest = [words.say(condition_in_words(one, known)) for one in parts if known is not None and not _is_place(one)]
    return words.listed([*whose, *(plain_name(one) for one in rest)])


def _is_place(condition: Condition) -> bool:
    return isinstance(condition, InFact) and condition.fact in ("my_units", "my_sites")


def _line(one: Broken, glasses: Glasses, words: Words) -> GlassLine:
    state = glasses.state(one)
    by = "" if one.review is None else words.phrase(f"glass.outcome.{one.review.outcome.value}")
    return GlassLine(
        id=str(one.id),
        who=one.opened.account,
        when=words.instant(one.opened.opened_at),
        reason=_why(one, words),
        state=by or words.phrase(f"glass.state.{state.value}"),
        due="" if one.review else _due(one, glasses, words),
        tone=_TONES[state],
        may_review=glasses.is_mine_to_review(one),
    )


def _due(one: Broken, glasses: Glasses, words: Words) -> str:
    """By when it must be reviewed, as a time that is left: the machine's clock and the node's may stand apart."""
    left = one.review_by - glasses.machine_now
    if left < timedelta(0):
        return words.phrase("glass.due.late", age=words.age(-left.total_seconds()))
    return words.phrase("glass.due.left", age=words.left(left))


def _why(one: Broken, words: Words) -> str:
    reason = words.phrase(f"glass.reason.{one.reason}")
    return f"{reason} · {one.incident}" if one.incident else reason


def _facts(one: Broken, glasses: Glasses, *, record: Sequence[Recorded], words: Words) -> tuple[tuple[str, str], ...]:
    ended = words.instant(_ended(one))
    told = words.listed(list(one.told)) if one.told else words.phrase("glass.fact.nobody")
    facts = {
        "who": one.opened.account,
        "what": one.opened.name,
        "from": words.instant(one.opened.opened_at),
        "until": ended,
        "reason": _why(one, words),
        "words": words_of(record) or words.phrase("glass.fact.no_words"),
        "told": told,
        "due": _due(one, glasses, words),
        "state": _line(one, glasses, words).state,
    }
    return tuple((words.phrase(f"glass.fact.{name}"), value) for name, value in facts.items())


def _ended(one: Broken) -> datetime:
    """When it closed or will close, on the node's clock like the rest of the page: the machine's may stand apart."""
    if one.closed_at is None:
        return one.opened.closes_at
    return min(one.opened.closes_at, one.opened.opened_at + (one.closed_at - one.opened.machine_opened_at))


def _act(act: str, words: Words) -> str:
    known = ("brief", "consult", "list", "count", "export", "explain")
    return words.say(Text(f"glass.act.{act}")) if act in known else act
