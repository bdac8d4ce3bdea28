"""Ending sources, taking them up again, and removing those that never gave anything, for an operator at a terminal."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watchroom.audit.entries import Act, Entry
from watchroom.node.settings import operator
from watchroom.node.source_desk import SourceDesk
from watchroom.node.source_secrets import forget_source_secret
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.ending import Ended, SourceEnding, Stock
    from watchroom.ingest.registry import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingDesk:
    """What ends sources. Each step is an entry of the audit log, made before it stands.

    Attributes:
        sources: of the node.
    """

    sources: SourceDesk

    def stock(self, name: str) -> "Stock":
        """What there is of a source.

        Raises:
            NotFoundError, UsageError: see `ingest.ending.stock_of`.
        """
        from watchroom.ingest.ending import stock_of

        with self.sources.database.connection(Principal.LOADER) as connection:
            return stock_of(connection, name, model=self.sources.model)

    def end(self, name: str) -> "Ended":
        """End a source; what opens it is deleted from the keys.

        Raises:
            NotFoundError, UsageError, SourceBusyError, OutOfOrderError: see `ingest.ending.SourceEnding.end`.
            AuditUnavailableError: it could not be entered; nothing is changed.
        """

        def witness(ended: "Ended") -> None:
            batch = {} if ended.batch_id is None else {"batch": str(ended.batch_id)}
            self._enter(count=sum(ended.records.values()), source=name, state="ended", **batch)

        found = self._ending().end(name, witness=witness)
        forget_source_secret(self.sources.folder, name)
        return found

    def resume(self, name: str) -> "Source":
        """Take up a source again that had ended; nothing opens it before a secret is told anew.

        Raises:
            NotFoundError, UsageError: see `ingest.ending.SourceEnding.resume`.
            AuditUnavailableError: it could not be entered; nothing is changed.
        """

        def witness() -> None:
            self._enter(source=name, state="resumed")
            # Where the command that ended it broke off, what opened it is there still.
            forget_source_secret(self.sources.folder, name)

        return self._ending().resume(name, witness=witness)

    def remove(self, name: str) -> None:
        """Remove a source from which nothing was ever taken, and what opens it.

        Raises:
            NotFoundError, UsageError, SourceBusyError: see `ingest.ending.SourceEnding.remove`.
            AuditUnavailableError: it could not be entered; nothing is changed.
        """
        self._ending().remove(name, witness=lambda: self._enter(source=name, state="removed"))
        forget_source_secret(self.sources.folder, name)

    def _ending(self) -> "SourceEnding":
        from watchroom.ingest.ending import SourceEnding

        desk = self.sources
        return SourceEnding(
            database=desk.database, model=desk.model, clock=desk.clock, machine=desk.machine, by=operator()
        )

    def _enter(self, *, count: int | None = None, **detail: str) -> None:
        who, agency = operator(), self.sources.agency
        by = Entry(act=Act.SETTINGS, actor=who, operator=who, organisation=agency, entity="source")
        self.sources.audit.append(replace(by, count=count, detail=detail))
