"""The node's spool: where break-glass is entered while the database cannot write, and how that gets into the log."""

import logging
from pathlib import Path
from threading import Lock

from watchroom.audit.entries import AuditUnavailableError, Entry, Receipt
from watchroom.audit.log import AuditLog
from watchroom.audit.spool import Replayed, ReplayTarget, Spool, SpoolError
from watchroom.kernel.clock import Clock, MachineClock

SPOOL_FOLDER = "spool"
_LOG = logging.getLogger(__name__)


def spool_of(folder: Path, clock: Clock) -> Spool:
    """The spool of the node in `folder`.

    Args:
        folder: of the node.
        clock: the node's.
    """
    return Spool(folder / SPOOL_FOLDER, clock=clock, machine_clock=MachineClock())


def replay_waiting(spool: Spool, log: ReplayTarget) -> Replayed | None:
    """Write what waits into the log; None where that is not possible, which is logged and tried at the next opening.

    A node opens all the same: a spool that somebody altered, or a disk that fails, must not close a prison's handover.
    `audit verify` says so until it is seen to.
    """
    try:
        return spool.replay(log)
    except SpoolError:
        _LOG.error("the spool was altered and is left as evidence; run `watchroom audit verify`")
    except AuditUnavailableError:
        _LOG.error("the spool cannot be replayed yet: the audit log cannot be written")
    except OSError as fault:
        _LOG.error("the spool cannot be replayed yet: its disk does not serve (%s); see to it", fault.strerror)
    return None


class ReplayingTrail:
    """The log, which takes what waits in the spool as soon as it takes entries again.

    Nobody polls: the first entry that a running node can keep again, of any read, is followed by what had waited.
    """

    def __init__(self, log: AuditLog, *, spool: Spool) -> None:
        self._log = log
        self._spool = spool
        self._replaying = Lock()

    def append(self, entry: Entry) -> Receipt:
        """Commit `entry`, then return its receipt; what waits in the spool follows.

        Raises:
            AuditUnavailableError: it is not certain that the entry is kept; give nothing away.
        """
        receipt = self._log.append(entry)
        if self._spool.has_lines and self._replaying.acquire(blocking=False):
            self._replay()
        return receipt

    def _replay(self) -> None:
        try:
            self._spool.replay(self._log)
        except (AuditUnavailableError, OSError) as fault:
            # INVARIANT: the entry before it is kept, so nothing of this reaches whoever asked for it. The next one
            # tries again.
            _LOG.warning("the spool could not be replayed yet: %s", type(fault).__name__)
        except SpoolError:
            # INVARIANT: the lock is kept, so that evidence is not read again with every entry.
            _LOG.error("the spool was altered and is left as evidence; run `watchroom audit verify`")
            return
        self._replaying.release()


def spool_fault(spool: Spool) -> str | None:
    """What is wrong with the spool, in words; None where nothing waits in it."""
    try:
        waiting = spool.waiting()
    except SpoolError as fault:
        return str(fault)
    return f"entries that wait in the spool and are not in the log yet: {waiting}" if waiting else None
