"""Two systems beside NOMIS name its people by number: events that are pushed, and a kitchen's list (docs/how-to)."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from handover_world import MORNING, OFFICER, OFFICER_H, World, changes, example_night, people

from deliveries import Row, edit
from hmpps_events import CREATED, event, messages
from servers import TestServer
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.lineage import PLACED, Sought, lineage
from watchroom.gate.see import see
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.mapping_trial import flaws_when_run, try_examples
from watchroom.ingest.registry import Source, add_source, find_source
from watchroom.ingest.run import Intake
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Principal

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "kitchen"
TOLD, LATER, EATEN = (MORNING + timedelta(minutes=minutes) for minutes in (20, 60, 90))


@dataclass(frozen=True, kw_only=True)
class Wings:
    world: World
    folder: Path
    number: str
    before: tuple[bool, bool] = (False, False)
    later: Path = Path()

    def intake(self, at: datetime) -> Intake:
        self.world.clock.at = at
        mappings = Mappings(self.folder / "mappings")
        return Intake(database=self.world.database, clock=self.world.clock, mappings=mappings)

    def select(self, text: str, *given: object) -> list[tuple[object, ...]]:
        with self.world.database.connection(Principal.LOADER) as connection:
            return connection.execute(text, given).fetchall()  # type: ignore[arg-type]

    def seen(self, asker: Asker, *, as_of: datetime | None = None) -> bool:
        """Whether somebody is shown the alert that was pushed."""
        seen = see(
            self.world.gate, asker, entity="alert", purpose="custody.care", as_of=as_of, row_id=cast(UUID, self.alert())
        )
        assert not isinstance(seen, Refused)
        return bool(seen.value.rows)

    def alert(self) -> object:
        ((row_id,),) = self.select("select id from record.alert where source_key = 'pushed'")
        return row_id

    def taken(self, source: str, at: datetime, folder: Path) -> list[tuple[str, int | None, str | None]]:
        """The issues of a delivery that was taken."""
        with self.world.database.connection(Principal.LOADER) as connection:
            found = find_source(connection, source)
        report = self.intake(at).ingest(found, [folder])
        assert not report.is_refused, [batch.issues for batch in report.batches]
        return [(one.code, one.row, one.field) for batch in report.batches for one in batch.issues if one.row]


@pytest.fixture(scope="module")
def wings(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Wings]:
    """The example night, and twenty minutes after it an alert that is pushed about somebody on LEI-A."""
    folder = tmp_path_factory.mktemp("second")
    with example_night(server, folder / "night", with_patch=False) as world:
        shutil.copytree(EXAMPLE, folder / "mappings" / "kitchen")
        page = world.page("LEI-A", asker=OFFICER)
        made = Wings(world=world, folder=folder, number=next(row.prison_number for row in people(page)))
        with world.database.connection(Principal.LOADER) as connection:
            for name, kind, mapping in (("events", "push", "hmpps_event"), ("kitchen", "files", "kitchen")):
                source = Source(name=name, kind=kind, location="", mapping=mapping, agency_code="HMPPS")
                add_source(connection, source, at=MORNING, mappings=Mappings(folder / "mappings"))
            events = find_source(connection, "events")
        told = event(CREATED, TOLD, number=made.number.lower(), alertUuid="pushed", alertCode="XA")
        report = made.intake(TOLD).take_messages(events, messages([told]), name="pushed")
        assert report is not None
        assert not report.is_refused, report.issues
        yield replace(made, before=(made.seen(OFFICER), made.seen(OFFICER_H)), later=move(made))


def move(wings: Wings) -> Path:
    """The delivery with which the person of the event moves to LEI-H, an hour after the night."""
    later = shutil.copytree(max((wings.folder / "night").iterdir()), wings.folder / "later")
    ((booking, cell),) = wings.select(
        "select e.source_key, (select l.source_key from record.location as l where l.unit_code = 'LEI-H'"
        " and l.kind_code = 'CELL' order by l.path limit 1) from record.custody_episode as e"
        " join record.person as p on p.id = e.person_id where p.prison_number = %s and e.unit_code = 'LEI-A'",
        wings.number,
    )

    def moved(rows: list[Row]) -> None:
        (own,) = (row for row in rows if row["OFFENDER_BOOK_ID"] == booking)
        own["LIVING_UNIT_ID"] = str(cell)

    edit(later, "OFFENDER_BOOKINGS", moved)
    wings.taken("nomis", LATER, later)
    return later


def test_an_event_stands_under_the_person_of_nomis_in_see_and_in_the_news_of_the_wing(wings: Wings) -> None:
    assert wings.before == (True, False)
    assert wings.select("select count(*) from record.person where source_system = 'events'") == [(0,)]
    page = wings.world.page("LEI-A", at=TOLD, asker=OFFICER)
    (line,) = [one for one in changes(page) if "alert" in one.text.lower() and one.name]
    (row,) = [one for one in people(page) if one.prison_number == wings.number]
    assert line.name == row.name


def test_its_place_is_said_to_be_the_persons_and_the_rest_to_be_of_the_event(wings: Wings) -> None:
    sought = Sought(entity="alert", row_id=cast(UUID, wings.alert()))
    seen = lineage(wings.world.gate, OFFICER_H, sought=sought, purpose="custody.care")
    assert not isinstance(seen, Refused)
    assert seen.value is not None
    flags = {one.field: one.flags for one in seen.value.fields}
    assert (flags["unit_code"], flags["kind_code"]) == ((PLACED,), ())
    assert seen.value.delivery.source == "events"


def test_who_moves_wing_takes_the_event_along_and_the_past_is_answered_as_before(wings: Wings) -> None:
    assert wings.seen(OFFICER_H)
    assert not wings.seen(OFFICER)
    assert wings.seen(OFFICER, as_of=TOLD + timedelta(minutes=1))
    assert not wings.seen(OFFICER_H, as_of=TOLD + timedelta(minutes=1))
    page = wings.world.page("LEI-H", at=LATER + timedelta(minutes=1), asker=OFFICER_H)
    assert wings.number in {row.prison_number for row in people(page)}


def test_each_line_of_the_kitchens_list_becomes_what_its_page_says(wings: Wings) -> None:
    model, mappings = catalogue(), Mappings(wings.folder / "mappings")
    assert flaws_when_run(mappings.load("kitchen"), model) == ()
    assert [(one.name, one.faults) for one in try_examples(mappings.load("kitchen"), model, EXAMPLE)] == [("meals", ())]
    other = wings.select("select min(prison_number) from record.person where prison_number <> %s", wings.number)[0][0]
    text = (EXAMPLE / "delivery" / "MEALS.csv").read_text(encoding="utf-8")
    styled = f" {str(other).lower()[:5]} {str(other).lower()[5:]}"
    text = text.replace("A1234AA", wings.number).replace(" a1234 ab", styled)
    (wings.folder / "list").mkdir()
    (wings.folder / "list" / "MEALS.csv").write_text(text, encoding="utf-8")

    issues = wings.taken("kitchen", EATEN, wings.folder / "list")

    assert issues == [("reference_awaited", 4, "PRISON_NUMBER")]
    stands = (
        "select p.prison_number, m.unit_code = p.unit_code, m.outcome_code from record.meal as m"
        " join record.person as p on p.id = m.person_id order by m.source_key"
    )
    assert wings.select(stands) == [(wings.number, True, "REFUSED"), (other, True, "TAKEN")]

    comes = shutil.copytree(wings.later, wings.folder / "comes")

    def came(rows: list[Row]) -> None:
        rows.append({**rows[0], "OFFENDER_ID": "-9999", "ROOT_OFFENDER_ID": "-9999", "OFFENDER_ID_DISPLAY": "A9999ZZ"})

    edit(comes, "OFFENDERS", came)
    wings.taken("nomis", EATEN + timedelta(minutes=5), comes)
    assert wings.select(stands)[2:] == [("A9999ZZ", None, "TAKEN")]
    assert wings.select("select count(*) from ingest.waiting") == [(0,)]
