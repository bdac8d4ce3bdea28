"""Ingest against COPY: how much mapping, checks, history and provenance cost.

The baseline copies the very rows that the ingest made into logged tables with the same columns, keys and
constraints, in one transaction. Both are taken in the same run on the same server.
"""

import shutil
import statistics
import sys
import tempfile
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import measure
from psycopg import sql

from watchroom.demo.grow import grow
from watchroom.demo.grown_people import Growth
from watchroom.model.catalogue import catalogue
from watchroom.node.create import NewNode, create_node
from watchroom.node.node import Node
from watchroom.store.database import Connection
from watchroom.store.roles import Principal

INSTANT = datetime(2026, 7, 24, 8, 0, tzinfo=ZoneInfo("Europe/London"))


def new_node(folder: Path, extract: Path) -> None:
    create_node(folder, NewNode(agency="HMPPS", name="Bench"))
    with Node.open(folder) as node:
        node.add_source("nomis", kind="files", at=str(extract), mapping="nomis")


def copied(connection: Connection) -> dict[str, bytes]:
    """The rows of every entity, as COPY writes them."""
    rows: dict[str, bytes] = {}
    for name in catalogue().entities:
        with connection.cursor().copy(
            sql.SQL("copy record.{} to stdout (format binary)").format(sql.Identifier(name))
        ) as out:
            rows[name] = b"".join(bytes(part) for part in out)
    return rows


def copy_baseline(node: Node) -> float:
    """Seconds for COPY of the same rows into logged tables with the same keys and constraints; median of runs."""
    taken: list[float] = []
    with node.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(node.database.roles.owner)))
        rows = copied(connection)
    for _ in range(3):
        with node.database.connection(Principal.MIGRATOR) as connection:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(node.database.roles.owner)))
            connection.execute("create schema bench")
            for name in rows:
                connection.execute(
                    sql.SQL("create table bench.{0} (like record.{0} including all)").format(sql.Identifier(name))
                )
        taken.append(measure.seconds(lambda: copy_all(node, rows)))
        with node.database.connection(Principal.MIGRATOR) as connection:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(node.database.roles.owner)))
            connection.execute("drop schema bench cascade")
    return statistics.median(taken)


def copy_all(node: Node, rows: dict[str, bytes]) -> None:
    with node.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(node.database.roles.owner)))
        for name, content in rows.items():
            with connection.cursor().copy(
                sql.SQL("copy bench.{} from stdin (format binary)").format(sql.Identifier(name))
            ) as into:
                into.write(content)


def measured(people: int, workplace: Path) -> list[measure.Figure]:
    extract = workplace / f"extract-{people}"
    with as_file(files("watchroom.demo") / "nomis_extract") as base:
        grow(base, extract, Growth(people=people, instant=INSTANT.replace(tzinfo=None)))
    folder = workplace / f"node-{people}"
    new_node(folder, extract)
    with Node.open(folder) as node:
        first: list[dict[str, object]] = []
        new = measure.seconds(lambda: first.append(node.ingest("nomis", as_at=INSTANT).as_json()))
        again = measure.seconds(lambda: node.ingest("nomis", as_at=INSTANT + timedelta(minutes=15)))
        baseline = copy_baseline(node)
    totals = first[0]["totals"]
    assert isinstance(totals, dict)
    rows = int(totals["new"])
    shutil.rmtree(extract)
    return [
        measure.Figure(
            what=f"{people} people, {rows} new records, ratio", value=new / baseline, unit="x", goal=4, baseline="COPY"
        ),
        measure.Figure(
            what=f"{people} people, {rows} unchanged records, ratio",
            value=again / baseline,
            unit="x",
            goal=2,
            baseline="COPY",
        ),
        measure.Figure(what=f"{people} people, new records a second", value=rows / new, unit="1/s"),
        measure.Figure(what=f"{people} people, unchanged records a second", value=rows / again, unit="1/s"),
        measure.Figure(what=f"{people} people, COPY baseline", value=baseline, unit="s"),
    ]


def main() -> int:
    given = measure.arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="watchroom-bench-") as temporary:
        figures = measured(given.people, Path(temporary))
        if given.many:
            figures += measured(given.many, Path(temporary))
    measure.show("ingest", figures, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
