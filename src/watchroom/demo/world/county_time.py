"""Days and hours of the county, which is in the time zone of London; instants are UTC throughout."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")


@lru_cache(maxsize=64)
def midnight(on: date) -> datetime:
    """When a day of the county begins, UTC."""
    return datetime.combine(on, time(), ZONE).astimezone(UTC)


def at(on: date, hour: float) -> datetime:
    """The instant of an hour by the county's clocks, such as 7.5 for half past seven; 24 and more is the next day.

    Where the clocks leave an hour out, it is the hour after; an hour that comes twice is the first of the two.
    """
    days, rest = divmod(hour, 24)
    seconds = round(rest * 3600)
    wall = datetime.combine(on + timedelta(days=int(days)), time(), None) + timedelta(seconds=seconds)
    return wall.replace(tzinfo=ZONE).astimezone(UTC)


def wall(instant: datetime) -> datetime:
    """An instant as the county's clocks show it, without a zone: as most source systems write it."""
    return instant.astimezone(ZONE).replace(tzinfo=None)
