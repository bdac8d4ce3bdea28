"""One record, read three ways: by SQL through the real gate, by `policy` in plain Python, and by Cedar."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from psycopg import sql

from cedar_oracle import ABSENT, WHOLE, WITHHELD, Cedar, word_of
from gate_world import START, ZONE, Rows, query, set_secret, write
from policy_cases import (
    ALL_ENTITIES,
    CASE_ENTITY,
    CASES,
    DATES,
    INSTANTS,
    NOW,
    SECRET,
    SITES,
    TEXTS,
    UNITS,
    Asking,
    decision_of,
    names_of,
)
from watchroom.audit.entries import Act
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.case_rooms import CaseRooms, Member
from watchroom.gate.door import Asked, Gate, Refused
from watchroom.gate.openings import Opened, Times, close_opening, enter_opening, new_opening
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import Entity, FieldKind, catalogue, columns_of
from watchroom.policy.clauses import ALWAYS_SHOWN, Agreement, Right
from watchroom.policy.evaluate import Row
from watchroom.policy.sight import excluded_ids, sight
from watchroom.store.database import Database, Principal

_NAME = "law"
_BY = By(actor="i.gov", operator=None)
BATCHES = 4
PERSONS, OTHERS = 30, 50
AWKWARD = ("a", "it's", "", " ", "\\", '"', "%_", "NULL", "é", "e\u0301", "\u202eLS1 2AB", "LS1 2AB", "--", "y" * 300)
_ACTS = {Right.LIST: Act.LIST, Right.READ: Act.CONSULT, Right.EXPORT: Act.EXPORT, Right.COUNT: Act.COUNT}

# What one reading shows: for each row its columns, with the names of its withheld fields under `withheld`.
Shown = dict[object, dict[str, object]]


class Record:
    """A record with a past, and every version of it as it lies in the tables."""

    def __init__(self, database: Database) -> None:
        draw = random.Random(20261128)  # noqa: S311  rows of a test
        for number in range(BATCHES):
            write(database, _batch(draw), hour=number)
        set_secret(database, SECRET)
        self.database = database
        self._now = {name: self._select(name, name) for name in ALL_ENTITIES}
        self._past = {name: self._select(name, f"{name}_history") for name in ALL_ENTITIES}

    def _select(self, entity: str, table: str) -> list[Row]:
        names = [column.name for column in columns_of(catalogue().entity(entity))]
        names += ["seq_to"] if table != entity else []
        text = sql.SQL("select {} from {}").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier("record", table)
        )
        with self.database.connection(Principal.LOADER) as connection:
            return [dict(zip(names, row, strict=True)) for row in connection.execute(text).fetchall()]

    def known(self, entity: str, sequence: int | None) -> list[Row]:
        """The versions that were known with a sequence; None: those that stand."""
        if sequence is None:
            return self._now[entity]
        every = [*self._now[entity], *self._past[entity]]
        return [row for row in every if _number(row, "seq_from") <= sequence < _number(row, "seq_to")]

    def judged(self, entity: str) -> list[Row]:
        """The versions by which exclusions are judged: what stands, and every one of what has ended."""
        standing = {row["id"] for row in self._now[entity]}
        return [*self._now[entity], *(row for row in self._past[entity] if row["id"] not in standing)]


class Readings:
    """The same question put to SQL, to plain Python and to Cedar; and how many cells were compared."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.counted: Counter[str] = Counter()
        self._opened: list[Opened] = []
        self._rooms: CaseRooms | None = None
        accounts = Accounts(
            database=record.database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=SteppedClock(START)
        )
        asker = Asker(name=_NAME, roles=("nurse",), organisation="HMPPS", sites=("LEI",))
        accounts.add(asker, password="correct horse battery staple", is_demo=True)

    def compare(self, agreements: Sequence[Agreement], asking: Asking, *, sequence: int | None) -> None:
        """Require that the three show the same of every row and column.

        Args:
            agreements: of the node.
            asking: who asks, when.
            sequence: as of which is asked; None: of the present.
        """
        asking = self._about_people(agreements, asking)
        python = self._by_python(agreements, asking, sequence)
        cedar = self._by_cedar(agreements, asking, sequence)
        gate = self._gate(agreements, asking)
        for name in ALL_ENTITIES:
            shown = _by_sql(gate, asking, name, sequence)
            assert shown.keys() == python[name].keys() == cedar[name].keys(), name
            for row_id, row in shown.items():
                assert row == python[name][row_id], name
                assert {column: row[column] for column in cedar[name][row_id]} == cedar[name][row_id], name

    def _about_people(self, agreements: Sequence[Agreement], asking: Asking) -> Asking:
        """With the people about whom each request that is open was given: every other one, of all there ever were."""
        known = {row["id"] for row in self._record.judged("person")}
        people = sorted(known, key=str)[::2]
        given = {
            f"opened {name}": tuple(people)
            for agreement in agreements
            for one in agreement.on_request
            if (name := f"{agreement.name}.{agreement.version}#{one.clause.name}") in asking.opened
        }
        return replace(asking, facts=replace(asking.facts, values={**asking.facts.values, **given}))  # type: ignore[arg-type]

    def _gate(self, agreements: Sequence[Agreement], asking: Asking) -> Gate:
        clock = SteppedClock(asking.facts.now)
        audit = MemoryAuditLog(clock=clock)
        self._open(agreements, asking)
        self._open_rooms(asking)
        return Gate(
            database=self._record.database,
            audit=audit,
            agreements=agreements,
            clock=clock,
            zone=ZONE,
            machine=clock,
        )

    def _open_rooms(self, asking: Asking) -> None:
        """A room for each case, in which whoever asks is or is not; then a namesake of another organisation is."""
        if self._rooms is not None:
            for case in CASES:
                self._rooms.close(case, by=_BY)
        clock = SteppedClock(asking.facts.now - timedelta(hours=1))
        rooms = CaseRooms(
            database=self._record.database, audit=MemoryAuditLog(), organisation="HMPPS", clock=clock, machine=clock
        )
        self._rooms = rooms
        for case in CASES:
            rooms.open(case, closes_at=asking.facts.now + timedelta(hours=1), by=_BY)
            is_in = case in asking.facts.values["my_case_rooms"]
            rooms.admit(case, Member(organisation=asking.organisation if is_in else "council", account=_NAME), by=_BY)

    def _open(self, agreements: Sequence[Agreement], asking: Asking) -> None:
        """Exactly what is open for whoever asks, as the gate finds it."""
        begun = asking.facts.now - timedelta(hours=1)
        with self._record.database.connection(Principal.MIGRATOR) as connection:
            while self._opened:
                close_opening(connection, self._opened.pop().id, at=begun, by=_NAME)
            for agreement in agreements:
                reference = f"{agreement.name}.{agreement.version}"
                names = [
                    f"{reference}#{name}" for name in ("glass", *(one.clause.name for one in agreement.on_request))
                ]
                for name in (name for name in names if name in asking.opened):
                    asker = Asker(name=_NAME, roles=asking.roles, organisation=asking.organisation)
                    for who in asking.facts.values.get(f"opened {name}", (None,)):
                        one = new_opening(
                            asker,
                            name=name,
                            digest=agreement.digest,
                            person_id=who,  # type: ignore[arg-type]
                            times=Times(begun, begun),
                            lasts=timedelta(hours=4),
                        )
                        enter_opening(connection, one)
                        self._opened.append(one)

    def _by_python(self, agreements: Sequence[Agreement], asking: Asking, sequence: int | None) -> Mapping[str, Shown]:
        decision = decision_of(agreements, asking)
        if decision is None:
            return {name: {} for name in ALL_ENTITIES}
        hidden = {name: excluded_ids(decision, name, self._record.judged(name), asking.facts) for name in ALL_ENTITIES}
        found: dict[str, Shown] = {}
        for name in ALL_ENTITIES:
            entity = catalogue().entity(name)
            rows = [row for row in self._record.known(name, sequence) if row["id"] not in hidden[name]]
            rows = [row for row in rows if not names_one_of(entity, row, hidden["person"])]
            seen = {row["id"]: sight(decision, entity, row, asking.facts) for row in rows}
            found[name] = {
                row_id: {**one.values, "withheld": list(one.withheld)}
                for row_id, one in seen.items()
                if one is not None
            }
        return found

    def _by_cedar(self, agreements: Sequence[Agreement], asking: Asking, sequence: int | None) -> Mapping[str, Shown]:
        cedar = Cedar(agreements, asking)
        hidden: dict[str, set[object]] = {}
        for name in ALL_ENTITIES:
            rows = self._record.judged(name)
            is_open = cedar.is_open(catalogue().entity(name), rows)
            hidden[name] = {row["id"] for row, one in zip(rows, is_open, strict=True) if not one}
        found: dict[str, Shown] = {}
        for name in ALL_ENTITIES:
            entity = catalogue().entity(name)
            rows = self._record.known(name, sequence)
            people = [field.name for field in entity.fields if field.target == "person"]
            closed = [row["id"] in hidden[name] or any(row[one] in hidden["person"] for one in people) for row in rows]
            cells = cedar.cells(entity, rows, names=names_of(entity), closed=closed)
            self.counted.update(cell.partition(":")[0] for one in cells for cell in one.values())
            found[name] = {
                row["id"]: _as_decided(entity, row, one)
                for row, one in zip(rows, cells, strict=True)
                if ABSENT not in one.values()
            }
        return found


