"""A read through the gate against the same SELECT on the base tables, with its filter written by hand.

    benchmarks/gate.py [--json]

A million rows of stays in a bed: 100,000 people, 10,000 units in 100 establishments. Both sides are prepared
statements in a transaction that is open, and both make dictionaries of what they are given. Goals (design 10):
<= 1.6x each, broad <= 1.2x, the first read of an entity by a new audience < 50 ms, an explanation of one row with its
audit entry in < 5 ms for 99 of 100, and 300 reads of a unit's people a second, each with its entry, p99 < 50 ms.
"""

import gc
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import LiteralString
from uuid import UUID

import measure
from psycopg import sql
from psycopg.rows import dict_row

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Refused, View
from watchroom.gate.explain import explain
from watchroom.gate.explain_in_full import Question, explain_in_full
from watchroom.kernel.named_sql import Query, parse_queries
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.store.database import Connection
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.roles import Principal

ROUNDS = 15
EXPLAINED = 300
RATE = 300
SECONDS = 10
SITES = tuple(f"S{number:02d}" for number in range(100))
PURPOSE = "operations.incident-response"

# One clause more, so that a read has places of two kinds, of which either is enough.
CLAUSE = """
clauses:
  - clause: bench-bed
    entity: bed_assignment
    roles: [duty_governor]
    purposes: [operations.incident-response]
    allow: [read, list, count, export]
    fields: [person_id, episode_id, location_id, from_at, to_at, reason_code]
    subject: on_my_unit
"""

FILL: tuple[LiteralString, ...] = (
    """
    insert into record.person (
        id, agency_code, source_system, source_key, batch_id, recorded_from, seq_from, classification, realness,
        basis, is_restricted, unreliable_dates, site_code, unit_code, prison_number
    )
    select
        uuidv7(), 'HMPPS', 'bench', n::text, uuidv7(), '2026-07-01', 1, 'official', 'real', 'fact', n % 1000 = 0, '{}',
        'S' || lpad((n % 100)::text, 2, '0'),
        'S' || lpad((n % 100)::text, 2, '0') || '-' || ((n / 100) % 100),
        'A' || n
    from generate_series(1, 100000) as n
    """,
    """
    insert into record.bed_assignment (
        id, agency_code, source_system, source_key, batch_id, recorded_from, seq_from, classification, realness,
        basis, is_restricted, unreliable_dates, site_code, unit_code, person_id, from_at, reason_code
    )
    select
        uuidv7(), 'HMPPS', 'bench', person.source_key || '.' || n, uuidv7(), '2026-07-01', 1, 'official', 'real',
        'fact', false, '{}', person.site_code, person.unit_code, person.id,
        timestamptz '2026-07-01' - n * interval '30 days', 'ADM'
    from record.person as person, generate_series(1, 10) as n
    """,
    """
    insert into ingest.sealed (seq, sealed_at, batch_id, source_system, machine_at)
    values (1, '2026-07-01', uuidv7(), 'bench', '2026-07-01')
    """,
    "analyze record.person, record.bed_assignment",
)

OPEN: LiteralString = """
    t.classification = any (%(clearances)s)
    and not t.is_restricted
    and not exists (select from record.person as p where p.id = t.person_id and p.is_restricted)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question, as it is asked through the gate and of the base tables."""

    name: str
    asker: Asker
    text: LiteralString
    mine: LiteralString
    goal: float = 1.6
    given: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def query(self) -> Query:
        declared = ", ".join(self.given)
        text = self.text.replace("{from}", "from bed_assignment as t").replace("{and}", "")
        return parse_queries(f"-- name: {self.name}({declared})\n{text}", where="bench")[self.name]

    @property
    def by_hand(self) -> str:
        where = f"({self.mine}) and {OPEN}"
        joint = " and" if " where " in self.text else " where"
        before, found, after = self.text.partition("{and}")
        text = f"{before}{joint} {where}{after}" if found else f"{before}{joint} {where}"
        return text.replace("{from}", "from record.bed_assignment as t").replace(":row_id", "%(row_id)s")

    @property
    def parameters(self) -> dict[str, object]:
        facts = {"units": list(self.asker.units), "sites": list(self.asker.sites)}
        return {**facts, **self.given, "clearances": ["official", "official_sensitive"]}


