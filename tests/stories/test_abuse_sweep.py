"""The sweep: every route, command, job and template that there is, found by asking the node's own tables of them.

Each that shows records reads through the gate and leaves an entry before anything is shown; whoever has no purpose is
shown nobody by any of them. What is new is in no list here, and fails until it is said what it shows.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from sweep_lists import (
    COMMANDS_OF_REQUESTS,
    COMMANDS_OF_THE_LOG,
    COMMANDS_WITH_RECORDS,
    COMMANDS_WITHOUT,
    PARTS_OF_ADDRESSES,
    PARTS_OF_TEMPLATES,
    ROUTES_OF_THE_LOG,
    ROUTES_WITH_RECORDS,
    ROUTES_WITHOUT,
    STARTED_BY_ITSELF,
    TEMPLATES_OF_THE_LOG,
    TEMPLATES_WITH_RECORDS,
    TEMPLATES_WITHOUT,
)
from web_seat import Seat, get

from log_reading import latest
from watchroom.audit.subject_rules import Ground
from watchroom.cli.reference import commands_of
from watchroom.entrances import commands
from watchroom.gate.door import Gate, Refused, Seen
from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.gate.see import see
from watchroom.model.catalogue import catalogue
from watchroom.node.account_desk import add_account
from watchroom.node.node import Node
from watchroom.policy.purposes import PURPOSES
from watchroom.store.database import Principal
from watchroom.web.render import Pages

SOURCE = Path(__file__).parents[2] / "src" / "watchroom"
COMMANDS = commands()
CARE = "custody.care"
# A data engineer keeps the machinery; no clause gives them a person, and for care they have no purpose at all.
NO_PURPOSE = "sweep.engineer"
AT = "2026-07-24T08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What must not be shown to who may not see it: every name and number of a person in the record."""

    words: frozenset[str]

    def told_in(self, text: str) -> set[str]:
        return {word for word in self.words if word in text}


@pytest.fixture(scope="module")
def known(node: Node) -> Known:
    with node.database.connection(Principal.LOADER) as connection:
        rows = connection.execute("select id::text, prison_number, family_name from record.person").fetchall()
        places = str(connection.execute("select * from record.location").fetchall())
    # One family name of the extract is an English word that stands in the names of places as well.
    words = {word for row in rows for word in row if word and len(word) > 4 and word not in places}
    assert len(words) > 100
    return Known(words=frozenset(words))


@pytest.fixture(scope="module")
def engineer(node: Node, example: Example) -> str:
    # The example node is shared, and a file may be taken up again after others.
    if NO_PURPOSE not in {one.asker.name for one in node.accounts.every()}:
        engineer = node.accounts.new_asker(NO_PURPOSE, roles=("data_engineer",))
        add_account(node, engineer, password=example.password)
    return NO_PURPOSE


def somebody(node: Node, unit: str) -> str:
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select id::text from record.person where unit_code = %s order by sort_key limit 1", (unit,)
        ).fetchone()
    assert row is not None
    return str(row[0])


def index_of_last(node: Node) -> int:
    return latest(node.database, most=1)[0].index


# --- routes ---------------------------------------------------------------------------------------------------------


def test_every_route_is_in_a_list_of_the_sweep(seat: Seat) -> None:
    assert {route.path_format for route in seat.app().routes} == ROUTES_WITH_RECORDS | ROUTES_OF_THE_LOG | set(
        ROUTES_WITHOUT
    )


def addresses(node: Node, *, with_records: bool) -> Iterator[str]:
    who = somebody(node, "LEI-A")
    parts = {"post": "LEI-A", "person_id": who, "name": "nothing.css", "request_id": who, **PARTS_OF_ADDRESSES}
    for route in sorted(ROUTES_WITH_RECORDS if with_records else ROUTES_WITHOUT):
        address = route.format(**parts)
        yield address
        if route == "/handover/{post}":
            yield f"{address}.json"


def test_who_has_no_purpose_is_refused_by_every_route_with_records_and_each_refusal_is_entered(
    seat: Seat, client: TestClient[Litestar], node: Node, known: Known, engineer: str
) -> None:
    seat.sign_in(client, engineer)
    for address in addresses(node, with_records=True):
        for purpose in ("", CARE, "oversight.board", "no.such.purpose"):
            before = index_of_last(node)
            reply = get(client, f"{address}?purpose={purpose}")
            assert known.told_in(reply.text) == set(), (address, purpose)
            # Named no purpose, it is the first of theirs: to keep the data, for which there is a roll of numbers.
            expected = (200, 403, 404) if purpose == "" else (403,)
            assert reply.status_code in expected, (address, purpose)
            assert len(seat.entries(before)) == 1, (address, purpose)


