"""What somebody does by hand in a shell: the commands as the README has them, and the two that serve pages."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watchroom.entrances import commands
from watchroom.node.create import remove_node

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SHELL = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}  # noqa: TID251
COMMANDS = commands()


def commands_by_hand() -> list[str]:
    """The block under `By hand:`, line by line, without the one that makes the environment."""
    block = README.partition("\nBy hand:\n")[2].lstrip("\n").partition("\n\n")[0]
    first, *others = (line.strip() for line in block.splitlines())
    assert first == "make setup && . .venv/bin/activate"
    return others


@pytest.fixture
def shell(tmp_path: Path) -> Generator[Path]:
    yield tmp_path
    for settings in tmp_path.glob("*/watchroom.toml"):
        remove_node(settings.parent)


def run(line: str, folder: Path) -> str:
    done = subprocess.run(shlex.split(line), cwd=folder, env=SHELL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    return done.stdout


def test_the_commands_of_the_readme_do_what_they_say_as_they_stand_there(shell: Path) -> None:
    named = re.search(r"The example extract stands in\s+`([^`]+)`", README)
    assert named is not None
    given = {"path/to/extract": str(ROOT / named[1])}
    printed: dict[str, str] = {}
    for line in commands_by_hand():
        for word, meant in given.items():
            line = re.sub(rf"(?<!\S){word}(?!\S)", meant, line)
        printed[line.split()[1]] = told = run(line, shell)
        if line.startswith("watchroom see"):
            given["ID"] = json.loads(told)["rows"][0]["id"]
    assert {"init", "source", "ingest", "user", "brief", "see", "explain", "audit", "backup", "restore"} <= set(printed)
    totals = json.loads(printed["ingest"])["totals"]
    assert totals["new"] > 0
    assert (shell / "brief.pdf").read_bytes().startswith(b"%PDF")
    assert "officer-alert" in printed["explain"]
    again = "watchroom see {} alert --as officer --purpose custody.safety --json"
    shown, restored = (json.loads(run(again.format(node), shell))["rows"] for node in ("n", "restored"))
    assert restored == shown


@contextmanager
def served(line: str, folder: Path) -> Generator[tuple[str, str]]:
    """The address and what was told up to it; Ctrl-C at the end, after which nothing may answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen(
        [*shlex.split(line), "--port", str(port)], cwd=folder, env=SHELL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield _told_until_it_listens(started)
    finally:
        started.send_signal(signal.SIGINT)
        _, rest = started.communicate(timeout=60)
    assert started.returncode == 0, rest
    assert rest.rstrip().endswith("stopped")
    with socket.socket() as gone:
        assert gone.connect_ex(("127.0.0.1", port)) != 0


def _told_until_it_listens(started: subprocess.Popen[str]) -> tuple[str, str]:
    assert started.stderr is not None
    told, until = "", time.monotonic() + 120
    while time.monotonic() < until and (line := started.stderr.readline()):
        told += line
        if "Ctrl-C" in line:
            address = re.search(r"http://localhost:\d+/", told)
            assert address is not None, told
            return address[0], told
    started.kill()
    raise AssertionError(f"it does not listen: {told}")


def test_serve_answers_at_the_address_it_tells_until_it_is_stopped(shell: Path) -> None:
    run("watchroom init n --agency HMPPS --name Prisons", shell)
    with (
        served("watchroom serve n", shell) as (address, _),
        urllib.request.urlopen(f"{address}health", timeout=20) as reply,  # noqa: S310
    ):
        assert json.load(reply) == {"status": "ok"}


def test_the_example_tells_its_address_its_identities_and_their_password(shell: Path) -> None:
    with served("watchroom demo --dir example --no-browser", shell) as (address, told):
        with urllib.request.urlopen(f"{address}sign-in", timeout=20) as reply:  # noqa: S310
            page = reply.read().decode()
        identities = re.findall(r"^  (\S+)\s+\S", told, re.MULTILINE)
        assert len(identities) >= 4
        assert all(name in page for name in identities)
        assert re.search(r"^password of every demo identity: \S{8,}$", told, re.MULTILINE)


def called(*words: object) -> Result:
    return CliRunner().invoke(COMMANDS, [str(word) for word in words], catch_exceptions=False)


def test_sources_are_listed_and_a_fresh_key_goes_on_with_the_old_tree(shell: Path) -> None:
    node = shell / "n"
    assert called("init", node, "--agency", "HMPPS", "--name", "Prisons").exit_code == 0
    extract = ROOT / "src" / "watchroom" / "demo" / "nomis_extract"
    added = called("source", "add", node, "nomis", "--kind", "files", "--at", extract, "--map", "nomis")
    assert added.exit_code == 0
    listed = json.loads(called("source", "list", node, "--json").stdout)["sources"]
    assert [(one["name"], one["kind"]) for one in listed] == [("nomis", "files")]
    before = json.loads(called("audit", "verify", node).stdout)
    assert called("audit", "rotate-key", node).exit_code == 0
    after = called("audit", "verify", node)
    assert after.exit_code == 0
    assert json.loads(after.stdout)["entries"] > before["entries"]


def test_a_benchmark_that_is_not_there_is_refused_with_those_that_are() -> None:
    refused = called("bench", "nothing")
    assert refused.exit_code == 2
    assert all(name in refused.stderr for name in ("ingest", "gate", "brief", "audit"))
