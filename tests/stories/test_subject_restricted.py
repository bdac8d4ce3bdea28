"""Subject access of a restricted person: to an officer who is not admitted it is that of a number which nobody has."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import httpx
import pytest
from abuse_record import run
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import HOME, Officer, opened, somebody
from test_abuse_timing import told_apart
from web_seat import Seat, get

from statements import statements_of
from watchroom.audit.read import Recorded
from watchroom.gate.agreement_changes import By
from watchroom.gate.restrictions import RestrictionKind
from watchroom.kernel.errors import NotFoundError
from watchroom.node.node import Node
from watchroom.node.subject_desk import SubjectDesk, subject_desk_of

BY = By(actor="t")
AS = ("--as", "records", "--purpose", "governance.audit")


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar]) -> Officer:
    return Officer(client, seat.sign_in(client, "records"))


@contextmanager
def restricted(node: Node, person: UUID, *admits: str) -> Iterator[None]:
    node.restrictions.restrict(person, kind=RestrictionKind.PROTECTED, admits=admits, by=BY)
    try:
        yield
    finally:
        node.restrictions.lift(person, by=BY)


def said(entries: list[Recorded]) -> list[tuple[object, ...]]:
    """What entries say, but for what differs between any two of them."""
    own = ("index", "at", "machine_at", "body")
    return [({name: fact for name, fact in one.header.items() if name not in own}, one.body) for one in entries]


def told(reply: httpx.Response, typed: str) -> tuple[object, ...]:
    """An answer without what was typed, and without what differs between any two answers."""
    headers = {name: fact for name, fact in reply.headers.items() if name not in ("date", "content-length")}
    return reply.status_code, reply.text.replace(typed, ""), headers


def test_to_open_a_request_for_them_is_answered_as_for_a_number_that_nobody_has(seat: Seat, officer: Officer) -> None:
    person, number = somebody(seat.node, place=4)
    with restricted(seat.node, person):
        for typed in ((number, "A0000ZZ"), (str(person), str(uuid4()))):
            found: list[object] = []
            for one in typed:
                before = seat.last_index()
                reply = officer.send(HOME, person=one, reference="REQ-7", received_on="2026-07-24")
                assert reply.status_code == 400
                assert "head of security" in reply.text
                found.append((told(reply, one), said(seat.entries(before))))
            assert found[0] == found[1]


def test_a_request_that_was_opened_before_is_there_no_more_at_any_address(seat: Seat, officer: Officer) -> None:
    person, number = somebody(seat.node, place=5)
    request = opened(seat, person=number, reference="REQ-HIDDEN-1")
    assert "REQ-HIDDEN-1" in officer.get(HOME)
    with restricted(seat.node, person):
        assert "REQ-HIDDEN-1" not in officer.get(HOME)
        ways = [lambda at, end=end: get(officer.client, f"{HOME}/{at}{end}") for end in ("", "/letter")]
        forms = {"": {}, "/proposals": {"reason": "r"}, "/draft": {}, "/letter": {"confirm": "yes", "form": "json"}}
        ways += [
            lambda at, end=end, data=data: officer.send(f"{HOME}/{at}{end}", **data) for end, data in forms.items()
        ]
        for way in ways:
            found: list[object] = []
            for at in (request, uuid4()):
                before = seat.last_index()
                reply = way(at)
                assert reply.status_code == 404
                found.append((told(reply, str(at)), said(seat.entries(before))))
            assert found[0] == found[1]
    assert "REQ-HIDDEN-1" in officer.get(HOME)


def test_the_number_of_answers_that_are_owed_does_not_count_them(seat: Seat, officer: Officer) -> None:
    person, number = somebody(seat.node, place=6)
    before = officer.get("/waiting")
    opened(seat, person=number, reference="REQ-HIDDEN-2")
    assert main_of(officer.get("/waiting")) != main_of(before)
    with restricted(seat.node, person):
        assert main_of(officer.get("/waiting")) == main_of(before)


def main_of(page: str) -> str:
    return re.sub(r"<time.*?</time>", "", page[page.index("<main") : page.index("</main>")])


def test_every_command_answers_as_for_an_id_that_nobody_has(seat: Seat, example: Example) -> None:
    person, _ = somebody(seat.node, place=7)
    verdict = ("--entry", 1, "--verdict", "released", "--reason", "r")
    with restricted(seat.node, person):
        for name, more in (("subject", ()), ("subject", ("--json",)), ("verdict", verdict), ("release", ("--upto", 9))):
            found: list[object] = []
            for one in (person, uuid4()):
                before = seat.last_index()
                answer = run("audit", name, example.folder, one, *more, *AS)
                assert (answer.exit_code, answer.stdout) == (1, "")
                assert "head of security" in answer.stderr
                found.append((answer.stderr, said(seat.entries(before))))
            assert found[0] == found[1], name


def test_an_officer_who_is_admitted_answers_them_to_the_end(seat: Seat, officer: Officer, example: Example) -> None:
    person, number = somebody(seat.node, place=8)
    with restricted(seat.node, person, "records"):
        reply = officer.send(HOME, person=number, reference="REQ-ADMITTED-1", received_on="2026-07-24")
        assert reply.status_code == 303
        path = reply.headers["location"].partition("?")[0]
        assert "REQ-ADMITTED-1" in officer.get(HOME)
        for one in (path, f"{path}/letter"):
            officer.get(one)
        assert run("audit", "subject", example.folder, person, *AS).exit_code == 0


def test_every_answer_about_them_takes_the_statements_of_one_about_nobody(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, number = somebody(seat.node, place=10)
    request = opened(seat, person=number, reference="REQ-HIDDEN-3")
    desk = subject_desk_of(seat.node, seat.accounts.asker("records"))
    assert isinstance(desk, SubjectDesk)
    ways: list[tuple[Callable[[UUID], object], UUID]] = [
        (lambda one: desk.open(person=str(one), reference="REQ-9", received_on=desk.today()), person),
        (desk.look, request),
        (desk.draw, request),
        (lambda one: desk.decide(one, lambda _: ()), request),
        (desk.answer, request),
    ]
    with restricted(seat.node, person), statements_of(seat.node.database, monkeypatch) as sent:
        for way, hidden in ways:
            found: list[list[str]] = []
            for one in (hidden, uuid4()):
                sent.clear()
                with pytest.raises(NotFoundError):
                    way(one)
                found.append(list(sent))
            assert len(found[0]) > 1, "it is seen"
            assert found[0] == found[1]
        found = []
        for named in (number, "A0000ZZ"):
            sent.clear()
            with pytest.raises(NotFoundError):
                desk.open(person=named, reference="REQ-9", received_on=desk.today())
            found.append(list(sent))
        assert found[0] == found[1]


def test_by_time_they_cannot_be_told_from_nobody(seat: Seat) -> None:
    person, _ = somebody(seat.node, place=9)
    desk = subject_desk_of(seat.node, seat.accounts.asker("records"))
    assert isinstance(desk, SubjectDesk)

    def ask(one: UUID) -> None:
        with pytest.raises(NotFoundError):
            desk.open(person=str(one), reference="REQ-9", received_on=desk.today())

    with restricted(seat.node, person):
        assert told_apart(ask, hidden=person) == []
