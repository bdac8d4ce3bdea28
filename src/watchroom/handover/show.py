"""What the handover page shows: a tree of dataclasses with every word ready.

The web template, the PDF and the JSON document all receive this one tree, so the three say the same and carry
the same hash. No field needs arithmetic, formatting or a policy test in a template. A text that the asker may
not see is absent here and named in `withheld`; a text that nobody has written yet is `None` and the page says
so. Instants in `*_at` are ISO 8601 in UTC (for `<time datetime>`); all other texts are for reading.
"""

from dataclasses import dataclass

from watchroom.handover.show_wing import RollPart
from watchroom.handover.tones import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure of the summary line. `of` is the small figure beside it; `key` names it for tests and styles."""

    key: str
    label: str
    value: str
    of: str | None
    note: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """One reason of one person: `headline` is the reason in two or three words, `text` one sentence.

    Attributes:
        at: instant (UTC) or day of the fact, ISO 8601; None: unreliable or not recorded, and `text` says which.
        due: when it bites, to be shown strongly; None: no time.
        known_at, known: since when this node holds it, and how long that is.
        is_late: its source is late or silent.
    """

    code: str
    level: str
    tone: Tone
    headline: str
    text: str
    at: str | None
    due: str | None
    source: str
    known_at: str | None
    known: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Against the start of the last shift. `kind` is new, worse, better or same; `mark` a sign for eyes only."""

    kind: str
    word: str
    mark: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person who needs attention; the first of `reasons` leads, the others follow in order of level.

    Attributes:
        person_id: opaque.
        place: short name of the cell (`1-4`), or a word for no cell.
        place_in_full: for screen readers and print.
        name: family name, given names; or the words for a withheld name.
        instructions: what staff must do for the person, never why.
        adjustments: what is arranged for the person, which is no task.
        other_alerts: active alerts that no reason speaks of.
        next_action: what staff do next; `next_by` its time in words and `next_at` as an instant, where one is known.
        situation: the outgoing officer's note; None: not yet written.
        contingency: what to do if; None: not yet written.
        withheld: what of this person is not available to the asker, in words; empty: nothing.
    """

    person_id: str
    place: str
    place_in_full: str
    name: str
    prison_number: str
    level: str
    tone: Tone
    reasons: tuple[ReasonLine, ...]
    change: Change
    instructions: tuple[str, ...]
    adjustments: tuple[str, ...]
    other_alerts: tuple[str, ...]
    next_action: str
    next_by: str | None
    next_at: str | None
    situation: str | None
    contingency: str | None
    withheld: tuple[str, ...]
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionGroup:
    """The people of one level. `level` is act_now, this_shift or watch; `mark` the shape that goes with it.

    Attributes:
        count: of its rows; a dash where that number says nothing.
    """

    level: str
    title: str
    count: str
    tone: Tone
    mark: str
    rows: tuple[PersonRow, ...]
    none_listed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearedRow:
    """A person who had a reason at the start of the last shift and has none now: not silently gone."""

    person_id: str
    place: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedLine:
    """One line with a time: a movement, a task, an event. `is_long_overdue`: the record is to be checked first."""

    at: str
    at_instant: str | None
    place: str
    person_id: str | None
    name: str
    text: str
    status: str
    tone: Tone
    owner: str | None
    source: str
    is_late: bool
    is_overdue: bool = False
    is_long_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change since the last shift.

    Attributes:
        at: when it happened; where that is not recorded, by when.
        at_instant: the latest instant at which it can have happened, by which the lines are ordered.
        known: when this node came to know it, where that is much later; else empty.
        basis: `happened` (instant or day of the fact) or `recorded` (only when it became known is known).
        happened: instant or day of the fact, ISO 8601; None: not recorded.
        recorded_at: instant at which this node came to know it.
    """

    at: str
    at_instant: str
    known: str
    basis: str
    happened: str | None
    recorded_at: str
    place: str
    person_id: str | None
    name: str
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """The changes of one category."""

    category: str
    title: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """One open incident; `people` are places and names of the unit's own people in it, with their part."""

    reference: str
    title: str
    since: str
    since_at: str | None
    status: str
    owner: str
    people: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlawLine:
    """One check that records of a source fail, in words and for others' programs; see `quality.Flaw`."""

    check: str
    severity: str
    entity: str
    fields: tuple[str, ...]
    bad: int
    of: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPart:
    """What is known of the quality of what a source gave. `state` is not_checked, checked or outdated.

    Attributes:
        text: when it was checked and whether something was found.
        checked_at, age_seconds: None: never.
        flaws: all that was found; `lines` are those that the page tells, `paper` the fewer that paper does.
    """

    state: str
    text: str
    tone: Tone
    checked_at: str | None = None
    age_seconds: int | None = None
    flaws: tuple[FlawLine, ...] = ()
    lines: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """How old one source is. `state` is fresh, late or silent.

    Attributes:
        shown: the state as people are told it, which may be unjudged or ended; `word` says it.
        notes: what else must be known of it, in words.
        refused_at: when its last delivery was refused; None: it was not.
        loaded_at: when it was loaded, if that was after the instant of the page; None: it was before.
        is_dated: that it says of when it is; else `as_of` is when it was loaded.
        ended_at: since when it has ended, and nothing of it stands; None: it has not.
        quality: what the last checks of what it gave found.
    """

    source: str
    as_of: str
    as_of_at: str | None
    age: str
    age_seconds: int | None
    state: str
    shown: str
    word: str
    tone: Tone
    quality: QualityPart
    notes: tuple[str, ...] = ()
    refused_at: str | None = None
    loaded_at: str | None = None
    is_dated: bool = True
    ended_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistLine:
    """One thing a handover must cover: there, in part, or missing; `note` says what is missing or why."""

    key: str
    label: str
    is_present: bool
    in_part: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessPart:
    """How complete this briefing is, and what is missing by name.

    Attributes:
        summary: the same as `items` in few lines, for paper: what is here, what in part, and what is missing and why.
    """

    sentence: str
    percent: str
    score: float
    present: int
    total: int
    items: tuple[ChecklistLine, ...]
    summary: tuple[str, ...]
    withheld: tuple[str, ...]
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Heading, count and the words for an empty list, of one of the lists of the page.

    Attributes:
        notes: what has to be known to read the list, such as what of it is not available to the asker.
    """

    title: str
    count: str
    none_listed: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEvaluatedLine:
    """Rules whose silence says nothing, or less than it seems to, for one reason.

    Attributes:
        state: not_known_here, not_available, not_delivered or in_part.
        rules: their codes.
        text: names them and the reason.
    """

    state: str
    rules: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingPage:
    """The handover page of one post at one instant, for one asker and one purpose.

    Attributes:
        sections: headings by key: attention, not_evaluated, cleared, roll, everyone, movements, changes, incidents,
            tasks, long_overdue, events, sources, completeness, sign.
        not_evaluated: the rules whose silence says nothing, or less than it seems to.
        tasks: what is due; `long_overdue`: what has been due for so long that the record is to be checked.
        words: fixed words of the page by key, for labels: contingency, situation, not_written, withheld, next,
            instructions, adjustments, other_alerts, late, page, hash, outgoing, incoming.
        staleness: a sentence that comes first on the page when a source is late or silent; None: all fresh.
        hash: SHA-256 of exactly what is shown, in hexadecimal.
    """

    language: str
    post: str
    agency: str
    place: str
    title: str
    subtitle: str
    at: str
    as_of: str
    as_of_words: str
    classification: str
    purpose: str
    asker: str
    recorded: str
    staleness: str | None
    tiles: tuple[Tile, ...]
    sections: dict[str, Section]
    attention: tuple[AttentionGroup, ...]
    not_evaluated: tuple[NotEvaluatedLine, ...]
    cleared: tuple[ClearedRow, ...]
    roll: RollPart
    movements: tuple[TimedLine, ...]
    changes: tuple[ChangeGroup, ...]
    incidents: tuple[IncidentLine, ...]
    tasks: tuple[TimedLine, ...]
    long_overdue: tuple[TimedLine, ...]
    events: tuple[TimedLine, ...]
    sources: tuple[SourceLine, ...]
    completeness: CompletenessPart
    words: dict[str, str]
    hash: str
