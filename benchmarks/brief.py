"""A briefing for a wing of sixty, complete with its audit entry: to data, to HTML, to PDF; and as the node grows.

    benchmarks/brief.py [--json] [--people N] [--many N]

The large node of the growth ratio has as many rows a person as the small one of the ratio. Goals (design 10): p99
<= 25 ms to data, <= 50 ms to HTML, <= 150 ms to PDF; growth < 1.5x. As every absolute goal, a p99 is the median of
five runs; a run is of `ROUNDS` briefings, so its p99 is its second longest.
"""

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import measure

from watchroom.demo.grow import grow
from watchroom.demo.grown_people import Growth
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.handover.briefing import Briefing
from watchroom.handover.build import build_briefing
from watchroom.handover.page import briefing_page
from watchroom.handover.print import as_pdf
from watchroom.handover.show import BriefingPage
from watchroom.kernel.clock import MachineClock
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.node.settings import ClockSettings
from watchroom.node.source_desk import Told
from watchroom.node.standing import settle
from watchroom.web.standalone import briefing_html

INSTANT = datetime(2026, 7, 24, 8, 0, tzinfo=ZoneInfo("Europe/London"))
# Before the shift of which the handover tells.
BEFORE = INSTANT - timedelta(hours=14)
LONG_BEFORE = INSTANT - timedelta(days=2)
POST = "LEI-A"
OFFICER = Asker(name="officer", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=(POST,))
WARM_UP = 5
ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Milliseconds of each round of each run, to each form."""

    data: list[list[float]]
    html: list[list[float]]
    pdf: list[list[float]]


def new_node(folder: Path, *, people: int, notes: int) -> int:
    """A node that knows an extract, the same with every case note amended, and, a shift later, one with a case note
    more for everybody; the number of superseded versions that it keeps."""
    clock = ClockSettings(recorded_start=INSTANT, machine_start=MachineClock().now(), speed=0)
    create_node(folder, NewNode(agency="HMPPS", name="Bench", clock=clock))
    rows = 0
    with Node.open(folder) as node:
        extract = folder.with_name(f"{folder.name}-extract")
        node.sources.add("nomis", kind="files", at=str(extract), mapping="nomis")
        for at, notes_each, amended in ((LONG_BEFORE, notes - 1, 0), (BEFORE, notes - 1, 1), (INSTANT, notes, 1)):
            growth = Growth(people=people, notes_each=notes_each, amended=amended, instant=INSTANT.replace(tzinfo=None))
            with as_file(files("watchroom.demo") / "nomis_extract") as base:
                grow(base, extract, growth)
            totals = node.sources.ingest("nomis", told=Told(as_at=at)).as_json()["totals"]
            assert isinstance(totals, dict)
            rows += int(totals["changed"])
            shutil.rmtree(extract)
    return rows


def briefing(node: Node) -> Briefing:
    seen = build_briefing(node.gate, OFFICER, purpose="custody.care", post=POST, at=INSTANT)
    assert not isinstance(seen, Refused), seen
    return seen.value


def taken(node: Node) -> Taken:
    def page() -> BriefingPage:
        return briefing_page(briefing(node), node.words)

    def rounds(work: Callable[[], object]) -> list[list[float]]:
        for _ in range(WARM_UP):
            work()
        # As the server does once it has started.
        settle()
        return [[measure.seconds(work) * 1000 for _ in range(ROUNDS)] for _ in range(measure.RUNS)]

    return Taken(
        data=rounds(lambda: briefing(node)),
        html=rounds(lambda: briefing_html(node, page())),
        pdf=rounds(lambda: as_pdf(page())),
    )


def p99(what: str, runs: list[list[float]], goal: float) -> list[measure.Figure]:
    longest = [measure.percentile(values, 0.99) for values in runs]
    middle = [statistics.median(values) for values in runs]
    return [
        measure.Figure(what=f"{what}, p99", value=statistics.median(longest), unit="ms", goal=goal, runs=longest),
        measure.Figure(what=f"{what}, median", value=statistics.median(middle), unit="ms", runs=middle),
    ]


def depth(people: int, workplace: Path) -> list[measure.Figure]:
    """The briefing in a prison with much on file."""
    folder = workplace / "deep"
    rows = new_node(folder, people=people, notes=201)
    # The commits of the log would wait for the disk to take what was just written.
    os.sync()
    with Node.open(folder) as node:
        found = taken(node)
    remove_node(folder)
    where = f"{people} people, {rows} versions"
    return [
        *p99(f"{where}: to data", found.data, 25),
        *p99(f"{where}: to HTML", found.html, 50),
        *p99(f"{where}: to PDF", found.pdf, 150),
    ]


def growth(people: int, many: int, workplace: Path) -> measure.Figure:
    """Medians to data of a node of `many` people against one of `people`, taken in turn."""
    folders = {number: workplace / f"of-{number}" for number in (people, many)}
    for number, folder in folders.items():
        new_node(folder, people=number, notes=4)
    os.sync()
    found: dict[int, list[float]] = {people: [], many: []}
    with Node.open(folders[people]) as small, Node.open(folders[many]) as large:
        nodes = {people: small, many: large}
        for turn in range(WARM_UP + ROUNDS):
            for number, node in nodes.items():
                value = measure.seconds(lambda node=node: briefing(node)) * 1000
                if turn >= WARM_UP:
                    found[number].append(value)
    for folder in folders.values():
        remove_node(folder)
    return measure.Figure(
        what=f"{many} people against {people}, to data",
        value=statistics.median(found[many]) / statistics.median(found[people]),
        unit="x",
        goal=1.5,
        baseline=f"{people} people",
        runs=found[many],
    )


def main() -> int:
    given = measure.arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="watchroom-bench-") as temporary:
        figures = depth(given.people, Path(temporary))
        if given.many:
            figures.append(growth(given.people, given.many, Path(temporary)))
    measure.show("brief", figures, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
