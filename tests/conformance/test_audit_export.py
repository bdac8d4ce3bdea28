"""The export: it verifies with python3 alone, and whatever is altered in it is named."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit_node import AT, DPO, AuditNode, audit_node, numbered
from log_reading import latest
from watchroom.audit.checkpoints import write_checkpoint
from watchroom.audit.entries import Act, Entry
from watchroom.audit.erasure import erase_bodies
from watchroom.audit.export import Exported, NothingToExportError, Shelf, period_between, write_export
from watchroom.audit.log import Pace
from watchroom.audit.merkle import Frontier
from watchroom.audit.ranges import IndexRange
from watchroom.audit.verify import Verified
from watchroom.audit.witness import UnwitnessedError, enter_reading
from watchroom.node.rotation import rotate_signing_key
from watchroom.store.database import Database

SOON = Pace(checkpoint_entries=4, checkpoint_seconds=10**6)
HOUR = timedelta(hours=1)
Edit = Callable[[dict[str, bytes]], object]


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    return audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)


def write(node: AuditNode, *hours: int) -> None:
    """An entry for each hour after the first."""
    with node.log(SOON) as log:
        for number, hour in enumerate(hours):
            log.append(replace(numbered(number), at=AT + hour * HOUR, machine_at=AT))


def shelf_of(node: AuditNode) -> Shelf:
    return Shelf(database=node.database, checkpoint_dir=node.checkpoint_dir, keys=node.keys, day=AT.date())


def export(node: AuditNode, out: Path, *, first: int = 0, until: int = 1000) -> Exported:
    period = period_between(node.database, since=AT + first * HOUR, until=AT + until * HOUR)
    with node.log(SOON) as log:
        entry = Entry(act=Act.EXPORT, actor="dpo", entity="audit", detail=period.detail(), machine_at=AT + 5000 * HOUR)
        return write_export(out, shelf=shelf_of(node), period=period, witness=enter_reading(log, entry))


def verified(out: Path, *words: str) -> tuple[int, str]:
    """What the verifier in the export says of it, in a folder that holds nothing else."""
    folder = out.with_suffix(".folder")
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(out) as content:
        (folder / "verify.py").write_bytes(content.read("verify.py"))
    found = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", str(out), *words],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stderr == ""
    return found.returncode, found.stdout


def edited(out: Path, change: Edit) -> Path:
    """A copy of the export in which somebody changed something."""
    with zipfile.ZipFile(out) as content:
        parts = {name: content.read(name) for name in content.namelist()}
    change(parts)
    forged = out.with_name("forged.zip")
    with zipfile.ZipFile(forged, "w") as content:
        for name, value in parts.items():
            content.writestr(name, value)
    return forged


def lines_of(parts: dict[str, bytes], name: str) -> list[dict]:
    return [json.loads(line) for line in parts[name].splitlines()]


def put(parts: dict[str, bytes], name: str, lines: list[dict]) -> None:
    parts[name] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_an_export_verifies_with_python_alone_and_holds_the_entries_of_its_period(node: AuditNode, tmp_path: Path):
    write(node, *range(20))
    out = tmp_path / "export.zip"
    exported = export(node, out, first=5, until=12)
    assert (exported.period.entries, exported.erased, exported.size) == (IndexRange(first=5, last=11), 0, 21)
    status, said = verified(out)
    assert (status, said.splitlines()[0]) == (0, "VALID: entries 5 to 11, 0 with an erased body")
    assert f"21 entries, root {exported.root.hex()}" in said
    assert "compare them" in said
    with zipfile.ZipFile(out) as content:
        entries = [json.loads(line) for line in content.read("entries.jsonl").splitlines()]
    assert [json.loads(one["header"])["count"] for one in entries] == list(range(5, 12))
    assert isinstance(node.verify(), Verified)


def test_an_export_is_held_against_a_key_that_was_known_before(node: AuditNode, tmp_path: Path):
    write(node, *range(4))
    out = tmp_path / "export.zip"
    export(node, out)
    assert verified(out, "--key", node.keys.signer().verifier.text())[0] == 0
    stranger = audit_node_keys(tmp_path / "other")
    status, said = verified(out, "--key", stranger)
    assert status == 1
    assert "does not follow from the one that you named" in said


def audit_node_keys(folder: Path) -> str:
    from watchroom.node.keys import KeyFolder

    folder.mkdir()
    return KeyFolder.create(folder / "keys", name="watchroom/test", at=AT).signer().verifier.text()


def test_a_key_of_before_a_rotation_still_opens_the_export(node: AuditNode, tmp_path: Path):
    first = node.keys.signer().verifier.text()
    for _ in range(2):
        write(node, *range(5))
        with node.log(SOON) as log:
            rotate_signing_key(node.keys, log=log, checkpoint_dir=node.checkpoint_dir, at=AT)
    write(node, *range(5))
    out = tmp_path / "export.zip"
    export(node, out)
    for key in (first, node.keys.signer().verifier.text()):
        assert verified(out, "--key", key)[0] == 0
    assert verified(out)[0] == 0


def test_a_forged_log_that_only_names_the_known_key_is_refused(node: AuditNode, database: Database, tmp_path: Path):
    """The forger's own log says that the known key handed over to theirs; the known key never signed that."""
    known = audit_node_keys(tmp_path / "honest")
    write(node, *range(3))
    with node.log(SOON) as log:
        detail = {"old": known, "new": node.keys.signer().verifier.text()}
        log.append(Entry(act=Act.KEY_ROTATION, actor="forger", entity="signing_key", detail=detail))
    out = tmp_path / "export.zip"
    export(node, out)

    def add_key(parts: dict[str, bytes]) -> None:
        keys = json.loads(parts["keys.json"])
        keys["keys"].append({"key": known, "from": "", "until": "", "upto": 1000})
        parts["keys.json"] = json.dumps(keys).encode()

    assert verified(edited(out, add_key), "--key", known)[0] == 1


