"""What a delivery as a whole must be before anything of it is mapped."""

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from collections.abc import Set as AbstractSet
from dataclasses import replace

from watchroom.ingest.again import Kept
from watchroom.ingest.circumstances import Before, Circumstances
from watchroom.ingest.delivered import missing_columns
from watchroom.ingest.issues import Issue, Severity, issue_of_fault, summed, told
from watchroom.ingest.lineage import is_beneath
from watchroom.ingest.mapping import Mapping, Role, TableRule
from watchroom.sources.file_names import table_of
from watchroom.sources.files import Delivery, SourceFile

# So many columns that are new are named where one is missing.
_NAMED = 3


def delivery_issues(
    delivery: Delivery,
    mapping: Mapping,
    *,
    before: Before,
    gone: AbstractSet[str] = frozenset(),
    is_part: bool = False,
) -> tuple[Issue, ...]:
    """Everything wrong with the files of a delivery and their headers; one that is fatal refuses it.

    Args:
        delivery: as read.
        mapping: that is to take it.
        before: the last batch of the source.
        gone: tables and columns (`TABLE.COLUMN`) that the operator says it no longer gives.
        is_part: it adds to those before: tables and rows that are not in it may stand all the same.
    """
    last = _but(replace(before, rows={}) if is_part else before, gone)
    tables = _tables(delivery, mapping, last)
    if is_part:
        tables = (one for one in tables if one.code != "missing_file" or one.severity is Severity.FATAL)
    return (*_faults(delivery, mapping), *tables, *_told_gone(gone, delivery))


def not_kept(issues: Sequence[Issue], kept: Kept) -> Iterator[Issue]:
    """The issues of a delivery that is mapped again: of a table that was not taken then nobody knows if it came."""
    for issue in issues:
        if issue.code == "missing_file" and table_of(issue.file or "") not in kept.tables:
            message = (
                "no rows of it are kept: they were not taken then, or it was not delivered; they come with the next"
            )
            yield replace(issue, code="table_not_kept", message=f"{message} one")
        # What was erased was delivered.
        elif issue.code != "table_vanished" or issue.file not in kept.missing:
            yield issue


def mapping_issues(around: Circumstances, before: Before) -> Iterator[Issue]:
    """That another mapping than this one made what stands; a re-run has shown what that changes."""
    now, was = around.mapping.version, before.mapping
    if around.kept is None and was is not None and was.digest != now.digest:
        message = (
            f"the last delivery was read by mapping {was}, this one by {now}; what of it changed for that reason alone,"
            " `watchroom mapping rerun` would have shown before"
        )
        yield Issue(code="mapping_changed", severity=Severity.CHARACTERISATION, message=message)


def _faults(delivery: Delivery, mapping: Mapping) -> Iterator[Issue]:
    aside: list[Issue] = []
    for fault in (*delivery.faults, *(fault for file in delivery.files for fault in file.faults)):
        is_any = fault.holds_any or fault.file == delivery.folder.name
        is_taken = is_any or bool(mapping.rule(mapping.table_of(fault.file)).columns)
        issue = issue_of_fault(fault, is_taken=is_taken)
        if is_taken:
            yield issue
        else:
            aside.append(issue)
    yield from summed([*aside, *(_unknown(file) for file in delivery.files if not mapping.knows(file.table_name))])


def _unknown(file: SourceFile) -> Issue:
    message = "the mapping does not know this table, so nothing of it was taken; check that it belongs to the source"
    return Issue(code="unknown_table", severity=Severity.CHARACTERISATION, message=message, file=file.name)


def _tables(delivery: Delivery, mapping: Mapping, last: Before) -> Iterator[Issue]:
    files = {file.table_name: file for file in delivery.files}
    if not files:
        return
    for rule in mapping.taken():
        file = files.get(rule.name)
        before = last.rows.get(rule.name, 0)
        if file is None:
            yield from _absent(rule, before, fed=mapping.fed_by(rule.name))
        elif not file.is_refused:
            yield from _columns(rule, file, mapping=mapping, was=last.columns.get(rule.name, frozenset()))
            # How long a roll may be is told by a setting of its source (`rolls`).
            if mapping.snapshot is None:
                yield from _rows(rule, file, before)


def _but(before: Before, gone: AbstractSet[str]) -> Before:
    """What was there before, as if nothing of what is gone had been."""
    columns = {
        table: frozenset(column for column in columns if f"{table}.{column}" not in gone)
        for table, columns in before.columns.items()
    }
    return replace(
        before, rows={table: rows for table, rows in before.rows.items() if table not in gone}, columns=columns
    )