def cases(row_id: object) -> tuple[Case, ...]:
    columns: LiteralString = "select t.id, t.person_id, t.from_at, t.to_at, t.reason_code {from}"
    mine: LiteralString = "t.unit_code = any (%(units)s)"
    officer = Asker(name="o", roles=("wing_officer",), organisation="HMPPS", sites=("S07",), units=("S07-3",))
    every = Asker(name="g", roles=("duty_governor",), organisation="HMPPS", sites=SITES)
    units = tuple(f"{site}-{number}" for site in SITES[50:] for number in range(100))
    many = Asker(name="m", roles=("duty_governor",), organisation="HMPPS", sites=SITES[:40], units=units)
    counted: LiteralString = "select count(*) as n, max(t.from_at) as latest {from}"
    return (
        Case(name="narrow", asker=officer, text=columns, mine=mine),
        Case(name="broad", asker=every, text=counted, mine="t.site_code = any (%(sites)s)", goal=1.2),
        Case(
            name="many",
            asker=many,
            text=counted,
            mine="t.site_code = any (%(sites)s) or t.unit_code in (select unnest(%(units)s::text[]))",
        ),
        Case(
            name="key",
            asker=officer,
            text=f"{columns} where t.id = :row_id{{and}}",
            mine=mine,
            given={"row_id": row_id},
        ),
        Case(name="page", asker=officer, text=f"{columns}{{and}} order by t.from_at desc, t.id limit 50", mine=mine),
    )


def compared(node: Node, case: Case) -> measure.Figure:
    """The medians of both, taken in turn; their ratio."""
    purpose = PURPOSE if case.asker.units and case.asker.roles == ("duty_governor",) else "custody.care"

    def look(view: View) -> tuple[list[float], list[float]]:
        with node.database.connection(Principal.MIGRATOR) as connection:
            become_owner(node, connection)
            cursor = connection.cursor(row_factory=dict_row)

            def by_hand() -> list[dict[str, object]]:
                return cursor.execute(case.by_hand, case.parameters, prepare=True).fetchall()  # type: ignore[arg-type]

            def through() -> list[dict[str, object]]:
                return view.records(case.query, **case.given)

            assert sorted(map(str, by_hand())) == sorted(map(str, through())), case.name
            return in_turn(through, by_hand)

    connection_warm = node.gate.read(case.asker, asked=Asked(purpose=purpose, act=Act.LIST, what="person"), look=look)
    assert not isinstance(connection_warm, Refused), connection_warm
    gate, hand = connection_warm.value
    return measure.Figure(
        what=f"{case.name}: {statistics.median(hand) * 1000:.2f} ms by hand",
        value=statistics.median(gate) / statistics.median(hand),
        unit="x",
        goal=case.goal,
        baseline="SELECT",
        runs=gate,
    )


def in_turn(first: Callable[[], object], second: Callable[[], object]) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        taken[0].append(measure.seconds(first))
        taken[1].append(measure.seconds(second))
    return taken


def first_read(node: Node) -> measure.Figure:
    """The first read of an entity by an audience that there was not before; one per role and purpose."""
    asked = parse_queries("-- name: first()\nselect count(*) as n from visit", where="bench")["first"]
    taken: list[float] = []
    for role, purpose in (
        ("nurse", "custody.care"),
        ("nurse", "care.suicide-prevention"),
        ("duty_governor", "custody.care"),
        ("duty_governor", "custody.safety"),
        ("wing_officer", "custody.safety"),
    ):
        asker = Asker(name="n", roles=(role,), organisation="HMPPS", sites=("S01",), units=("S01-1",))
        read = partial(node.gate.read, asker, asked=Asked(purpose=purpose, act=Act.LIST, what="person"))
        taken.append(measure.seconds(lambda read=read: read(look=lambda view: view.records(asked))) * 1000)
    return measure.Figure(
        what="first read by a new audience", value=statistics.median(taken), unit="ms", goal=50, runs=taken
    )


