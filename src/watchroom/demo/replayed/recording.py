"""What a recording is, and how it is moved to another time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

# An instant with its zone, as JSON feeds write it; what has no zone is left as it stands.
_INSTANT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"')
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a feed answered from an instant on, UTC, as bytes."""

    at: datetime
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A feed as it was recorded.

    Attributes:
        name: of the source that it becomes; it ends in `-replayed`.
        attribution: whose it is and under which licence, in the words that the licence asks for.
        place: the file.
        moments: gives what it answered, in order.
    """

    name: str
    attribution: str
    place: Path
    moments: Callable[[Path], Iterator[Moment]]

    @property
    def is_there(self) -> bool:
        """Whether its file is there to be read."""
        return self.place.is_file()


def replayed(recording: Recording, *, begins: datetime) -> Iterator[Moment]:
    """The moments of a recording as if it had begun about `begins`, with every instant in them moved as far.

    It is moved by whole weeks, so that the hours and the days of the week stay: the first moment is at `begins` or less
    than a week after it. An instant keeps its zone.

    Args:
        recording: whose file is there.
        begins: UTC.
    """
    by: timedelta | None = None
    for moment in recording.moments(recording.place):
        if by is None:
            by = _WEEK * -(-(begins - moment.at) // _WEEK)
        yield Moment(at=moment.at + by, content=moved(moment.content, by=by))


def moved(content: bytes, *, by: timedelta) -> bytes:
    """JSON text with every instant in it moved; its zone and the digits of its second stay."""

    def later(found: re.Match[bytes]) -> bytes:
        text = found.group(1).decode("ascii")
        zone = "Z" if text.endswith("Z") else text[-6:]
        wall = text.removesuffix(zone)
        seconds, _, fraction = wall.partition(".")
        instant = datetime.fromisoformat(seconds).replace(tzinfo=UTC) + by
        fraction = f".{fraction}" if fraction else ""
        return f'"{instant:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"'.encode("ascii")

    return _INSTANT.sub(later, content)
