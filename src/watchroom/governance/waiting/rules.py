"""What waits for an officer of information governance, in numbers, and what of it comes first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from watchroom.gate.agreements import Kept
from watchroom.governance.standing.rules import Waiting, waiting_for
from watchroom.governance.subject_list.rules import Due, due_state


class Need(StrEnum):
    """How much a line asks of whoever reads it; in the order of the page."""

    LATE = "late"
    WAITS = "waits"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What waits for one officer. It names nobody.

    Attributes:
        agreements: how many wait to be signed and to be reviewed; None: agreements are not their duty.
        requests: to decide.
        glasses: broken ones that nobody has reviewed.
        looks: cases in their queue; None: the log has not been looked through yet.
        answers: requests for who looked at somebody that are not answered, by how they stand against their day.
        unnamed: people in custody who were erased: their place is counted, and nobody knows who they are.
        spooled: whether entries wait in the spool, or it cannot be read.
    """

    agreements: "ToAgree | None"
    requests: int
    glasses: int
    looks: int | None
    answers: "Answers"
    unnamed: int
    spooled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAgree:
    """Versions that wait for the node's own organisation."""

    sign: int
    review: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers that are owed: late, due within a week, and the rest."""

    late: int
    soon: int
    in_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the page: `said` is the last part of its message ids, `count` of how many it speaks."""

    area: str
    said: str
    need: Need
    count: int = 0


ORDER: Final = tuple(Need)


def to_agree(kept: Sequence[Kept], *, organisation: str, on: date) -> ToAgree:
    """What waits to be signed or reviewed on a day of the node."""
    found = [waiting_for(one, organisation=organisation, on=on) for one in kept]
    return ToAgree(sign=found.count(Waiting.SIGN), review=found.count(Waiting.REVIEW))


def answers_of(owed_since: Sequence[date], *, today: date) -> Answers:
    """How the answers stand on a day of the node that are owed to requests which came on those days."""
    found = [due_state(one, today=today, is_answered=False) for one in owed_since]
    return Answers(late=found.count(Due.LATE), soon=found.count(Due.SOON), in_time=found.count(Due.IN_TIME))


def lines_of(waits: Waits) -> tuple[Line, ...]:
    """The lines of the page: what is late, then what waits, then where nothing does; one area may have several."""
    lines = [
        *_agreements(waits.agreements),
        *_counted("requests", waiting=waits.requests),
        *_counted("glass", waiting=waits.glasses),
        *_looks(waits.looks),
        *_answers(waits.answers),
        *_unnamed(waits.unnamed),
        _log(is_spooled=waits.spooled),
    ]
    return tuple(sorted(lines, key=lambda line: ORDER.index(line.need)))


def _counted(area: str, *, said: str = "waiting", waiting: int, need: Need = Need.WAITS) -> list[Line]:
    if not waiting:
        return [Line(area=area, said="none", need=Need.NOTHING)]
    return [Line(area=area, said=said, need=need, count=waiting)]


def _agreements(found: ToAgree | None) -> list[Line]:
    if found is None:
        return []
    lines = [
        Line(area="agreements", said=said, need=Need.WAITS, count=count)
        for said, count in (("sign", found.sign), ("review", found.review))
        if count
    ]
    return lines or [Line(area="agreements", said="none", need=Need.NOTHING)]


def _looks(waiting: int | None) -> list[Line]:
    if waiting is None:
        return [Line(area="looks", said="never", need=Need.LATE)]
    return _counted("looks", waiting=waiting)


def _answers(owed: Answers) -> list[Line]:
    lines = [
        Line(area="subject_access", said=said, need=need, count=count)
        for said, need, count in (
            ("late", Need.LATE, owed.late),
            ("soon", Need.WAITS, owed.soon),
            ("in_time", Need.WAITS, owed.in_time),
        )
        if count
    ]
    return lines or [Line(area="subject_access", said="none", need=Need.NOTHING)]


def _unnamed(number: int) -> list[Line]:
    return [Line(area="log", said="erased_in_custody", need=Need.LATE, count=number)] if number else []


def _log(*, is_spooled: bool) -> Line:
    if is_spooled:
        return Line(area="log", said="spooled", need=Need.LATE)
    return Line(area="log", said="none", need=Need.NOTHING)
