"""A data engineer at a terminal: what a source looks like, which codes wait, what they are, and what has drifted."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deliveries import edit, small_extract
from watchroom.entrances import commands
from watchroom.node.create import remove_node
from watchroom.node.node import Node
from watchroom.store.database import Principal

SENTENCE = "Ask his brother Zebedee before unlock"


def run(*words: object) -> Result:
    return CliRunner().invoke(commands(), [str(word) for word in words], catch_exceptions=False)


def entries(folder: Path) -> str:
    with Node.open(folder) as node, node.database.connection(Principal.AUDIT) as connection:
        return " ".join(str(row[0]) for row in connection.execute("select body from audit.body").fetchall())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Path, Path]]:
    """A node, and the folder of its source, delivered once with two values that no code list has."""
    beside = tmp_path_factory.mktemp("source")
    folder, delivery = beside / "n", small_extract(beside / "delivery")

    def odd(rows: list[dict[str, str]]) -> None:
        rows[0]["ALERT_CODE"], rows[1]["ALERT_CODE"] = "NEWONE", SENTENCE

    edit(delivery, "OFFENDER_ALERTS", odd)
    assert run("init", folder, "--agency", "HMPPS", "--name", "Prison").exit_code == 0
    try:
        given = ("--kind", "files", "--at", delivery, "--map", "nomis")
        assert run("source", "add", folder, "nomis", *given).exit_code == 0
        assert run("ingest", folder, "nomis").exit_code == 0
        yield folder, delivery
    finally:
        remove_node(folder)


def test_a_profile_is_told_without_a_value_and_a_mapping_to_begin_with_is_written_once(
    place: tuple[Path, Path], tmp_path: Path
):
    folder, delivery = place
    into = tmp_path / "our_system"
    made = run("source", "profile", folder, "nomis", "--write", into, "--json")
    assert made.exit_code == 0
    tables = {table["table"]: table for table in json.loads(made.stdout)["tables"]}
    assert tables["OFFENDERS"]["keys"][0] == ["OFFENDER_ID"]
    assert "files written" in made.stderr
    assert {"mapping.toml", "left_out.toml", "crosswalk.csv", "person.sql"} <= {path.name for path in into.iterdir()}
    told = made.stdout + made.stderr + "".join(path.read_text() for path in into.iterdir())
    assert "EXAMPLE" not in told
    assert "Zebedee" not in told
    again = run("source", "profile", folder, "--at", delivery, "--write", into)
    assert (again.exit_code, "not an empty folder" in again.stderr) == (2, True)
    plain = run("source", "profile", folder, "--at", delivery / "OFFENDER_ALERTS.csv")
    assert "alert.kind_code" in plain.stdout
    assert run("source", "profile", folder).exit_code == 2
    assert run("source", "profile", folder, "--at", delivery / "nothing").exit_code == 2


def test_a_value_that_waits_is_decided_of_and_a_sentence_is_shown_to_whoever_has_the_duty(place: tuple[Path, Path]):
    folder, _ = place
    listed = run("source", "codes", folder)
    assert "2 values wait" in listed.stderr
    assert "NEWONE" not in listed.stdout, "at a terminal nobody in particular looks"
    assert "Zebedee" not in listed.stdout
    shown = json.loads(run("source", "codes", folder, "nomis", "--json").stdout)["codes"]
    assert all(one["masked"] and one["value"] is None for one in shown)
    masked = next(one for one in shown if one["length"] == len(SENTENCE))
    assert masked["list"] == "alert_kind"
    assert run("user", "add", folder, "eng", "--role", "data_engineer").exit_code == 0
    assert run("user", "add", folder, "off", "--role", "wing_officer", "--unit", "LEI-A").exit_code == 0
    refused = run("source", "codes", folder, "--as", "off")
    assert (refused.exit_code, "Zebedee" in refused.output) == (1, False)
    assert "Zebedee" in run("source", "codes", folder, "--as", "eng").stdout

    done = run("source", "code", folder, "nomis", "alert_kind", "NEWONE", "--to", "XA", "--json")
    assert json.loads(done.stdout)["changed"] == 1
    number = f"#{masked['id']}"
    ignored = run(
        "source", "code", folder, "nomis", "alert_kind", number, "--ignore", "a sentence", "--from", "2026-01-01"
    )
    assert f"{number} is ignored from 2026-01-01" in ignored.stderr
    assert "0 values wait" in run("source", "codes", folder).stderr
    assert json.loads(run("source", "codes", folder, "--all", "--json").stdout)["codes"][0]["decided_by"]
    assert run("source", "code", folder, "nomis", "alert_kind", "NEWONE", "--own", "--to", "XA").exit_code == 2
    assert run("source", "code", folder, "nomis", "alert_kind", "NOTHING", "--own").exit_code == 1
    kept = entries(folder)
    assert "alert_kind" in kept
    assert "Zebedee" not in kept


def test_what_a_source_says_that_it_has_is_compared_until_it_delivers_again(place: tuple[Path, Path]):
    folder, _ = place

    def differing() -> list[tuple[str, int]]:
        told = json.loads(run("quality", folder, "--json").stdout)["checks"]
        return [
            (one["entity"], one["bad"])
            for one in told
            if one["check"] == "total_differs" and one["status"] != "not_applicable"
        ]

    assert differing() == []
    assert run("source", "total", folder, "nomis", "alert", "1000").exit_code == 0
    ((entity, missing),) = differing()
    assert entity == "alert"
    assert missing > 900
    assert run("source", "total", folder, "nomis", "alerts", "1").exit_code == 1
    assert run("source", "total", folder, "nobody", "alert", "1").exit_code == 1
    assert run("ingest", folder, "nomis").exit_code == 0
    assert differing() == []


def test_what_drifted_is_listed_field_by_field_until_it_is_back(place: tuple[Path, Path]):
    folder, delivery = place
    assert "nothing" in run("source", "drift", folder).stderr
    alerts = delivery / "OFFENDER_ALERTS.csv"
    whole = alerts.read_text()
    alerts.write_text("\n".join(line.rpartition(",")[0] for line in whole.splitlines()) + "\n")
    assert run("ingest", folder, "nomis").exit_code == 0
    (row,) = json.loads(run("source", "drift", folder, "nomis", "--json").stdout)["drift"]
    assert (row["change"], row["column"], row["entity"], row["field"]) == (
        "column_gone",
        "COMMENT_TEXT",
        "alert",
        "comment",
    )
    alerts.write_text(whole)
    assert run("ingest", folder, "nomis").exit_code == 0
    assert json.loads(run("source", "drift", folder, "--json").stdout)["drift"] == []


def test_where_nothing_takes_from_a_source_there_is_nothing_to_stop_and_it_is_said(place: tuple[Path, Path]):
    folder, _ = place
    stopped = run("source", "stop", folder, "nomis")
    assert (stopped.exit_code, "nothing takes from `nomis`" in stopped.output) == (1, True)
    assert run("source", "stop", folder, "none").exit_code == 1


@pytest.mark.parametrize("name", ["", "Nomis", "no/mis", "Bloggs, Fred", "x" * 41, "é", "-x"])
def test_the_name_of_a_source_can_stand_in_an_address(place: tuple[Path, Path], name: str):
    folder, extract = place
    refused = run("source", "add", folder, "--kind", "files", "--at", extract, "--map", "nomis", "--", name)
    assert (refused.exit_code, "small letters" in refused.output) == (2, True)
