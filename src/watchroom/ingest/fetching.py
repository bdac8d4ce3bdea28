"""Fetching: a connector lays a delivery down, the usual way in takes it, its batch keeps where the reading stands."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.ingest.issues import Severity
from watchroom.ingest.mapping import Mapping, Messages, TableRule
from watchroom.ingest.overflow import overflow_folder
from watchroom.ingest.registry import Source
from watchroom.ingest.report import BatchReport, DatedBy, IngestReport
from watchroom.ingest.run import Intake
from watchroom.ingest.tries import Moments, Outcome, Try, cursor_of, enter_try, last_try
from watchroom.kernel.errors import NotFoundError, WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.kernel.secrets import Secret
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.codecs.contract import LIMITS
from watchroom.sources.connectors.contract import (
    Answer,
    Asked,
    Failed,
    Laid,
    MessagesAsked,
    Nothing,
    TableAsked,
    unwatched,
)
from watchroom.sources.connectors.registry import KINDS
from watchroom.store.database import Connection, Principal
from watchroom.store.raw import raw_parts

_QUERIES = load_queries("watchroom.ingest", "fetching.sql")
FETCHED_FOLDER = "fetched"
"""In a node's folder: what is being fetched; empty when nothing is."""
# So many deliveries of one folder are taken before others have their turn.
_AT_ONCE = 100


