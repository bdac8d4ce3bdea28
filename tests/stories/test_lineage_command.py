"""Where a value came from, asked at a terminal; and what is written of each delivery for other tools."""

import json
from collections.abc import Generator
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from deliveries import small_extract
from openlineage import EVENT
from watchroom.entrances import commands
from watchroom.node.create import remove_node
from watchroom.node.run_file import RunFile

AS_OFFICER = ("--as", "o.officer", "--purpose", "custody.care")


def run(*words: object) -> Result:
    return CliRunner().invoke(commands(), [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    place = tmp_path_factory.mktemp("told")
    made, extract = place / "n", small_extract(place / "extract")
    assert run("init", made, "--agency", "HMPPS", "--name", "Leeds").exit_code == 0
    assert run("source", "add", made, "nomis", "--kind", "files", "--at", extract, "--map", "nomis").exit_code == 0
    assert run("ingest", made, "nomis").exit_code == 0
    assert run("user", "add", made, "o.officer", "--role", "wing_officer", "--unit", "LEI-A").exit_code == 0
    try:
        yield made
    finally:
        remove_node(made)


def an_alert(folder: Path) -> dict[str, str]:
    return json.loads(run("see", folder, "alert", *AS_OFFICER, "--json").stdout)["rows"][0]


def test_a_value_is_traced_to_file_row_and_column(folder: Path):
    row = an_alert(folder)
    told = json.loads(run("lineage", folder, "alert", row["id"], "comment", *AS_OFFICER, "--json").stdout)
    assert (told["available"], told["field"], told["row"]["comment"]) == (True, "comment", row["comment"])
    assert (told["place"]["file"], told["delivery"]["source"]) == ("OFFENDER_ALERTS.csv", "nomis")
    assert told["raw"] == [{"column": "COMMENT_TEXT", "value": row["comment"], "shown": True}]
    lines = run("lineage", folder, "alert", row["id"], *AS_OFFICER).stdout
    assert f"raw\tCOMMENT_TEXT\t{row['comment']}" in lines
    assert "withheld: OFFENDER_BOOK_ID, ALERT_SEQ" in lines


def test_what_is_not_there_and_a_field_that_is_not_are_said_with_what_to_do(folder: Path):
    absent = run("lineage", folder, "alert", "01a223eb-9a2b-7ee2-85e2-6441a06dc928", *AS_OFFICER)
    assert (absent.exit_code, absent.stdout.splitlines()[0]) == (0, "Not available to you for this purpose.")
    refused = run("lineage", folder, "alert", an_alert(folder)["id"], "nonsense", *AS_OFFICER)
    assert (refused.exit_code, "fields of `alert` are: source_key" in refused.stderr) == (1, True)


def test_each_delivery_is_told_in_a_file_for_other_tools_and_names_nobody(folder: Path, tmp_path: Path):
    assert run("ingest", folder, "nomis", tmp_path).exit_code == 1
    events = [json.loads(line) for line in RunFile(folder=folder).path.read_text().splitlines()]
    for event in events:
        jsonschema.validate(event, EVENT)
    states = [(event["eventType"], event["run"]["runId"]) for event in events]
    assert [state for state, _ in states] == ["START", "COMPLETE", "START", "FAIL"]
    assert states[0][1] == states[1][1] != states[2][1] == states[3][1]
    assert not any(word in json.dumps(events) for word in ("EXAMPLE", "A1234", "Fire raised", "LEI-A"))
    written = {one["name"]: one["outputFacets"]["outputStatistics"]["rowCount"] for one in events[1]["outputs"]}
    assert (written["person"], written["alert"]) == (3, 3)
