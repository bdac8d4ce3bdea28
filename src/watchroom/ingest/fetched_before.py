"""What the node holds of a source that it fetches from: what was taken, what was refused, and the rows of the last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from watchroom.ingest.mapping import Mapping
from watchroom.ingest.report import BatchReport
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.connectors.contract import Before, Laid, Nothing, Refusal
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.raw import raw_parts

_QUERIES = load_queries("watchroom.ingest", "fetching.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the node holds of a source; see `contract.Known`.

    Attributes:
        database: of the node.
        source: name of the source.
        batch_id: of the batch that kept the cursor; None: there is none.
        mapping: of the source.
        is_asked_for: a person asks, so what was refused is tried once more.
        refused: marks and digests that were refused since they asked.
    """

    database: Database
    source: str
    batch_id: UUID | None
    mapping: Mapping
    is_asked_for: bool = False
    refused: set[str] = field(default_factory=set[str])

    def before(self, marks: Sequence[str]) -> Before:
        """What became of deliveries that are known by such marks or digests."""
        named = {"source_system": self.source}
        asked = {**named, "marks": list(marks)}
        with self.database.connection(Principal.LOADER) as connection:
            taken = connection.execute(_QUERIES["taken"].text, asked).fetchall()
            refused = connection.execute(_QUERIES["refused"].text, asked).fetchall()
            superseded = connection.execute(_QUERIES["superseded"].text, named).fetchall()
        return Before(
            taken=frozenset(mark for (mark,) in taken),
            refused={
                mark: Refusal(
                    code=code,
                    is_passed_over=is_passed_over,
                    may_be_tried=self.is_asked_for and mark not in self.refused,
                )
                for mark, code, is_passed_over in refused
            },
            superseded=frozenset(name for (name,) in superseded),
        )

    def rows(self, table: str) -> Iterator[ArrowTable] | None:
        """The rows of a table in the batch that kept the cursor; None: there are none, or they were erased."""
        if self.batch_id is None:
            return None
        with self.database.connection(Principal.LOADER) as connection:
            found = connection.execute(_QUERIES["files_of_batch"].text, {"batch_id": self.batch_id}).fetchall()
        names = [name for name, _ in found if self.mapping.table_of(name) == table]
        if len(names) != 1:
            return None
        parts = self._parts(self.batch_id, names[0])
        try:
            next(parts)
        except NotFoundError:
            return None
        return parts

    def erased(self, table: str) -> int:
        """How many rows of a table in that batch were erased one by one, so that `rows` does not give them."""
        if self.batch_id is None:
            return 0
        with self.database.connection(Principal.LOADER) as connection:
            found = connection.execute(_QUERIES["files_of_batch"].text, {"batch_id": self.batch_id}).fetchall()
        return sum(erased for name, erased in found if self.mapping.table_of(name) == table)

    def _parts(self, batch_id: UUID, name: str) -> Iterator[ArrowTable]:
        with self.database.connection(Principal.LOADER) as connection:
            for part in raw_parts(connection, batch_id=batch_id, name=name):
                table: ArrowTable = part  # type: ignore[assignment]  # the same pyarrow.Table, seen from another room
                yield table


def keep_taken(connection: Connection, source: str, laid: Laid, *, batch_id: UUID) -> None:
    """Keep that a delivery was taken, and in the place of which ones that were refused, as loader."""
    given = {"source_system": source, "batch_id": batch_id}
    for sha256 in filter(None, (laid.sha256, laid.mark)):
        connection.execute(_QUERIES["keep_taken"].text, {**given, "sha256": sha256})
    if laid.supersedes:
        connection.execute(_QUERIES["supersede"].text, {**given, "marks": list(laid.supersedes)})


def keep_refused(connection: Connection, source: str, laid: Laid, *, batch: BatchReport, code: str) -> None:
    """Keep that a delivery was refused, as loader."""
    given = {"source_system": source, "batch_id": batch.id, "name": laid.name, "code": code}
    for sha256 in filter(None, (laid.sha256, laid.mark)):
        told = {**given, "sha256": sha256, "is_passed_over": batch.is_passed_over}
        connection.execute(_QUERIES["keep_refused"].text, told)


def forget_refused(connection: Connection, source: str) -> None:
    """Have what was refused tried again when it comes again: the record is another now; as loader."""
    connection.execute(_QUERIES["forget_refused"].text, {"source_system": source})


def keep_marks(connection: Connection, source: str, nothing: Nothing) -> None:
    """Keep by which other marks deliveries are known that were taken before, as loader."""
    for mark, sha256 in nothing.marks.items():
        connection.execute(_QUERIES["keep_mark"].text, {"source_system": source, "mark": mark, "sha256": sha256})