def test_erased_bodies_are_named_as_erased_and_stay_provable(node: AuditNode, tmp_path: Path):
    write(node, *range(10))
    with node.log(SOON) as log:
        erase_bodies(node.database, log=log, what=IndexRange(first=3, last=5), by=DPO, reason="end of retention")
    out = tmp_path / "export.zip"
    assert export(node, out, until=9).erased == 3
    assert verified(out)[1].startswith("VALID: entries 0 to 10, 3 with an erased body\n")

    def forget(parts: dict[str, bytes]) -> None:
        put(parts, "beside.jsonl", [one for one in lines_of(parts, "beside.jsonl") if '"erase"' not in one["header"]])

    assert "entry 3: the body is missing" in verified(edited(out, forget))[1]


def test_a_body_that_nobody_erased_lawfully_is_at_fault(node: AuditNode, tmp_path: Path):
    write(node, *range(6))
    node.tamper("delete from audit.body where index = 2")
    out = tmp_path / "export.zip"
    export(node, out)
    assert "AT FAULT: entry 2: the body is missing" in verified(out)[1]


def alter_header(parts: dict[str, bytes]) -> None:
    lines = lines_of(parts, "entries.jsonl")
    lines[3]["header"] = lines[3]["header"].replace("officer", "another")
    put(parts, "entries.jsonl", lines)


def alter_body(parts: dict[str, bytes]) -> None:
    lines = lines_of(parts, "entries.jsonl")
    lines[3]["body"] = lines[3]["body"].replace('"number":"3"', '"number":"4"')
    put(parts, "entries.jsonl", lines)


def drop(parts: dict[str, bytes]) -> None:
    lines = lines_of(parts, "entries.jsonl")
    put(parts, "entries.jsonl", lines[:3] + lines[4:])


def swap(parts: dict[str, bytes]) -> None:
    lines = lines_of(parts, "entries.jsonl")
    lines[3], lines[4] = {**lines[4], "index": 3}, {**lines[3], "index": 4}
    put(parts, "entries.jsonl", lines)