def explained(node: Node, row_id: UUID) -> list[measure.Figure]:
    """The slowest hundredth of explanations of one row, to the asker and in full; each with its audit entry.

    A shared machine slows down for seconds: what it does meanwhile is measured between them.
    """
    officer = Asker(name="o", roles=("wing_officer",), organisation="HMPPS", sites=("S07",), units=("S07-3",))
    auditor = Asker(name="i", roles=("information_governance",), organisation="HMPPS")
    question = Question(account=officer, entity="bed_assignment", row_id=row_id, purpose="custody.care")

    def own() -> object:
        return explain(node.gate, officer, entity="bed_assignment", row_id=row_id, purpose="custody.care")

    def full() -> object:
        return explain_in_full(node.gate, auditor, question=question)

    figures: list[measure.Figure] = []
    spins: list[float] = []
    for what, ask in (("explanation, p99", own), ("explanation in full, p99", full)):
        assert not isinstance(ask(), Refused), what
        taken: list[float] = []
        for _ in range(EXPLAINED):
            spins.append(measure.spin())
            taken.append(measure.seconds(ask) * 1000)
        worst = statistics.quantiles(taken, n=100)[98]
        figures.append(measure.Figure(what=what, value=worst, unit="ms", goal=5, runs=taken))
    return [*figures, measure.slowed(spins)]


def crowd(node: Node) -> list[measure.Figure]:
    """300 reads a second of the people of a unit by its officers, of 40 units; each is a whole read of the gate."""
    asked = Asked(purpose="custody.care", act=Act.LIST, what="person")
    people = parse_queries("-- name: people()\nselect id, prison_number, unit_code from person", where="bench")[
        "people"
    ]
    officers = [
        Asker(name=f"o{n}", roles=("wing_officer",), organisation="HMPPS", sites=("S07",), units=(f"S07-{n}",))
        for n in range(40)
    ]

    def one(number: int) -> None:
        seen = node.gate.read(officers[number % 40], asked=asked, look=lambda view: view.records(people))
        assert not isinstance(seen, Refused), seen
        assert seen.value

    for number in range(40):
        one(number)
    offered = measure.offered(one, rate=RATE, lasts=SECONDS)
    what = f"{RATE} audited reads/s for {SECONDS} s"
    return [
        measure.Figure(what=f"{what}: short of it by", value=offered.short, unit="/s", goal=3),
        measure.Figure(what=f"{what}, p50", value=statistics.median(offered.waits), unit="ms"),
        measure.Figure(what=f"{what}, p99", value=measure.percentile(offered.waits, 0.99), unit="ms", goal=50),
    ]


def become_owner(node: Node, connection: Connection) -> None:
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(node.database.roles.owner)))


@contextmanager
def filled(folder: Path, *, statements: Sequence[LiteralString]) -> Generator[Node]:
    """An open node with the people, and what else is written by `statements`."""
    create_node(folder, NewNode(agency="HMPPS", name="Bench"))
    charter = folder / "charter.yaml"
    charter.write_text(charter.read_text().replace("\nclauses:\n", CLAUSE, 1))
    try:
        with Node.open(folder) as node:
            # What is measured is a record with its indexes, as a delivery would have left it.
            make_late_indexes(node.database, [node.model.entity(name) for name in ("person", "bed_assignment")])
            with node.database.connection(Principal.MIGRATOR) as connection:
                become_owner(node, connection)
                for statement in statements:
                    connection.execute(statement)
            # The commits of the log would wait for the disk to take what was just written.
            os.sync()
            # As the server does before it takes its first reader (`web.serve`).
            gc.collect()
            gc.freeze()
            yield node
    finally:
        remove_node(folder)


def main() -> int:
    given = measure.arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="watchroom-bench-") as temporary:
        with filled(Path(temporary) / "node", statements=FILL) as node:
            with node.database.connection(Principal.MIGRATOR) as connection:
                become_owner(node, connection)
                row = connection.execute(
                    "select id from record.bed_assignment where unit_code = 'S07-3' limit 1"
                ).fetchone()
            assert row is not None
            figures = [*(compared(node, case) for case in cases(row[0])), first_read(node), *explained(node, row[0])]
        people, _, sealed, _ = FILL
        with filled(Path(temporary) / "crowd", statements=(people, sealed, "analyze record.person")) as node:
            figures += crowd(node)
    measure.show("gate", figures, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
