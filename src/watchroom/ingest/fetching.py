"""Fetching: a connector lays a delivery down, the usual way in takes it, its batch keeps where the reading stands."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from watchroom.ingest.alone import require_taken
from watchroom.ingest.fetched_before import Held, forget_refused, keep_marks, keep_refused, keep_taken
from watchroom.ingest.issues import Severity
from watchroom.ingest.mapping import Messages, TableRule
from watchroom.ingest.overflow import overflow_folder
from watchroom.ingest.progress import Step
from watchroom.ingest.registry import Source
from watchroom.ingest.report import BatchReport, DatedBy, IngestReport
from watchroom.ingest.run import Intake
from watchroom.ingest.running import RunningFile
from watchroom.ingest.stopping import Stop, StoppedError, stopped_by
from watchroom.ingest.tries import REFUSED_BEFORE, Moments, Outcome, Try, cursor_of, enter_try
from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.kernel.secrets import Secret
from watchroom.sources.codecs.contract import LIMITS
from watchroom.sources.connectors.contract import (
    Answer,
    Asked,
    Failed,
    FailureCode,
    Laid,
    MessagesAsked,
    Nothing,
    Refused,
    TableAsked,
    unwatched,
)
from watchroom.sources.connectors.registry import KINDS
from watchroom.store.database import Connection, Principal

_QUERIES = load_queries("watchroom.ingest", "fetching.sql")
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
class _Going:
    """One fetching while it goes on, over as many deliveries as wait.

    Attributes:
        as_at, gone: see `Fetching.fetch`.
        refused: marks and digests of what was refused since it began.
        still: marks of what stood still since it began.
    """

    as_at: datetime | None
    gone: tuple[str, ...]
    refused: set[str] = field(default_factory=set[str])
    still: set[str] = field(default_factory=set[str])


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
    pause: Callable[[float], object] | None = field(default=None)

    def fetch(self, *, as_at: datetime | None = None, gone: tuple[str, ...] = ()) -> Fetched:
        """Fetch and take what there is.

        Args:
            as_at: the instant of the extract; None: its own.
            gone: what the source no longer gives; see `Intake.take`.

        Raises:
            AlreadyFetchingError: somebody else does.
            StoppedError: somebody stopped it; nothing of the last delivery stands.
        """
        batches: list[BatchReport] = []
        tries: list[Try] = []
        going, has_many = _Going(as_at=as_at, gone=gone), KINDS[self.source.kind].has_many
        with alone(self.intake, self.source):
            for _ in range(_AT_ONCE if has_many else 1):
                try:
                    found, taken = self._once(going)
                except StoppedError as fault:
                    self._note(code="stopped", message=str(fault))
                    raise
                # That what was refused just now is refused is told once.
                if found.is_known_refusal and going.refused:
                    break
                tries.append(found)
                batches += taken
                if found.outcome not in (Outcome.TAKEN, Outcome.REFUSED) or not taken:
                    break
        return Fetched(report=IngestReport(source=self.source.name, batches=tuple(batches)), tries=tuple(tries))

    def note_fault(self, kind: str) -> None:
        """Keep a try that ended in a fault of the node itself; `kind` is the fault's own, and never what it says."""
        message = f"fetching ended in a fault of the node ({kind}); run `watchroom source fetch` to see what it says"
        self._note(code="fault", message=message)

    def _note(self, *, code: str, message: str) -> None:
        found = Try(source=self.source.name, outcome=Outcome.FAILED, code=code, message=message)
        with self.intake.database.connection(Principal.LOADER) as connection:
            self._enter(connection, found, self.intake.clock.now())

    def _once(self, going: "_Going") -> tuple[Try, tuple[BatchReport, ...]]:
        began = self.intake.clock.now()
        with overflow_folder(self.folder) as place, stopped_by(place, self.source.name) as stop:
            into = place / "delivery"
            into.mkdir(mode=0o700)
            answer = self._answer(into, began, going, watch=self._watching(place, stop))
            # What comes after this has a folder of its own, and is stopped there.
            stop.require_none()
            if isinstance(answer, Laid):
                return self._taken(answer, began, going)
        found = self._try_of(answer)
        if not (found.is_known_refusal and going.refused):
            with self.intake.database.connection(Principal.LOADER) as connection:
                self._enter(connection, found, began)
                if isinstance(answer, Nothing):
                    self._remember(connection, answer)
        return found, ()

    def _watching(self, place: Path, stop: Stop) -> Callable[[int], None]:
        """What is told of bytes as they come: it tells other processes, and stops the fetch when it is to be."""
        running = RunningFile(place, machine=self.intake.machine, source=self.source.name, delivery="")
        running(Step(what="fetch", done=0, of=0))
        size = 0

        def told(more: int) -> None:
            nonlocal size
            size += more
            self.watch(more)
            # Nothing more: somebody only asks whether to go on, from a thread of their own.
            if more:
                running(Step(what="fetch", done=0, of=0, rows=size))
            stop.require_none()

        return told

    def _remember(self, connection: Connection, nothing: Nothing) -> None:
        """Keep what was learned although nothing was to be taken: it loses nothing, for the record has it all."""
        keep_marks(connection, self.source.name, nothing)
        if nothing.cursor is not None:
            named = {"source_system": self.source.name, "cursor": json.dumps(nothing.cursor)}
            connection.execute(_QUERIES["move_cursor"].text, named)

    def _answer(self, into: Path, now: datetime, going: "_Going", *, watch: Callable[[int], None]) -> Answer:
        kind, mapping = KINDS[self.source.kind], self.intake.mappings.load(self.source.mapping)
        try:
            options = kind.whole(self.source.options)
            kind.require(self.source.location)
        except UsageError as fault:
            # It was registered by a version that knew no better; what to do stands in the message.
            return Failed(code=FailureCode.REFUSED_REQUEST, message=str(fault))
        with self.intake.database.connection(Principal.LOADER) as connection:
            cursor, batch_id = cursor_of(connection, self.source.name)
        held = Held(
            database=self.intake.database,
            source=self.source.name,
            batch_id=batch_id,
            mapping=mapping,
            is_asked_for=self.is_asked_for,
            refused=going.refused,
        )
        asked = Asked(
            location=self.source.location,
            options=options,
            into=into,
            now=now.astimezone(ZoneInfo(self.source.time_zone)),
            secret=self.secret,
            cursor=cursor,
            tables=tuple(_asked_of(rule) for rule in mapping.taken()),
            messages=None if mapping.messages is None else _messages_of(mapping.messages),
            # What the source gives is what an operator accepts, also where it gave that before.
            is_whole=self.is_whole or (mapping.messages is not None and self.intake.accepted is not None),
            by_file=mapping.snapshot is not None,
            is_each_whole=self.source.is_full and not mapping.is_partial,
            still=going.still,
            known=held,
            watch=watch,
        )
        answer = kind.fetch(asked if self.pause is None else replace(asked, pause=self.pause))
        refusal = held.before([answer.sha256]).refused.get(answer.sha256) if isinstance(answer, Laid) else None
        if refusal is None or refusal.may_be_tried:
            return answer
        message = f"it is what was refused before ({refusal.code}), so it was not tried again; mend it or ask for it"
        return Refused(message=message, size=answer.size)

    def _taken(self, laid: Laid, began: datetime, going: "_Going") -> tuple[Try, tuple[BatchReport, ...]]:
        name, kind = self.source.name, KINDS[self.source.kind]

        def settle(connection: Connection, batch: BatchReport) -> None:
            given = {"source_system": name, "batch_id": batch.id, "cursor": json.dumps(laid.cursor)}
            connection.execute(_QUERIES["keep_cursor"].text, given)
            if not kind.has_many:
                forget_refused(connection, name)
            keep_taken(connection, name, laid, batch_id=batch.id)
            self._enter(connection, self._try_with(laid, batch), began)

        dated_by = DatedBy.ASKED if kind.is_of_now else DatedBy.LOADED
        taking = replace(self.intake, settle=settle, dated_by=dated_by)
        report = taking.ingest(self.source, [laid.folder], as_at=going.as_at, gone=going.gone)
        last = report.batches[-1]
        found = self._try_with(laid, last)
        if last.is_refused:
            going.refused.update((laid.sha256, laid.mark))
            with self.intake.database.connection(Principal.LOADER) as connection:
                keep_refused(connection, name, laid, batch=last, code=found.code)
                self._enter(connection, found, began)
        else:
            laid.after()
        return found, report.batches

    def _try_of(self, answer: Nothing | Refused | Failed) -> Try:
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
        if isinstance(answer, Refused):
            message, size = answer.message, answer.size
            return Try(source=name, outcome=Outcome.REFUSED, code=REFUSED_BEFORE, message=message, size=size)
        mapping = self.intake.mappings.load(self.source.mapping)
        # A roll of a day that is past tells nothing of today, however often it is confirmed (ADR 32); nor does a feed
        # that says when it was made and says the same instant again (ADR 43).
        is_dated = mapping.snapshot is not None or bool(mapping.messages and mapping.messages.made_at)
        return Try(
            source=name,
            outcome=Outcome.NOTHING,
            code=answer.code,
            message=answer.message,
            is_confirmed=answer.is_confirmed and not is_dated,
            size=answer.size,
        )

    def _try_with(self, laid: Laid, batch: BatchReport) -> Try:
        code, message = _became(batch, laid)
        return Try(
            source=self.source.name,
            outcome=Outcome.REFUSED if code else Outcome.TAKEN,
            code=code or "taken",
            message=message,
            size=laid.size,
            sha256=laid.sha256,
            batch_id=batch.id,
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
        SourceEndedError: see `ingest.alone.require_taken`.
    """
    with intake.database.connection(Principal.LOADER) as connection:
        row = connection.execute(_QUERIES["hold_alone"].text, {"source_system": source.name}).fetchone()
        if row != (True,):
            raise AlreadyFetchingError(
                f"something else takes from source `{source.name}` just now; run it again when that is done"
            )
        require_taken(connection, source)
        yield


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


def _became(batch: BatchReport, laid: Laid) -> tuple[str, str]:
    """Code and message of why a batch was refused; no code: it was not."""
    if batch.seq is not None:
        read = f"{batch.rows.read} rows were read"
        instead = [f"it takes the place of {told}" for told in laid.supersedes.values()]
        return "", "; ".join([read, *instead, *filter(None, [laid.noted])])
    for issue in batch.issues:
        if issue.severity is Severity.FATAL:
            return issue.code, issue.message
    return "refused", "the delivery was refused; `watchroom ingest` tells why"
