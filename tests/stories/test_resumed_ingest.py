"""Several deliveries in one command: killed or stopped midway, what was taken stands and the rest is taken up."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from textwrap import dedent

import pytest
from test_commands import run

from custody_rolls import day, person, roll_name
from deliveries import copy_of, edit, small_extract
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.store.roles import Principal

# Runs the command, and ends itself with a signal when the delivery of that name has come to that step.
STOPPED = dedent("""
    import os, signal, sys
    from watchroom.entrances import commands
    from watchroom.ingest import batch, run

    # A run in the background of a shell inherits that it is deaf to it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told, what, number = sys.argv[1:4]
    class Stopping(run.RunningFile):
        def __init__(self, folder, *, source, delivery, machine):
            super().__init__(folder, source=source, delivery=delivery, machine=machine)
            self.delivery = delivery
        def __call__(self, step):
            super().__call__(step)
            if self.delivery.startswith(told) and step.what == what:
                os.kill(os.getpid(), int(number))

    run.RunningFile = Stopping
    commands()(sys.argv[4:])
""")


def stopped(at: str, what: str, number: int, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", STOPPED, at, what, str(number), *(str(word) for word in words)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    made = tmp_path_factory.mktemp("resumed") / "n"
    create_node(made, NewNode(agency="HMPPS", name="Prison Service"))
    with Node.open(made) as node:
        node.sources.add("nomis", kind="files", at=str(made), mapping="nomis")
        node.sources.add("roll", kind="files", at=str(made.parent / "rolls"), mapping="custody_roll")
    try:
        yield made
    finally:
        remove_node(made)


def batches(folder: Path, source: str) -> list[tuple[object, ...]]:
    """Delivery and state of each batch of a source, in their order, and whether a file of one that is none is there."""
    with Node.open(folder) as node, node.database.connection(Principal.LOADER) as connection:
        return connection.execute(
            "select delivery, status from ingest.batch where source_system = %s order by machine_started_at", (source,)
        ).fetchall()


def left(folder: Path) -> list[str]:
    return [path.name for path in (folder / "overflow").glob("batch-*/*") if path.name != "in-use"]


def test_of_several_deliveries_those_before_stand_and_the_command_takes_up_where_it_was_killed(
    folder: Path, tmp_path: Path
) -> None:
    one = small_extract(tmp_path / "one")
    two, three = copy_of(one, tmp_path / "two"), copy_of(one, tmp_path / "three")
    edit(two, "OFFENDER_ALERTS", lambda rows: rows.pop())
    edit(three, "OFFENDER_ALERTS", lambda rows: rows[0].update(COMMENT_TEXT="Another"))
    words = ("ingest", folder, "nomis", one, two, three)
    killed = stopped("two", "write", signal.SIGKILL, *words)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert batches(folder, "nomis") == [("one", "sealed")]
    cut = stopped("three", "stage", signal.SIGINT, *words)
    assert (cut.returncode, cut.stderr.splitlines()[-1]) == (130, "stopped"), cut.stderr
    assert batches(folder, "nomis") == [("one", "sealed"), ("two", "sealed")]
    assert left(folder) == [], "what the killed batch left is gone, and what the stopped one had as well"
    done = run(*words, "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert [taken["delivery"] for taken in told["taken_already"]] == ["one", "two"]
    assert [batch["delivery"] for batch in told["batches"]] == ["three"]
    assert told["totals"]["changed"] == 1
    again = run(*words)
    assert [line for line in again.stderr.splitlines() if "already" in line] == [
        f"taken already: {name}" for name in ("one", "two", "three")
    ]
    alone = json.loads(run("ingest", folder, "nomis", three, "--json").stdout)
    assert (alone["taken_already"], alone["totals"]["unchanged"] > 0) == ([], True), "that it came again is news"
    older = json.loads(run("ingest", folder, "nomis", one, two, "--json").stdout)
    assert older["taken_already"] == [], "another stands, so these are the newer ones now"


def test_rolls_are_taken_up_where_the_command_was_killed_with_those_that_were_passed_over(folder: Path) -> None:
    rolls = folder.parent / "rolls"
    rolls.mkdir()
    for number in range(1, 13):
        people = [person(str(key)) for key in range(20 + (number if number != 4 else 3))]
        write(rolls / roll_name(day(number)), people if number != 6 else people[:5])
    killed = stopped(roll_name(day(9)), "stage", signal.SIGKILL, "ingest", folder, "roll")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    states = ["sealed"] * 8
    states[3], states[5] = "refused", "refused"
    assert [state for _, state in batches(folder, "roll")] == states, "the fourth is stale, the sixth held"
    done = run("ingest", folder, "roll", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["taken_already"]) == 8
    assert [batch["delivery"] for batch in told["batches"]] == [roll_name(day(number)) for number in range(9, 13)]
    assert json.loads(run("ingest", folder, "roll", "--json").stdout)["batches"] == []
    write(rolls / roll_name(day(13)), [person("1")])
    assert json.loads(run("ingest", folder, "roll", "--json").stdout)["batches"][0]["roll"]["verdict"] == "held"
    accepted = run("ingest", folder, "roll", "--accept-shrunken", "they moved", "--json")
    assert [batch["status"] for batch in json.loads(accepted.stdout)["batches"]] == ["sealed"], "it is tried again"


def write(path: Path, people: list[tuple[str, ...]]) -> None:
    lines = ["inmateid,admitted_dt,custody_level,gender,age,inmate_status_code", *(",".join(row) for row in people)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


WATCHED = dedent("""
    import sys
    from pathlib import Path
    from watchroom.node.node import Node

    def progress(step):
        if step.what == "stage" and step.name == "alert":
            print("there", flush=True)
            sys.stdin.readline()

    with Node.open(Path(sys.argv[1])) as node:
        node.sources.ingest("nomis", [Path(sys.argv[2])], progress=progress)
""")


def test_another_process_is_told_what_runs_and_nothing_of_what_was_killed(folder: Path, tmp_path: Path) -> None:
    extract = small_extract(tmp_path / "extract")
    runs = subprocess.Popen(
        [sys.executable, "-c", WATCHED, str(folder), str(extract)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert runs.stdout is not None
        assert runs.stdout.readline() == "there\n"
        sources = {one["name"]: one for one in json.loads(run("source", "list", folder, "--json").stdout)["sources"]}
        told = sources["nomis"]["running"]
        assert (told["delivery"], told["doing"]) == ("extract", "stage")
        assert sources["roll"]["running"] is None
        assert "since" in run("source", "list", folder).stdout
    finally:
        os.kill(runs.pid, signal.SIGKILL)
        runs.communicate()
    sources = {one["name"]: one for one in json.loads(run("source", "list", folder, "--json").stdout)["sources"]}
    assert sources["nomis"]["running"] is None
    assert sources["nomis"]["made_by"] is None or sources["nomis"]["made_by"]["name"] == "nomis"
