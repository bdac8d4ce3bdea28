"""What every benchmark shares: runs, medians, a probe of the disk, the machine, and one way to print."""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

RUNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of a benchmark: what was measured, in which unit, and against what goal."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    baseline: str = ""
    runs: list[float] = field(default_factory=list)

    @property
    def held(self) -> bool | None:
        return None if self.goal is None else self.value <= self.goal


def seconds(work: Callable[[], object]) -> float:
    """How long `work` took, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median_of(work: Callable[[], object], *, runs: int = RUNS) -> tuple[float, list[float]]:
    """Median of `runs` runs and all of them, in seconds."""
    taken = [seconds(work) for _ in range(runs)]
    return statistics.median(taken), taken


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of `values` lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Work that arrived at a fixed rate, whether what came before was done or not.

    Attributes:
        waits: from arrival to end, in milliseconds.
        begins: from arrival to begin, in milliseconds. Workers and generator share one process: on a busy machine a
            piece of work begins late, however fast it is.
        short: by how many a second the rate was missed.
    """

    waits: list[float]
    begins: list[float]
    short: float


def offered(
    work: Callable[[int], object],
    *,
    rate: int,
    lasts: int,
    threads: int = 32,
    halfway: Callable[[], None] | None = None,
) -> Offered:
    """Offer `work` `rate` times a second for `lasts` seconds to `threads` workers; what happens halfway is given."""
    waits: list[float] = []
    begins: list[float] = []
    begun = time.perf_counter()

    def one(number: int) -> None:
        due = begun + number / rate
        begins.append((time.perf_counter() - due) * 1000)
        work(number)
        waits.append((time.perf_counter() - due) * 1000)

    with ThreadPoolExecutor(threads) as pool:
        done: list[Future[None]] = []
        for number in range(rate * lasts):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            done.append(pool.submit(one, number))
            if halfway is not None and number == rate * lasts // 2:
                halfway()
    for future in done:
        future.result()
    took = time.perf_counter() - begun
    return Offered(waits=waits, begins=begins, short=max(0.0, rate - len(waits) / took))


def spin() -> float:
    """How long a fixed piece of arithmetic takes now, in milliseconds; about one where nothing slows the processor."""
    begun = time.perf_counter()
    total = 0
    for number in range(30_000):
        total += number
    return (time.perf_counter() - begun) * 1000


def slowed(spins: list[float]) -> Figure:
    """How much slower the machine itself was at times: what a shared one does to the slowest hundredth."""
    return Figure(
        what="the machine meanwhile: fixed arithmetic, p99 over its best",
        value=percentile(spins, 0.99) / min(spins),
        unit="x",
        runs=spins,
    )


def fsync_probe() -> float:
    """Median time of an 8 KiB write with fdatasync on this disk, in milliseconds."""
    with tempfile.NamedTemporaryFile(dir=Path.cwd()) as file:
        taken: list[float] = []
        for _ in range(50):
            file.write(b"x" * 8192)
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def machine() -> dict[str, object]:
    """What these figures were taken on; quote ratios rather than absolute times of a shared machine."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": os.getloadavg()[0],
        "fsync_ms": round(fsync_probe(), 3),
    }


def show(name: str, figures: list[Figure], *, as_json: bool) -> None:
    """Print the figures: one JSON document, or a table for reading."""
    document = {
        "benchmark": name,
        "machine": machine(),
        "figures": [asdict(figure) | {"held": figure.held} for figure in figures],
    }
    if as_json:
        print(json.dumps(document, indent=2))
        return
    print(f"{name}: {document['machine']}")
    for figure in figures:
        goal = "" if figure.goal is None else f"  goal <= {figure.goal:g} {'held' if figure.held else 'MISSED'}"
        against = f"  against {figure.baseline}" if figure.baseline else ""
        print(f"  {figure.what:<58} {figure.value:>10.3f} {figure.unit:<6}{goal}{against}")


def arguments(description: str) -> argparse.Namespace:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--people", type=int, default=1_500)
    parser.add_argument("--many", type=int, default=150_000, help="people of the large node; 0 leaves it out")
    return parser.parse_args(sys.argv[1:])
