"""Many who work requests at the same moment, where the views that they need are not made yet."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import pytest
from request_charter import ACCOUNTS, CARE, ROWS
from request_world import World

from gate_world import NURSE, START, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.door import Refused
from watchroom.gate.request_records import Verdict
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

POOL = 4


@pytest.fixture
def filled(database: Database) -> Database:
    write(database, ROWS)
    accounts = Accounts(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=SteppedClock(START)
    )
    for asker in ACCOUNTS:
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return database


def test_as_many_as_a_pool_has_connections_and_more_are_all_answered(filled: Database) -> None:
    """None of them waits for a connection that only the others could give back."""
    dsn, verdict = filled.conninfo(Principal.APP), Verdict(purpose=CARE, lasts=None, words="no")
    with (
        closing(Database(dsn, credentials=filled.credentials, pool_size=POOL, timeout=8.0)) as few,
        ThreadPoolExecutor(2 * POOL) as threads,
    ):
        requests = World(few).requests
        asked = [threads.submit(requests.decide, NURSE, uuid4(), verdict) for _ in range(2 * POOL)]
        assert all(isinstance(one.result(), Refused) for one in asked)
