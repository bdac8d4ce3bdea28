"""What runs at present, told to other processes by a file in the batch's own folder, which is gone when it is."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from watchroom.ingest.overflow import folders_in_use
from watchroom.ingest.progress import Progress, Step
from watchroom.kernel.clock import Clock

_FILE = "running.json"
_OFTEN = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A batch that is being taken.

    Attributes:
        source: name of the source.
        delivery: name of what is delivered.
        since: machine time, timezone-aware.
        step: how far it has come; what stands there is at most half a second old while it goes on.
    """

    source: str
    delivery: str
    since: datetime
    step: Step

    def as_json(self) -> dict[str, object]:
        """The batch for a JSON document."""
        return {
            "delivery": self.delivery,
            "since": self.since.isoformat(),
            "doing": self.step.what,
            "at": self.step.name or None,
            "done": self.step.done,
            "of": self.step.of or None,
            "rows": self.step.rows,
        }

    def __str__(self) -> str:
        at = f" {self.step.name}, {self.step.rows} rows" if self.step.name else ""
        return f"since {self.since.isoformat(timespec='seconds')}: {self.step.what}{at}"


class RunningFile:
    """Tells other processes how far a batch has come; a `Progress`."""

    def __init__(self, folder: Path, *, source: str, delivery: str, machine: Clock) -> None:
        """Nothing is told yet.

        Args:
            folder: of the batch, which only this user may read.
            source: name of the source.
            delivery: name of what is delivered.
            machine: the machine's clock.
        """
        self._folder = folder
        self._machine = machine
        self._said = {"source": source, "delivery": delivery, "since": machine.now().isoformat()}
        self._told: tuple[str, datetime] | None = None

    def __call__(self, step: Step) -> None:
        """Tell it, unless the last thing was told just now."""
        now = self._machine.now()
        if self._told is not None and self._told[0] == step.what and now - self._told[1] < _OFTEN:
            return
        self._told = step.what, now
        known = {"what": step.what, "done": step.done, "of": step.of, "name": step.name, "rows": step.rows}
        fresh = self._folder / f".{_FILE}"
        fresh.write_text(json.dumps({**self._said, "step": known}), encoding="utf-8")
        # INVARIANT: whoever reads finds the whole of one or of the other.
        fresh.replace(self._folder / _FILE)

    def end(self) -> None:
        """Tell nothing any more: what the folder is kept for may go on."""
        (self._folder / _FILE).unlink(missing_ok=True)


def each_of(*all_told: Progress) -> Progress:
    """Tells one after the other."""

    def told(step: Step) -> None:
        for one in all_told:
            one(step)

    return told


def running_batches(parent: Path) -> tuple[Running, ...]:
    """What runs at present of a node, by source; of a batch that was killed nothing is told.

    Args:
        parent: in which batches have their folders.
    """
    return tuple(sorted(_found(parent), key=lambda one: (one.source, one.since)))


def _found(parent: Path) -> Iterator[Running]:
    for folder in folders_in_use(parent):
        if (found := running_in(folder)) is not None:
            yield found


def running_in(folder: Path) -> Running | None:
    """What the batch of a folder tells; None: it ended just now, has told nothing yet, or is another user's."""
    try:
        said = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Running(
            source=said["source"],
            delivery=said["delivery"],
            since=datetime.fromisoformat(said["since"]),
            step=Step(**said["step"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
