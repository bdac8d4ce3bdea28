"""Branch coverage of `policy` and `gate`, from the tests that name one of them; exit status 1 below all of it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("watchroom.policy", "watchroom.gate")
# One run for each: two worlds of tests, each with a server of its own.
FOLDERS = ("tests/unit", "tests/law", "tests/conformance")


def main() -> int:
    """Run the tests of every folder, report what all of them reach together, and fail if any of it failed."""
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "erase"], cwd=ROOT, check=True)  # noqa: S603
    failed = [folder for folder in FOLDERS if _fails(folder)]
    # A gap that a failed test leaves is shown as well: what is missing is said in one run.
    reported = subprocess.run([*coverage, "report", "--fail-under", "100"], cwd=ROOT, check=False).returncode  # noqa: S603
    if failed:
        print(f"Tests failed in {', '.join(failed)}: the report above is not the whole of them. Mend these first.")
    return reported or int(bool(failed))


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
