"""Audiences end when nobody uses them, never under a read, and are made again when somebody needs them."""

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from uuid import uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from test_gate import WINGS

from gate_world import GOVERNOR, NURSE, OFFICER, START, charter, gate_of, person, query, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Seen, View
from watchroom.gate.eviction import MOST_ON_ONE_CONNECTION, Stay
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import WatchroomError
from watchroom.node.upkeep import Upkeep
from watchroom.store.database import Database, Principal

READER = Path(__file__).parents[1] / "gate_reader.py"
PEOPLE = query("select id from person")
AT_ONCE = Stay(unused=timedelta(0))
SOON = Stay(unused=timedelta(milliseconds=10), most=1)


@pytest.fixture
def filled(database: Database) -> Database:
    write(database, WINGS)
    write(database, {"person": [person("9")]}, hour=2, is_full=False)
    return database


@pytest.fixture
def gate(filled: Database) -> Gate:
    """Of a policy of its own: roles are of the whole server, and other tests run beside this one."""
    return own_gate(filled)


def own_gate(database: Database, audit: MemoryAuditLog | None = None, digest: str = "") -> Gate:
    return gate_of(database, replace(charter(), digest=digest or uuid4().hex * 2), audit=audit)


def asked(*, purpose: str = "custody.care", is_past: bool = False) -> Asked:
    return Asked(purpose=purpose, act=Act.LIST, what="person", as_of=START + timedelta(hours=1) if is_past else None)


def read(gate: Gate, asker: Asker = OFFICER, *, purpose: str = "custody.care", is_past: bool = False) -> int:
    seen = gate.read(asker, asked=asked(purpose=purpose, is_past=is_past), look=lambda view: len(view.records(PEOPLE)))
    assert isinstance(seen, Seen), seen
    return seen.value


def standing(database: Database) -> set[str]:
    """The audiences that have a row, a schema and a role."""
    with database.connection(Principal.APP) as connection:
        rows = connection.execute(
            "select a.hash from gate.audience as a"
            " inner join pg_namespace as n on n.nspname = a.schema_name"
            " inner join pg_roles as r on r.rolname = a.role_name"
        ).fetchall()
    return {row[0] for row in rows}


def left_over(database: Database, name: str) -> int:
    with database.connection(Principal.APP) as connection:
        row = connection.execute(
            "select (select count(*) from pg_namespace where nspname like '%%' || %(name)s)"
            " + (select count(*) from pg_roles where rolname like '%%' || %(name)s)",
            {"name": name},
        ).fetchone()
    return 0 if row is None else row[0]


def test_an_audience_that_nobody_used_is_dropped_whole_and_made_again_at_the_next_read(
    gate: Gate, filled: Database
) -> None:
    before = read(gate)
    (name,) = standing(filled)
    assert gate.evict().dropped == []
    assert gate.evict(AT_ONCE).dropped == [name]
    assert standing(filled) == set()
    assert left_over(filled, name) == 0
    assert read(gate) == before > 0
    assert standing(filled) == {name}


def test_what_was_used_lately_stays(gate: Gate, filled: Database) -> None:
    read(gate)
    kept = standing(filled)
    read(gate, NURSE)
    sleep(0.3)
    read(gate)
    gate.evict(Stay(unused=timedelta(seconds=0.25)))
    assert standing(filled) == kept


def test_the_past_has_an_audience_that_is_made_again_as_well(gate: Gate, filled: Database) -> None:
    present, past = read(gate), read(gate, is_past=True)
    assert len(standing(filled)) == 2
    assert len(gate.evict(AT_ONCE).dropped) == 2
    assert (read(gate, is_past=True), read(gate)) == (past, present)


def test_an_audience_in_which_a_read_is_is_never_dropped(gate: Gate, filled: Database) -> None:
    read(gate, NURSE)
    found = []

    def look(view: View) -> int:
        for _ in range(3):
            found.append(gate.evict(AT_ONCE))
            found.append(len(view.records(PEOPLE)))
        return 0

    kept = read(gate)
    assert isinstance(gate.read(OFFICER, asked=asked(), look=look), Seen)
    assert [one for one in found if isinstance(one, int)] == [kept] * 3
    evictions = [one for one in found if not isinstance(one, int)]
    assert [one.held for one in evictions] == [1, 1, 1]
    assert len(standing(filled)) == 1


def test_a_read_in_the_past_holds_the_audience_of_the_past(gate: Gate, filled: Database) -> None:
    def look(view: View) -> int:
        view.records(PEOPLE)
        assert gate.evict(AT_ONCE).held == 2
        return len(view.records(PEOPLE))

    assert isinstance(gate.read(OFFICER, asked=asked(is_past=True), look=look), Seen)
    assert len(standing(filled)) == 2


def test_another_gate_that_knows_a_dropped_audience_reads_as_if_nothing_had_happened(filled: Database) -> None:
    audit, digest = MemoryAuditLog(), uuid4().hex * 2
    one, other = own_gate(filled, digest=digest), own_gate(filled, audit, digest)
    present, past = read(other), read(other, is_past=True)
    assert read(one) == present
    one.evict(AT_ONCE)
    before = len(audit.entries)
    assert (read(other, is_past=True), read(other)) == (past, present)
    assert [(entry.act, entry.outcome) for entry in audit.entries[before:]] == [(Act.LIST, None)] * 2


