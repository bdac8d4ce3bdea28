"""Fetching from the sources of a node: asked for by an operator, or by itself when it is due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from watchroom.ingest.registry import Source
from watchroom.ingest.tries import SourceTried, last_heard, last_tries, source_ages_of
from watchroom.node.source_desk import NOTHING, SourceDesk, Told
from watchroom.node.source_secrets import source_secret
from watchroom.priority.freshness import SourceAge, shown_state, source_ages
from watchroom.sources.connectors.contract import unwatched
from watchroom.sources.connectors.registry import KINDS
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.circumstances import Progress
    from watchroom.ingest.fetching import Fetched, Fetching
    from watchroom.ingest.report import IngestReport

# Refusals that only wait for an operator's word.
_HELD = ("column_emptied", "feed_shrunk", "table_shrunk", "roll_shrunk", "roll_repeated")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source does.

    Attributes:
        source: it.
        state: fresh, late, silent, unjudged or ended; of a source that is fetched from also unreachable, held or
            refused.
        heard_at: when it last gave or confirmed anything, node time; None: never, or nobody fetches from it.
        last_batch_at: when its last delivery was taken, node time; None: none was.
        as_of: of when what is known of it is.
        wrong: what is wrong and what to do; empty: nothing is known to be.
        next_at: it is not asked by itself before; None: nobody fetches from it, or it is due.
    """

    source: Source
    state: str
    heard_at: datetime | None
    last_batch_at: datetime | None
    as_of: datetime | None
    wrong: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchDesk:
    """What is done with sources that are fetched from.

    Attributes:
        sources: the desk of all sources.
        watch: told how many bytes came, as they come; raises to stop.
        pause: waits for so many seconds, or until it is to stop; None: as connectors do.
    """

    sources: SourceDesk
    watch: Callable[[int], None] = field(default=unwatched)
    pause: Callable[[float], object] | None = None

    def ingest(
        self,
        name: str,
        folders: Sequence[Path] = (),
        *,
        told: Told = NOTHING,
        is_whole: bool = False,
        progress: "Progress | None" = None,
    ) -> "Fetched | IngestReport":
        """Take deliveries of a source, those in `folders` or what it gives when it is asked.

        Args:
            name: of the source.
            folders: deliveries that are here, the earliest first; none: it is fetched from where its kind is, or they
                stand at its own location.
            told: what the operator says of them.
            is_whole: everything is fetched, whatever is known.
            progress: told what is being done.

        Raises:
            AlreadyFetchingError: something else takes from the source just now.
            SourceEndedError: it has ended.
        """
        source = self.sources.find(name)
        if source.kind not in KINDS:
            return self.sources.ingest(name, folders, told=told, progress=progress)
        if folders:
            from watchroom.ingest.fetching import alone

            with alone(self.sources.intake(), source):
                return self.sources.ingest(name, folders, told=told, progress=progress)
        fetching = self._fetching(source, told=told, is_whole=is_whole, progress=progress)
        found = fetching.fetch(as_at=told.as_at, gone=tuple(told.gone))
        self.sources.link(source)
        return found

    def fetch_due(self, source: Source) -> None:
        """Fetch from a source that is due; one that something else fetches from, or that has ended, is left alone."""
        from watchroom.ingest.alone import SourceEndedError
        from watchroom.ingest.fetching import AlreadyFetchingError
        from watchroom.ingest.stopping import StoppedError

        try:
            self._fetching(source, is_asked_for=False).fetch()
            self.sources.link(source)
        except (AlreadyFetchingError, SourceEndedError, StoppedError):
            return

    def note_fault(self, source: Source, kind: str) -> None:
        """Keep that fetching from a source ended in a fault of the node, so that it is left alone for a while."""
        self._fetching(source, is_asked_for=False).note_fault(kind)

    def due(self) -> tuple[Source, ...]:
        """The sources that are to be asked now, by the node's clock."""
        now = self.sources.clock.now()
        with self.sources.database.connection(Principal.LOADER) as connection:
            tried = last_tries(connection)
        return tuple(
            source
            for source in self.sources.every()
            if source.kind in KINDS and source.ended_at is None and _is_due(tried.get(source.name), now)
        )

    def states(self) -> tuple[SourceState, ...]:
        """How each source does, by name."""
        now = self.sources.clock.now()
        with self.sources.database.connection(Principal.LOADER) as connection:
            tried, heard, found = last_tries(connection), last_heard(connection), source_ages_of(connection)
        ages = {age.system: age for age in source_ages(found, at=now)}
        taken = {row.source_system: row.loaded_at for row in found}
        return tuple(
            _state(
                source,
                ages[source.name],
                tried=tried.get(source.name),
                heard_at=heard.get(source.name),
                taken_at=taken[source.name],
            )
            for source in self.sources.every()
            # What staff write comes when they write it.
            if source.name in ages
        )

    def _fetching(
        self,
        source: Source,
        *,
        told: Told = NOTHING,
        is_whole: bool = False,
        is_asked_for: bool = True,
        progress: "Progress | None" = None,
    ) -> "Fetching":
        from watchroom.ingest.fetching import Fetching
        from watchroom.ingest.overflow import FETCHED_FOLDER

        return Fetching(
            intake=self.sources.intake(told=told, progress=progress),
            source=source,
            folder=self.sources.folder / FETCHED_FOLDER,
            secret=source_secret(self.sources.folder, source.name),
            is_whole=is_whole,
            is_asked_for=is_asked_for,
            watch=self.watch,
            pause=self.pause,
        )


def _is_due(tried: SourceTried | None, now: datetime) -> bool:
    # A recorded clock may be put back; what was tried after now says nothing of when to try.
    return tried is None or now >= tried.next_at or now < tried.began_at - timedelta(seconds=1)


def _state(
    source: Source, age: SourceAge, *, tried: SourceTried | None, heard_at: datetime | None, taken_at: datetime | None
) -> SourceState:
    state, wrong = shown_state(age), ""
    if source.ended_at is not None:
        # What was tried before says nothing of it any more.
        tried = None
    elif tried is not None and tried.outcome == "failed":
        # What answers with anything at all is reachable, and is as old as it is.
        state = "unreachable" if tried.code == "unreachable" else state
        wrong = f"{tried.code}: {tried.message}"
    elif tried is not None and tried.outcome == "refused":
        state = "held" if tried.code in _HELD else "refused"
        wrong = f"{tried.code}: {tried.message}"
    elif tried is not None and tried.code == "not_whole":
        wrong = f"{tried.code}: {tried.message}"
    elif age.refused_at is not None:
        wrong = "refused: its last delivery was refused; `watchroom ingest` tells why"
    return SourceState(
        source=source,
        state=state,
        heard_at=heard_at,
        last_batch_at=taken_at,
        as_of=age.as_of,
        wrong=wrong,
        next_at=None if tried is None else tried.next_at,
    )
