"""Rolls: a source that tells who is there today. What changed is found by comparing each roll with the last one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.duck import Duck, identifier
from watchroom.ingest.issues import Issue, Severity, issue_of
from watchroom.ingest.mapper import Mapper
from watchroom.ingest.mapping import Snapshot
from watchroom.ingest.report import BatchReport, DatedBy, Roll, Verdict
from watchroom.ingest.turn import make_turn
from watchroom.ingest.writing import Writing
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import suffix_of
from watchroom.sources.files import (
    Delivery,
    Done,
    SourceFile,
    Take,
    digest_of_files,
    entries_of,
    is_file,
    read_file,
    read_folder,
)
from watchroom.sources.formats import How
from watchroom.store.database import Connection
from watchroom.store.raw import RawTable, raw_table

_QUERIES = load_queries("watchroom.ingest", "rolls.sql")
_DAYS_NAMED = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """The last roll of a source that was taken, with what it left."""

    day: date
    rows: int
    fingerprint: str
    batch_id: UUID
    as_at: datetime
    file: str
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the rolls before one left.

    Attributes:
        at: instant of the last of them; None: there was none.
        episodes: the last time in custody of each person, as `earlier_episodes` gives them.
        rows: of the last roll, as it was given; None: it is not there any more.
    """

    at: datetime | None = None
    episodes: Sequence[Sequence[str]] = ()
    rows: RawTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a source's rolls before one is taken.

    Attributes:
        last: the last one that was taken.
        last_day: the last one that was delivered, stale and held ones too.
        earlier: what they left.
    """

    last: _Last | None
    last_day: date | None
    earlier: Earlier


def deliveries_in(folders: Sequence[Path], snapshot: Snapshot | None) -> tuple[Path, ...]:
    """What is taken as one batch each: of rolls every file of the folders, by their day, otherwise the folders."""
    if snapshot is None:
        return tuple(folders)
    found: list[Path] = []
    for folder in folders:
        rolls = _rolls_in(folder)
        # One whose name tells no day comes first, so that it is refused before anything is taken.
        found += sorted(rolls, key=lambda path: (snapshot.day_of(path.name) or date.min, path.name)) or [folder]
    return tuple(found)


def _rolls_in(folder: Path) -> list[Path]:
    """None where the folder cannot be read: then it is taken itself, which tells why."""
    try:
        return [path for path in entries_of(folder) if suffix_of(path.name) and is_file(path)]
    except FileFaultError:
        return []


def read_roll(path: Path, snapshot: Snapshot, *, take: Take, done: Done, how: How) -> Delivery:
    """The roll that a file delivers, under the name of the mapping's table; faults are part of the answer."""
    if not suffix_of(path.name) or not is_file(path):
        return read_folder(path, how=how)
    contents = read_file(path, take=lambda _, rows: take(snapshot.table, rows), how=how)
    if len(contents.files) > 1:
        message = f"the file holds {len(contents.files)} tables, and one roll is one table; deliver the roll alone"
        several = Fault(code=FaultCode.DUPLICATE_FILE, file=path.name, message=message, holds_any=True)
        return Delivery(folder=path, files=(), faults=(*contents.faults, several))
    files = tuple(replace(file, table_name=snapshot.table) for file in contents.files)
    for file in files:
        done(file)
    return Delivery(
        folder=path, files=files, faults=contents.faults, digest=digest_of_files({path.name: contents.sha256})
    )


