"""What is suspended stays closed: in running reads, for other gates and processes, and after a restart."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from test_gate import WINGS

from gate_world import GOVERNOR, NURSE, OFFICER, charter, gate_of, look, query, write
from watchroom.audit.entries import AuditUnavailableError, Outcome
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen
from watchroom.kernel.errors import UsageError
from watchroom.store.database import Database, DatabaseUnavailableError, Principal

READER = Path(__file__).parents[1] / "gate_reader.py"
PEOPLE = query("select id from person")
RELATIONS = ("person", "alert", "custody_episode", "location", "roll", "change", "care_need", "movement")


@pytest.fixture
def filled(database: Database) -> Database:
    write(database, WINGS)
    return database


def read(gate: Gate, asker: Asker = OFFICER, *, purpose: str = "custody.care") -> Seen[int] | Refused:
    return gate.read(
        asker, asked=Asked(purpose=purpose, act=Act.LIST, what="person"), look=lambda view: len(view.records(PEOPLE))
    )


def suspend(gate: Gate, asker: Asker = OFFICER) -> None:
    gate.suspend(asker, purpose="custody.care", by="i.gov")


def assert_suspended(found: object) -> None:
    assert isinstance(found, Refused), found
    assert found.code == "suspended"


def opened_again(database: Database) -> Database:
    """The database as another process has it: its own pools."""
    credentials = database._credentials  # pyright: ignore[reportPrivateUsage]
    return Database(database.conninfo(Principal.APP), credentials=credentials, pool_size=2)


def privileges(database: Database) -> list[tuple[Any, ...]]:
    """What audience roles may still do in their schemas."""
    with database.connection(Principal.APP) as connection:
        return connection.execute(
            "select c.relname, a.grantee::regrole from pg_class as c"
            " join pg_namespace as n on n.oid = c.relnamespace, aclexplode(c.relacl) as a"
            " where n.nspname like 'seen\\_%' and a.grantee::regrole::text like '%\\_seen\\_%'"
            " union all select n.nspname, a.grantee::regrole from pg_namespace as n, aclexplode(n.nspacl) as a"
            " where n.nspname like 'seen\\_%' and a.grantee::regrole::text like '%\\_seen\\_%'"
        ).fetchall()


def test_a_suspended_audience_is_refused_with_its_reason_and_an_entry(filled: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(filled, audit=audit)
    assert isinstance(read(gate), Seen)
    suspend(gate)
    did = audit.entries[-1]
    assert (did.act, did.actor, did.entity) == (Act.POLICY_CHANGE, "i.gov", "policy")
    assert did.detail == {
        "did": "suspended",
        "organisation": "HMPPS",
        "roles": "wing_officer",
        "purpose": "custody.care",
    }
    before = len(audit.entries)
    assert_suspended(read(gate))
    (entry,) = audit.entries[before:]
    assert (entry.act, entry.purpose, entry.count, entry.subjects) == (Act.REFUSE, "custody.care", 0, ())
    assert entry.detail == {"reason": "suspended"}
    assert privileges(filled) == []


def test_a_suspension_closes_that_purpose_for_those_roles_and_nothing_else(filled: Database) -> None:
    gate = gate_of(filled)
    suspend(gate)
    assert_suspended(read(gate))
    assert isinstance(read(gate, purpose="custody.safety"), Seen)
    assert isinstance(read(gate, NURSE), Seen)
    assert isinstance(read(gate, GOVERNOR), Seen)
    assert isinstance(read(gate_of(filled, replace(charter(), version=2, digest="1" * 64))), Seen)


def test_a_suspension_closes_every_audience_of_the_roles(filled: Database) -> None:
    gate = gate_of(filled)
    more = replace(OFFICER, roles=("nurse", "wing_officer"))
    cleared = replace(OFFICER, clearance="official_sensitive")
    wide = replace(OFFICER, units=tuple(f"LEI-{number}" for number in range(40)))
    alike = (OFFICER, more, cleared, wide)
    assert all(isinstance(read(gate, asker), Seen) for asker in alike)
    suspend(gate)
    for asker in alike:
        assert_suspended(read(gate, asker))
        assert_suspended(read(gate_of(filled), asker))
    assert privileges(filled) == []


def test_more_roles_than_the_suspended_ones_are_refused_and_fewer_are_not(filled: Database) -> None:
    gate = gate_of(filled)
    suspend(gate, replace(OFFICER, roles=("wing_officer", "nurse")))
    assert isinstance(read(gate), Seen)
    assert_suspended(read(gate, replace(OFFICER, roles=("nurse", "wing_officer", "duty_governor"))))


def test_an_audience_may_be_suspended_before_anybody_was_in_it(filled: Database) -> None:
    suspend(gate_of(filled))
    assert_suspended(read(gate_of(filled)))
    assert privileges(filled) == []


def test_another_gate_that_knows_the_audience_already_is_told(filled: Database) -> None:
    with closing(opened_again(filled)) as other:
        first, second = gate_of(filled), gate_of(other)
        assert isinstance(read(first), Seen)
        assert isinstance(read(second), Seen)
        suspend(first)
        assert_suspended(read(second))
        # One that knows the audience and not yet the view is no way round.
        found = second.read(
            OFFICER,
            asked=Asked(purpose="custody.care", act=Act.LIST, what="alert"),
            look=lambda view: view.records(query("select id from alert")),
        )
        assert_suspended(found)
        assert_suspended(read(gate_of(other)))
    assert privileges(filled) == []


def test_a_suspension_bites_within_a_running_read_which_is_refused_with_what_it_had_read(filled: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(filled, audit=audit)

    def suspended(view: Any) -> int:
        first = len(view.records(PEOPLE))
        suspend(gate)
        sleep(0.06)  # longer than a prepared statement may go on without hearing of it
        return first + len(view.records(PEOPLE))

    assert_suspended(
        gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=suspended)
    )
    change, entry = audit.entries
    assert change.act is Act.POLICY_CHANGE
    assert (entry.act, entry.count, len(entry.subjects)) == (Act.REFUSE, 2, 2)


def test_a_read_that_was_suspended_after_its_last_question_gives_nothing(filled: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(filled, audit=audit)

    def reading(view: Any) -> int:
        with view.together():
            found = len(view.records(PEOPLE))
            suspend(gate_of(filled))
            sleep(0.06)
        return found

    found = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=reading)
    assert_suspended(found)
    assert audit.entries[-1].act is Act.REFUSE
    assert audit.entries[-1].subjects, "what it had read is in the log all the same"


def test_a_read_of_which_it_cannot_be_found_out_whether_it_was_suspended_gives_nothing(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(filled, audit=audit)

    def reading(view: Any) -> int:
        found = len(view.records(PEOPLE))
        sleep(0.06)

        def away(*_: object) -> None:
            raise DatabaseUnavailableError("no connection")

        monkeypatch.setattr(filled, "connection", away)
        return found

    with pytest.raises(DatabaseUnavailableError):
        gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=reading)
    assert audit.entries[-1].outcome is Outcome.FAILED


def test_whoever_is_suspended_is_refused_also_where_they_ask_of_nobody(filled: Database) -> None:
    gate = gate_of(filled)
    assert isinstance(read(gate), Seen)
    suspend(gate)
    asked = Asked(purpose="custody.care", act=Act.LIST, what="person")
    assert_suspended(gate.read(OFFICER, asked=asked, look=lambda view: view.moment.sequence))


def test_a_running_read_makes_no_new_view_on_a_suspended_footing(filled: Database) -> None:
    gate = gate_of(filled)

    def suspended(view: Any) -> object:
        suspend(gate)
        return view.records(query("select id from alert"))

    assert_suspended(
        gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="alert"), look=suspended)
    )
    assert privileges(filled) == []


def test_many_gates_that_make_views_while_one_suspends_never_open_it_again(filled: Database) -> None:
    """Each gate is a fresh one, so that it makes the audience and its views under the suspender's feet."""
    begun = Event()

    def ask(number: int) -> list[str]:
        codes: list[str] = []
        with closing(opened_again(filled)) as own:
            for turn in range(6):
                asked = query(f"select count(*) as n from {RELATIONS[(number + turn) % len(RELATIONS)]}")
                found = gate_of(own).read(
                    OFFICER,
                    asked=Asked(purpose="custody.care", act=Act.LIST, what="person"),
                    look=lambda view, asked=asked: view.records(asked),
                )
                codes.append("seen" if isinstance(found, Seen) else found.code)
                begun.set()
        return codes

    with ThreadPoolExecutor(5) as threads:
        waiting = [threads.submit(ask, number) for number in range(4)]
        assert begun.wait(30)
        threads.submit(suspend, gate_of(filled)).result()
        answers = [one.result() for one in waiting]
    for codes in answers:
        assert codes == sorted(codes), "what was suspended was seen again"
        assert set(codes) <= {"seen", "suspended"}
    assert {codes[-1] for codes in answers} == {"suspended"}
    assert privileges(filled) == []


