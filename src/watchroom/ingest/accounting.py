"""Where every row that was read went: loaded, reference, unmapped by design, or quarantined."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchroom.ingest.duck import Duck
from watchroom.ingest.issues import Issue, issue_of
from watchroom.ingest.mapping import Mapping, Role, TableRule
from watchroom.kernel.errors import WatchroomError
from watchroom.sources.files import SourceFile


class AccountingError(WatchroomError):
    """Rows went missing between reading and writing: the batch must not stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a delivery, or of one file of it.

    Attributes:
        read: rows below the headers.
        loaded: that speak in at least one record.
        reference: of tables that only explain others.
        unmapped: left out by design, with a reason.
        quarantined: held back, with an issue.
    """

    read: int = 0
    loaded: int = 0
    reference: int = 0
    unmapped: int = 0
    quarantined: int = 0

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(
            read=self.read + other.read,
            loaded=self.loaded + other.loaded,
            reference=self.reference + other.reference,
            unmapped=self.unmapped + other.unmapped,
            quarantined=self.quarantined + other.quarantined,
        )

    def as_json(self) -> dict[str, int]:
        """The rows for a JSON document."""
        return {
            "read": self.read,
            "loaded": self.loaded,
            "reference": self.reference,
            "unmapped": self.unmapped,
            "quarantined": self.quarantined,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Rows of one file that were left out by design."""

    file: str
    rows: int
    reason: str

    def as_json(self) -> dict[str, object]:
        """The rows for a JSON document."""
        return {"file": self.file, "rows": self.rows, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where all rows of a delivery went.

    Attributes:
        rows: of all files.
        left_out: by design, per file and reason.
        issues: of rows that no mapping took.
    """

    rows: Rows
    left_out: tuple[LeftOut, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A row that the store did not write for an entity."""

    entity: str
    file: str
    row: int


def account(duck: Duck, mapping: Mapping, files: Sequence[SourceFile], *, held: Sequence[HeldRow]) -> Account:
    """Where every row of the files went, after all entities were mapped and written.

    Args:
        duck: that the mapper worked on.
        mapping: that it followed.
        files: as read.
        held: rows that the store did not write.

    Raises:
        AccountingError: the parts do not add up to what was read.
    """
    _find_taken(duck, held)
    rules = [(mapping.rule(file.table_name), file) for file in files]
    _judge(duck, [rule for rule, _ in rules if rule.columns and rule.role is Role.MAPPED])
    counts = _counts(duck, [rule.name for rule, _ in rules if rule.columns and rule.role is Role.REFERENCE])
    total, left_out, issues = Rows(), list[LeftOut](), list[Issue]()
    for rule, file in rules:
        rows, aside = _of_file(counts.get(rule.name, {}), rule, file)
        if rows.read != rows.loaded + rows.reference + rows.unmapped + rows.quarantined:
            raise AccountingError(
                f"file `{file.name}`: {rows.read} rows read, but {rows.as_json()} accounted for; nothing was loaded"
            )
        total += rows
        left_out += aside
        if rows.quarantined and rule.role is Role.MAPPED:
            issues += _not_used(duck, rule, file)
    return Account(rows=total, left_out=tuple(left_out), issues=tuple(issues))


def _find_taken(duck: Duck, held: Sequence[HeldRow]) -> None:
    """The rows of which a record was made, and those that were refused for one."""
    duck.fill("held_row", ("entity", "file", "row"), [(row.entity, row.file, str(row.row)) for row in held])
    typed = duck.rows("select table_name from duckdb_tables() where table_name like 'typed\\_%' escape '\\'")
    parts = [
        f"select '{name.removeprefix('typed_')}' as entity, source_table, source_row, is_held, is_lost from {name}"
        for (name,) in typed
    ]
    nothing = "select '' as entity, '' as source_table, 0 as source_row, true as is_held, true as is_lost where false"
    duck.run(
        f"""
        create table refused as
        select h.entity, f.source_table, cast(h.row as bigint) as source_row
        from held_row as h inner join source_file as f on h.file = f.file;
        create view mapped as {" union all ".join(parts) or nothing};
        create table taken as
        select distinct source_table, source_row from mapped
        where
            not (is_held or is_lost)
            and (entity, source_table, source_row) not in (select (entity, source_table, source_row) from refused);
        create table held as
        select source_table, source_row from mapped where is_held or is_lost
        union
        select source_table, source_row from refused
        """
    )


def _counts(duck: Duck, references: Sequence[str]) -> dict[str, dict[str, int]]:
    """Rows per table and verdict; `lost` are those without a key of their own, `kept` those of a reference table."""
    parts = [
        "select source_table, verdict, count(*) from verdict group by all",
        "select source_table, 'lost', count(*) from lost group by all",
        *(f"select '{name}', 'kept', count(*) from {name}" for name in references),
    ]
    counts: dict[str, dict[str, int]] = {}
    for table, verdict, number in duck.rows(" union all ".join(parts)):
        counts.setdefault(table, {})[verdict] = number
    return counts


def _of_file(counts: dict[str, int], rule: TableRule, file: SourceFile) -> tuple[Rows, list[LeftOut]]:
    ragged = len(file.bad_rows)
    if not rule.columns:
        read = file.rows_read
        if rule.role is Role.REFERENCE:
            return Rows(read=read, reference=read), []
        return Rows(read=read, unmapped=read), [LeftOut(file=file.name, rows=read, reason=rule.reason)]
    lost = counts.pop("lost", 0)
    if rule.role is Role.REFERENCE:
        return Rows(read=file.rows_read, reference=counts.get("kept", 0), quarantined=ragged + lost), []
    aside = [
        LeftOut(file=file.name, rows=counts[str(index)], reason=also.reason)
        for index, also in enumerate(rule.also)
        if also.counts_as == "unmapped" and counts.get(str(index))
    ]
    unmapped = sum(entry.rows for entry in aside)
    quarantined = counts.get("held", 0) + counts.get("not_used", 0)
    loaded = sum(counts.values()) - unmapped - quarantined
    return Rows(read=file.rows_read, loaded=loaded, unmapped=unmapped, quarantined=quarantined + ragged + lost), aside


def _judge(duck: Duck, rules: Sequence[TableRule]) -> None:
    """What became of each row: `taken`, the number of the rule that it counts by, `held` or `not_used`."""
    verdicts = " union all ".join(_verdicts(rule) for rule in rules)
    duck.run(f"create table verdict as {verdicts or 'select null as source_table, 0 as source_row, null as verdict'}")


def _verdicts(rule: TableRule) -> str:
    also = " ".join(f"when {entry.where} then '{index}'" for index, entry in enumerate(rule.also))
    return f"""
        select
            t.source_table,
            t.source_row,
            case
                when taken.source_row is not null then 'taken'
                when held.source_row is not null then 'held'
                {also}
                else 'not_used'
            end as verdict
        from {rule.name} as t
        left join taken on t.source_table = taken.source_table and t.source_row = taken.source_row
        left join held on t.source_table = held.source_table and t.source_row = held.source_row
    """


def _not_used(duck: Duck, rule: TableRule, file: SourceFile) -> list[Issue]:
    rows = duck.rows(
        "select source_row from verdict where source_table = $1 and verdict = 'not_used' order by source_row", rule.name
    )
    code, field = ("row_without_link", rule.link) if rule.link else ("row_not_used", "/".join(rule.key))
    return [issue_of(code, field=field, file=file.name, row=row) for (row,) in rows]
