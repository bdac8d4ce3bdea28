"""What people are called: their names, numbers and birth dates, to keep them out of words that are kept for ever."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from watchroom.kernel.errors import NamesSomebodyError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.store", "called.sql")
# What is shorter stands in too many words.
_SHORTEST_NAME = 3
_SHORTEST_NUMBER = 5
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What people are called, now or before.

    Attributes:
        family_names, given_names: as they are written; given names each by itself.
        numbers: of every kind.
        birth_dates: theirs.
    """

    family_names: frozenset[str]
    given_names: frozenset[str]
    numbers: frozenset[str]
    birth_dates: frozenset[date]

    @property
    def pattern(self) -> str:
        """Their family names and numbers as PostgreSQL's regular expression over capitals; empty: there are none."""
        words = "|".join(re.escape(one.upper()) for one in sorted(self.family_names | self.numbers))
        return rf"\m({words})\M" if words else ""

    def is_in(self, text: str) -> bool:
        """Whether a text holds one of them: a name as a whole word, a number however it is spaced, a date of birth."""
        upper = text.upper()
        squeezed = _squeezed(upper)
        names = self.family_names | self.given_names
        return (
            any(re.search(rf"(?<!\w){re.escape(name.upper())}(?!\w)", upper) for name in names)
            or any(_squeezed(number.upper()) in squeezed for number in self.numbers)
            or any(re.search(form, text, re.IGNORECASE) for day in self.birth_dates for form in _forms(day))
        )


def called(connection: Connection, people: Collection[UUID]) -> Called:
    """What people are called, as loader or owner."""

    def told(name: str) -> Sequence[tuple[object, ...]]:
        return connection.execute(_QUERIES[name].text, {"people": list(people)}).fetchall()

    names = told("names_of_people")
    given = {part.strip(",.") for _, name in names if isinstance(name, str) for part in name.split()}
    family = {name.strip() for name, _ in names if isinstance(name, str)}
    numbers = {str(number).strip() for (number,) in told("numbers_of_people")}
    return Called(
        family_names=frozenset(name for name in family if len(name) >= _SHORTEST_NAME),
        given_names=frozenset(name for name in given if len(name) >= _SHORTEST_NAME),
        numbers=frozenset(number for number in numbers if len(_squeezed(number.upper())) >= _SHORTEST_NUMBER),
        birth_dates=frozenset(day for (day,) in told("birth_dates_of_people") if isinstance(day, date)),
    )


def require_unnamed(connection: Connection, people: Collection[UUID], said: Mapping[str, str]) -> None:
    """Nothing, where words that are kept for ever hold nothing that these people are called.

    Args:
        connection: as loader or owner.
        people: whom the words are about.
        said: by what they are to whoever typed them, such as `the reason`.

    Raises:
        NamesSomebodyError: they do; what was typed is not repeated.
    """
    theirs = called(connection, people) if people else None
    for what, words in said.items():
        if theirs is not None and theirs.is_in(words):
            raise NamesSomebodyError(
                f"{what} holds a name, a number or the birth date of whom it is about, and is kept for ever; nothing"
                " was done: say it without, for example by the number of the request"
            )


def _squeezed(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text)


def _forms(day: date) -> Iterator[str]:
    """How a day may be written, as regular expressions: by numbers in each order, and with the month in words."""
    gap, year = r"[\s./-]+", rf"(?:{day.year // 100})?{day.year % 100:02}"
    month = rf"{_MONTHS[day.month - 1]}[a-z]*\.?"
    nth = rf"0?{day.day}(?:st|nd|rd|th)?(?:\s+of)?"
    yield rf"(?<!\d)(?:{day:%d%m}{year}|{day:%Y%m%d})(?!\d)"
    yield rf"(?<!\d){day.year}{gap}0?{day.month}{gap}0?{day.day}(?!\d)"
    yield rf"(?<!\d)0?{day.day}{gap}0?{day.month}{gap}{year}(?!\d)"
    yield rf"(?<!\d)0?{day.month}{gap}0?{day.day}{gap}{year}(?!\d)"
    yield rf"(?<!\d){nth}{gap}{month},?{gap}{year}(?!\d)"
    yield rf"(?<![a-z]){month}{gap}{nth},?{gap}{year}(?!\d)"
