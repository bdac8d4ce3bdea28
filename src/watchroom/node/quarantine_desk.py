"""The quarantine of a node: what is held back and why, and what somebody decided to live with."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from watchroom.audit.entries import Act, Entry
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused
from watchroom.ingest.held import Waiver
from watchroom.ingest.quarantine import Quarantined, quarantined, waive
from watchroom.kernel.errors import UsageError
from watchroom.node.audit_desk import Officer
from watchroom.node.settings import operator
from watchroom.node.source_desk import SourceDesk
from watchroom.policy.clauses import Duty
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.difference import Difference
    from watchroom.ingest.progress import Progress

PURPOSE = "quality.data"
LONGEST_REASON = 500
_THING = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineDesk:
    """What an operator, or somebody with the duty at the pages, does with rows that are held back.

    Attributes:
        sources: of the node.
        officer: at the pages; None: the operator at a terminal.
    """

    sources: SourceDesk
    officer: Officer | None = None

    def for_asker(self, gate: Gate, asker: Asker) -> "QuarantineDesk | Refused":
        """The desk in the hands of somebody with the duty of data quality; else a recorded refusal."""
        refused = gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.QUALITY_COUNTS, what=_THING)
        return refused or replace(self, officer=Officer(asker=asker, purpose=PURPOSE))

    def standing(self, source: str | None = None) -> tuple[Quarantined, ...]:
        """As `every`, for whoever has entered the look."""
        with self.sources.database.connection(Principal.LOADER) as connection:
            return quarantined(connection, source, at=self.sources.clock.now())

    def every(self, source: str | None = None) -> tuple[Quarantined, ...]:
        """What is and was held back, by source, table and reason; counts and codes only.

        Args:
            source: name of the source; None: of all.

        Raises:
            NotFoundError: there is no source of that name.
        """
        if source is not None:
            self.sources.find(source)
        self.sources.audit.append(self._entry(Act.COUNT))
        return self.standing(source)

    def map_again(self, source: str, *, is_trial: bool, progress: "Progress | None" = None) -> "Difference":
        """What mapping what is kept again frees of the quarantine; see `SourceDesk.map_again`."""
        return self.sources.map_again(source, is_trial=is_trial, progress=progress)

    def waive(self, source: str, *, table: str, code: str, reason: str, until: datetime | None = None) -> Waiver:
        """Decide to live with the rows of a table that are held back for a reason; each later delivery says so.

        Args:
            source: name of the source.
            table: whose rows.
            code: the reason for which they are held back.
            reason: why they may stay so; no word about a person.
            until: node time from which on it no longer holds, timezone-aware; None: until it is lifted.

        Raises:
            NotFoundError: there is no source of that name.
            UsageError: nothing says why, `until` is not to come, the mapping takes no such table, or rows are never
                held back for that.
            AuditUnavailableError: it could not be entered; nothing is waived.
        """
        desk = self.sources
        now = desk.clock.now()
        if not reason.strip():
            raise UsageError("a waiver says why; give `--reason TEXT`")
        if until is not None and until <= now:
            raise UsageError("a waiver ends after now, by the node's clock; give a later `--until`")
        waiver = Waiver(
            table=self._table(source, table), code=code, reason=reason.strip(), by=self._by, at=now, until=until
        )
        self._enter(waiver, source, did="waived")
        return waiver

    def lift(self, source: str, *, table: str, code: str, reason: str) -> Waiver:
        """Decide that rows that were waived are open again; arguments and errors as for `waive`."""
        waiver = Waiver(
            table=self._table(source, table),
            code=code,
            reason=reason.strip(),
            by=self._by,
            at=self.sources.clock.now(),
        )
        self._enter(waiver, source, did="lifted")
        return waiver

    @property
    def _by(self) -> str:
        return operator() if self.officer is None else self.officer.asker.name

    def _entry(self, act: Act) -> Entry:
        if self.officer is not None:
            return self.officer.entry(act, _THING)
        return Entry(act=act, actor=self._by, operator=self._by, organisation=self.sources.agency, entity=_THING)

    def _table(self, source: str, table: str) -> str:
        mapping = self.sources.mappings.load(self.sources.find(source).mapping)
        taken = [rule.name for rule in mapping.taken()]
        if table.upper() not in taken:
            raise UsageError(f"the mapping of source `{source}` takes no such table; it takes {', '.join(taken)}")
        return table.upper()

    def _enter(self, waiver: Waiver, source: str, *, did: str) -> None:
        desk = self.sources
        with desk.database.connection(Principal.LOADER) as connection:
            waive(connection, waiver, source=source, machine_at=desk.machine.now(), is_lifted=did == "lifted")
            until = "" if waiver.until is None else waiver.until.isoformat()
            # Before the commit: without its entry nothing is waived.
            desk.audit.append(
                replace(
                    self._entry(Act.SETTINGS),
                    detail={
                        "did": did,
                        "source": source,
                        "table": waiver.table,
                        "code": waiver.code,
                        "reason": waiver.reason,
                        "until": until,
                    },
                )
            )
