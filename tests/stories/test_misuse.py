"""Commands used wrongly: each answers in one sentence with the way out, and nothing of what it does stays."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import psycopg
import pytest
from click.testing import CliRunner, Result
from example_node import Example

from log_reading import latest
from watchroom.entrances import commands
from watchroom.node.database_access import DatabaseAccessError, embedded_server, opened_database
from watchroom.node.node import Node
from watchroom.node.settings import read_settings

COMMANDS = commands()
NAMED = ("--agency", "HMPPS", "--name", "Prison Service")
BRIEF = ("--post", "LEI-A", "--as", "officer.a", "--purpose", "custody.safety")


def run(*words: object) -> Result:
    return CliRunner().invoke(COMMANDS, [str(word) for word in words])


def one_sentence(result: Result, *, exit_code: int) -> str:
    """The one line that a misuse gets, which is no fault of ours."""
    assert result.exit_code == exit_code, result.output
    (line,) = [line for line in result.stderr.splitlines() if line and not line.startswith("making the example")]
    assert line.startswith("error: ")
    assert "a fault of ours" not in line
    assert "Traceback" not in line
    return line


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "file"
    made.write_text("x", encoding="utf-8")
    return made


@pytest.mark.parametrize("words", [("init", *NAMED), ("restore",), ("demo",)], ids=lambda words: words[0])
@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_in_the_way_of_a_node_is_named(words: tuple[str, ...], below: str, file: Path, tmp_path: Path) -> None:
    target = file / below if below else file
    if words[0] == "demo":
        result = run("demo", "--dir", target, "--no-browser", "--port", "48777")
    elif words[0] == "restore":
        result = run("restore", target, file)
    else:
        result = run("init", target, *NAMED)
    assert str(target) in one_sentence(result, exit_code=2)
    assert file.read_text(encoding="utf-8") == "x"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("folder", ["/proc/nowhere", "x" * 300])
def test_a_folder_that_cannot_be_made_is_named(folder: str) -> None:
    assert "name another folder" in one_sentence(run("init", folder, *NAMED), exit_code=2)


@pytest.mark.parametrize(
    ("agency", "name"), [("", "B"), ('a b"c', "B"), ("A", ""), ("A", "two\nlines"), ("A" * 33, "B")]
)
def test_an_agency_without_a_code_or_a_name_makes_no_node(tmp_path: Path, agency: str, name: str) -> None:
    result = run("init", tmp_path / "n", "--agency", agency, "--name", name)
    assert "mend `--" in one_sentence(result, exit_code=2)
    assert not (tmp_path / "n").exists()


@pytest.mark.parametrize("dsn", ["no dsn at all", "host=/nowhere dbname=x password=s3cret", "host=127.0.0.1 port=1"])
def test_a_dsn_that_leads_nowhere_is_not_repeated(tmp_path: Path, dsn: str) -> None:
    said = one_sentence(run("init", tmp_path / "n", *NAMED, "--dsn", dsn), exit_code=2)
    assert "s3cret" not in said
    assert "--dsn" in said
    assert not (tmp_path / "n").exists()


@pytest.mark.parametrize("words", [("audit", "verify"), ("user", "list"), ("serve",), ("quality",), ("source", "list")])
def test_where_there_is_no_node_the_way_to_make_one_is_told(words: tuple[str, ...], file: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path, file):
        assert "watchroom init" in one_sentence(run(*words, folder), exit_code=2)


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "soon", ""])
def test_an_instant_that_no_record_can_know_is_a_usage_error(example: Example, at: str) -> None:
    result = run("brief", example.folder, *BRIEF, "--at", at)
    assert result.exit_code == 2
    assert "is not an instant" in result.stderr


@pytest.mark.parametrize(
    ("at", "said"), [("2025-10-26T01:30", "happens twice"), ("2026-03-29T01:30", "does not exist")]
)
def test_an_hour_that_the_clock_on_the_wall_shows_twice_or_never_asks_for_the_offset(
    example: Example, at: str, said: str
) -> None:
    assert said in one_sentence(run("brief", example.folder, *BRIEF, "--at", at), exit_code=2)
    assert said in one_sentence(
        run("see", example.folder, "agency", "--as", "board", "--purpose", "oversight.board", "--as-of", at),
        exit_code=2,
    )


def test_a_brief_that_cannot_be_written_is_not_read_and_not_an_export(node: Node, example: Example, tmp_path: Path):
    before = latest(node.database, most=1)[0].index
    for out in (tmp_path / "no folder" / "x", Path("/dev/full")):
        said = one_sentence(run("brief", example.folder, *BRIEF, "--at", "2026-07-24T08:00", "--out", out), exit_code=2)
        assert "--out" in said
    assert latest(node.database, most=1)[0].index == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_for_which_there_is_no_space_says_so(example: Example) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(_see(example), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "no space is left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_who_has_seen_enough_is_no_fault(example: Example) -> None:
    with subprocess.Popen(_see(example), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
    assert started.returncode in (0, 1)
    assert "Error" not in said
    assert "fault" not in said


def _see(example: Example) -> list[str]:
    command = [sys.executable, "-m", "watchroom", "see", str(example.folder), "location"]
    return [*command, "--as", "board", "--purpose", "oversight.board"]


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path, file: Path) -> None:
    with socket_taken() as port:
        said = one_sentence(run("demo", "--dir", tmp_path / "n", "--no-browser", "--port", port), exit_code=2)
    assert f"port {port}" in said
    assert "--port" in said
    assert not (tmp_path / "n").exists()


@contextmanager
def socket_taken() -> Generator[int]:
    with socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_other_machines_are_not_served_in_plain(example: Example) -> None:
    assert "trusted_proxy" in one_sentence(run("serve", example.folder, "--host", "0.0.0.0"), exit_code=2)  # noqa: S104


def test_a_node_whose_database_is_gone_says_so_at_once_and_makes_no_other(tmp_path: Path) -> None:
    assert run("init", tmp_path / "n", *NAMED).exit_code == 0
    embedded_server(tmp_path / "n").erase()
    assert "restore" in one_sentence(run("user", "list", tmp_path / "n"), exit_code=1)
    assert not (tmp_path / "n" / "database").exists()


@pytest.mark.parametrize(("name", "word"), [("charter.yaml", "charter.yaml"), ("keys/signing.json", "signing.json")])
def test_a_part_of_a_node_that_is_missing_is_named(example: Example, tmp_path: Path, name: str, word: str) -> None:
    kept = (example.folder / name).rename(tmp_path / "kept")
    try:
        assert word in one_sentence(run("user", "list", example.folder), exit_code=1)
    finally:
        kept.rename(example.folder / name)


def test_what_a_driver_says_of_a_lost_or_full_database_is_put_in_words(example: Example) -> None:
    settings = read_settings(example.folder)
    for fault, word in ((psycopg.errors.DiskFull("a row"), "make room"), (psycopg.OperationalError("a row"), "log")):
        with pytest.raises(DatabaseAccessError, match=word) as told, opened_database(example.folder, settings):
            raise fault
        assert "a row" not in str(told.value)


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        told = "FATAL: could not write: No space left on device\nchild exited\n"
        return subprocess.CompletedProcess(args=[], returncode=1, stdout="", stderr=told)

    monkeypatch.setattr("watchroom.store.server_cluster.run_program", refuses)
    said = one_sentence(run("init", tmp_path / "n", *NAMED), exit_code=1)
    assert "no space is left on the disk" in said
    assert "child exited" not in said
    assert not (tmp_path / "n").exists()
