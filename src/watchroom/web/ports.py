"""What the pages need from the node that stands behind them; `node.node.Node` offers all of it."""

from typing import Protocol

from watchroom.gate.accounts import Accounts
from watchroom.gate.door import Gate
from watchroom.gate.sessions import Sessions
from watchroom.kernel.clock import Clock
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.words import Words
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.settings import PageSettings


class NodeLike(KeepsLog, Protocol):
    """The node, as far as pages need it; its log is for the desks of the node alone."""

    @property
    def environment(self) -> str:
        """Demo, test or live."""
        ...

    @property
    def agency_name(self) -> str:
        """Whose node it is."""
        ...

    @property
    def pages(self) -> PageSettings:
        """How the pages meet people and the network."""
        ...

    @property
    def jurisdiction(self) -> Jurisdiction:
        """The pack of its rules and words."""
        ...

    @property
    def gate(self) -> Gate:
        """The one door."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Who has."""
        ...

    @property
    def clock(self) -> Clock:
        """The node's clock."""
        ...

    @property
    def machine_clock(self) -> Clock:
        """For sessions and limits."""
        ...

    @property
    def words(self) -> Words:
        """The texts, in its language."""
        ...
