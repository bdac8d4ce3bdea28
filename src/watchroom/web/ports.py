"""What the pages need from the node that stands behind them; `node.node.Node` offers all of it."""

from typing import Protocol

from watchroom.gate.accounts import Accounts
from watchroom.gate.glass import Glass
from watchroom.gate.looks import LookKeeper
from watchroom.gate.requests import Requests
from watchroom.gate.sessions import Sessions
from watchroom.gate.unsent import UnsentForms
from watchroom.node.agreement_desk import AgreementNode
from watchroom.node.code_desk import CodeDesk
from watchroom.node.engineer_desk import EngineerNode
from watchroom.node.lineage_desk import LineageDesk
from watchroom.node.push_desk import PushDesk
from watchroom.node.quarantine_desk import QuarantineDesk
from watchroom.node.record_desk import RestrictsRecords
from watchroom.node.settings import PageSettings


class NodeLike(RestrictsRecords, AgreementNode, EngineerNode, Protocol):
    """The node, as far as pages need it; its log and database are for the desks of the node alone."""

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
    def glass(self) -> Glass:
        """What an agreement opens in an emergency."""
        ...

    @property
    def looks(self) -> LookKeeper:
        """The review of looks, and everybody's own work."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        ...

    @property
    def requests(self) -> Requests:
        """What somebody asks to be shown, and what was decided."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Who has."""
        ...

    @property
    def unsent(self) -> UnsentForms:
        """What they had typed when their session ended."""
        ...

    @property
    def pushes(self) -> PushDesk:
        """What sources send by themselves."""
        ...

    @property
    def quarantine(self) -> QuarantineDesk:
        """What is held back of its sources."""
        ...

    @property
    def codes(self) -> CodeDesk:
        """Values of its sources that are in no code list."""
        ...

    @property
    def lineage(self) -> LineageDesk:
        """Where values of the record came from."""
        ...
