"""What the prisons of the example world cost: their days, and what NOMIS writes of them.

    benchmarks/prisons.py [PEOPLE] [DAYS]

Without words 2,000 people for 30 days; a year is `2000 365`, a day of the largest world `150000 1`. Times are of the
processor, so that others on the machine do not count. Goals (issue 5): a year of 2,000 people in under 3 minutes, a day
of 150,000 in under 5; memory flat. An extract is made at the end of each day.
"""

import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import days_of
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.prisons.part import Prisons
from watchroom.demo.world.prisons.places import prisons_for
from watchroom.demo.writers.nomis import Nomis

BEGINS = date(2026, 7, 1)


def main(people: int, days: int) -> None:
    begun = time.process_time()
    chance = Chance(1)
    lives, counties = Lives(chance), prisons_for(people)
    part = Prisons(chance, lives, counties=counties, begins=BEGINS)
    nomis = Nomis(chance, lives, counties)
    nomis.take(part.past)
    print(f"beginning: {len(part.held)} people, {nomis.rows} rows, {time.process_time() - begun:.1f} s, {_peak()} MB")
    drawn = written = extracted = 0.0
    happened = 0
    lived = days_of([part], (BEGINS + timedelta(days=step) for step in range(days)))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(days):
            start = time.process_time()
            day = next(lived)
            after = time.process_time()
            nomis.take(day)
            entered = time.process_time()
            shutil.rmtree(nomis.extract(Path(folder), at(day.date, 23.9)))
            drawn, written = drawn + after - start, written + entered - after
            extracted += time.process_time() - entered
            happened += len(day.happenings)
            if number % 30 == 29 or number == days - 1:
                print(f"day {number + 1}: {nomis.rows} rows, {_peak()} MB")
    each = 1e6 / happened
    print(f"{happened} happenings: {drawn:.1f} s drawn ({drawn * each:.1f} us each)")
    print(f"{written:.1f} s entered ({written * each:.1f} us each), {extracted:.1f} s for {days} extracts")


def _peak() -> int:
    """The most memory that was in use, MB."""
    return getrusage(RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given or (2_000, 30)))
