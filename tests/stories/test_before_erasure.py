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
from watchroom.node.create import remove_node
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


def is_of_other(hold: dict[str, object]) -> bool:
    return hold["person_id"] is not None and hold["kind"] == "inquiry"


def test_whoever_lifts_a_hold_is_told_that_another_account_erases(place: Path) -> None:
    node = place / "n"
    held = ("--kind", "inquiry", "--authority", "the inquiry", "--reason", "asked for")
    assert run("hold", "add", node, "--person", OTHER, *held, *AS).exit_code == 0
    (hold,) = [one for one in json.loads(run("hold", "list", node, *AS, "--json").stdout)["holds"] if is_of_other(one)]
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
        run("restrict", "record", node, "alert", alert, "--reason", words, *soon, *AS, "--yes"),
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


def test_the_list_of_holds_says_why_each_stands_who_placed_and_lifted_it_and_what_told_of_a_death(place: Path) -> None:
    node = place / "n"
    with Node.open(node) as opened:
        dead = person_of(opened, "A1234AC")
        with as_owner(opened) as connection:
            connection.execute("update record.person set died_on = '2026-07-10' where id = %s", (dead,))
    held = ("--kind", "inquiry", "--authority", "the inquiry", "--reason", "asked for in letter 4")
    assert run("hold", "add", node, "--entity", "visit", *held, *AS).exit_code == 0
    (visits,) = [one for one in json.loads(run("hold", "list", node, *AS, "--json").stdout)["holds"] if one["entity"]]
    assert run("hold", "lift", node, visits["id"], "--reason", "letter 9", *HOLDER).exit_code == 0
    head, *lines = (line.split("\t") for line in run("hold", "list", node, *AS).stdout.splitlines())
    told = [dict(zip(head, line, strict=True)) for line in lines]
    (lifted,) = [one for one in told if one["entity"] == "visit"]
    assert (lifted["reason"], lifted["placed_by"]) == ("asked for in letter 4", "gov")
    assert (lifted["lifted_by"], lifted["lift_reason"]) == ("holder", "letter 9")
    assert lifted["lifted_at"]
    (death,) = [one for one in told if one["kind"] == "death_in_custody"]
    assert (death["person_id"], death["told_by"]) == (str(dead), f"person {dead}")


def test_an_entity_that_is_none_is_told_with_the_nearest_and_a_command_that_lists_them(place: Path) -> None:
    held = ("--kind", "inquiry", "--authority", "the inquiry", "--reason", "asked for")
    told = run("hold", "add", place / "n", "--entity", "alertz", *held, *AS)
    assert told.exit_code == 1
    assert "did you mean `alert`?" in told.stderr
    assert "watchroom model docs" in told.stderr
    assert run("model", "docs", place / "n", "--out", place / "docs").exit_code == 0
    assert "non_association" in (place / "docs" / "dictionary.md").read_text(encoding="utf-8")


def test_a_restore_without_the_list_is_refused_and_says_what_stands_again_where_it_goes_on(place: Path) -> None:
    node, file, again = place / "n", place / "n.backup", place / "again"
    assert run("backup", node, file).exit_code == 0
    kept = (node / "checkpoints" / "erasures.jsonl").rename(place / "kept.jsonl")
    try:
        refused = run("restore", again, file)
        assert refused.exit_code == 1
        for word in ("erasures.jsonl", "--erasures", "--erasures-unknown", "people, records", "holds"):
            assert word in refused.stderr
        assert not again.exists()
        gone_on = run("restore", again, file, "--erasures-unknown")
        assert gone_on.exit_code == 0, gone_on.stderr
        for word in ("WARNING", "people, records and words of the log", "holds that were placed or lifted since"):
            assert word in gone_on.stderr
    finally:
        kept.rename(node / "checkpoints" / "erasures.jsonl")
        if again.exists():
            remove_node(again)


def test_a_place_in_a_record_that_does_not_exist_for_the_officer_is_not_told(place: Path) -> None:
    node, named = place / "n", "A1234AC"
    alert = alert_of(node, OTHER)
    with Node.open(node) as opened, as_owner(opened) as connection:
        connection.execute("update record.alert set comment = %s where id = %s", (f"beside {named}", alert))

    def places() -> set[str]:
        told = run("erase", "mentions", node, named, *HOLDER, "--purpose", "governance.audit", "--json")
        return {one["id"] for one in json.loads(told.stdout)["places"]}

    assert places() == {alert}
    restricted = ("restrict", "record", node, "alert", alert, "--reason", "contested", "--review-on", "2028-01-01", *AS)
    assert run(*restricted, "--yes").exit_code == 0
    try:
        assert places() == set()
    finally:
        (one,) = json.loads(run("restrict", "records", node, *AS, "--json").stdout)["restrictions"]
        assert run("restrict", "lift-record", node, one["id"], *AS).exit_code == 0
