"""What whoever looks after the data does at the pages: sources, checks of quality, the dictionary.

Who has the duty is asked when the desk is made. All of it is counts, codes and names of tables: no value of a record.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused
from watchroom.governance.feeds.rules import Feed, Load
from watchroom.governance.one_feed.rules import FeedLooked
from watchroom.governance.rerun.rules import Rerun, RerunLooked
from watchroom.ingest.alone import Queue, queues
from watchroom.ingest.drift_keeping import StandingDrift, standing_drift
from watchroom.ingest.history import BatchKept, batches, issue_counts, last_batches, set_aside, tries
from watchroom.ingest.progress import Step
from watchroom.kernel.errors import NotFoundError
from watchroom.node.audit_desk import Officer
from watchroom.node.beside import CHECKS, Beside, Working, rerun_work, source_work
from watchroom.node.fetch_desk import FetchDesk, SourceState
from watchroom.node.quality_desk import QualityDesk
from watchroom.node.stopping_desk import StoppingDesk
from watchroom.node.upkeep import Upkeep
from watchroom.policy.clauses import Duty
from watchroom.quality.told import RunKept, run_kept
from watchroom.sources.connectors.registry import KINDS
from watchroom.store.database import Database
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.difference import Difference

PURPOSE = "quality.data"


class EngineerNode(Protocol):
    """The node, as far as this desk needs it."""

    @property
    def gate(self) -> Gate:
        """The one door."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The log."""
        ...

    @property
    def database(self) -> Database:
        """For the keeping rooms."""
        ...

    @property
    def beside(self) -> Beside:
        """The work of this process beside its pages."""
        ...

    @property
    def fetching(self) -> FetchDesk:
        """Its sources."""
        ...

    @property
    def upkeep(self) -> Upkeep:
        """What it does by itself now and then."""
        ...

    @property
    def quality(self) -> QualityDesk:
        """The checks of quality."""
        ...


