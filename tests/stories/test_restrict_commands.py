"""Somebody who must not be known of is hidden at the terminal, and an officer is kept from their own matters."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from standing import standing_node
from test_commands import run


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("restrict") / "n"
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        assert run("source", "add", folder, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        assert run("ingest", folder, "nomis").exit_code == 0
        for name, role, *place in (
            ("officer", "wing_officer", "--unit", "LEI-A"),
            ("governor", "duty_governor", "--site", "LEI"),
            ("gov", "information_governance"),
        ):
            assert run("user", "add", folder, name, "--role", role, *place).exit_code == 0
        yield folder


def people(node: Path, user: str) -> set[str]:
    seen = run("see", node, "person", "--as", user, "--purpose", "custody.care", "--json")
    return {row["id"] for row in json.loads(seen.stdout)["rows"]}


def on_roll(node: Path) -> int:
    seen = run("see", node, "roll", "--as", "officer", "--purpose", "custody.care", "--json")
    return sum(row["on_roll"] for row in json.loads(seen.stdout)["rows"])


def test_a_protected_person_is_hidden_until_somebody_is_admitted_or_it_is_lifted(node: Path) -> None:
    everybody, whole = people(node, "officer"), on_roll(node)
    who = min(everybody)
    added = run("restrict", "add", node, who, "--kind", "protected", "--admit", "governor", "--as", "gov")
    assert added.exit_code == 0, added.stderr
    assert "nobody who is admitted may read the log" in added.stderr
    assert people(node, "officer") == everybody - {who}
    assert who in people(node, "governor")
    assert on_roll(node) == whole
    hidden = run("explain", node, "person", who, "--as", "officer", "--purpose", "custody.care", "--json")
    absent = run(
        "explain", node, "person", "01a220ea-0000-7000-8000-000000000000", "--as", "officer", "--purpose",
        "custody.care", "--json",
    )  # fmt: skip
    assert (hidden.stdout, hidden.exit_code) == (absent.stdout, absent.exit_code)
    assert run("restrict", "admit", node, who, "officer", "--as", "gov").exit_code == 0
    assert people(node, "officer") == everybody
    told = [
        run("restrict", "admit", node, who, "gov", "--as", "gov"),
        run("restrict", "lift", node, who, "--as", "gov"),
    ]
    assert [one.exit_code for one in told] == [0, 0]
    assert "nobody who is admitted" not in told[0].stderr


def test_an_officer_is_kept_from_kin(node: Path) -> None:
    everybody = people(node, "officer")
    who = max(everybody)
    assert run("restrict", "party", node, "officer", who, "--relation", "kin", "--as", "gov").exit_code == 0
    assert people(node, "officer") == everybody - {who}
    ended = run("restrict", "party", node, "officer", who, "--relation", "kin", "--end", "--as", "gov")
    assert ended.exit_code == 0
    assert people(node, "officer") == everybody


def test_who_has_not_that_duty_hides_nobody(node: Path) -> None:
    who = min(people(node, "officer"))
    refused = run("restrict", "add", node, who, "--kind", "protected", "--as", "governor")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("refused:")
    assert who in people(node, "officer")


def test_an_account_is_known_to_a_source_by_its_own_name_there(node: Path) -> None:
    assert run("user", "known-as", node, "officer", "nomis", "485585").exit_code == 0
    for account, source in (("nobody", "nomis"), ("officer", "delius")):
        found = run("user", "known-as", node, account, source, "485585")
        assert found.exit_code == 1
        assert "there is no" in found.stderr
