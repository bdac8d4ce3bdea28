"""What somebody decides of a value that is in no code list, and what it makes of the rows that stand.

A decision is a crosswalk of the node: the next delivery reads by it. What stands is written anew by the one write path,
as a batch of its own, so that yesterday stays as it was known and the change feed tells it. That batch is entered
under `SOURCE/codes`: it is no delivery, and how old the source is must not be counted from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date

from watchroom.ingest.alone import is_alone
from watchroom.ingest.circumstances import Circumstances, close_batch, open_batch, tell
from watchroom.ingest.code_queue import CodeState, code_history, read_fields
from watchroom.ingest.inspection import Looked
from watchroom.ingest.issues import Severity
from watchroom.ingest.report import BatchReport, Counts
from watchroom.kernel.errors import NotFoundError, UsageError, WatchroomError
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity, Field
from watchroom.model.code_lists import code_list
from watchroom.store.database import Connection
from watchroom.store.recoding import stage_recoded, to_recode
from watchroom.store.roles import Principal
from watchroom.store.sealing import next_in_order, seal
from watchroom.store.staging import staging_of
from watchroom.store.writes import BatchStamp, create_stagings, give_room, write_entity

_QUERIES = load_queries("watchroom.ingest", "codes.sql")
LONGEST_REASON = 500
SUFFIX = "/codes"


class DeliveryUnderWayError(WatchroomError):
    """The source is being delivered: what would be decided could be undone by what was read before."""


class CodesStoppedError(WatchroomError):
    """What stands would break a fatal check with that code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDecision:
    """What somebody says of a value.

    Attributes:
        code_list, value: of which list, which value; `#` and a number: the one of that number in the queue.
        state: what it is; `open`: what was decided of it is taken back.
        code: of the list, where it is mapped.
        reason: why it is ignored.
        valid_from: first day on which it holds; None: from today.
        by: who says so.
    """

    code_list: str
    value: str
    state: CodeState
    by: str
    code: str | None = None
    reason: str | None = None
    valid_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDecided:
    """What became of it.

    Attributes:
        id: of the value in the queue.
        state, code: as decided.
        valid_from: first day on which it holds.
        changed: rows that stand and have another code now.
        held: rows that could not be written, since what they need has ended; they come right with the next delivery.
        seq: of the batch that changed them; None: nothing had to change.
    """

    id: int
    state: CodeState
    code: str | None
    valid_from: date
    changed: int = 0
    held: int = 0
    seq: int | None = None


def decide_code(around: Circumstances, decision: CodeDecision, *, today: date) -> CodeDecided:
    """Keep a decision, and let what stands follow it where it holds already; all of it or nothing.

    Args:
        around: what a batch of the source works with; its witness makes the entry of the audit log.
        decision: what is said.
        today: by the node's calendar.

    Raises:
        NotFoundError: no such value waits, or the list does not have that code.
        UsageError: it says too much or too little, or a value is to be ignored that rows cannot do without.
        DeliveryUnderWayError: the source is being delivered.
        CodesStoppedError: a fatal check would fail.
        OutOfOrderError: the node's clock went back behind the last batch.
    """
    _require_sound(decision)
    begins = decision.valid_from or today
    with around.database.connection(Principal.LOADER) as connection:
        if not is_alone(connection, around.source.name):
            raise DeliveryUnderWayError(
                f"source `{around.source.name}` is being delivered and was read by what held before, or somebody"
                " decides of its codes just now; decide again in a while"
            )
        number, value = _found(connection, around.source.name, decision)
        if decision.state is CodeState.OPEN and not code_history(connection, number):
            raise UsageError("nothing was decided of this value, so there is nothing to take back")
        code = value if decision.state is CodeState.OWN else decision.code
        if decision.state in (CodeState.IGNORED, CodeState.OPEN):
            _require_dispensable(around, decision.code_list)
        made = CodeDecided(id=number, state=decision.state, code=code, valid_from=begins)
        given = {"source_system": around.source.name, "value": value, "code": code}
        report = _report(around)
        places = list(_places(around, decision.code_list)) if begins <= today else []
        stands = [(entity, fields) for entity, fields in places if to_recode(connection, entity, fields, given=given)]
        if stands:
            open_batch(connection, around, report)
        _enter(connection, decision, made, around=around, report=report if stands else None)
        if not stands:
            around.witness(report)
            return made
        report, held = _recoded(connection, around, report, stands=stands, given=given)
        tell(connection, around, report)
        report = _sealed(connection, around, report)
        close_batch(connection, report, finished_at=report.recorded_at)
        return replace(made, changed=report.counts.changed, held=held, seq=report.seq)


