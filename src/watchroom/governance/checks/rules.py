"""Which results of the checks are shown, in which order, and how a trend is drawn. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watchroom.quality.results import Result, Status
from watchroom.quality.runs import Seen
from watchroom.quality.told import RunKept

SEVERITIES = ("fatal", "convention", "characterisation")
# So many results that are not met are on one page; the rest is told by its number.
RESULTS_AT_MOST = 100
_STATUSES = (Status.ERROR, Status.FAILED)
WIDTH, HEIGHT = 120, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is looked at: of one source and one entity; empty: of all."""

    source: str = ""
    entity: str = ""


def chosen(run: RunKept, choice: Choice) -> tuple[Result, ...]:
    """The results that the choice leaves: of one source what its own rows fail, else of the whole record."""
    found: Iterable[Result] = (
        (one.result for one in run.findings if one.source == choice.source) if choice.source else run.results
    )
    return tuple(one for one in found if not choice.entity or one.entity == choice.entity)


def unmet(results: Iterable[Result]) -> tuple[Result, ...]:
    """Those that are not met: what could not be run first, then the gravest, then by the share of bad rows."""
    wrong = [one for one in results if one.status in _STATUSES]
    return tuple(
        sorted(
            wrong,
            key=lambda one: (
                _STATUSES.index(one.status),
                SEVERITIES.index(one.check.severity),
                -one.share,
                one.check.name,
                one.entity or "",
                one.field or "",
            ),
        )
    )


def points(seen: Sequence[Seen]) -> str:
    """The line of a trend in a box of `WIDTH` by `HEIGHT`, as an SVG says it; empty with fewer than two runs.

    The height is the share of bad rows, of the greatest of them; runs that could not be made leave no point.
    """
    shares = [one.bad / one.of if one.of else 0.0 for one in seen if one.status is not Status.ERROR]
    if len(shares) < 2:
        return ""
    greatest = max(shares) or 1.0
    step = (WIDTH - 4) / (len(shares) - 1)
    return " ".join(
        f"{2 + place * step:.1f},{HEIGHT - 2 - (HEIGHT - 4) * share / greatest:.1f}"
        for place, share in enumerate(shares)
    )
