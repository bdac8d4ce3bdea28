"""Daily rolls of 82 days, 538,216 person-days: how long a node takes to make times in custody of them, and in how much.

The rolls are those of the folder `--rolls`, by default the one beside the repository; without them nothing is measured.
They are laid down as 82 files first, which is not counted. Memory is the most that this process and all processes of
the database server hold together (PSS), looked at four times a second.
"""

import argparse
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import duckdb
import measure

from watchroom.ingest.report import IngestReport
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.store.roles import Principal

COLUMNS = (
    "inmateid, admitted_dt, custody_level, bradh, race, gender, age, inmate_status_code, sealed, srg_flg, infraction,"
    " top_charge"
)
GOAL_SECONDS, GOAL_MIB = 90, 2048


def lay_down(parquet: Path, folder: Path) -> int:
    """Write one file for each day; how many person-days there are."""
    connection: Any = duckdb.connect()
    connection.execute("create view given as select * from read_parquet('" + str(parquet).replace("'", "''") + "')")
    for (day,) in connection.execute("select distinct snapshot_date from given").fetchall():
        path = folder / f"DOC_Inmates_InCustody_Daily_{day.replace('-', '')}.csv"
        # The day is one of the file's own; it holds digits and hyphens only.
        connection.execute(f"copy (select {COLUMNS} from given where snapshot_date = '{day}') to '{path}' (header)")
    return int(connection.execute("select count(*) from given").fetchone()[0])


class Watch:
    """Looks at memory while something runs."""

    def __init__(self, postmaster: int) -> None:
        self.peak = 0.0
        self._postmaster = postmaster
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.25):
            held = _pss("self")
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and _parent(entry) == self._postmaster:
                    held += _pss(entry.name)
            self.peak = max(self.peak, held + _pss(str(self._postmaster)))


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])
    except (OSError, UnicodeDecodeError):
        return 0


def _pss(pid: str) -> float:
    try:
        lines = (Path("/proc") / pid / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def measured(parquet: Path, workplace: Path) -> list[measure.Figure]:
    rolls, folder = workplace / "rolls", workplace / "node"
    rolls.mkdir()
    person_days = lay_down(parquet, rolls)
    create_node(folder, NewNode(agency="NYCDOC", name="Bench"))
    try:
        with Node.open(folder) as node:
            node.sources.add("roll", kind="files", at=str(rolls), mapping="custody_roll")
            with node.database.connection(Principal.LOADER) as connection:
                backend = Path("/proc") / str(connection.info.backend_pid)
                postmaster = _parent(backend)
            reports: list[IngestReport] = []
            with Watch(postmaster) as watch:
                passed = measure.seconds(lambda: reports.append(node.sources.ingest("roll")))
    finally:
        remove_node(folder)
        shutil.rmtree(rolls)
    batches = reports[0].batches
    stale = sum(1 for batch in batches if batch.is_refused)
    assert len(batches) == 82
    assert all(batch.is_passed_over for batch in batches if batch.is_refused)
    counts = [batch.counts for batch in batches]
    what = f"{person_days} person-days of {len(batches)} rolls, {stale} of them stale"
    written = sum(one.new + one.changed for one in counts)
    slowest = max(batch.seconds for batch in batches[1:])
    return [
        measure.Figure(what=what, value=passed, unit="s", goal=GOAL_SECONDS),
        measure.Figure(what=f"{what}: memory, with the server", value=watch.peak, unit="MiB", goal=GOAL_MIB),
        measure.Figure(what="the slowest roll after the first", value=slowest, unit="s"),
        measure.Figure(what="records written, new and changed", value=float(written), unit=""),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rolls", type=Path, help="folder with the Parquet file of all days")
    given = parser.parse_args()
    places = [above / "shared" / "data" / "nyc_custody" for above in Path(__file__).resolve().parents]
    found = [path for place in ([given.rolls] if given.rolls else places) for path in sorted(place.glob("*.parquet"))]
    if not found:
        print("the rolls are not here; name their folder with --rolls", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="watchroom-bench-") as temporary:
        figures = measured(found[0], Path(temporary))
    measure.show("roll", figures, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
