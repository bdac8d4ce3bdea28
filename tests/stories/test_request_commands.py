"""What is withheld is asked for, given and ended at the terminal, and nobody who may not is told anything by it."""

import json
from pathlib import Path

import pytest
from example_node import Example
from test_abuse_sweep import COMMANDS_OF_REQUESTS, NO_PURPOSE, index_of_last, somebody
from test_commands import run

from log_reading import latest
from watchroom.node.account_desk import add_account, list_accounts
from watchroom.node.node import Node

CARE = ("--purpose", "custody.care")
ABSENT = "01a220ea-0000-7000-8000-000000000000"
ABOUT: dict[str, list[str]] = {
    "ask": ["PERSON", "care-need", "--reason", "care"],
    "list": [],
    "decide": ["PERSON", "--give", "1h"],
    "withdraw": ["PERSON"],
    "end": ["PERSON"],
}


@pytest.fixture(scope="module")
def folder(example: Example, node: Node) -> Path:
    if NO_PURPOSE not in {str(one["name"]) for one in list_accounts(node)}:
        engineer = node.accounts.new_asker(NO_PURPOSE, roles=("data_engineer",))
        add_account(node, engineer, password=example.password)
    return example.folder


def with_needs(folder: Path) -> str:
    """Somebody on the wing of whom the record holds a need of care."""
    seen = run("see", folder, "care_need", "--as", "officer.a", *CARE, "--json")
    return str(json.loads(seen.stdout)["rows"][0]["person_id"])


def problems(folder: Path, user: str = "officer.a") -> set[str | None]:
    seen = run("see", folder, "care_need", "--as", user, *CARE, "--json")
    return {row.get("problem_code") for row in json.loads(seen.stdout)["rows"]}


def listed(folder: Path, user: str) -> list[dict[str, str]]:
    return json.loads(run("request", "list", folder, "--as", user, *CARE, "--json").stdout)["requests"]


def test_it_is_asked_given_seen_and_ended(folder: Path) -> None:
    who = with_needs(folder)
    assert problems(folder) == {None}
    asked = run("request", "ask", folder, who, "care-need", "--reason", "care", "--as", "officer.a", *CARE)
    assert asked.exit_code == 0, asked.stderr
    request = asked.stdout.strip()
    assert [(one["list"], one["state"], one["id"]) for one in listed(folder, "nurse")] == [
        ("waiting", "waiting", request)
    ]
    assert listed(folder, "governor") == []
    refused = run("request", "decide", folder, request, "--give", "1h", "--as", "governor", *CARE)
    assert (refused.exit_code, refused.stderr.startswith("refused: There is no such request")) == (1, True)
    given = run("request", "decide", folder, request, "--give", "12h", "--as", "nurse", *CARE)
    assert given.exit_code == 0, given.stderr
    assert problems(folder) - {None}
    assert problems(folder, "officer.h") <= {None}
    assert [one["state"] for one in listed(folder, "officer.a") if one["id"] == request] == ["given"]
    assert run("request", "end", folder, request, "--as", "officer.a", *CARE).exit_code == 0
    assert problems(folder) == {None}


def test_what_is_withdrawn_or_refused_shows_nothing(folder: Path) -> None:
    who = with_needs(folder)
    ask = ("care-need", "--reason", "safety", "--words", "why", "--as", "officer.a", *CARE)
    first = run("request", "ask", folder, who, *ask).stdout.strip()
    assert run("request", "withdraw", folder, first, "--as", "officer.a", *CARE).exit_code == 0
    second = run("request", "ask", folder, who, *ask).stdout.strip()
    as_nurse = ("--as", "nurse", *CARE)
    assert run("request", "decide", folder, second, "--refuse", *as_nurse).exit_code == 1, "it must say why"
    assert run("request", "decide", folder, second, "--refuse", "--words", "no", *as_nurse).exit_code == 0
    assert run("request", "decide", folder, second, "--give", "1h", *as_nurse).exit_code == 1
    assert run("request", "decide", folder, second, *as_nurse).exit_code == 2, "one of both"
    assert problems(folder) == {None}


def test_another_reason_is_said_in_words_at_the_terminal_too(folder: Path) -> None:
    who = with_needs(folder)
    ask = ("request", "ask", folder, who, "care-need", "--reason", "other", "--as", "officer.a", *CARE)
    for words in ((), ("--words", "  ")):
        asked = run(*ask, *words)
        assert (asked.exit_code, asked.stdout) == (1, "")
        assert "in words" in asked.stderr
    assert [one for one in listed(folder, "nurse") if one["list"] == "waiting"] == []


def test_to_ask_about_somebody_on_another_wing_and_about_nobody_gives_the_same_answer(folder: Path, node: Node) -> None:
    answers = {
        (asked.exit_code, asked.stdout, asked.stderr)
        for who in (somebody(node, "LEI-H"), ABSENT)
        for asked in [run("request", "ask", folder, who, "care-need", "--reason", "care", "--as", "officer.a", *CARE)]
    }
    ((status, told, said),) = answers
    assert (status, told) == (1, "")
    assert said.startswith("refused: This cannot be asked for")


def test_every_command_of_requests_is_in_this_story() -> None:
    assert {f"watchroom request {done}" for done in ABOUT} == COMMANDS_OF_REQUESTS


@pytest.mark.parametrize("done", sorted(ABOUT))
def test_a_command_of_requests_is_refused_to_who_has_no_purpose_and_the_refusal_is_entered(
    done: str, folder: Path, node: Node
) -> None:
    words = [somebody(node, "LEI-A") if word == "PERSON" else word for word in ABOUT[done]]
    before = index_of_last(node)
    result = run("request", done, folder, *words, "--as", NO_PURPOSE, *CARE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert [(one.act, one.actor) for one in latest(node.database) if one.index > before] == [("refuse", NO_PURPOSE)]
