"""Children and victims of the example world, who are no lives of their own: each is a function of a number."""

from dataclasses import dataclass
from datetime import date, timedelta

from watchroom.demo.world.county import STREETS
from watchroom.demo.world.names import BACKGROUNDS
from watchroom.demo.world.partners.society import Society

# From this day ages are counted, as those of lives are.
_BORN_BEFORE = date(2026, 6, 1)
SCHOOLS = (
    "Anchor Street Primary",
    "Cornmarket Primary",
    "Heron Way Primary",
    "Priory Road Primary",
    "St Bride's Primary",
    "Hesk High",
    "Orrinmouth Academy",
    "Pellmarsh School",
)
_PRIMARY, _WOMEN = 5, 0.94


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child as they truly are.

    Attributes:
        number: of the child.
        born: the day.
        is_girl: what the register says.
        given, family: names.
        school: that they go to; empty: too young.
        house, street, town, outcode: where they live.
    """

    number: int
    born: date
    is_girl: bool
    given: str
    family: str
    school: str
    house: str
    street: str
    town: str
    outcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A victim of domestic abuse: a woman in most cases, as names and day of birth."""

    given: str
    family: str
    born: date


def victim_of(society: Society, number: int) -> Victim:
    """The victim of that number."""
    stream = society.chance.stream("victim", number)
    background = stream.choices(BACKGROUNDS, [one.share for one in BACKGROUNDS])[0]
    given = background.women if stream.random() < _WOMEN else background.men
    return Victim(
        given=stream.choice(given),
        family=stream.choice(background.families or background.men),
        born=_BORN_BEFORE - timedelta(days=int(365.25 * (18 + stream.gammavariate(2.4, 7.5)))),
    )


def child_of(society: Society, number: int, *, parent: int, place: int = 0) -> Child:
    """The child of that number.

    Args:
        society: whose lives parents are of.
        number: of the child.
        parent: number of the life of a parent.
        place: how many times they have moved.
    """
    life = society.lives.of(parent)
    stream = society.chance.stream("child", number)
    background = next(one for one in BACKGROUNDS if one.name == life.background)
    is_girl = stream.random() < 0.48
    years = stream.random() * 17.5
    schools = SCHOOLS[:_PRIMARY] if years < 11 else SCHOOLS[_PRIMARY:]
    home = society.chance.stream("child's home", number, place)
    return Child(
        number=number,
        born=_BORN_BEFORE - timedelta(days=int(years * 365.25)),
        is_girl=is_girl,
        given=stream.choice(background.women if is_girl else background.men),
        family=life.family,
        school=stream.choice(schools) if years > 4.5 else "",
        house=str(home.randrange(1, 140)),
        street=home.choice(STREETS),
        town=life.town.name,
        outcode=life.town.outcode,
    )
