"""An information governance officer's work with the log, as commands: export, answering a person, erasing."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from standing import standing_node
from subject_work import unseen
from test_commands import run

from log_reading import latest
from watchroom.audit.entries import Act, Entry
from watchroom.kernel.clock import MachineClock
from watchroom.node.node import Node
from watchroom.node.spooling import SPOOL_FOLDER, spool_of

PURPOSE = "governance.audit"
AS = ("--as", "dpo", "--purpose", PURPOSE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[Path]:
    made = tmp_path_factory.mktemp("desk") / "n"
    with standing_node(made, "--agency", "HMPPS", "--name", "Prison Service"):
        assert run("source", "add", made, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        assert run("ingest", made, "nomis").exit_code == 0
        for name, role, *place in (
            ("officer-smith", "wing_officer", "--site", "LEI", "--unit", "LEI-A"),
            ("dpo", "information_governance"),
        ):
            assert run("user", "add", made, name, "--role", role, *place).exit_code == 0
        yield made


@pytest.fixture(scope="module")
def person(folder: Path) -> str:
    seen = run("see", folder, "person", "--as", "officer-smith", "--purpose", "custody.care", "--json")
    return str(json.loads(seen.stdout)["rows"][0]["id"])


def entries(folder: Path, count: int) -> list:
    with Node.open(folder) as node:
        return list(latest(node.database, most=count))


def test_an_export_is_written_entered_and_checked_without_us(folder: Path, person: str, tmp_path: Path):
    now = MachineClock().now()
    out = tmp_path / "export.zip"
    period = ("--from", (now - timedelta(hours=1)).isoformat(), "--to", (now + timedelta(hours=1)).isoformat())
    made = run("audit", "export", folder, *period, "--out", out, *AS, "--json")
    assert made.exit_code == 0, made.stderr
    document = json.loads(made.stdout)
    assert document["first"] == 0
    (own,) = [one for one in entries(folder, 1) if one.act == "export"]
    assert (own.actor, own.header["purpose"], own.header["entity"]) == ("dpo", PURPOSE, "audit")
    assert own.body["detail"]["last_index"] == str(document["last"])
    assert out.stat().st_mode & 0o077 == 0
    key = made.stderr.split("--key '")[1].split("'")[0]
    with zipfile.ZipFile(out) as content:
        (tmp_path / "verify.py").write_bytes(content.read("verify.py"))
    checked = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "export.zip", "--key", key],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.startswith(f"VALID: entries 0 to {document['last']}, ")


def test_a_period_without_entries_or_the_wrong_way_round_writes_nothing(folder: Path, tmp_path: Path):
    out = tmp_path / "export.zip"
    for since, until, status in (
        ("2001-01-01T00:00Z", "2001-01-02T00:00Z", 1),
        ("2002-01-01T00:00Z", "2001-01-01T00:00Z", 2),
    ):
        found = run("audit", "export", folder, "--from", since, "--to", until, "--out", out, *AS)
        assert found.exit_code == status
    assert list(tmp_path.iterdir()) == []


def test_an_export_of_nothing_is_entered_as_one_that_was_asked_for_and_gave_nothing(folder: Path, tmp_path: Path):
    asked = {"from": "2001-01-01T00:00:00.000000Z", "to": "2001-01-02T00:00:00.000000Z"}
    period = ("--from", "2001-01-01T00:00Z", "--to", "2001-01-02T00:00Z")
    assert run("audit", "export", folder, *period, "--out", tmp_path / "export.zip", *AS).exit_code == 1
    (entry,) = [one for one in entries(folder, 1) if one.act == "export"]
    assert (entry.header["outcome"], entry.header["count"], entry.header["entity"]) == ("failed", 0, "audit")
    assert entry.body is not None
    assert entry.body["detail"] == asked


def test_whoever_has_no_such_duty_is_refused_and_the_refusal_is_entered(folder: Path, person: str, tmp_path: Path):
    officer = ("--as", "officer-smith", "--purpose", "custody.care")
    period = ("--from", "2001-01-01T00:00Z", "--to", "2100-01-01T00:00Z")
    for words in (
        ("audit", "export", folder, *period, "--out", tmp_path / "export.zip", *officer),
        ("audit", "subject", folder, person, *officer),
        ("audit", "verdict", folder, person, "--entry", 1, "--verdict", "released", "--reason", "r", *officer),
        ("audit", "release", folder, person, "--upto", 1, *officer),
        ("audit", "erase", folder, "--from", 0, "--to", 1, "--reason", "r", "--yes", *officer),
    ):
        found = run(*words)
        assert (found.exit_code, found.stdout) == (1, "")
        assert "duty" in found.stderr
        assert [(one.act, one.actor) for one in entries(folder, 1)] == [("refuse", "officer-smith")]
    assert list(tmp_path.iterdir()) == []


def test_a_person_is_answered_by_verdicts_and_by_nothing_else(folder: Path, person: str, tmp_path: Path):
    found = run("audit", "subject", folder, person, *AS, "--json")
    assert found.exit_code == 0, found.stderr
    draft = json.loads(found.stdout)
    assert draft["draft"] is True
    assert draft["undecided"] == len(draft["lines"]) >= 1
    assert "officer-smith" not in found.stdout
    (look,) = [line for line in draft["lines"] if line["about"] == "person"][:1]
    assert (look["by"], look["proposed"]) == ("wing officer", "released")
    own = entries(folder, 1)[0]
    assert (own.act, own.header["entity"], [str(one) for one in own.subjects]) == (
        "consult",
        "subject_access",
        [person],
    )

    upto = draft["upto"]
    early = run("audit", "release", folder, person, "--upto", upto, *AS)
    assert (early.exit_code, early.stdout) == (1, "")
    assert [one.act for one in entries(folder, 1)] == ["consult"]
    for line in draft["lines"]:
        # What is proposed to be held back may be told by two officers only.
        is_told = line["index"] == look["index"]
        held = ("--verdict", "released") if is_told else ("--verdict", "withheld", "--ground", "crime")
        words = ("--entry", line["index"], *held, "--reason", "looked at by me")
        assert run("audit", "verdict", folder, person, *words, *AS).exit_code == 0
    decision = entries(folder, 1)[0]
    assert (decision.act, decision.actor) == ("decide", "dpo")
    assert decision.body["detail"]["reason"] == "looked at by me"
    out = tmp_path / "answer.json"
    released = run("audit", "release", folder, person, "--upto", upto, "--out", out, *AS)
    assert released.exit_code == 0, released.stderr
    answer = json.loads(out.read_text())
    assert len(answer["lines"]) == 1
    assert "looked at by me" not in out.read_text()
    assert [(one.act, one.header["entity"]) for one in entries(folder, 1)] == [("export", "subject_access")]


def test_a_verdict_on_an_entry_about_somebody_else_is_refused(folder: Path, person: str):
    for words in (("--entry", 0), ("--entry", 10**6)):
        found = run("audit", "verdict", folder, person, *words, "--verdict", "released", "--reason", "r", *AS)
        assert found.exit_code == 2
    unground = run("audit", "verdict", folder, person, "--entry", 0, "--verdict", "withheld", "--reason", "r", *AS)
    assert unground.exit_code == 2


def test_somebody_whom_nobody_looked_at_has_an_empty_draft(folder: Path):
    with Node.open(folder) as node:
        nobody_s = unseen(node)
    found = run("audit", "subject", folder, nobody_s, *AS)
    assert (found.exit_code, found.stdout) == (0, "")
    assert "0 of 0" in found.stderr


def test_an_erasure_leaves_the_log_valid_and_says_who_and_why(folder: Path):
    last = entries(folder, 1)[0].index
    asked = ("audit", "erase", folder, "--yes", "--as", "dpo", "--reason", "retention schedule 7")
    unasked = run("audit", "erase", folder, "--from", 0, "--to", 2, "--as", "dpo", "--reason", "r")
    assert (unasked.exit_code, entries(folder, 1)[0].index) == (1, last), "nobody said yes, so nothing was erased"
    for wrong in ((), ("--from", 1), ("--from", 0, "--to", 1, "--entry", 2)):
        assert run(*asked, *wrong).exit_code == 2
    for first, end in ((0, last + 99), (3, 2)):
        assert run(*asked, "--from", first, "--to", end).exit_code == 2
    assert run(*asked[:-1], " ", "--from", 0, "--to", 1).exit_code == 2
    kept = ("--as", "dpo", "--reason", "retention schedule 7")
    assert run("audit", "erase", folder, "--from", 0, "--to", 2, *kept, "--yes").exit_code == 0
    (own,) = entries(folder, 1)
    assert (own.act, own.actor, own.header["purpose"]) == ("erase", "dpo", PURPOSE)
    assert own.body["detail"] == {"indices": "0-2", "reason": "retention schedule 7"}
    found = run("audit", "verify", folder)
    assert found.exit_code == 0
    assert json.loads(found.stdout)["erased"] == 3


def test_what_was_spooled_while_the_database_was_away_is_in_the_log_once_the_node_is_opened(folder: Path):
    spool_of(folder, MachineClock()).append(Entry(act=Act.CONSULT, actor="governor", count=77))
    (own,) = entries(folder, 1)
    assert (own.actor, own.header["count"]) == ("governor", 77)
    assert run("audit", "verify", folder).exit_code == 0


def test_a_spool_that_was_altered_closes_nothing_and_is_said_until_it_is_seen_to(folder: Path):
    spool = spool_of(folder, MachineClock())
    for number in range(2):
        spool.append(Entry(act=Act.CONSULT, actor="governor", count=number))
    file = folder / SPOOL_FOLDER / "spool.jsonl"
    file.write_bytes(file.read_bytes().replace(b"governor", b"nobodyyy", 1))
    try:
        found = run("audit", "verify", folder)
        assert found.exit_code == 1
        assert "line 1 of the spool does not follow" in found.stderr
    finally:
        file.unlink()
