"""Sources of parts of tables for tests: one read by a changed mapping from the start, one mapped again by it."""

import csv
from datetime import timedelta
from itertools import count
from pathlib import Path

from batches import select
from custody_rolls import NOW
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

numbers = count()

DECLARED = """\
kind = "{kind}"
version = "{version}"
time_zone = "Europe/London"

[tables.PEOPLE]
role = "mapped"
key = ["ID"]
required = ["ID", "NUMBER"]

[tables.ALERTS]
role = "mapped"
key = ["ID"]
required = ["ID", "PERSON", "KIND"]
optional = ["ENDED"]

[tables.PLACES]
role = "mapped"
key = ["ID"]
required = ["ID", "ABOVE"]
"""
TEXTS = {
    "person": "select source_table, source_row, ID as source_key, NUMBER as prison_number from PEOPLE",
    "alert": (
        "select source_table, source_row, ID as source_key, PERSON as person_key, KIND as kind_source_value,"
        " ENDED as active_to from ALERTS"
    ),
    "location": (
        "select source_table, source_row, ID as source_key, ID as path, ID as name, ABOVE as parent_key from PLACES"
    ),
}
CHANGES = {
    "person": ("NUMBER as prison_number", "'J' || NUMBER as prison_number"),
    "alert": ("ID as source_key", "'a' || ID as source_key"),
    "location": ("ID as name", "lower(ID) as name"),
}
# What stands, with the row of the file that it speaks from.
STANDS = """
    select made.*, raw.fields, file.table_name
    from (
        select 'person', source_key, prison_number, null, null, null, origin_file, origin_row
        from record.person where source_system = '{0}'
        union all
        select 'alert', a.source_key, p.source_key, a.kind_source_value, a.active_to::text,
            a.unreliable_dates::text, a.origin_file, a.origin_row
        from record.alert as a inner join record.person as p on a.person_id = p.id where a.source_system = '{0}'
        union all
        select 'location', l.source_key, above.source_key, l.name, null, null, l.origin_file, l.origin_row
        from record.location as l left join record.location as above on l.parent_id = above.id
        where l.source_system = '{0}'
    ) as made (entity, source_key, b, c, d, e, origin_file, origin_row)
    left join ingest.file on file.id = made.origin_file
    left join ingest.raw_row as raw
        on raw.file_id = coalesce(file.same_as, file.id) and raw.row = made.origin_row
    order by 1, 2
"""
Part = tuple[dict[str, str] | None, dict[str, tuple[str, str, str]] | None, dict[str, str] | None, bool]


def keep(place: Path, kind: str, *, is_changed: bool) -> None:
    folder = place / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.toml").write_text(DECLARED.format(kind=kind, version=2 if is_changed else 1))
    for entity, text in TEXTS.items():
        was, becomes = CHANGES[entity]
        assert was in text
        (folder / f"{entity}.sql").write_text(text.replace(was, becomes) if is_changed else text)


def lay(folder: Path, part: Part) -> Path:
    people, alerts, places, has_ended = part
    folder.mkdir(parents=True)
    tables: dict[str, list[tuple[str, ...]]] = {}
    if people is not None:
        tables["PEOPLE"] = [("ID", "NUMBER"), *people.items()]
    if alerts is not None:
        rows = [("ID", "PERSON", "KIND", "ENDED"), *((key, *row) for key, row in alerts.items())]
        tables["ALERTS"] = rows if has_ended else [row[:3] for row in rows]
    if places is not None:
        tables["PLACES"] = [("ID", "ABOVE"), *places.items()]
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


class World:
    """Two sources of the same parts: one read by the changed mapping from the start, the other mapped again by it."""

    def __init__(self, database: Database, place: Path) -> None:
        self.database, self.place, self.number = database, place, next(numbers)
        self.clock = SteppedClock(NOW + timedelta(days=100 * (self.number + 1)))
        self.intake = Intake(database=database, clock=self.clock, mappings=Mappings(place / "mappings"))
        keep(place / "mappings", "later", is_changed=True)
        keep(place / "mappings", "mended", is_changed=False)
        self.sources = {name: self.source(name) for name in ("later", "mended")}

    def source(self, kind: str) -> Source:
        source = Source(
            name=f"{kind}-{self.number}",
            kind="files",
            location=str(self.place),
            mapping=kind,
            agency_code="HMPPS",
            is_full=False,
        )
        with self.database.connection(Principal.LOADER) as connection:
            add_source(connection, source, at=self.clock.now(), mappings=self.intake.mappings)
        return source

    def take(self, folder: Path) -> list[BatchReport]:
        reports: list[BatchReport] = []
        for source in self.sources.values():
            self.clock.move(timedelta(minutes=1))
            reports += self.intake.ingest(source, [folder]).batches
            assert not reports[-1].is_refused, reports[-1].issues
        return reports

    def stands(self, kind: str) -> list[tuple[object, ...]]:
        found = select(self.database, STANDS.format(self.sources[kind].name))
        return [(*row[:6], *row[8:]) for row in found]

    def mend(self) -> None:
        keep(self.place / "mappings", "mended", is_changed=True)
        self.clock.move(timedelta(hours=1))

    def require_the_law(self) -> None:
        source, before = self.sources["mended"], self.stands("mended")
        self.clock.move(timedelta(hours=1))
        nothing = self.intake.map_again(source, is_trial=False)
        assert not nothing.is_refused, nothing.report.issues
        assert not nothing.report.counts.is_any_news, (nothing.report.entities, nothing.report.fields)
        assert self.stands("mended") == before
        self.mend()
        shown = self.intake.map_again(source, is_trial=True)
        assert self.stands("mended") == before, "a trial leaves nothing"
        self.clock.move(timedelta(hours=1))
        done = self.intake.map_again(source, is_trial=False, shown=shown)
        assert done.entities == shown.entities
        assert self.stands("mended") == self.stands("later")
