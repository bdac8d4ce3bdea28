"""Laws of the compiled audiences: SQL says of every row and field what plain Python says."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import sql

from gate_world import START, ZONE, Rows, look, set_secret, write
from policy_cases import DATES, ENTITIES, FACTS, NOW, SECRET, SITES, TEXTS, UNITS, agreements
from three_readings import names_one_of
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import Entity, catalogue, columns_of
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.decision import Decision, decide
from watchroom.policy.evaluate import Facts, Row
from watchroom.policy.sight import Sight, excluded_ids, is_excluded, sight
from watchroom.store.database import Database, Principal

BATCHES = 4
PERSONS = 24
OTHERS = 60
Versions = dict[str, tuple[list[Row], list[Row]]]


def batch(draw: random.Random) -> Rows:
    """A full delivery in which everything may have changed, come or gone."""
    people = [str(key) for key in range(PERSONS) if draw.random() < 0.8]
    rows: Rows = {"person": [some("person", key, draw) for key in people], "alert": [], "non_association": []}
    for key in range(OTHERS):
        if draw.random() < 0.8 and people:
            rows["alert"].append({**some("alert", str(key), draw), "person_key": draw.choice(people)})
        if draw.random() < 0.5 and people:
            pair = {"person_key": draw.choice(people), "other_person_key": draw.choice(people)}
            rows["non_association"].append({**some("non_association", str(key), draw), **pair})
    return rows


def some(entity: str, key: str, draw: random.Random) -> dict[str, object]:
    row: dict[str, object] = {"source_key": key}
    for field in catalogue().entity(entity).fields:
        if field.target is not None:
            continue
        if field.name in TEXTS:
            row[field.name] = draw.choice([None, *TEXTS[field.name]])
        elif field.kind == "date":
            row[field.name] = draw.choice([None, *DATES])
        elif field.kind == "boolean":
            row[field.name] = draw.choice([None, True, False])
        elif field.kind in ("text", "code"):
            row[field.name] = draw.choice(["a", "LS1 2AB", "it's"] if field.required else [None, "a", "it's"])
        if field.source_value_name is not None:
            row[field.source_value_name] = draw.choice([None, "s"])
    row |= {
        "site_code": draw.choice([None, *SITES]),
        "unit_code": draw.choice([None, *UNITS]),
        "classification": draw.choice(["official", "official", "official_sensitive", "secret"]),
        "realness": draw.choice(TEXTS["realness"]),
        "is_restricted": draw.random() < 0.15,
        "valid_from": draw.choice([None, NOW]),
    }
    return row


class World:
    """A record with a past, and all its versions as Python has them."""

    def __init__(self, database: Database) -> None:
        draw = random.Random(20260724)  # noqa: S311  rows of a test
        for number in range(BATCHES):
            write(database, batch(draw), hour=number)
        set_secret(database, SECRET)
        self.database = database
        self.versions: Versions = {name: self._versions(catalogue().entity(name)) for name in ENTITIES}
        self.checked, self.shown = 0, 0

    def _versions(self, entity: Entity) -> tuple[list[Row], list[Row]]:
        names = [column.name for column in columns_of(entity)]
        return self._select(entity.name, names), self._select(f"{entity.name}_history", [*names, "seq_to"])

    def _select(self, table: str, names: Sequence[str]) -> list[Row]:
        text = sql.SQL("select {} from {}").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier("record", table)
        )
        with self.database.connection(Principal.LOADER) as connection:
            return [dict(zip(names, row, strict=True)) for row in connection.execute(text).fetchall()]

    def expected(self, decision: Decision, entity: Entity, facts: Facts, sequence: int) -> dict[object, Sight]:
        """What plain Python lets the asker see of an entity, as of a sequence."""
        now, past = self.versions[entity.name]
        known = [row for row in now if int(str(row["seq_from"])) <= sequence]
        known += [row for row in past if int(str(row["seq_from"])) <= sequence < int(str(row["seq_to"]))]
        hidden = self.hidden(decision, entity.name, facts)
        people = self.hidden(decision, "person", facts)
        seen: dict[object, Sight] = {}
        for row in known:
            if row["id"] in hidden or names_one_of(entity, row, people):
                continue
            found = sight(decision, entity, row, facts)
            if found is not None:
                seen[row["id"]] = found
        return seen

    def hidden(self, decision: Decision, entity: str, facts: Facts) -> frozenset[object]:
        """Ids that an exclusion hides today."""
        now, past = self.versions[entity]
        standing = {row["id"] for row in now}
        ended = [row for row in past if row["id"] not in standing]
        return excluded_ids(decision, entity, [*now, *ended], facts)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def gate_for(world: World, agreement: Agreement) -> Gate:
    clock = SteppedClock(NOW)
    return Gate(
        database=world.database,
        audit=MemoryAuditLog(clock=clock),
        agreements=[agreement],
        clock=clock,
        zone=ZONE,
    )


def asker_of(facts: Facts) -> Asker:
    return Asker(
        name="law",
        roles=("nurse",),
        organisation="HMPPS",
        sites=facts.values["my_sites"],
        units=facts.values["my_units"],
        clearance=facts.clearances[-1],
    )


def with_sites(facts: Facts) -> Facts:
    """As the gate has them: a unit brings its establishment."""
    return replace(facts, values={**facts.values, "my_sites": asker_of(facts).all_sites})


def seen_rows(gate: Gate, facts: Facts, entity: Entity, sequence: int) -> dict[object, Mapping[str, object]]:
    rows = look(
        gate,
        asker_of(facts),
        f"select * from {entity.name}",
        as_of=START + timedelta(hours=sequence - 1),
    )
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)


@QUICK
@given(agreement=agreements(), facts=FACTS, sequence=st.integers(0, BATCHES))
def test_the_views_show_of_every_row_and_field_what_plain_python_shows(
    world: World, agreement: Agreement, facts: Facts, sequence: int
) -> None:
    decision = decide([agreement], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.LIST)
    assert isinstance(decision, Decision)
    if not decision.is_in_force(facts.today):
        return
    gate = gate_for(world, agreement)
    for name in ENTITIES:
        entity = catalogue().entity(name)
        expected = world.expected(decision, entity, with_sites(facts), sequence)
        got = seen_rows(gate, facts, entity, sequence)
        assert got.keys() == expected.keys()
        for row_id, row in got.items():
            assert {column: row[column] for column in expected[row_id].values} == dict(expected[row_id].values)
            assert tuple(row["withheld"]) == expected[row_id].withheld  # type: ignore[arg-type]
        now, past = world.versions[name]
        world.checked += (len(now) + len(past)) * len(entity.fields)
        world.shown += len(got)


@QUICK
@given(agreement=agreements(most_exclusions=1), facts=FACTS, sequence=st.integers(1, BATCHES))
def test_what_is_excluded_today_is_not_shown_of_the_past_either(
    world: World, agreement: Agreement, facts: Facts, sequence: int
) -> None:
    decision = decide([agreement], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.LIST)
    assert isinstance(decision, Decision)
    if not decision.is_in_force(facts.today):
        return
    gate = gate_for(world, agreement)
    people = {
        row["id"] for row in world.versions["person"][0] if is_excluded(decision, "person", row, with_sites(facts))
    }
    for name in ENTITIES:
        entity = catalogue().entity(name)
        for row in seen_rows(gate, facts, entity, sequence).values():
            today = [one for one in world.versions[name][0] if one["id"] == row["id"]]
            assert not any(is_excluded(decision, name, one, with_sites(facts)) for one in today)
            versions = [one for part in world.versions[name] for one in part if one["id"] == row["id"]]
            then = [one for one in versions if one["seq_from"] == row["seq_from"]]
            assert not names_one_of(entity, then[0], frozenset(people))


@QUICK
@given(agreement=agreements(), facts=FACTS)
def test_a_change_tells_only_what_the_rows_before_and_after_it_show(
    world: World, agreement: Agreement, facts: Facts
) -> None:
    decision = decide([agreement], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.LIST)
    assert isinstance(decision, Decision)
    if not decision.is_in_force(facts.today):
        return
    gate = gate_for(world, agreement)
    told = look(gate, asker_of(facts), "select * from change")
    for name in ENTITIES:
        expected = changes(world, decision, catalogue().entity(name), with_sites(facts))
        got = {(row["id"], row["seq"]): row for row in told if row["entity"] == name}
        assert got.keys() == expected.keys()
        for key, row in got.items():
            fields, before = expected[key]
            assert row["changed_fields"] == fields
            assert (row["before"] or {}) == before
            if name != "person" and row["person_id"] is not None:
                assert "person_id" in shown_fields(decision, catalogue().entity(name))


def shown_fields(decision: Decision, entity: Entity) -> set[str]:
    return {name for grant in decision.rows_of(entity.name) for name in grant.clause.fields}


def changes(
    world: World, decision: Decision, entity: Entity, facts: Facts
) -> dict[tuple[object, object], tuple[list[str], dict[str, object]]]:
    """What plain Python tells of each change: its fields, and what they were."""
    with world.database.connection(Principal.LOADER) as connection:
        rows = connection.execute(
            "select seq, id, op, changed_fields, before from ingest.change where entity = %s", (entity.name,)
        ).fetchall()
    now, past = world.versions[entity.name]
    hidden = world.hidden(decision, entity.name, facts)
    people = world.hidden(decision, "person", facts)

    def whole(row: Row | None) -> set[str] | None:
        if row is None or row["id"] in hidden or names_one_of(entity, row, people):
            return None
        found = sight(decision, entity, row, facts)
        if found is None:
            return None
        names: set[str] = set(entity.scoped_by)
        for column in columns_of(entity):
            if column.field is not None and column.field.name not in found.withheld:
                names.add(column.name)
        return names

    after_by = {(row["id"], row["seq_from"]): row for row in [*now, *past]}
    before_by = {(row["id"], row["seq_to"]): row for row in past}
    told: dict[tuple[object, object], tuple[list[str], dict[str, object]]] = {}
    for seq, row_id, op, changed, was in rows:
        after, before = whole(after_by.get((row_id, seq))), whole(before_by.get((row_id, seq)))
        fields = sorted(set(changed) & ((after or set()) | (before or set())))
        if (after is None and before is None) or (op == "changed" and not fields):
            continue
        told[row_id, seq] = (fields, {name: value for name, value in (was or {}).items() if name in (before or set())})
    return told
