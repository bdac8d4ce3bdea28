"""An agency keeps something of its own: planned, applied, shown through the gate, backed up, and dropped when asked."""

import json
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from standing import standing_node
from test_commands import run

from batches import START, write
from extensions import KEYS
from watchroom.kernel.clock import MachineClock
from watchroom.node.create import remove_node
from watchroom.node.database_access import embedded_server
from watchroom.node.model_files import model_mark, model_of
from watchroom.node.node import Node
from watchroom.node.settings import ClockSettings, read_settings, write_settings

CLAUSE = """
  - clause: officer-key-card
    entity: hmpps_x_key_card
    roles: [wing_officer]
    purposes: [custody.care]
    allow: [read, list]
    fields: [person_id, number, given_on, source_key]
    subject: on_my_unit
"""
# In days after the extract: later than any delivery of today, and while the shipped charter holds.
GIVEN = 870
AS = ("--as", "officer", "--purpose", "custody.care", "--json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A node with the extract, in which the agency keeps key cards; the holder of the only one."""

    folder: Path
    holder: UUID


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[Own]:
    folder = tmp_path_factory.mktemp("own") / "n"
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        assert run("source", "add", folder, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        assert run("ingest", folder, "nomis", "--json").exit_code == 0
        added = run("user", "add", folder, "officer", "--role", "wing_officer", "--site", "LEI", "--unit", "LEI-A")
        assert added.exit_code == 0
        yield Own(folder=folder, holder=holder_in(folder))


def holder_in(folder: Path) -> UUID:
    """Plans and applies; gives a card to somebody on the officer's wing, and lets the officer see it."""
    keep(folder, KEYS)
    planned = json.loads(run("model", "plan", folder, "--json").stdout)
    assert {one["how"] for one in planned["changes"]} == {"additive"}
    applied = run("model", "apply", folder, "--json")
    assert applied.exit_code == 0, applied.stderr
    assert json.loads(applied.stdout)["changes"] == planned["changes"]
    charter = (folder / "charter.yaml").read_text(encoding="utf-8")
    (folder / "charter.yaml").write_text(charter.replace("\nclauses:\n", f"\nclauses:{CLAUSE}", 1), encoding="utf-8")
    with Node.open(folder) as node:
        (key, holder), *_ = by_hand(
            folder,
            "select source_key, id from record.person"
            " where unit_code = 'LEI-A' and not is_restricted"
            " and not exists (select from ingest.hold where hold.person_id = person.id)"
            " order by source_key limit 1",
        )
        card = {"source_key": "1", "person_key": key, "number": "12", "site_code": "LEI", "unit_code": "LEI-A"}
        rows: dict[str, list[dict[str, object]]] = {"hmpps_x_key_card": [card]}
        write(node.database, rows, hour=GIVEN * 24, is_full=False, model=node.model)
    return UUID(str(holder))


def keep(folder: Path, text: str) -> None:
    (folder / "model").mkdir(exist_ok=True)
    (folder / "model" / "keys.yaml").write_text(text, encoding="utf-8")


def by_hand(folder: Path, statement: str) -> list[tuple[object, ...]]:
    with embedded_server(folder) as address, psycopg.connect(address.dsn("watchroom")) as admin:
        answer = admin.execute(statement)  # type: ignore[arg-type]
        return answer.fetchall() if answer.description else []


def cards(folder: Path) -> list[dict[str, object]]:
    seen = run("see", folder, "hmpps_x_key_card", *AS)
    assert seen.exit_code == 0, seen.stderr
    return json.loads(seen.stdout)["rows"]


def test_what_the_agency_keeps_is_seen_through_the_gate_and_by_clauses_only(own: Own) -> None:
    (card,) = cards(own.folder)
    assert (card["number"], card["person_id"]) == ("12", str(own.holder))
    assert "remark" not in card, "no clause names it"
    elsewhere = run("see", own.folder, "hmpps_x_key_card", "--as", "officer", "--purpose", "custody.safety", "--json")
    assert json.loads(elsewhere.stdout)["rows"] == []
    assert run("see", own.folder, "hmpps_x_door", *AS).exit_code == 1


def test_a_hidden_persons_card_is_hidden_with_them(own: Own) -> None:
    by_hand(own.folder, f"update record.person set is_restricted = true where id = '{own.holder}'")
    try:
        assert cards(own.folder) == []
    finally:
        by_hand(own.folder, f"update record.person set is_restricted = false where id = '{own.holder}'")
    assert len(cards(own.folder)) == 1


def test_the_briefing_goes_on_beside_it(own: Own) -> None:
    brief = run(
        *("brief", own.folder, "--post", "LEI-A", "--at", "2026-07-24T08:00+01:00"),
        *("--as", "officer", "--purpose", "custody.safety", "--format", "json"),
    )
    assert brief.exit_code == 0, brief.stderr
    assert not [one for one in json.loads(brief.stdout)["changes"] if "key card" in one["text"]], "no clause shows it"


def test_the_briefing_tells_that_a_card_was_given(own: Own) -> None:
    settings = read_settings(own.folder)
    later = START + timedelta(days=GIVEN, hours=1)
    clock = ClockSettings(recorded_start=later, machine_start=MachineClock().now(), speed=0.0)
    write_settings(own.folder, replace(settings, clock=clock))
    try:
        brief = run(
            *("brief", own.folder, "--post", "LEI-A", "--at", later.isoformat()),
            *("--as", "officer", "--purpose", "custody.care", "--format", "json"),
        )
    finally:
        write_settings(own.folder, settings)
    assert brief.exit_code == 0, brief.stderr
    told = [one for one in json.loads(brief.stdout)["changes"] if "key card" in one["text"]]
    assert [(one["text"], one["category"]) for one in told] == [("New: key card", "RISK")]


def test_its_quality_is_checked_like_that_of_ours(own: Own) -> None:
    assert run("quality", own.folder, "--json").exit_code == 0


def test_the_pages_of_the_nodes_own_model_are_written(own: Own, tmp_path: Path) -> None:
    written = run("model", "docs", own.folder, "--out", tmp_path / "docs")
    assert written.exit_code == 0, written.stderr
    record = (tmp_path / "docs" / "record-of-processing.md").read_text(encoding="utf-8")
    assert "`officer-key-card`" in record
    assert "## hmpps_x_key_card" in (tmp_path / "docs" / "dictionary.md").read_text(encoding="utf-8").replace(
        "###", "##"
    )
    assert (tmp_path / "docs" / "entities" / "hmpps_x.svg").is_file()
    assert "hmpps_x_key_card" in (tmp_path / "docs" / "record.schema.json").read_text(encoding="utf-8")


def test_an_edited_file_changes_nothing_before_it_is_applied(own: Own) -> None:
    before = model_of(own.folder)
    keep(own.folder, KEYS.replace("A key card that was given to somebody.", "A card."))
    try:
        assert model_of(own.folder) == before
        planned = json.loads(run("model", "plan", own.folder, "--json").stdout)
        assert planned == {"is_news": True, "changes": []}
        assert len(cards(own.folder)) == 1
    finally:
        keep(own.folder, KEYS)


def test_what_is_applied_without_news_moves_no_mark_and_so_nobody_opens_the_node_anew(own: Own) -> None:
    before = model_mark(own.folder)
    assert before
    assert json.loads(run("model", "apply", own.folder, "--json").stdout) == {"is_news": False, "changes": []}
    assert model_mark(own.folder) == before
    keep(own.folder, KEYS.replace("A key card that was given to somebody.", "A card."))
    try:
        assert run("model", "apply", own.folder).exit_code == 0
        changed = model_mark(own.folder)
        assert changed > before, "a word is news"
    finally:
        keep(own.folder, KEYS)
    assert run("model", "apply", own.folder).exit_code == 0
    assert model_mark(own.folder) > changed


def test_a_file_at_fault_is_refused_with_its_line_and_the_node_goes_on(own: Own) -> None:
    keep(own.folder, KEYS.replace("retention: custody_record", "retention: ages"))
    try:
        for command in ("plan", "apply"):
            refused = run("model", command, own.folder)
            assert refused.exit_code == 1
            assert "keys.yaml, line 25: retention `ages` is not one of" in refused.stderr
        assert len(cards(own.folder)) == 1
    finally:
        keep(own.folder, KEYS)


def test_what_is_agreed_does_not_lose_what_it_shows(own: Own) -> None:
    keep(own.folder, KEYS.replace("      given_on: {range: date, description: When it was given.}\n", ""))
    try:
        for more in ((), ("--destructive",)):
            refused = run("model", "apply", own.folder, *more)
            assert refused.exit_code == 1
            assert "charter.yaml" in refused.stderr
            assert "before it leaves the model" in refused.stderr
        assert len(cards(own.folder)) == 1
    finally:
        keep(own.folder, KEYS)


def test_a_backup_holds_it_with_its_model(own: Own, tmp_path: Path) -> None:
    made = run("backup", own.folder, tmp_path / "b")
    assert made.exit_code == 0, made.stderr
    assert "not part of a node" not in made.stderr
    again = tmp_path / "again"
    try:
        restored = run("restore", again, tmp_path / "b")
        assert restored.exit_code == 0, restored.stderr
        assert cards(again) == cards(own.folder)
        assert json.loads(run("model", "plan", again, "--json").stdout) == {"is_news": False, "changes": []}
    finally:
        remove_node(again)


def test_what_goes_is_asked_for_said_and_entered(own: Own) -> None:
    without = KEYS.replace("      remark:\n        description: What staff noted on it.\n", "").replace(
        "        annotations: {free_text: true, sensitivity: special_category, change_category: none}\n", ""
    )
    by_hand(own.folder, "update record.hmpps_x_key_card set remark = 'a word'")
    keep(own.folder, without)
    try:
        dropped_as_asked(own)
    finally:
        keep(own.folder, KEYS)
        assert run("model", "apply", own.folder).exit_code == 0


def dropped_as_asked(own: Own) -> None:
    planned = json.loads(run("model", "plan", own.folder, "--json").stdout)["changes"]
    assert [(one["column"], one["how"], one["lost"]) for one in planned] == [
        ("remark", "destructive", 1),
        ("remark", "destructive", 0),
    ]
    refused = run("model", "apply", own.folder)
    assert refused.exit_code == 1
    assert "1 values of `hmpps_x_key_card.remark`" in refused.stderr
    assert by_hand(own.folder, "select count(remark) from record.hmpps_x_key_card") == [(1,)]
    done = run("model", "apply", own.folder, "--destructive")
    assert done.exit_code == 0, done.stderr
    assert "dropped: hmpps_x_key_card.remark, 1 values lost" in done.stderr
    entered = by_hand(own.folder, "select body from audit.body order by index desc limit 1")
    assert "hmpps_x_key_card.remark" in str(entered)
    columns = "select attname from pg_attribute where attrelid = 'record.hmpps_x_key_card'::regclass"
    left = by_hand(own.folder, f"select count(*) from ({columns} and not attisdropped) as c where attname = 'remark'")
    assert left == [(0,)]
    assert len(cards(own.folder)) == 1
