"""The end of a source: what stands of it, that nothing more is taken from it, and that it is taken up again.

A source that delivered is kept for ever, under its name: what it gave is in the history and says that it is from there.
One from which nothing was ever taken goes, and leaves its name to another.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from watchroom.ingest.alone import is_alone
from watchroom.ingest.dating import DatedBy
from watchroom.ingest.registry import Source, find_source
from watchroom.ingest.staff import STAFF
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.store.database import Connection, Database
from watchroom.store.ending import end_all, people_only_here, standing_of
from watchroom.store.roles import Principal
from watchroom.store.sealing import SUFFIX, next_in_order, seal, take_turn
from watchroom.store.writes import BatchStamp, give_room

_QUERIES = load_queries("watchroom.ingest", "ending.sql")
_BATCHES = load_queries("watchroom.ingest")
_FETCHING = load_queries("watchroom.ingest", "fetching.sql")
_OF_NO_MAPPING = dict.fromkeys(
    ("mapping", "mapping_version", "mapping_digest", "rerun_of", "machine_started_at", "delivery", "delivery_digest")
)
# What goes of a source that ends: nothing of what it gave so far counts as known when it is taken up again.
_KNOWN = (
    _QUERIES["forget_cursor"],
    _QUERIES["forget_taken"],
    _FETCHING["forget_refused"],
    _QUERIES["forget_totals_of"],
    _QUERIES["set_behind"],
    _QUERIES["set_messages_behind"],
)
TRACES = (
    _QUERIES["forget_endings_of"],
    _QUERIES["forget_rolls_of"],
    _QUERIES["forget_cursor"],
    _FETCHING["forget_refused"],
    _QUERIES["forget_tries_of"],
    _QUERIES["forget_waivers_of"],
    _QUERIES["forget_totals_of"],
    _QUERIES["forget_comparisons_of"],
    _QUERIES["forget_accounts_of"],
    _QUERIES["forget_issues_of"],
    _QUERIES["forget_batches_of"],
)
"""What goes of a source from which nothing was taken, in an order in which nothing names what has gone."""


class SourceBusyError(WatchroomError):
    """Something takes from the source just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What there is of a source beside its records.

    Attributes:
        taken, refused: deliveries.
        raw_rows: rows that are kept as it gave them.
        messages: that are kept as they came.
        open_codes, decided_codes: values that wait for a code, and those of which somebody decided.
        waivers: entries that somebody lives with rows that are held back.
        accounts: how many times it is said how it names the holder of an account.
    """

    taken: int
    refused: int
    raw_rows: int
    messages: int
    open_codes: int
    decided_codes: int
    waivers: int
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What there is of a source.

    Attributes:
        source: it.
        records: that stand, by entity.
        only_here: people of it whom no other source has under the same number.
        beside: all else.
    """

    source: Source
    records: Mapping[str, int]
    only_here: int
    beside: Beside

    @property
    def has_given(self) -> bool:
        """Whether anything of what it gave is kept."""
        return self.beside.taken > 0 or self.beside.messages > 0

    def as_json(self) -> dict[str, object]:
        """The document of a command."""
        found: dict[str, object] = {"source": self.source.name, "records": dict(self.records)}
        return {**found, "people_only_here": self.only_here, **asdict(self.beside)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """That a source has ended: when, by which batch (None: nothing stood), and how many records did, by entity."""

    at: datetime
    batch_id: UUID | None
    records: Mapping[str, int]


Witness = Callable[[Ended], None]


def stock_of(connection: Connection, name: str, *, model: Catalogue) -> Stock:
    """What there is of a source, as loader.

    Raises:
        NotFoundError: there is none of that name.
        UsageError: it is what staff write.
    """
    source = find_source(connection, name)
    if source.kind == STAFF:
        raise UsageError(f"`{name}` is what staff write at the pages, and goes on as long as the node; nothing ends it")
    with connection.cursor(row_factory=class_row(Beside)) as cursor:
        beside = cursor.execute(_QUERIES["standing_beside"].text, {"source_system": name}).fetchone()
    if beside is None:
        raise RuntimeError("a query of numbers gives one row")
    records = standing_of(connection, model, name)
    return Stock(source=source, records=records, only_here=people_only_here(connection, name), beside=beside)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEnding:
    """What ends sources.

    Attributes:
        database, model: of the node.
        clock, machine: of the node, and the machine's.
        by: user of the operating system.
    """

    database: Database
    model: Catalogue
    clock: Clock
    machine: Clock
    by: str

    def end(self, name: str, *, witness: Witness) -> Ended:
        """End a source: what stands of it moves to history, and nothing more is taken from it.

        Args:
            name: of the source.
            witness: told of it before it is committed; when it raises, nothing is changed.

        Raises:
            NotFoundError: there is no source of that name.
            UsageError: it has ended, or is what staff write.
            SourceBusyError: something takes from it.
            OutOfOrderError: the node's clock stands before the last sealed batch.
        """
        with self.database.connection(Principal.LOADER) as connection:
            stock = self._held(connection, name)
            if stock.source.ended_at is not None:
                raise UsageError(f"source `{name}` has ended on {stock.source.ended_at.date().isoformat()} already")
            connection.execute(_QUERIES["forget_secret"].text, {"name": name})
            for known in _KNOWN:
                connection.execute(known.text, {"source_system": name})
            ended = self._ended(connection, stock, witness=witness)
            given = {"source_system": name, "at": ended.at, "by": self.by, "batch_id": ended.batch_id}
            connection.execute(_QUERIES["enter_end"].text, given)
        return ended

    def resume(self, name: str, *, witness: Callable[[], None]) -> Source:
        """Take up a source again that had ended: what it gives is taken, and stands, from its next delivery on.

        Raises:
            NotFoundError: there is no source of that name.
            UsageError: it has not ended.
        """
        with self.database.connection(Principal.LOADER) as connection:
            source = find_source(connection, name)
            given = {"source_system": name, "at": self.clock.now(), "by": self.by}
            if connection.execute(_QUERIES["enter_resumption"].text, given).fetchone() is None:
                raise UsageError(f"source `{name}` has not ended; there is nothing to take up again")
            witness()
        return source

    def remove(self, name: str, *, witness: Callable[[], None]) -> None:
        """Remove a source from which nothing was ever taken, with what was tried and refused of it.

        Raises:
            NotFoundError: there is no source of that name.
            UsageError: something of what it gave is kept, or it is what staff write.
            SourceBusyError: something takes from it.
        """
        with self.database.connection(Principal.LOADER) as connection:
            stock = self._held(connection, name)
            if stock.has_given:
                raise UsageError(
                    f"source `{name}` has delivered, and what it gave stays readable as having come from it; end it"
                    f" with `watchroom source end DIR {name}`"
                )
            for trace in TRACES:
                connection.execute(trace.text, {"source_system": name})
            connection.execute(_QUERIES["forget_source"].text, {"name": name})
            witness()

    def _held(self, connection: Connection, name: str) -> Stock:
        """What there is of a source from which nobody takes, and nobody begins to until this transaction ends."""
        find_source(connection, name)
        is_fetching = connection.execute(_FETCHING["hold_alone"].text, {"source_system": name}).fetchone() != (True,)
        if is_fetching or not is_alone(connection, name):
            raise SourceBusyError(
                f"something takes from source `{name}` just now; wait until it is done, or stop it with"
                f" `watchroom source stop DIR {name}`, and give the command again"
            )
        connection.execute(_QUERIES["hold_row"].text, {"name": name})
        return stock_of(connection, name, model=self.model)

    def _ended(self, connection: Connection, stock: Stock, *, witness: Witness) -> Ended:
        """What stood, ended by a batch of its own; where nothing does there is none."""
        began, source = self.clock.now(), stock.source
        batch_id, entered = uuid7(at=self.machine.now()), source.name + SUFFIX
        opened = {"id": batch_id, "source_system": entered, "agency_code": source.agency_code, "as_at": began}
        give_room(connection)
        take_turn(connection)
        turn = next_in_order(connection, source_system=entered, at=self.clock.now())
        # INVARIANT: looked at in the turn of writers: what waited of it stands as soon as another brings whom it names.
        if has_any := bool(standing_of(connection, self.model, source.name)):
            connection.execute(
                _BATCHES["open_batch"].text,
                {**opened, **_OF_NO_MAPPING, "dated_by": DatedBy.LOADED.value, "started_at": began, "is_full": True},
            )
        stamp = BatchStamp(
            batch_id=batch_id,
            seq=turn.sequence,
            recorded_at=turn.instant,
            source_system=source.name,
            agency_code=source.agency_code,
            is_full=True,
        )
        records = end_all(connection, self.model, batch=stamp)
        if not has_any:
            ended = Ended(at=turn.instant, batch_id=None, records={})
            witness(ended)
            return ended
        # Before the seal, for then readers wait.
        witness(Ended(at=turn.instant, batch_id=batch_id, records=records))
        moment = seal(
            connection,
            batch_id=batch_id,
            source_system=entered,
            at=self.clock.now,
            machine_at=self.machine.now(),
        )
        closed = {"id": batch_id, "status": "sealed", "seq": moment.sequence, "as_at": moment.instant}
        totals = json.dumps({"totals": {"read": 0, "ended": sum(records.values())}})
        connection.execute(
            _BATCHES["close_batch"].text,
            {**closed, "dated_by": DatedBy.LOADED.value, "finished_at": moment.instant, "totals": totals},
        )
        return Ended(at=moment.instant, batch_id=batch_id, records=records)