def enter_roll(connection: Connection, report: BatchReport) -> None:
    """Enter what became of the roll that a batch is, as loader; one that was refused otherwise was none."""
    roll = report.roll
    if roll is None or report.is_refused is not (roll.verdict is not Verdict.TAKEN):
        return
    connection.execute(
        _QUERIES["enter_roll"].text,
        {
            "batch_id": report.id,
            "source_system": report.source,
            "day": roll.day,
            "sha256": roll.sha256,
            "fingerprint": roll.fingerprint,
            "row_count": roll.rows,
            "verdict": roll.verdict.value,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RollTaking:
    """One roll on its way: judged, and laid out beside what the rolls before it told."""

    around: Circumstances
    snapshot: Snapshot
    duck: Duck
    mapper: Mapper

    def prepared(self, writing: Writing, delivery: Delivery, report: BatchReport) -> BatchReport:
        """The report with day, verdict and findings; unless it is refused, the mapper then has all tables."""
        file = delivery.files[0]
        zone = ZoneInfo(self.around.source.time_zone)
        told = self.around.as_at
        day = self.snapshot.day_of(file.name) if told is None else told.astimezone(zone).date()
        at = told or (None if day is None else datetime.combine(day, time(), zone))
        if day is None or at is None or at > self.around.now:
            return replace(report, issues=(*report.issues, _undated(file)))
        self.mapper.take(delivery.files)
        roll = Roll(day=day, sha256=file.sha256, fingerprint=self._fingerprint(file), rows=file.good_rows)
        known = writing.clerk.submit(self._known, writing.connection).result()
        found = writing.clerk.submit(self._judged, writing.connection, roll, known.last).result()
        report = replace(
            report,
            as_at=at.astimezone(UTC),
            dated_by=DatedBy.SHOWN if told is None else DatedBy.TOLD,
            roll=found[0],
            issues=(*report.issues, *found[1], *_drift(file, known.last), *_missing_days(known.last_day, day)),
        )
        if any(issue.severity is Severity.FATAL for issue in report.issues):
            return report
        return self.laid_out(file, known.earlier, report)

    def laid_out(self, file: SourceFile, earlier: Earlier, report: BatchReport) -> BatchReport:
        """The report; the mapper, which took the roll, then has all tables that its mapping reads."""
        is_torn = self.snapshot.table in self.mapper.delivered.unread
        self._lay_earlier(earlier.rows)
        moment = (report.as_at, earlier.at or report.as_at)
        make_turn(self.duck, self.snapshot, earlier.episodes, moment=moment, may_end=not is_torn)
        own = report.as_at.astimezone(ZoneInfo(self.around.source.time_zone)).replace(tzinfo=None)
        self.mapper.prepare(extract_at=own, default_instants=[])
        if not is_torn:
            return report
        issue = issue_of("nothing_ended", field=self.snapshot.table, file=file.name, row=None, entity="custody_episode")
        return replace(report, issues=(*report.issues, issue))

    def _fingerprint(self, file: SourceFile) -> str:
        rule = self.around.mapping.rule(self.snapshot.table)
        columns = {*rule.columns, *rule.left_out}
        return self.mapper.delivered.fingerprint(rule.name, columns) if file.good_rows else "empty"

    def _known(self, connection: Connection) -> _Known:
        named = {"source_system": self.around.source.name}
        row = connection.execute(_QUERIES["last_roll"].text, named).fetchone()
        day = connection.execute(_QUERIES["last_day"].text, named).fetchone()
        episodes = connection.execute(_QUERIES["earlier_episodes"].text, named).fetchall()
        last = None
        rows = None
        if row is not None:
            last = _Last(
                day=row[0],
                rows=row[1],
                fingerprint=row[2],
                batch_id=row[3],
                as_at=row[4],
                file=row[5],
                header=tuple(row[6]),
            )
            try:
                rows = raw_table(connection, batch_id=last.batch_id, name=last.file)
            except NotFoundError:
                # Erased: then nothing is compared with it.
                rows = None
        earlier = Earlier(at=None if last is None else last.as_at, episodes=episodes, rows=rows)
        return _Known(last=last, last_day=day[0] if day else None, earlier=earlier)

    def _lay_earlier(self, rows: RawTable | None) -> None:
        """`earlier_roll`: the columns that the mapping names of the last roll; empty where it is not there any more."""
        columns = self.around.mapping.rule(self.snapshot.table).columns
        given: dict[str, str] = {}
        if rows is not None:
            self.duck.add("raw_earlier_roll", cast(ArrowTable, rows), is_new=True)
            given = {name.upper(): identifier(name) for name in rows.column_names}
        selected = ", ".join(f"cast({given.get(name, 'null')} as varchar) as {name}" for name in columns)
        origin = "raw_earlier_roll" if given else "(select 1 where false)"
        self.duck.run(f"create view earlier_roll as select {selected} from {origin}")

    def _judged(self, connection: Connection, roll: Roll, last: _Last | None) -> tuple[Roll, tuple[Issue, ...]]:
        """The roll with its verdict, and why it is not taken as it is."""
        asked = {
            "source_system": self.around.source.name,
            "day": roll.day,
            "sha256": roll.sha256,
            "fingerprint": roll.fingerprint,
        }
        row = connection.execute(_QUERIES["taken_before"].text, asked).fetchone() or (False, False)
        if row[0] or (last is not None and last.fingerprint == roll.fingerprint):
            return replace(roll, verdict=Verdict.STALE), (_stale(),)
        if last is not None and roll.day < last.day:
            return roll, (_older(roll.day, last.day),)
        doubt = _doubt(roll, last, percent=self.around.source.shrinks_percent, is_repeated=row[1])
        if doubt is None:
            return roll, ()
        if self.around.accepted is None:
            return replace(roll, verdict=Verdict.HELD), (doubt,)
        accepted = replace(
            doubt,
            code="roll_accepted",
            severity=Severity.CHARACTERISATION,
            message=f"accepted by the operator, though it would be held: {doubt.message.partition(';')[0]}",
        )
        return replace(roll, accepted=self.around.accepted), (accepted,)


def _stale() -> Issue:
    message = (
        "the roll holds the rows of one that is known, so the feed stands still; nobody is ended and what was known is"
        " as old as before: ask the source for the roll of this day"
    )
    return Issue(code="roll_stale", severity=Severity.FATAL, message=message)


def _doubt(roll: Roll, last: _Last | None, *, percent: int, is_repeated: bool) -> Issue | None:
    """Why a roll is held; None: it is not."""
    otherwise = "nobody is ended: deliver it whole, or run again with --accept-shrunken REASON"
    before = 0 if last is None else last.rows
    if not roll.rows or (before - roll.rows) * 100 > before * percent:
        text = f"the roll has {roll.rows} rows and the last one had {before}, more than {percent} % fewer"
        code, message = "roll_shrunk", f"{text if roll.rows else 'the roll is empty'}; {otherwise}"
    elif is_repeated:
        code, message = "roll_repeated", f"the roll holds the rows of one that was followed by others; {otherwise}"
    else:
        return None
    return Issue(code=code, severity=Severity.FATAL, message=message)


def _older(day: date, last: date) -> Issue:
    message = (
        f"the roll is of {day.isoformat()}, older than the one of {last.isoformat()} that is loaded; it would undo"
    )
    message += " what is known since: deliver the newer one"
    return Issue(code="out_of_order", severity=Severity.FATAL, message=message)


def _undated(file: SourceFile) -> Issue:
    message = "the name of the file tells no day on which the roll can be: name it as the source does, or give --as-at"
    return Issue(code="roll_undated", severity=Severity.FATAL, message=message, file=file.name)


def _drift(file: SourceFile, last: _Last | None) -> Iterator[Issue]:
    if last is not None and [name.upper() for name in last.header] != [name.upper() for name in file.header]:
        message = "the columns are not those of the last roll, or come in another order; they are read by their names"
        yield Issue(code="layout_changed", severity=Severity.CHARACTERISATION, message=message, file=file.name, row=1)


def _missing_days(last: date | None, day: date) -> Iterator[Issue]:
    missing = [] if last is None else [last + timedelta(days=number) for number in range(1, (day - last).days)]
    if missing:
        named = ", ".join(one.isoformat() for one in missing[:_DAYS_NAMED])
        message = f"no roll was delivered for {len(missing)} days before this one: {named}"
        yield Issue(code="days_missing", severity=Severity.CHARACTERISATION, message=message)
