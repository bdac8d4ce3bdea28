"""The review of looks at a terminal: the rota and marks are entered, the log is looked through, a person decides."""

import json
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest
from example_node import Example
from standing import standing_node
from test_commands import run

from log_reading import latest
from watchroom.node.node import Node
from watchroom.store.database import Principal

AS = ("--as", "dpo", "--purpose", "governance.audit")
CARE = ("--as", "officer-smith", "--purpose", "custody.care")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[Path]:
    made = tmp_path_factory.mktemp("looks") / "n"
    with standing_node(made, "--agency", "HMPPS", "--name", "Prison Service"):
        assert run("source", "add", made, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        assert run("ingest", made, "nomis").exit_code == 0
        for name, role, *place in (
            ("officer-smith", "wing_officer", "--site", "LEI", "--unit", "LEI-A"),
            ("dpo", "information_governance"),
        ):
            assert run("user", "add", made, name, "--role", role, *place).exit_code == 0
        yield made


def neighbour(folder: Path) -> tuple[str, str]:
    """Somebody who is on another wing, with the postcode of their home."""
    with Node.open(folder) as node, node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select p.id::text, a.postal_code from record.person as p join record.address as a on p.id = a.person_id"
            " join record.custody_episode as e on p.id = e.person_id"
            " where e.is_active and e.unit_code <> 'LEI-A' and a.postal_code is not null order by p.sort_key limit 1"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_a_look_at_a_neighbour_is_found_shown_decided_and_told(folder: Path, tmp_path: Path) -> None:
    person, postcode = neighbour(folder)
    marks = run("user", "marks", folder, "officer-smith", given=f"family_name Abcde\npostcode {postcode.lower()}\n")
    assert marks.exit_code == 0, marks.output
    assert postcode not in marks.output
    rota = tmp_path / "rota.csv"
    rota.write_text("account,from,to,place\nofficer-smith,2020-01-01T07:00,2020-01-01T15:00,LEI-A\n")
    assert run("user", "rota", folder, rota).exit_code == 0
    assert run("see", folder, "person", person, *CARE).exit_code in (0, 1)

    first = run("looks", "list", folder, *AS)
    assert "has not been looked through yet" in first.stderr
    found = run("looks", "find", folder, *AS)
    assert found.exit_code == 0, found.stderr
    assert "looked through" in found.stderr
    listed = run("looks", "list", folder, *AS, "--json")
    (case,) = json.loads(listed.stdout)["cases"]
    assert (case["account"], case["person"]) == ("officer-smith", person)
    assert case["reasons"][0]["code"] == "same_postcode"
    assert "Same postcode" in run("looks", "list", folder, *AS).stdout

    shown = run("looks", "show", folder, case["case"], *AS)
    assert postcode not in shown.stdout
    assert json.loads(shown.stdout)["looks"][0]["shown"] == "nothing was shown"
    done = run("looks", "decide", folder, case["case"], "--outcome", "followed_up", "--note", "spoke to him", *AS)
    assert done.exit_code == 0, done.stderr
    assert "not told yet" in done.stderr
    with Node.open(folder) as node:
        (entry,) = latest(node.database, most=1)
    assert (entry.act, entry.header["entity"], entry.body["detail"]["told"]) == ("decide", "looks", "not_yet")
    after = json.loads(run("looks", "list", folder, *AS, "--json").stdout)
    assert after["cases"] == []
    assert {"reason": "same_postcode", "decided": 1, "followed_up": 1, "explained": 0, "no_concern": 0} in after[
        "precision"
    ]
    assert run("audit", "verify", folder).exit_code == 0


def test_marks_are_kept_as_hashes_alone(folder: Path) -> None:
    assert run("user", "marks", folder, "dpo", given="postcode LS99 9ZZ\n").exit_code == 0
    with Node.open(folder) as node, node.database.connection(Principal.APP) as connection:
        rows = connection.execute("select * from gate.account_mark where account = 'dpo'").fetchall()
    assert len(rows) == 1
    assert "LS99" not in str(rows)
    assert run("user", "marks", folder, "dpo", given="").exit_code == 0
    with Node.open(folder) as node, node.database.connection(Principal.APP) as connection:
        assert connection.execute("select from gate.account_mark where account = 'dpo'").fetchall() == []


@pytest.mark.parametrize("typed", ["surname Smith\n", "postcode\n", "family_name 123\n"])
def test_a_mark_that_cannot_be_compared_is_refused_without_repeating_it(folder: Path, typed: str) -> None:
    found = run("user", "marks", folder, "dpo", given=typed)
    assert found.exit_code == 2
    assert not {"Smith", "123"} & set(found.output.split())


@pytest.mark.parametrize(
    "row",
    [
        "officer-smith,2020-01-01T07:00,2020-01-01T07:00,LEI-A",
        "officer-smith,2020-01-01T07:00,2020-01-03T07:00,LEI-A",
        "officer-smith,soon,2020-01-01T07:00,LEI-A",
        "officer-smith,2020-01-01T07:00,2020-01-01T15:00,",
        "nobody,2020-01-01T07:00,2020-01-01T15:00,LEI",
    ],
)
def test_a_shift_that_cannot_be_is_refused_and_no_shift_of_its_file_is_kept(
    folder: Path, tmp_path: Path, row: str
) -> None:
    rota = tmp_path / "rota.csv"
    rota.write_text(f"account,from,to,place\ndpo,2020-02-01T07:00,2020-02-01T15:00,LEI\n{row}\n")
    assert run("user", "rota", folder, rota).exit_code in (1, 2)
    with Node.open(folder) as node, node.database.connection(Principal.APP) as connection:
        assert connection.execute("select from gate.rota where account = 'dpo'").fetchall() == []


def test_a_log_of_days_to_come_is_not_looked_through(folder: Path) -> None:
    before = json.loads(run("looks", "list", folder, *AS, "--json").stdout)["reviewed_at"]
    found = run("looks", "find", folder, "--from", "2999-01-01T00:00", *AS)
    assert (found.exit_code, "earlier" in found.stderr) == (2, True)
    assert json.loads(run("looks", "list", folder, *AS, "--json").stdout)["reviewed_at"] == before


def test_no_case_of_an_id_is_one_answer(folder: Path) -> None:
    for words in (("looks", "show", folder, uuid4()),
                  ("looks", "decide", folder, uuid4(), "--outcome", "explained", "--note", "n")):  # fmt: skip
        assert run(*words, *AS).exit_code == 1


def test_a_check_in_somebodys_name_says_how_many_people_a_clause_shows(folder: Path) -> None:
    document = folder / "charter.yaml"
    plain = json.loads(run("agreement", "check", folder, document).stdout)
    measured = run("agreement", "check", folder, document, "--as", "dpo")
    assert measured.exit_code == 0, measured.stderr
    more = [one for one in json.loads(measured.stdout)["findings"] if one not in plain["findings"]]
    assert any("% of all people on the node" in one["text"] for one in more)
    with Node.open(folder) as node:
        entries = latest(node.database, most=3)
    assert ("count", "dpo") in {(one.act, one.actor) for one in entries}


def test_a_young_log_calls_no_field_unused_and_only_whoever_keeps_agreements_may_ask(folder: Path) -> None:
    found = run("agreement", "unused", folder, "--as", "dpo")
    assert found.exit_code == 0, found.stderr
    (charter,) = json.loads(found.stdout)["agreements"]
    assert charter["unused"] == []
    assert "does not reach back" in charter["unknown"]
    refused = run("agreement", "unused", folder, "--as", "officer-smith")
    assert (refused.exit_code, refused.stdout) == (1, "")


def test_what_is_past_its_time_is_deleted_at_the_terminal_and_what_is_not_stays(example: Example) -> None:
    gone = run("audit", "retain", example.folder)
    assert gone.exit_code == 0, gone.stderr
    assert set(json.loads(gone.stdout)["deleted"].values()) == {0}
