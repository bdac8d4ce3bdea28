"""Verifying the log: by a command, which waits for it, or beside the pages, which show how far it has come."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from watchroom.audit.entries import AuditUnavailableError, Entry
from watchroom.audit.verify import Fault, Verified, verify
from watchroom.node.create import CHECKPOINT_FOLDER
from watchroom.node.log_keeping import KeepsLog

_LOG = logging.getLogger(__name__)
WHOLE, AT_FAULT = "whole", "fault"


def verify_entered(node: KeepsLog, by: Entry, told: Callable[[int], None] | None = None) -> Verified | Fault:
    """Whether the log is what was signed; that it was verified, and with which result, is an entry made afterwards.

    Args:
        node: open.
        by: who verifies.
        told: now and then receives how many entries were found whole by then.

    Raises:
        AuditUnavailableError: nothing is at fault, and yet the entry could not be made; a log at fault may not take it.
        DatabaseUnavailableError: the database does not answer.
    """
    found = verify(
        node.database,
        checkpoint_dir=node.folder / CHECKPOINT_FOLDER,
        verifiers=node.keys.verifiers(),
        told=told,
    )
    try:
        node.audit.append(replace(by, entity="audit", detail=_result(found)))
    except AuditUnavailableError:
        if isinstance(found, Verified):
            raise
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifying:
    """How a verification beside the pages stands.

    Attributes:
        done: entries that were found whole by now; None: none is running.
        found: the last result in this process; None: there is none yet.
        is_broken: the last one could not be brought to its end.
    """

    done: int | None = None
    found: Verified | Fault | None = None
    is_broken: bool = False


class Verification:
    """One verification at a time, in a thread of its own; safe to share between threads."""

    def __init__(self, node: KeepsLog) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._state = Verifying()

    @property
    def state(self) -> Verifying:
        """How it stands now."""
        with self._lock:
            return self._state

    def start(self, by: Entry) -> bool:
        """Begin, unless one is running; whether it was begun. The result is an entry, and stays until the next one."""
        with self._lock:
            if self._state.done is not None:
                return False
            self._state = replace(self._state, done=0)
        threading.Thread(target=self._run, args=(by,), name="watchroom verify", daemon=True).start()
        return True

    def _run(self, by: Entry) -> None:
        try:
            found = verify_entered(self._node, by, self._told)
        except Exception as fault:  # noqa: BLE001  whatever it is, the page says that it did not come to its end
            _LOG.error("the audit log could not be verified: %s", type(fault).__name__)
            self._end(Verifying(is_broken=True))
        else:
            self._end(Verifying(found=found))

    def _told(self, done: int) -> None:
        with self._lock:
            self._state = replace(self._state, done=done)

    def _end(self, state: Verifying) -> None:
        with self._lock:
            self._state = state


def _result(found: Verified | Fault) -> dict[str, str]:
    if isinstance(found, Fault):
        return {"result": AT_FAULT, "index": str(found.index), "last": str(found.last), "reason": found.reason}
    said = {name: str(value) for name, value in found.as_json().items()}
    return {"result": WHOLE, **said}
