"""Agencies know people with errors, as often as stated; the truth names each of them, and nothing else is wrong."""

from collections import Counter
from collections.abc import Callable
from dataclasses import fields

import pytest

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.disguise import Written, as_text, records_of
from watchroom.demo.world.errors_made import ERRORS, HELD, SWAPPED_FAMILY_FIRST, Agency, Disguise
from watchroom.demo.world.identifiers import Identifiers
from watchroom.demo.world.lives import Life, Lives
from watchroom.demo.world.mistyping import mistyped, without_marks
from watchroom.demo.world.names import BY_NAME, Order
from watchroom.demo.world.particulars import AliasKind, Particulars, particulars_of
from watchroom.demo.world.rates import share

MANY = 12_000
CHANCE = Chance(11)
LIVES = Lives(CHANCE)
Records = dict[Agency, list[tuple[Written, ...]]]


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    return [LIVES.of(number) for number in range(MANY)]


@pytest.fixture(scope="module")
def particulars(lives: list[Life]) -> list[Particulars]:
    return [particulars_of(CHANCE, life) for life in lives]


@pytest.fixture(scope="module")
def records(lives: list[Life]) -> Records:
    asked = (Agency.PRISON, Agency.POLICE, Agency.HEALTH, Agency.PROBATION)
    return {agency: [records_of(CHANCE, agency, life) for life in lives] for agency in asked}


def test_an_agency_wrote_the_same_of_somebody_whoever_asks_and_whenever(lives: list[Life], records: Records) -> None:
    for life in reversed(lives[:300]):
        assert (
            records_of(Chance(11), Agency.POLICE, Lives(Chance(11)).of(life.number))
            == (records[Agency.POLICE][life.number])
        )


def test_everything_that_differs_from_the_truth_is_named_and_nothing_that_is_named_was_undone(
    lives: list[Life], particulars: list[Particulars], records: Records
) -> None:
    for agency in (Agency.PRISON, Agency.HEALTH):
        for life, true, written in zip(lives, particulars, records[agency], strict=True):
            for record in written:
                _assert_told(record, life, true)


def _assert_told(record: Written, life: Life, true: Particulars) -> None:
    truth = {"first": life.first, "middle": " ".join(life.middle), "family": life.family}
    truth |= {"born": as_text(life.born), "address": as_text(life.address)}
    stands = {name: as_text(getattr(record, name)) for name in truth}
    for one in fields(Identifiers):
        number = getattr(record.identifiers, one.name)
        if number or HELD[record.agency].get(one.name, 0) >= 0.5:
            truth[one.name], stands[one.name] = getattr(true.identifiers, one.name), number
    differing = {name: (truth[name], stands[name]) for name in truth if truth[name] != stands[name]}
    assert {one.field: (one.true, one.written) for one in record.done} == differing
    assert all(one.kinds for one in record.done)


def _is_two(life: Life) -> bool:
    background = BY_NAME[life.background]
    parts = life.family.split(background.joint, 1)
    return background.two > 0 and len(parts) == 2 and all(part[:1].isupper() for part in parts)


def _former(true: Particulars) -> bool:
    return any(alias.kind is not AliasKind.FALSE for alias in true.aliases)


def _false(true: Particulars) -> bool:
    return any(alias.kind is AliasKind.FALSE for alias in true.aliases)


def _order(life: Life) -> Order:
    return BY_NAME[life.background].order


BEFALLS: dict[Disguise, Callable[[Life, Particulars], bool]] = {
    Disguise.NAMES_SWAPPED: lambda life, _: _order(life) is not Order.FAMILY_FIRST and life.first != life.family,
    Disguise.OTHER_PART_AS_FAMILY: lambda life, _: _order(life) is Order.PATRONYMIC,
    Disguise.ONE_OF_TWO_FAMILIES: lambda life, _: _is_two(life),
    Disguise.CALLED_NAME: lambda life, _: life.called != life.first,
    Disguise.OTHER_FAMILY_NAME: lambda _, true: _former(true),
    Disguise.FALSE_NAME: lambda _, true: _false(true),
    Disguise.MARKS_LOST: lambda life, _: not life.first.isascii(),
    Disguise.SPELLED_OTHERWISE: lambda life, _: life.first in BY_NAME[life.background].variants,
    Disguise.TYPED_WRONG: lambda life, _: life.first.isascii(),
    Disguise.MIDDLE_LEFT_OUT: lambda life, _: bool(life.middle),
    Disguise.DAY_AND_MONTH_SWAPPED: lambda life, _: life.born.day <= 12 and life.born.day != life.born.month,
    Disguise.YEAR_OFF_BY_ONE: lambda _, __: True,
    Disguise.FIRST_OF_JANUARY: lambda life, _: life.nationality != "British",
    Disguise.EARLIER_ADDRESS: lambda _, true: bool(true.earlier),
    Disguise.ADDRESS_MISSING: lambda life, true: life.address is not None and not true.earlier,
    Disguise.NUMBER_TYPED_WRONG: lambda _, __: True,
}
# Of one name only, so that each record counts once.
IN_FIELD = {Disguise.MARKS_LOST: "first", Disguise.SPELLED_OTHERWISE: "first", Disguise.TYPED_WRONG: "first"}


