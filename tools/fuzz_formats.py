"""Tries damaged files of every format that is read, for as long as it is told, and prints how they ended.

    python tools/fuzz_formats.py --seconds 600 [--seed 1]

The same function runs for seconds in the suite (`tests/law/test_format_fuzz.py`).
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from format_fuzz import fuzz


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts = fuzz(seconds=given.seconds, seed=given.seed)
    for name in sorted(counts):
        print(f"{counts[name]:8}  {name}")
    print(f"{counts.total():8}  in all")


if __name__ == "__main__":
    main()
