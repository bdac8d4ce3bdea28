"""OFFENDERS with its other names, OFFENDER_IDENTIFIERS, ADDRESSES, and what is asked of somebody at reception."""

from dataclasses import dataclass
from datetime import timedelta

from watchroom.demo.world.identifiers import cro_number, nomis_number, pnc_number
from watchroom.demo.world.lives import Life
from watchroom.demo.writers.nomis.book import Book, Booking, root_of
from watchroom.demo.writers.nomis.forms import backwards, code_of, local_day, stamp

_PROBLEMS = (("PHY", "ASTH"), ("PSYCH", "DEP"), ("PHY", "DI"), ("DISAB", "LD"), ("DISAB", "RM"), ("PHY", "EPI"))
_ADJUSTED = {"LD": "LEARN SUPP", "RM": "HANDRAILS"}


def write_person(book: Book, life: Life, booking: Booking) -> None:
    """Write who somebody is, as reception typed it; once, however often they come."""
    stream = book.stream("person", life.number)
    root = root_of(life.number)
    names = [name.upper() for name in life.given]
    born = life.born.isoformat()
    family = life.family.upper()
    _offender(book, life, booking, name=_Name(number=root, kind="CN", given=names, family=family, born=born))
    if stream.random() < 0.13:
        other = [life.called.upper()] if len(names) > 1 else names
        family = family if stream.random() < 0.6 else stream.choice(("SMITH", "JONES", "WILSON"))
        if stream.random() < 0.25:
            born = life.born.replace(day=1).isoformat()
        alias = _Name(number=root + 1, kind="A", given=other, family=family, born=born)
        _offender(book, life, booking, name=alias)
    year = min(2025, life.born.year + 18 + stream.randrange(0, 6))
    for sequence, (kind, value) in enumerate(
        (("PNC", pnc_number(life.number, year=year)), ("CRO", cro_number(life.number, year=year))), start=1
    ):
        if kind == "CRO" and stream.random() < 0.4:
            continue
        book.put(
            "OFFENDER_IDENTIFIERS",
            OFFENDER_ID=root,
            OFFENDER_ID_SEQ=sequence,
            IDENTIFIER_TYPE=kind,
            IDENTIFIER=value,
            ROOT_OFFENDER_ID=root,
            CASELOAD_TYPE="INST",
            VERIFIED_FLAG="Y",
        )
    _address(book, life, booking)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A name under which somebody is known: the number of its row, and `CN` for the name in use."""

    number: int
    kind: str
    given: list[str]
    family: str
    born: str


def _offender(book: Book, life: Life, booking: Booking, *, name: _Name) -> None:
    first, *middle = name.given
    book.put(
        "OFFENDERS",
        OFFENDER_ID=name.number,
        ID_SOURCE_CODE="SEQ",
        LAST_NAME=name.family,
        MIDDLE_NAME=middle[0] if middle else "",
        MIDDLE_NAME_2=middle[1] if len(middle) > 1 else "",
        FIRST_NAME=first,
        SEX_CODE=life.sex,
        CREATE_DATE=stamp(booking.begun),
        LAST_NAME_KEY=name.family,
        OFFENDER_ID_DISPLAY=nomis_number(life.number),
        ROOT_OFFENDER_ID=root_of(life.number),
        RACE_CODE=life.ethnicity,
        ALIAS_NAME_TYPE=name.kind,
        BIRTH_DATE=name.born,
        TITLE="MR" if life.sex == "M" else "MS",
    )


def _address(book: Book, life: Life, booking: Booking) -> None:
    root = root_of(life.number)
    has_home = bool(life.house)
    town = code_of("REFERENCE_CODES", "CITY").get(life.town.name, "")
    book.put(
        "ADDRESSES",
        ADDRESS_ID=root,
        OWNER_CLASS="OFF",
        OWNER_ID=root,
        ADDRESS_TYPE="HOME" if has_home else "",
        PRIMARY_FLAG="Y",
        MAIL_FLAG="N",
        PREMISE=life.house,
        STREET=life.street if has_home else "",
        LOCALITY=life.town.name if has_home else "",
        CITY_CODE=town,
        POSTAL_CODE=_postal_code(life) if has_home else "",
        COUNTRY_CODE="ENG" if has_home else "",
        NO_FIXED_ADDRESS_FLAG="N" if has_home else "Y",
        START_DATE=local_day(booking.begun).isoformat(),
    )


def _postal_code(life: Life) -> str:
    """A postal code of an area that does not exist."""
    last = f"{'ABDEFGHJLN'[life.number % 10]}{'PQRSTUWXYZ'[life.number // 10 % 10]}"
    return f"{life.town.outcode} {life.number % 9 + 1}{last}"


def write_profile(book: Book, life: Life, booking: Booking) -> None:
    """Write what was asked at reception: religion, nationality, smoking, languages, health."""
    stream = book.stream("profile", booking.number)
    said = {
        "RELF": code_of("PROFILE_CODES", "RELF").get(life.religion),
        "NAT": code_of("PROFILE_CODES", "NAT").get(life.nationality),
        "SMOKE": stream.choice("YYN"),
    }
    for kind, code in said.items():
        if code is None or stream.random() < 0.03:
            continue
        book.put(
            "OFFENDER_PROFILE_DETAILS",
            OFFENDER_BOOK_ID=booking.number,
            PROFILE_SEQ=1,
            PROFILE_TYPE=kind,
            PROFILE_CODE=code,
            LIST_SEQ=99,
            CASELOAD_TYPE="INST",
        )
        book.of(booking, "OFFENDER_PROFILE_DETAILS", booking.number, 1, kind)
    language = code_of("REFERENCE_CODES", "LANG").get(life.language)
    if language is not None and (language != "ENG" or stream.random() < 0.2):
        book.put(
            "OFFENDER_LANGUAGES",
            OFFENDER_BOOK_ID=booking.number,
            LANGUAGE_TYPE="PREF_SPEAK",
            LANGUAGE_CODE=language,
            PREFERED_SPEAK_FLAG="Y",
            INTERPRETER_REQUESTED_FLAG="Y" if life.needs_interpreter else "N",
        )
        book.of(booking, "OFFENDER_LANGUAGES", booking.number, "PREF_SPEAK", language)
    if stream.random() < 0.22:
        _health(book, booking, problem=stream.choice(_PROBLEMS), days=stream.randrange(0, 900))


def _health(book: Book, booking: Booking, *, problem: tuple[str, str], days: int) -> None:
    kind, code = problem
    number = book.number("OFFENDER_HEALTH_PROBLEMS")
    began = local_day(booking.begun) - timedelta(days=days)
    book.put(
        "OFFENDER_HEALTH_PROBLEMS",
        OFFENDER_HEALTH_PROBLEM_ID=number,
        OFFENDER_BOOK_ID=booking.number,
        PROBLEM_TYPE=kind,
        PROBLEM_CODE=code,
        START_DATE=backwards(began),
        CASELOAD_TYPE="INST",
        PROBLEM_STATUS="ON",
    )
    book.of(booking, "OFFENDER_HEALTH_PROBLEMS", number)
    if code in _ADJUSTED:
        book.put(
            "OFFENDER_MEDICAL_TREATMENTS",
            OFFENDER_MEDICAL_TREATMENT_ID=number,
            OFFENDER_HEALTH_PROBLEM_ID=number,
            START_DATE=backwards(local_day(booking.begun)),
            CASELOAD_TYPE="INST",
            TREATMENT_CODE=_ADJUSTED[code],
            AGY_LOC_ID=booking.agency,
        )
        book.of(booking, "OFFENDER_MEDICAL_TREATMENTS", number)
