"""The commands as somebody at a terminal uses them, on the example extract, one after the other."""

import json
import shutil
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner, Result
from standing import standing_node

from watchroom.cli.reference import commands_of
from watchroom.entrances import commands
from watchroom.node.create import remove_node
from watchroom.node.database_access import embedded_server
from watchroom.node.settings import Environment, read_settings, write_settings

COMMANDS = commands()
AT = "2026-07-24T08:00+01:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    folder: Path
    ingested: dict[str, object]

    def run(self, *words: object, given: str | None = None) -> Result:
        return run(*words, given=given)


def run(*words: object, given: str | None = None) -> Result:
    return CliRunner().invoke(COMMANDS, [str(word) for word in words], input=given, catch_exceptions=False)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[Terminal]:
    folder = tmp_path_factory.mktemp("terminal") / "n"
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        assert run("source", "add", folder, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        ingested = run("ingest", folder, "nomis", "--json")
        assert ingested.exit_code == 0, ingested.stderr
        for name, role, *place in (
            ("officer", "wing_officer", "--site", "LEI", "--unit", "LEI-A"),
            ("nurse", "nurse", "--site", "LEI"),
            ("governor", "duty_governor", "--site", "LEI"),
            ("board", "board"),
        ):
            assert run("user", "add", folder, name, "--role", role, *place).exit_code == 0
        yield Terminal(folder=folder, ingested=json.loads(ingested.stdout))


def test_every_command_says_what_it_does():
    for path, command in commands_of(COMMANDS):
        assert command.help, path
        unsaid = [option.name for option in command.params if isinstance(option, click.Option) and not option.help]
        assert unsaid == [], path


def test_every_row_read_is_loaded_a_reference_unmapped_by_design_or_quarantined(terminal: Terminal):
    rows = terminal.ingested["rows"]
    assert rows["read"] == 13_660
    assert rows["read"] == rows["loaded"] + rows["reference"] + rows["unmapped"] + rows["quarantined"]
    assert sum(left["rows"] for left in terminal.ingested["unmapped"]) >= rows["unmapped"]
    assert all(issue["file"] and issue["code"] and issue["message"] for issue in terminal.ingested["issues"])


def test_the_interval_of_a_source_is_changed_and_the_audit_says_so(terminal: Terminal):
    def entries() -> int:
        return json.loads(terminal.run("audit", "verify", terminal.folder).stdout)["entries"]

    before = entries()
    assert terminal.run("source", "set", terminal.folder, "nomis", "--every", "6h").exit_code == 0
    listed = json.loads(terminal.run("source", "list", terminal.folder, "--json").stdout)["sources"]
    assert {source["name"]: source["every"] for source in listed}["nomis"] == "6h"
    assert entries() == before + 2, "the change, and the look at the audit before it"

    unknown = terminal.run("source", "set", terminal.folder, "delius", "--every", "12h")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "there is no source `delius`" in unknown.stderr
    assert entries() == before + 3, "the look alone"


def test_a_second_ingest_of_the_same_extract_changes_nothing(terminal: Terminal):
    again = json.loads(terminal.run("ingest", terminal.folder, "nomis", "--json").stdout)["totals"]
    assert (again["new"], again["changed"], again["ended"]) == (0, 0, 0)
    assert again["unchanged"] == terminal.ingested["totals"]["new"]


def test_the_governor_counts_28_active_bookings_at_leeds_and_the_board_55_in_all(terminal: Terminal):
    episodes = see(terminal, "custody_episode", "governor", "custody.safety")
    assert sum(1 for row in episodes if row["is_active"] and row["site_code"] == "LEI") == 28
    board = see(terminal, "custody_episode", "board", "oversight.board")
    assert [row["count"] for row in board if row["counted"] == "total"] == [55]


def test_the_board_sees_no_name_and_nothing_under_ten(terminal: Terminal):
    assert see(terminal, "person_name", "board", "oversight.board") == []
    for entity in ("custody_episode", "alert", "person", "incident_report"):
        for row in see(terminal, entity, "board", "oversight.board"):
            assert "family_name" not in row
            assert row.get("count") is None or row["count"] >= 10 or row["count"] == 0


def test_the_officer_sees_no_diagnosis_and_the_nurse_does(terminal: Terminal):
    for row in see(terminal, "care_need", "officer", "custody.safety"):
        assert row.get("problem_code") is None
        assert "problem_code" in row["withheld"]
    assert any(row["problem_code"] for row in see(terminal, "care_need", "nurse", "custody.care"))


def test_the_officer_sees_only_the_own_unit(terminal: Terminal):
    assert {row["unit_code"] for row in see(terminal, "person", "officer", "custody.safety")} == {"LEI-A"}


def test_a_purpose_that_a_role_does_not_have_is_refused_with_exit_status_1(terminal: Terminal):
    refused = terminal.run("see", terminal.folder, "person", "--as", "board", "--purpose", "custody.safety")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("refused: ")


def test_a_hidden_row_and_none_are_explained_alike(terminal: Terminal):
    hidden = next(
        row["id"] for row in see(terminal, "person", "governor", "custody.safety") if row["unit_code"] == "LEI-H"
    )
    texts = {
        terminal.run(
            "explain", terminal.folder, "person", row_id, "--as", "officer", "--purpose", "custody.safety", "--json"
        ).stdout
        for row_id in (hidden, "01900000-0000-7000-8000-000000000000")
    }
    assert len(texts) == 1
    assert json.loads(texts.pop())["decision"] == "not_available"


def test_a_row_that_is_explained_tells_clause_rows_regime_and_what_is_withheld_in_words(terminal: Terminal):
    row = see(terminal, "person", "officer", "custody.safety")[0]["id"]
    told = terminal.run("explain", terminal.folder, "person", row, "--as", "officer", "--purpose", "custody.safety")
    lines = [line.split("\t") for line in told.stdout.splitlines()]
    assert lines[0] == ["allowed"]
    assert lines[1] == ["purpose", "custody.safety", "safety in custody"]
    assert lines[2][:3] == ["by", "PRISON-CHARTER.1", "officer-person"]
    assert lines[2][3] == "rows in which `unit_code` is one of the units assigned to you"
    assert ["withheld", "ethnicity_code", "not agreed for your role and this purpose"] in lines


def test_what_is_not_available_is_told_apart_from_no_rows(terminal: Terminal):
    words = ("--as", "board", "--purpose", "oversight.board")
    closed = terminal.run("see", terminal.folder, "person_name", *words)
    assert (closed.exit_code, closed.stdout) == (0, "")
    assert closed.stderr == "Not available to you for this purpose.\n"
    document = json.loads(terminal.run("see", terminal.folder, "person_name", *words, "--json").stdout)
    assert (document["available"], document["rows"]) == (False, [])
    mine = ("--as", "officer", "--purpose", "custody.safety")
    none = terminal.run("see", terminal.folder, "person", "01900000-0000-7000-8000-000000000000", *mine)
    assert none.exit_code == 0
    assert none.stderr.startswith("No rows that you may see, as known at ")
    before = terminal.run("see", terminal.folder, "person", *mine, "--as-of", "2026-07-01T00:00Z")
    assert before.stderr.startswith("Nothing had been delivered to this node by 2026-07-01")
    for named, known in ((("prson", *mine), "custody_episode"), (("person", *mine[:3], "fun"), "custody.care")):
        wrong = terminal.run("see", terminal.folder, *named)
        assert wrong.exit_code == 1
        assert known in wrong.stderr.partition("there are: ")[2]


def test_the_brief_comes_as_json_html_and_pdf_of_one_page(terminal: Terminal, tmp_path: Path):
    document = json.loads(brief(terminal, "LEI-A", "json").stdout)
    assert document["roll"]["on_roll"] == 12
    assert any(reason["code"] == "controlled_unlock" for one in document["people"] for reason in one["reasons"])
    html = brief(terminal, "LEI-A", "html").stdout
    assert "As it was known on Friday 24 July 2026, 08:00, not as it is now." in html
    assert document["hash"] in html
    assert "<script" not in html
    assert 'href="/' not in html
    pdf = tmp_path / "brief.pdf"
    assert brief(terminal, "LEI-A", "pdf", "--out", pdf).exit_code == 0
    assert pdf.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("post", ["LEI-A", "LEI-H", "LEI-B", "LEI-C", "LEI-S"])
def test_the_governor_has_a_brief_for_each_wing(terminal: Terminal, post: str):
    result = brief(terminal, post, "json", user="governor")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["post"] == post


def test_an_unknown_post_a_wrong_instant_and_a_missing_node_say_what_to_do(terminal: Terminal, tmp_path: Path):
    unknown = brief(terminal, "LEI-ZZ", "json")
    assert unknown.exit_code == 1
    assert "path of a wing" in unknown.stderr
    assert "LEI-ZZ" not in unknown.stderr
    wrong = terminal.run(
        "brief", terminal.folder, "--post", "LEI-A", "--at", "soon", "--as", "officer", "--purpose", "custody.safety"
    )
    assert wrong.exit_code == 2
    nowhere = terminal.run("audit", "verify", tmp_path / "nowhere")
    assert nowhere.exit_code == 2
    assert "watchroom init" in nowhere.stderr


def test_quality_gives_counts_and_never_a_value(terminal: Terminal):
    checks = json.loads(terminal.run("quality", terminal.folder, "--json").stdout)["checks"]
    assert checks
    assert "ANDERSON" not in json.dumps(checks).upper()


def test_an_altered_byte_of_the_audit_is_found_and_a_backup_says_so(terminal: Terminal, tmp_path: Path):
    verified = terminal.run("audit", "verify", terminal.folder)
    assert verified.exit_code == 0, verified.stdout
    assert json.loads(verified.stdout)["entries"] > 4
    with embedded_server(terminal.folder) as address, psycopg.connect(address.dsn("watchroom")) as admin:
        (header,) = admin.execute("select header from audit.entry where index = 3").fetchone() or ("",)
        change = "update audit.entry set header = %s where index = 3"
        try:
            admin.execute(change, (header.replace('"act"', '"acu"', 1),))
            admin.commit()
            found = terminal.run("audit", "verify", terminal.folder)
            kept = terminal.run("backup", terminal.folder, tmp_path / "at-fault.backup")
        finally:
            admin.execute(change, (header,))
            admin.commit()
    assert found.exit_code == 1
    assert json.loads(found.stdout)["fault"]["index"] == 3
    assert kept.exit_code == 0
    assert kept.stdout.startswith("audit\tat fault\tentry 3\t")
    assert "WARNING: the audit log is not what was signed: entry 3" in kept.stderr
    assert (tmp_path / "at-fault.backup").is_file()
    assert terminal.run("audit", "verify", terminal.folder).exit_code == 0


def test_a_log_whose_checkpoints_or_frontier_are_gone_is_told_of_in_one_document(terminal: Terminal, tmp_path: Path):
    checkpoints = terminal.folder / "checkpoints"
    away = checkpoints.rename(tmp_path / "away")
    try:
        gone = terminal.run("audit", "verify", terminal.folder)
    finally:
        shutil.rmtree(checkpoints, ignore_errors=True)
        away.rename(checkpoints)
    assert gone.exit_code == 1
    assert "no signed checkpoint" in json.loads(gone.stdout)["fault"]["reason"]
    with embedded_server(terminal.folder) as address, psycopg.connect(address.dsn("watchroom")) as admin:
        admin.execute("create table audit.kept as table audit.frontier")
        admin.execute("delete from audit.frontier")
        admin.commit()
        try:
            lost = terminal.run("audit", "verify", terminal.folder)
        finally:
            admin.execute("insert into audit.frontier table audit.kept")
            admin.execute("drop table audit.kept")
            admin.commit()
    assert lost.exit_code == 1
    assert "frontier" in json.loads(lost.stdout)["fault"]["reason"]
    assert terminal.run("audit", "verify", terminal.folder).exit_code == 0


def test_a_node_restored_from_its_backup_gives_the_same_answers(terminal: Terminal, tmp_path: Path):
    file, folder = tmp_path / "node.backup", tmp_path / "restored"
    made = terminal.run("backup", terminal.folder, file)
    assert made.exit_code == 0
    assert made.stdout.startswith("audit\tverified\t")
    again = terminal.run("backup", terminal.folder, file)
    assert again.exit_code == 2
    assert "--overwrite" in again.stderr
    before = json.loads(brief(terminal, "LEI-A", "json").stdout)
    key = terminal.folder / "keys" / "backup.key"
    made = terminal.run("restore", folder, file, "--key", key)
    try:
        assert made.exit_code == 0, made.stderr
        after = json.loads(
            run("brief", folder, "--post", "LEI-A", "--at", AT, "--as", "officer", "--purpose", "custody.safety").stdout
        )
        assert after == before
        assert run("audit", "verify", folder).exit_code == 0
    finally:
        remove_node(folder)


def test_an_account_is_for_places_that_the_record_holds(terminal: Terminal):
    add = ("user", "add", terminal.folder)
    for place, known in (
        (("--site", "LEI", "--unit", "LEI-ZZ"), "LEI-A"),
        (("--site", "LEI", "--unit", "XXX-A"), "LEI"),
        (("--site", "XXX", "--unit", "LEI-A"), "LEI"),
    ):
        refused = terminal.run(*add, "stranger", "--role", "wing_officer", *place)
        assert refused.exit_code == 2
        assert "no delivery has named" in refused.stderr
        assert known in refused.stderr
    listed = json.loads(terminal.run("user", "list", terminal.folder, "--json").stdout)["accounts"]
    assert "stranger" not in {one["name"] for one in listed}


def test_a_node_without_a_delivery_takes_any_place_and_says_that_it_is_not_known(tmp_path: Path):
    folder = tmp_path / "n"
    assert run("init", folder, "--agency", "HMPPS", "--name", "Prison Service").exit_code == 0
    try:
        added = run("user", "add", folder, "early", "--role", "nurse", "--site", "XXX")
        assert added.exit_code == 0
        assert "not known whether `XXX` exists" in added.stderr
    finally:
        remove_node(folder)


def test_a_disabled_account_cannot_be_asked_for(terminal: Terminal):
    assert terminal.run("user", "add", terminal.folder, "leaver", "--role", "nurse", "--site", "LEI").exit_code == 0
    assert terminal.run("user", "disable", terminal.folder, "leaver").exit_code == 0
    gone = terminal.run("see", terminal.folder, "person", "--as", "leaver", "--purpose", "custody.care")
    assert gone.exit_code == 1
    listed = json.loads(terminal.run("user", "list", terminal.folder, "--json").stdout)["accounts"]
    assert [one["is_disabled"] for one in listed if one["name"] == "leaver"] == [True]


def test_on_a_live_node_as_asks_for_that_persons_own_sign_in(terminal: Terminal):
    settings = read_settings(terminal.folder)
    write_settings(terminal.folder, replace(settings, environment=Environment.LIVE))
    try:
        words = ("see", terminal.folder, "agency", "--as", "nurse", "--purpose", "custody.care")
        assert terminal.run(*words, given="wrong\n").exit_code == 1
        password = "an own password"
        added = ("user", "add", terminal.folder, "second", "--role", "nurse", "--site", "LEI", "--password-stdin")
        assert terminal.run(*added, given=f"{password}\n").exit_code == 0
        own = ("see", terminal.folder, "agency", "--as", "second", "--purpose", "custody.care")
        assert terminal.run(*own, given=f"{password}\n").exit_code == 0
    finally:
        write_settings(terminal.folder, settings)


def see(terminal: Terminal, entity: str, user: str, purpose: str) -> list[dict[str, object]]:
    result = terminal.run("see", terminal.folder, entity, "--as", user, "--purpose", purpose, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["rows"]


def brief(terminal: Terminal, post: str, form: str, *more: object, user: str = "officer") -> Result:
    words = ("brief", terminal.folder, "--post", post, "--at", AT, "--as", user, "--purpose", "custody.safety")
    return terminal.run(*words, "--format", form, *more)


def test_how_often_a_source_delivers_is_said_once_and_listed(terminal: Terminal, tmp_path: Path):
    said = ("--kind", "files", "--at", tmp_path, "--map", "nomis")
    assert terminal.run("source", "add", terminal.folder, "other", *said, "--every", "12h").exit_code == 0
    listed = json.loads(terminal.run("source", "list", terminal.folder, "--json").stdout)["sources"]
    assert {source["name"]: source["every"] for source in listed}["other"] == "12h"
    assert terminal.run("source", "add", terminal.folder, "third", *said, "--every", "often").exit_code == 2
