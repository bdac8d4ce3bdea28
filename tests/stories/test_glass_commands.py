"""An emergency at the terminal: broken, used, closed, listed and reviewed, on the example node."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from example_node import Example

from log_reading import latest
from watchroom.audit.entries import Act
from watchroom.entrances import commands
from watchroom.node.node import Node

WORDS = "found unresponsive, the ambulance asks what he has"


def run(*words: object) -> Any:
    return CliRunner().invoke(commands(), [str(word) for word in words])


def done(*words: object) -> Any:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def descriptions(example: Example, user: str) -> set[str]:
    found = done("see", example.folder, "care_need", "--as", user, "--purpose", "custody.care", "--json")
    return {row.get("description") for row in found["rows"]} - {None}


@pytest.fixture
def broken(example: Example) -> dict[str, Any]:
    about = ("--reason", "medical_emergency", "--incident", "IR-2026-0142", "--words", WORDS)
    return done("glass", "break", example.folder, *about, "--as", "officer.a")


def test_an_emergency_is_opened_used_closed_listed_and_reviewed(
    example: Example, node: Node, broken: dict[str, Any]
) -> None:
    assert (broken["is_open"], broken["is_overdue"]) == (True, False)
    # And whoever else has that duty by then: other stories share the example node.
    assert {"governor", "records"} <= set(broken["told"].split(","))
    assert WORDS not in json.dumps(broken)
    assert descriptions(example, "officer.a")
    assert not descriptions(example, "officer.h")
    read = latest(node.database, most=2)[1]
    assert broken["glass"] in read.header["clauses"]

    again = run(
        "glass", "break", example.folder, "--reason", "fire", "--incident", "A1", "--words", "x", "--as", "officer.a"
    )
    assert (again.exit_code, "already" in again.output) == (2, True)

    assert run("glass", "close", example.folder, broken["id"], "--as", "officer.h").exit_code != 0
    assert run("glass", "close", example.folder, broken["id"], "--as", "officer.a").exit_code == 0
    assert not descriptions(example, "officer.a")

    for user, sees in (("records", True), ("governor", True), ("officer.a", True), ("officer.h", False)):
        listed = done("glass", "list", example.folder, "--as", user, "--json")
        assert (broken["id"] in [one["id"] for one in listed["broken"]]) is sees, user
    assert run("glass", "list", example.folder, "--as", "nurse").exit_code == 1

    found = (broken["id"], "--outcome", "justified", "--words", "ambulance log seen", "--as")
    assert run("glass", "review", example.folder, *found, "governor").exit_code == 1, "it is not their duty"
    assert done("glass", "review", example.folder, *found, "records")["outcome"] == "justified"
    assert run("glass", "review", example.folder, *found, "records").exit_code == 2, "once"
    acts = [one.act for one in latest(node.database, most=60)]
    assert {Act.GLASS_BREAK, Act.GLASS_CLOSE, Act.GLASS_REVIEW} <= set(acts)


def test_who_may_not_break_it_is_told_so(example: Example) -> None:
    about = ("--reason", "medical_emergency", "--incident", "IR-1", "--words", WORDS)
    refused = run("glass", "break", example.folder, *about, "--as", "nurse")
    assert refused.exit_code == 2
    assert "there is no glass that you may break" in refused.output
