"""A random sample of the mutants of `policy`, the same for the same seed: what `make mutants-sample` runs.

Each module has the share of the sample that it has of all mutants, so that the share noticed of the sample is an
estimate of the share noticed of all. What was run already is not run again: a run that was stopped goes on.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "mutants" / "src" / "watchroom" / "policy"
# What was found of each mutant when first run: once tests are written for what survived, it is no estimate any more.
FIRST = ROOT / "mutants" / "first_taken.json"
SEED = 4
SIZE = 400
# 95 %, two-sided.
_DEVIATES = 1.959964

Statuses = Mapping[str, int | None]


def main() -> int:
    """Make the mutants where there are none, run what is left of the sample, and return the status of the run."""
    if not found():
        _run(["watchroom.policy.errors.*"])
    statuses = {name: status for module in found().values() for name, status in module.items()}
    left = [name for name in chosen(found()) if statuses[name] is None]
    print(f"{SIZE} mutants with seed {SEED}, {len(left)} of them not yet run")
    status = _run(left) if left else 0
    keep_first()
    return status


def keep_first() -> dict[str, int]:
    """The exit status of each mutant when it was first run; those that are new are kept."""
    first: dict[str, int] = json.loads(FIRST.read_text("utf-8")) if FIRST.exists() else {}
    for module in found().values():
        for name, status in module.items():
            if status is not None:
                first.setdefault(name, status)
    if RESULTS.exists():
        FIRST.write_text(json.dumps(first, indent=0, sort_keys=True), "utf-8")
    return first


def _run(names: Sequence[str]) -> int:
    tool = str(Path(sys.executable).with_name("mutmut"))
    children = str(min(2, os.cpu_count() or 1))
    return subprocess.run([tool, "run", "--max-children", children, *names], cwd=ROOT, check=False).returncode  # noqa: S603


def found() -> dict[str, Statuses]:
    """By module, the exit status of the tests of each mutant that there is; None: it was not run."""
    read = {path.name.removesuffix(".py.meta"): json.loads(path.read_text("utf-8")) for path in RESULTS.glob("*.meta")}
    return {module: read[module]["exit_code_by_key"] for module in sorted(read) if read[module]["exit_code_by_key"]}


def chosen(mutants: Mapping[str, Statuses], *, size: int = SIZE, seed: int = SEED) -> list[str]:
    """The names of the sample, module by module; all of them where there are no more than `size`."""
    shares = _shares({module: len(names) for module, names in mutants.items()}, size)
    # A module draws by its own name, so that a change of one leaves the draws of the others of the same share.
    return [
        name
        for module, names in mutants.items()
        for name in sorted(random.Random(f"{seed} {module}").sample(sorted(names), shares[module]))  # noqa: S311
    ]


def _shares(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each, by size, rounded by the largest remainder."""
    total = sum(sizes.values())
    if total <= size:
        return dict(sizes)
    shares = {module: size * count // total for module, count in sizes.items()}
    by_remainder = sorted(sizes, key=lambda module: (-(size * sizes[module] % total), module))
    for module in by_remainder[: size - sum(shares.values())]:
        shares[module] += 1
    return shares


def wilson(noticed: int, run: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson (1927), which holds near 0 and 1 as well; of none run, everything."""
    if not run:
        return 0.0, 1.0
    share, square = noticed / run, _DEVIATES**2
    centre = share + square / (2 * run)
    width = _DEVIATES * sqrt(share * (1 - share) / run + square / (4 * run**2))
    scale = 1 + square / run
    return max(0.0, (centre - width) / scale), min(1.0, (centre + width) / scale)


if __name__ == "__main__":
    sys.exit(main())
