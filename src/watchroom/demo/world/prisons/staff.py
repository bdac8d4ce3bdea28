"""The officers of a prison and their rota."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from watchroom.demo.world.county import Prison
from watchroom.demo.world.happenings_regime import Shift
from watchroom.demo.world.prisons.rates import LENT, OFFICERS, SICK

_OF_A_PRISON = 2_000
# Two days early, two days late, two nights, four off: ten groups of officers, each a day further on.
_TURN = (Shift.EARLY, Shift.EARLY, Shift.LATE, Shift.LATE, Shift.NIGHT, Shift.NIGHT, None, None, None, None)
SKILLS = ("control and restraint", "ACCT assessor", "negotiator", "mental health first aid", "search", "fire")


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer.

    Attributes:
        number: in the world.
        wing: code with that of the prison.
        post: wing officer, supervising officer or night patrol.
        skills: for what they are trained, beside the ordinary.
        turn: on which day of the rota they are, on day 0.
    """

    number: int
    wing: str
    post: str
    skills: tuple[str, ...]
    turn: int


class Staff:
    """The officers of a prison."""

    def __init__(self, prison: Prison, *, number: int) -> None:
        """As many officers as its wings need.

        Args:
            prison: its wings.
            number: of it in the world; the numbers of its officers follow from it.
        """
        self.officers: list[Officer] = []
        self.of_wing: dict[str, list[Officer]] = {}
        self.posts: dict[str, dict[Shift, int]] = {}
        for wing in prison.wings:
            code = f"{prison.code}-{wing.code}"
            size = max(0.35, wing.most / 60)
            posts = {shift: max(1, round(OFFICERS[shift.value] * size)) for shift in Shift}
            self.posts[code] = posts
            own: list[Officer] = []
            for place in range(5 * posts[Shift.EARLY] + 5):
                own.append(self._officer(code, place, number * _OF_A_PRISON + len(self.officers) + 1))
                self.officers.append(own[-1])
            self.of_wing[code] = own

    @staticmethod
    def _officer(wing: str, place: int, number: int) -> Officer:
        skills = tuple(skill for step, skill in enumerate(SKILLS) if number % (3 + step) == 0)
        post = "supervising officer" if place % 8 == 0 else "wing officer"
        return Officer(number=number, wing=wing, post=post, skills=skills, turn=place % len(_TURN))

    def one(self, wing: str, stream: Random) -> int:
        """The number of an officer of a wing."""
        own = self.of_wing[wing]
        return own[int(stream.random() * len(own))].number

    def on_rota(self, wing: str, on: date, shift: Shift) -> Iterator[Officer]:
        """The officers of a wing whose turn it is."""
        day = on.toordinal()
        return (one for one in self.of_wing[wing] if _TURN[(day + one.turn) % len(_TURN)] is shift)

    def shift(self, wing: str, on: date, shift: Shift, *, stream: Random) -> "Turnout":
        """Who comes to a shift: those whose turn it is and who are not sick, as far as posts go; others are lent."""
        posts = self.posts[wing][shift]
        there: list[int] = []
        sick: list[int] = []
        for officer in self.on_rota(wing, on, shift):
            (sick if stream.random() < SICK else there).append(officer.number)
        there = there[:posts]
        lent: list[int] = []
        if len(there) < posts and stream.random() < LENT:
            elsewhere = stream.choice([code for code in self.of_wing if code != wing] or [wing])
            lent = [one.number for one in self.on_rota(elsewhere, on, shift)][-1:]
            there = [*there, *(one for one in lent if one not in there)]
        return Turnout(posts=posts, staff=tuple(there), sick=tuple(sick), lent=tuple(lent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """Who came to a shift, as `ShiftBegun` tells it."""

    posts: int
    staff: tuple[int, ...]
    sick: tuple[int, ...]
    lent: tuple[int, ...]
