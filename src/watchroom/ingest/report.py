"""What an ingest says when it is done; counts and places only, never a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from watchroom.ingest.accounting import FileRows, LeftOut, Rows
from watchroom.ingest.dating import DatedBy
from watchroom.ingest.held import HeldRows
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.mapping import MappingVersion
from watchroom.ingest.resuming import TakenAlready


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of records.

    Attributes:
        new: keys that were not there.
        changed: keys with another content.
        unchanged: keys with the same content.
        ended: keys that the source no longer gives.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0

    @property
    def is_any_news(self) -> bool:
        """Whether anything of the record is another than before."""
        return bool(self.new or self.changed or self.ended)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            ended=self.ended + other.ended,
        )

    def as_json(self) -> dict[str, int]:
        """The counts for a JSON document."""
        return {"new": self.new, "changed": self.changed, "unchanged": self.unchanged, "ended": self.ended}


class Verdict(StrEnum):
    """What becomes of a roll."""

    TAKEN = "taken"
    """It is the newest one."""
    STALE = "stale"
    """It says what one before it said: the feed stands still, and nobody knows of that day."""
    HELD = "held"
    """It may not be whole; an operator may accept it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """One snapshot of who stands in a roll.

    Attributes:
        day: that it is of, by the source's own calendar.
        sha256: of the file's bytes, hexadecimal.
        fingerprint: of its rows, in no order.
        rows: that could be read.
        verdict: what becomes of it.
        accepted: why an operator accepted it although it would be held; None: nobody had to.
    """

    day: date
    sha256: str
    fingerprint: str
    rows: int
    verdict: Verdict = Verdict.TAKEN
    accepted: str | None = None

    def as_json(self) -> dict[str, object]:
        """The roll for a JSON document."""
        return {"day": self.day.isoformat(), "rows": self.rows, "verdict": self.verdict.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What became of one delivery.

    Attributes:
        id: of the batch.
        source: name of the source.
        folder: name of what was delivered, without its parents.
        as_at: instant of the extract, in UTC.
        dated_by: how that is known.
        recorded_at: node time from which it counts as known, in UTC.
        is_back_dated: that is the instant of the extract, not when it was loaded.
        default_instants: that the source fills in for dates it does not know, in UTC.
        seq: sealed sequence; None: it was refused and nothing of it is in the record.
        files: how many were read.
        file_rows: where the rows of each went; none when it was refused.
        entities: counts of records per entity.
        left_out: rows left out, by design or since nobody knows the table.
        issues: everything found wrong.
        seconds: that it took.
        roll: what became of the roll that it is; None: it is none, or nobody could say of which day.
        feed_accepted: why an operator accepted a feed although it would be held; None: nobody had to.
        mapping: that made it.
        digest: of all that was delivered; None: nobody asked.
        mapping_before: of a re-run, the mapping that had made what stood; None: it is none, or that was not kept.
        rerun_of: the delivery whose kept raw rows were mapped again; None: it is a delivery itself.
        held: rows that were held back, by reason.
        on_hold: people of whose death it tells, who are under a legal hold since.
        fields: of a re-run, by entity and column how many records have another value.
        not_kept: names of messages of which nothing is kept, since all that they are about was erased.
    """

    id: UUID
    source: str
    folder: str
    as_at: datetime
    recorded_at: datetime
    dated_by: DatedBy = DatedBy.LOADED
    is_back_dated: bool = False
    default_instants: tuple[datetime, ...] = ()
    seq: int | None = None
    files: int = 0
    file_rows: tuple[FileRows, ...] = ()
    entities: Mapping[str, Counts] = field(default_factory=dict[str, Counts])
    left_out: tuple[LeftOut, ...] = ()
    issues: tuple[Issue, ...] = ()
    seconds: float = 0.0
    roll: Roll | None = None
    feed_accepted: str | None = None
    mapping: MappingVersion | None = None
    mapping_before: MappingVersion | None = None
    digest: str | None = None
    rerun_of: UUID | None = None
    held: tuple[HeldRows, ...] = ()
    on_hold: tuple[UUID, ...] = ()
    fields: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    not_kept: frozenset[str] = frozenset()

    @property
    def accepted(self) -> str | None:
        """Why an operator accepted it although it would be held; None: nobody had to."""
        return self.feed_accepted if self.roll is None else self.roll.accepted

    @property
    def is_passed_over(self) -> bool:
        """Whether it is a roll that says nothing new or cannot be trusted, so that the next one may still be taken."""
        return self.is_refused and self.roll is not None and self.roll.verdict is not Verdict.TAKEN

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it is in the record."""
        return self.seq is None

    @property
    def rows(self) -> Rows:
        """Where the rows of all files went."""
        return sum((file.rows for file in self.file_rows), Rows())

    @property
    def counts(self) -> Counts:
        """What became of the records of all entities."""
        return sum(self.entities.values(), Counts())

    @property
    def totals(self) -> dict[str, int]:
        """The figures by which batches are compared."""
        return {"read": self.rows.read, **self.counts.as_json(), "quarantined": self.rows.quarantined}

    def as_json(self) -> dict[str, object]:
        """The batch for a JSON document, without its issues."""
        document: dict[str, object] = {
            "id": str(self.id),
            "delivery": self.folder,
            "status": "refused" if self.is_refused else "sealed",
            "as_at": self.as_at.isoformat(),
            "dated_by": self.dated_by.value,
            "recorded_at": self.recorded_at.isoformat(),
            "default_instants": [instant.isoformat() for instant in self.default_instants],
            "seq": self.seq,
            "files": self.files,
            "totals": self.totals,
            "rows": self.rows.as_json(),
            "entities": {name: counts.as_json() for name, counts in self.entities.items()},
            "seconds": round(self.seconds, 3),
            "mapping": None if self.mapping is None else self.mapping.as_json(),
            "rerun_of": None if self.rerun_of is None else str(self.rerun_of),
            "held": [held.as_json() for held in self.held],
        }
        return document if self.roll is None else document | {"roll": self.roll.as_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What became of all deliveries of one command.

    Attributes:
        source: name of the source.
        batches: in the order in which they were taken.
        taken_already: deliveries that were in the record when the command began, and were not taken again.
    """

    source: str
    batches: tuple[BatchReport, ...]
    taken_already: tuple[TakenAlready, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether any delivery was refused."""
        return any(batch.is_refused for batch in self.batches)

    @property
    def is_passed_over(self) -> bool:
        """Whether what was refused is only rolls that were passed over."""
        refused = [batch for batch in self.batches if batch.is_refused]
        return bool(refused) and all(batch.is_passed_over for batch in refused)

    @property
    def exit_status(self) -> int:
        """0, or 1 when a delivery was refused."""
        return 1 if self.is_refused else 0

    def as_json(self) -> dict[str, object]:
        """The document of `watchroom ingest --json`."""
        rows = sum((batch.rows for batch in self.batches), Rows())
        counts = sum((batch.counts for batch in self.batches), Counts())
        issues = [issue for batch in self.batches for issue in batch.issues]
        return {
            "source": self.source,
            "batches": [batch.as_json() for batch in self.batches],
            "taken_already": [taken.as_json() for taken in self.taken_already],
            "totals": {"read": rows.read, **counts.as_json(), "quarantined": rows.quarantined},
            "rows": rows.as_json(),
            "files": [{"batch": str(batch.id), **file.as_json()} for batch in self.batches for file in batch.file_rows],
            "unmapped": [entry.as_json() for batch in self.batches for entry in batch.left_out],
            "issues": [issue.as_json() for issue in sorted(issues, key=_gravest_first)],
            "seconds": round(sum(batch.seconds for batch in self.batches), 3),
        }


_ORDER = {severity: number for number, severity in enumerate(Severity)}


def _gravest_first(issue: Issue) -> tuple[int, str, int, str, str]:
    return (_ORDER[issue.severity], issue.file or "", issue.row or 0, issue.field or "", issue.code)
