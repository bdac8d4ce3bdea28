"""Laws of the log: nothing can be changed, dropped, moved or cut off without being named."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit_node import AT, AuditNode, audit_node
from watchroom.audit.entries import Act, Entry, Prepared, commitment, prepare
from watchroom.audit.log import Pace
from watchroom.audit.ranges import IndexRange, covers, parse_ranges
from watchroom.audit.verify import Fault, Verified
from watchroom.store.database import Database

SIZE = 30
RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    made = audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)
    made.write(SIZE, pace=Pace(checkpoint_entries=7, checkpoint_seconds=10**6))
    for table in ("entry", "body", "frontier"):
        made.tamper(f"create table audit.kept_{table} as table audit.{table}")
    return made


def heal(node: AuditNode) -> None:
    with node.as_owner() as connection:
        for table in ("entry", "body", "frontier"):
            connection.execute(f"truncate audit.{table}")
            connection.execute(f"insert into audit.{table} table audit.kept_{table}")


@RELAXED
@given(index=st.integers(0, SIZE - 1), place=st.integers(0, 10**6), letter=st.sampled_from('0aZ}" '))
def test_no_letter_of_a_header_or_body_can_be_changed(node: AuditNode, index: int, place: int, letter: str) -> None:
    for table, column in (("entry", "header"), ("body", "body")):
        heal(node)
        touched = node.tamper(
            f"update audit.{table} set {column} ="
            f" overlay({column} placing %s from 1 + %s %% length({column}) for 1)"
            f" where index = %s and substr({column}, 1 + %s %% length({column}), 1) <> %s",
            (letter, place, index, place, letter),
        )
        found = node.verify()
        assert isinstance(found, Fault) == (touched == 1)
        if isinstance(found, Fault):
            assert (found.index, found.last) == (index, index)


@RELAXED
@given(st.sets(st.integers(0, SIZE - 1), min_size=1))
def test_the_first_of_any_dropped_entries_is_named(node: AuditNode, dropped: set[int]) -> None:
    heal(node)
    for table in ("entry", "body"):
        node.tamper(f"delete from audit.{table} where index = any(%s)", (sorted(dropped),))
    found = node.verify()
    assert isinstance(found, Fault)
    assert found.index == min(dropped)


@RELAXED
@given(st.permutations(range(6)))
def test_the_first_entry_out_of_its_place_is_named(node: AuditNode, order: list[int]) -> None:
    heal(node)
    with node.as_owner() as connection:
        for table in ("entry", "body"):
            connection.execute(f"delete from audit.{table} where index between 10 and 15")
        for place, origin in enumerate(order):
            at = {"at": 10 + place, "origin": 10 + origin}
            connection.execute(
                "insert into audit.entry select %(at)s, header, leaf_hash from audit.kept_entry"
                " where index = %(origin)s",
                at,
            )
            connection.execute(
                "insert into audit.body select %(at)s, salt, body from audit.kept_body where index = %(origin)s", at
            )
    moved = [10 + place for place, origin in enumerate(order) if place != origin]
    found = node.verify()
    if moved:
        assert isinstance(found, Fault)
        assert found.index == moved[0]
    else:
        assert isinstance(found, Verified)


ENTRIES = st.builds(
    Entry,
    act=st.sampled_from(list(Act)),
    actor=st.text(),
    organisation=st.none() | st.text(),
    count=st.none() | st.integers(),
    subjects=st.lists(st.uuids(), max_size=4).map(tuple),
    fields=st.lists(st.text(), max_size=3).map(tuple),
    detail=st.dictionaries(st.text(), st.text(), max_size=3),
)


def prepared_of(entry: Entry) -> Prepared:
    return prepare(entry, at=AT, machine_at=AT)


@given(ENTRIES, st.integers(min_value=0))
def test_a_header_is_ascii_reads_back_and_commits_to_its_body(entry: Entry, index: int) -> None:
    prepared = prepared_of(entry)
    header = prepared.header(index)
    assert header.isascii()
    assert prepared.body.isascii()
    read = json.loads(header)
    assert (read["index"], read["act"]) == (index, entry.act.value)
    assert read["body"] == commitment(prepared.salt, prepared.body)
    assert "\\u0000" not in header.replace("\\\\", "")
    assert header == json.dumps(read, sort_keys=True, separators=(",", ":"))


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 20))), st.integers(0, 250))
def test_ranges_cover_what_they_say_and_nothing_else(parts: list[tuple[int, int]], index: int) -> None:
    text = ",".join(str(IndexRange(first=first, last=first + more)) for first, more in parts)
    assert covers(parse_ranges(text), index) == any(first <= index <= first + more for first, more in parts)


@given(st.text())
def test_ranges_that_cannot_be_read_cover_nothing_and_do_no_harm(text: str) -> None:
    assert all(isinstance(part, IndexRange) for part in parse_ranges(text))
