"""Where every row that was read went: loaded, reference, unmapped by design, or quarantined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watchroom.ingest.duck import Duck
from watchroom.ingest.issues import ISSUES_AT_MOST, Issue, issue_of, told
from watchroom.ingest.lineage import record_key
from watchroom.ingest.mapping import Mapping, Role, TableRule
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.arrow import pa
from watchroom.sources.files import SourceFile
from watchroom.sources.messages import MESSAGE_TABLE
from watchroom.store.writes import HeldPlace

_QUERIES = load_queries("watchroom.ingest", "accounting.sql")


class AccountingError(WatchroomError):
    """Rows went missing between reading and writing: the batch must not stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a delivery, or of one file of it.

    Attributes:
        read: rows below the headers.
        loaded: that speak in at least one record.
        reference: of tables that only explain others.
        unmapped: left out, with a reason.
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
    """Rows of one file that were left out: by design, or since nobody knows the table."""

    file: str
    rows: int
    reason: str
    is_known: bool = True

    def as_json(self) -> dict[str, object]:
        """The rows for a JSON document."""
        return {"file": self.file, "rows": self.rows, "reason": self.reason, "known": self.is_known}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRows:
    """Where the rows of one file went."""

    file: str
    table: str
    rows: Rows

    def as_json(self) -> dict[str, object]:
        """The file for a JSON document."""
        return {"file": self.file, "table": self.table, **self.rows.as_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where all rows of a delivery went.

    Attributes:
        files: each with where its rows went, in the order in which they were read.
        left_out: per file and reason.
        issues: of rows that no mapping took.
    """

    files: tuple[FileRows, ...]
    left_out: tuple[LeftOut, ...]
    issues: tuple[Issue, ...]

    @property
    def rows(self) -> Rows:
        """Where the rows of all files went."""
        return sum((file.rows for file in self.files), Rows())


class Accounting:
    """What becomes of the rows of a delivery, followed from the mapping to the store."""

    def __init__(self, duck: Duck, mapping: Mapping) -> None:
        """Accounting of what `mapping` made in `duck`."""
        self._duck = duck
        self._mapping = mapping
        duck.ask(_QUERIES["make_refused"])

    def refuse(self, entity: str, places: Sequence[HeldPlace]) -> None:
        """Note file and row of what the store did not write for an entity, and why."""
        refused = {
            "entity": pa.array([entity] * len(places), pa.string()),
            "file": pa.array([place.file for place in places], pa.string()),
            "source_row": pa.array([place.row for place in places], pa.int64()),
            "code": pa.array([place.code for place in places], pa.string()),
            "field": pa.array([place.field for place in places], pa.string()),
        }
        self._duck.add("refused", pa.table(refused), is_new=False)

    def not_taken(self, files: Sequence[SourceFile]) -> Iterator[tuple[str, list[str]]]:
        """Keys of rows that no mapping takes and no rule explains, by entity, once all of them were mapped.

        The source still gives the row, so what an earlier delivery gave under its key has not ended. A row of a table
        that has no record of its own, such as one calculation of a booking, keeps nothing alive: the rows that speak
        for that record do.
        """
        here = {file.table_name for file in files if file.good_rows}
        for rule in self._mapping.taken():
            if rule.link is None or rule.role is not Role.MAPPED or rule.name not in here:
                continue
            for entity, text in self._mapping.entities.items():
                key = record_key(text, rule)
                keys = [] if key is None else [one for (one,) in self._duck.rows(_left(rule, key))]
                if keys:
                    yield entity, keys

    def account(self, files: Sequence[SourceFile]) -> Account:
        """Where every row of the files went, after all entities were mapped and written.

        Raises:
            AccountingError: the parts do not add up to what was read.
        """
        self._duck.ask(_QUERIES["settle"])
        counts: dict[str, dict[str, int]] = {}
        for table, verdict, number in self._duck.ask(_QUERIES["fates"]):
            counts.setdefault(table, {})[verdict] = number
        kept = self._kept(files)
        told, left_out, issues = list[FileRows](), list[LeftOut](), list[Issue]()
        for file in files:
            rule = self._mapping.rule(file.table_name)
            found = counts.get(rule.name, {})
            if rule.columns and rule.role is Role.MAPPED and sum(found.values()) < file.good_rows:
                found |= self._explain(rule)
                issues += self._not_used(rule, file) if "not_used" in found else ()
            if rule.columns and rule.role is Role.REFERENCE:
                found["kept"] = kept[rule.name]
            rows, aside = _of_file(found, rule, file, is_known=self._mapping.knows(rule.name))
            if rows.read != rows.loaded + rows.reference + rows.unmapped + rows.quarantined:
                raise AccountingError(
                    f"file `{file.name}`: {rows.read} rows read, but {rows.as_json()} accounted for; nothing was loaded"
                )
            told.append(FileRows(file=file.name, table=rule.name, rows=rows))
            left_out += aside
        return Account(files=tuple(told), left_out=tuple(left_out), issues=tuple(issues))

    def _kept(self, files: Sequence[SourceFile]) -> dict[str, int]:
        """How many rows there are of each table that only explains others."""
        if self._mapping.messages is not None:
            # INVARIANT: their rows have no keys, so none of them is lost.
            return {file.table_name: file.good_rows for file in files}
        rules = (self._mapping.rule(file.table_name) for file in files)
        names = dict.fromkeys(rule.name for rule in rules if rule.columns and rule.role is Role.REFERENCE)
        counts = " union all ".join(f"select '{name}', count(*) from {name}" for name in names)
        return dict(self._duck.rows(counts)) if names else {}

    def _explain(self, rule: TableRule) -> dict[str, int]:
        """What becomes of the rows of which no mapping made anything: by the number of the rule, or `not_used`."""
        self._duck.run(
            f"create table {_unexplained(rule)} as select t.source_row, {_verdict(rule)} as verdict"
            f" from {rule.name} as t"
            f" anti join fate on fate.source_table = '{rule.name}' and fate.source_row = t.source_row"
        )
        return dict(self._duck.ask(_QUERIES["verdicts"], table=_unexplained(rule)))

    def _not_used(self, rule: TableRule, file: SourceFile) -> Iterator[Issue]:
        rows = self._duck.ask(_QUERIES["not_used"], table=_unexplained(rule), at_most=ISSUES_AT_MOST)
        told_by = "/".join(rule.key) or rule.columns[0]
        code, field = ("row_without_link", rule.link) if rule.link else ("row_not_used", told_by)
        return told((issue_of(code, field=field, file=file.name, row=row), number) for row, number in rows)


def _verdict(rule: TableRule) -> str:
    also = " ".join(f"when {entry.where} then '{index}'" for index, entry in enumerate(rule.also))
    return f"case {also} else 'not_used' end" if also else "'not_used'"


def _left(rule: TableRule, key: str) -> str:
    return (
        f"select distinct {key} from {rule.name} as t"
        f" anti join mapped on mapped.source_table = '{rule.name}' and mapped.source_row = t.source_row"
        f" where {_verdict(rule)} = 'not_used' and {key} is not null"
    )


def _unexplained(rule: TableRule) -> str:
    return f"unexplained_{rule.name}"


def _of_file(
    counts: dict[str, int], rule: TableRule, file: SourceFile, *, is_known: bool
) -> tuple[Rows, list[LeftOut]]:
    read = file.rows_read
    if not rule.columns:
        if rule.role is Role.REFERENCE:
            # Messages are counted so; one that cannot be read is set aside whole.
            aside_whole = file.bad_rows if rule.name == MESSAGE_TABLE else 0
            return Rows(read=read, reference=read - aside_whole, quarantined=aside_whole), []
        return Rows(read=read, unmapped=read), [
            LeftOut(file=file.name, rows=read, reason=rule.reason, is_known=is_known)
        ]
    unkeyed = file.bad_rows + counts.get("lost", 0)
    if rule.role is Role.REFERENCE:
        return Rows(read=read, reference=counts.get("kept", 0), quarantined=unkeyed), []
    aside = [
        LeftOut(file=file.name, rows=counts[str(index)], reason=also.reason)
        for index, also in enumerate(rule.also)
        if also.counts_as == "unmapped" and counts.get(str(index))
    ]
    spoken = [str(index) for index, also in enumerate(rule.also) if also.counts_as == "loaded"]
    loaded = counts.get("taken", 0) + sum(counts.get(index, 0) for index in spoken)
    quarantined = unkeyed + counts.get("held", 0) + counts.get("not_used", 0)
    unmapped = sum(entry.rows for entry in aside)
    return Rows(read=read, loaded=loaded, unmapped=unmapped, quarantined=quarantined), aside
