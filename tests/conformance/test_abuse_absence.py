"""Inference from absence: a restricted person is to the asker as somebody who was never there, in every answer.

Of the same record, once with the person and once after every row about them was taken out by hand, each relation has
to give the same bytes, now and as known before they were restricted. Roll and occupancy are the exception by law:
who is there is counted, without a name.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from gate_world import GOVERNOR, NURSE, OFFICER, START, Asker, about, gate_of, person, place, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Gate, Seen
from watchroom.gate.explain import explain
from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.gate.see import document, see
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.policy.purposes import PURPOSES
from watchroom.store.database import Connection, Database, Principal

WHOLE = {"roll", "occupancy"}
ASKERS = (OFFICER, NURSE, GOVERNOR)


# What a row of an entity needs beside whom it is about.
MORE: dict[str, dict[str, object]] = {
    "custody_episode": {"is_active": True, "in_out_code": "IN", "location_key": "LEI-A-1"},
    "alert": {"kind_code": "HA", "type_code": "H", "is_active": True},
    "non_association": {"other_person_key": "1", "is_open": True},
    "incident_participant": {"incident_key": "1"},
}


def rows(*, is_restricted: bool, comment: str) -> dict[str, list[dict[str, object]]]:
    """Two people in one cell of A wing, and a record of every kind of each; the second becomes restricted."""
    found: dict[str, list[dict[str, object]]] = {
        "location": [place("LEI-A", "WING"), place("LEI-A-1")],
        "incident_report": [{"source_key": "1", "site_code": "LEI", "unit_code": "LEI-A", "type_code": "ASSAULT"}],
    }
    for name, entity in catalogue().entities.items():
        fields = {field.name for field in entity.fields}
        said: dict[str, object] = {"comment": comment} if "comment" in fields else {}
        if entity.about_person and name != "person":
            found[name] = [about(key, key, **MORE.get(name, {}), **said) for key in ("1", "2")]
    found["person"] = [person("1"), person("2", is_restricted=is_restricted)]
    found["non_association"][0]["other_person_key"] = "2"
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    gate: Gate
    database: Database
    audit: MemoryAuditLog
    hidden: UUID
    hidden_alert: UUID
    before: datetime


@pytest.fixture
def world(database: Database) -> World:
    for hour, is_restricted in ((0, False), (1, True)):
        write(database, rows(is_restricted=is_restricted, comment=f"at {hour}"), hour=hour)
    with database.connection(Principal.LOADER) as connection:
        ((hidden,),) = connection.execute("select id from record.person where source_key = '2'").fetchall()
        ((alert,),) = connection.execute("select id from record.alert where source_key = '2'").fetchall()
    audit = MemoryAuditLog()
    return World(
        gate=gate_of(database, audit=audit),
        database=database,
        audit=audit,
        hidden=hidden,
        hidden_alert=alert,
        before=START.replace(minute=30),
    )


def everything(world: World, asker: Asker) -> dict[tuple[str, str, str], str]:
    """Each relation for each purpose of an asker, now and before the restriction, as the bytes of its document."""
    found: dict[tuple[str, str, str], str] = {}
    for purpose in PURPOSES:
        for relation in (*catalogue().entities, *BESIDE_ENTITIES):
            for when, as_of in (("now", None), ("before", world.before)):
                seen = see(world.gate, asker, entity=relation, purpose=purpose, as_of=as_of)
                told = document(relation, seen) if isinstance(seen, Seen) else {"refused": seen.code}
                found[purpose, relation, when] = json.dumps(told, default=str)
    return found


def take_out(connection: Connection, hidden: UUID) -> int:
    """Every row that is of a person or names them, out of the record as if they had never been delivered."""
    gone = 0
    for entity in catalogue().entities.values():
        columns = ["id"] if entity.name == "person" else [one.name for one in entity.fields if one.target == "person"]
        for column in columns:
            for table in (entity.name, f"{entity.name}_history"):
                names = {"table": sql.Identifier("record", table), "column": sql.Identifier(column)}
                of = sql.SQL("select id from {table} where {column} = %(hidden)s").format(**names)
                connection.execute(
                    sql.SQL("delete from ingest.change where entity = {} and id in ({})").format(
                        sql.Literal(entity.name), of
                    ),
                    {"hidden": hidden},
                )
                gone += connection.execute(
                    sql.SQL("delete from {table} where {column} = %(hidden)s").format(**names), {"hidden": hidden}
                ).rowcount
    return gone


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.roles[0])
def test_every_relation_gives_the_same_bytes_as_if_the_restricted_person_had_never_been(
    world: World, asker: Asker
) -> None:
    with_them = everything(world, asker)
    shown = [told for told in with_them.values() if '"rows": [{' in told]
    assert shown, "the other one is shown, so this compares something"
    assert [key for key, told in with_them.items() if str(world.hidden) in told] == []
    with world.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(world.database.roles.owner)))
        assert take_out(connection, world.hidden) >= 20
    without = everything(world, asker)
    differ = {key for key, told in with_them.items() if without[key] != told}
    assert {relation for _, relation, _ in differ} <= WHOLE


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.roles[0])
@pytest.mark.parametrize("when", ["now", "before"])
def test_to_look_the_restricted_person_up_gives_what_a_made_up_id_gives(world: World, asker: Asker, when: str) -> None:
    as_of = None if when == "now" else world.before
    purposes = world.gate.purposes(asker)
    assert purposes
    for purpose in purposes:
        for entity, hidden in (("person", world.hidden), ("alert", world.hidden_alert), ("alert", world.hidden)):
            of_hidden, of_nobody = (looked_up(world, asker, purpose, entity, one, as_of) for one in (hidden, uuid4()))
            assert of_hidden == of_nobody


def looked_up(
    world: World, asker: Asker, purpose: str, entity: str, row_id: UUID, as_of: datetime | None
) -> tuple[object, ...]:
    """The documents of `see` and `explain` on one id, and the shape of what the log keeps of them."""
    begun = len(world.audit.entries)
    seen = see(world.gate, asker, entity=entity, purpose=purpose, row_id=row_id, as_of=as_of)
    told = explain(world.gate, asker, entity=entity, row_id=row_id, purpose=purpose)
    assert isinstance(seen, Seen)
    assert isinstance(told, Seen)
    kept = [
        (one.act, one.entity, one.count, one.fields, one.clauses, one.query, one.outcome, dict(one.detail))
        for one in world.audit.entries[begun:]
    ]
    words = Words()
    return document(entity, seen), told.value.as_json(words), told.value.as_lines(words), str(kept)


def test_a_restricted_person_who_has_left_stays_hidden(world: World) -> None:
    """The row that said so has ended; what is known of the past does not open again by that."""
    written = rows(is_restricted=True, comment="at 2")
    left = {
        name: [
            row for row in some if "2" not in (row["source_key"], row.get("person_key"), row.get("other_person_key"))
        ]
        for name, some in written.items()
    }
    write(world.database, left, hour=2)
    found = everything(world, OFFICER)
    assert [key for key, told in found.items() if str(world.hidden) in told] == []
