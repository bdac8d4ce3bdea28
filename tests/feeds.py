"""Feeds of messages for tests: a source of files of a mapping, each delivery a folder of its own."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from source_tree import ROOT
from watchroom.ingest.registry import Source, add_source, find_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

NOW = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
EXAMPLES = ROOT / "docs" / "examples" / "feeds"
_NUMBERS = count()


def worked(name: str) -> bytes:
    """A worked example of the guides."""
    return (EXAMPLES / name).read_bytes()


class Feed:
    """One source, whose rows are told apart from those of others in the same database by its name."""

    def __init__(self, database: Database, folder: Path, mapping: str, *, agency: str = "EXAMPLE") -> None:
        self.database, self._folder = database, folder
        name = f"{mapping}-{next(_NUMBERS)}"
        self.source = Source(name=name, kind="files", location=str(folder), mapping=mapping, agency_code=agency)
        # Tests share a database, and no batch may be older than the last one.
        self.clock = SteppedClock(NOW + timedelta(days=next(_NUMBERS)))
        with database.connection(Principal.LOADER) as connection:
            add_source(connection, self.source, at=self.clock.now())
            self.source = find_source(connection, name)

    def take(self, *messages: bytes, accepted: str | None = None) -> BatchReport:
        """Take these as one delivery, a minute later."""
        self.clock.move(timedelta(minutes=1))
        place = self._folder / f"{self.source.name}-{len(list(self._folder.iterdir()))}"
        place.mkdir()
        for number, message in enumerate(messages):
            (place / f"{number}").write_bytes(message)
        intake = Intake(database=self.database, clock=self.clock, accepted=accepted)
        return intake.ingest(self.source, [place]).batches[0]

    def rows(self, entity: str, *columns: str, order: str = "source_key") -> list[tuple[object, ...]]:
        """Those columns of what stands of the source."""
        text = f"select {', '.join(columns)} from record.{entity} where source_system = %s order by {order}"
        return self.ask(text)

    def ask(self, text: str) -> list[tuple[object, ...]]:
        """A query with the name of the source in its only place."""
        with self.database.connection(Principal.LOADER) as connection:
            return connection.execute(text, [self.source.name]).fetchall()  # type: ignore[arg-type]


def codes_of(report: BatchReport) -> list[str]:
    """The codes of its issues, but those that only describe."""
    return [issue.code for issue in report.issues if issue.severity.value != "characterisation"]


def placed(report: BatchReport) -> set[tuple[str | None, str | None, str]]:
    """Message, place and code of its issues."""
    return {(issue.file, issue.place, issue.code) for issue in report.issues}
