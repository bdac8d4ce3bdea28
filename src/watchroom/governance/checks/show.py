"""What the page of the checks shows, every word ready."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchroom.governance.checks.rules import RESULTS_AT_MOST, Choice, chosen, points, unmet
from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words
from watchroom.quality.results import Result, Status
from watchroom.quality.runs import Seen
from watchroom.quality.told import RunKept

DONE = frozenset({"begun", "running"})
_TONES = {"fatal": "now", "convention": "soon", "characterisation": "watch"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of a list to choose from."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one run found."""

    at: str
    bad: str
    of: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One result that is not met.

    Attributes:
        counts: bad rows of those that were looked at, as words.
        points: the line of its trend; empty: there is none to draw.
        runs: of how many runs `trend` tells, which is the same as a table, the latest first.
        path: of the dictionary, where `place` is explained; empty: it is no entity of the model.
        moved: in a word how it went since the run before.
    """

    place: str
    path: str
    severity: str
    tone: str
    counts: str
    share: str
    points: str
    moved: str
    runs: str
    trend: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLines:
    """A check that is not met, with every place where it is not; `meant` says what its two numbers count."""

    title: str
    name: str
    kahn: str
    meant: str
    threshold: str
    advice: str
    lines: tuple[ResultLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the line at the top."""

    label: str
    value: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksPage:
    """The checks. `age` says of when the run is; `rest` how many more are not met; `none` why nothing is listed."""

    title: str
    age: str
    is_late: bool
    done: str
    running: str
    figures: tuple[Figure, ...]
    sources: tuple[Option, ...]
    entities: tuple[Option, ...]
    unmet: tuple[CheckLines, ...]
    number: int
    rest: str
    none: str
    trend_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the page is made of beside the run.

    Attributes:
        now: of the node.
        model: of the node.
        choice: what is looked at.
        sources: names of all sources.
        done: what was done just before.
        running: since when the checks are being run; None: they are not.
        fault: the kind of fault in which running them at the page ended; empty: in none.
    """

    now: datetime
    model: Catalogue
    choice: Choice
    sources: Sequence[str]
    done: str = ""
    running: datetime | None = None
    fault: str = ""


def checks_page(run: RunKept | None, words: Words, *, told: Told) -> ChecksPage:
    """The page in the language of `words`; `run` None: the checks were never run."""
    results = () if run is None else chosen(run, told.choice)
    wrong = unmet(results)
    shown = wrong[:RESULTS_AT_MOST]
    return ChecksPage(
        title=words.phrase("checks.title"),
        age=_age(run, words, now=told.now),
        is_late=run is None or run.is_outdated,
        done=words.phrase(f"checks.done.{told.done}") if told.done in DONE else "",
        running=_running(told, words),
        figures=_figures(results, words) if run is not None and not told.choice.source else (),
        sources=_options(told.sources, told.choice.source, words.phrase("checks.all_sources")),
        entities=_options(_entities(run), told.choice.entity, words.phrase("checks.all_entities")),
        unmet=() if run is None else tuple(_by_check(shown, run, words, model=told.model)),
        number=len(shown),
        rest=words.phrase("checks.rest", number=len(wrong) - len(shown)) if len(wrong) > len(shown) else "",
        none=_none(run, words, told=told),
        trend_note=words.phrase("checks.trend.all_sources") if told.choice.source else "",
    )


def _age(run: RunKept | None, words: Words, *, now: datetime) -> str:
    if run is None:
        return words.phrase("checks.never")
    age = words.age((now - run.ran_at).total_seconds())
    return words.phrase("checks.age.outdated" if run.is_outdated else "checks.age", age=age, at=run.ran_at)


def _none(run: RunKept | None, words: Words, *, told: Told) -> str:
    if run is None:
        return words.phrase("checks.never")
    is_known = not told.choice.source or told.choice.source in told.sources
    return words.phrase("checks.none" if is_known else "checks.unknown_source")


def _running(told: Told, words: Words) -> str:
    if told.running is not None:
        return words.phrase("checks.running", at=told.running)
    return words.phrase("checks.fault", fault=told.fault) if told.fault else ""


def _entities(run: RunKept | None) -> list[str]:
    return [] if run is None else sorted({one.entity for one in run.results if one.entity})


def _options(values: Sequence[str], now: str, every: str) -> tuple[Option, ...]:
    first = Option(value="", text=every, is_chosen=not now)
    return (first, *(Option(value=one, text=one.replace("_", " "), is_chosen=one == now) for one in values))


def _figures(results: Sequence[Result], words: Words) -> tuple[Figure, ...]:
    wrong = Counter(one.check.severity for one in results if one.status is Status.FAILED)
    statuses = Counter(one.status for one in results)
    numbers = (
        ("fatal", wrong["fatal"], "now"),
        ("convention", wrong["convention"], "soon"),
        ("characterisation", wrong["characterisation"], "watch"),
        ("error", statuses[Status.ERROR], "silent"),
        ("met", statuses[Status.MET], ""),
    )
    return tuple(
        Figure(label=words.phrase(f"checks.figure.{name}"), value=f"{number:,}", tone=tone if number else "")
        for name, number, tone in numbers
    )


def _by_check(shown: Sequence[Result], run: RunKept, words: Words, *, model: Catalogue) -> Iterator[CheckLines]:
    """The results by check, each where its gravest one stands."""
    alike: dict[str, list[Result]] = {}
    for one in shown:
        alike.setdefault(one.check.name, []).append(one)
    for results in alike.values():
        check = results[0].check
        kahn = words.phrase(f"checks.kahn.{check.category.value}")
        if check.subcategory:
            under = words.phrase(f"checks.kahn.{check.subcategory}")
            kahn = words.phrase("checks.kahn.both", category=kahn, under=under)
        yield CheckLines(
            title=check.title,
            name=check.name,
            kahn=kahn,
            meant=words.phrase("checks.meant", bad=check.bad, of=check.of),
            threshold=_percent(check.threshold),
            advice=check.advice,
            lines=tuple(_line(one, run.trend.get(one.key, ()), words, model=model) for one in results),
        )


def _line(one: Result, seen: Sequence[Seen], words: Words, *, model: Catalogue) -> ResultLine:
    is_error = one.is_error
    return ResultLine(
        place=".".join(part for part in (one.entity, one.field) if part),
        path=_path(one, model),
        severity=words.phrase("checks.status.error") if is_error else words.phrase(f"severity.{one.check.severity}"),
        tone="silent" if is_error else _TONES[one.check.severity],
        counts=words.phrase("checks.not_counted")
        if is_error
        else words.phrase("checks.counts", bad=f"{one.bad:,}", of=f"{one.of:,}"),
        share="" if is_error else _percent(one.share),
        points=points(seen),
        moved=_moved(seen, words),
        runs=words.phrase("checks.trend", count=len(seen)),
        trend=tuple(_step(step, words) for step in reversed(seen)),
    )


def _path(one: Result, model: Catalogue) -> str:
    if one.entity not in model.entities:
        return ""
    return f"/dictionary/entities/{one.entity}" + (f"#{one.field}" if one.field else "")


def _moved(seen: Sequence[Seen], words: Words) -> str:
    counted = [one for one in seen if one.status is not Status.ERROR]
    if len(counted) < 2:
        return words.phrase("checks.moved.new")
    before, now = ((one.bad / one.of if one.of else 0.0) for one in counted[-2:])
    return words.phrase(
        "checks.moved.worse" if now > before else "checks.moved.better" if now < before else "checks.moved.same"
    )


def _step(one: Seen, words: Words) -> Step:
    is_error = one.status is Status.ERROR
    return Step(
        at=words.instant(one.ran_at, ""),
        bad="-" if is_error else f"{one.bad:,}",
        of="-" if is_error else f"{one.of:,}",
        share=words.phrase("checks.status.error") if is_error else _percent(one.bad / one.of if one.of else 0.0),
    )


def _percent(share: float) -> str:
    """A share in per cent; one that is not nothing is never told as nothing."""
    told = f"{100 * share:.1f}".removesuffix(".0")
    # A number and its sign stand on one line.
    return "<0.1\N{NO-BREAK SPACE}%" if share > 0 and told == "0" else f"{told}\N{NO-BREAK SPACE}%"
