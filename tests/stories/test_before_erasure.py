"""What is said and asked before somebody is erased: who erases, what is kept for ever, where else they are named."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from erasing_node import AS, HOLDER, erasing_place
from test_commands import run

from erasure_world import as_owner, one_of, person_of
from log_reading import latest
from watchroom.audit.entries import Act, Entry
from watchroom.node.node import Node

OTHER = "A1234AA"
GOES = "A1234AB"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    with erasing_place(tmp_path_factory.mktemp("before")) as place:
        yield place


def alert_of(folder: Path, number: str) -> str:
    with Node.open(folder) as node:
        return str(one_of(node, "alert", person_of(node, number)))


def test_whoever_lifts_a_hold_is_told_that_another_account_erases(place: Path) -> None:
    node = place / "n"
    held = ("--kind", "inquiry", "--authority", "the inquiry", "--reason", "asked for")
    assert run("hold", "add", node, "--person", OTHER, *held, *AS).exit_code == 0
    (hold,) = [one for one in json.loads(run("hold", "list", node, *AS, "--json").stdout)["holds"] if one["person_id"]]
    lifted = run("hold", "lift", node, hold["id"], "--reason", "over", *AS)
    assert "another account than `gov` may" in lifted.stderr
    refused = run("erase", "person", node, OTHER, "--rule", "request 14", *AS, "--yes")
    assert refused.exit_code == 1
    assert "you lifted the hold on some of it yourself; another account has to erase it" in refused.stderr
    assert f"hold {hold['id']}" in refused.stderr
    assert "says why" not in refused.stderr


@pytest.mark.parametrize("words", [f"request of {OTHER}", "request 13 Example", "born 30/12/1969"])
def test_what_is_kept_for_ever_names_nobody_whom_it_is_about(place: Path, words: str) -> None:
    node = place / "n"
    alert = alert_of(node, OTHER)
    soon = ("--review-on", "2028-01-01")
    person = ("hold", "add", node, "--person", OTHER, "--kind", "inquiry")
    for told in (
        run("erase", "person", node, OTHER, "--rule", words, *HOLDER, "--yes"),
        run("erase", "record", node, "alert", alert, "--rule", words, *HOLDER, "--yes"),
        run(*person, "--authority", words, "--reason", "asked for", *AS),
        run(*person, "--authority", "the inquiry", "--reason", words, *AS),
        run("restrict", "record", node, "alert", alert, "--reason", words, *soon, *AS),
    ):
        assert told.exit_code == 2, told.stderr
        assert "holds a name, a number or the birth date" in told.stderr
        assert words not in told.stderr
    assert run("erase", "person", node, OTHER, "--rule", "x", *AS).exit_code == 1, "they are still there"


def test_whoever_erases_finds_before_it_where_others_name_them_and_what_was_typed_in_the_log(place: Path) -> None:
    node = place / "n"
    with Node.open(node) as opened:
        person = person_of(opened, GOES)
        entry = Entry(act=Act.ASK, actor="officer", entity="request", subjects=(person,), detail={"words": "typed"})
        typed = opened.audit.append(entry).index
        named = Entry(act=Act.SETTINGS, actor="officer", entity="quarantine", detail={"reason": f"as {GOES} said"})
        typed_of = opened.audit.append(named).index
        silent = Entry(act=Act.CONSULT, actor="officer", entity="person", subjects=(person,), detail={"id": "x"})
        opened.audit.append(silent)
        with as_owner(opened) as connection:
            row = connection.execute(
                "update record.alert set comment = %s where person_id <> %s returning id", (f"with {GOES}", person)
            ).fetchone()
    assert row is not None
    told = run("erase", "mentions", node, GOES, *HOLDER, "--purpose", "governance.audit", "--json")
    assert told.exit_code == 0, told.stderr
    found = json.loads(told.stdout)
    assert str(row[0]) in {one["id"] for one in found["places"]}
    assert found["log_entries"] == [typed, typed_of]
    assert f"--entry {typed} --entry {typed_of}" in told.stderr
    erased = run("erase", "person", node, GOES, "--rule", "request 15", *HOLDER, "--yes", "--json")
    assert erased.exit_code == 0, erased.stderr
    assert json.loads(erased.stdout)["log_entries"] == [typed, typed_of]
    assert f"--entry {typed} --entry {typed_of}" in erased.stderr
    both = ("--entry", typed, "--entry", typed_of)
    gone = run("audit", "erase", node, *both, "--reason", "request 15", *HOLDER, "--yes")
    assert gone.exit_code == 0, gone.stderr
    with Node.open(node) as opened:
        left = {one.index for one in latest(opened.database, most=200) if one.body is not None}
    assert left.isdisjoint({typed, typed_of})
    assert typed_of + 1 in left