def test_every_route_with_records_leaves_an_entry_of_the_officer_before_its_page_is_made(
    seat: Seat, client: TestClient[Litestar], node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, int]] = []
    page = Pages.page

    def watched(self: Pages, name: str, *given: Any, **more: Any) -> str:
        made.append((name, index_of_last(node)))
        return page(self, name, *given, **more)

    monkeypatch.setattr(Pages, "page", watched)
    for who in ("officer.a", "board"):
        seat.sign_in(client, who)
        for address in addresses(node, with_records=True):
            before = index_of_last(node)
            reply = get(client, f"{address}?purpose={CARE}" if who == "officer.a" else address)
            if reply.is_redirect:
                assert (made, seat.entries(before)) == ([], []), "it leads on and shows nothing"
                continue
            (entry,) = seat.entries(before)
            assert entry.actor == who
            assert (entry.act == "refuse") is (reply.status_code == 403)
            assert all(index > before for name, index in made if name in TEMPLATES_WITH_RECORDS)
            assert reply.status_code != 403 or not {name for name, _ in made} & TEMPLATES_WITH_RECORDS
            made.clear()


def test_every_other_route_shows_nobody(
    seat: Seat, client: TestClient[Litestar], node: Node, known: Known, engineer: str
) -> None:
    for who in ("officer.a", engineer, None):
        if who is not None:
            seat.sign_in(client, who)
        for address in addresses(node, with_records=False):
            for method in ("GET", "POST"):
                reply = client.request(method, address, follow_redirects=False)
                assert known.told_in(reply.text) == set(), (who, method, address)
        client.cookies.clear()


# --- commands -------------------------------------------------------------------------------------------------------


def run(*words: object) -> Any:
    return CliRunner().invoke(COMMANDS, [str(word) for word in words])


def test_every_command_is_in_a_list_of_the_sweep() -> None:
    listed = COMMANDS_WITH_RECORDS | COMMANDS_OF_THE_LOG | COMMANDS_OF_REQUESTS | set(COMMANDS_WITHOUT)
    assert {path for path, _ in commands_of(COMMANDS)} == listed


def test_a_command_that_names_an_asker_and_a_purpose_shows_records_and_no_other_does() -> None:
    asks = {path for path, one in commands_of(COMMANDS) if {"user", "purpose"} <= {param.name for param in one.params}}
    assert asks == COMMANDS_WITH_RECORDS | COMMANDS_OF_THE_LOG | COMMANDS_OF_REQUESTS


@pytest.mark.parametrize("path", sorted(COMMANDS_OF_THE_LOG))
def test_every_command_of_the_log_is_refused_to_who_has_not_that_duty_and_the_refusal_is_entered(
    path: str, node: Node, example: Example, known: Known, tmp_path: Path
) -> None:
    who, span = somebody(node, "LEI-A"), ["--from", "2026-07-01T00:00+01:00", "--to", "2026-07-24T08:00+01:00"]
    ground = next(iter(Ground)).value
    about = {
        "watchroom looks find": [],
        "watchroom looks list": [],
        "watchroom looks show": [who],
        "watchroom looks decide": [who, "--outcome", "explained", "--note", "x"],
        "watchroom audit export": [*span, "--out", str(tmp_path / "out.zip")],
        "watchroom audit subject": [who],
        "watchroom audit verdict": [who, "--entry", "0", "--verdict", "withheld", "--ground", ground, "--reason", "x"],
        "watchroom audit release": [who, "--upto", "5"],
        "watchroom audit erase": ["--from", "1", "--to", "1", "--reason", "x", "--yes"],
    }[path]
    before = index_of_last(node)
    result = run(*path.split()[1:], example.folder, *about, "--as", "officer.a", "--purpose", "governance.audit")
    assert result.exit_code == 1, result.output
    assert known.told_in(result.output.replace(who, "")) == set()
    assert [one.act for one in latest(node.database) if one.index > before] == ["refuse"]


def words_of(path: str, example: Example, node: Node, *, user: str, purpose: str) -> list[object]:
    about = {
        "watchroom brief": ["--post", "LEI-A", "--at", AT],
        "watchroom see": ["person"],
        "watchroom explain": ["person", somebody(node, "LEI-A")],
        "watchroom lineage": ["person", somebody(node, "LEI-A")],
        # Without a check it counts, and names nobody to ask for.
        "watchroom quality": ["value_missing", "alert"],
        "watchroom outbox list": [],
        "watchroom erase mentions": [somebody(node, "LEI-A")],
        # Nothing waits there, so no file is made.
        "watchroom outbox export": ["--to", example.folder / "outbox.ndjson"],
    }[path]
    return [*path.split()[1:], example.folder, *about, "--as", user, "--purpose", purpose]


