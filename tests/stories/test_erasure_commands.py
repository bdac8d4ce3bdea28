"""Erasure, legal holds, retention by rule and reconciliation at the terminal, on one small node."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from erasing_node import AS, HOLDER, erasing_place
from test_commands import run

from deliveries import Row, edit
from erasure_world import NUMBER, delivery


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    with erasing_place(tmp_path_factory.mktemp("erase")) as place:
        yield place


def test_who_has_not_the_duty_erases_holds_and_applies_nothing(place: Path) -> None:
    node = place / "n"
    for told in (
        run("erase", "person", node, NUMBER, "--rule", "x", "--as", "officer", "--yes"),
        run("hold", "list", node, "--as", "officer"),
        run("retention", "apply", node, "--as", "officer", "--yes"),
    ):
        assert told.exit_code == 1
        assert told.stderr.startswith("refused:")


def test_erasure_is_asked_for_twice_held_done_listed_and_let_back(place: Path) -> None:
    node = place / "n"
    held = ("--kind", "inquiry", "--authority", "the inquiry", "--reason", "asked for")
    placed = run("hold", "add", node, "--entity", "case_note", *held, *HOLDER)
    assert placed.exit_code == 0, placed.stderr
    refused = run("erase", "person", node, NUMBER, "--rule", "request 12", *AS, "--yes")
    assert refused.exit_code == 1
    assert "1 legal hold covers some of it" in refused.stderr
    (hold,) = json.loads(run("hold", "list", node, *AS, "--json").stdout)["holds"]
    assert (hold["kind"], hold["entity"], hold["is_in_force"]) == ("inquiry", "case_note", True)
    assert run("hold", "lift", node, hold["id"], "--reason", "over", *HOLDER).exit_code == 0
    unanswered = run("erase", "person", node, NUMBER, "--rule", "request 12", *AS)
    assert (unanswered.exit_code, "nothing was done" in unanswered.stderr) == (1, True), "nobody said yes"
    done = run("erase", "person", node, NUMBER, "--rule", "request 12", *AS, "--yes", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["records"]["person"] == 1
    assert "backups that were made before" in done.stderr
    gone = run("erase", "person", node, NUMBER, "--rule", "request 12", *AS, "--yes")
    assert gone.exit_code == 1
    listed = json.loads(run("erase", "list", node, *AS, "--json").stdout)
    (one,) = listed["erasures"]
    assert listed["unfinished"] == 0
    assert (one["rule"], one["may_come_back"]) == ("request 12", 0)
    assert run("erase", "resume", node, *AS).exit_code == 0
    found = json.loads(run("erase", "find", node, NUMBER, *AS, "--json").stdout)["erased"]
    assert "person" in {one["entity"] for one in found}
    assert "nothing was erased under that number" in run("erase", "find", node, "Z9999ZZ", *AS).stderr
    unknown = "01a220ea-0000-7000-8000-000000000000"
    assert run("erase", "let-back", node, "person", unknown, "--reason", "x", *AS).exit_code == 1
    assert run("erase", "record", node, "alert", unknown, "--rule", "x", *AS, "--yes").exit_code == 1


def test_retention_is_what_the_file_says_and_without_it_nothing(place: Path) -> None:
    node = place / "n"
    file = node / "retention.yaml"
    plain = run("retention", "plan", node, *AS)
    assert "no period is set, so nothing is deleted" in plain.stderr
    assert "nothing goes" in run("retention", "apply", node, *AS, "--yes").stderr
    file.write_text("retention: 1\nclasses:\n  custody_rekord: {keep: P1Y, after: release}\n", encoding="utf-8")
    wrong = run("retention", "plan", node, *AS)
    assert wrong.exit_code == 1
    assert "retention.yaml" in wrong.stderr
    assert "3" in wrong.stderr
    file.write_text("retention: 1\nclasses:\n  custody_record: {keep: PT1M, after: release}\n", encoding="utf-8")
    planned = run("retention", "plan", node, *AS, "--json")
    assert planned.exit_code == 0, planned.stderr
    (row,) = [one for one in json.loads(planned.stdout)["classes"] if one["class"] == "custody_record"]
    assert row["goes"] == 0, "everybody is in custody"
    file.unlink()


def test_what_a_source_has_and_the_record_has_not_is_told_and_repaired(place: Path) -> None:
    node = place / "n"
    equal = run("reconcile", node, "nomis", "--json")
    first = json.loads(equal.stdout)

    def more(rows: list[Row]) -> None:
        rows[0]["COMMENT_TEXT"] = "another word"
        rows.append({**rows[0], "ALERT_SEQ": "7"})
        del rows[1]

    later = delivery(place / "later")
    edit(later, "OFFENDER_ALERTS", more)
    missed = run("reconcile", node, "nomis", later, "--json")
    assert missed.exit_code == 1
    found = json.loads(missed.stdout)
    alert = found["entities"]["alert"]
    assert (alert["only_source"], alert["only_record"], alert["differing"]) == (1, 1, 1)
    assert alert["fields"] == {"comment": 1}
    assert len(found["earlier"]) == len(first["earlier"]) + 1
    assert {name for name, one in found["entities"].items() if one["differing"]} == {"alert"}
    repaired = run("reconcile", node, "nomis", later, "--repair")
    assert repaired.exit_code == 0, repaired.stderr
    again = run("reconcile", node, "nomis", later)
    assert again.exit_code == 0, again.stdout
    assert "nothing was missed" in again.stderr