def break_path(parts: dict[str, bytes]) -> None:
    lines = lines_of(parts, "entries.jsonl")
    lines[3]["audit_path"] = lines[2]["audit_path"]
    put(parts, "entries.jsonl", lines)


@pytest.mark.parametrize("change", [alter_header, alter_body, drop, swap, break_path])
def test_the_first_entry_at_fault_is_named(node: AuditNode, tmp_path: Path, change: Edit):
    write(node, *range(10))
    out = tmp_path / "export.zip"
    export(node, out)
    status, said = verified(edited(out, change))
    assert status == 1
    assert said.startswith("AT FAULT: entry 3: ")


def cut_range(parts: dict[str, bytes]) -> None:
    put(parts, "entries.jsonl", lines_of(parts, "entries.jsonl")[:-1])
    manifest = json.loads(parts["manifest.json"])
    parts["manifest.json"] = json.dumps({**manifest, "last_index": manifest["last_index"] - 1}).encode()


def forge_checkpoint(parts: dict[str, bytes]) -> None:
    parts["checkpoints.txt"] = parts["checkpoints.txt"].replace(b"\n11\n", b"\n10\n")


def drop_proof(parts: dict[str, bytes]) -> None:
    put(parts, "consistency.jsonl", lines_of(parts, "consistency.jsonl")[1:])


def drop_file(parts: dict[str, bytes]) -> None:
    del parts["beside.jsonl"]


def no_json(parts: dict[str, bytes]) -> None:
    parts["keys.json"] = b"[1"


@pytest.mark.parametrize("change", [cut_range, forge_checkpoint, drop_proof, drop_file, no_json])
def test_nothing_else_in_the_export_can_be_changed(node: AuditNode, tmp_path: Path, change: Edit):
    write(node, *range(10))
    out = tmp_path / "export.zip"
    export(node, out)
    assert verified(out)[0] == 0
    status, said = verified(edited(out, change))
    assert status == 1
    assert said.startswith("AT FAULT: ")


def test_a_log_that_was_altered_in_the_database_gives_no_valid_export(node: AuditNode, tmp_path: Path):
    write(node, *range(10))
    node.tamper("update audit.entry set header = replace(header, 'officer', 'another') where index = 4")
    out = tmp_path / "export.zip"
    export(node, out)
    assert verified(out)[1].startswith("AT FAULT: entry 4: ")


def test_a_past_that_does_not_continue_an_earlier_signed_state_is_at_fault(node: AuditNode, tmp_path: Path):
    write(node, *range(6))
    other = Frontier().extend([bytes(32)] * 3)
    day = AT.date() - timedelta(days=1)
    write_checkpoint(node.checkpoint_dir, size=3, root=other.root(), keys=node.keys, day=day)
    out = tmp_path / "export.zip"
    export(node, out)
    assert "does not begin with the log of 3" in verified(out)[1]


def test_a_period_without_entries_is_refused_before_anything_is_entered(node: AuditNode):
    write(node, 1)
    with pytest.raises(NothingToExportError):
        period_between(node.database, since=AT + 2 * HOUR, until=AT + 3 * HOUR)
    assert latest(node.database)[0].index == 0


def test_an_export_must_be_entered_as_what_it_is(node: AuditNode, tmp_path: Path):
    write(node, *range(4))
    period = period_between(node.database, since=AT, until=AT + 9 * HOUR)
    with node.log(SOON) as log:
        for entry in (
            Entry(act=Act.LIST, actor="dpo", entity="audit", detail=period.detail()),
            Entry(act=Act.EXPORT, actor="dpo", entity="audit", detail={**period.detail(), "last_index": "1"}),
        ):
            with pytest.raises(UnwitnessedError):
                write_export(
                    tmp_path / "no.zip", shelf=shelf_of(node), period=period, witness=enter_reading(log, entry)
                )
    assert not (tmp_path / "no.zip").exists()
