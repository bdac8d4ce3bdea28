"""Somebody who must not be known of is hidden at the terminal, and an officer is kept from their own matters."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from standing import standing_node
from test_commands import run

from watchroom.node.node import Node
from watchroom.store.database import Principal


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
    words = ("--kind", "protected", "--admit", "governor", "--as", "gov")
    asked = run("restrict", "add", node, who, *words)
    assert asked.exit_code == 1, "nobody answered whether to hide them all the same"
    assert people(node, "officer") == everybody
    added = run("restrict", "add", node, who, *words, "--yes")
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


def test_what_nobody_could_do_for_a_hidden_person_is_said_before_they_are_hidden_and_who_undoes_it(node: Path) -> None:
    who = min(people(node, "officer"))
    asked = run("restrict", "add", node, who, "--kind", "protected", "--as", "gov")
    assert asked.exit_code == 1
    for word in ("subject access", "legal hold", "erase them", "`watchroom restrict admit`", "who may do that: `gov`"):
        assert word in asked.stderr
    assert who in people(node, "officer"), "they are not hidden before somebody said so"
    silent = run("restrict", "add", node, who, "--kind", "protected", "--admit", "gov", "--as", "gov")
    assert (silent.exit_code, "nobody who is admitted" in silent.stderr) == (0, False)
    held = ("--kind", "inquiry", "--authority", "the coroner", "--reason", "an inquest", "--as", "gov")
    assert run("hold", "add", node, "--person", who, *held).exit_code == 0
    assert run("restrict", "lift", node, who, "--as", "gov").exit_code == 0


def test_officers_of_records_name_a_person_by_the_number_that_they_have_in_hand(node: Path) -> None:
    with Node.open(node) as opened, opened.database.connection(Principal.LOADER) as connection:
        ((who, number, kind, value),) = connection.execute(
            "select p.id, p.prison_number, i.kind_code, i.value from record.person as p"
            " inner join record.person_identifier as i on i.person_id = p.id"
            " where i.kind_code = 'PNC' and i.value <> '' and p.prison_number <> '' limit 1"
        ).fetchall()
    other = f"{kind}:{value}"
    hidden = ("--kind", "limited_access", "--as", "gov", "--yes")
    held = ("--kind", "inquiry", "--authority", "the coroner", "--reason", "an inquest", "--as", "gov")
    asked = ("--as", "gov", "--purpose", "governance.audit", "--json")
    assert run("hold", "add", node, "--person", other, *held).exit_code == 0
    drafts = [run("audit", "subject", node, named, *asked) for named in (str(who), number, other)]
    assert [one.exit_code for one in drafts] == [0, 0, 0]
    mentions = ("--as", "officer", "--purpose", "custody.care")
    assert run("erase", "mentions", node, number, *mentions).exit_code == 1, "no number tells them who there is"
    assert run("restrict", "add", node, number, *hidden).exit_code == 0
    gone = [run("audit", "subject", node, named, *asked) for named in (number, other, "A0000ZZ", "PNC:1/1")]
    assert {(one.exit_code, one.stdout, one.stderr) for one in gone} == {(1, "", gone[0].stderr)}
    nobody = [
        run("restrict", word, node, "A0000ZZ", *more, "--as", "gov") for word, *more in (("lift",), ("admit", "gov"))
    ]
    assert {(one.exit_code, "nobody of that number is restricted" in one.stderr) for one in nobody} == {(1, True)}
    assert run("restrict", "admit", node, other, "gov", "--as", "gov").exit_code == 0
    assert run("restrict", "lift", node, number, "--as", "gov").exit_code == 0


def test_an_officer_is_kept_from_kin(node: Path) -> None:
    everybody = people(node, "officer")
    who = max(everybody)
    assert run("restrict", "party", node, "officer", who, "--relation", "kin", "--as", "gov").exit_code == 0
    assert people(node, "officer") == everybody - {who}
    ended = run("restrict", "party", node, "officer", who, "--relation", "kin", "--end", "--as", "gov")
    assert ended.exit_code == 0
    assert people(node, "officer") == everybody


def test_an_officer_undoes_nothing_that_hides_their_own_kin_from_them(node: Path) -> None:
    # One of another prison, so that the officers of the other stories miss nobody.
    with Node.open(node) as opened, opened.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select min(id::text) from record.person where site_code = 'MDI'").fetchone()
    assert row is not None
    who = str(row[0])
    add = ("restrict", "add", node, who, "--kind", "protected", "--admit", "governor", "--yes", "--as", "gov")
    assert run(*add).exit_code == 0
    party = ("restrict", "party", node, "gov", who, "--relation", "kin")
    assert run(*party, "--as", "gov").exit_code == 0, "everybody may say whose kin they are"
    tried = [
        run(*party, "--end", "--as", "gov"),
        run("restrict", "admit", node, who, "gov", "--as", "gov"),
        run("restrict", "lift", node, who, "--as", "gov"),
    ]
    assert [one.exit_code for one in tried] == [1, 1, 1]
    assert len({one.stderr for one in tried}) == 1
    assert run("user", "add", node, "gov.b", "--role", "information_governance").exit_code == 0
    assert run(*party, "--end", "--as", "gov.b").exit_code == 0
    assert run("restrict", "lift", node, who, "--as", "gov").exit_code == 0


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
