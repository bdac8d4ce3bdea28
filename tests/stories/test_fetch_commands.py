"""Sources that are fetched from, at a terminal and while the node is served: secrets, states, and what is due."""

import json
import threading
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from custody_rolls import day, person, roll_name, write_roll
from feeds import worked
from http_source import Answer, Question, http_source
from watchroom.entrances import commands
from watchroom.node.create import remove_node
from watchroom.node.fetch_desk import FetchDesk
from watchroom.node.fetch_schedule import fetched_when_due
from watchroom.node.node import Node
from watchroom.store.database import Principal

MANY = [person(f"{number}") for number in range(5)]


def run(*words: object) -> Result:
    return CliRunner().invoke(commands(), [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    made = tmp_path_factory.mktemp("node") / "n"
    assert run("init", made, "--agency", "NYCDOC", "--name", "Jails").exit_code == 0
    try:
        yield made
    finally:
        remove_node(made)


def state(folder: Path, name: str) -> dict[str, str]:
    listed = json.loads(run("source", "list", folder, "--json").stdout)["sources"]
    return next(one for one in listed if one["name"] == name)


def everything_kept(folder: Path) -> str:
    """All that the database keeps of sources and of what was done with them, and all files but the keys."""
    with Node.open(folder) as node, node.database.connection(Principal.LOADER) as connection:
        rows = [
            str(row)
            for table in ("source", "fetch_cursor", "fetch_try", "issue", "batch")
            for row in connection.execute(f"select to_jsonb(t) from ingest.{table} as t").fetchall()  # type: ignore[arg-type]
        ]
        with node.database.connection(Principal.AUDIT) as log:
            rows += [str(row) for row in log.execute("select body from audit.body").fetchall()]
    files = [path.read_bytes().decode("latin-1") for path in folder.glob("*.*") if path.is_file()]
    return "\n".join([*rows, *files])


def test_a_secret_stands_in_the_keys_and_nowhere_else_and_opens_the_source(folder: Path, tmp_path: Path):
    roll = (write_roll(tmp_path, day(1), MANY) / roll_name(day(1))).read_bytes()
    token = tmp_path / "token"
    token.write_text("s3cret-t0ken\n")

    def answer(question: Question) -> Answer:
        is_let_in = question.headers.get("x-api-key") in ("s3cret-t0ken", "an0ther")
        return (200, {}, roll) if is_let_in else (401, {}, b"")

    with http_source(answer) as source:
        at = f"{source.url}/{roll_name(day(1))}"
        told = ("--kind", "snapshot", "--map", "custody_roll", "--option", "auth=header:X-Api-Key", "--every", "1d")
        added = run("source", "add", folder, "roll", "--at", at, "--secret-file", token, *told)
        assert added.exit_code == 0, added.stderr
        taken = run("source", "fetch", folder, "roll")
        assert taken.exit_code == 0, taken.stderr
        assert run("ingest", folder, "roll").exit_code == 0
        token.write_text("wrong")
        assert run("source", "set", folder, "roll", "--secret-file", token).exit_code == 0
        shut = run("ingest", folder, "roll", "--json")
        assert shut.exit_code == 1
        assert json.loads(shut.stdout)["fetch"][0]["code"] == "unauthorised"
    assert run("ingest", folder, "roll").exit_code == 1
    assert state(folder, "roll")["state"] == "unreachable"
    assert state(folder, "roll")["wrong"].startswith("unreachable: ")
    kept = everything_kept(folder)
    for word in ("s3cret-t0ken", "wrong\n"):
        assert word not in kept + added.output + taken.output + shut.output
    keys = [path for path in (folder / "keys").iterdir() if path.name.endswith(".secret")]
    assert [path.stat().st_mode & 0o777 for path in keys] == [0o600]


def test_a_feed_of_messages_is_taken_with_the_commands_of_the_guide_and_an_empty_one_has_to_be_accepted(folder: Path):
    given = [worked("incidents.json")]
    with http_source(lambda _: (200, {"Content-Type": "text/plain"}, given[-1])) as source:
        told = ("--kind", "snapshot", "--map", "geojson_incidents", "--every", "10m")
        assert run("source", "add", folder, "fires", "--at", f"{source.url}/incidents.json", *told).exit_code == 0
        taken = run("ingest", folder, "fires", "--json")
        assert taken.exit_code == 0, taken.output
        assert json.loads(taken.stdout)["totals"]["new"] == 2
        given.append(b'{"type": "FeatureCollection", "features": []}')
        empty = run("ingest", folder, "fires", "--json")
        assert empty.exit_code == 0
        said = json.loads(empty.stdout)
        assert ([issue["code"] for issue in said["issues"]], said["totals"]["changed"]) == (["snapshot_shrunk"], 0)
        accepted = run("ingest", folder, "fires", "--accept-shrunken", "the season is over", "--json")
        assert json.loads(accepted.stdout)["totals"]["changed"] == 2
        given.append(b"<html>Service unavailable</html>")
        assert run("ingest", folder, "fires").exit_code == 1
    assert state(folder, "fires")["state"] != "unreachable"


def test_what_cannot_be_asked_is_refused_at_once(folder: Path, tmp_path: Path):
    add = ("source", "add", folder, "x", "--map", "nomis", "--kind")
    for words in (
        ("rest", "--at", "http://example.org/"),
        ("rest", "--at", "https://u:pw@example.org/"),
        ("sql", "--at", "postgresql://u:pw@h/d"),
        ("folder", "--at", tmp_path, "--option", "still=soon"),
        ("folder", "--at", tmp_path, "--option", "unknown=1"),
        ("files", "--at", tmp_path, "--option", "still=1"),
        ("pigeon", "--at", tmp_path),
    ):
        refused = run(*add, *words)
        assert refused.exit_code == 2, words
        assert "pw" not in refused.output
    messages = run("source", "add", folder, "x", "--map", "cap_warning", "--kind", "sql", "--at", "postgresql://u@h/d")
    assert (messages.exit_code, "give tables" in messages.output) == (2, True)
    assert "manifest" in run("source", "kinds").stdout


def test_what_is_due_is_fetched_while_the_node_is_served_and_what_is_not_is_left_alone(folder: Path, tmp_path: Path):
    drop = tmp_path / "drop"
    drop.mkdir()
    told = ("--kind", "folder", "--map", "custody_roll", "--option", "still=0", "--poll", "10m")
    assert run("source", "add", folder, "watched", "--at", drop, *told).exit_code == 0
    roll = write_roll(tmp_path / "made", day(2), MANY) / roll_name(day(2))
    roll.rename(drop / roll.name)
    tried = threading.Event()

    class Noted(FetchDesk):
        def fetch_due(self, source: object) -> None:
            super().fetch_due(source)  # type: ignore[arg-type]
            tried.set()

    with Node.open(folder) as node:
        desk = Noted(sources=node.sources)
        assert "watched" in [one.name for one in desk.due()]
        with fetched_when_due(desk, every=0.05):
            assert tried.wait(30)
        assert "watched" not in [one.name for one in desk.due()]
        last = next(one for one in desk.states() if one.source.name == "watched")
        assert last.next_at is not None
        assert last.last_batch_at is not None
        assert last.next_at - node.clock.now() <= timedelta(minutes=10)
    assert run("ingest", folder, "watched").exit_code == 0
