"""Branch coverage of `policy` and `gate`, from the tests that name one of them; exit status 1 below all of it."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ROOMS = ("watchroom.policy", "watchroom.gate")
PAGE = ROOT / "docs" / "reference" / "coverage.md"
# One run for each: two worlds of tests, each with a server of its own.
FOLDERS = ("tests/unit", "tests/law", "tests/conformance")


def main() -> int:
    """Run the tests of every folder, report what all of them reach together, and fail if any of it failed."""
    coverage, begun = [sys.executable, "-m", "coverage"], time.monotonic()
    subprocess.run([*coverage, "erase"], cwd=ROOT, check=True)  # noqa: S603
    failed = [folder for folder in FOLDERS if _fails(folder)]
    # A gap that a failed test leaves is shown as well: what is missing is said in one run.
    reported = subprocess.run([*coverage, "report", "--fail-under", "100"], cwd=ROOT, check=False).returncode  # noqa: S603
    if failed:
        print(f"Tests failed in {', '.join(failed)}: the report above is not the whole of them. Mend these first.")
    else:
        minutes = (time.monotonic() - begun) / 60
        PAGE.write_text(as_markdown(_measured(), day=time.strftime("%Y-%m-%d"), minutes=minutes), "utf-8")
    return reported or int(bool(failed))


def _measured() -> Mapping[str, Any]:
    found = subprocess.run(
        [sys.executable, "-m", "coverage", "json", "-q", "-o", "/dev/stdout"], cwd=ROOT, check=True, capture_output=True
    )
    return json.loads(found.stdout)["files"]


def as_markdown(files: Mapping[str, Any], *, day: str, minutes: float) -> str:
    """The page: of each room what there is and what no test reaches.

    Args:
        files: path -> what `coverage json` says of it.
        day: of the measurement, as ISO 8601.
        minutes: that it took.
    """
    lines = [
        "# Branch coverage of `policy` and `gate`",
        "",
        f"Measured by `make coverage` on {day}, in {minutes:.0f} minutes: the tests of",
        f"{', '.join(f'`{folder}`' for folder in FOLDERS)} that name one of the two rooms. The goal is",
        "all of it; below it the command fails, and names each line and branch that no test reaches. Left out is what",
        "the type checker holds for unreachable.",
        "",
        "A condition of several parts is one branch, and what stands in SQL is none: that a test notices a change is",
        "measured for `policy` in [mutants.md](mutants.md).",
        "",
        "| room | statements | not reached | branches | not taken |",
        "|---|---|---|---|---|",
    ]
    for room in ROOMS:
        under = f"src/{room.replace('.', '/')}/"
        found = [one["summary"] for path, one in files.items() if path.startswith(under)]
        counted = ("num_statements", "missing_lines", "num_branches", "missing_branches")
        lines.append(f"| {room} | {' | '.join(str(sum(one[name] for one in found)) for name in counted)} |")
    return "\n".join(lines) + "\n"


def _fails(folder: str) -> bool:
    named = [str(path) for path in sorted((ROOT / folder).glob("test_*.py")) if _is_about(path)]
    run = [sys.executable, "-m", "coverage", "run", "--append", "-m", "pytest"]
    options = ["-n", "0", "-q", "--hypothesis-profile", "coverage"]
    return subprocess.run([*run, *options, *named], cwd=ROOT, check=False).returncode != 0  # noqa: S603


def _is_about(path: Path) -> bool:
    text = path.read_text("utf-8")
    return any(room in text for room in ROOMS) or "gate_world" in text


if __name__ == "__main__":
    sys.exit(main())
