"""What a later delivery brings: a wing that was none before, and records that no rule of the handover reads."""

import shutil
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

import pytest
from handover_world import MORNING, OFFICER, World, changes, example_night

from deliveries import Row, edit
from own_mappings import keep_mapping
from servers import TestServer
from watchroom.handover.build import UnknownPostError
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.registry import find_source
from watchroom.ingest.run import Intake
from watchroom.store.database import Principal

NEW = "13999,Z,WING,LEI,NA,Y,4,4,LEI-Z,,,Y,,,\n"
LATER = MORNING + timedelta(hours=1)
# What an agency writes to have its observations read beside the extract: booking -1 is of LEI-A.
OWN = {
    "mapping.toml": """\
kind = "leeds"
version = "1"
extends = "nomis"

[tables.X_OBSERVATIONS]
role = "mapped"
key = ["OBSERVATION_ID"]
required = ["OBSERVATION_ID", "OFFENDER_BOOK_ID", "KIND", "DUE", "DONE"]
""",
    "crosswalk.csv": "list,source_value,code\nobservation_kind,OBSERVATION,OBSERVATION\n",
    "observation.sql": """\
-- One row per observation.
select
    o.source_table,
    o.source_row,
    o.OBSERVATION_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    booking.person_key,
    o.KIND as kind_source_value,
    o.DUE as due_at,
    o.DONE as done_at
from X_OBSERVATIONS as o
left join booking on o.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
""",
}
OBSERVATIONS = """\
OBSERVATION_ID,OFFENDER_BOOK_ID,KIND,DUE,DONE
1,-1,OBSERVATION,2026-07-24 08:20:00,2026-07-24 08:17:00
2,-1,OBSERVATION,2026-07-24 08:49:00,
3,-1,OBSERVATION,2026-07-24 09:20:00,
"""


@pytest.fixture(scope="module")
def world(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    """The example night, and an hour after it a delivery by a mapping of the agency's own, with its observations."""
    folder = tmp_path_factory.mktemp("new_wing")
    with example_night(server, folder / "night", with_patch=True) as world:
        later = shutil.copytree(max((folder / "night").iterdir()), folder / "later")
        with (later / "AGENCY_INTERNAL_LOCATIONS.csv").open("a", encoding="utf-8") as file:
            file.write(NEW)
        edit(later, "OFFENDER_RESTRICTIONS", restricted)
        edit(later, "OFFENDER_CSIP_REPORTS", referred)
        world.clock.at = LATER
        with world.database.connection(Principal.LOADER) as connection:
            source = replace(find_source(connection, "nomis"), mapping="leeds")
        (later / "X_OBSERVATIONS.csv").write_text(OBSERVATIONS, encoding="utf-8")
        keep_mapping(folder / "mappings", dict(OWN))
        intake = Intake(database=world.database, clock=world.clock, mappings=Mappings(folder / "mappings"))
        report = intake.ingest(source, [later], as_at=LATER)
        assert not report.is_refused
        yield world


def restricted(rows: list[Row]) -> None:
    (own,) = (row for row in rows if row["OFFENDER_RESTRICTION_ID"] == "-1")
    own["RESTRICTION_TYPE"] = "CLOSED"


def referred(rows: list[Row]) -> None:
    (own,) = rows
    rows.append({**own, "CSIP_ID": "-2", "RFR_INCIDENT_DATE": "2026-07-24 00:00:00", "RFR_INCIDENT_TYPE": "ATO"})


def test_a_wing_that_is_new_today_is_no_post_of_last_night(world: World) -> None:
    assert world.page("LEI-Z", at=LATER, asker=OFFICER).post == "LEI-Z"
    with pytest.raises(UnknownPostError):
        world.ask("LEI-Z", at=MORNING, asker=OFFICER)


def test_what_changed_in_records_that_no_rule_reads_is_told_with_its_values_and_without_free_text(world: World) -> None:
    told = {line.text for line in changes(world.page("LEI-A", at=LATER, asker=OFFICER))}

    assert told >= {
        "Changed: visit restriction (kind: was restricted, now closed)",
        "New: CSIP referral (incident: 24 July 2026; incident type: abuse or threats to others)",
    }
    assert not [text for text in told if "Some" in text], "free text is never said"


def test_which_observation_is_eleven_minutes_late_leads_the_tasks_of_the_wing(world: World) -> None:
    page = world.page("LEI-A", at=LATER, asker=OFFICER)

    first, *others = page.tasks
    assert (first.at, first.text, first.is_overdue) == (
        "08:49",
        "Observation 11 min late; last done 24 Jul, 08:17",
        True,
    )
    assert first.name, "it says whom"
    assert not [line for line in others if line.text.startswith("Observation")]
    assert {item.key: item.is_present for item in page.completeness.items}["observation_schedule"]
