"""What else is true of somebody: their numbers, other names, where they lived before, and whom they would ring."""

from bisect import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from random import Random

from watchroom.demo.world.address import Address, drawn_address
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.identifiers import (
    RESIDENTS_FROM,
    Identifiers,
    crn_number,
    cro_number,
    insurance_number,
    nhs_number,
    nomis_number,
    pnc_number,
)
from watchroom.demo.world.lives import ADULT, BORN_BEFORE, Life
from watchroom.demo.world.names import BY_NAME, Background
from watchroom.demo.world.naming import common, family_form, family_name, given_names
from watchroom.demo.world.rates import share


class AliasKind(StrEnum):
    """Where another name is from."""

    FALSE = "false name"
    """Given to the police by somebody who did not want to be known."""
    MAIDEN = "maiden name"
    FORMER = "former name"
    """By a stepfather, by deed or from another country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another name of somebody, with another birth date where one was told with it."""

    kind: AliasKind
    first: str
    family: str
    born: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Somebody whom they would ring.

    Attributes:
        relationship: code of the prison service's list, such as `MOT`.
        first, family: their name.
        telephone: a number kept for drama, which nobody has.
        is_next_of_kin: they are to be told what happens.
        address: where they live.
    """

    relationship: str
    first: str
    family: str
    telephone: str
    is_next_of_kin: bool
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What else is true of a life.

    Attributes:
        identifiers: numbers of agencies.
        aliases: other names, none for most.
        earlier: addresses before the present one, the latest first.
        kin: none for some.
    """

    identifiers: Identifiers
    aliases: tuple[Alias, ...]
    earlier: tuple[Address, ...]
    kin: tuple[Kin, ...]


def particulars_of(chance: Chance, life: Life) -> Particulars:
    """What else is true of somebody; the same for the same life of the same world."""
    stream = chance.stream("particulars", life.number)
    background = BY_NAME[life.background]
    return Particulars(
        identifiers=_identifiers(stream, life),
        aliases=_aliases(stream, background, life),
        earlier=tuple(drawn_address(stream) for _ in range(bisect(_MOVES_UNTIL, stream.random()))),
        kin=tuple(_kin(stream, background, life) for _ in range(bisect(_KIN_UNTIL, stream.random()))),
    )


# Shares of those with none, one, two and three; assumed.
_MOVES_UNTIL = tuple(accumulate((0.25, 0.35, 0.25, 0.15)))[:-1]
_KIN_UNTIL = tuple(accumulate((0.12, 0.50, 0.28, 0.10)))[:-1]
_FALSE, _MAIDEN, _FORMER = share("has_false_name"), share("has_maiden_name"), share("has_former_name")
_NO_NHS, _NO_NINO = share("foreign_without_nhs_number"), share("foreign_without_insurance_number")
# Codes of the list RELATIONSHIP, of which sex they are (empty: the other), if they share the family name, how often.
_RELATIONSHIPS = (
    ("MOT", "F", True, 30),
    ("FA", "M", True, 10),
    ("GMOT", "F", True, 5),
    ("AUNT", "F", False, 3),
    ("UN", "M", True, 3),
    ("SIS", "F", True, 9),
    ("BRO", "M", True, 8),
    ("PART", "", False, 16),
    ("FRI", "", False, 7),
    ("COU", "", False, 3),
    ("SON", "M", True, 3),
    ("DAU", "F", True, 3),
)
# A child is rung for with those up to this one.
_LAST_OF_CHILDREN = 4
_RELATIONSHIPS_UNTIL = tuple(accumulate(weight for *_, weight in _RELATIONSHIPS))
# Ranges that the regulator of telephones keeps for drama, up to the last three digits.
_DRAMA_MOBILE = "07700 900"
_DRAMA_LANDLINES = ("01632 960", "020 7946 0", "0113 496 0", "0114 496 0", "0161 496 0", "0191 498 0")


def _identifiers(stream: Random, life: Life) -> Identifiers:
    number, is_british = life.number, life.nationality == "British"
    known_since = min(life.born.year + 14 + int(14 * stream.random()), BORN_BEFORE.year + ADULT - 1)
    has_nhs = is_british or stream.random() >= _NO_NHS
    has_nino = is_british or stream.random() >= _NO_NINO
    is_known = number < RESIDENTS_FROM
    is_sixteen = life.born <= BORN_BEFORE + timedelta(days=730)
    return Identifiers(
        nomis=nomis_number(number) if is_known else "",
        pnc=pnc_number(number, known_since) if is_known else "",
        cro=cro_number(number, known_since) if is_known else "",
        nhs=nhs_number(number) if has_nhs else "",
        crn=crn_number(number) if is_known else "",
        nino=insurance_number(number) if has_nino and is_sixteen else "",
    )


def _aliases(stream: Random, background: Background, life: Life) -> tuple[Alias, ...]:
    if life.born > BORN_BEFORE:
        return ()
    found: list[Alias] = []
    if life.sex == "F" and stream.random() < _MAIDEN:
        found.append(_alias(AliasKind.MAIDEN, life, family=_other_family(stream, background, life)))
    if stream.random() < _FORMER:
        found.append(_alias(AliasKind.FORMER, life, family=_other_family(stream, background, life)))
    if stream.random() < _FALSE:
        names = background.women if life.sex == "F" else background.men
        born = life.born + timedelta(days=int(2200 * stream.random()) - 1100)
        family = life.family if stream.random() < 0.5 else family_name(stream, background, life.sex)
        first = common(stream, names)
        first = first if first != life.first else names[(names.index(first) + 1) % len(names)]
        found.append(Alias(kind=AliasKind.FALSE, first=first, family=family, born=born))
    return tuple(found)


def _alias(kind: AliasKind, life: Life, *, family: str) -> Alias:
    return Alias(kind=kind, first=life.first, family=family, born=life.born)


def _other_family(stream: Random, background: Background, life: Life) -> str:
    drawn = family_name(stream, background, life.sex)
    return drawn if drawn != life.family else f"{drawn}-{common(stream, background.families or background.men)}"


def _kin(stream: Random, background: Background, life: Life) -> Kin:
    is_child = life.born > BORN_BEFORE
    drawn = stream.random() * _RELATIONSHIPS_UNTIL[_LAST_OF_CHILDREN if is_child else -1]
    code, sex, shares_name, _ = _RELATIONSHIPS[bisect(_RELATIONSHIPS_UNTIL, drawn)]
    their_sex = sex or ("M" if life.sex == "F" else "F")
    lives_there = life.address is not None and stream.random() < 0.4
    return Kin(
        relationship=code,
        first=given_names(stream, background, their_sex, is_child=code in ("SON", "DAU"))[0],
        family=family_form(background, life.family, their_sex)
        if shares_name
        else family_name(stream, background, their_sex),
        telephone=_telephone(stream),
        is_next_of_kin=code not in ("FRI", "COU"),
        address=life.address if lives_there and life.address is not None else drawn_address(stream),
    )


def _telephone(stream: Random) -> str:
    last = f"{int(1000 * stream.random()):03d}"
    if stream.random() < 0.8:
        return f"{_DRAMA_MOBILE}{last}"
    return f"{_DRAMA_LANDLINES[int(len(_DRAMA_LANDLINES) * stream.random())]}{last}"
