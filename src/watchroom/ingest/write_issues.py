"""What the store says of rows that it wrote, in the words of the source: its tables and columns."""

from collections.abc import Sequence
from dataclasses import replace

from watchroom.ingest.issues import BEYOND, Issue, issue_of
from watchroom.ingest.lineage import source_column
from watchroom.ingest.mapping import Mapping
from watchroom.model.catalogue import Entity
from watchroom.store.writes import ERASED, WriteIssue


def issue_of_write(mapping: Mapping, entity: Entity, issue: WriteIssue) -> Issue:
    """A field of a staged row that could not be given a value, as an issue of the source's own column."""
    if issue.code in ERASED:
        return issue_of(issue.code, field=issue.field, file=issue.file, row=issue.row, entity=entity.name)
    given = issue.field.removesuffix("_id") + "_key" if entity.field(issue.field).target else issue.field
    known = mapping.rule(mapping.table_of(issue.file or "")).columns
    field = source_column(mapping.entities[entity.name], given, known)
    is_held = issue.code == "reference_missing" and entity.field(issue.field).required
    code = "row_without_link" if is_held else issue.code
    found = issue_of(code, field=field, file=issue.file, row=issue.row, entity=entity.name)
    return replace(found, holds=found.holds or (code in BEYOND and entity.field(issue.field).required))


def but_held(found: Sequence[Issue], held: Sequence[WriteIssue], entity: Entity) -> list[Issue]:
    """What was found before the store held rows back, but of those rows: nothing of them is loaded or left empty."""
    places = {(issue.file, issue.row) for issue in held if issue.code in ERASED or entity.field(issue.field).required}
    return [issue for issue in found if issue.row is None or (issue.file, issue.row) not in places]


def nothing_ended(table: str, file: str, entity: Entity) -> Issue:
    """That no record ended by not being named, for rows of the table have no key that can be read."""
    return issue_of("nothing_ended", field=table, file=file, row=None, entity=entity.name)
