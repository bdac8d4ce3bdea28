"""A wing with two people on it whom an officer may ask about, its staff and its desks."""

from datetime import timedelta
from uuid import UUID

from request_charter import ACCOUNTS, CARE, CHARTER, NAME, NEEDS, ROWS

from gate_world import NURSE, OFFICER, START, ZONE, ids, look, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused
from watchroom.gate.request_records import Ask, AskReason, Request, RequestState, Verdict
from watchroom.gate.requests import Requests
from watchroom.gate.restrictions import Restrictions
from watchroom.kernel.clock import SteppedClock
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Database, Principal


class World:
    """A wing with two people on it whom an officer may ask about, and its desks."""

    def __init__(self, database: Database, *agreements: Agreement) -> None:
        self.database = database
        self.clock = SteppedClock(START + timedelta(days=1))
        self.audit = MemoryAuditLog(clock=self.clock, machine_clock=self.clock)
        self.gate = Gate(
            database=database,
            audit=self.audit,
            agreements=agreements or (CHARTER,),
            clock=self.clock,
            zone=ZONE,
            machine=self.clock,
        )
        self.requests = Requests(
            database=database, audit=self.audit, gate=self.gate, zone=ZONE, clock=self.clock, machine=self.clock
        )
        self.restrictions = Restrictions(database=database, audit=self.audit, organisation="HMPPS", machine=self.clock)

    def person(self, number: str) -> UUID:
        with self.database.connection(Principal.LOADER) as connection:
            row = connection.execute("select id from record.person where prison_number = %s", (number,)).fetchone()
        assert row is not None
        return row[0]

    def ask(self, asker: Asker = OFFICER, number: str = "A1", **more: object) -> Request | Refused:
        wanted = {"name": NAME, "person_id": None, "purpose": CARE, "reason": AskReason.CARE} | more
        wanted["person_id"] = wanted["person_id"] or self.person(number)
        return self.requests.ask(asker, Ask(**wanted))  # type: ignore[arg-type]

    def asked(self, asker: Asker = OFFICER, number: str = "A1") -> Request:
        found = self.ask(asker, number)
        assert isinstance(found, Request), found
        return found

    def decide(
        self, request: Request, by: Asker = NURSE, *, hours: float | None = 12, words: str = ""
    ) -> Request | Refused:
        lasts = None if hours is None else timedelta(hours=hours)
        return self.requests.decide(by, request.id, Verdict(purpose=CARE, lasts=lasts, words=words))

    def given(self, number: str = "A1", *, hours: float = 12) -> Request:
        found = self.decide(self.asked(number=number), hours=hours)
        assert isinstance(found, Request), found
        return found

    def state(self, request: Request, of: Asker = OFFICER) -> RequestState:
        (found,) = (one for one in self.requests.mine(of, most=50) if one.id == request.id)
        return found.state(self.requests.now())

    def told(self, asker: Asker = OFFICER, purpose: str = CARE) -> set[object]:
        return ids(look(self.gate, asker, NEEDS, purpose=purpose), "description") - {None}

    def acts(self) -> list[str]:
        return [entry.act.value for entry in self.audit.entries]


def code(found: Request | Refused) -> str:
    assert isinstance(found, Refused), found
    return found.code


def world_of(database: Database) -> World:
    """The wing with its staff."""
    write(database, ROWS)
    accounts = Accounts(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=SteppedClock(START)
    )
    for asker in ACCOUNTS:
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return World(database)
