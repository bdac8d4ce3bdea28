"""The law of the room: nobody is given an entry of the log whose own reading is not an entry before."""

import ast
from pathlib import Path
from uuid import UUID

import pytest

from audit_node import LATE, AuditNode, audit_node, numbered
from log_reading import latest as seen
from watchroom.audit.entries import Act, Entry
from watchroom.audit.memory import MemoryAuditLog
from watchroom.audit.read import about, latest
from watchroom.audit.witness import UnwitnessedError, Witness, enter_reading
from watchroom.store.database import Database

ROOM = Path(__file__).parents[2] / "src" / "watchroom" / "audit"
# These hash entries, and give numbers or the index at fault.
GIVES_NO_ENTRY = {"verify.py:_rows"}
READING = Entry(act=Act.LIST, actor="dpo", entity="audit")


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    made = audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)
    made.write(5)
    return made


def readers_of_entries() -> dict[str, ast.FunctionDef]:
    """The functions of the room that ask for headers or bodies, by file and name, the innermost one."""
    queries = {
        part.partition("(")[0].strip()
        for part in (ROOM / "queries.sql").read_text("utf-8").split("-- name: ")[1:]
        if any(f"    {column}\n" in part or f"    {column}," in part for column in ("entry.header", "body.body"))
    }
    assert {"latest_entries", "entries_about", "entries_between", "all_entries", "entries_of_note"} <= queries
    found: dict[str, ast.FunctionDef] = {}
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                asked = {
                    part.slice.value
                    for part in ast.walk(node)
                    if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant)
                }
                if asked & queries:
                    found[f"{path.name}:{node.name}"] = node
    return found


def test_whoever_reads_entries_holds_a_witness_or_a_connection_of_one() -> None:
    """A function that asks for entries wants a witness, or a connection that `witnessed` gave to the one above it."""
    readers = readers_of_entries()
    assert readers
    for name, node in readers.items():
        wants = {ast.unparse(one.annotation) for one in (*node.args.args, *node.args.kwonlyargs) if one.annotation}
        assert name in GIVES_NO_ENTRY or wants & {"Witness", "Connection"}, name


def test_the_audit_login_is_opened_by_the_witness_and_by_what_gives_no_entry() -> None:
    opening = {path.name for path in ROOM.glob("*.py") if "connection(Principal.AUDIT)" in path.read_text("utf-8")}
    # The log appends and tells its frontier, `verify` hashes, `export` asks for places of entries only, and
    # `verdicts` whether one concerns somebody. The others keep tables of their own beside the log: cases of looks and
    # requests of people; `erasure` deletes bodies.
    kept_beside = {"erasure.py", "subject_requests.py", "look_cases.py", "looks.py"}
    assert opening == {"witness.py", "log.py", "verify.py", "export.py", "verdicts.py"} | kept_beside


def test_the_reading_stands_in_the_log_before_anything_is_given(node: AuditNode) -> None:
    with node.log(LATE) as log:
        found = latest(node.database, witness=enter_reading(log, READING))
    assert (found[0].act, found[0].actor, found[0].header["entity"]) == ("list", "dpo", "audit")
    assert len(found) == 6


def test_the_reading_about_a_person_names_them_and_does_not_answer_itself(node: AuditNode) -> None:
    person = UUID(int=3)
    with node.log(LATE) as log:
        entry = Entry(act=Act.CONSULT, actor="dpo", entity="audit", subjects=(person,))
        found = about(node.database, person, witness=enter_reading(log, entry))
        assert [one.index for one in found.entries] == [3]
        again = about(node.database, person, witness=enter_reading(log, entry))
    assert [one.index for one in again.entries] == [5, 3]


def test_a_witness_opens_one_reading(node: AuditNode) -> None:
    with node.log(LATE) as log:
        witness = enter_reading(log, READING)
        latest(node.database, witness=witness)
        with pytest.raises(UnwitnessedError):
            latest(node.database, witness=witness)


def test_a_witness_of_another_person_opens_nothing(node: AuditNode) -> None:
    with node.log(LATE) as log:
        for subjects in ((), (UUID(int=4),)):
            entry = Entry(act=Act.CONSULT, actor="dpo", entity="audit", subjects=subjects)
            with pytest.raises(UnwitnessedError):
                about(node.database, UUID(int=3), witness=enter_reading(log, entry))


def test_a_witness_of_another_log_opens_nothing(node: AuditNode) -> None:
    memory = MemoryAuditLog()
    for number in range(4):
        memory.append(numbered(number))
    with pytest.raises(UnwitnessedError):
        latest(node.database, witness=enter_reading(memory, READING))


def test_a_witness_cannot_be_made_without_an_entry(node: AuditNode) -> None:
    with node.log(LATE) as log:
        receipt = log.append(READING)
    with pytest.raises(UnwitnessedError):
        Witness(READING, receipt, made_by=object())


def test_an_entry_about_something_else_is_no_reading_of_the_log(node: AuditNode) -> None:
    with node.log(LATE) as log, pytest.raises(UnwitnessedError):
        enter_reading(log, Entry(act=Act.LIST, actor="dpo", entity="person"))
    assert len(seen(node.database)) == 5