def engineer_desk_of(node: EngineerNode, asker: Asker, *, what: str) -> "EngineerDesk | Refused":
    """The desk of somebody who may see counts of quality; else a recorded refusal about `what`."""
    refused = node.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.QUALITY_COUNTS, what=what)
    return refused or EngineerDesk(node=node, officer=Officer(asker=asker, purpose=PURPOSE))


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineerDesk:
    """Sources and checks in the hands of one person. Each look and each step is an entry, made before it is given."""

    node: EngineerNode
    officer: Officer

    def feeds(self) -> tuple[Feed, ...]:
        """How each source does.

        Raises:
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        states = self.node.fetching.states()
        self._enter(Act.LIST, "source", count=len(states))
        with self.node.database.connection(Principal.LOADER) as connection:
            last, drift, waiting = last_batches(connection), standing_drift(connection), queues(connection)
        works, running = self.node.beside.all(), self._running()
        return tuple(
            _feed(
                one,
                last=last.get(one.source.name),
                drift=tuple(found for found in drift if found.source == one.source.name),
                load=_load(works.get(source_work(one.source.name)), running.get(one.source.name)),
                queue=waiting.get(one.source.name),
            )
            for one in states
        )

    def feed(self, name: str, *, batches_at_most: int, tries_at_most: int, before: UUID | None = None) -> FeedLooked:
        """One source with its deliveries, those older than `before` where it is given.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        state = next((one for one in self.node.fetching.states() if one.source.name == name), None)
        if state is None:
            raise NotFoundError("there is no source of that name; the list of sources names them")
        self._enter(Act.CONSULT, "source", source=name)
        with self.node.database.connection(Principal.LOADER) as connection:
            found = batches(connection, name, at_most=batches_at_most + 1, before=before)
            last = last_batches(connection).get(name)
            return FeedLooked(
                feed=_feed(
                    state,
                    last=last,
                    drift=standing_drift(connection, name),
                    load=_load(self.node.beside.all().get(source_work(name)), self._running().get(name)),
                    queue=queues(connection).get(name),
                ),
                batches=found[:batches_at_most],
                more=found[batches_at_most - 1].id if len(found) > batches_at_most else None,
                issues=() if last is None else issue_counts(connection, last.id),
                tries=tries(connection, name, at_most=tries_at_most),
                set_aside=set_aside(connection, name),
            )

    def fetch(self, name: str) -> bool:
        """Begin to take what a source gives, beside the pages; False: something takes from it already.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing was begun.
        """
        desk = self.node.fetching
        desk.sources.find(name)
        self._enter(Act.INGEST, "source", source=name, state="asked")
        return self._start(source_work(name), lambda: desk.ingest(name), never_with=rerun_work(name))

    def stop(self, name: str) -> bool:
        """Stop what takes from a source, or maps it again, in whatever process; False: nothing does.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing is stopped.
        """
        desk = StoppingDesk(sources=self.node.fetching.sources, audit=self.node.audit, officer=self.officer)
        return desk.stop(name) > 0

    def rerun(self, name: str) -> RerunLooked:
        """How mapping what is kept of a source again stands, as it was begun at a page of this process.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        source = self.node.fetching.sources.find(name)
        self._enter(Act.COUNT, "source", source=name)
        works = self.node.beside.all()
        work, other = works.get(rerun_work(name)), works.get(source_work(name))
        is_running = work is not None and not work.is_over
        return RerunLooked(
            source=name,
            mapping=source.mapping,
            work=None if work is None else _rerun(work),
            step=self._running().get(name) if is_running else None,
            is_taken_from=not is_running and (name in self._running() or (other is not None and not other.is_over)),
        )

    def try_rerun(self, name: str) -> bool:
        """Begin to see what mapping what is kept of a source again would change; False: something takes from it.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing was begun.
        """
        sources = self.node.fetching.sources
        sources.find(name)
        self._enter(Act.SETTINGS, "source", source=name, did="rerun", state="tried")
        work = partial(sources.map_again, name, is_trial=True)
        return self._start(rerun_work(name), work, never_with=source_work(name))

    def apply_rerun(self, name: str, *, shown: datetime) -> bool:
        """Begin to do what was shown, and nothing else; False: that is not shown any more, or something takes from it.

        Args:
            name: of the source.
            shown: when what is to be done was begun to be looked for.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing was begun.
        """
        sources = self.node.fetching.sources
        sources.find(name)
        work = self.node.beside.all().get(rerun_work(name))
        found = None if work is None or work.began_at != shown else _difference(work)
        if found is None or not found.may_be_applied:
            return False
        self._enter(Act.SETTINGS, "source", source=name, did="rerun", state="asked")
        doing = partial(sources.map_again, name, is_trial=False, shown=found)
        return self._start(rerun_work(name), doing, never_with=source_work(name))

    def source_names(self) -> tuple[str, ...]:
        """The names of all sources."""
        return tuple(one.name for one in self.node.fetching.sources.every())

    def checked(self) -> tuple[RunKept | None, Working | None]:
        """What the last run of the checks found, and how one that was begun at a page stands.

        Raises:
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        self._enter(Act.COUNT, "quality")
        with self.node.database.connection(Principal.LOADER) as connection:
            return run_kept(connection, zone=self.node.quality.zone.key), self.node.beside.all().get(CHECKS)

    def check(self) -> bool:
        """Begin to run the checks, beside the pages; False: they are being run already.

        Raises:
            AuditUnavailableError: it could not be entered; nothing was begun.
        """
        self._enter(Act.COUNT, "quality", state="asked")
        return self._start(CHECKS, self.node.quality.check)

    def look_up(self) -> None:
        """Enter that the dictionary is looked at.

        Raises:
            AuditUnavailableError: it could not be entered; nothing may be shown.
        """
        self._enter(Act.CONSULT, "dictionary")

    def _start(self, name: str, work: Callable[[], object], *, never_with: str | None = None) -> bool:
        return self.node.beside.start(name, work, by=self.officer.asker.name, never_with=never_with)

    def _running(self) -> dict[str, Step]:
        return {one.source: one.step for one in self.node.fetching.sources.running()}

    def _enter(self, act: Act, thing: str, *, count: int | None = None, **detail: str) -> None:
        self.node.audit.append(replace(self.officer.entry(act, thing), count=count, detail=detail))


def _feed(
    state: SourceState,
    *,
    last: BatchKept | None,
    drift: tuple[StandingDrift, ...],
    load: Load | None,
    queue: Queue | None,
) -> Feed:
    source = state.source
    return Feed(
        name=source.name,
        kind=source.kind,
        location=source.location,
        mapping=source.mapping,
        every_seconds=source.expected_every_seconds,
        poll_seconds=source.poll_seconds or (KINDS[source.kind].poll_seconds if source.kind in KINDS else None),
        state=state.state,
        heard_at=state.heard_at or state.last_batch_at,
        as_of=state.as_of,
        next_at=state.next_at,
        wrong=state.wrong,
        ended_at=source.ended_at,
        last=last,
        drift=drift,
        load=load,
        queue=queue,
    )


def _load(work: Working | None, step: Step | None) -> Load | None:
    """How far it is, as any process tells it; else what was begun at a page, if it runs or did not end well."""
    if step is not None or (work is not None and not work.is_over):
        return Load(step=step)
    return None if work is None or not work.fault else Load(fault=work.fault, began_at=work.began_at)


def _difference(work: Working) -> "Difference | None":
    from watchroom.ingest.difference import Difference

    return work.result if isinstance(work.result, Difference) else None


def _rerun(work: Working) -> Rerun:
    return Rerun(
        began_at=work.began_at,
        by=work.by,
        ended_at=work.ended_at,
        fault=work.fault,
        said=work.said,
        found=_difference(work),
    )