def _require_sound(decision: CodeDecision) -> None:
    """Nothing, where the decision says what its state needs."""
    if decision.state is CodeState.MAPPED:
        if decision.code not in code_list(decision.code_list).codes:
            raise NotFoundError(
                f"code list `{decision.code_list}` has no code `{decision.code}`;"
                " `watchroom model docs` lists the codes"
            )
    elif decision.state is CodeState.IGNORED:
        if not (decision.reason or "").strip():
            raise UsageError("say why the value means nothing that is to be kept: give a reason")
        if len(decision.reason or "") > LONGEST_REASON:
            raise UsageError(f"the reason is longer than {LONGEST_REASON} characters; say it in fewer")


def _found(connection: Connection, source: str, decision: CodeDecision) -> tuple[int, str]:
    number = decision.value.removeprefix("#")
    is_number = decision.value.startswith("#") and number.isascii() and number.isdigit() and len(number) <= 18
    asked = {
        "source_system": source,
        "code_list": decision.code_list,
        "value": decision.value,
        "id": int(number) if is_number else None,
    }
    row = connection.execute(_QUERIES["code_value"].text, asked).fetchone()
    if row is None:
        raise NotFoundError(
            f"no such value of code list `{decision.code_list}` has come from source `{source}`;"
            " `watchroom source codes` lists those that wait"
        )
    return row[0], row[1]


def _places(around: Circumstances, name: str) -> Iterator[tuple[Entity, tuple[Field, ...]]]:
    """Where values of the source become codes of a list."""
    for entity in around.model.entities.values():
        fields = tuple(field for field in read_fields(around.mapping, entity) if field.code_list == name)
        if fields:
            yield entity, fields


def _require_dispensable(around: Circumstances, name: str) -> None:
    needed = [
        f"{entity.name}.{field.name}" for entity, fields in _places(around, name) for field in fields if field.required
    ]
    if needed:
        raise UsageError(
            f"a row cannot be without a code in {', '.join(f'`{one}`' for one in needed)}, so a value there cannot be"
            " ignored, or be open again: its rows would be held back and nobody told; map it, or declare it the"
            " source's own"
        )


def _report(around: Circumstances) -> BatchReport:
    at = around.now.astimezone(UTC)
    return BatchReport(
        id=uuid7(at=around.machine.now()),
        source=around.source.name + SUFFIX,
        folder="",
        as_at=at,
        recorded_at=at,
    )


def _enter(
    connection: Connection,
    decision: CodeDecision,
    made: CodeDecided,
    *,
    around: Circumstances,
    report: BatchReport | None,
) -> None:
    said = {
        "id": made.id,
        "state": made.state.value,
        "code": made.code,
        "reason": decision.reason if made.state is CodeState.IGNORED else None,
        "valid_from": made.valid_from,
        "at": around.now,
        "by": decision.by,
    }
    batch = None if report is None else report.id
    connection.execute(_QUERIES["enter_decision"].text, {**said, "batch_id": batch})
    connection.execute(_QUERIES["mark_decided"].text, said)


def _recoded(
    connection: Connection,
    around: Circumstances,
    report: BatchReport,
    *,
    stands: list[tuple[Entity, tuple[Field, ...]]],
    given: dict[str, str | None],
) -> tuple[BatchReport, int]:
    """What stands, written with its code; the report with its counts, and how many rows were held."""
    give_room(connection)
    create_stagings(connection, [entity for entity, _ in stands])
    # INVARIANT: from here on all other writers wait, so that what is staged is what stands.
    turn = next_in_order(connection, source_system=report.source, at=around.clock.now())
    stamp = BatchStamp(
        batch_id=report.id,
        seq=turn.sequence,
        recorded_at=turn.instant,
        source_system=around.source.name,
        agency_code=around.source.agency_code,
        is_full=False,
    )
    counts: dict[str, Counts] = {}
    held = 0
    for entity, fields in stands:
        stage_recoded(connection, entity, fields, given=given)
        written = write_entity(connection, entity, staging_of(entity), batch=stamp, keeps=True)
        counts[entity.name] = Counts(changed=written.changed, unchanged=written.unchanged)
        held += written.held
    # It gives no record, so it is not taken for a delivery that others are compared with.
    moved = {name: (0, one.changed) for name, one in counts.items()}
    batch = Looked(seq=stamp.seq, source=around.source.name, now=around.clock.now(), is_whole=False)
    found = around.inspect(connection, moved, batch)
    stops = [finding.message for finding in found if finding.severity == Severity.FATAL.value]
    if stops:
        reasons = "; ".join(dict.fromkeys(stops))
        raise CodesStoppedError(f"nothing was decided, for a fatal check would fail: {reasons}")
    return replace(report, seq=stamp.seq, recorded_at=turn.instant, entities=counts), held


def _sealed(connection: Connection, around: Circumstances, report: BatchReport) -> BatchReport:
    moment = seal(
        connection,
        batch_id=report.id,
        source_system=report.source,
        at=around.clock.now,
        machine_at=around.machine.now(),
    )
    return replace(report, recorded_at=moment.instant)
