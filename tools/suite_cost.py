"""What parts of the suite cost, in seconds of processor: `python tools/suite_cost.py [tests/unit ...]`.

Wall time says little on a machine that does other things as well. Counted is everything that a part starts: commands,
browsers, and the database servers, which are nobody's children and are taken in here (Linux only). Each part runs in
one process; a row is printed when it has ended, those that failed with their exit status.
"""

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("tests/unit", "tests/law", "tests/conformance", "tests/stories")
_ADOPT_ORPHANS = 36
"""`PR_SET_CHILD_SUBREAPER` of linux/prctl.h."""


def main(parts: list[str]) -> int:
    """Print a row for each part; 1 if one failed."""
    if ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0) != 0:
        print("processes whose parent has ended cannot be taken in here: this needs Linux", file=sys.stderr)
        return 2
    print("| part | in Python and its commands and servers, s | of it in the system, s |\n|---|---|---|", flush=True)
    failed = False
    for part in parts or FOLDERS:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        status = _run(part)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        system = after.ru_stime - before.ru_stime
        said = "" if status == 0 else f", exit status {status}"
        print(f"| {part}{said} | {after.ru_utime - before.ru_utime + system:.0f} | {system:.0f} |", flush=True)
        failed = failed or status != 0
    return int(failed)


def _run(part: str) -> int:
    """The exit status of the tests of a part, once everything that they started has ended and was counted."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *part.split()]
    began = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    status = began.wait()
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
