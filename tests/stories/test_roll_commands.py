"""A source of rolls at a terminal: what is held, how much may be missing, and what the log says of who accepts it."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from standing import standing_node

from custody_rolls import day, person, write_roll
from watchroom.entrances import commands
from watchroom.node.node import Node
from watchroom.store.database import Principal

MANY = [person(f"{number}") for number in range(40)]


def run(*words: object) -> Result:
    return CliRunner().invoke(commands(), [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    made = tmp_path / "n"
    with standing_node(made, "--agency", "NYCDOC", "--name", "Jails"):
        assert (
            run("source", "add", made, "roll", "--kind", "files", "--at", tmp_path, "--map", "custody_roll").exit_code
            == 0
        )
        yield made


def bodies(folder: Path) -> str:
    with Node.open(folder) as node, node.database.connection(Principal.AUDIT) as connection:
        return " ".join(str(row[0]) for row in connection.execute("select body from audit.body").fetchall())


def test_a_shrunken_roll_is_held_until_an_operator_accepts_it_with_a_reason_that_the_log_keeps(
    folder: Path, tmp_path: Path
):
    rolls = tmp_path / "rolls"
    assert run("ingest", folder, "roll", write_roll(rolls, day(1), MANY)).exit_code == 0
    short = write_roll(rolls, day(2), MANY[:20])
    held = run("ingest", folder, "roll", short, "--json")
    assert held.exit_code == 1
    assert json.loads(held.stdout)["batches"][0]["roll"] == {"day": "2026-06-02", "rows": 20, "verdict": "held"}
    assert "may not be whole" in held.stderr
    assert "two wings moved away" not in bodies(folder)
    taken = run("ingest", folder, "roll", short, "--accept-shrunken", "two wings moved away")
    assert taken.exit_code == 0
    assert "two wings moved away" in bodies(folder)
    with Node.open(folder) as node, node.database.connection(Principal.LOADER) as connection:
        zones = connection.execute("select time_zone from ingest.source").fetchall()
    assert zones == [("America/New_York",)], "a roll is told by the clock of its place"


def test_how_much_a_roll_may_shrink_is_set_and_nothing_to_set_is_said(folder: Path, tmp_path: Path):
    rolls = tmp_path / "rolls"
    assert run("ingest", folder, "roll", write_roll(rolls, day(1), MANY)).exit_code == 0
    assert "nothing to change" in run("source", "set", folder, "roll").stderr
    assert run("source", "set", folder, "roll", "--shrinks", "60").exit_code == 0
    assert run("ingest", folder, "roll", write_roll(rolls, day(2), MANY[:20])).exit_code == 0
    assert run("ingest", folder, "roll", write_roll(rolls, day(3), MANY[:7])).exit_code == 1
