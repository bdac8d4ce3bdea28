"""Erasure of records for good: current and superseded versions, what the change feed told, keys, and what was typed.

What goes is first written down as tombstones, in the transaction that erases: they say which records, and refuse their
keys when they are delivered again. Everything else is deleted by joins with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.model.platform_tables import platform_tables
from watchroom.store.about import PERSON, naming, needing, tables_of, touching
from watchroom.store.composing import any_of
from watchroom.store.database import Connection
from watchroom.store.erased_numbers import doubles_of, keep_numbers, with_stand_ins
from watchroom.store.sealing import Moment, next_in_order, seal

ERASING = "watchroom erasure"
"""What stands as the source of a sealed sequence at which something was erased."""

_OF_THE_LOG = "audit.body"
BESIDE = tuple(name for name, table in platform_tables().items() if table.people and name != _OF_THE_LOG)
"""The tables beside the record that tell of people: those that erasure deletes from or overwrites."""
_QUERIES = load_queries("watchroom.store", "erasing.sql")
_WRITE_DOWN = """
insert into ingest.tombstone (entity, id, erasure_id, source_system, key_digest)
select distinct on (found.entity, found.id)
    found.entity, found.id, %(erasure_id)s, found.source_system,
    sha256(salted.salt || convert_to(found.entity || chr(31) || found.source_key, 'UTF8'))
from ({found}) as found
cross join ingest.erasure_salt as salted
order by found.entity, found.id
on conflict (entity, id) do update set
    erasure_id = excluded.erasure_id, lifted_at = null, lifted_by = null, person_ids = '{{}}', is_by_time = false
