"""A node of probation on the extract of Delius: its charter, and people who do not exist for its staff."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from standing import standing_node
from test_commands import run

from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import charter_text, load_agreement

CHARTER = load_agreement(charter_text("probation_england_and_wales"), where="charter", model=catalogue())
RESTRICTED = {"G9643VP", "G9644VP"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, delius: Path) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("probation") / "n"
    with standing_node(folder, "--agency", "NPS", "--name", "Probation Service"):
        assert (
            run("source", "add", folder, "delius", "--kind", "files", "--at", delius, "--map", "delius").exit_code == 0
        )
        taken = run("ingest", folder, "delius", "--json")
        assert taken.exit_code == 0, taken.stderr
        for name, role in (("officer", "responsible_officer"), ("duty", "duty_probation_officer")):
            assert run("user", "add", folder, name, "--role", role).exit_code == 0
        yield folder


def seen(node: Path, entity: str, *, by: str = "officer") -> list[dict[str, object]]:
    answer = run("see", node, entity, "--as", by, "--purpose", "public-protection.supervision", "--json")
    assert answer.exit_code == 0, answer.stderr
    rows: list[dict[str, object]] = json.loads(answer.stdout)["rows"]
    return rows


def test_staff_see_everybody_but_the_restricted_and_the_deleted(node: Path) -> None:
    numbers = [row["prison_number"] for row in seen(node, "person")]
    assert len(numbers) == 29
    assert not RESTRICTED & set(numbers)
    assert "G3131VA" not in numbers


@pytest.mark.parametrize("entity", sorted({clause.entity for clause in CHARTER.clauses} - {"agency", "person"}))
def test_no_other_record_names_somebody_who_is_restricted(node: Path, entity: str) -> None:
    known = {row["id"] for row in seen(node, "person")}
    rows = seen(node, entity)
    assert rows
    assert {row["person_id"] for row in rows} <= known


def test_that_somebody_is_restricted_is_shown_to_nobody(node: Path) -> None:
    assert "limited_access" not in {clause.entity for clause in CHARTER.clauses}
    assert seen(node, "limited_access") == []


def test_staff_are_told_what_to_do_and_not_why_and_no_note_that_is_sensitive(node: Path) -> None:
    (need,) = seen(node, "care_need", by="duty")
    assert need["instruction_code"] == "ASK_HEALTHCARE"
    assert not {"problem_code", "problem_source_value", "description", "type_code"} & set(need)
    assert "Before saving" not in json.dumps(seen(node, "case_note"))
    assert seen(node, "case_note", by="duty") == []


def test_probation_has_no_charter_elsewhere(tmp_path: Path) -> None:
    refused = run(
        "init", tmp_path / "n", "--agency", "NPS", "--name", "Probation", "--jurisdiction", "northern_ireland"
    )
    assert refused.exit_code != 0
    assert "no charter of `NPS`" in refused.stderr
    assert not (tmp_path / "n").exists()


def test_the_charter_says_that_counsel_has_not_checked_it() -> None:
    assert "NOT CHECKED BY COUNSEL" in charter_text("probation_england_and_wales")
