"""The steps by which an agency comes to write something else of somebody than is so."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import cast

from watchroom.demo.world.address import Address
from watchroom.demo.world.errors_made import ERRORS, HELD, SWAPPED_FAMILY_FIRST, Agency, Disguise
from watchroom.demo.world.lives import Life
from watchroom.demo.world.mistyping import mistyped, without_marks
from watchroom.demo.world.names import BY_NAME, Background, Order
from watchroom.demo.world.particulars import Alias, AliasKind

# An agency that holds a number of at least so many people lacks it of the others; of fewer, it was never asked for.
_EXPECTED = 0.5


class Pen:
    """A record while it is written.

    Attributes:
        true: what is so, by field.
        now: what stands there.
        kinds: what was done to each field of which something else stands there.
        stream: what decides.
        agency: who writes.
    """

    def __init__(self, true: Mapping[str, object], *, stream: Random, agency: Agency) -> None:
        """A record in which everything is so."""
        self.true = true
        self.now = dict(true)
        self.kinds: dict[str, list[Disguise]] = {}
        self.stream = stream
        self.agency = agency
        self._errors = ERRORS[agency]

    def happens(self, kind: Disguise) -> bool:
        """Whether an error of that kind is made here."""
        return self.stream.random() < self._errors[kind]

    def write(self, field: str, value: object, kind: Disguise) -> None:
        """Write a value in place of the one that stands there; what is true would undo an error, and is not written."""
        if value != self.true[field] and value != self.now[field]:
            self.now[field] = value
            self.kinds.setdefault(field, []).append(kind)

    def name(self, field: str) -> str:
        """A name as it stands there."""
        return str(self.now[field])

    @property
    def born(self) -> date:
        """The birth date that stands there."""
        return cast("date", self.now["born"])  # nothing else is written there

    @property
    def address(self) -> Address | None:
        """The address that stands there."""
        address = self.now["address"]
        return address if isinstance(address, Address) else None


def disguise_names(pen: Pen, life: Life, aliases: Sequence[Alias]) -> None:
    """Write given and family name; under a false one no true name is told otherwise, but fingers slip as ever."""
    background = BY_NAME[life.background]
    false = next((one for one in aliases if one.kind is AliasKind.FALSE), None)
    if false is not None and pen.happens(Disguise.FALSE_NAME):
        pen.write("first", false.first, Disguise.FALSE_NAME)
        pen.write("family", false.family, Disguise.FALSE_NAME)
        pen.write("born", false.born, Disguise.FALSE_NAME)
    else:
        _other_names(pen, life, aliases)
        _other_spellings(pen, background)
    for field in ("first", "middle", "family"):
        _marks(pen, field)
    for field in ("first", "family"):
        if pen.happens(Disguise.TYPED_WRONG):
            pen.write(field, mistyped(pen.stream, pen.name(field)), Disguise.TYPED_WRONG)
    if pen.now["middle"] and pen.happens(Disguise.MIDDLE_LEFT_OUT):
        pen.write("middle", "", Disguise.MIDDLE_LEFT_OUT)
    _order(pen, background)


def _other_names(pen: Pen, life: Life, aliases: Sequence[Alias]) -> None:
    if life.called != life.first and pen.happens(Disguise.CALLED_NAME):
        pen.write("first", life.called, Disguise.CALLED_NAME)
    other = next((one for one in aliases if one.kind is not AliasKind.FALSE), None)
    if other is not None and pen.happens(Disguise.OTHER_FAMILY_NAME):
        pen.write("family", other.family, Disguise.OTHER_FAMILY_NAME)
    joint = BY_NAME[life.background].joint
    one, between, two = life.family.partition(joint)
    is_two = BY_NAME[life.background].two > 0 and between and one[:1].isupper() and two[:1].isupper()
    if is_two and pen.happens(Disguise.ONE_OF_TWO_FAMILIES):
        pen.write("family", one if pen.stream.random() < 0.4 else two, Disguise.ONE_OF_TWO_FAMILIES)


def _other_spellings(pen: Pen, background: Background) -> None:
    for field in ("first", "family"):
        others = background.variants.get(pen.name(field))
        if others is not None and pen.happens(Disguise.SPELLED_OTHERWISE):
            pen.write(field, others[int(len(others) * pen.stream.random())], Disguise.SPELLED_OTHERWISE)


def _marks(pen: Pen, field: str) -> None:
    name = pen.name(field)
    if not name.isascii() and pen.happens(Disguise.MARKS_LOST):
        pen.write(field, without_marks(name), Disguise.MARKS_LOST)


def _order(pen: Pen, background: Background) -> None:
    """Which name was taken for which, last, so that everything that was written goes along."""
    if background.order is Order.PATRONYMIC and pen.now["middle"] and pen.happens(Disguise.OTHER_PART_AS_FAMILY):
        middle, family = pen.now["middle"], pen.now["family"]
        pen.write("family", middle, Disguise.OTHER_PART_AS_FAMILY)
        pen.write("middle", family, Disguise.OTHER_PART_AS_FAMILY)
    is_last = background.order is Order.FAMILY_FIRST
    swaps = pen.stream.random() < SWAPPED_FAMILY_FIRST if is_last else pen.happens(Disguise.NAMES_SWAPPED)
    if swaps:
        first, family = pen.now["first"], pen.now["family"]
        pen.write("first", family, Disguise.NAMES_SWAPPED)
        pen.write("family", first, Disguise.NAMES_SWAPPED)


def disguise_birth(pen: Pen, life: Life) -> None:
    """Write the birth date; one that was told with a false name stands as it was told."""
    if "born" in pen.kinds:
        return
    if life.nationality != "British" and pen.happens(Disguise.FIRST_OF_JANUARY):
        pen.write("born", life.born.replace(month=1, day=1), Disguise.FIRST_OF_JANUARY)
        return
    if life.born.day <= 12 and pen.happens(Disguise.DAY_AND_MONTH_SWAPPED):
        swapped = life.born.replace(month=life.born.day, day=life.born.month)
        pen.write("born", swapped, Disguise.DAY_AND_MONTH_SWAPPED)
    if pen.happens(Disguise.YEAR_OFF_BY_ONE):
        year = pen.born.year + (1 if pen.stream.random() < 0.5 else -1)
        day = min(pen.born.day, 28) if pen.born.month == 2 else pen.born.day
        pen.write("born", pen.born.replace(year=year, day=day), Disguise.YEAR_OFF_BY_ONE)


def disguise_place(pen: Pen, life: Life, earlier: Sequence[Address]) -> None:
    """Write where somebody lives."""
    if earlier and pen.happens(Disguise.EARLIER_ADDRESS):
        pen.write("address", earlier[0], Disguise.EARLIER_ADDRESS)
    elif life.address is not None and pen.happens(Disguise.ADDRESS_MISSING):
        pen.write("address", None, Disguise.ADDRESS_MISSING)


def disguise_numbers(pen: Pen) -> None:
    """Write the numbers that the agency holds; of others it knows nothing, which is no error."""
    held = HELD[pen.agency]
    for number in ("nomis", "pnc", "cro", "nhs", "crn", "nino"):
        if not pen.now[number]:
            continue
        usual = held.get(number, 0.0)
        if pen.stream.random() >= usual:
            if usual >= _EXPECTED:
                pen.write(number, "", Disguise.NUMBER_MISSING)
            else:
                pen.now[number] = ""
        elif pen.happens(Disguise.NUMBER_TYPED_WRONG):
            pen.write(number, _other_digit(pen.stream, pen.name(number)), Disguise.NUMBER_TYPED_WRONG)


def _other_digit(stream: Random, number: str) -> str:
    places = [place for place, letter in enumerate(number) if letter.isdigit()]
    place = places[-1 - int(3 * stream.random())]
    digit = (int(number[place]) + 1 + int(8 * stream.random())) % 10
    return f"{number[:place]}{digit}{number[place + 1 :]}"
