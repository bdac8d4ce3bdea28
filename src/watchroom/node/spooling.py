"""The node's spool: where break-glass is entered while the database cannot write, and how that gets into the log."""

import logging
from pathlib import Path

from watchroom.audit.entries import AuditUnavailableError
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

    A node opens all the same: a spool that somebody altered must not close a prison's handover. `audit verify` says so
    until it is seen to.
    """
    try:
        return spool.replay(log)
    except SpoolError:
        _LOG.error("the spool was altered and is left as evidence; run `watchroom audit verify`")
    except AuditUnavailableError:
        _LOG.error("the spool cannot be replayed yet: the audit log cannot be written")
    return None


def spool_fault(spool: Spool) -> str | None:
    """What is wrong with the spool, in words; None where nothing waits in it."""
    try:
        waiting = spool.waiting()
    except SpoolError as fault:
        return str(fault)
    return f"entries that wait in the spool and are not in the log yet: {waiting}" if waiting else None
