"""A gym keeps a list that nobody has mapped: from `source profile` to loaded, with only what a person has to decide."""

import json
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from test_commands import run

from deliveries import small_extract
from watchroom.node.create import remove_node
from watchroom.node.node import Node
from watchroom.store.database import Principal

# What a person who knows the gym answers; everything else stands in the folder that was written.
ANSWERS = {"PRS": "ATT", "RFS": "UNACAB", "SCK": "ACCAB"}


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    with Node.open(folder) as node, node.database.connection(Principal.LOADER) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def attendance(numbers: list[str]) -> str:
    """A list with columns of its own: one in German, codes that no list of ours has, somebody whom nobody knows."""
    lines = ["ENTRY,PRISON_NUMBER,SESSION_DATE,OUTCOME,KURSLEITER,REMARK"]
    for number in range(40):
        who = "A9999ZZ" if number == 39 else numbers[number % len(numbers)]
        outcome = list(ANSWERS)[number % 3]
        leader = ("Oakley", "Quimby")[number % 2]
        remark = "tried the rowing machine" if number % 4 == 0 else ""
        lines.append(f"G{number:04d},{who},2026-07-{1 + number % 20:02d},{outcome},{leader},{remark}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Path, Path, dict[str, str]]]:
    """A node with its case-management system, the folder of the gym, and what was written, by file."""
    beside = tmp_path_factory.mktemp("starter")
    folder, lists = beside / "n", beside / "lists"
    assert run("init", folder, "--agency", "HMPPS", "--name", "Prison").exit_code == 0
    try:
        given = ("--kind", "files", "--at", small_extract(beside / "nomis"), "--map", "nomis")
        assert run("source", "add", folder, "nomis", *given).exit_code == 0
        assert run("ingest", folder, "nomis").exit_code == 0
        found = asked(folder, "select prison_number from record.person where prison_number ~ '^A[0-9]{4}[A-Z]{2}$'")
        lists.mkdir()
        lists.joinpath("GYM_ATTENDANCE.csv").write_text(attendance([str(one) for (one,) in found]), encoding="utf-8")
        mapping = folder / "mappings" / "gym"
        assert run("source", "profile", folder, "--at", lists, "--write", mapping).exit_code == 0
        yield folder, lists, {path.name: path.read_text("utf-8") for path in mapping.iterdir()}
    finally:
        remove_node(folder)


def test_what_is_written_names_people_by_their_number_and_asks_what_only_a_person_can_answer(
    place: tuple[Path, Path, dict[str, str]],
):
    _, _, texts = place
    assert '[references.person]\nby = "prison_number"' in texts["mapping.toml"]
    mapped = texts["activity_attendance.sql"]
    assert "\n    t.PRISON_NUMBER as person_key," in mapped
    assert "\n    -- perhaps: t.OUTCOME as outcome_source_value," in mapped
    assert "\n    -- not placed: t.KURSLEITER as FIELD," in mapped
    assert all(f"# attendance_outcome,{value},\n" in texts["crosswalk.csv"] for value in ANSWERS)
    assert not any(word in text for text in texts.values() for word in ("Oakley", "Quimby", "rowing", "A9999ZZ"))


def test_it_loads_as_it_was_written_and_again_when_each_question_is_answered(place: tuple[Path, Path, dict[str, str]]):
    folder, lists, _ = place
    assert run("mapping", "check", folder, "gym").exit_code == 0
    assert run("source", "add", folder, "gym", "--kind", "files", "--at", lists, "--map", "gym").exit_code == 0
    told = run("ingest", folder, "gym", "--json")
    assert told.exit_code == 0, told.output
    assert {one["code"] for one in json.loads(told.stdout)["issues"]} == {"reference_awaited"}
    counted = "select count(*), count(session_date), count(outcome_code) from record.activity_attendance as a"
    theirs = " inner join record.person as p on p.id = a.person_id where p.source_system = 'nomis'"
    assert asked(folder, counted + theirs) == [(39, 39, 0)]

    mapping = folder / "mappings" / "gym"
    text = (mapping / "activity_attendance.sql").read_text("utf-8")
    text = text.replace("-- perhaps: t.OUTCOME", "t.OUTCOME")
    text = re.sub("-- not placed: t.REMARK as FIELD|-- perhaps: t.REMARK as comment", "t.REMARK as comment", text)
    (mapping / "activity_attendance.sql").write_text(text, encoding="utf-8")
    codes = (mapping / "crosswalk.csv").read_text("utf-8")
    for value, code in ANSWERS.items():
        codes = codes.replace(f"# attendance_outcome,{value},", f"attendance_outcome,{value},{code}")
    (mapping / "crosswalk.csv").write_text(codes, encoding="utf-8")
    assert run("mapping", "check", folder, "gym").exit_code == 0
    assert run("mapping", "rerun", folder, "gym", "--apply").exit_code == 0
    by_code = "select outcome_code, count(*), count(comment) from record.activity_attendance group by 1 order by 1"
    assert asked(folder, by_code) == [("ACCAB", 13, 3), ("ATT", 13, 4), ("UNACAB", 13, 3)]
