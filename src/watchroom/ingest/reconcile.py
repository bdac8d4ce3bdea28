"""A source's present delivery against the record: what was missed, what is too much, what differs. Nothing is written.

It goes the way of every delivery as far as staging, and there the write statement's own comparison is asked instead.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from watchroom.ingest.accounting import Accounting
from watchroom.ingest.batch import Batch
from watchroom.ingest.checks import delivery_issues
from watchroom.ingest.crew import Crew, clerk_beside
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.ready import Ready
from watchroom.ingest.writing import Writing
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.files import SourceFile, read_folder
from watchroom.sources.formats import How
from watchroom.store.database import Connection
from watchroom.store.sealing import sequence_at
from watchroom.store.staging import staging_of
from watchroom.store.unnamed import Giving, strip_erased
from watchroom.store.writes import Compared, Giver, compare_entity, hold_keys

_QUERIES = load_queries("watchroom.ingest", "reconcile.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What a comparison found.

    Attributes:
        id: its own.
        source: name of the source.
        at: node time.
        seq: the last sealed sequence of the record that was compared.
        entities: by name, those of which either has something.
        refused: why the delivery could not be compared.
    """

    id: UUID
    source: str
    at: datetime
    seq: int
    entities: Mapping[str, Compared]
    refused: tuple[Issue, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Nothing was missed, nothing is too much, nothing differs."""
        return not self.refused and not any(
            one.only_source or one.only_record or one.differing for one in self.entities.values()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier comparison in sums.

    Attributes:
        at: node time.
        repaired_by: the batch that took what was missed; None: none was taken.
    """

    at: datetime
    only_source: int
    only_record: int
    differing: int
    repaired_by: UUID | None


def reconciled(batch: Batch, ready: Ready, folder: Path) -> Reconciliation:
    """What a folder delivers against the record."""
    around = batch.around
    began = around.machine.now()
    report = batch.begun(folder, at=began)
    duck, mapper = ready.duck, ready.mapper
    connection = batch.connection
    with clerk_beside(duck) as clerk:
        writing = Writing(
            around=around,
            batch_id=report.id,
            connection=connection,
            duck=duck,
            reader=duck.beside(),
            mapper=mapper,
            clerk=clerk,
        )
        looked = writing.look()
        writing.begin(report)
        how = How(folder=ready.overflow)
        delivery = read_folder(folder, take=mapper.delivered.receive, done=_not_kept, how=how)
        before = looked.result()
        mapper.delivered.decided = before.decided
        issues = delivery_issues(delivery, around.mapping, before=before)
        if not _fatal(issues):
            issues = batch.prepared(mapper, delivery, report, before=before).issues
        found: dict[str, Compared] = {}
        if not _fatal(issues):
            with Crew(duck) as crew:
                staged = writing.stage(crew)
            _hold_not_taken(writing, Accounting(duck, around.mapping).not_taken(delivery.files))
            names = {mapped.entity.name: staging_of(mapped.entity) for mapped in staged}
            giving = Giving(source_system=around.source.name, is_full=around.source.is_full, recorded_at=around.now)
            strip_erased(connection, names, given=giving)
            for mapped in staged:
                found[mapped.entity.name] = compare_entity(
                    connection,
                    mapped.entity,
                    staging_of(mapped.entity),
                    giver=Giver(
                        source_system=around.source.name,
                        agency_code=around.source.agency_code,
                        is_full=around.source.is_full,
                        rules=around.mapping.references,
                    ),
                    keeps=mapped.keeps,
                )
        seq = sequence_at(connection, around.now).sequence
        # INVARIANT: nothing of it stands, not even that there was a batch.
        writing.abandon()
    return Reconciliation(
        id=uuid7(at=began),
        source=around.source.name,
        at=around.now,
        seq=seq,
        entities={name: one for name, one in found.items() if one.in_source or one.in_record},
        refused=_fatal(issues),
    )


def keep_reconciliation(connection: Connection, found: Reconciliation) -> None:
    """Keep what a comparison found, as loader: numbers only."""
    connection.execute(
        _QUERIES["enter_reconciliation"].text,
        {"id": found.id, "source_system": found.source, "at": found.at, "seq": found.seq},
    )
    names = list(found.entities)
    ones = [found.entities[name] for name in names]
    connection.execute(
        _QUERIES["enter_reconciled"].text,
        {
            "run_id": found.id,
            "entities": names,
            "in_source": [one.in_source for one in ones],
            "in_record": [one.in_record for one in ones],
            "only_source": [one.only_source for one in ones],
            "only_record": [one.only_record for one in ones],
            "differing": [one.differing for one in ones],
            "fields": [json.dumps(dict(one.fields)) for one in ones],
        },
    )


def mark_repaired(connection: Connection, run: UUID, *, batch: UUID) -> None:
    """Keep which batch took what a comparison found missing, as loader."""
    connection.execute(_QUERIES["mark_repaired"].text, {"id": run, "batch_id": batch})


def earlier_reconciliations(connection: Connection, source: str, *, most: int) -> tuple[Earlier, ...]:
    """The comparisons of a source, the latest first, as loader."""
    rows = connection.execute(_QUERIES["earlier"].text, {"source_system": source, "most": most})
    return tuple(
        Earlier(at=row[0], only_source=row[1], only_record=row[2], differing=row[3], repaired_by=row[4]) for row in rows
    )


def _hold_not_taken(writing: Writing, found: Iterable[tuple[str, list[str]]]) -> None:
    for name, keys in found:
        hold_keys(writing.connection, staging_of(writing.around.model.entity(name)), keys)


def _fatal(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    return tuple(issue for issue in issues if issue.severity is Severity.FATAL)


def _not_kept(_file: SourceFile) -> None:
    """Of what is only compared no raw row is kept."""
