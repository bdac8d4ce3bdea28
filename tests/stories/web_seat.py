"""A seat at the pages of the example node: real gate, accounts and sessions, and a machine clock to move."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from log_reading import latest
from watchroom.audit.entries import AuditUnavailableError, Entry, Receipt
from watchroom.audit.merkle import Frontier
from watchroom.audit.read import Recorded
from watchroom.audit.spool import Spool
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import Agreements
from watchroom.gate.door import Gate
from watchroom.gate.glass import Glass
from watchroom.gate.looks import LookKeeper
from watchroom.gate.record_restrictions import RecordRestrictions
from watchroom.gate.requests import Requests
from watchroom.gate.sessions import Sessions
from watchroom.gate.unsent import UnsentForms
from watchroom.kernel.clock import Clock, SteppedClock
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.words import Words
from watchroom.node.beside import Beside
from watchroom.node.code_desk import CodeDesk
from watchroom.node.fetch_desk import FetchDesk
from watchroom.node.keys import UNSENT_FILE, KeyFolder
from watchroom.node.lineage_desk import LineageDesk
from watchroom.node.log_keeping import KeptLog
from watchroom.node.node import Node
from watchroom.node.push_desk import PushDesk
from watchroom.node.quality_desk import QualityDesk
from watchroom.node.quarantine_desk import QuarantineDesk
from watchroom.node.settings import PageSettings
from watchroom.node.upkeep import Upkeep
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Database
from watchroom.web.app import LOCAL, app_over, house_of
from watchroom.web.cookies import cookie_name, form_token
from watchroom.web.house import House

HERE = "http://watchroom.local"
COOKIE = cookie_name(tls=False)


class Trail:
    """The node's log, which can be broken to see what a page does then."""

    def __init__(self, log: KeptLog) -> None:
        self._log = log
        self.is_broken = False

    def append(self, entry: Entry) -> Receipt:
        if self.is_broken:
            raise AuditUnavailableError("the audit log cannot be written")
        return self._log.append(entry)

    def committed(self) -> Frontier:
        return self._log.committed()


class Shell:
    """An application without what stands behind it: to make one takes longer than most tests of a page."""

    def __init__(self) -> None:
        self.house: House | None = None
        self.app = app_over(self._at_hand)

    def _at_hand(self) -> House:
        assert self.house is not None
        return self.house


# INVARIANT: a shell is of one test at a time; `shells` frees it at the end of that test.
IDLE: list[Shell] = []
IN_USE: list[Shell] = []


@dataclass(slots=True)
class Seat:
    """A node as the pages need it, and what a test wants to turn."""

    node: Node
    machine_clock: SteppedClock
    trail: Trail
    agreements: Agreements
    gate: Gate
    accounts: Accounts
    sessions: Sessions
    glass: Glass
    requests: Requests
    looks: LookKeeper
    unsent: UnsentForms
    environment: str = "demo"
    page_settings: PageSettings = field(default_factory=PageSettings)

    @property
    def agency_name(self) -> str:
        return self.node.agency_name

    @property
    def folder(self) -> Path:
        return self.node.folder

    @property
    def database(self) -> Database:
        return self.node.database

    @property
    def audit(self) -> Trail:
        return self.trail

    @property
    def spool(self) -> Spool:
        return self.node.spool

    @property
    def keys(self) -> KeyFolder:
        return self.node.keys

    @property
    def pages(self) -> PageSettings:
        return self.page_settings

    @property
    def pushes(self) -> PushDesk:
        return self.node.pushes

    @property
    def beside(self) -> Beside:
        return self.node.beside

    @property
    def upkeep(self) -> Upkeep:
        return self.node.upkeep

    @property
    def fetching(self) -> FetchDesk:
        return self.node.fetching

    @property
    def quality(self) -> QualityDesk:
        return self.node.quality

    @property
    def quarantine(self) -> QuarantineDesk:
        return QuarantineDesk(sources=replace(self.node.sources, audit=self.trail))

    @property
    def codes(self) -> CodeDesk:
        return replace(self.node.codes, audit=self.trail, gate=self.gate)

    @property
    def record_restrictions(self) -> RecordRestrictions:
        return replace(self.node.record_restrictions, audit=self.trail)

    @property
    def lineage(self) -> LineageDesk:
        return LineageDesk(gate=self.gate)

    @property
    def jurisdiction(self) -> Jurisdiction:
        return self.node.jurisdiction

    @property
    def clock(self) -> Clock:
        return self.node.clock

    @property
    def words(self) -> Words:
        return self.node.words

    def app(self, **changes: Any) -> Litestar:
        """An application over a new house at this seat; its shell is another test's afterwards."""
        shell = IDLE.pop() if IDLE else Shell()
        shell.house = house_of(self, hosts=LOCAL | {"watchroom.local"}, **changes)
        IN_USE.append(shell)
        return shell.app

    def client(self, **changes: Any) -> TestClient[Litestar]:
        return TestClient(self.app(**changes), base_url=HERE, raise_server_exceptions=False)

    def sign_in(self, client: TestClient[Litestar], name: str) -> str:
        """Sit somebody down without the cost of the password; the form token of the session."""
        token = self.sessions.begin(self.accounts.asker(name))
        client.cookies.set(COOKIE, token)
        return form_token(token)

    def entries(self, after: int = -1) -> list[Recorded]:
        """The entries of the log from an index on, the first one first."""
        return [entry for entry in reversed(latest(self.node.database)) if entry.index > after]

    def last_index(self) -> int:
        return latest(self.node.database, most=1)[0].index


def seat_at(node: Node, *, charter: Callable[[], Agreement] | None = None) -> Seat:
    """A seat at the node, at the machine's present; `charter` stands in the place of its own."""
    clock = SteppedClock(datetime.now(UTC))  # noqa: TID251
    trail = Trail(node.audit)
    # As the node's own, with a log that can be broken.
    agreements = replace(node.agreements, audit=trail, charter=charter or node.agreements.charter)
    gate = Gate(
        database=node.database,
        audit=trail,
        agreements=agreements.settle,
        clock=node.clock,
        zone=node.jurisdiction.zone,
        machine=clock,
        spool=node.spool,
    )
    glass = Glass(gate=gate, database=node.database, audit=trail, spool=node.spool, clock=node.clock, machine=clock)
    accounts = Accounts(database=node.database, audit=trail, organisation=node.settings.agency, machine_clock=clock)
    sessions = Sessions(
        database=node.database,
        audit=trail,
        accounts=accounts,
        machine_clock=clock,
        idle_seconds=node.pages.idle_seconds,
    )
    requests = Requests(
        database=node.database, audit=trail, gate=gate, zone=node.jurisdiction.zone, clock=node.clock, machine=clock
    )
    return Seat(
        node=node,
        machine_clock=clock,
        trail=trail,
        agreements=agreements,
        gate=gate,
        accounts=accounts,
        sessions=sessions,
        glass=glass,
        requests=requests,
        looks=LookKeeper(database=node.database, audit=trail, machine=clock),
        unsent=UnsentForms(
            database=node.database,
            audit=trail,
            machine=clock,
            key=lambda: node.keys.secret(UNSENT_FILE),
            lasts=timedelta(minutes=node.pages.unsent_minutes),
        ),
    )


def get(client: TestClient[Litestar], path: str) -> httpx.Response:
    """A page, without following where it leads."""
    return client.get(path, follow_redirects=False)
