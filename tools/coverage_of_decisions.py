"""Branch coverage of `policy` and `gate`, from the tests that name one of them; exit status 1 below all of it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("watchroom.policy", "watchroom.gate")
# One run for each: two worlds of tests, each with a server of its own.
FOLDERS = ("tests/unit", "tests/law", "tests/conformance")


def main() -> int:
    """Run the tests by folder, add their data up, and report."""
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "erase"], cwd=ROOT, check=True)  # noqa: S603
    for folder in FOLDERS:
        named = [str(path) for path in sorted((ROOT / folder).glob("test_*.py")) if _is_about(path)]
        run = [*coverage, "run", "--append", "-m", "pytest", "-n", "0", "-q", *named]
        if subprocess.run(run, cwd=ROOT, check=False).returncode:  # noqa: S603
            return 1
    return subprocess.run([*coverage, "report", "--fail-under", "100"], cwd=ROOT, check=False).returncode  # noqa: S603


def _is_about(path: Path) -> bool:
    text = path.read_text("utf-8")
    return any(room in text for room in ROOMS) or "gate_world" in text


if __name__ == "__main__":
    sys.exit(main())
