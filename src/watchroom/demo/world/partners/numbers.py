"""Numbers by which agencies know a life: functions of its own number, so that all agencies agree on them."""

from string import ascii_uppercase

_PRISON = 26 * 26 * 10_000
_CASES = 10_000_000


def prison_number(life: int) -> str:
    """A prison number of the usual form, such as `A1234BC`; the same as the prisons give."""
    rest, digits = divmod((life % _PRISON * 7_919 + 4_321) % _PRISON, 10_000)
    return f"{'AG'[life // _PRISON % 2]}{digits:04d}{ascii_uppercase[rest // 26]}{ascii_uppercase[rest % 26]}"


def pnc_number(life: int, *, year: int) -> str:
    """A number of the police's national computer, such as `2003/0012345D`, given in that year."""
    serial = (life * 104_729 + 77) % 10_000_000
    letter = "ZABCDEFGHJKLMNPQRTUVWXY"[int(f"{year % 100:02d}{serial:07d}") % 23]
    return f"{year}/{serial:07d}{letter}"


def case_number(life: int) -> str:
    """A case reference number of probation, such as `X123456`."""
    letter, number = divmod((life * 31_337 + 410_203) % _CASES, 1_000_000)
    return f"{'XDEFJKMNPV'[letter]}{number:06d}"


def nhs_number(life: int) -> str:
    """A number of the form of the health service, of the range that is kept for tests, with its check digit."""
    for shift in range(11):
        body = f"999{(life * 7 + shift * 999_983) % 1_000_000:06d}"
        rest = -sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
        if rest < 10:
            return f"{body}{rest}"
    raise AssertionError(f"no check digit fits life {life}")