@pytest.mark.parametrize("agency", [Agency.PRISON, Agency.POLICE])
@pytest.mark.parametrize("kind", list(BEFALLS), ids=str)
def test_each_disguise_occurs_at_its_rate(
    kind: Disguise, agency: Agency, lives: list[Life], particulars: list[Particulars], records: Records
) -> None:
    befallen = [
        written[0]
        for life, true, written in zip(lives, particulars, records[agency], strict=True)
        if BEFALLS[kind](life, true)
    ]
    field = IN_FIELD.get(kind)
    found = sum(any(kind in one.kinds for one in record.done if field in (None, one.field)) for record in befallen)
    stated = ERRORS[agency][kind]
    if kind is Disguise.NUMBER_TYPED_WRONG:
        stated *= sum(HELD[agency].values())
    # A false name leaves no room for some others; four deviations of chance are allowed beside that.
    slack = 0.08 * stated + 4 * (stated / len(befallen)) ** 0.5
    assert found / len(befallen) == pytest.approx(stated, abs=slack), len(befallen)
    assert found > 0


def test_names_of_those_whose_family_name_is_first_are_swapped_far_more_often(
    lives: list[Life], records: Records
) -> None:
    written = [records[Agency.PRISON][life.number][0] for life in lives if _order(life) is Order.FAMILY_FIRST]
    swapped = sum(any(Disguise.NAMES_SWAPPED in one.kinds for one in record.done) for record in written)
    assert swapped / len(written) == pytest.approx(SWAPPED_FAMILY_FIRST, abs=0.12)
    assert swapped / len(written) > 10 * ERRORS[Agency.PRISON][Disguise.NAMES_SWAPPED]


def test_where_names_are_swapped_each_stands_in_place_of_the_other(lives: list[Life], records: Records) -> None:
    swapped = [
        written[0]
        for written in records[Agency.PRISON]
        if [one.kinds for one in written[0].done if one.field in ("first", "family")]
        == [(Disguise.NAMES_SWAPPED,), (Disguise.NAMES_SWAPPED,)]
    ]
    assert len(swapped) > 30
    for one in swapped:
        assert (one.first, one.family) == (lives[one.life].family, lives[one.life].first)


def test_two_records_of_one_person_differ_about_as_often_as_a_study_found(records: Records) -> None:
    pairs = [(one[0], two[0]) for one, two in zip(records[Agency.PRISON], records[Agency.PROBATION], strict=True)]
    forenames = sum(one.first != two.first for one, two in pairs) / MANY
    surnames = sum(one.family != two.family for one, two in pairs) / MANY
    assert forenames == pytest.approx(share("forename_differs"), abs=0.03)
    # The study is of mothers, of whom more marry than of people in custody.
    assert share("surname_differs") * 0.55 < surnames <= share("surname_differs")


def test_birth_dates_are_wrong_in_hospital_records_as_often_as_was_found(lives: list[Life], records: Records) -> None:
    wrong = sum(records[Agency.HEALTH][life.number][0].born != life.born for life in lives)
    assert wrong / MANY == pytest.approx(share("birth_date_wrong_in_hospital"), abs=0.001)


def test_somebody_has_a_second_record_as_often_as_stated_with_another_number(records: Records) -> None:
    for agency, number in ((Agency.PRISON, "nomis"), (Agency.PROBATION, "crn"), (Agency.POLICE, "pnc")):
        twice = [written for written in records[agency] if len(written) == 2]
        assert len(twice) / MANY == pytest.approx(share("second_record"), abs=0.006)
        held = [tuple(getattr(one.identifiers, number) for one in written) for written in twice]
        assert all(first != second for first, second in held)


def test_no_two_people_have_one_number_in_an_agency_whatever_record_it_is_in(records: Records) -> None:
    for agency, number in ((Agency.PRISON, "nomis"), (Agency.PROBATION, "crn")):
        held = Counter(
            getattr(one.identifiers, number)
            for written in records[agency]
            for one in written
            if not any(done.field == number and Disguise.NUMBER_TYPED_WRONG in done.kinds for done in one.done)
        )
        del held[""]
        assert held.most_common(1)[0][1] == 1


def test_the_police_hear_more_false_names_than_the_prison_and_hospitals_hear_none() -> None:
    assert ERRORS[Agency.POLICE][Disguise.FALSE_NAME] > ERRORS[Agency.PRISON][Disguise.FALSE_NAME] > 0
    assert ERRORS[Agency.HEALTH][Disguise.FALSE_NAME] == 0


def test_a_slip_always_changes_the_name_and_never_its_first_letter() -> None:
    stream = CHANCE.stream("slips")
    for name in ("Lee", "Hall", "O'Brien", "Brzęczyszczykiewicz", "Featherstonehaugh", "al-Masri", "Nguyễn"):
        slipped = {mistyped(stream, name) for _ in range(300)}
        assert name not in slipped
        assert {one[0] for one in slipped} == {name[0]}
        assert len(slipped) > 4
    assert mistyped(stream, "Li") == "Li"


def test_a_finger_slips_to_a_key_beside_the_one_that_was_meant() -> None:
    slipped = {mistyped(CHANCE.stream("keys", number), "Lag") for number in range(400)}
    assert {one[1] for one in slipped if len(one) == 3 and one[2] == "g"} == set("qwsz")


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Łukasz", "Lukasz"), ("Đặng", "Dang"), ("Conceição", "Conceicao"), ("Ștefan", "Stefan"), ("O'Brien", "O'Brien")],
)
def test_a_name_without_marks_is_the_same_letters(name: str, plain: str) -> None:
    assert without_marks(name) == plain
