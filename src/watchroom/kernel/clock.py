"""The node's clock: time is passed in, so demo, drill, back-test and test are the same code.

Two times exist. *Node time* is what rules, clauses and pages mean by now; it may be recorded and run at
any speed. *Machine time* is for sign-in sessions, signatures and nonces; audit entries hold both.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from watchroom.kernel.errors import UsageError

# An instant that somebody asks for and that lies outside is a slip of the hand; near the ends of the calendar no
# clock can be put forward or back.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2999


class Clock(Protocol):
    """Anything that tells an instant."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        ...


class MachineClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The machine's instant, in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place that reads the machine's clock


@dataclass(slots=True)
class SteppedClock:
    """A clock that stands still until it is moved: for tests and for commands that name their instant."""

    at: datetime

    def now(self) -> datetime:
        """The instant at which the clock stands, in UTC."""
        return self.at.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        """Move the clock forward by `by`."""
        self.at += by


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedClock:
    """A clock that started at a recorded instant and runs at its own speed.

    Attributes:
        recorded_start: node instant at which the recording starts, timezone-aware.
        machine_start: machine instant at which it was started, timezone-aware.
        speed: node seconds per machine second; 0 stands still.
    """

    recorded_start: datetime
    machine_start: datetime
    speed: float = 1.0
    machine: Clock = field(default_factory=MachineClock)

    def now(self) -> datetime:
        """The recorded instant that corresponds to the machine's present, in UTC."""
        elapsed = self.machine.now() - self.machine_start
        return (self.recorded_start + elapsed * self.speed).astimezone(UTC)


class ClocksChangedError(UsageError):
    """A time of the clock on the wall that stands for two instants, or for none."""


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant, timezone-aware: without an offset it is what the clock on the wall showed in the zone.

    Raises:
        ClocksChangedError: the wall showed it twice that day, or never.
    """
    if instant.tzinfo is not None:
        return instant
    first, second = (instant.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    is_missing = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != instant
    when = "does not exist" if is_missing else "happens twice"
    raise ClocksChangedError(
        f"`{instant.isoformat()}` {when} in {zone.key}, where the clocks are changed: add the offset,"
        f" as in `{first.isoformat()}`"
    )


def on_the_wall(instant: datetime, zone: ZoneInfo) -> datetime | None:
    """What the clock on the wall showed at an instant; None where it showed the same at another one."""
    shown = instant.astimezone(zone).replace(tzinfo=None)
    try:
        in_zone(shown, zone)
    except ClocksChangedError:
        return None
    return shown
