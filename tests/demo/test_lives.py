"""Who comes into custody in the example world is as the published figures say, and is the same when asked again."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.identifiers import RESIDENTS_FROM
from watchroom.demo.world.lives import BORN_BEFORE, Life, Lives, Relation
from watchroom.demo.world.names import BACKGROUNDS, BY_NAME, Order
from watchroom.demo.world.rates import mix, rate, share
from watchroom.demo.writers.table import Table

MANY = 24_000
CHRISTIAN = {
    *("Church of England (Anglican)", "Roman Catholic", "Christian", "Methodist", "Pentecostal", "Presbyterian"),
    *("Church of Ireland", "Evangelical", "Seventh Day Adventist", "Orthodox (Greek/Russian)", "Coptic"),
    "Celestial Church of God",
}
GROUPS = {"W": "White", "B": "Black", "A": "Asian", "M": "Mixed", "O": "Other"}


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    world = Lives(Chance(7))
    return [world.of(number) for number in range(MANY)]


def _shares(lives: Iterable[Life], kind: Callable[[Life], str]) -> dict[str, float]:
    counted = Counter(kind(life) for life in lives)
    return {name: number / counted.total() for name, number in counted.items()}


def test_the_same_number_of_the_same_world_is_the_same_life_whoever_was_asked_for_before() -> None:
    first, again = Lives(Chance(3)), Lives(Chance(3))
    backwards = [again.of(number) for number in reversed(range(500))][::-1]
    assert [first.of(number) for number in range(500)] == backwards
    assert Lives(Chance(4)).of(1) != first.of(1)


def test_ethnic_groups_are_those_of_the_figures(lives: list[Life]) -> None:
    found = _shares(lives, lambda life: "Not stated" if life.ethnicity == "NS" else GROUPS[life.ethnicity[0]])
    for group, part in mix("ethnic_groups").parts.items():
        assert found[group] == pytest.approx(part, abs=0.015), group


def test_nationalities_are_those_of_the_figures(lives: list[Life]) -> None:
    found = _shares(lives, lambda life: life.nationality)
    parts = dict(mix("nationalities").parts)
    assert found["British"] == pytest.approx(parts.pop("British"), abs=0.015)
    parts.pop("Other")
    for nationality, part in parts.items():
        assert found[nationality] == pytest.approx(part, abs=0.004), nationality


def test_religions_are_those_of_the_figures(lives: list[Life]) -> None:
    def group(life: Life) -> str:
        if life.religion in CHRISTIAN:
            return "Christian"
        if life.religion.endswith("Muslim"):
            return "Muslim"
        return "None" if life.religion == "No Religion" else "Other"

    found = _shares(lives, group)
    for name, part in mix("religions").parts.items():
        assert found[name] == pytest.approx(part, abs=0.035), name


def test_ages_are_those_of_the_figures(lives: list[Life]) -> None:
    ages = [(BORN_BEFORE - life.born).days / 365.25 + 18 for life in lives]
    assert min(ages) >= 18
    for band, part in mix("ages").parts.items():
        youngest, oldest = map(int, band.split("-"))
        found = sum(youngest <= age < oldest + 1 for age in ages) / MANY
        assert found == pytest.approx(part, abs=0.015), band


def test_sex_abode_first_times_and_interpreters_are_those_of_the_figures(lives: list[Life]) -> None:
    assert sum(life.sex == "F" for life in lives) / MANY == pytest.approx(share("women"), abs=0.006)
    assert sum(not life.house for life in lives) / MANY == pytest.approx(share("no_fixed_abode"), abs=0.012)
    assert sum(life.is_first_time for life in lives) / MANY == pytest.approx(share("first_time_in_prison"), abs=0.015)
    assert sum(life.needs_interpreter for life in lives) / MANY == pytest.approx(share("needs_interpreter"), abs=0.008)


@pytest.mark.parametrize("relation", list(Relation))
def test_twins_siblings_and_namesakes_occur_as_often_as_stated(lives: list[Life], relation: Relation) -> None:
    found = sum(life.relation is relation for life in lives) / (MANY / 2)
    stated = share(f"second_is_{relation}")
    assert found == pytest.approx(stated, abs=4 * (stated / (MANY / 2)) ** 0.5)


def test_twins_are_born_on_one_day_to_one_family_and_called_otherwise(lives: list[Life]) -> None:
    for life in (one for one in lives if one.relation is Relation.TWIN):
        other = lives[life.number - 1]
        assert (life.born, life.background) == (other.born, other.background)
        assert life.first != other.first
        assert life.family == other.family or life.sex != other.sex


def test_siblings_are_of_one_family_and_no_twins(lives: list[Life]) -> None:
    for life in (one for one in lives if one.relation is Relation.SIBLING):
        other = lives[life.number - 1]
        assert abs((life.born - other.born).days) > 300
        assert life.born <= BORN_BEFORE or other.born.year < 1930
        assert life.family == other.family or life.sex != other.sex
        assert not BY_NAME[life.background].fathers or life.given[1] == other.given[1]


def test_namesakes_have_one_name_and_two_birth_dates(lives: list[Life]) -> None:
    for life in (one for one in lives if one.relation is Relation.NAMESAKE):
        other = lives[life.number - 1]
        assert (life.given, life.family) == (other.given, other.family)
        assert life.born != other.born


def test_people_are_named_by_the_ways_of_their_background(lives: list[Life]) -> None:
    of = {name: [life for life in lives if life.background == name] for name in BY_NAME}
    assert set(of["punjabi"][0].given[1:]) <= {"Singh", "Kaur"}
    assert all(len(life.given) == 2 and life.family in BY_NAME["somali"].men for life in of["somali"])
    assert all(life.first == life.given[-1] for life in of["vietnamese"])
    assert sum(" " in life.family for life in of["portuguese"]) > len(of["portuguese"]) * 0.6
    assert not any(life.family.endswith(("ski", "cki")) for life in of["polish"] if life.sex == "F")
    assert any(not life.family.isascii() for life in of["romanian"])


def test_common_names_are_common_so_that_people_are_mistaken_for_each_other(lives: list[Life]) -> None:
    named = Counter((life.first, life.family) for life in lives if life.background == "english")
    most = named.most_common(1)[0][1]
    assert 15 < most < 75
    assert sum(number for number in named.values() if number > 1) > 0.5 * named.total()


def test_every_word_is_one_of_the_register_of_the_prison_service() -> None:
    extract = files("watchroom.demo").joinpath("nomis_extract")
    profiles = list(csv.DictReader(io.StringIO(extract.joinpath("PROFILE_CODES.csv").read_text(encoding="utf-8"))))
    codes = list(csv.DictReader(io.StringIO(extract.joinpath("REFERENCE_CODES.csv").read_text(encoding="utf-8"))))
    religions = {row["DESCRIPTION"] for row in profiles if row["PROFILE_TYPE"] == "RELF"}
    nationalities = {row["DESCRIPTION"] for row in profiles if row["PROFILE_TYPE"] == "NAT"}
    languages = {row["DESCRIPTION"] for row in codes if row["DOMAIN"] == "LANG"}
    ethnicities = {row["CODE"] for row in codes if row["DOMAIN"] == "ETHNICITY" and row["ACTIVE_FLAG"] == "Y"}
    for one in BACKGROUNDS:
        assert set(one.religions.words) <= religions, one.name
        assert set(one.nationalities.words) <= nationalities, one.name
        assert set(one.languages.words) <= languages, one.name
        assert set(one.ethnicities.words) <= ethnicities, one.name


def test_each_background_says_what_it_needs() -> None:
    assert sum(one.share for one in BACKGROUNDS) == pytest.approx(1)
    for one in BACKGROUNDS:
        names = {*one.men, *one.women, *one.boys, *one.girls, *one.families, *one.families_women, *(one.suffix or ())}
        assert {*one.variants, *one.called} <= names, one.name
        assert all(name not in others for name, others in one.variants.items()), one.name
        assert one.families or one.order is Order.PATRONYMIC, one.name


def test_names_of_any_letters_and_any_length_survive_a_table(lives: list[Life], tmp_path: Path) -> None:
    table = Table("PEOPLE", header=("NUMBER", "FIRST", "MIDDLE", "FAMILY"), key=("NUMBER",))
    for life in lives:
        table.put(NUMBER=life.number, FIRST=life.first, MIDDLE=" ".join(life.middle), FAMILY=life.family)
    with table.write(tmp_path).open(encoding="utf-8", newline="") as stream:
        read = [(row["FIRST"], row["MIDDLE"], row["FAMILY"]) for row in csv.DictReader(stream)]
    assert read == [(life.first, " ".join(life.middle), life.family) for life in lives]
    assert max(len(life.family) for life in lives) > 15
    assert any("'" in life.family for life in lives)
    assert any(not life.first.isascii() for life in lives)


def test_more_is_stated_of_twins_than_two_of_them_can_be() -> None:
    """A stated share of twins in custody is at most that of twins at birth, twice as many people as births."""
    assert share("second_is_twin") <= 2 * rate("twin_births").each


def test_nobody_is_older_than_the_oldest_band(lives: list[Life]) -> None:
    assert min(life.born for life in lives) > date(1918, 1, 1)


def test_a_number_beyond_the_lives_of_a_world_is_refused() -> None:
    for number in (-1, RESIDENTS_FROM):
        with pytest.raises(ValueError, match="lives are numbered"):
            Lives(Chance(1)).of(number)
