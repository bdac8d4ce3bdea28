"""What reaches a node, when and by which way: the list of it that goes with the files of a world."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Way(StrEnum):
    """How something reaches a node."""

    FOLDER = "folder"
    """A folder of tables that is laid into the place where a source is read from."""
    FILE = "file"
    """One file laid into a watched folder."""
    POST = "post"
    """A message that is sent to the address of a source."""
    SNAPSHOT = "snapshot"
    """What an address answers from now on, until the next one."""


class Disturbance(StrEnum):
    """What went wrong on the way, as it does."""

    LATE = "late"
    TWICE = "twice"
    OUT_OF_ORDER = "out of order"
    LOST = "lost"
    """It never arrives; it is listed so that the truth knows of it, and is not delivered."""
    OUTAGE = "outage"
    """Held back while its feed was down, and given all at once when it came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing on its way to a node.

    Attributes:
        at: when it arrives, UTC.
        written_at: when it was written, UTC.
        source: name of the source that it comes from.
        way: how it comes.
        path: of the file or folder, below the folder of the world.
        row: of a message that is one line of its file, which line, from 0; None: the file is the message.
        media_type: of a message; empty for files.
        headers: of a message, beside its media type.
        disturbed: what went wrong with it, if anything.
    """

    at: datetime
    written_at: datetime
    source: str
    way: Way
    path: str
    row: int | None = None
    media_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    disturbed: Disturbance | None = None

    def line(self) -> str:
        """The delivery as one line of the list."""
        told = {
            "at": self.at.isoformat(),
            "written_at": self.written_at.isoformat(),
            "source": self.source,
            "way": self.way.value,
            "path": self.path,
            "row": self.row,
            "media_type": self.media_type,
            "headers": list(map(list, self.headers)),
            "disturbed": None if self.disturbed is None else self.disturbed.value,
        }
        return json.dumps(told, sort_keys=True) + "\n"


def deliveries_in(file: Path) -> Iterator[Delivery]:
    """The deliveries of a list, in the order of the list."""
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            told = json.loads(line)
            disturbed = told["disturbed"]
            yield Delivery(
                at=datetime.fromisoformat(told["at"]),
                written_at=datetime.fromisoformat(told["written_at"]),
                source=told["source"],
                way=Way(told["way"]),
                path=told["path"],
                row=told["row"],
                media_type=told["media_type"],
                headers=tuple((name, value) for name, value in told["headers"]),
                disturbed=None if disturbed is None else Disturbance(disturbed),
            )