def test_another_process_hears_of_it_at_once_and_so_does_one_that_starts_later(
    filled: Database, tmp_path: Path
) -> None:
    secret = tmp_path / "credentials.json"
    secret.write_text(credentials_json(filled))
    command = [sys.executable, str(READER), str(secret)]
    with subprocess.Popen([*command, "100000"], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "2\n"
        suspend(gate_of(filled))
        told = [line.strip() for line in running.stdout]
    assert told[-1] == "suspended"
    assert set(told) <= {"2", "suspended"}
    assert told == sorted(told), "what was suspended was seen again"
    later = subprocess.run([*command, "1"], capture_output=True, text=True, check=True)
    assert later.stdout == "suspended\n"
    assert privileges(filled) == []


def test_a_suspension_that_cannot_be_recorded_bites_all_the_same(filled: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(filled, audit=audit)
    audit.is_available = False
    with pytest.raises(AuditUnavailableError):
        suspend(gate)
    audit.is_available = True
    assert_suspended(read(gate))


def test_a_purpose_that_there_is_not_cannot_be_suspended(filled: Database) -> None:
    with pytest.raises(UsageError):
        gate_of(filled).suspend(OFFICER, purpose="curiosity", by="i.gov")


def test_nobody_but_the_migrator_opens_it_again(filled: Database) -> None:
    gate = gate_of(filled)
    suspend(gate)
    for statement in ("delete from gate.suspension", "update gate.suspension set purpose = 'x'"):
        for principal in (Principal.APP, Principal.LOADER, Principal.AUDIT):
            with pytest.raises(Exception, match="permission denied"), filled.connection(principal) as connection:
                connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
    assert look(gate, GOVERNOR, "select id from person")


def credentials_json(database: Database) -> str:
    """What another process needs to read through a gate of its own."""
    parts = conninfo_to_dict(database.conninfo(Principal.APP))
    for name in ("user", "password", "options", "application_name"):
        parts.pop(name, None)
    given = database._credentials.passwords  # pyright: ignore[reportPrivateUsage]
    passwords = {principal.value: password.reveal() for principal, password in given.items()}
    return json.dumps({"dsn": make_conninfo("", **parts), "prefix": database.prefix, "passwords": passwords})