class AlreadyFetchingError(WatchroomError):
    """Somebody else fetches from the source just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of fetching from a source.

    Attributes:
        report: of what was taken or refused.
        tries: in order; the last one says why it ended.
    """

    report: IngestReport
    tries: tuple[Try, ...]

    @property
    def exit_status(self) -> int:
        """0, or 1 when nothing could be fetched or something was refused."""
        return 0 if all(one.is_success for one in self.tries) else 1

    def as_json(self) -> dict[str, object]:
        """The document of `watchroom ingest --json`, with the tries."""
        return {**self.report.as_json(), "fetch": [one.as_json() for one in self.tries]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """Fetches from one source.

    Attributes:
        intake: takes what was laid down.
        source: of a kind that is fetched from.
        folder: where it is laid down meanwhile; made if it is not there.
        secret: what opens the source.
        is_whole: everything is to be read, whatever is known.
        is_asked_for: a person asked for it: what was refused before is tried again.
        watch: told how many bytes came; raises to stop.
        pause: waits for so many seconds; None: as connectors do.
    """

    intake: Intake
    source: Source
    folder: Path
    secret: Secret[str] | None = None
    is_whole: bool = False
    is_asked_for: bool = True
    watch: Callable[[int], None] = unwatched
    pause: Callable[[float], None] | None = field(default=None)

    def fetch(self, *, as_at: datetime | None = None, gone: tuple[str, ...] = ()) -> Fetched:
        """Fetch and take what there is.

        Args:
            as_at: the instant of the extract; None: its own.
            gone: what the source no longer gives; see `Intake.take`.

        Raises:
            AlreadyFetchingError: somebody else does.
        """
        batches: list[BatchReport] = []
        tries: list[Try] = []
        with alone(self.intake, self.source):
            for _ in range(_AT_ONCE if KINDS[self.source.kind].has_many else 1):
                found, taken = self._once(as_at, gone)
                tries.append(found)
                batches += taken
                if found.outcome is not Outcome.TAKEN:
                    break
        return Fetched(report=IngestReport(source=self.source.name, batches=tuple(batches)), tries=tuple(tries))

    def note_fault(self, kind: str) -> None:
        """Keep a try that ended in a fault of the node itself; `kind` is the fault's own, and never what it says."""
        message = f"fetching ended in a fault of the node ({kind}); run `watchroom source fetch` to see what it says"
        found = Try(source=self.source.name, outcome=Outcome.FAILED, code="fault", message=message)
        with self.intake.database.connection(Principal.LOADER) as connection:
            self._enter(connection, found, self.intake.clock.now())

    def _once(self, as_at: datetime | None, gone: tuple[str, ...]) -> tuple[Try, tuple[BatchReport, ...]]:
        began = self.intake.clock.now()
        with overflow_folder(self.folder) as place:
            into = place / "delivery"
            into.mkdir(mode=0o700)
            answer = self._answer(into, began)
            if isinstance(answer, Laid) and not self._was_refused(answer):
                return self._taken(answer, began, as_at=as_at, gone=gone)
        found = self._try_of(answer)
        with self.intake.database.connection(Principal.LOADER) as connection:
            self._enter(connection, found, began)
            if isinstance(answer, Nothing):
                self._remember(connection, answer)
        return found, ()

    def _remember(self, connection: Connection, nothing: Nothing) -> None:
        """Keep what was learned although nothing was to be taken: it loses nothing, for the record has it all."""
        named = {"source_system": self.source.name}
        for mark, sha256 in nothing.marks.items():
            connection.execute(_QUERIES["keep_mark"].text, {**named, "mark": mark, "sha256": sha256})
        if nothing.cursor is not None:
            connection.execute(_QUERIES["move_cursor"].text, {**named, "cursor": json.dumps(nothing.cursor)})

    def _answer(self, into: Path, now: datetime) -> Answer:
        kind, mapping = KINDS[self.source.kind], self.intake.mappings.load(self.source.mapping)
        with self.intake.database.connection(Principal.LOADER) as connection:
            cursor, batch_id = cursor_of(connection, self.source.name)
        asked = Asked(
            location=self.source.location,
            options=kind.whole(self.source.options),
            into=into,
            now=now.astimezone(ZoneInfo(self.source.time_zone)),
            secret=self.secret,
            cursor=cursor,
            tables=tuple(_asked_of(rule) for rule in mapping.taken()),
            messages=None if mapping.messages is None else _messages_of(mapping.messages),
            # What the source gives is what an operator accepts, also where it gave that before.
            is_whole=self.is_whole or (mapping.messages is not None and self.intake.accepted is not None),
            by_file=mapping.snapshot is not None,
            known=_Held(self, batch_id, mapping),
            watch=self.watch,
        )
        return kind.fetch(asked if self.pause is None else replace(asked, pause=self.pause))

    def _was_refused(self, laid: Laid) -> bool:
        """Whether the last try brought the same and it was refused; a person may try it all the same."""
        if self.is_asked_for:
            return False
        with self.intake.database.connection(Principal.LOADER) as connection:
            before = last_try(connection, self.source.name)
        return before is not None and before.outcome == Outcome.REFUSED and before.sha256 == laid.sha256

    def _taken(
        self, laid: Laid, began: datetime, *, as_at: datetime | None, gone: tuple[str, ...]
    ) -> tuple[Try, tuple[BatchReport, ...]]:
        def settle(connection: Connection, batch: BatchReport) -> None:
            given = {"source_system": self.source.name, "batch_id": batch.id}
            connection.execute(_QUERIES["keep_cursor"].text, {**given, "cursor": json.dumps(laid.cursor)})
            for sha256 in filter(None, (laid.sha256, laid.mark)):
                connection.execute(_QUERIES["keep_taken"].text, {**given, "sha256": sha256})
            self._enter(connection, self._try_of(laid, batch), began)

        dated_by = DatedBy.ASKED if KINDS[self.source.kind].is_of_now else DatedBy.LOADED
        taking = replace(self.intake, settle=settle, dated_by=dated_by)
        report = taking.ingest(self.source, [laid.folder], as_at=as_at, gone=gone)
        last = report.batches[-1]
        found = self._try_of(laid, last)
        if last.is_refused:
            with self.intake.database.connection(Principal.LOADER) as connection:
                self._enter(connection, found, began)
        else:
            laid.after()
        return found, report.batches

    def _try_of(self, answer: Answer, batch: BatchReport | None = None) -> Try:
        name = self.source.name
        if isinstance(answer, Failed):
            return Try(
                source=name,
                outcome=Outcome.FAILED,
                code=answer.code.value,
                message=answer.message,
                size=answer.size,
                retry_after=answer.retry_after,
            )
        if isinstance(answer, Nothing):
            mapping = self.intake.mappings.load(self.source.mapping)
            # A roll of a day that is past tells nothing of today, however often it is confirmed (ADR 32); nor does a
            # feed that says when it was made and says the same instant again (ADR 43).
            is_dated = mapping.snapshot is not None or bool(mapping.messages and mapping.messages.made_at)
            return Try(
                source=name,
                outcome=Outcome.NOTHING,
                code=answer.code,
                message=answer.message,
                is_confirmed=answer.is_confirmed and not is_dated,
                size=answer.size,
            )
        code, message = _became(batch)
        return Try(
            source=name,
            outcome=Outcome.REFUSED if code else Outcome.TAKEN,
            code=code or "taken",
            message=message,
            size=answer.size,
            sha256=answer.sha256,
            batch_id=None if batch is None else batch.id,
        )

    def _enter(self, connection: Connection, found: Try, began: datetime) -> None:
        clocks = self.intake
        when = Moments(began_at=began, ended_at=clocks.clock.now(), machine_at=clocks.machine.now())
        seconds = self.source.poll_seconds or KINDS[self.source.kind].poll_seconds
        enter_try(connection, found, when=when, poll=timedelta(seconds=seconds))


@contextmanager
def alone(intake: Intake, source: Source) -> Generator[None]:
    """Nobody else, in whatever process, takes from the source while this is open.

    Raises:
        AlreadyFetchingError: somebody else does.
    """
    with intake.database.connection(Principal.LOADER) as connection:
        row = connection.execute(_QUERIES["hold_alone"].text, {"source_system": source.name}).fetchone()
        if row != (True,):
            raise AlreadyFetchingError(
                f"something else takes from source `{source.name}` just now; run it again when that is done"
            )
        yield


@dataclass(frozen=True, slots=True)
class _Held:
    """What the node holds of the source; see `contract.Known`."""

    of: Fetching
    batch_id: UUID | None
    mapping: Mapping

    def is_taken(self, sha256: str) -> bool:
        """Whether a delivery of that digest was taken."""
        given = {"source_system": self.of.source.name, "sha256": sha256}
        with self.of.intake.database.connection(Principal.LOADER) as connection:
            return connection.execute(_QUERIES["is_taken"].text, given).fetchone() == (True,)

    def rows(self, table: str) -> Iterator[ArrowTable] | None:
        """The rows of a table in the batch that kept the cursor; None: there are none, or they were erased."""
        if self.batch_id is None:
            return None
        with self.of.intake.database.connection(Principal.LOADER) as connection:
            found = connection.execute(_QUERIES["files_of_batch"].text, {"batch_id": self.batch_id}).fetchall()
        names = [name for (name,) in found if self.mapping.table_of(name) == table]
        if len(names) != 1:
            return None
        parts = self._parts(self.batch_id, names[0])
        try:
            next(parts)
        except NotFoundError:
            return None
        return parts

    def _parts(self, batch_id: UUID, name: str) -> Iterator[ArrowTable]:
        with self.of.intake.database.connection(Principal.LOADER) as connection:
            for part in raw_parts(connection, batch_id=batch_id, name=name):
                table: ArrowTable = part  # type: ignore[assignment]  # the same pyarrow.Table, seen from another room
                yield table


def _messages_of(messages: Messages) -> MessagesAsked:
    return MessagesAsked(media_types=messages.codec.media_types, most=LIMITS.size)


def _asked_of(rule: TableRule) -> TableAsked:
    return TableAsked(
        name=rule.name,
        required=rule.required,
        optional=rule.optional,
        key=rule.key,
        changed=rule.changed,
        must_be_there=rule.must_be_there,
    )


def _became(batch: BatchReport | None) -> tuple[str, str]:
    """Code and message of why a batch was refused; no code: it was not."""
    if batch is None:
        return (
            "refused_before",
            "it is what was refused the last time, so it was not tried again; mend it or ask for it",
        )
    if batch.seq is not None:
        return "", f"{batch.rows.read} rows were read"
    for issue in batch.issues:
        if issue.severity is Severity.FATAL:
            return issue.code, issue.message
    return "refused", "the delivery was refused; `watchroom ingest` tells why"