def names_one_of(entity: Entity, row: Row, people: frozenset[object]) -> bool:
    """Whether the row is one of `people` or refers to one."""
    references = [field.name for field in entity.fields if field.target == "person"]
    if entity.name == "person":
        references.append("id")
    return any(row.get(name) in people for name in references if row.get(name) is not None)


def _by_sql(gate: Gate, asking: Asking, entity: str, sequence: int | None) -> Shown:
    asked = query(f"select * from {entity}")
    as_of = None if sequence is None else START + timedelta(hours=sequence - 1)
    seen = gate.read(
        Asker(
            name=_NAME,
            roles=asking.roles,
            organisation=asking.organisation,
            sites=asking.facts.values["my_sites"],
            units=asking.facts.values["my_units"],
            clearance=asking.facts.clearances[-1],
        ),
        asked=Asked(purpose=asking.purpose, act=_ACTS[asking.right], what=entity, as_of=as_of),
        look=lambda view: view.records(asked),
    )
    if isinstance(seen, Refused):
        assert seen.code in ("nothing_agreed", "expired"), seen
        return {}
    columns = [*(column.name for column in columns_of(catalogue().entity(entity))), "withheld"]
    shown: Shown = {row["id"]: {name: row[name] for name in columns} for row in seen.value}
    assert len(shown) == len(seen.value)
    return shown


