"""One erasure of records, from the first lock to the commit: for an officer, for a rule, and after a restore."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from psycopg import sql

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.ingest.mapping import Mappings
from watchroom.kernel.clock import Clock
from watchroom.kernel.ids import uuid7
from watchroom.model.catalogue import Catalogue
from watchroom.node.mapping_texts import MAPPING_FOLDER
from watchroom.node.record_list import NotedErasure, note_records
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.due import Portion, Rule, keep_named, write_due
from watchroom.store.erased_values import forget_values, values_going
from watchroom.store.erasing import Erasing, Selection
from watchroom.store.holds import holding, propose_holds
from watchroom.store.sealing import Moment
from watchroom.store.sweeping import sweep

THING = "erasure"
WHOLE = Portion()
OF_THE_RECORD = "the record"
"""Who placed a hold that the record told of by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure did.

    Attributes:
        id: its own.
        records: how many of each entity.
        raw_rows: how many rows as a source had given them.
        whole: sources of which all raw rows went, since nobody has said whose they are.
        people: who went themselves.
        is_swept: the room of it in the files of the database is freed, to be written over.
    """

    id: UUID
    records: Mapping[str, int]
    raw_rows: int
    whole: tuple[str, ...] = ()
    people: tuple[UUID, ...] = ()
    is_swept: bool = False

    def as_json(self) -> dict[str, object]:
        """What was erased, for a JSON document."""
        return {
            "erasure": self.id,
            "records": dict(self.records),
            "raw_rows": self.raw_rows,
            "raw_rows_whole": list(self.whole),
            "swept": self.is_swept,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Nothing was erased, for legal holds cover some of it: how many records each of them."""

    holds: Mapping[UUID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingThere:
    """Nothing was erased, for the record holds, and held, nothing of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What rules of retention let go.

    Attributes:
        due: by rule, how many records are past their time, with what cannot be without them.
        held: how many of them each hold keeps.
        named: people who stay since a record that stays names them.
        goes: by rule, how many go.
    """

    due: Mapping[str, int]
    held: Mapping[UUID, int]
    named: int
    goes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """What erases records of one node.

    Attributes:
        folder: of the node.
        node_id: of the node.
        database, audit, model: of the node.
        clock, machine: the node's clock, and the machine's.
        by: who does it, for what; act, thing and detail are set here.
    """

    folder: Path
    node_id: UUID
    database: Database
    audit: AuditTrail
    model: Catalogue
    clock: Clock
    machine: Clock
    by: Entry

    def erase(
        self, selection: Selection, *, erasure: UUID, rule: str, known: NotedErasure | None = None
    ) -> Erasure | Held | NothingThere:
        """Erase records and all that was kept of them, or nothing.

        Args:
            selection: what goes.
            erasure: its id.
            rule: the rule or the request, without a word about a person.
            known: the same as it stands on the list outside the database; its keys are refused too.

        Raises:
            AuditUnavailableError: it could not be entered; nothing was erased.
            OutOfOrderError: the node's clock went back.
        """
        with as_owner(self.database) as connection:
            erasing = Erasing(connection=connection, model=self.model, id=erasure)
            now = self.clock.now()
            moment = erasing.begin(at=now)
            propose_holds(connection, at=now, by=OF_THE_RECORD)
            records = erasing.write_down(selection)
            held = holding(erasing, at=now)
            if held or not (records or known):
                # Those that the record told of by itself stand from now on, also where nothing is erased.
                erasing.forget()
                return Held(holds=held) if held else NothingThere()
            if known is not None:
                erasing.keep_tombstones(known.tombstones)
            return self._done(erasing, records, moment=moment, selection=selection, rule=rule)

    def plan(self, rules: Sequence[Rule]) -> Due:
        """What rules of retention would let go now; nothing is erased."""
        with as_owner(self.database) as connection:
            found = self._due(Erasing(connection=connection, model=self.model, id=uuid7(at=self.machine.now())), rules)
            connection.rollback()
        return found

    def erase_due(self, rules: Sequence[Rule], *, portion: Portion) -> Erasure | NothingThere:
        """Erase one portion of what rules of retention let go now, but for what a hold covers.

        Raises:
            AuditUnavailableError: it could not be entered; nothing of the portion was erased.
        """
        with as_owner(self.database) as connection:
            erasing = Erasing(connection=connection, model=self.model, id=uuid7(at=self.machine.now()))
            moment = erasing.begin(at=self.clock.now())
            self._due(erasing, rules, portion=portion)
            records = erasing.going()
            if not records:
                return NothingThere()
            gone = tuple((entity, UUID(record)) for entity, record, _, _ in erasing.tombstones())
            rule = "retention: " + ", ".join(one.name for one in rules)
            return self._done(erasing, records, moment=moment, selection=Selection(records=gone), rule=rule)

    def sweep(self, entities: Iterable[str]) -> bool:
        """Free the room of erased records of entities, once that is committed; False: not all of it could be now."""
        return sweep(self.database, self.model, tuple(entities))

    def _due(self, erasing: Erasing, rules: Sequence[Rule], *, portion: Portion = WHOLE) -> Due:
        now = self.clock.now()
        propose_holds(erasing.connection, at=now, by=OF_THE_RECORD)
        write_due(erasing, rules, now=now, portion=portion)
        due = self._by_class(erasing)
        held = holding(erasing, at=now, leaves=True)
        named = keep_named(erasing)
        return Due(due=due, held=held, named=named, goes=self._by_class(erasing))

    def _by_class(self, erasing: Erasing) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for entity, number in erasing.going().items():
            name = self.model.entity(entity).retention
            found[name] = found.get(name, 0) + number
        return found

    def _done(
        self, erasing: Erasing, records: Mapping[str, int], *, moment: Moment, selection: Selection, rule: str
    ) -> Erasure:
        from watchroom.ingest.erased import Going, erase_raw_rows

        machine_at = self.machine.now()
        people = erasing.people()
        entities = tuple(erasing.going())
        raw = erase_raw_rows(
            erasing.connection,
            Going(erasure=erasing.id, sources=erasing.sources(), entities=entities),
            mappings=Mappings(self.folder / MAPPING_FOLDER),
            machine_at=machine_at,
        )
        by = self.by.actor
        values = values_going(erasing.connection, self.model, erasure=erasing.id, entities=entities)
        erasing.erase_words([*people, *selection.people], machine_at=machine_at, by=by)
        erasing.erase(moment)
        forget_values(erasing.connection, self.model, queued=values.queued | raw.queued, codes=values.codes)
        erasing.clear_samples()
        noted = NotedErasure(
            id=erasing.id, selection=selection, tombstones=tuple(erasing.tombstones()), rule=rule, by=by
        )
        note_records(self.folder, self.node_id, noted)
        said = {"did": "erased", "erasure": str(erasing.id), "rule": rule}
        said |= {entity: str(number) for entity, number in records.items()}
        # INVARIANT: before the commit, so that without its entry nothing is gone.
        self.audit.append(
            replace(
                self.by,
                act=Act.ERASE,
                entity=THING,
                count=sum(records.values()),
                subjects=tuple(people),
                detail=said,
            )
        )
        erasing.finish(moment, rule=rule, by=by, machine_at=machine_at, raw_rows=raw.rows)
        return Erasure(id=erasing.id, records=records, raw_rows=raw.rows, whole=raw.whole, people=tuple(people))


@contextmanager
def as_owner(database: Database) -> Generator[Connection]:
    """A connection that acts as the owner of the tables, in one transaction."""
    with database.connection(Principal.MIGRATOR) as connection:
        become_owner(connection, database)
        yield connection


def become_owner(connection: Connection, database: Database) -> None:
    """Act as the owner of the tables until the transaction ends; no login of the running node may erase."""
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
