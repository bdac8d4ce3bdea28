"""A node of Northern Ireland, on the example extract: its own words, and what nobody has told us is not judged."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from standing import standing_node
from test_commands import AT, run

from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import pack
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.priority.rules import RULES

PACK = pack("northern_ireland")
NOT_JUDGED = {rule.code for rule in RULES if rule.known_by(PACK.meanings) is False}
BRIEF = ("--post", "LEI-A", "--at", AT, "--as", "officer", "--purpose", "custody.safety")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[Path]:
    made = tmp_path_factory.mktemp("north") / "n"
    words = ("--agency", "NIPS", "--name", "Northern Ireland Prison Service", "--jurisdiction", PACK.key)
    with standing_node(made, *words) as begun:
        assert "is not known here" in begun.stderr
        assert run("source", "add", made, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        assert run("ingest", made, "nomis", "--json").exit_code == 0
        for name, role, *place in (
            ("officer", "wing_officer", "--site", "LEI", "--unit", "LEI-A"),
            ("board", "board"),
        ):
            assert run("user", "add", made, name, "--role", role, *place).exit_code == 0
        yield made


def test_what_is_not_known_here_is_named_and_no_rule_judges_by_it(folder: Path) -> None:
    found = run("brief", folder, *BRIEF, "--format", "json")
    assert found.exit_code == 0, found.stderr
    brief = json.loads(found.stdout)
    said = {one["rule"]: one for one in brief["not_evaluated"]}
    assert {code for code, one in said.items() if one["state"] == "not_known_here"} == NOT_JUDGED
    assert {"care_plan_open", "cell_sharing_high", "cell_sharing_unassessed", "hold"} <= NOT_JUDGED
    assert "Open SPAR plan" in said["care_plan_open"]["text"]
    assert "Not judged here" in said["care_plan_open"]["text"]
    fired = {reason["code"] for one in brief["people"] for reason in one["reasons"]}
    assert fired, "what is known is judged"
    assert not fired & NOT_JUDGED
    assert not [task for task in brief["tasks"] if "post-closure" in json.dumps(task)]


def test_the_page_says_it_in_the_words_of_northern_ireland(folder: Path) -> None:
    page = run("brief", folder, *BRIEF, "--format", "html")
    assert page.exit_code == 0, page.stderr
    assert "SPAR" in page.stdout
    assert "Not judged here" in page.stdout
    assert "ACCT plan" not in page.stdout


def test_its_charter_names_its_own_law_and_counts_no_code_of_another_service(folder: Path) -> None:
    text = (folder / "charter.yaml").read_text(encoding="utf-8")
    charter = load_agreement(text, where="charter.yaml", model=catalogue())
    assert charter.provider == "NIPS"
    assert "Prison Act (Northern Ireland) 1953" in text
    assert "Prison Act 1952" not in text
    here = {clause.name for clause in charter.clauses}
    there = {one.name for one in load_agreement(charter_text(), where="c", model=catalogue()).clauses}
    assert there - here == {"board-open-care-plans"}


def test_a_board_is_not_told_that_nobody_is_at_risk(folder: Path) -> None:
    seen = run("see", folder, "alert", "--as", "board", "--purpose", "oversight.board", "--json")
    assert seen.exit_code == 0
    assert json.loads(seen.stdout)["rows"] == []
    assert "available" in run("see", folder, "alert", "--as", "board", "--purpose", "oversight.board").stderr