def _as_decided(entity: Entity, row: Row, cells: Mapping[str, str]) -> dict[str, object]:
    """What Cedar's decisions leave of a row."""
    shown: dict[str, object] = {name: row[name] for name in ALWAYS_SHOWN}
    for name, cell in cells.items():
        shown[name] = _left_of(row[name], cell)
    for field in entity.fields:
        if field.source_value_name is not None:
            shown[field.source_value_name] = row[field.source_value_name] if cells[field.name] == WHOLE else None
    shown["withheld"] = sorted(field.name for field in entity.fields if cells[field.name] != WHOLE)
    return shown


def _left_of(value: object, cell: str) -> object:
    """What a level leaves of a value, written down again: nothing of `policy.masks` is used."""
    if cell in (WITHHELD, "null") or value is None:
        return None
    if cell in ("day", "month", "year") and isinstance(value, date):
        kept = {"day": 3, "month": 2, "year": 1}[cell]
        year, month, day = [*value.timetuple()[:kept], 1, 1][:3]
        if not isinstance(value, datetime):
            return date(year, month, day)
        year, month, day = [*value.astimezone(UTC).timetuple()[:kept], 1, 1][:3]
        return datetime(year, month, day, tzinfo=UTC)
    kind, _, label = cell.partition(":")
    match kind:
        case "pseudonym":
            return word_of(value, label)
        case "area":
            return str(value).replace(" ", "")[:-3]
        case "redact":
            return "[withheld]"
        case _:
            assert cell == WHOLE, cell
            return value


def _batch(draw: random.Random) -> Rows:
    """A full delivery in which everything may have changed, come or gone."""
    people = [str(key) for key in range(PERSONS) if draw.random() < 0.8]
    rows: Rows = {name: [] for name in ALL_ENTITIES}
    rows["person"] = [_any("person", key, draw) for key in people]
    for key in range(OTHERS):
        if draw.random() < 0.8:
            rows["alert"].append({**_any("alert", str(key), draw), "person_key": draw.choice(people)})
        for entity in ("address", "case_note", CASE_ENTITY):
            if draw.random() < 0.4:
                rows[entity].append({**_any(entity, str(key), draw), "person_key": draw.choice(people)})
        if draw.random() < 0.6:
            pair = {"person_key": draw.choice(people), "other_person_key": draw.choice(people)}
            rows["non_association"].append({**_any("non_association", str(key), draw), **pair})
    return rows


def _any(entity: str, key: str, draw: random.Random) -> dict[str, object]:
    row: dict[str, object] = {"source_key": key}
    for field in catalogue().entity(entity).fields:
        if field.source_value_name is not None:
            row[field.source_value_name] = draw.choice([None, *AWKWARD])
        if field.target is None and (values := _values(field.name, field.kind)):
            row[field.name] = draw.choice(values if field.required else [None, *values])
    return row | {
        "site_code": draw.choice([None, *SITES]),
        "unit_code": draw.choice([None, *UNITS]),
        "classification": draw.choice(["official", "official", "official_sensitive", "secret"]),
        "realness": draw.choice(TEXTS["realness"]),
        "is_restricted": draw.random() < 0.15,
        "valid_from": draw.choice([None, NOW]),
        "subject_category": draw.choice([None, "victim"]),
    }


def _values(name: str, kind: FieldKind) -> Sequence[object]:
    match kind:
        case _ if name in TEXTS:
            return TEXTS[name]
        case FieldKind.DATE:
            return DATES
        case FieldKind.INSTANT:
            return INSTANTS
        case FieldKind.BOOLEAN:
            return (True, False)
        case FieldKind.TEXT | FieldKind.CODE:
            return AWKWARD
        case _:
            return ()


def _number(row: Row, name: str) -> float:
    value = row.get(name)
    return float("inf") if value is None else int(str(value))
