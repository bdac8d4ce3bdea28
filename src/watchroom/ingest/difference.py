"""What a mapping changes of what stands: shown before it is applied, and told again when it was."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from watchroom.ingest.again import Kept
from watchroom.ingest.circumstances import Settle
from watchroom.ingest.held import HeldRows
from watchroom.ingest.issues import Severity
from watchroom.ingest.mapping import Mapping
from watchroom.ingest.registry import Source
from watchroom.ingest.report import BatchReport, Counts
from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.store.database import Connection


class MovedOnError(WatchroomError):
    """What a re-run would change is not what was shown any more: nothing was changed."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"the record of source `{source}`, or its mapping, has moved on since this was shown, so nothing was"
            " changed; look again at what it would change"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldChange:
    """Rows of a table that are held back for one reason, before and now."""

    table: str
    code: str
    before: int
    now: int

    def as_json(self) -> dict[str, object]:
        """The change for a JSON document."""
        return {"table": self.table, "code": self.code, "before": self.before, "now": self.now}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What came, or would come, of mapping the kept raw rows of a delivery again.

    Attributes:
        was: what is kept of it.
        mapping: that mapped it again.
        held_before: what was held back of what stands.
        report: of the batch; of a trial nothing of it stands.
        is_trial: nothing was applied.
    """

    was: Kept
    mapping: Mapping
    held_before: tuple[HeldRows, ...]
    report: BatchReport
    is_trial: bool

    @property
    def is_refused(self) -> bool:
        """Whether it was, or would be, refused."""
        return self.report.is_refused

    @property
    def is_any(self) -> bool:
        """Whether anything of the record, or of what is held back, is another."""
        return self.report.counts.is_any_news or any(one.before != one.now for one in self.held)

    @property
    def may_be_applied(self) -> bool:
        """Whether it was a trial of something that can be done and changes anything."""
        return self.is_trial and self.is_any and not self.is_refused

    @property
    def is_unnamed(self) -> bool:
        """Whether the mapping is another one under the same name and version."""
        was, now = self.was.mapping, self.mapping.version
        return was is not None and was != now and (was.name, was.version) == (now.name, now.version)

    @property
    def held(self) -> tuple[HeldChange, ...]:
        """What is held back, or was, by table and reason."""
        before, now = _by_reason(self.held_before), _by_reason(self.report.held)
        return tuple(
            HeldChange(table=table, code=code, before=before.get((table, code), 0), now=now.get((table, code), 0))
            for table, code in sorted(before.keys() | now.keys())
        )

    @property
    def new_tables(self) -> tuple[str, ...]:
        """Tables that another mapping may not have taken, of which no row is kept: they come with the next delivery."""
        if self.was.mapping == self.mapping.version or self.mapping.is_partial:
            return ()
        return tuple(rule.name for rule in self.mapping.taken() if rule.name not in self.was.tables)

    @property
    def entities(self) -> tuple[tuple[str, Counts], ...]:
        """What became of the records of each entity of which there are any."""
        return tuple((name, counts) for name, counts in self.report.entities.items() if counts != Counts())

    def as_json(self) -> dict[str, object]:
        """The document of `watchroom mapping rerun --json`."""
        was = self.was.mapping
        return {
            "source": self.report.source,
            "applied": not self.is_trial and not self.is_refused,
            "refused": self.is_refused,
            "rerun_of": str(self.was.delivery_id),
            "delivery": self.was.name,
            "mapping_before": None if was is None else was.as_json(),
            "mapping": self.mapping.version.as_json(),
            "batch": None if self.is_trial or self.is_refused else self.report.as_json(),
            "entities": {
                name: {**counts.as_json(), "fields": dict(self.report.fields.get(name, {}))}
                for name, counts in self.entities
            },
            "totals": self.report.totals,
            "held": [one.as_json() for one in self.held],
            "not_kept": list(self.new_tables),
            "rows_missing": dict(self.was.missing),
            "messages_missing": self.was.unheard,
            "issues": [issue.as_json() for issue in self.report.issues if issue.severity is Severity.FATAL],
            "seconds": round(self.report.seconds, 3),
        }

    def lines(self) -> Iterator[str]:
        """What a person at a terminal is told, a line each."""
        for name, counts in self.entities:
            if not counts.is_any_news:
                continue
            told = "\t".join(f"{word} {number}" for word, number in counts.as_json().items())
            yield f"{name}\t{told}"
            for field, number in self.report.fields.get(name, {}).items():
                yield f"{name}.{field}\tchanged {number}"
        same = [counts.unchanged for _, counts in self.entities if not counts.is_any_news]
        if same:
            yield f"nothing changes in {len(same)} entities\tunchanged {sum(same)}"
        for one in self.held:
            yield f"held back: {one.table}\t{one.code}\tbefore {one.before}\tnow {one.now}"


def require_kept(kept: Kept | None, source: Source) -> Kept:
    """What is kept of a source, where anything is.

    Raises:
        UsageError: nothing of it stands.
    """
    if kept is None:
        raise UsageError(
            f"nothing of source `{source.name}` stands, so nothing can be mapped again; ingest it, or give"
            " `watchroom mapping rerun` the option --also-before-it-ended if it had ended"
        )
    return kept


def as_shown(shown: Difference, kept: Kept, mapping: Mapping) -> Settle:
    """What lets a re-run stand only if it does what was shown, nothing else and nothing less.

    Args:
        shown: what somebody was shown.
        kept, mapping: of what it would be now.

    Raises:
        MovedOnError: the source has delivered since, something was decided of its codes, or the mapping is another.
    """
    if (shown.was.batch_id, shown.was.unheard, shown.mapping.version) != (kept.batch_id, kept.unheard, mapping.version):
        raise MovedOnError(shown.report.source)

    def settle(_connection: Connection, report: BatchReport) -> None:
        found = replace(shown, report=report)
        if (found.entities, found.held, report.fields) != (shown.entities, shown.held, shown.report.fields):
            raise MovedOnError(shown.report.source)

    return settle


def _by_reason(held: tuple[HeldRows, ...]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in held:
        found[one.table, one.code] = found.get((one.table, one.code), 0) + one.rows
    return found
