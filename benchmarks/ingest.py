"""Ingest against COPY: how much mapping, checks, history and provenance cost.

The baseline copies the very rows that the ingest made, in PostgreSQL's binary format and from memory, into logged
tables with the same columns, keys and constraints, in one transaction. Both are taken in the same run, and what is
compared are medians. New rows are compared with a copy on a server that is as new as theirs, since a new server first
makes the files of its write-ahead log; the others with a copy on the server that they are on. Besides the time that
passed, which two processors may share, stands the work: seconds of processor of this process and of the database
server. A delivery in which 2 % of the records changed is measured too, so that nothing that only helps with the same
bytes can hide.
"""

import csv
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import measure
from psycopg import sql

from watchroom.demo.grow import grow
from watchroom.demo.grown_people import Growth
from watchroom.ingest.report import IngestReport
from watchroom.model.catalogue import catalogue
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.node.source_desk import Told
from watchroom.store.database import Connection
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.roles import Principal

INSTANT = datetime(2026, 7, 24, 8, 0, tzinfo=ZoneInfo("Europe/London"))
# Every so many rows of these tables are changed, which is 2 % of all records.
ONE_IN = 20
# From so many records on what passes is in proportion to them, and a ratio says something (ADR 47).
FROM_RECORDS = 1_000_000
# Bytes of a copy in binary format that has no rows: its head and its end.
NOTHING = 21
CHANGED = {
    "OFFENDERS": "FIRST_NAME",
    "OFFENDER_IDENTIFIERS": "IDENTIFIER",
    "OFFENDER_ALERTS": "COMMENT_TEXT",
    "OFFENDER_CASE_NOTES": "CASE_NOTE_TEXT",
    "OFFENDER_EXTERNAL_MOVEMENTS": "COMMENT_TEXT",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What some work took: seconds that passed, and seconds of processor here and in the server."""

    passed: float
    work: float


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one size."""

    new: list[Taken] = field(default_factory=list[Taken])
    unchanged: list[Taken] = field(default_factory=list[Taken])
    changed: list[Taken] = field(default_factory=list[Taken])
    copied_new: list[Taken] = field(default_factory=list[Taken])
    copied: list[Taken] = field(default_factory=list[Taken])
    peaks: list[float] = field(default_factory=list[float])
    totals: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def new_node(folder: Path, extract: Path) -> None:
    create_node(folder, NewNode(agency="HMPPS", name="Bench"))
    with Node.open(folder) as node:
        node.sources.add("nomis", kind="files", at=str(extract), mapping="nomis")


def nearly(extract: Path, target: Path) -> None:
    """The same extract with one in `ONE_IN` rows of some tables changed."""
    shutil.copytree(extract, target)
    for table, column in CHANGED.items():
        with (
            (extract / f"{table}.csv").open(encoding="utf-8", newline="") as given,
            (target / f"{table}.csv").open("w", encoding="utf-8", newline="") as into,
        ):
            reader = csv.reader(given)
            header = next(reader)
            position = header.index(column)
            writer = csv.writer(into, lineterminator="\n")
            writer.writerow(header)
            for number, row in enumerate(reader):
                if number % ONE_IN == 0:
                    row[position] = f"{row[position]}B"
                writer.writerow(row)


def server_work(connection: Connection) -> float:
    """Seconds of processor of the database server and all its processes, those that ended included."""
    backend = _stat(connection.info.backend_pid)
    postmaster = int(backend[1])
    own = _stat(postmaster)
    ticks = sum(int(value) for value in own[11:15])
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = _stat(int(entry.name))
            except OSError:
                continue
            ticks += int(stat[11]) + int(stat[12]) if int(stat[1]) == postmaster else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()


def taken(node: Node, work: Callable[[], object]) -> Taken:
    """What `work` takes."""
    with node.database.connection(Principal.LOADER) as connection:
        begun, here, there = time.perf_counter(), time.process_time(), server_work(connection)
        work()
        passed, there = time.perf_counter() - begun, server_work(connection) - there
    return Taken(passed, time.process_time() - here + there)


def peak_of(work: Callable[[], None]) -> float:
    """By how many MiB this process grew at most while it worked."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def as_owner(node: Node, connection: Connection) -> None:
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(node.database.roles.owner)))


def copied(node: Node) -> dict[str, bytes]:
    """The rows of every entity that has any, as COPY writes them."""
    rows: dict[str, bytes] = {}
    with node.database.connection(Principal.MIGRATOR) as connection:
        as_owner(node, connection)
        for name in catalogue().entities:
            query = sql.SQL("copy record.{} to stdout (format binary)").format(sql.Identifier(name))
            with connection.cursor().copy(query) as out:
                rows[name] = b"".join(bytes(part) for part in out)
    return {name: content for name, content in rows.items() if len(content) > NOTHING}


def copy_baseline(node: Node, rows: dict[str, bytes], runs: int = 3) -> list[Taken]:
    """COPY of those rows into logged tables with the same keys and constraints."""
    found: list[Taken] = []
    for _ in range(runs):
        with node.database.connection(Principal.MIGRATOR) as connection:
            as_owner(node, connection)
            connection.execute("create schema bench")
            for name in rows:
                connection.execute(
                    sql.SQL("create table bench.{0} (like record.{0} including all)").format(sql.Identifier(name))
                )
        found.append(taken(node, lambda: copy_all(node, rows)))
        with node.database.connection(Principal.MIGRATOR) as connection:
            as_owner(node, connection)
            connection.execute("drop schema bench cascade")
    return found


def copy_all(node: Node, rows: dict[str, bytes]) -> None:
    with node.database.connection(Principal.MIGRATOR) as connection:
        as_owner(node, connection)
        for name, content in rows.items():
            query = sql.SQL("copy bench.{} from stdin (format binary)").format(sql.Identifier(name))
            with connection.cursor().copy(query) as into:
                into.write(content)


def run(runs: Runs, folder: Path, extract: Path, changed: Path) -> None:
    """One node from new to a delivery with changes, and the baseline on its server."""
    new_node(folder, extract)
    try:
        with Node.open(folder) as node:
            reports: list[IngestReport] = []

            def ingest(minutes: int, *folders: Path) -> None:
                reports.append(
                    node.sources.ingest("nomis", folders, told=Told(as_at=INSTANT + timedelta(minutes=minutes)))
                )

            runs.peaks.append(peak_of(lambda: runs.new.append(taken(node, lambda: ingest(0)))))
            runs.unchanged.append(taken(node, lambda: ingest(15)))
            rows = copied(node)
            runs.copied.extend(copy_baseline(node, rows))
            runs.changed.append(taken(node, lambda: ingest(30, changed)))
            first, again, last = (report.batches[0].counts for report in reports)
            assert (again.new, again.changed, again.ended, last.new, last.ended) == (0, 0, 0, 0, 0)
            runs.totals.append((first.new, last.changed))
    finally:
        remove_node(folder)
    new_node(folder, extract)
    try:
        with Node.open(folder) as node:
            # A new node has those indexes only that writing relies on; what was measured has them all.
            make_late_indexes(node.database, [catalogue().entity(name) for name in rows])
            runs.copied_new.extend(copy_baseline(node, rows, runs=1))
    finally:
        remove_node(folder)


def measured(people: int, workplace: Path, *, nodes: int) -> list[measure.Figure]:
    extract, changed, runs = workplace / f"extract-{people}", workplace / f"changed-{people}", Runs()
    with as_file(files("watchroom.demo") / "nomis_extract") as base:
        grow(base, extract, Growth(people=people, instant=INSTANT.replace(tzinfo=None)))
    nearly(extract, changed)
    for number in range(nodes):
        run(runs, workplace / f"node-{people}-{number}", extract, changed)
    shutil.rmtree(extract)
    shutil.rmtree(changed)
    records, some = runs.totals[0]
    figures: list[measure.Figure] = []
    is_small = records < FROM_RECORDS
    for what, found, copied, goal, seconds in (
        (f"{records} new records", runs.new, runs.copied_new, 4, 2.5),
        (f"{records} unchanged records", runs.unchanged, runs.copied, 2, 1.5),
        (f"{records} records, {some} of them changed", runs.changed, runs.copied, None, None),
    ):
        figures += _ratios(f"{people} people, {what}", found, copied, goal=None if is_small else goal)
        if is_small:
            figures.append(_seconds(f"{people} people, {what}", found, goal=seconds))
    for what, copied in (("on a new server", runs.copied_new), ("on a used server", runs.copied)):
        passed = statistics.median(one.passed for one in copied)
        figures.append(measure.Figure(what=f"{people} people, COPY {what}", value=passed, unit="s"))
    peak = statistics.median(runs.peaks)
    figures.append(
        measure.Figure(what=f"{people} people, memory of the process while ingesting", value=peak, unit="MiB")
    )
    return figures


def _seconds(what: str, found: list[Taken], *, goal: float | None) -> measure.Figure:
    passed = [one.passed for one in found]
    return measure.Figure(what=what, value=statistics.median(passed), unit="s", goal=goal, runs=passed)


def _ratios(what: str, found: list[Taken], copied: list[Taken], *, goal: float | None) -> list[measure.Figure]:
    passed = statistics.median(one.passed for one in copied)
    work = statistics.median(one.work for one in copied)
    return [
        measure.Figure(
            what=f"{what}, ratio",
            value=statistics.median(one.passed for one in found) / passed,
            unit="x",
            goal=goal,
            baseline="COPY",
            runs=[one.passed / passed for one in found],
        ),
        measure.Figure(
            what=f"{what}, ratio of processor time",
            value=statistics.median(one.work for one in found) / work,
            unit="x",
            baseline="COPY",
            runs=[one.work / work for one in found],
        ),
    ]


def main() -> int:
    given = measure.arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="watchroom-bench-") as temporary:
        figures = measured(given.people, Path(temporary), nodes=measure.RUNS)
        if given.many:
            figures += measured(given.many, Path(temporary), nodes=1)
    measure.show("ingest", figures, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
