"""What a batch did, as events of OpenLineage (spec 2-0-2): names of tables, columns and fields, and counts.

INVARIANT: a table or column is named only where the mapping declares it, so nothing that a faulty file holds gets here.
Our own writer: the client of OpenLineage brings five packages for what is one dictionary.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID

from watchroom.ingest.column_lineage import EntityLineage, MappingLineage, lineage_of
from watchroom.ingest.issues import Severity
from watchroom.ingest.mapping import Mapping as SourceMapping
from watchroom.ingest.mapping import TableRule
from watchroom.ingest.report import BatchReport
from watchroom.model.catalogue import Catalogue, columns_of

PRODUCER = "urn:watchroom:ingest"
_SPEC = "https://openlineage.io/spec"
EVENT_SCHEMA = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
# Each facet with the version of its schema.
FACETS: Mapping[str, str] = {
    "schema": "1-2-0/SchemaDatasetFacet",
    "dataSource": "1-0-1/DatasourceDatasetFacet",
    "columnLineage": "1-2-0/ColumnLineageDatasetFacet",
    "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet",
    "dataQualityAssertions": "1-1-0/DataQualityAssertionsDatasetFacet",
    "errorMessage": "1-0-1/ErrorMessageRunFacet",
}
_LEVELS = {Severity.FATAL: "error", Severity.CONVENTION: "error", Severity.CHARACTERISATION: "warn"}

Document = dict[str, object]


class RunState(StrEnum):
    """What a run has come to, in the words of OpenLineage."""

    START = "START"
    COMPLETE = "COMPLETE"
    FAIL = "FAIL"


RunTeller = Callable[[RunState, BatchReport], None]
"""Told of each batch when it begins and when it is over; one that was killed only begins."""


def untold(_state: RunState, _report: BatchReport) -> None:
    """Tells nobody."""


class Run:
    """One batch on its way, whose beginning and end are told."""

    def __init__(self, tell: RunTeller) -> None:
        self._tell = tell
        self._begun: BatchReport | None = None

    def begin(self, report: BatchReport) -> None:
        """Tell that it begins."""
        self._begun = report
        self._tell(RunState.START, report)

    def end(self, report: BatchReport) -> BatchReport:
        """The report, once it is told how it ended: what is told has been committed."""
        self._tell(RunState.FAIL if report.is_refused else RunState.COMPLETE, report)
        self._begun = None
        return report

    @contextmanager
    def watched(self) -> Generator[None]:
        """Within it a fault is told as the end of a run that had begun, and leaves."""
        try:
            yield
        except BaseException:
            if self._begun is not None:
                self._tell(RunState.FAIL, self._begun)
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The job whose runs are batches: a source with its mapping.

    Attributes:
        agency: code of the node's agency.
        source, mapping_name: names.
        mapping: that reads the source.
        model: of the node.
    """

    agency: str
    source: str
    mapping_name: str
    mapping: SourceMapping
    model: Catalogue

    @property
    def namespace(self) -> str:
        """That of the job."""
        return f"watchroom://{quote(self.agency)}"

    @property
    def delivered(self) -> str:
        """The namespace of what the source delivers."""
        return f"{self.namespace}/{quote(self.source)}"

    @property
    def record(self) -> str:
        """The namespace of the record."""
        return f"{self.namespace}/record"


def run_event(job: Job, state: RunState, report: BatchReport, *, at: datetime) -> Document:
    """One event of a batch.

    Args:
        job: whose run it is.
        state: what it has come to.
        report: of the batch, as far as it has come.
        at: when it came to that, machine time, timezone-aware.
    """
    is_done = state is not RunState.START
    return {
        "eventType": state.value,
        "eventTime": at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": EVENT_SCHEMA,
        "run": _run(report.id, state, report),
        "job": {
            "namespace": job.namespace,
            "name": f"{job.source}.{job.mapping_name}",
            "facets": {},
        },
        "inputs": list(_inputs(job, report)) if is_done else [],
        "outputs": list(_outputs(job, report)) if state is RunState.COMPLETE else [],
    }


