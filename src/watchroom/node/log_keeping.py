"""What the desks of the log need of an open node; `node.Node` offers all of it, as the node behind the pages does."""

from pathlib import Path
from typing import Protocol

from watchroom.audit.entries import AuditTrail
from watchroom.audit.merkle import Frontier
from watchroom.audit.spool import Spool
from watchroom.gate.door import Gate
from watchroom.kernel.clock import Clock
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.node.keys import KeyFolder
from watchroom.store.database import Database


class KeptLog(AuditTrail, Protocol):
    """The log, which also says how far it has come."""

    def committed(self) -> Frontier:
        """The frontier of everything that is committed now."""
        ...


class KeepsLog(Protocol):
    """A node, as far as its log is concerned."""

    @property
    def folder(self) -> Path:
        """Where it stands."""
        ...

    @property
    def database(self) -> Database:
        """For the keeping rooms; products ask the gate."""
        ...

    @property
    def audit(self) -> KeptLog:
        """The log."""
        ...

    @property
    def spool(self) -> Spool:
        """For break-glass while the database cannot write."""
        ...

    @property
    def keys(self) -> KeyFolder:
        """The node's keys."""
        ...

    @property
    def gate(self) -> Gate:
        """The one door."""
        ...

    @property
    def jurisdiction(self) -> Jurisdiction:
        """The pack of its rules and words."""
        ...

    @property
    def clock(self) -> Clock:
        """The node's clock."""
        ...

    @property
    def machine_clock(self) -> Clock:
        """For sessions and signatures."""
        ...
