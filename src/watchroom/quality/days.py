"""The day of the node: by its own calendar, not by that of the session in which something is counted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def zone_of(now: datetime) -> str:
    """The name of the zone in which an instant of the node is given, as PostgreSQL and IANA name it.

    >>> zone_of(datetime(2026, 7, 24, 0, 30, tzinfo=ZoneInfo("Europe/London")))
    'Europe/London'

    Raises:
        ValueError: it is given in no zone, or by an offset only: that tells no calendar.
    """
    if isinstance(now.tzinfo, ZoneInfo) and now.tzinfo.key:
        return now.tzinfo.key
    if now.tzinfo is UTC:
        return "UTC"
    raise ValueError("the instant has to be given in a named zone, that of the node")