def _told_gone(gone: AbstractSet[str], delivery: Delivery) -> Iterator[Issue]:
    files = {file.table_name: file for file in delivery.files}
    for name in sorted(gone):
        table, _, column = name.partition(".")
        file = files.get(table)
        # A table of which only the header came is what such a source looks like.
        if file is not None and (column in {given.upper() for given in file.header} if column else file.rows_read):
            severity, code = Severity.FATAL, "gone_but_delivered"
            message = (
                f"`{name}` was delivered, though the operator says that it is gone; run again without `--gone {name}`"
            )
        else:
            severity, code = Severity.CHARACTERISATION, "told_gone"
            message = f"`{name}` is gone from the source, as the operator says; what it gave ends"
        yield Issue(code=code, severity=severity, message=message, file=f"{table}.csv", field=column or None)


def _absent(rule: TableRule, before: int, *, fed: tuple[str, ...]) -> Iterator[Issue]:
    """A file that did not come, told once for each entity that it feeds: whoever reads one of them must know."""
    name = f"{rule.name}.csv"
    if rule.must_be_there or before:
        message = f"the file was not delivered, but is needed (rows before: {before}); deliver it{_or_gone(rule)}"
        yield Issue(code="missing_file", severity=Severity.FATAL, message=message, file=name)
    elif rule.role is Role.MAPPED:
        message = "the file was not delivered; what it would give is not known"
        for entity in fed or (None,):
            yield Issue(
                code="missing_file", severity=Severity.CHARACTERISATION, message=message, file=name, entity=entity
            )


def _columns(rule: TableRule, file: SourceFile, *, mapping: Mapping, was: AbstractSet[str]) -> Iterator[Issue]:
    given = {column.upper() for column in file.header}
    new = sorted(given - {*rule.columns, *rule.left_out})
    for column in rule.required:
        if column not in given:
            message = f"column `{column}` is missing, but is needed; deliver the table whole"
            if new:
                named = ", ".join(f"`{one}`" for one in new[:_NAMED])
                message += f", or, if it was renamed ({named} is new), with a mapping that says so"
            yield _header_issue("missing_column", Severity.FATAL, message, file, column)
    for column in missing_columns(rule, file):
        if column in was and is_beneath(mapping, rule.name, column):
            message = f"column `{column}` is missing, was there before, and other records are made with it; deliver it,"
            message += f" or run again with `--gone {rule.name}.{column}` if the source no longer gives it"
            yield _header_issue("missing_column", Severity.FATAL, message, file, column)
        else:
            message = f"column `{column}` is missing; what was known of its fields stands"
            yield _header_issue("missing_column", Severity.CHARACTERISATION, message, file, column)
    for column in new:
        message = "a column that the mapping does not know; it was kept raw and not taken"
        yield _header_issue("extra_column", Severity.CHARACTERISATION, message, file, column)


def _or_gone(rule: TableRule) -> str:
    """What else can be done about a table that is not there; nothing, where the mapping cannot do without."""
    if rule.must_be_there:
        return ""
    return f", or run again with `--gone {rule.name}` if the source no longer has any: its records then end"


def _header_issue(code: str, severity: Severity, message: str, file: SourceFile, column: str) -> Issue:
    return Issue(code=code, severity=severity, message=message, file=file.name, row=1, field=column)


def _rows(rule: TableRule, file: SourceFile, before: int) -> Iterator[Issue]:
    """That a table is empty; of one that lacks much `feeds.shrunken` decides."""
    now = file.good_rows
    if now == 0 and before:
        message = f"the table is empty, but had {before} rows before; deliver it whole{_or_gone(rule)}"
        yield Issue(code="table_vanished", severity=Severity.FATAL, message=message, file=file.name)
    elif now == 0 and rule.role is Role.MAPPED:
        message = "the table holds no row"
        yield Issue(code="empty_table", severity=Severity.CHARACTERISATION, message=message, file=file.name)


def torn_issues(unread: Collection[str], mapping: Mapping, files: Dictionary[str, str]) -> Iterator[Issue]:
    """Refusals of tables with rows of which not even the key could be read, where other records are made with them.

    A row that only gives a record of its own is held back and its record stands. One that others are looked up in
    would change them: a man whose booking cannot be read would leave his wing.

    Args:
        unread: tables with such rows.
        mapping: that is to take them.
        files: the file that gave a table.
    """
    for table in sorted(mapping.shared() & frozenset(unread)):
        message = (
            "rows of it cannot be read, or two that differ have one key, and other records are made with them; deliver"
            " the table whole, each row with its own key"
        )
        yield Issue(code="row_unreadable", severity=Severity.FATAL, message=message, file=files[table])


def unread_beneath(found: Sequence[tuple[str, int, str, int]]) -> Iterator[Issue]:
    """Refusals of values that cannot be read where other records are found, joined or ranked with them.

    The record's own field can keep what was known; who is on a wing is made of such a value anew.

    Args:
        found: file, row, column, and the number of all rows of that file and column.
    """
    message = "`{}` cannot be read, and other records are made with it; correct it at the source"
    return told(
        (
            Issue(
                code="row_unreadable",
                severity=Severity.FATAL,
                message=message.format(column),
                file=file,
                row=row,
                field=column,
            ),
            number,
        )
        for file, row, column, number in found
    )
