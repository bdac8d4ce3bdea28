"""Numbers of the example world have the form and the check digits of real ones, and none is that of somebody real."""

import csv
import io
import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.identifiers import (
    NEVER_ISSUED,
    NHS_NUMBERS_OF_LIVES,
    RESIDENTS_FROM,
    check_letter,
    crn_number,
    cro_number,
    insurance_number,
    nhs_check_digit,
    nhs_number,
    nomis_number,
    pnc_number,
)
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.particulars import particulars_of


def test_the_check_letter_of_the_police_is_the_number_by_23() -> None:
    """The numbers are those that the prison service's own tests of its person record take as valid."""
    assert check_letter("010171310") == "W"  # 2001/0171310W
    assert check_letter("810154257") == "C"  # 1981/0154257C
    assert check_letter("21265416") == "G"  # 265416/21G
    pnc, cro = pnc_number(12, 2003), cro_number(12, 2003)
    assert pnc[-1] == check_letter(f"03{pnc[5:12]}")
    assert cro[-1] == check_letter(f"03{cro[:6]}")


def test_a_health_service_number_has_its_check_digit_and_is_of_the_range_for_tests() -> None:
    assert nhs_check_digit("943476591") == 9  # the example that the health service gives: 943 476 5919
    for number in (*range(2_000), NHS_NUMBERS_OF_LIVES - 1, RESIDENTS_FROM, RESIDENTS_FROM + 299_999):
        digits = nhs_number(number)
        assert re.fullmatch(r"999\d{7}", digits)
        assert nhs_check_digit(digits[:9]) == int(digits[9])
    assert (
        nhs_number(NHS_NUMBERS_OF_LIVES) == nhs_number(RESIDENTS_FROM - 1) == nhs_number(RESIDENTS_FROM + 300_000) == ""
    )


def test_a_life_and_a_resident_never_have_one_health_service_number() -> None:
    lives = {nhs_number(number) for number in range(0, NHS_NUMBERS_OF_LIVES, 37)}
    residents = {nhs_number(RESIDENTS_FROM + number) for number in range(0, 300_000, 37)}
    assert len(lives) > 16_000
    assert len(residents) > 8_000
    assert lives.isdisjoint(residents)


@pytest.mark.parametrize(
    ("form", "made"),
    [
        (r"Q\d{4}[A-HJ-NP-Z]{2}", nomis_number),
        (r"X\d{6}", crn_number),
        (rf"(?:{'|'.join(NEVER_ISSUED)})\d{{6}}[A-D]", insurance_number),
        (r"2003/\d{7}[A-HJ-NP-RT-Z]", lambda number: pnc_number(number, 2003)),
        (r"\d{6}/03[A-HJ-NP-RT-Z]", lambda number: cro_number(number, 2003)),
        (r"999\d{7}", nhs_number),
    ],
)
def test_numbers_have_their_form_and_no_two_lives_have_one(form: str, made: Callable[[int], str]) -> None:
    numbers = [made(number) for number in range(50_000)]
    assert all(re.fullmatch(form, one) for one in numbers[:2_000])
    assert len(set(numbers)) == len(numbers)


def test_telephone_numbers_are_those_that_are_kept_for_drama() -> None:
    chance = Chance(5)
    lives = Lives(chance)
    numbers = [kin.telephone for n in range(2_000) for kin in particulars_of(chance, lives.of(n)).kin]
    kept = r"07700 900\d{3}|01632 960\d{3}|020 7946 0\d{3}|01(?:13|14|61) 496 0\d{3}|0191 498 0\d{3}"
    assert len(numbers) > 1_500
    assert all(re.fullmatch(kept, number) for number in numbers)


def test_kin_are_told_in_the_codes_of_the_prison_service() -> None:
    extract = files("watchroom.demo").joinpath("nomis_extract", "REFERENCE_CODES.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(extract))
    active = {row["CODE"] for row in rows if row["DOMAIN"] == "RELATIONSHIP" and row["ACTIVE_FLAG"] == "Y"}
    chance = Chance(5)
    lives = Lives(chance)
    told = {kin.relationship for number in range(1_500) for kin in particulars_of(chance, lives.of(number)).kin}
    assert len(told) >= 12
    assert told <= active


def test_what_else_is_true_of_somebody_is_the_same_when_asked_again() -> None:
    chance = Chance(5)
    lives = Lives(chance)
    asked = [particulars_of(chance, lives.of(number)) for number in range(200)]
    assert [particulars_of(chance, Lives(chance).of(number)) for number in range(200)] == asked


def test_who_is_of_another_nationality_lacks_numbers_as_often_as_stated() -> None:
    chance = Chance(5)
    lives = Lives(chance)
    foreign = [life for life in map(lives.of, range(12_000)) if life.nationality != "British"]
    without = [particulars_of(chance, life).identifiers for life in foreign]
    assert sum(not one.nhs for one in without) / len(without) == pytest.approx(0.25, abs=0.05)
    assert sum(not one.nino for one in without) / len(without) == pytest.approx(0.45, abs=0.05)


def test_a_postal_code_is_of_an_area_that_does_not_exist() -> None:
    lives = Lives(Chance(5))
    codes = {life.address.postal_code for life in map(lives.of, range(3_000)) if life.address}
    assert all(re.fullmatch(r"QO[1-6] [1-9][ABD-HJLNP-UW-Z]{2}", code) for code in codes)
    assert len(codes) > 100