@pytest.mark.parametrize("path", sorted(COMMANDS_WITH_RECORDS))
def test_every_command_with_records_leaves_one_entry_and_shows_nobody_to_who_has_no_purpose(
    path: str, node: Node, example: Example, known: Known, engineer: str
) -> None:
    for user, purpose, is_given in (("officer.a", CARE, True), (engineer, CARE, False), ("officer.a", "x.y", False)):
        before = index_of_last(node)
        result = run(*words_of(path, example, node, user=user, purpose=purpose))
        entries = [one for one in latest(node.database) if one.index > before]
        assert [one.actor for one in entries] == [user]
        assert (entries[0].act == "refuse") is not is_given
        assert result.exit_code == (0 if is_given else 1)
        if not is_given:
            assert known.told_in(result.output) == set()


@pytest.mark.parametrize(
    "words", [("user", "list"), ("source", "list"), ("quality",), ("audit", "verify"), ("source", "list", "--json"),
              ("quality", "--json"), ("user", "list", "--json")], ids=" ".join
)  # fmt: skip
def test_a_command_without_records_shows_nobody(words: tuple[str, ...], example: Example, known: Known) -> None:
    more = [word for word in words if word.startswith("--")]
    result = run(*(word for word in words if not word.startswith("--")), example.folder, *more)
    assert result.output
    assert known.told_in(result.output) == set()


def test_every_relation_that_can_be_seen_goes_through_the_gate(node: Node, seat: Seat, engineer: str) -> None:
    """For somebody with no purpose every relation is refused; for the officer each leaves one entry that names it."""
    for relation in (*catalogue().entities, *BESIDE_ENTITIES):
        for who, purpose in ((engineer, CARE), ("officer.a", CARE)):
            before = index_of_last(node)
            answer = see(seat.gate, seat.accounts.asker(who), entity=relation, purpose=purpose)
            assert isinstance(answer, Refused if who == engineer else Seen)
            ((actor, entity),) = [(one.actor, one.header["entity"]) for one in seat.entries(before)]
            assert (actor, entity) == (who, relation)


def test_who_keeps_the_machinery_is_shown_no_person_for_any_purpose(
    node: Node, seat: Seat, known: Known, engineer: str
) -> None:
    asker = seat.accounts.asker(engineer)
    for purpose in PURPOSES:
        for relation in (*catalogue().entities, *BESIDE_ENTITIES):
            answer = see(seat.gate, asker, entity=relation, purpose=purpose)
            if isinstance(answer, Seen):
                assert known.told_in(json.dumps(answer.value.rows, default=str)) == set(), (purpose, relation)


# --- jobs -----------------------------------------------------------------------------------------------------------


def test_what_begins_by_itself_is_in_a_list_of_the_sweep() -> None:
    """There is no job that reads the record; the first one has to say here in whose name it does."""
    starting = {"Thread", "Timer", "Process", "create_task", "start_soon", "call_later", "App", "periodic", "task"}
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in starting:
                    found.add(file.relative_to(SOURCE).as_posix())
    assert found == set(STARTED_BY_ITSELF)


# --- templates ------------------------------------------------------------------------------------------------------


def test_every_template_is_in_a_list_of_the_sweep() -> None:
    folder = SOURCE / "web" / "templates"
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*.html")}
    assert there == TEMPLATES_WITH_RECORDS | TEMPLATES_OF_THE_LOG | TEMPLATES_WITHOUT | PARTS_OF_TEMPLATES
    assert {file.name for file in SOURCE.rglob("*.typ")} == {"brief.typ", "letter.typ"}


def test_a_template_with_records_is_only_used_where_something_was_read_through_the_gate() -> None:
    """Each function that makes such a page asks a `build_...` of a product room, whose first argument is the gate."""
    users = {name: users_of(name) for name in TEMPLATES_WITH_RECORDS}
    assert users == {
        "handover.html": {"handover", "briefing_html"},
        "person.html": {"person"},
        "posts.html": {"posts"},
        "board.html": {"board"},
        "around.html": {"around"},
        "lineage/origin.html": {"origin_response"},
        "staff/note.html": {"form_response"},
        "staff/outbox.html": {"outbox"},
        "requests/requests.html": {"page_of_requests"},
        "requests/ask.html": {"form_again"},
        "requests/given.html": {"given"},
    }


def users_of(template: str) -> set[str]:
    found: set[str] = set()
    for file in (SOURCE / "web").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(one, ast.Constant) and one.value == template for one in ast.walk(node)
            ):
                found.add(node.name)
    return found


def test_every_product_reads_with_the_gate_that_it_was_handed() -> None:
    for room in ("handover", "insight", "governance"):
        for file in (SOURCE / room).rglob("build.py"):
            functions = [one for one in ast.parse(file.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)]
            reading = [one for one in functions if "read" in {called.attr for called in calls_of(one)}]
            # A page about access may be made of what is kept beside the record; what reads the record has the gate.
            assert reading or room == "governance", file
            for function in reading:
                (first, *_) = function.args.args
                assert isinstance(first.annotation, ast.Name), file
                assert first.annotation.id == Gate.__name__, file


def calls_of(function: ast.FunctionDef) -> Iterator[ast.Attribute]:
    for one in ast.walk(function):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            yield one.func
