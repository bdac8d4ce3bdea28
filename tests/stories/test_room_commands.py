"""The room of a case is opened, filled, emptied and closed at the terminal, by whoever has the duty alone."""

import json
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standing import standing_node
from test_commands import run

SOON = (datetime.now(UTC) + timedelta(days=5)).isoformat(timespec="minutes")  # noqa: TID251  a node on machine time


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("room") / "n"
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        assert run("user", "add", folder, "governor", "--role", "duty_governor", "--site", "LEI").exit_code == 0
        assert run("user", "add", folder, "gov", "--role", "information_governance").exit_code == 0
        yield folder


def test_a_room_is_opened_filled_emptied_and_closed(node: Path) -> None:
    opened = run("room", "open", node, "C-1", "--closes", SOON, "--as", "gov")
    assert (opened.exit_code, opened.stdout) == (0, ""), opened.stderr
    assert "nobody is in it yet" in opened.stderr
    again = run("room", "open", node, "C-1", "--closes", SOON, "--as", "gov")
    assert again.exit_code != 0
    assert "close that one first" in again.stderr
    assert run("room", "admit", node, "C-1", "governor", "--as", "gov").exit_code == 0
    partner = ("p.member", "--organisation", "probation")
    assert run("room", "admit", node, "C-1", *partner, "--as", "gov").exit_code == 0
    assert run("room", "leave", node, "C-1", *partner, "--as", "gov").exit_code == 0
    assert run("room", "leave", node, "C-1", *partner, "--as", "gov").exit_code != 0
    assert run("room", "close", node, "C-1", "--as", "gov").exit_code == 0
    assert run("room", "close", node, "C-1", "--as", "gov").exit_code != 0
    verified = run("audit", "verify", node, "--json")
    assert verified.exit_code == 0
    assert json.loads(verified.stdout)["entries"] >= 5


def test_an_account_that_is_mistyped_is_said(node: Path) -> None:
    assert run("room", "open", node, "C-2", "--closes", SOON, "--as", "gov").exit_code == 0
    own = run("room", "admit", node, "C-2", "gov", "--as", "gov")
    assert (own.exit_code, "another officer" in own.stderr) == (2, True)
    mistyped = run("room", "admit", node, "C-2", "govrenor", "--as", "gov")
    assert mistyped.exit_code != 0
    assert "no such account" in mistyped.stderr


@pytest.mark.parametrize(
    "words",
    [("open", "C-3", "--closes", SOON), ("admit", "C-2", "governor"), ("leave", "C-2", "governor"), ("close", "C-2")],
)
def test_whoever_has_not_the_duty_is_refused(node: Path, words: tuple[str, ...]) -> None:
    done, case, *rest = words
    refused = run("room", done, node, case, *rest, "--as", "governor")
    assert refused.exit_code == 1
    assert "refused" in refused.stderr


def test_a_room_without_an_end_cannot_be_opened(node: Path) -> None:
    assert run("room", "open", node, "C-4", "--as", "gov").exit_code == 2
    named = run("room", "open", node, "Smith", "--closes", SOON, "--as", "gov")
    assert (named.exit_code, "with a digit" in named.stderr, "Smith" in named.stderr) == (2, True, False)
    late = (datetime.now(UTC) + timedelta(days=100)).isoformat(timespec="minutes")  # noqa: TID251  as above
    refused = run("room", "open", node, "C-4", "--closes", late, "--as", "gov")
    assert refused.exit_code != 0
    assert "within 92 days" in refused.stderr
