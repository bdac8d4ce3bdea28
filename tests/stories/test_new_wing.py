"""A wing that the record did not know at an instant is none then: a page of it would tell a roll of nobody."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from handover_world import MORNING, OFFICER, example_night

from watchroom.handover.build import UnknownPostError
from watchroom.ingest.registry import find_source
from watchroom.ingest.run import Intake
from watchroom.store.database import Principal

NEW = "13999,Z,WING,LEI,NA,Y,4,4,LEI-Z,,,Y,,,\n"


def test_a_wing_that_is_new_today_is_no_post_of_last_night(server, tmp_path: Path) -> None:
    with example_night(server, tmp_path / "night", with_patch=True) as world:
        before = max((tmp_path / "night").iterdir())
        later = shutil.copytree(before, tmp_path / "later")
        with (later / "AGENCY_INTERNAL_LOCATIONS.csv").open("a", encoding="utf-8") as file:
            file.write(NEW)
        world.clock.at = MORNING + timedelta(hours=1)
        with world.database.connection(Principal.LOADER) as connection:
            source = find_source(connection, "nomis")
        report = Intake(database=world.database, clock=world.clock).ingest(source, [later], as_at=world.clock.at)
        assert not report.is_refused

        assert world.page("LEI-Z", at=world.clock.at, asker=OFFICER).post == "LEI-Z"
        with pytest.raises(UnknownPostError):
            world.ask("LEI-Z", at=MORNING, asker=OFFICER)
