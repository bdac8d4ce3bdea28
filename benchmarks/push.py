"""An event that a source pushes: from the moment it is sent until an officer of the wing is shown it through the gate.

    benchmarks/push.py [--json] [--people N]

The pages of a node are served by a process of their own, as `watchroom serve` does it. The sender and the officer are
in this one: events go over real HTTP; visible means that a read through the gate that begins after the sender was
answered gives the record. Both ends are timed: `answered` is what the sender waits, `visible` is with that read, of all
alerts of the wing, audited. Goal (issue 4): p99 of one event < 100 ms, the median of five runs of forty events.

At a rate, events are due at fixed instants and are timed from then, whether the one before was answered or not.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from uuid import uuid4

import httpx
import measure
import psycopg

from watchroom.demo.grow import grow
from watchroom.demo.grown_people import Growth
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.see import see
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.database_access import embedded_server
from watchroom.node.node import Node
from watchroom.node.source_desk import Told
from watchroom.store.roles import Principal

UNIT = "LEI-A"
OFFICER = Asker(name="officer", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=(UNIT,))
# One a second is a busy hour of a prison. The other is what is held for long, with answers and reads on two cores.
ALONE, ALONE_SECONDS, RUNS = 1, 40, 5
RATE, RATE_SECONDS = 10, 15
GOAL = 100.0
WARM_UP = 5


def event(number: str, key: str) -> bytes:
    """One event as its sender writes it, of an alert that is new."""
    body = {
        "eventType": "person.alert.created",
        "version": 1,
        "description": "an alert was created",
        "detailUrl": "https://example.org/alerts",
        "occurredAt": datetime.now(UTC).isoformat(),  # noqa: TID251  the sender has a clock of its own
        "additionalInformation": {"alertUuid": key, "alertCode": "XCU"},
        "personReference": {"identifiers": [{"type": "NOMS", "value": number}]},
    }
    return json.dumps(body).encode()


def processor_seconds(server: int) -> float:
    """Seconds of processor that the process of the pages has taken.

    Other work on the machine makes this little longer, and waiting much.
    """
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path) -> Generator[tuple[str, int]]:
    """The address of the pages of a node, in a process of their own, and its number."""
    command = [sys.executable, "-m", "watchroom", "serve", str(folder), "--port", "8791"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as server:
        try:
            address = "http://127.0.0.1:8791"
            until = time.monotonic() + 60
            while True:
                try:
                    httpx.get(f"{address}/health")
                    break
                except httpx.HTTPError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.05)
            yield address, server.pid
        finally:
            server.terminate()


class Sender:
    """Sends events of the people of a wing, and looks for each as the officer."""

    def __init__(self, node: Node, address: str, secret: str) -> None:
        self._node = node
        self._at = f"{address}/in/events"
        self._headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        self._lines = threading.local()
        query = "select prison_number from record.person where unit_code = %s and source_system = 'nomis' order by 1"
        with node.database.connection(Principal.LOADER) as connection:
            self._numbers = [str(row[0]) for row in connection.execute(query, (UNIT,)).fetchall()]

    def send(self, count: int) -> str:
        """The key of an alert, once its event was answered."""
        if not hasattr(self._lines, "client"):
            self._lines.client = httpx.Client(timeout=60)
        key = str(uuid4())
        body = event(self._numbers[count % len(self._numbers)], key)
        reply = self._lines.client.post(self._at, content=body, headers=self._headers)
        assert reply.status_code == 200, reply.text
        assert reply.json()["issues"] == [], reply.text
        return key

    def look(self, known: int) -> int:
        """How many alerts the officer is shown, which must be more than were known before."""
        seen = see(self._node.gate, OFFICER, entity="alert", purpose="custody.care")
        assert not isinstance(seen, Refused), seen
        assert len(seen.value.rows) > known, "answered, and not visible"
        return len(seen.value.rows)


def alone(sender: Sender, run: int) -> tuple[list[float], list[float]]:
    """Milliseconds to the answer and to the officer, one event a second."""
    answered, visible = list[float](), list[float]()
    known = 0
    for number in range(ALONE_SECONDS * ALONE + WARM_UP):
        count = run * (ALONE_SECONDS * ALONE + WARM_UP) + number
        begun = time.perf_counter()
        sender.send(count)
        heard = time.perf_counter()
        known = sender.look(known)
        # The first ones warm up: audiences, plans, pools.
        if number >= WARM_UP:
            answered.append((heard - begun) * 1000)
            visible.append((time.perf_counter() - begun) * 1000)
        time.sleep(max(0.0, 1 / ALONE - (time.perf_counter() - begun)))
    return answered, visible


def figures(what: str, runs: list[list[float]], *, goal: float | None = None) -> list[measure.Figure]:
    """Median and p99 of each run; of several runs the median of theirs."""
    middles = [statistics.median(values) for values in runs]
    ends = [measure.percentile(values, 0.99) for values in runs]
    return [
        measure.Figure(what=f"{what}, p50", value=statistics.median(middles), unit="ms", runs=middles),
        measure.Figure(what=f"{what}, p99", value=statistics.median(ends), unit="ms", goal=goal, runs=ends),
    ]


def tidied(folder: Path) -> None:
    """What autovacuum does in the minutes after an extract is done at once, or it falls into the first minute."""
    with embedded_server(folder) as address, psycopg.connect(address.dsn("watchroom"), autocommit=True) as admin:
        admin.execute("vacuum (analyze)")


def measured(workplace: Path, people: int) -> list[measure.Figure]:
    """All figures of a node of so many people."""
    folder, extract = workplace / "n", workplace / "extract"
    create_node(folder, NewNode(agency="HMPPS", name="Bench"))
    with Node.open(folder) as node:
        node.sources.add("nomis", kind="files", at=str(extract), mapping="nomis")
        instant = datetime.now(UTC).replace(tzinfo=None)  # noqa: TID251
        with as_file(files("watchroom.demo") / "nomis_extract") as base:
            grow(base, extract, Growth(people=people, notes_each=4, amended=0, instant=instant))
        assert not node.sources.ingest("nomis", told=Told()).is_refused
        tidied(folder)
        node.sources.add("events", kind="push", at="", mapping="hmpps_event")
        secret = node.pushes.new_secret("events").reveal()
        os.sync()
        with served(folder) as (address, server):
            sender = Sender(node, address, secret)
            begun = processor_seconds(server)
            runs = [alone(sender, run) for run in range(RUNS)]
            processor = (processor_seconds(server) - begun) * 1000 / (RUNS * (ALONE_SECONDS * ALONE + WARM_UP))
            rate = measure.offered(sender.send, rate=RATE, lasts=RATE_SECONDS, threads=24)
    remove_node(folder)
    return [
        *figures(f"{people} people, {ALONE}/s: answered", [answered for answered, _ in runs]),
        *figures(f"{people} people, {ALONE}/s: visible to the officer", [seen for _, seen in runs], goal=GOAL),
        measure.Figure(what=f"{ALONE}/s: processor of the pages for an event, all threads", value=processor, unit="ms"),
        *figures(f"{RATE}/s for {RATE_SECONDS} s: answered, from when it was due", [rate.waits]),
        *figures(f"{RATE}/s: of that, before it was sent (this process)", [rate.begins]),
        measure.Figure(what=f"{RATE}/s: missed by", value=rate.short, unit="1/s"),
    ]


def main() -> None:
    """Measure and print."""
    asked = measure.arguments(__doc__ or "")
    workplace = Path(tempfile.mkdtemp(prefix="watchroom-bench-"))
    try:
        measure.show("push", measured(workplace, asked.people), as_json=asked.json)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


if __name__ == "__main__":
    main()
