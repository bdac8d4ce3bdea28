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
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.mapping_texts import MAPPING_FOLDER
from watchroom.node.record_list import NotedErasure, note_ended, note_records
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.due import Portion, Rule, forget_waited, keep_named, write_due
from watchroom.store.erased_values import forget_values, values_going
from watchroom.store.erasing import Erasing, Selection
from watchroom.store.holds import OF_THE_RECORD, HoldKind, holding, lifted_by, propose_holds
from watchroom.store.sealing import Moment, last_sequence
from watchroom.store.sweeping import sweep

THING = "erasure"
WHOLE = Portion()


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure did.

    Attributes:
        id: its own.
        records: how many of each entity.
        raw_rows: how many rows as a source had given them.
        whole: sources of which all raw rows went, since nobody has said whose they are.
        unread: sources that set messages aside of which nobody can say whose they are; they may tell of those who went.
        people: who went themselves.
        entries: indices of entries of the log that hold words which somebody typed about those who went.
        is_swept: the room of it in the files of the database is freed, to be written over.
    """

    id: UUID
    records: Mapping[str, int]
    raw_rows: int
    whole: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    people: tuple[UUID, ...] = ()
    entries: tuple[int, ...] = ()
    is_swept: bool = False

    def as_json(self) -> dict[str, object]:
        """What was erased, for a JSON document."""
        return {
            "erasure": self.id,
            "records": dict(self.records),
            "raw_rows": self.raw_rows,
            "raw_rows_whole": list(self.whole),
            "unread": list(self.unread),
            "log_entries": list(self.entries),
            "swept": self.is_swept,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Nothing was erased, for legal holds cover some of it.

    Attributes:
        holds: how many records each of them covers.
        lifted: those of them that whoever erases lifted; they hold that account still.
    """

    holds: Mapping[UUID, int]
    lifted: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubles:
    """Nothing was erased, for other people of the record have the same number: whoever decides names all or none."""

    people: tuple[UUID, ...]


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
    ) -> Erasure | Held | Doubles | NothingThere:
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
        is_by_time = known is not None and known.is_by_time
        with as_owner(self.database) as connection:
            erasing = Erasing(connection=connection, model=self.model, id=erasure)
            now = self.clock.now()
            moment = erasing.begin(at=now)
            self._propose(connection)
            doubles = erasing.doubles(selection) if known is None else ()
            records = erasing.write_down(selection)
            found = {(entity, record) for entity, record, _, _ in erasing.tombstones()}
            held = holding(erasing, at=now, leaves=is_by_time, by=self.by.actor)
            if is_by_time:
                erasing.keep_needed()
                keep_named(erasing)
                held, records = dict[UUID, int](), erasing.going()
            if held or doubles or not (records or known):
                # Those that the record told of by itself stand from now on, also where nothing is erased.
                erasing.forget()
                refused = (
                    self._held(connection, held) if held else Doubles(people=doubles) if doubles else NothingThere()
                )
                self._enter_refused(refused, selection, rule=rule)
                return refused
            if known is not None:
                left = found - {(entity, record) for entity, record, _, _ in erasing.tombstones()}
                erasing.keep_tombstones([one for one in known.tombstones if (one[0], one[1]) not in left])
            noted = NotedErasure(
                id=erasure, selection=selection, tombstones=(), rule=rule, by=self.by.actor, is_by_time=is_by_time
            )
            made = self._done(erasing, records, moment=moment, noted=noted)
        # INVARIANT: after the commit; killed before it, nobody says how it ended, and an officer does it again.
        note_ended(self.folder, self.node_id, erasure, is_done=True)
        return made

    def plan(self, rules: Sequence[Rule]) -> Due:
        """What rules of retention would let go now; nothing is erased."""
        with as_owner(self.database) as connection:
            found = self._due(Erasing(connection=connection, model=self.model, id=uuid7(at=self.machine.now())), rules)
            connection.rollback()
        return found

    def is_any_waiting(self, rules: Sequence[Rule]) -> bool:
        """Whether a row waits for somebody whom nobody had for as long as a rule says."""
        with as_owner(self.database) as connection:
            number = forget_waited(connection, self.model, rules)
            connection.rollback()
        return bool(number)

    def erase_due(self, rules: Sequence[Rule], *, portion: Portion) -> Erasure | NothingThere:
        """Erase one portion of what rules of retention let go now, but for what a hold covers.

        Raises:
            AuditUnavailableError: it could not be entered; nothing of the portion was erased.
        """
        with as_owner(self.database) as connection:
            erasing = Erasing(connection=connection, model=self.model, id=uuid7(at=self.machine.now()))
            erasing.begin_alone()
            looked = last_sequence(connection)
            waited = forget_waited(connection, self.model, rules)
            # What is due is found while others write; they wait only for what is deleted.
            self._due(erasing, rules, portion=portion)
            if not erasing.going():
                if waited:
                    self._enter_waited(waited)
                return NothingThere()
            moment = erasing.begin(at=self.clock.now())
            if moment.sequence != looked + 1:
                erasing.forget()
                self._due(erasing, rules, portion=portion)
            else:
                self._keep(erasing)
            records = erasing.going()
            if not records:
                return NothingThere()
            gone = tuple((entity, UUID(record)) for entity, record, _, _ in erasing.tombstones())
            noted = NotedErasure(
                id=erasing.id,
                selection=Selection(records=gone),
                tombstones=(),
                rule="retention: " + ", ".join(one.name for one in rules),
                by=self.by.actor,
                is_by_time=True,
            )
            made = self._done(erasing, records, moment=moment, noted=noted)
        note_ended(self.folder, self.node_id, made.id, is_done=True)
        return made

    def sweep(self, entities: Iterable[str]) -> bool:
        """Free the room of erased records of entities, once that is committed; False: not all of it could be now."""
        return sweep(self.database, self.model, tuple(entities))

    def _due(self, erasing: Erasing, rules: Sequence[Rule], *, portion: Portion = WHOLE) -> Due:
        self._propose(erasing.connection)
        write_due(erasing, rules, now=self.clock.now(), portion=portion)
        due = self._by_class(erasing)
        held, named = self._keep(erasing)
        return Due(due=due, held=held, named=named, goes=self._by_class(erasing))

    def _keep(self, erasing: Erasing) -> tuple[Mapping[UUID, int], int]:
        """Leave out what holds cover, what that is nothing without, and whom anything that stays names."""
        held = holding(erasing, at=self.clock.now(), leaves=True, by=self.by.actor)
        erasing.keep_needed()
        return held, keep_named(erasing)

    def _held(self, connection: Connection, holds: Mapping[UUID, int]) -> Held:
        mine = lifted_by(connection, by=self.by.actor)
        return Held(holds=holds, lifted=mine.intersection(holds))

    def _propose(self, connection: Connection) -> None:
        """Holds that the record tells of by itself stand, and that they were placed is entered."""
        placed = propose_holds(connection, at=self.clock.now(), by=OF_THE_RECORD)
        if placed:
            said = {"did": "placed by itself", "kind": HoldKind.DEATH_IN_CUSTODY.value}
            entry = replace(self.by, act=Act.HOLD, entity="hold", count=len(placed), subjects=tuple(placed))
            self.audit.append(replace(entry, detail=said))

    def _enter_refused(self, refused: Held | Doubles | NothingThere, selection: Selection, *, rule: str) -> None:
        """That somebody tried; of whom the record holds nothing is not said who it was."""
        why = "nothing is there"
        if not isinstance(refused, NothingThere):
            why = "held" if isinstance(refused, Held) else "somebody else has the number"
        about = () if isinstance(refused, NothingThere) else selection.whole().people
        said = {"did": "refused", "why": why, "rule": rule}
        self.audit.append(replace(self.by, act=Act.ERASE, entity=THING, count=0, subjects=about, detail=said))

    def _enter_waited(self, number: int) -> None:
        said = {"did": "erased", "what": "rows that waited for somebody whom nobody has"}
        self.audit.append(replace(self.by, act=Act.ERASE, entity=THING, count=number, detail=said))

    def _by_class(self, erasing: Erasing) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for entity, number in erasing.going().items():
            name = self.model.entity(entity).retention
            found[name] = found.get(name, 0) + number
        return found

    def _done(self, erasing: Erasing, records: Mapping[str, int], *, moment: Moment, noted: NotedErasure) -> Erasure:
        from watchroom.ingest.erased import Going, erase_raw_rows

        machine_at = self.machine.now()
        erasing.say_whose(is_by_time=noted.is_by_time)
        people = erasing.people()
        entities = tuple(erasing.going())
        raw = erase_raw_rows(
            erasing.connection,
            Going(erasure=erasing.id, sources=erasing.sources(), entities=entities),
            mappings=Mappings(self.folder / MAPPING_FOLDER),
            machine_at=machine_at,
        )
        values = values_going(erasing.connection, self.model, erasure=erasing.id, entities=entities)
        erasing.erase_words([*people, *noted.selection.people], machine_at=machine_at, by=noted.by)
        erasing.erase(moment)
        forget_values(erasing.connection, self.model, queued=values.queued | raw.queued, codes=values.codes)
        erasing.clear_samples()
        note_records(self.folder, self.node_id, replace(noted, tombstones=tuple(erasing.tombstones())))
        said = {"did": "erased", "erasure": str(erasing.id), "rule": noted.rule}
        said |= {entity: str(number) for entity, number in records.items()}
        entry = replace(self.by, act=Act.ERASE, entity=THING, count=sum(records.values()), subjects=tuple(people))
        try:
            # INVARIANT: before the commit, so that without its entry nothing is gone.
            self.audit.append(replace(entry, detail=said))
            erasing.finish(moment, rule=noted.rule, by=noted.by, machine_at=machine_at, raw_rows=raw.rows)
        except BaseException:
            note_ended(self.folder, self.node_id, erasing.id, is_done=False)
            raise
        return Erasure(
            id=erasing.id,
            records=records,
            raw_rows=raw.rows,
            whole=raw.whole,
            unread=raw.unread,
            people=tuple(people),
        )


def eraser_of(node: KeepsLog, *, model: Catalogue, node_id: UUID, by: Entry) -> Eraser:
    """What erases records of an open node, in the name of `by`."""
    return Eraser(
        folder=node.folder,
        node_id=node_id,
        database=node.database,
        audit=node.audit,
        model=model,
        clock=node.clock,
        machine=node.machine_clock,
        by=by,
    )


@contextmanager
def as_owner(database: Database) -> Generator[Connection]:
    """A connection that acts as the owner of the tables, in one transaction."""
    with database.connection(Principal.MIGRATOR) as connection:
        become_owner(connection, database)
        yield connection


def become_owner(connection: Connection, database: Database) -> None:
    """Act as the owner of the tables until the transaction ends; no login of the running node may erase."""
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
