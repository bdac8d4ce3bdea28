"""The people in Delius: names and numbers as somebody entered them, addresses, and marks of restriction."""

from collections.abc import Mapping
from datetime import date
from random import Random

from watchroom.demo.world.identifiers import crn_number, nomis_number, pnc_number
from watchroom.demo.world.lives import Life
from watchroom.demo.world.partners.caseload import officers_of, team_of
from watchroom.demo.world.partners.society import Society
from watchroom.demo.writers import delius_words as words
from watchroom.demo.writers.delius_soundex import soundex
from watchroom.demo.writers.table import Table

# Ids of Delius are long; every id here is this and the number of the thing.
BASE = 2_500_000_000
_SWAPPED, _IN_CAPITALS, _NUMBER_NOT_ENTERED, _MARK_WRONG = 0.012, 0.15, 0.12, 0.001
_MESSAGES = {
    "EXCLUSION_MESSAGE": "You are excluded from viewing this offender record. Please contact a system administrator",
    "RESTRICTION_MESSAGE": "This is a restricted offender record. Please contact a system administrator",
}
_NATIONALITIES = {"British": 700, "Polish": 701, "Albanian": 702, "Romanian": 703}


class People:
    """Enters people into the tables about them."""

    def __init__(self, society: Society, tables: Mapping[str, Table]) -> None:
        """Nobody entered yet."""
        self._society, self._tables = society, tables
        self._limits: dict[int, list[bool]] = {}
        self._events: dict[int, int] = {}
        self._entered: dict[int, tuple[date, bool]] = {}

    def put(self, life: int, *, on: date, from_prison: bool) -> None:
        """Enter somebody, or what is known of them now.

        Args:
            life: number of the life.
            on: since when.
            from_prison: they were held, so that they have a prison number.
        """
        if life in self._entered:
            first, was_held = self._entered[life]
            self._entered[life] = (first, was_held or from_prison)
        else:
            self._entered[life] = (on, from_prison)
            self._address(self._society.lives.of(life), on=on)
        self._offender(life)

    def limit(self, life: int, *, is_exclusion: bool, is_on: bool) -> None:
        """Mark that the record is kept from staff, or no longer."""
        limits = self._limits.setdefault(life, [])
        if is_on:
            limits.append(is_exclusion)
        else:
            limits.remove(is_exclusion)
        self._offender(life)

    def next_event(self, life: int) -> int:
        """The number of the next event of somebody, from 1."""
        self._events[life] = self._events.get(life, 0) + 1
        return self._events[life]

    def team_of(self, officer: int) -> int:
        """The team of an officer."""
        return team_of(officer)

    def area_of(self, officer: int) -> int:
        """The area of an officer."""
        return officer // officers_of(0)

    def _offender(self, number: int) -> None:
        life, (on, was_held) = self._society.lives.of(number), self._entered[number]
        stream = self._society.chance.stream("delius person", number)
        given, family = _as_entered(life, stream)
        first, second, third = (*given, "", "")[:3]
        noms = nomis_number(number) if was_held and stream.random() > _NUMBER_NOT_ENTERED else ""
        pnc = pnc_number(number, year=life.born.year + 17) if stream.random() < 0.8 else ""
        limits = self._limits.get(number, ())
        # Once in a while a mark stands that no row explains: it restricts all the same.
        restricted = int(False in limits or stream.random() < _MARK_WRONG)
        entered = words.in_digits(on)
        self._tables["OFFENDER"].put(
            OFFENDER_ID=BASE + number,
            CRN=crn_number(number),
            FIRST_NAME=first,
            SECOND_NAME=second,
            THIRD_NAME=third,
            SURNAME=family,
            SURNAME_SOUNDEX=soundex(family),
            FIRST_NAME_SOUNDEX=soundex(first),
            PNC_NUMBER=pnc,
            NOMS_NUMBER=noms,
            DATE_OF_BIRTH_DATE=words.in_letters(life.born),
            GENDER_ID=words.SEXES[life.sex],
            ETHNICITY_ID=words.ETHNICITIES.get(life.ethnicity, ""),
            NATIONALITY_ID=_NATIONALITIES.get(life.nationality, ""),
            INTERPRETER_REQUIRED="Y" if life.needs_interpreter else "",
            CURRENT_RESTRICTION=restricted,
            CURRENT_EXCLUSION=int(True in limits),
            CURRENT_DISPOSAL=1,
            PARTITION_AREA_ID=0,
            SOFT_DELETED=0,
            ROW_VERSION=1,
            PENDING_TRANSFER=0,
            CREATED_DATETIME=entered,
            LAST_UPDATED_DATETIME=entered,
            CREATED_BY_USER_ID=words.USER,
            LAST_UPDATED_USER_ID=words.USER,
            **_MESSAGES,
        )

    def _address(self, life: Life, *, on: date) -> None:
        has_home = bool(life.house)
        stream = self._society.chance.stream("delius address", life.number)
        entered = words.in_digits(on)
        home = words.ADDRESS if stream.random() < 0.7 else words.WITH_FAMILY
        self._tables["OFFENDER_ADDRESS"].put(
            OFFENDER_ADDRESS_ID=BASE + life.number,
            OFFENDER_ID=BASE + life.number,
            START_DATE=entered,
            NO_FIXED_ABODE="N" if has_home else "Y",
            ADDRESS_NUMBER=life.house,
            STREET_NAME=life.street if has_home else "",
            TOWN_CITY=life.town.name if has_home else "",
            POSTCODE=_postcode(life) if has_home else "",
            ADDRESS_STATUS_ID=521,
            ADDRESS_TYPE_ID=home if has_home else words.ROUGH,
            TYPE_VERIFIED="Y",
            SOFT_DELETED=0,
            PARTITION_AREA_ID=0,
            ROW_VERSION=1,
            CREATED_DATETIME=entered,
            LAST_UPDATED_DATETIME=entered,
            CREATED_BY_USER_ID=words.USER,
            LAST_UPDATED_USER_ID=words.USER,
        )


def _as_entered(life: Life, stream: Random) -> tuple[tuple[str, ...], str]:
    """The names as they were typed: in capitals now and then, or in each other's place."""
    given, family = life.given, life.family
    if stream.random() < _SWAPPED:
        given, family = (family, *given[1:]), life.given[0]
    if stream.random() < _IN_CAPITALS:
        return tuple(name.upper() for name in given), family.upper()
    return given, family


def _postcode(life: Life) -> str:
    place = len(life.street) * 7 + int(life.house) // 20
    return f"{life.town.outcode} {1 + place % 9}{'ABDEFGHJ'[place % 8]}{'LNPQRSTU'[place // 8 % 8]}"
