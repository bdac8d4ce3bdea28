"""Values of sources that are in no code list: which ones wait, and what somebody says of them.

A value may be what somebody typed into a field for codes. One that few rows have, or that does not look like a code, is
shown to whoever has the duty of data quality, and that is an entry of the audit log; to everybody else it has a number.
At a terminal nobody in particular looks, so every value has a number alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.registry import Source, find_source
from watchroom.kernel.clock import Clock
from watchroom.model.catalogue import Catalogue
from watchroom.node.audit_desk import Officer
from watchroom.node.settings import operator
from watchroom.policy.clauses import Duty
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Database
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.circumstances import Circumstances
    from watchroom.ingest.code_decisions import CodeDecided, CodeDecision
    from watchroom.ingest.code_queue import CodeSaid, CodeValue
    from watchroom.ingest.report import BatchReport

PURPOSE = "quality.data"
_THING = "code_value"
# Digits that any number of the queue has at most.
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDesk:
    """The queue of a node.

    Attributes:
        agency: its code.
        database: its own.
        audit: its log.
        gate: that knows who has which duty.
        clock, machine: the node's clock, and the machine's.
        zone: of the node; its days are told by it.
        model: of the node.
        mappings: that it may use.
    """

    agency: str
    database: Database
    audit: AuditTrail
    gate: Gate
    clock: Clock
    machine: Clock
    zone: ZoneInfo
    model: Catalogue
    mappings: Mappings

    def waiting(self, source: str | None = None) -> "tuple[CodeValue, ...]":
        """The queue as nobody in particular sees it, at a terminal: every value has a number alone; that is entered.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing is shown.
        """
        values = self._values(source, shows="none")
        by = operator()
        entry = Entry(act=Act.LIST, actor=by, operator=by, organisation=self.agency, entity=_THING)
        self.audit.append(replace(entry, count=len(values)))
        return values

    def revealed(self, asker: Asker, source: str | None = None) -> "tuple[CodeValue, ...] | Refused":
        """The queue with every value as it came, for somebody who has the duty; else a recorded refusal.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing is shown.
        """
        return self._listed(asker, source, shows="all")

    def listed(self, asker: Asker, source: str | None = None) -> "tuple[CodeValue, ...] | Refused":
        """As `revealed`, with what does not look like a code masked; each such value has a page of its own."""
        return self._listed(asker, source, shows="codes")

    def one(self, asker: Asker, number: str) -> "CodeValue | Refused | None":
        """The value of that number as it came, for somebody who has the duty; None: there is none.

        Raises:
            AuditUnavailableError: it could not be entered; nothing is shown.
        """
        refused = self._refused(asker)
        if refused is not None:
            return refused
        self.audit.append(self._entry(asker, Act.CONSULT))
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
            return None
        return next(iter(self._values(None, shows="all", number=int(number))), None)

    def history(self, value: "CodeValue") -> "tuple[CodeSaid, ...]":
        """Every decision of a value that was given to whoever asks, the last one first."""
        from watchroom.ingest.code_queue import code_history

        with self.database.connection(Principal.LOADER) as connection:
            return code_history(connection, value.id)

    def decide(self, source: str, decision: "CodeDecision", *, asker: Asker | None = None) -> "CodeDecided":
        """Keep what somebody says of a value, and let what stands follow it; entered in the log before it is done.

        Args:
            source: whose value.
            decision: what is said.
            asker: who says so at the pages; None: the operator at a terminal.

        Raises:
            NotFoundError, UsageError, DeliveryUnderWayError, CodesStoppedError: see `ingest.code_decisions`.
            AuditUnavailableError: it could not be entered; nothing was decided.
        """
        from watchroom.ingest.code_decisions import decide_code

        with self.database.connection(Principal.LOADER) as connection:
            known = find_source(connection, source)
        today = self.clock.now().astimezone(self.zone).date()
        return decide_code(self._around(known, self._witness(decision, asker)), decision, today=today)

    def _refused(self, asker: Asker) -> Refused | None:
        return self.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.QUALITY_COUNTS, what=_THING)

    def _listed(self, asker: Asker, source: str | None, *, shows: str) -> "tuple[CodeValue, ...] | Refused":
        refused = self._refused(asker)
        if refused is not None:
            return refused
        values = self._values(source, shows=shows)
        self.audit.append(replace(self._entry(asker, Act.LIST), count=len(values)))
        return values

    @staticmethod
    def _entry(asker: Asker, act: Act) -> Entry:
        return Officer(asker=asker, purpose=PURPOSE).entry(act, _THING)

    def _values(self, source: str | None, *, shows: str, number: int | None = None) -> "tuple[CodeValue, ...]":
        from watchroom.ingest.code_queue import Shows, code_values

        with self.database.connection(Principal.LOADER) as connection:
            if source is not None:
                find_source(connection, source)
            return code_values(connection, source, shows=Shows(shows), number=number)

    def _around(self, source: Source, witness: "Callable[[BatchReport], None]") -> "Circumstances":
        from watchroom.ingest.circumstances import Circumstances
        from watchroom.ingest.run import silent

        return Circumstances(
            database=self.database,
            # What stands and is not written anew has not ended.
            source=replace(source, is_full=False),
            mapping=self.mappings.load(source.mapping),
            machine=self.machine,
            clock=self.clock,
            now=self.clock.now(),
            as_at=None,
            gone=frozenset(),
            witness=witness,
            progress=silent,
            model=self.model,
            inspect=Stopping(model=self.model, zone=self.zone),
        )

    def _witness(self, decision: "CodeDecision", asker: Asker | None) -> "Callable[[BatchReport], None]":
        """Makes the entry: who, which list, what it is; never the value, which may be of somebody."""

        by = (
            self._entry(asker, Act.SETTINGS)
            if asker is not None
            else Entry(
                act=Act.SETTINGS,
                actor=decision.by,
                operator=operator(),
                organisation=self.agency,
                entity=_THING,
            )
        )

        def enter(batch: "BatchReport") -> None:
            self.audit.append(
                replace(
                    by,
                    count=batch.counts.changed,
                    detail={
                        "source": batch.source.removesuffix("/codes"),
                        "list": decision.code_list,
                        "state": decision.state.value,
                        "batch": str(batch.id) if batch.seq is not None else "none",
                    },
                )
            )

        return enter
