"""A delivery that was refused is told wherever it is told how old the source is."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from handover_world import MORNING, OFFICER, World, example_night

from watchroom.demo.night import ZONE
from watchroom.gate.door import Seen
from watchroom.handover.document import as_json
from watchroom.handover.posts.build import build_posts
from watchroom.handover.posts.show import posts_page
from watchroom.ingest.registry import Source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.model.words import Words

REFUSED, LATER = MORNING + timedelta(minutes=10), MORNING + timedelta(minutes=20)


@pytest.fixture(scope="module")
def night(server, tmp_path_factory) -> Generator[World]:
    folder = tmp_path_factory.mktemp("night")
    with example_night(server, folder, with_patch=True) as world:
        _refuse(world, folder / "broken")
        yield world


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _refuse(world: World, folder: Path) -> None:
    folder.mkdir()
    (folder / "OFFENDERS.csv").write_bytes(b"")
    source = Source(name="nomis", kind="files", location=str(folder), mapping="nomis", agency_code="HMPPS")
    report = Intake(database=world.database, clock=SteppedClock(REFUSED)).ingest(source, [folder], as_at=REFUSED)
    assert report.is_refused


def test_the_wing_is_told_that_the_last_delivery_was_refused_and_when(night: World) -> None:
    page = night.page("LEI-A", at=LATER)

    (line,) = page.sources
    assert line.as_of_at == _utc(MORNING)
    assert line.notes == ("the last delivery was refused (24 Jul, 08:10); this is the one before",)
    assert page.staleness is not None
    assert "The last delivery of NOMIS was refused (08:10): nothing of it is shown here." in page.staleness


def test_the_document_says_when_the_last_delivery_was_refused(night: World) -> None:
    (told,) = as_json(night.page("LEI-A", at=LATER))["freshness"]  # pyright: ignore[reportGeneralTypeIssues]

    assert (told["as_of"], told["refused_at"]) == (_utc(MORNING), _utc(REFUSED))


def test_of_an_instant_before_the_refusal_nothing_is_said_of_it(night: World) -> None:
    (line,) = night.page("LEI-A", at=MORNING).sources

    assert (line.notes, line.refused_at) == ((), None)


def test_the_pages_beside_the_handover_say_it_too(night: World) -> None:
    night.clock.at = LATER
    seen = build_posts(night.gate, OFFICER, purpose="custody.care", at=LATER)

    assert isinstance(seen, Seen)
    (line,) = posts_page(seen.value, Words(zone=ZONE)).sources
    assert line.notes == ("the last delivery was refused (24 Jul, 08:10); this is the one before",)
