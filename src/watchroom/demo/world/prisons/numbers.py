"""Numbers by which agencies know a life: a function of the life's own number, so that all agencies agree on them."""

from string import ascii_uppercase

_PRISON = 26 * 26 * 10_000
_PNC = 10_000_000


def prison_number(life: int) -> str:
    """A prison number of the usual form, such as `A1234BC`; each life has one of its own."""
    # Multiplied by a prime that the range does not share, so that neighbours do not look alike.
    rest, digits = divmod((life % _PRISON * 7_919 + 4_321) % _PRISON, 10_000)
    return f"{'AG'[life // _PRISON % 2]}{digits:04d}{ascii_uppercase[rest // 26]}{ascii_uppercase[rest % 26]}"


def pnc_number(life: int, *, year: int) -> str:
    """A number of the police's national computer, such as `2003/0012345D`, given in that year."""
    serial = (life * 104_729 + 77) % _PNC
    letter = "ZABCDEFGHJKLMNPQRTUVWXY"[int(f"{year % 100:02d}{serial:07d}") % 23]
    return f"{year}/{serial:07d}{letter}"


def cro_number(life: int, *, year: int) -> str:
    """A number of the criminal records office, such as `123456/03H`."""
    serial = (life * 15_485_863 + 5) % 1_000_000
    letter = "ZABCDEFGHJKLMNPQRTUVWXY"[int(f"{year % 100:02d}{serial:06d}") % 23]
    return f"{serial:06d}/{year % 100:02d}{letter}"