def _run(batch: UUID, state: RunState, report: BatchReport) -> Document:
    if state is not RunState.FAIL:
        return {"runId": str(batch), "facets": {}}
    codes = dict.fromkeys(issue.code for issue in report.issues if issue.severity is Severity.FATAL)
    why = f"was refused: {', '.join(codes)}" if codes else "was not taken: it was stopped, or a fault of ours"
    message = f"the delivery {why}"
    return {"runId": str(batch), "facets": _facet("errorMessage", message=message, programmingLanguage="python")}


def _inputs(job: Job, report: BatchReport) -> Iterator[Document]:
    """The tables that were delivered and are taken, each with what was found wrong in it."""
    tables = {entry.table for entry in report.file_rows}
    named = {job.mapping.table_of(issue.file) for issue in report.issues if issue.file is not None}
    for rule in sorted(job.mapping.taken(), key=lambda rule: rule.name):
        if rule.name not in tables | named:
            continue
        columns = [{"name": column, "type": "text"} for column in rule.columns]
        facets = _facet("schema", fields=columns) | _facet("dataSource", name=job.source, uri=job.delivered)
        found = list(_assertions(job, report, rule=rule))
        yield {
            "namespace": job.delivered,
            "name": rule.name,
            "facets": facets,
            "inputFacets": _facet("dataQualityAssertions", assertions=found) if found else {},
        }


def _assertions(job: Job, report: BatchReport, *, rule: TableRule) -> Iterator[Document]:
    """What was found wrong in a table: each kind of issue and column once, as an assertion that does not hold."""
    found = Counter(
        (issue.code, issue.field if issue.field in rule.columns else None, issue.severity)
        for issue in report.issues
        if issue.file is not None and job.mapping.table_of(issue.file) == rule.name
    )
    for (code, column, severity), number in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        said: Document = {"assertion": code, "success": False, "severity": _LEVELS[severity], "actual": str(number)}
        yield said if column is None else {**said, "column": column}


def _outputs(job: Job, report: BatchReport) -> Iterator[Document]:
    """The entities that were written, each with the columns behind its fields."""
    lineage = lineage_of(job.mapping_name)
    for name, counts in report.entities.items():
        entity = job.model.entity(name)
        fields = [{"name": column.name, "type": column.sql_type} for column in columns_of(entity)]
        facets = _facet("schema", fields=fields) | _facet("dataSource", name="record", uri=job.record)
        yield {
            "namespace": job.record,
            "name": name,
            "facets": facets | _columns(job, name, lineage),
            "outputFacets": _facet("outputStatistics", rowCount=counts.new + counts.changed),
        }


def _columns(job: Job, entity: str, lineage: MappingLineage | None) -> Document:
    behind = None if lineage is None else lineage.entities.get(entity)
    return {} if behind is None else _facet("columnLineage", fields=dict(_fields(job, behind)))


def _fields(job: Job, behind: EntityLineage) -> Iterator[tuple[str, Document]]:
    for name, field in behind.fields.items():
        given = list(_input_fields(job, field.gives, "DIRECT"))
        yield name, {"inputFields": [*given, *_input_fields(job, field.decides, "INDIRECT")]}


def _input_fields(job: Job, places: Iterable[str], kind: str) -> Iterator[Document]:
    for place in places:
        table, column = place.split(".")
        yield {"namespace": job.delivered, "name": table, "field": column, "transformations": [{"type": kind}]}


def _facet(facet: str, /, **said: object) -> Document:
    schema = FACETS[facet]
    url = f"{_SPEC}/facets/{schema}.json#/$defs/{schema.partition('/')[2]}"
    return {facet: {"_producer": PRODUCER, "_schemaURL": url, **said}}
