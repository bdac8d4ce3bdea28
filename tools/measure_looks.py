"""Measures the review of looks on the generated month: `docs/reference/looks-measured.md`.

tools/measure_looks.py            measure and write the page
tools/measure_looks.py --check    measure and exit 1 when the page says something else
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from gate_world import START  # noqa: E402  they stand among the tests
from look_seats import Seats, seats_over  # noqa: E402
from servers import quick_place  # noqa: E402
from watchroom.audit.entries import Act  # noqa: E402
from watchroom.gate.looks import Reviewed  # noqa: E402
from watchroom.governance.looks.build import LookQueue, look_queue, review_looks  # noqa: E402
from watchroom.governance.looks.rules import BUDGET, Reason, order_of, ranked  # noqa: E402
from watchroom.model.words import Words  # noqa: E402
from watchroom.store.database import Database, create_database  # noqa: E402
from watchroom.store.schema import migrate  # noqa: E402
from watchroom.store.server import EmbeddedServer  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "looks-measured.md"


def main() -> int:
    """Measure, then write the page or compare it."""
    place = quick_place()
    server = EmbeddedServer(place / "postgres", service_folder=place / "service")
    try:
        made = create_database(server.acquire().dsn("postgres"), node_id=uuid4(), name="looks")
        database = Database(made.dsn, credentials=made.credentials)
        migrate(database)
        with seats_over(database) as seats:
            page = "\n".join(lines(seats)) + "\n"
        database.close()
    finally:
        server.erase()
        shutil.rmtree(place, ignore_errors=True)
    print(page)
    if "--check" in sys.argv:
        return 0 if PAGE.read_text("utf-8") == page else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


def lines(seats: Seats) -> Iterator[str]:
    """The page, line by line."""
    found = review_looks(seats.first, since=START)
    first = look_queue(seats.first)
    if not isinstance(found, Reviewed) or not isinstance(first, LookQueue):
        raise TypeError("the reviewer of the generated month was refused")
    every = cases_in_order(seats)
    planted, findable = seats.month.planted, seats.month.findable
    shown = every[:BUDGET]
    hits = [one for one in shown if one[0] in planted]
    kept = {one[0] for one in every}
    yield "# The review of looks, measured on made-up work"
    yield ""
    yield "Made by `python tools/measure_looks.py`: 28 days, 40 staff, 360 people, snooping planted by us. It shows"
    yield "that the rules do what they say. It does not show how well they do at a real prison: we planted what we look"
    yield "for. Only the outcomes that reviewers record, which stand on the page `/looks`, tell that."
    yield ""
    yield "| what | number |"
    yield "|---|---|"
    yield f"| looks in the log | {found.looks} |"
    yield f"| looks with a fact worth asking about | {found.stood_out} |"
    yield f"| cases | {len(every)} |"
    yield f"| planted, with a trace that tells them apart | {len(findable)} |"
    yield f"| of these, in a case (recall) | {len(findable & kept)} |"
    hidden = planted - findable
    yield f"| planted without any such trace; in a case | {len(hidden)}; {len(hidden & kept)} |"
    yield f"| of the first {len(shown)} of the queue, planted (precision) | {len(hits)} |"
    yield f"| of all cases, planted | {len(kept & planted)} of {len(every)} |"
    yield ""
    yield "| reason | cases with it | of these planted |"
    yield "|---|---|---|"
    words = Words()
    for reason in Reason:
        having = [pair for pair, reasons in every if reason in reasons]
        right = len([one for one in having if one in planted])
        yield f"| {words.phrase(f'looks.reason.{reason}')} | {len(having)} | {right} |"
    yield ""
    yield "| planted | place in the queue |"
    yield "|---|---|"
    order = [pair for pair, _ in every]
    for pair, kind in sorted(seats.month.kinds.items(), key=lambda one: one[1]):
        yield f"| {kind} | {order.index(pair) + 1 if pair in order else 'not found'} |"


def cases_in_order(seats: Seats) -> list[tuple[tuple[str, str | None], frozenset[Reason]]]:
    """Every case in the order of the queue, as account and key of the person, with its reasons."""
    keys = {person: key for key, person in seats.month.ids.items()}
    waiting = seats.keeper.waiting(since=START, entry=seats.first.entry(Act.LIST), chosen=lambda _: ())
    in_order = sorted(waiting.cases, key=order_of)
    return [
        ((case.account, None if case.person_id is None else keys[case.person_id]), frozenset(ranked(case.reasons)))
        for case in in_order
    ]


if __name__ == "__main__":
    raise SystemExit(main())
