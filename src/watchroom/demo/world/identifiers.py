"""Numbers that agencies give to people, each of a form or a range in which nobody real has one.

    NOMIS      Q1234AB      a first letter that has not been given out
    PNC        2003/0001234X with its check letter; whether somebody real has it, nobody can tell from outside
    CRO        001234/03A   the same
    NHS        999 and seven digits, the range for tests, with its check digit
    CRN        X123456      as probation has it
    NINO       ZZ123456A    prefixes that are never issued

Each is a function of the number of the life: two lives never have the same one, up to the number that is told there.
"""

from dataclasses import dataclass

# Check letters of the police: the number by 23; the letters I, O and S are left out.
CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
NEVER_ISSUED = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
# The range for tests has 900,000 numbers: these for lives in custody, the rest for other residents of the county.
NHS_NUMBERS_OF_LIVES = 600_000
MOST_NHS_NUMBERS = 900_000
# Lives in custody are numbered below this, other residents of the county from it on.
RESIDENTS_FROM = 20_000_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """The numbers that somebody truly has; empty where none was ever given to them.

    Attributes:
        nomis: prison number.
        pnc: number of the Police National Computer.
        cro: of the criminal records office, which fingerprints belong to.
        nhs: of the health service, ten digits.
        crn: of probation.
        nino: national insurance number.
    """

    nomis: str
    pnc: str
    cro: str
    nhs: str
    crn: str
    nino: str


def _scattered(number: int, *, among: int, step: int) -> int:
    """A number in place of another, so that those of neighbours are far apart; `step` and `among` share no divisor."""
    return (number * step + among // 3 + step // 7) % among


def nomis_number(number: int) -> str:
    """Prison number of a life; the same comes again after 5,760,000."""
    rest, digits = divmod(_scattered(number, among=24 * 24 * 10_000, step=2_654_441), 10_000)
    first, second = divmod(rest, 24)
    return f"Q{digits:04d}{_LETTERS[first]}{_LETTERS[second]}"


def pnc_number(number: int, year: int) -> str:
    """Number of the Police National Computer, given in that year; the same comes again after 10,000,000."""
    serial = _scattered(number, among=10_000_000, step=7_654_321)
    return f"{year}/{serial:07d}{check_letter(f'{year % 100:02d}{serial:07d}')}"


def cro_number(number: int, year: int) -> str:
    """Number of the criminal records office, given in that year; the same comes again after 1,000,000 of one year."""
    serial = _scattered(number, among=1_000_000, step=654_321)
    return f"{serial:06d}/{year % 100:02d}{check_letter(f'{year % 100:02d}{serial:06d}')}"


def check_letter(digits: str) -> str:
    """The letter that belongs to a year of two digits and a serial number, as the police reckon it."""
    return CHECK_LETTERS[int(digits) % len(CHECK_LETTERS)]


def nhs_number(number: int) -> str:
    """Number of the health service, within the range for tests; empty where that range is used up.

    That is so for lives from 600,000 on and for residents of the county from the 300,000th on.
    """
    place = number if number < NHS_NUMBERS_OF_LIVES else NHS_NUMBERS_OF_LIVES + number - RESIDENTS_FROM
    if place >= MOST_NHS_NUMBERS or (place < NHS_NUMBERS_OF_LIVES <= number):
        return ""
    beginning, choice = divmod(_scattered(place, among=MOST_NHS_NUMBERS, step=654_323), 9)
    head = f"999{beginning:05d}"
    weighted = _weighted_sum(head)
    # One last digit at most is refused for a beginning: that which makes the weighted sum leave 1.
    refused = next((digit for digit in range(10) if (weighted + 2 * digit) % 11 == 1), 10)
    last = choice + 1 if choice >= refused else choice
    return f"{head}{last}{(11 - (weighted + 2 * last) % 11) % 11}"


def _weighted_sum(digits: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))


def nhs_check_digit(digits: str) -> int | None:
    """The digit that belongs to the first nine of a health service number; None: no number begins so."""
    left = 11 - _weighted_sum(digits) % 11
    return None if left == 10 else left % 11


def crn_number(number: int) -> str:
    """Case number of probation; the same comes again after 6,000,000."""
    batch, rest = divmod(number, 1_000_000)
    return f"{'XYZWVU'[batch % 6]}{_scattered(rest, among=1_000_000, step=765_433):06d}"


def insurance_number(number: int) -> str:
    """National insurance number with a prefix that is never issued; the same comes again after 28,000,000."""
    rest, digits = divmod(_scattered(number, among=28_000_000, step=7_654_327), 1_000_000)
    return f"{NEVER_ISSUED[rest % 7]}{digits:06d}{'ABCD'[rest // 7]}"
