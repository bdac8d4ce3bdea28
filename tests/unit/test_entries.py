"""The bytes of an entry, and the log in memory."""

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from watchroom.audit.entries import (
    MEANINGS,
    THINGS,
    Act,
    AuditUnavailableError,
    Entry,
    Outcome,
    canonical,
    commitment,
    prepare,
)
from watchroom.audit.memory import MemoryAuditLog
from watchroom.audit.merkle import leaf_hash, root_of
from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.model.catalogue import catalogue

SOURCE = Path(__file__).parents[2] / "src" / "watchroom"
AT = datetime(2026, 7, 24, 8, 0, tzinfo=UTC)
MACHINE_AT = datetime(2027, 1, 1, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def header_of(entry: Entry) -> dict[str, object]:
    return json.loads(prepare(entry, at=AT, machine_at=MACHINE_AT).header(7))


def test_a_header_says_who_what_when_and_by_which_clause() -> None:
    entry = Entry(
        act=Act.LIST,
        actor="officer",
        role="wing_officer",
        purpose="custody.care",
        entity="alert",
        count=3,
        clauses=("charter#alerts",),
        as_of_seq=12,
    )
    header = header_of(entry)
    body = header.pop("body")
    assert isinstance(body, str)
    assert len(body) == 64
    assert header == {
        "format": 1,
        "index": 7,
        "at": "2026-07-24T08:00:00.000000Z",
        "machine_at": "2027-01-01T00:00:00.000000Z",
        "act": "list",
        "actor": "officer",
        "role": "wing_officer",
        "purpose": "custody.care",
        "entity": "alert",
        "count": 3,
        "clauses": ["charter#alerts"],
        "as_of_seq": 12,
    }


def test_a_header_never_holds_what_the_body_says() -> None:
    entry = Entry(act=Act.CONSULT, actor="a", subjects=(ONE,), fields=("family_name",), detail={"why": "checked"})
    header = prepare(entry, at=AT, machine_at=AT).header(0)
    assert str(ONE) not in header
    assert "family_name" not in header
    assert "checked" not in header


def test_the_body_holds_each_subject_once_in_order() -> None:
    prepared = prepare(Entry(act=Act.LIST, actor="a", subjects=(TWO, ONE, TWO)), at=AT, machine_at=AT)
    assert json.loads(prepared.body)["subjects"] == [str(ONE), str(TWO)]


def test_the_commitment_opens_only_with_its_own_salt_and_body() -> None:
    prepared = prepare(Entry(act=Act.LIST, actor="a"), at=AT, machine_at=AT)
    held = json.loads(prepared.header(0))["body"]
    assert held == sha256(prepared.salt + prepared.body.encode()).hexdigest()
    assert held != commitment(prepared.salt, prepared.body + " ")
    assert held != commitment(bytes(16), prepared.body)


def test_two_entries_of_the_same_content_have_different_commitments() -> None:
    entry = Entry(act=Act.CONSULT, actor="a", subjects=(ONE,))
    assert header_of(entry)["body"] != header_of(entry)["body"]


def test_an_instant_given_by_the_caller_stands_and_is_written_in_utc() -> None:
    summer = timezone(timedelta(hours=1))
    header = header_of(Entry(act=Act.COUNT, actor="a", at=datetime(2026, 7, 24, 9, 30, tzinfo=summer)))
    assert header["at"] == "2026-07-24T08:30:00.000000Z"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        prepare(Entry(act=Act.COUNT, actor="a"), at=datetime(2026, 1, 1), machine_at=AT)  # noqa: DTZ001


def test_canonical_text_is_ascii_whatever_somebody_is_called() -> None:
    assert canonical({"b": "Siân", "a": 1}) == '{"a":1,"b":"Si\\u00e2n"}'


def test_characters_that_the_database_refuses_are_replaced() -> None:
    entry = Entry(act=Act.SIGN_IN_REFUSED, actor="a\0b\ud800c😀", detail={"x\0": "\udc00"})
    prepared = prepare(entry, at=AT, machine_at=AT)
    assert json.loads(prepared.header(0))["actor"] == "a\ufffdb\ufffdc😀"
    assert json.loads(prepared.body)["detail"] == {"x\ufffd": "\ufffd"}


def test_every_act_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Act)


def acts_entered(module: Path) -> Iterator[str]:
    """The acts that a module names as something done: not in a comparison, and not to look something up by it."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    asides = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare | ast.Dict)
        for child in ([node.left, *node.comparators] if isinstance(node, ast.Compare) else node.keys)
        if child is not None
        for part in ast.walk(child)
    }
    for node in ast.walk(tree):
        is_act = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Act"
        if isinstance(node, ast.Attribute) and is_act and id(node) not in asides:
            yield node.attr


def test_every_act_that_is_documented_is_entered_by_some_code() -> None:
    modules = [path for path in SOURCE.rglob("*.py") if path != SOURCE / "audit" / "entries.py"]
    entered = {act for module in modules for act in acts_entered(module)}
    assert {act.name for act in Act} - entered == set()


def test_an_entry_may_be_about_whatever_the_gate_can_be_asked_for() -> None:
    for name in (*BESIDE_ENTITIES, *catalogue().entities):
        assert header_of(Entry(act=Act.LIST, actor="a", entity=name))["entity"] == name
    assert THINGS.keys().isdisjoint(catalogue().entities)


@pytest.mark.parametrize(
    "typed",
    [
        {"entity": "handover Smith, John"},
        {"entity": "smith"},
        {"entity": "LEI-A"},
        {"entity": ""},
        {"purpose": "to look at smith"},
        {"purpose": "custody.care smith"},
        {"role": "smith"},
        {"role": "wing_officer+smith"},
        {"role": ""},
        {"query": "select family_name from person where family_name = 'SMITH'"},
        {"query": "people,"},
    ],
)
def test_no_word_that_somebody_typed_stands_in_a_header_nor_in_the_refusal_of_it(typed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="entry") as refused:
        Entry(act=Act.LIST, actor="a", **typed)  # type: ignore[arg-type]
    assert "smith" not in str(refused.value).lower()
    assert "LEI-A" not in str(refused.value)


def test_an_act_that_failed_says_so_in_what_is_kept_for_ever() -> None:
    assert header_of(Entry(act=Act.LIST, actor="a", outcome=Outcome.FAILED))["outcome"] == "failed"
    assert "outcome" not in header_of(Entry(act=Act.LIST, actor="a"))


def test_the_log_in_memory_makes_the_same_tree() -> None:
    log = MemoryAuditLog()
    receipts = [log.append(Entry(act=Act.COUNT, actor="a", count=number)) for number in range(5)]
    leaves = [leaf_hash(header.encode()) for header in log.headers()]
    assert [receipt.leaf_hash for receipt in receipts] == leaves
    assert [receipt.index for receipt in receipts] == [0, 1, 2, 3, 4]
    assert log.root() == root_of(leaves)


def test_the_log_in_memory_can_be_taken_away() -> None:
    log = MemoryAuditLog()
    log.is_available = False
    with pytest.raises(AuditUnavailableError):
        log.append(Entry(act=Act.COUNT, actor="a"))
    assert log.entries == []
