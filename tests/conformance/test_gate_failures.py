"""A read that gives nothing leaves one entry all the same: that it failed or was refused, and what it had read."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from test_gate import WINGS

from gate_world import OFFICER, gate_of, query, write
from watchroom.audit.entries import AuditUnavailableError, Entry, Outcome
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Act, Asked, Declined, Gate, Refused, View
from watchroom.gate.errors import QuestionError, QuestionFailedError, TooMuchError
from watchroom.gate.reading import Limits
from watchroom.kernel.errors import NotFoundError
from watchroom.store.database import Database

PEOPLE = query("select id, family_name from person", name="people")
ONE = query("select id, family_name from person where id = :person_id", name="one", parameters="person_id")
HIDDEN = UUID("01900000-0000-7000-8000-00000000abcd")


@pytest.fixture
def audit() -> MemoryAuditLog:
    return MemoryAuditLog()


@pytest.fixture
def gate(database: Database, audit: MemoryAuditLog) -> Gate:
    write(database, WINGS)
    return gate_of(database, audit=audit)


def read(gate: Gate, look: Callable[[View], object]) -> object:
    return gate.read(
        OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person", detail={"post": "LEI-A"}), look=look
    )


def only(audit: MemoryAuditLog) -> Entry:
    (entry,) = audit.entries
    return entry


def after_people(fault: BaseException) -> Callable[[View], object]:
    def look(view: View) -> object:
        view.records(PEOPLE)
        raise fault

    return look


@pytest.mark.parametrize(
    "fault",
    [NotFoundError("no such post: SMITH"), ValueError("SMITH"), KeyboardInterrupt(), QuestionFailedError("SMITH")],
    ids=lambda fault: type(fault).__name__,
)
def test_a_read_that_fails_after_rows_were_read_is_recorded_with_them(
    gate: Gate, audit: MemoryAuditLog, fault: BaseException
) -> None:
    with pytest.raises(type(fault)) as left:
        read(gate, after_people(fault))
    assert left.value is fault
    entry = only(audit)
    assert (entry.act, entry.outcome, entry.entity, entry.purpose) == (
        Act.LIST,
        Outcome.FAILED,
        "person",
        "custody.care",
    )
    assert (entry.count, len(entry.subjects), entry.query) == (2, 2, "people")
    assert entry.fields == ("person.family_name", "person.id")
    assert entry.clauses
    assert entry.as_of_seq == 1
    # Of the fault only its kind: what it says may hold a value of a row.
    assert entry.detail == {"post": "LEI-A", "fault": type(fault).__name__}
    assert "SMITH" not in str(entry)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("select family_name::int as n from person", QuestionFailedError),
        ("select * from record.person", QuestionError),
        ("select p.id from person as p cross join generate_series(1, 1000000000) as g", TooMuchError),
        ("select p.id, g from person as p cross join generate_series(1, 90000) as g", TooMuchError),
    ],
)
def test_a_question_that_fails_is_recorded(
    gate: Gate, audit: MemoryAuditLog, text: str, error: type[Exception]
) -> None:
    gate._limits = replace(Limits(), statement=500)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(error):
        read(gate, lambda view: view.records(query(text)))
    entry = only(audit)
    assert (entry.outcome, entry.detail["fault"]) == (Outcome.FAILED, error.__name__)


def test_who_was_asked_for_by_a_question_that_failed_is_remembered(gate: Gate, audit: MemoryAuditLog) -> None:
    asked = query(
        "select family_name::int as n from person where id = :person_id or true", name="one", parameters="person_id"
    )
    with pytest.raises(QuestionFailedError):
        read(gate, lambda view: view.records(asked, person_id=HIDDEN))
    assert only(audit).subjects == (HIDDEN,)


def test_a_failure_that_cannot_be_recorded_leaves_as_that(gate: Gate, audit: MemoryAuditLog) -> None:
    audit.is_available = False
    with pytest.raises(AuditUnavailableError):
        read(gate, after_people(ValueError("x")))


def test_a_look_that_declines_gives_one_refusal_with_what_it_had_read(gate: Gate, audit: MemoryAuditLog) -> None:
    def look(view: View) -> object:
        view.records(PEOPLE)
        return Declined(code="nothing_agreed")

    found = read(gate, look)
    assert isinstance(found, Refused)
    assert found.code == "nothing_agreed"
    entry = only(audit)
    assert (entry.act, entry.outcome, entry.count, len(entry.subjects)) == (Act.REFUSE, None, 2, 2)
    assert entry.detail == {"post": "LEI-A", "reason": "nothing_agreed"}


def test_a_failure_tells_nothing_of_who_is_there(gate: Gate, audit: MemoryAuditLog) -> None:
    """Somebody hidden, somebody absent: the same error and the same sort of entry."""
    ids: list[object] = []
    gate_of(gate._database, audit=MemoryAuditLog()).read(
        replace(OFFICER, roles=("duty_governor",)),
        asked=Asked(purpose="custody.care", act=Act.LIST, what="person"),
        look=lambda view: ids.extend(row["id"] for row in view.records(query("select id from person"))),
    )
    shown: list[object] = []
    read(gate, lambda view: shown.extend(row["id"] for row in view.records(PEOPLE)))
    (hidden,) = set(ids) - set(shown)
    audit.entries.clear()
    left: list[str] = []
    for person_id in (hidden, HIDDEN):

        def look(view: View, person_id: object = person_id) -> object:
            (row,) = view.records(ONE, person_id=person_id)
            return row

        with pytest.raises(ValueError) as fault:
            read(gate, look)
        left.append(str(fault.value))
    first, second = (replace(entry, subjects=()) for entry in audit.entries)
    assert first == second
    assert left[0] == left[1]
    assert [entry.subjects for entry in audit.entries] == [(hidden,), (HIDDEN,)]


def test_a_word_that_somebody_typed_is_refused_before_anything_is_read(gate: Gate, audit: MemoryAuditLog) -> None:
    looked: list[View] = []
    with pytest.raises(ValueError, match="detail") as refused:
        gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="handover SMITH"), look=looked.append)
    assert "SMITH" not in str(refused.value)
    assert (looked, audit.entries) == ([], [])
