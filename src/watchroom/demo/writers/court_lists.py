"""What the courts give as CSV: the list of a day on its morning, and in the evening the register of decisions."""

from collections.abc import Iterator
from csv import writer as csv_writer
from datetime import date, datetime
from io import StringIO

from watchroom.demo.world.county_time import at, wall
from watchroom.demo.world.happening import Day
from watchroom.demo.world.happenings_courts import CourtDecided, Decision, HearingFixed
from watchroom.demo.world.identifiers import pnc_number
from watchroom.demo.world.partners.society import Society
from watchroom.demo.writers.sent import Sent

MEDIA_TYPE = "text/csv"
LIST = ("Case No", "Court", "Room", "Date", "Time", "Defendant", "DOB", "PNC", "Hearing", "Brought", "Offence")
REGISTER = (*LIST[:6], "DOB", "Result", "Term", "Next Date", "Remarks")
_LIST_AT, _REGISTER_AT = 9.3, 18.25


class CourtLists:
    """The lists of all courts, which each sends to those who ask."""

    def __init__(self, society: Society) -> None:
        """Empty lists."""
        self._society = society
        self._fixed: dict[int, HearingFixed] = {}
        self._by_day: dict[date, list[int]] = {}

    def sent(self, day: Day) -> Iterator[Sent]:
        """The list and the register of each court on a day on which it sits, in order; days must follow one another."""
        decided: list[CourtDecided] = []
        listed_by = at(day.date, _LIST_AT)
        for one in day.happenings:
            if isinstance(one, HearingFixed):
                self._fixed[one.hearing] = one
                self._by_day.setdefault(wall(one.starts).date(), []).append(one.hearing)
            elif isinstance(one, CourtDecided):
                decided.append(one)
        hearings = [self._fixed[number] for number in self._by_day.pop(day.date, ())]
        for court in sorted({one.court for one in hearings}):
            rows = [self._listed(one) for one in hearings if one.court == court and one.at <= listed_by]
            yield _file(listed_by, LIST, rows, name=f"list_{court}_{day.date:%Y%m%d}.csv")
        for court in sorted({one.court for one in decided}):
            rows = [self._registered(one) for one in decided if one.court == court]
            yield _file(at(day.date, _REGISTER_AT), REGISTER, rows, name=f"register_{court}_{day.date:%Y%m%d}.csv")

    def _heading(self, one: HearingFixed) -> tuple[object, ...]:
        life = self._society.lives.of(one.life)
        starts = wall(one.starts)
        name = f"{life.family.upper()}, {' '.join(life.given)}"
        case = f"{one.court[:2]}{one.hearing:07d}"
        return (case, one.court, one.room, f"{starts:%d/%m/%Y}", f"{starts:%H:%M}", name, f"{life.born:%d/%m/%Y}")

    def _listed(self, one: HearingFixed) -> tuple[object, ...]:
        life = self._society.lives.of(one.life)
        pnc = "" if life.is_first_time else pnc_number(one.life, year=life.born.year + 17)
        return (*self._heading(one), pnc, one.kind.value, one.brought.value, one.offence.value)

    def _registered(self, one: CourtDecided) -> tuple[object, ...]:
        fixed = self._fixed.pop(one.hearing)
        term = f"{one.days} days" if one.decision in (Decision.PRISON, Decision.SUSPENDED) else ""
        next_on = "" if one.next_on is None else f"{one.next_on:%d/%m/%Y}"
        return (*self._heading(fixed), one.decision.value, term, next_on, one.remark)


def _file(written: datetime, header: tuple[str, ...], rows: list[tuple[object, ...]], *, name: str) -> Sent:
    text = StringIO(newline="")
    lines = csv_writer(text, lineterminator="\r\n")
    lines.writerow(header)
    lines.writerows(rows)
    return Sent(at=written, content=text.getvalue().encode(), media_type=MEDIA_TYPE, name=name)