"""
_WHOSE: LiteralString = """
update ingest.tombstone
set person_ids = whose.person_ids
from (
    select touched.entity, touched.id, array_agg(distinct touched.person_id) as person_ids
    from ({touching}) as touched
    inner join ingest.tombstone as went on went.entity = touched.entity and went.id = touched.id
    where went.erasure_id = %(erasure_id)s and touched.person_id is not null
    group by touched.entity, touched.id
) as whose
where tombstone.erasure_id = %(erasure_id)s and tombstone.entity = whose.entity and tombstone.id = whose.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is to be erased.

    Attributes:
        people: with every record that names them.
        records: entity and id of single records, with what cannot be without them.
    """

    people: tuple[UUID, ...] = ()
    records: tuple[tuple[str, UUID], ...] = ()

    def whole(self) -> "Selection":
        """The same, where a person that was named as a record counts as a person."""
        named = tuple(record for entity, record in self.records if entity == PERSON)
        others = tuple(one for one in self.records if one[0] != PERSON)
        return Selection(people=tuple(dict.fromkeys((*self.people, *named))), records=others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """One erasure in its transaction.

    Attributes:
        connection: as owner, READ COMMITTED.
        model: of the node.
        id: of the erasure.
    """

    connection: Connection
    model: Catalogue
    id: UUID

    def begin_alone(self) -> None:
        """Wait for any other erasure, and have the next one wait; deliveries go on."""
        self.connection.execute(_QUERIES["take_erasing_lock"].text)

    def begin(self, *, at: datetime) -> Moment:
        """Take the turn of all writers: no delivery is half written meanwhile, and no hold comes or goes.

        Args:
            at: node time.

        Raises:
            OutOfOrderError: the node's clock went back behind the last batch.
        """
        # INVARIANT: before the turn of all writers, in which a rule of retention finds what it has written down.
        self.begin_alone()
        moment = next_in_order(self.connection, source_system=ERASING, at=at)
        self.connection.execute(_QUERIES["lock_holds"].text)
        return moment

    def write_down(self, selection: Selection) -> Mapping[str, int]:
        """Write down which records go; how many of each entity."""
        whole = selection.whole()
        people = with_stand_ins(self.connection, self.model, whole.people)
        chosen = Selection(people=people, records=whole.records)
        by_entity: dict[str, list[UUID]] = {}
        for entity, record in chosen.records:
            by_entity.setdefault(self.model.entity(entity).name, []).append(record)
        parts = list(self._of_people()) if chosen.people else []
        parts += [_of_table(self.model.entity(name), ids=ids) for name, ids in by_entity.items()]
        if parts:
            self.write(sql.SQL("\nunion all\n").join(parts), {"people": list(chosen.people)})
        return self.with_parts()

    def doubles(self, selection: Selection) -> tuple[UUID, ...]:
        """Other people of the agency, but for stand-ins, with a number of somebody who is selected; by their ids."""
        return doubles_of(self.connection, self.model, selection.whole().people)

    def with_parts(self) -> Mapping[str, int]:
        """Write down the records that cannot be without one that goes; how many of each entity go by then."""
        found = self.going()
        # INVARIANT: a reference of the catalogue points to an earlier entity, so one turn finds parts of parts.
        for entity in self.model.entities.values():
            links = [field for field in needing(entity) if field.target in found]
            parts = [
                sql.SQL(
                    "{} where exists (select from ingest.tombstone as over where over.erasure_id = %(erasure_id)s"
                    " and over.entity = {} and over.id = t.{})"
                ).format(_rows(entity, table), sql.Literal(field.target), sql.Identifier(field.name))
                for field in links
                for table in tables_of(entity)
            ]
            if parts and self.write(sql.SQL("\nunion all\n").join(parts), {}):
                found = {**found, entity.name: 0}
        return self.going()

    def going(self) -> Mapping[str, int]:
        """How many records of each entity are written down."""
        rows = self.connection.execute(_QUERIES["erased_entities"].text, {"erasure_id": self.id})
        return {str(entity): int(number) for entity, number in rows}

    def say_whose(self, *, is_by_time: bool) -> None:
        """Keep with what is written down whom it was about, and whether a rule of retention erases it."""
        named = {"erasure_id": self.id}
        if is_by_time:
            self.connection.execute(_QUERIES["tell_by_time"].text, named)
        self.connection.execute(sql.SQL(_WHOSE).format(touching=touching(self.model, self.going())), named)

    def keep_needed(self) -> int:
        """Leave out what a record that stays is nothing without; how many records.

        What is written down already takes along what needs it, so these are needed by what was left out since.
        """
        number = 0
        # INVARIANT: a reference of the catalogue points to an earlier entity, so one turn back finds the last of them.
        for entity in reversed(list(self.model.entities.values())):
            for field in needing(entity):
                staying = [_names_gone(entity, table, field.name) for table in tables_of(entity)]
                statement = sql.SQL(
                    "delete from ingest.tombstone as gone where gone.erasure_id = %(erasure_id)s and gone.entity = {}"
                    " and ({})"
                ).format(sql.Literal(field.target), any_of(staying))
                number += self.connection.execute(statement, {"erasure_id": self.id}).rowcount
        return number

    def forget(self) -> None:
        """Nothing is written down any more."""
        self.connection.execute(_QUERIES["forget_tombstones"].text, {"erasure_id": self.id})

    def sources(self) -> tuple[str, ...]:
        """The sources whose records go."""
        rows = self.connection.execute(_QUERIES["erased_sources"].text, {"erasure_id": self.id})
        return tuple(str(name) for (name,) in rows)

    def tombstones(self) -> list[tuple[str, str, str, str]]:
        """Entity, id, source and digest of the key of each record that goes."""
        rows = self.connection.execute(_QUERIES["tombstones"].text, {"erasure_id": self.id}).fetchall()
        return [(str(entity), str(record), str(source), str(digest)) for entity, record, source, digest in rows]

    def keep_tombstones(self, known: Sequence[Sequence[str]]) -> None:
        """Refuse the keys of records, too, that the database does not hold: of a list from outside."""
        columns = list(zip(*known, strict=True)) if known else [(), (), (), ()]
        names = ("entities", "ids", "sources", "digests")
        given = {name: list(column) for name, column in zip(names, columns, strict=True)}
        self.connection.execute(_QUERIES["keep_tombstones"].text, {"erasure_id": self.id, **given})

    def people(self) -> list[UUID]:
        """The people who go themselves."""
        rows = self.tombstones()
        return [UUID(record) for entity, record, _, _ in rows if entity == PERSON]

    def erase(self, moment: Moment) -> None:
        """Delete what is written down from the record and what was told of it; the feed tells that it is erased."""
        statements = [
            sql.SQL(
                "delete from {} as t using ingest.tombstone as gone"
                " where gone.erasure_id = {} and gone.entity = {} and gone.id = t.id"
            ).format(table, sql.Literal(self.id), sql.Literal(name))
            for name in self.going()
            for table in tables_of(self.model.entity(name))
        ]
        keep_numbers(self.connection, self.model, erasure=self.id)
        if statements:
            self.connection.execute(sql.SQL(";\n").join(statements))
        named = {"erasure_id": self.id}
        self.connection.execute(_QUERIES["erase_changes"].text, named)
        self.connection.execute(_QUERIES["erase_ended_keys"].text, named)
        self.connection.execute(_QUERIES["tell_erased"].text, {**named, "seq": moment.sequence, "at": moment.instant})

    def clear_samples(self) -> None:
        """Forget what the planner keeps of values in the tables that were touched, and take it anew; last of all.

        It keeps samples of their values, also of a table that is empty by now.
        """
        touched = [table for name in self.going() for table in tables_of(self.model.entity(name))]
        touched += [sql.Identifier(*name.split(".")) for name in BESIDE]
        tables = [table.as_string().replace('"', "") for table in touched]
        self.connection.execute(_QUERIES["clear_samples"].text, {"tables": tables})
        self.connection.execute(sql.SQL("analyze {}").format(sql.SQL(", ").join(touched)))

    def erase_words(self, people: Sequence[UUID], *, machine_at: datetime, by: str) -> None:
        """Delete what staff typed about people and records that go: requests, broken glass, looks, holds, restrictions.

        While the records are still there: a room of a case to which nothing else is brought loses the case.
        """
        named = {"people": list(people)}
        done = {"erasure_id": self.id, "machine_at": machine_at, "by": by}
        if "case_contribution" in self.going():
            self.connection.execute(_QUERIES["erase_case_rooms"].text, done)
        self.connection.execute(_QUERIES["erase_restricted_records"].text, done)
        self.connection.execute(_QUERIES["erase_requests"].text, {**named, "machine_at": machine_at})
        self.connection.execute(_QUERIES["erase_glass"].text, named)
        self.connection.execute(_QUERIES["erase_look_facts"].text, named)
        self.connection.execute(_QUERIES["erase_hold_words"].text, {**named, "erasure_id": self.id})

    def finish(self, moment: Moment, *, rule: str, by: str, machine_at: datetime, raw_rows: int) -> None:
        """Enter that it is done, and seal it. Commit right after, for readers wait."""
        self.connection.execute(
            _QUERIES["enter_erasure"].text,
            {
                "erasure_id": self.id,
                "rule": rule,
                "erased_by": by,
                "at": moment.instant,
                "machine_at": machine_at,
                "seq": moment.sequence,
                "raw_rows": raw_rows,
            },
        )
        seal(self.connection, batch_id=self.id, source_system=ERASING, at=moment.instant, machine_at=machine_at)

    def _of_people(self) -> Iterator[sql.Composable]:
        for entity in self.model.entities.values():
            named = [sql.SQL("t.{} = any(%(people)s)").format(sql.Identifier(name)) for name in naming(entity)]
            if named:
                condition = sql.SQL(" or ").join(named)
                yield from (_rows(entity, table) + sql.SQL(" where ") + condition for table in tables_of(entity))

    def write(self, found: sql.Composable, given: Mapping[str, object]) -> int:
        """Write down what a query of (entity, id, source_system, source_key) finds; how many."""
        statement = sql.SQL(_WRITE_DOWN).format(found=found)
        return self.connection.execute(statement, {"erasure_id": self.id, **given}).rowcount


def staying_named(model: Catalogue) -> list[sql.Composable]:
    """That a record which stays names the person `gone`: one condition for each column that may."""
    return [
        _names_gone(entity, table, column)
        for entity in model.entities.values()
        if entity.name != PERSON
        for column in naming(entity)
        for table in tables_of(entity)
    ]


def names_of(connection: Connection, people: Sequence[UUID]) -> frozenset[str]:
    """The numbers and family names that people have, or had, as loader."""
    rows = connection.execute(_QUERIES["names_of"].text, {"people": list(people)})
    return frozenset(str(name) for (name,) in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """One erasure that was done.

    Attributes:
        erased_at: node time.
        lifted: how many of its records may be delivered again.
    """

    id: UUID
    rule: str
    erased_by: str
    erased_at: datetime
    records: int
    raw_rows: int
    lifted: int


def erasures(connection: Connection) -> tuple[Erased, ...]:
    """Every erasure that was done, the latest first, as loader."""
    return tuple(
        Erased(
            id=row[0], rule=row[1], erased_by=row[2], erased_at=row[3], records=row[4], raw_rows=row[5], lifted=row[6]
        )
        for row in connection.execute(_QUERIES["erasures"].text)
    )


def _names_gone(entity: Entity, table: sql.Identifier, column: str) -> sql.Composable:
    """That a record of an entity which stays names `gone`; by the index of the column, for little goes at a time."""
    return sql.SQL(
        "exists (select from {} as t where t.{} = gone.id and not exists (select from ingest.tombstone as went"
        " where went.erasure_id = %(erasure_id)s and went.entity = {} and went.id = t.id))"
    ).format(table, sql.Identifier(column), sql.Literal(entity.name))


def _rows(entity: Entity, table: sql.Identifier) -> sql.Composed:
    return sql.SQL("select {}::text as entity, t.id, t.source_system, t.source_key from {} as t").format(
        sql.Literal(entity.name), table
    )


def _of_table(entity: Entity, *, ids: Sequence[UUID]) -> sql.Composable:
    which = sql.SQL(" where t.id = any({}::uuid[])").format(sql.Literal([str(one) for one in ids]))
    return sql.SQL("\nunion all\n").join(_rows(entity, table) + which for table in tables_of(entity))
