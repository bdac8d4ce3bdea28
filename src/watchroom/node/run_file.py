"""The file of what batches did: one event of OpenLineage a line, in the node's folder."""

import fcntl
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = "lineage"
FILE = "events.ndjson"
_LOG = logging.getLogger(__name__)
_KEPT = 9
_MODE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """The file, and the earlier ones that it took the place of.

    Attributes:
        folder: of the node.
        most: bytes after which a new file is begun; nine earlier ones are kept, `events.1.ndjson` the latest.
    """

    folder: Path
    most: int = 16 << 20

    @property
    def path(self) -> Path:
        """Where the events of today stand."""
        return self.folder / FOLDER / FILE

    def append(self, event: Mapping[str, object]) -> None:
        """Write an event; where that fails it is logged, for a delivery is worth more than the word that it came."""
        line = json.dumps(event, separators=(",", ":")).encode() + b"\n"
        try:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            with (self.path.parent / "lock").open("a") as lock:
                # INVARIANT: one process at a time moves files and writes, so that no line is cut or lost.
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._make_room(len(line))
                self._write(line)
        except OSError as fault:
            _LOG.error("`%s` cannot be written: %s; the delivery is not affected", self.path, fault.strerror)

    def _write(self, line: bytes) -> None:
        self.path.touch(mode=_MODE)
        with self.path.open("ab") as stream:
            stream.write(line)

    def _make_room(self, size: int) -> None:
        if not self.path.exists() or self.path.stat().st_size + size <= self.most:
            return
        for number in range(_KEPT - 1, 0, -1):
            if (older := self._earlier(number)).exists():
                older.replace(self._earlier(number + 1))
        self.path.replace(self._earlier(1))

    def _earlier(self, number: int) -> Path:
        return self.path.with_name(f"events.{number}.ndjson")
