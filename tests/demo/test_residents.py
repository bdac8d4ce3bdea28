"""The other people of the county are of all ages, and nobody of them is taken for somebody in custody."""

from collections import Counter

import pytest

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.identifiers import RESIDENTS_FROM
from watchroom.demo.world.lives import BORN_BEFORE, Life
from watchroom.demo.world.particulars import particulars_of
from watchroom.demo.world.rates import mix, share
from watchroom.demo.world.residents import MOST_RESIDENTS, Residents

CHANCE = Chance(6)
MANY = 8_000


@pytest.fixture(scope="module")
def residents() -> list[Life]:
    world = Residents(CHANCE)
    return [world.of(number) for number in range(MANY)]


def _is_child(life: Life) -> bool:
    return life.born > BORN_BEFORE


def test_residents_are_of_the_ages_and_sexes_that_are_stated(residents: list[Life]) -> None:
    parts = mix("residents_ages").parts
    children = sum(part for band, part in parts.items() if int(band.split("-")[0]) < 18)
    assert sum(map(_is_child, residents)) / MANY == pytest.approx(children, abs=0.015)
    assert sum(life.sex == "F" for life in residents) / MANY == pytest.approx(share("women_residents"), abs=0.02)
    english = sum(life.background == "english" for life in residents) / MANY
    assert english == pytest.approx(0.83, abs=0.02)


def test_no_resident_has_the_number_of_a_life_in_custody(residents: list[Life]) -> None:
    assert [life.number for life in residents] == list(range(RESIDENTS_FROM, RESIDENTS_FROM + MANY))
    with pytest.raises(ValueError, match="residents are numbered"):
        Residents(CHANCE).of(MOST_RESIDENTS)


def test_a_resident_has_no_number_of_prison_police_or_probation(residents: list[Life]) -> None:
    for life in residents[:500]:
        numbers = particulars_of(CHANCE, life).identifiers
        assert (numbers.nomis, numbers.pnc, numbers.cro, numbers.crn) == ("", "", "", "")
        assert life.nationality != "British" or numbers.nhs


def test_a_child_is_named_and_rung_for_as_a_child(residents: list[Life]) -> None:
    children = [life for life in residents if _is_child(life)]
    english = Counter(life.first for life in children if life.background == "english")
    assert english["Oliver"] > 3
    assert "Barry" not in english
    for life in children:
        more = particulars_of(CHANCE, life)
        assert not more.aliases
        assert {one.relationship for one in more.kin} <= {"MOT", "FA", "GMOT", "AUNT", "UN"}


def test_the_same_number_is_the_same_resident(residents: list[Life]) -> None:
    assert [Residents(CHANCE).of(number) for number in (77, 5, 1234)] == [residents[n] for n in (77, 5, 1234)]
