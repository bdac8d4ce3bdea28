"""What is open for whom now: kept in the database, known to each process, judged by the clock at each read.

Every change turns a value in the database, which each read compares in the query that it sends anyway; a process that
holds another value reads the openings anew. So nobody polls, an opening that ends ends in every process with the next
read, and one whose time is over ends by the clock alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from watchroom.gate.agreements import is_same_text
from watchroom.gate.askers import Asker
from watchroom.gate.policy_in_force import Policy
from watchroom.kernel.clock import Clock
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "openings.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One opening.

    Attributes:
        id: of its row.
        account, organisation: for whom it is open.
        digest: of the agreement under which it was opened.
        name: what is open, as `HMPPS-CHARTER.1#glass`.
        person_id: about whom; None: it is not about one person.
        opened_at, closes_at: instants of the node.
        machine_opened_at, machine_closes_at: instants of the machine.
    """

    id: UUID
    account: str
    organisation: str
    digest: str
    name: str
    person_id: UUID | None
    opened_at: datetime
    closes_at: datetime
    machine_opened_at: datetime
    machine_closes_at: datetime

    def is_open(self, *, now: datetime, machine_now: datetime) -> bool:
        """Whether its time has begun and is not over, by both clocks: a clock that is set back opens nothing again."""
        by_node = self.opened_at <= now < self.closes_at
        return by_node and self.machine_opened_at <= machine_now < self.machine_closes_at


@dataclass(frozen=True, slots=True)
class OpenFor:
    """What is open for one asker at one moment.

    Attributes:
        openings: in the order in which they were opened.
    """

    openings: tuple[Opened, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """As `policy.decide` takes them."""
        return frozenset(one.name for one in self.openings)

    @property
    def of_people(self) -> tuple[tuple[str, UUID], ...]:
        """The openings that are about somebody, with whom."""
        return tuple((one.name, one.person_id) for one in self.openings if one.person_id is not None)


NOTHING_OPEN = OpenFor()


class _Held(NamedTuple):
    """The openings as of one turn, by account and organisation."""

    turn: UUID
    openings: dict[tuple[str, str], tuple[Opened, ...]]


class OpeningsHeld:
    """The openings of a node as one process last heard of them; safe to share between threads."""

    def __init__(self, database: Database, *, clock: Clock, machine: Clock) -> None:
        self._database = database
        self._clock = clock
        self._machine = machine
        self._held: _Held | None = None
        self._lock = Lock()

    def of(self, asker: Asker, *, policy: Policy) -> OpenFor:
        """What is open for somebody now, under the agreements of that policy.

        Raises:
            DatabaseUnavailableError: nothing was heard yet, and cannot be.
        """
        held = self._held or self._load()
        mine = held.openings.get((asker.name, asker.organisation))
        if mine is None:
            return NOTHING_OPEN
        now, machine_now = self._clock.now(), self._machine.now()
        open_now = (one for one in mine if one.is_open(now=now, machine_now=machine_now))
        return OpenFor(tuple(one for one in open_now if is_agreed(one, policy)))

    def hear(self, turn: UUID) -> None:
        """Read the openings anew where those held are not of that turn.

        Raises:
            DatabaseUnavailableError: they cannot be read.
        """
        held = self._held
        if held is None or held.turn != turn:
            self._load()

    def _load(self) -> _Held:
        with self._database.connection(Principal.APP) as connection:
            rows = connection.execute(_QUERIES["open_now"].text, {"machine_now": self._machine.now()}).fetchall()
        found: dict[tuple[str, str], tuple[Opened, ...]] = {}
        for _, *facts in rows:
            if facts[0] is not None:
                one = _opened(facts)
                key = (one.account, one.organisation)
                found[key] = (*found.get(key, ()), one)
        held = _Held(turn=rows[0][0], openings=found)
        # A slower thread may put an older one back: the next read hears of the other turn then.
        with self._lock:
            self._held = held
        return held


def enter_opening(connection: Connection, opened: Opened) -> None:
    """Keep an opening, as migrator; whoever calls it has its audit entry kept before the transaction is committed."""
    _change(
        connection,
        "enter_opening",
        {name: getattr(opened, name) for name in Opened.__slots__},
        at=opened.machine_opened_at,
    )


def close_opening(connection: Connection, opening: UUID, *, at: datetime, by: str) -> bool:
    """Close an opening at a machine instant, as migrator; False: it was closed before."""
    return _change(connection, "close_opening", {"id": opening, "closed_at": at, "closed_by": by}, at=at)


def new_opening(
    asker: Asker, *, name: str, digest: str, times: "Times", lasts: timedelta, person_id: UUID | None = None
) -> Opened:
    """An opening for somebody, from now on.

    Args:
        asker: for whom.
        name: of what, as `HMPPS-CHARTER.1#glass`.
        digest: of the agreement, as it is in force.
        person_id: about whom; None: about nobody in particular.
        times: the instant, by both clocks.
        lasts: until it closes by itself.
    """
    return Opened(
        id=uuid7(at=times.machine),
        account=asker.name,
        organisation=asker.organisation,
        digest=digest,
        name=name,
        person_id=person_id,
        opened_at=times.node,
        closes_at=times.node + lasts,
        machine_opened_at=times.machine,
        machine_closes_at=times.machine + lasts,
    )


class Times(NamedTuple):
    """One instant by both clocks, timezone-aware."""

    node: datetime
    machine: datetime


def _change(connection: Connection, query: str, facts: dict[str, object], *, at: datetime) -> bool:
    changed = connection.execute(_QUERIES[query].text, facts).rowcount > 0
    if changed:
        # Any value that was not there before; it tells nothing.
        connection.execute(_QUERIES["turn_openings"].text, {"turn": uuid7(at=at)})
    return changed


def _opened(facts: list[object]) -> Opened:
    return Opened(**dict(zip(Opened.__slots__, facts, strict=True)))  # type: ignore[arg-type]


def is_agreed(one: Opened, policy: Policy) -> bool:
    """Whether the agreement under which it was opened holds, with the same text."""
    agreement = policy.agreement_of(one.name)
    return agreement is not None and is_same_text(agreement, one.digest)
