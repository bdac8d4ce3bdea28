"""The checks of quality against one scan: how much it costs to ask everything of every record.

The baseline is a `count(*)` of the same tables, taken in the same run right before: nothing can look at all records for
less. A first run counts everything; one after which nothing was delivered takes over what it may; one after a
delivery of a single changed record counts what that touched. What the checks before the seal take is told as a share
of the whole delivery.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from unittest.mock import patch

import ingest
import measure
from psycopg import sql

from watchroom.demo.grow import grow
from watchroom.demo.grown_people import Growth
from watchroom.model.catalogue import catalogue
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.node.source_desk import Told
from watchroom.quality.run import quality
from watchroom.quality.stopping import Batch, Shift, Stop, Stopping
from watchroom.store.database import Connection
from watchroom.store.roles import Principal

GOAL_SCANS, GOAL_SECONDS, GOAL_SHARE = 20, 10, 0.05


@contextmanager
def gate_watched() -> Iterator[list[float]]:
    """How long what looks at each batch before its seal takes, in seconds."""
    taken: list[float] = []
    plain = Stopping.__call__

    def timed(
        self: Stopping, connection: Connection, records: Mapping[str, tuple[int, int]], batch: Batch
    ) -> list[Stop | Shift]:
        begun = time.perf_counter()
        found = list(plain(self, connection, records, batch))
        taken.append(time.perf_counter() - begun)
        return found

    with patch.object(Stopping, "__call__", timed):
        yield taken


def scan(node: Node) -> int:
    """Count all records; how many there are."""
    with node.database.connection(Principal.LOADER) as connection:
        found = 0
        for name in catalogue().entities:
            row = connection.execute(sql.SQL("select count(*) from record.{}").format(sql.Identifier(name))).fetchone()
            found += row[0] if row else 0
        return found


def one_changed(extract: Path, target: Path) -> None:
    """The same extract with one record changed."""
    shutil.copytree(extract, target)
    path = target / "OFFENDER_ALERTS.csv"
    head, first, rest = path.read_text(encoding="utf-8").split("\n", 2)
    place = head.split(",").index("ALERT_STATUS")
    values = first.split(",")
    values[place] = "INACTIVE" if values[place] == "ACTIVE" else "ACTIVE"
    path.write_text("\n".join((head, ",".join(values), rest)), encoding="utf-8")


def measured(people: int, workplace: Path) -> list[measure.Figure]:
    extract, changed, folder = (
        workplace / f"extract-{people}",
        workplace / f"one-{people}",
        workplace / f"node-{people}",
    )
    with as_file(files("watchroom.demo") / "nomis_extract") as base:
        grow(base, extract, Growth(people=people, instant=ingest.INSTANT.replace(tzinfo=None)))
    one_changed(extract, changed)
    create_node(folder, NewNode(agency="HMPPS", name="Bench"))
    try:
        with Node.open(folder) as node, gate_watched() as gated:
            node.sources.add("nomis", kind="files", at=str(extract), mapping="nomis")
            first = measure.seconds(lambda: node.sources.ingest("nomis", told=Told(as_at=ingest.INSTANT)))
            records = scan(node)
            scanned, _ = measure.median_of(lambda: scan(node), runs=3)
            now = node.clock.now()
            everything = measure.seconds(lambda: run(node, now))
            again, _ = measure.median_of(lambda: run(node, now + timedelta(minutes=1)), runs=3)
            told = Told(as_at=ingest.INSTANT + timedelta(minutes=15))
            one = measure.seconds(lambda: node.sources.ingest("nomis", [changed], told=told))
            touched = measure.seconds(lambda: run(node, now + timedelta(minutes=2)))
    finally:
        remove_node(folder)
        shutil.rmtree(extract)
        shutil.rmtree(changed)
    what = f"{people} people, {records} records"
    return [
        measure.Figure(what=f"{what}, one scan", value=scanned, unit="s"),
        measure.Figure(what=f"{what}, all counted", value=everything, unit="s", goal=GOAL_SECONDS),
        _ratio(f"{what}, all counted, ratio", everything / scanned, goal=GOAL_SCANS),
        _ratio(f"{what}, nothing delivered since, ratio", again / scanned, goal=None),
        measure.Figure(what=f"{what}, nothing delivered since", value=again, unit="s", goal=1),
        measure.Figure(what=f"{what}, one record changed since", value=touched, unit="s"),
        _share(f"{what}, before the seal of a first delivery", gated[0] / first),
        _share(f"{what}, before the seal of one changed record", gated[1] / one),
    ]


def run(node: Node, now: datetime) -> None:
    quality(node.database, now=now, model=node.model, keeps=True)


def _ratio(what: str, value: float, *, goal: float | None) -> measure.Figure:
    return measure.Figure(what=what, value=value, unit="x", goal=goal, baseline="count(*)")


def _share(what: str, value: float) -> measure.Figure:
    return measure.Figure(what=what, value=value, unit="", goal=GOAL_SHARE, baseline="the whole delivery")


def main() -> int:
    given = measure.arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="watchroom-bench-") as temporary:
        figures = measured(given.people, Path(temporary))
        if given.many:
            figures += measured(given.many, Path(temporary))
    measure.show("quality", figures, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