def test_a_gate_whose_audience_another_made_again_still_tells_the_fields_that_it_gave(filled: Database) -> None:
    audit, digest = MemoryAuditLog(), uuid4().hex * 2
    one, other = own_gate(filled, digest=digest), own_gate(filled, audit, digest)
    read(other)
    one.evict(AT_ONCE)
    read(one)
    numbers = query("select prison_number from person", name="numbers")
    assert isinstance(other.read(OFFICER, asked=asked(), look=lambda view: len(view.records(numbers))), Seen)
    assert "person.prison_number" in audit.entries[-1].fields


def test_those_of_an_earlier_policy_go_at_once(filled: Database) -> None:
    earlier, later = (uuid4().hex * 2 for _ in range(2))
    read(own_gate(filled, digest=earlier))
    gone = standing(filled)
    gate = own_gate(filled, digest=later)
    read(gate)
    with filled.connection(Principal.MIGRATOR) as connection:
        connection.execute("insert into gate.policy (policy_hash, since) values (%s, %s)", (gate.policy.hash, START))
    assert set(gate.evict().dropped) == gone
    assert len(standing(filled)) == 1


def test_those_that_the_login_of_the_pages_may_still_become_go_at_once(gate: Gate, filled: Database) -> None:
    read(gate)
    (name,) = standing(filled)
    with filled.connection(Principal.MIGRATOR) as connection:
        connection.execute(
            f"grant {filled.prefix}_seen_{name} to {filled.roles.login(Principal.APP)}"  # pyright: ignore[reportArgumentType]
        )
    assert gate.evict().dropped == [name]


def test_of_too_many_the_last_used_stay(gate: Gate, filled: Database) -> None:
    read(gate, NURSE)
    earliest = standing(filled)
    read(gate, GOVERNOR)
    read(gate)
    assert set(gate.evict(Stay(most=2)).dropped) == earliest
    assert len(standing(filled)) == 2


def test_audiences_may_be_dropped_all_the_time_while_others_read(gate: Gate, filled: Database) -> None:
    rights = [(asker, read(gate, asker)) for asker in (OFFICER, NURSE, GOVERNOR)]
    over, wrong = Event(), list[object]()

    def reading() -> None:
        while not over.is_set():
            try:
                wrong.extend(asker.name for asker, right in rights if read(gate, asker) != right)
            except Exception as fault:  # noqa: BLE001
                wrong.append(repr(fault))

    threads = [Thread(target=reading) for _ in range(3)]
    for thread in threads:
        thread.start()
    dropped, end = 0, monotonic() + 4
    while monotonic() < end:
        dropped += len(gate.evict(SOON).dropped)
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert dropped > 0


def test_another_process_reads_while_audiences_are_dropped(filled: Database, tmp_path: Path) -> None:
    gate = gate_of(filled)
    right = read(gate)
    given = tmp_path / "reader.json"
    credentials = filled._credentials  # pyright: ignore[reportPrivateUsage]
    known = conninfo_to_dict(filled.conninfo(Principal.APP))
    dsn = make_conninfo("", **{key: known[key] for key in ("host", "port", "dbname")})
    passwords = {one.value: secret.reveal() for one, secret in credentials.passwords.items()}
    given.write_text(json.dumps({"dsn": dsn, "prefix": credentials.prefix, "passwords": passwords}))
    with subprocess.Popen([sys.executable, READER, given, "150"], stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            gate.evict(SOON)
            sleep(0.05)
        out, _ = process.communicate()
    assert process.returncode == 0
    assert out.split() == [str(right)] * 150


def test_a_connection_that_touched_many_audiences_is_used_no_more(filled: Database) -> None:
    credentials = filled._credentials  # pyright: ignore[reportPrivateUsage]
    with closing(Database(filled.conninfo(Principal.APP), credentials=credentials, pool_size=1)) as one:
        gate = own_gate(one)

        def backend() -> int:
            with one.connection(Principal.READER) as connection:
                return connection.info.backend_pid

        first = backend()
        for _ in range(3):
            read(gate)
        assert backend() == first
        for _ in range(MOST_ON_ONE_CONNECTION - 1):
            read(own_gate(one))
        assert backend() != first


@pytest.mark.parametrize("fault", [WatchroomError("not this time"), OSError(28, "no space left"), KeyError("name")])
def test_a_running_node_does_it_by_itself_and_no_fault_stops_it_or_goes_untold(
    gate: Gate, filled: Database, fault: Exception
) -> None:
    read(gate)
    done = Event()

    def failing() -> None:
        raise fault

    def dropping() -> None:
        gate.evict(AT_ONCE)
        done.set()

    upkeep = Upkeep({"log": failing, "audiences": dropping}, clock=SteppedClock(START))
    assert [one.done_at for one in upkeep.standing()] == [None, None]
    with upkeep.running(every=0.05):
        assert done.wait(10)
        done.clear()
        assert done.wait(10), "the thread has gone on after the fault"
    assert standing(filled) == set()
    failed, well = upkeep.standing()
    assert (failed.fault, failed.failed_at, failed.done_at) == (type(fault).__name__, START, None)
    assert (well.fault, well.failed_at, well.done_at) == ("", None, START)
