"""Daily rolls for tests: small ones of our own, real ones of a city, and what both come to, worked out by hand."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from codec_samples import samples
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HEADER = ("inmateid", "admitted_dt", "custody_level", "gender", "age", "inmate_status_code")
Person = tuple[str, ...]
Rolls = Mapping[date, Sequence[Person]]


def day(number: int) -> date:
    return date(2026, 6, number)


def person(key: str, admitted: str = "2026-05-01T10:00:00.000", *, level: str = "MIN", age: str = "30") -> Person:
    return (key, admitted, level, "M", age, "DE")


def roll_name(of: date) -> str:
    return f"DOC_Inmates_InCustody_Daily_{of:%Y%m%d}.csv"


def write_roll(folder: Path, of: date, people: Iterable[Person], *, header: Sequence[str] = HEADER) -> Path:
    """The roll of a day, in a folder of its own."""
    place = folder / f"{of:%Y%m%d}-{len(list(folder.iterdir())) if folder.exists() else 0}"
    place.mkdir(parents=True)
    with (place / roll_name(of)).open("w", encoding="utf-8", newline="") as into:
        writer = csv.writer(into, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(people)
    return place


def roll_intake(database: Database, folder: Path, *, accepted: str | None = None) -> tuple[Intake, Source]:
    """An intake on a standing clock, and the source of rolls registered with it."""
    source = Source(
        name="roll",
        kind="files",
        location=str(folder),
        mapping="custody_roll",
        agency_code="NYCDOC",
        time_zone="America/New_York",
    )
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=NOW)
    return Intake(database=database, clock=SteppedClock(NOW), accepted=accepted), source


def real_rolls() -> Rolls:
    """The rolls of 82 days; the test is skipped by name where they are not."""
    (parquet,) = (path for path in samples("data/nyc_custody") if path.suffix == ".parquet")
    connection: Any = duckdb.connect()
    rows = connection.execute(
        f"select snapshot_date, {', '.join(HEADER)} from read_parquet($1) order by snapshot_date", [str(parquet)]
    ).fetchall()
    rolls: dict[date, list[Person]] = {}
    for row in rows:
        rolls.setdefault(date.fromisoformat(row[0]), []).append(tuple(value or "" for value in row[1:]))
    return rolls


@dataclass(frozen=True, slots=True)
class Told:
    """One time in custody as the rolls tell it: the first and the last roll that the person stood in."""

    person: str
    first: date
    last: date | None


def taken_days(rolls: Rolls) -> list[date]:
    """The days whose roll says another thing than the one before."""
    days: list[date] = []
    last: set[Person] = set()
    for of in sorted(rolls):
        said = {tuple(value.removesuffix(".0") for value in row) for row in rolls[of]}
        if said != last:
            days.append(of)
        last = said
    return days


def episodes(rolls: Rolls) -> set[Told]:
    """Each time in custody, person by person: it ends where a roll lacks them, or shows a later admission."""
    days = taken_days(rolls)
    stood: dict[str, list[tuple[int, str]]] = {}
    for number, of in enumerate(days):
        for row in rolls[of]:
            stood.setdefault(row[0], []).append((number, row[1]))
    told: set[Told] = set()
    for key, seen in stood.items():
        first, (before, admitted) = seen[0][0], seen[0]
        for number, now in seen[1:]:
            if number > before + 1 or now > admitted:
                told.add(Told(key, days[first], days[before]))
                first = number
            before, admitted = number, now
        told.add(Told(key, days[first], None if before == len(days) - 1 else days[before]))
    return told
