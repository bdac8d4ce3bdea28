"""What a later delivery brings: a wing that was none before, and records that no rule of the handover reads."""

import shutil
from collections.abc import Generator
from datetime import timedelta

import pytest
from handover_world import MORNING, OFFICER, World, changes, example_night

from deliveries import Row, edit
from servers import TestServer
from watchroom.handover.build import UnknownPostError
from watchroom.ingest.registry import find_source
from watchroom.ingest.run import Intake
from watchroom.store.database import Principal

NEW = "13999,Z,WING,LEI,NA,Y,4,4,LEI-Z,,,Y,,,\n"
LATER = MORNING + timedelta(hours=1)


@pytest.fixture(scope="module")
def world(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    """The example night, and an hour after it a delivery with a new wing, a banned visitor and a CSIP referral."""
    folder = tmp_path_factory.mktemp("new_wing")
    with example_night(server, folder / "night", with_patch=True) as world:
        later = shutil.copytree(max((folder / "night").iterdir()), folder / "later")
        with (later / "AGENCY_INTERNAL_LOCATIONS.csv").open("a", encoding="utf-8") as file:
            file.write(NEW)
        edit(later, "OFFENDER_RESTRICTIONS", restricted)
        edit(later, "OFFENDER_CSIP_REPORTS", referred)
        world.clock.at = LATER
        with world.database.connection(Principal.LOADER) as connection:
            source = find_source(connection, "nomis")
        report = Intake(database=world.database, clock=world.clock).ingest(source, [later], as_at=LATER)
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
