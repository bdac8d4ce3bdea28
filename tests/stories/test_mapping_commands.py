"""An agency's own mapping, from files to a record through the gate; a changed one; what is held back, and waived."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from test_commands import run
from test_model_commands import CLAUSE, by_hand

from deliveries import small_extract
from extensions import KEYS
from own_mappings import CARDS, DECLARED, DELIVERED, keep_mapping
from watchroom.node.create import remove_node
from watchroom.node.mapping_texts import mapping_texts, write_mapping_texts

AS = ("--as", "officer", "--purpose", "custody.care", "--json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """A node whose agency keeps key cards, with its own mapping and a source that delivered once."""
    place = tmp_path_factory.mktemp("mapped")
    made, extract = place / "n", small_extract(place / "extract")
    (extract / "X_KEY_CARDS.csv").write_text(DELIVERED, encoding="utf-8")
    assert run("init", made, "--agency", "HMPPS", "--name", "Prison Service").exit_code == 0
    try:
        (made / "model").mkdir()
        (made / "model" / "keys.yaml").write_text(KEYS, encoding="utf-8")
        assert run("model", "apply", made).exit_code == 0
        charter = (made / "charter.yaml").read_text(encoding="utf-8")
        (made / "charter.yaml").write_text(charter.replace("\nclauses:\n", f"\nclauses:{CLAUSE}", 1), encoding="utf-8")
        assert (
            run("user", "add", made, "officer", "--role", "wing_officer", "--site", "LEI", "--unit", "LEI-A").exit_code
            == 0
        )
        keep_mapping(made / "mappings")
        assert run("source", "add", made, "nomis", "--kind", "files", "--at", extract, "--map", "leeds").exit_code == 0
        taken = run("ingest", made, "nomis", "--json")
        assert taken.exit_code == 0, taken.stderr
        assert json.loads(taken.stdout)["batches"][0]["mapping"]["name"] == "leeds"
        yield made
    finally:
        remove_node(made)


@pytest.fixture
def fresh(folder: Path) -> Path:
    """The node as it was at first, whatever another test did to its mapping and its delivery."""
    keep_mapping(folder / "mappings")
    (folder.parent / "extract" / "X_KEY_CARDS.csv").write_text(DELIVERED, encoding="utf-8")
    assert run("ingest", folder, "nomis").exit_code == 0
    return folder


def numbers(folder: Path) -> list[object]:
    return [row["number"] for row in json.loads(run("see", folder, "hmpps_x_key_card", *AS).stdout)["rows"]]


def test_the_agencys_own_entity_is_filled_by_its_own_mapping_and_seen_through_the_gate(fresh: Path) -> None:
    assert run("mapping", "check", fresh, "leeds").exit_code == 0
    tried = run("mapping", "test", fresh, "leeds")
    assert (tried.exit_code, tried.stdout) == (0, "cards\tholds\n")
    shown = json.loads(run("mapping", "show", fresh, "leeds", "--json").stdout)
    assert "hmpps_x_key_card" in shown["makes"]
    assert {"table": "X_KEY_CARDS", "makes": ["hmpps_x_key_card"]}.items() <= shown["tables"][-1].items()
    assert sorted(map(str, numbers(fresh))) == ["12", "14"]
    listed = {one["name"]: one for one in json.loads(run("mapping", "list", fresh, "--json").stdout)["mappings"]}
    assert (listed["leeds"]["own"], listed["leeds"]["sources"], listed["leeds"]["stale"]) == (True, ["nomis"], [])


def test_one_that_reaches_out_is_refused_at_its_check_and_at_every_delivery(folder: Path) -> None:
    keep_mapping(folder / "mappings", {"hmpps_x_key_card.sql": CARDS.replace("c.CARD_NUMBER", "getenv('HOME')")})
    try:
        checked = run("mapping", "check", folder, "leeds")
        assert (checked.exit_code, "function `getenv`" in checked.stdout) == (1, True)
        taken = run("ingest", folder, "nomis")
        assert (taken.exit_code, "may not run" in taken.stderr) == (1, True)
    finally:
        keep_mapping(folder / "mappings")


def test_a_changed_mapping_is_shown_then_applied_and_both_versions_are_in_the_log(fresh: Path) -> None:
    folder = fresh
    taken = CARDS.replace("offender.person_key,", "coalesce(offender.person_key, '-1003') as person_key,")
    declared = DECLARED.replace('"1"', '"2"')
    keep_mapping(folder / "mappings", {"mapping.toml": declared, "hmpps_x_key_card.sql": taken})
    assert "mapping rerun" in run("mapping", "list", folder).stderr
    shown = run("mapping", "rerun", folder, "nomis")
    assert (shown.exit_code, "--apply" in shown.stderr) == (0, True)
    assert "held back: X_KEY_CARDS\tvalue_missing\tbefore 1\tnow 0" in shown.stdout.splitlines()
    assert len(numbers(folder)) == 2
    applied = json.loads(run("quarantine", "rerun", folder, "nomis", "--apply", "--json").stdout)
    assert (applied["mapping_before"]["version"], applied["mapping"]["version"], applied["applied"]) == ("1", "2", True)
    assert applied["entities"]["hmpps_x_key_card"]["new"] == 1
    (entry,) = by_hand(folder, "select body from audit.body where position('rerun_of' in body) > 0")
    assert "leeds 1 (" in str(entry[0])
    assert "leeds 2 (" in str(entry[0])
    gone = json.loads(run("quarantine", "list", folder, "nomis", "--all", "--json").stdout)["quarantine"]
    assert {(one["table"], one["state"]) for one in gone} == {("X_KEY_CARDS", "gone")}
    assert "no row is held back" in run("quarantine", folder).stderr


def test_what_is_held_back_is_waived_with_a_reason_that_each_delivery_tells_and_lifted_again(fresh: Path) -> None:
    folder, waive = fresh, ("quarantine", "waive", fresh, "nomis", "value_missing", "X_KEY_CARDS")
    assert run(*waive).exit_code == 2, "it says why"
    fatal = run("quarantine", "waive", folder, "nomis", "table_vanished", "X_KEY_CARDS", "--reason", "x")
    assert (fatal.exit_code, "cannot be waived" in fatal.stderr) == (2, True)
    unknown = run("quarantine", "waive", folder, "nomis", "value_missing", "X_DOORS", "--reason", "x")
    assert "no such table" in unknown.stderr
    assert "ends after now" in run(*waive, "--reason", "x", "--until", "2020-01-01T00:00Z").stderr
    assert states(folder) == [("X_KEY_CARDS", 1, "open", None)]
    assert run(*waive, "--reason", "cards without a number are handed in").exit_code == 0
    assert states(folder) == [("X_KEY_CARDS", 1, "waived", "cards without a number are handed in")]
    told = run("ingest", folder, "nomis")
    assert any(line.startswith("waived\tX_KEY_CARDS\tvalue_missing: 1 rows") for line in told.stdout.splitlines())
    assert run(*waive, "--reason", "they are not", "--lift").exit_code == 0
    assert states(folder) == [("X_KEY_CARDS", 1, "open", None)]
    assert len(by_hand(folder, "select index from audit.body where position('handed in' in body) > 0")) == 1


def states(folder: Path) -> list[tuple[object, ...]]:
    found = json.loads(run("quarantine", folder, "--json").stdout)["quarantine"]
    return [(one["table"], one["rows"], one["state"], one["waived"] and one["waived"]["reason"]) for one in found]


def test_own_mappings_are_part_of_a_backup_and_a_name_in_one_leads_nowhere_else(folder: Path, tmp_path: Path) -> None:
    texts = mapping_texts(folder)
    assert {"leeds/mapping.toml", "leeds/hmpps_x_key_card.sql", "leeds/tests/cards.yaml"} <= texts.keys()
    write_mapping_texts(tmp_path, {**texts, "../out.sql": "x", "/etc/out.sql": "x"})
    assert mapping_texts(tmp_path) == texts
    assert not (tmp_path / "out.sql").exists()
