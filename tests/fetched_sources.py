"""Sources that are fetched from, for tests: an intake on a standing clock, and what asks one of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from watchroom.ingest.fetching import Fetched, Fetching
from watchroom.ingest.registry import Source, add_source, find_source
from watchroom.ingest.run import Intake
from watchroom.ingest.tries import Try
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.secrets import Secret
from watchroom.store.database import Database, Principal

NOW = datetime(2026, 7, 24, 8, 30, tzinfo=UTC)
_NUMBERS = count()


@dataclass(kw_only=True)
class Desk:
    """One registered source, and how it is asked."""

    database: Database
    source: Source
    folder: Path
    clock: SteppedClock
    secret: Secret[str] | None = None
    pauses: list[float] = field(default_factory=list)

    def fetch(self, *, is_whole: bool = False, is_asked_for: bool = True, accepted: str | None = None) -> Fetched:
        self.clock.move(timedelta(minutes=1))
        return self.fetching(is_whole=is_whole, is_asked_for=is_asked_for, accepted=accepted).fetch()

    def fetching(self, *, is_whole: bool = False, is_asked_for: bool = True, accepted: str | None = None) -> Fetching:
        return Fetching(
            intake=Intake(database=self.database, clock=self.clock, accepted=accepted),
            source=self.source,
            folder=self.folder,
            secret=self.secret,
            is_whole=is_whole,
            is_asked_for=is_asked_for,
            pause=self.pause,
        )

    def pause(self, seconds: float) -> None:
        """Time passes for nobody, but what happens in it may be put here."""
        self.pauses.append(seconds)


def desk_of(
    database: Database,
    folder: Path,
    *,
    kind: str,
    at: str,
    mapping: str = "nomis",
    **options: str,
) -> Desk:
    # Tests share a database, so each has a name of its own, and its clock stands where no other was.
    number = next(_NUMBERS)
    name = f"{kind}-{number}"
    source = Source(name=name, kind=kind, location=at, mapping=mapping, agency_code="HMPPS", options=options)
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=NOW)
        source = find_source(connection, source.name)
    return Desk(database=database, source=source, folder=folder, clock=SteppedClock(NOW + timedelta(days=number)))


def codes(fetched: Fetched) -> list[str]:
    return [one.code for one in fetched.tries]


def last(fetched: Fetched) -> Try:
    return fetched.tries[-1]
