"""A spool on the local disk for break-glass while the database cannot write; replayed into the log afterwards.

One line an entry: its header and body are fixed when it is spooled, each line holds the hash of the one before, and a
receipt is given only when the line is on the disk. What replaying does may be cut off between any two steps: an entry
is looked up by what its header commits to before it is written, so it is in the log once, in the order of the spool.

The chain shows a line that was changed, moved or taken out of the middle. It is not signed: who may write in the
node's folder could cut off its end, as they could withhold the whole file.
"""

import fcntl
import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, cast

from watchroom.audit.entries import AuditUnavailableError, Entry, Prepared, Receipt, prepare
from watchroom.audit.merkle import leaf_hash
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import WatchroomError

FILE, STATE = "spool.jsonl", "replay.json"
BEGIN = "0" * 64
# A disk that has less left than this is full: the line that says so must still fit beside it.
LEAST_FREE = 2**20


class SpoolError(WatchroomError):
    """A spool whose lines are not the ones that were written."""


class ReplayTarget(Protocol):
    """The log that a spool is replayed into."""

    def size(self) -> int:
        """Number of entries that are committed, after whoever is committing now has ended."""
        ...

    def place_of(self, prepared: Prepared, *, since: int) -> int | None:
        """Where the log holds this very entry at `since` or later; None where it does not."""
        ...

    def append_prepared(self, prepared: Prepared) -> Receipt:
        """Commit it, then return its receipt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """One line.

    Attributes:
        number: place in the spool, from 0.
        link: hash of the line, which the next one holds.
        prepared: the entry.
    """

    number: int
    link: str
    prepared: Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What was replayed.

    Attributes:
        entries: lines of the spool, all of which the log holds now.
        written: those that it did not hold before.
    """

    entries: int
    written: int


class Spool:
    """The spool of one node: what `AuditTrail` asks for, on a local disk; safe between threads and processes."""

    def __init__(self, folder: Path, *, clock: Clock, machine_clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._machine_clock = machine_clock

    def append(self, entry: Entry) -> Receipt:
        """Keep `entry` until the log can take it; returns when the line is on the disk.

        The receipt's index is the place in the spool: the place in the log is only known after the replay.

        Raises:
            AuditUnavailableError: the line could not be kept, as when the disk is full; give nothing away.
            SpoolError: what is there already was altered.
        """
        try:
            with self._locked() as descriptor:
                return self._append(descriptor, entry)
        except OSError as fault:
            raise AuditUnavailableError(
                f"the spool in `{self._folder}` cannot be written ({fault.strerror}); nothing is given away until it "
                f"can: make room, or see to the disk"
            ) from None

    @property
    def has_lines(self) -> bool:
        """Whether anything waits, or is left; it costs next to nothing to ask."""
        try:
            return (self._folder / FILE).stat().st_size > 0
        except OSError:
            # What cannot be looked at cannot be replayed either; an entry in the log must not fail for it.
            return False

    def waiting(self) -> int:
        """How many entries wait to be replayed.

        Raises:
            SpoolError: a line was altered.
        """
        if not (self._folder / FILE).exists():
            return 0
        with self._locked() as descriptor:
            return len(list(_lines(descriptor)))

    def replay(self, log: ReplayTarget) -> Replayed:
        """Write what waits into the log, in order and once, then empty the spool.

        Raises:
            SpoolError: a line was altered; the ones before it are in the log, and the file is left as evidence.
            AuditUnavailableError: the log cannot be written; what is not in it waits on.
        """
        if not (self._folder / FILE).exists():
            return Replayed(entries=0, written=0)
        with self._locked() as descriptor:
            if not _whole(descriptor):
                return Replayed(entries=0, written=0)
            since = self._begun_at(log)
            entries = written = 0
            for line in _lines(descriptor):
                if log.place_of(line.prepared, since=since) is None:
                    log.append_prepared(line.prepared)
                    written += 1
                entries += 1
            # INVARIANT: emptied before the state goes: lines without a state would be looked for further on.
            os.ftruncate(descriptor, 0)
            os.fsync(descriptor)
            (self._folder / STATE).unlink(missing_ok=True)
            _sync(self._folder)
        return Replayed(entries=entries, written=written)

    def _append(self, descriptor: int, entry: Entry) -> Receipt:
        end, last = _end(descriptor)
        free = os.fstatvfs(descriptor)
        if free.f_bavail * free.f_frsize < LEAST_FREE:
            raise AuditUnavailableError(
                f"the disk of the spool in `{self._folder}` is full; nothing is given away until there is room"
            )
        number, link = (0, BEGIN) if last is None else (last.number + 1, last.link)
        marked = replace(entry, detail={**entry.detail, "spooled": f"{number} {link}"})
        prepared = prepare(marked, at=self._clock.now(), machine_at=self._machine_clock.now())
        text = _text(number, link, prepared)
        try:
            os.ftruncate(descriptor, end)
            _write(descriptor, text.encode() + b"\n", at=end)
            os.fsync(descriptor)
        except OSError:
            # INVARIANT: nobody was told of it, so nobody may find it.
            os.ftruncate(descriptor, end)
            raise
        _sync(self._folder)
        return Receipt(index=number, leaf_hash=leaf_hash(text.encode()))

    def _begun_at(self, log: ReplayTarget) -> int:
        """From where the log is searched: its size when this replay was first begun."""
        state = self._folder / STATE
        if state.exists():
            return int(json.loads(state.read_text())["since"])
        fresh = self._folder / f"{STATE}.new"
        with fresh.open("w") as file:
            file.write(json.dumps({"since": log.size()}))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(state)
        _sync(self._folder)
        return int(json.loads(state.read_text())["since"])

    @contextmanager
    def _locked(self) -> Generator[int]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _text(number: int, link: str, prepared: Prepared) -> str:
    said = {
        "number": number,
        "link": link,
        "before": prepared.before,
        "after": prepared.after,
        "salt": prepared.salt.hex(),
        "body": prepared.body,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def _end(descriptor: int) -> tuple[int, Spooled | None]:
    """Where the last whole line ends, and that line."""
    lines = list(_lines(descriptor))
    return _whole(descriptor).rfind(b"\n") + 1, lines[-1] if lines else None


def _lines(descriptor: int) -> Iterator[Spooled]:
    """The whole lines; a last one without an end was cut off while it was written, and nobody was told of it."""
    link = BEGIN
    for number, line in enumerate(_whole(descriptor).split(b"\n")[:-1]):
        said = _object(line)
        if said.get("number") != number or said.get("link") != link:
            raise SpoolError(f"line {number} of the spool does not follow the one before; keep the file as evidence")
        link = sha256(line).hexdigest()
        try:
            prepared = Prepared(
                before=said["before"], after=said["after"], salt=bytes.fromhex(said["salt"]), body=said["body"]
            )
        except (KeyError, TypeError, ValueError):
            raise SpoolError(f"line {number} of the spool is not an entry; keep the file as evidence") from None
        yield Spooled(number=number, link=link, prepared=prepared)


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return cast(dict[str, Any], said) if isinstance(said, dict) else {}


def _whole(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _write(descriptor: int, content: bytes, *, at: int) -> None:
    while content:
        written = os.pwrite(descriptor, content, at)
        content, at = content[written:], at + written


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
