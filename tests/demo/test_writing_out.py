"""A world is written into a folder: the same seed gives the same bytes, and a list tells all that reaches a node."""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from watchroom.demo.deliveries import Delivery, Disturbance, Way, deliveries_in
from watchroom.demo.partnership import Extent
from watchroom.demo.writing_out import LIST, Plan, WrittenOut, write_world

PLAN = Plan(extent=Extent(people=60, begins=date(2026, 6, 24), days=2), every=timedelta(hours=1))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WrittenOut]:
    folder = tmp_path_factory.mktemp("world") / "one"
    return folder, write_world(folder, PLAN)


@pytest.fixture(scope="module")
def listed(world: tuple[Path, WrittenOut]) -> list[Delivery]:
    return list(deliveries_in(world[0] / LIST))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(
    world: tuple[Path, WrittenOut], tmp_path: Path
) -> None:
    write_world(tmp_path / "again", PLAN)
    assert digests(tmp_path / "again") == digests(world[0])
    other = Plan(extent=Extent(people=60, begins=date(2026, 6, 24), days=1, seed=2), every=timedelta(hours=6))
    write_world(tmp_path / "other", other)
    here, there = digests(world[0]), digests(tmp_path / "other")
    first = "messages/police-cad/2026-06-24.ndjson"
    assert here[first] != there[first]


def test_every_delivery_that_arrives_is_there_to_be_read_and_nothing_is_written_that_is_in_no_list(
    world: tuple[Path, WrittenOut], listed: list[Delivery]
) -> None:
    folder, written = world
    lines: dict[str, list[bytes]] = {}
    for one in listed:
        place = folder / one.path
        assert place.is_dir() if one.way is Way.FOLDER else place.is_file()
        if one.row is not None:
            rows = lines.setdefault(one.path, place.read_bytes().splitlines())
            assert rows[one.row].startswith(b"{")
    named = {one.path for one in listed}
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        if path.is_file() and place.name != LIST:
            assert str(place) in named or str(place.parent) in named
    assert sum(written.deliveries.values()) == len(listed)


def test_deliveries_stand_in_the_order_in_which_they_arrive_and_none_before_it_is_written(
    listed: list[Delivery],
) -> None:
    assert [one.at for one in listed] == sorted(one.at for one in listed)
    assert all(one.at >= one.written_at for one in listed)


def test_every_agency_is_heard_of_and_something_goes_wrong_on_the_way(listed: list[Delivery]) -> None:
    sources = {one.source for one in listed}
    assert sources >= {
        *("nomis", "hmpps-events", "delius", "health", "council", "court-lists", "custody-suite"),
        *("police-cad", "ambulance-cad", "fire-cad", "road-disruptions", "road-works", "planned-events", "incidents"),
    }
    assert {Disturbance.LATE, Disturbance.TWICE, Disturbance.OUT_OF_ORDER} <= {one.disturbed for one in listed}


def test_the_last_days_are_extracted_each_and_the_days_before_once_a_week() -> None:
    plan = Plan(extent=Extent(people=60, begins=date(2026, 6, 1), days=30))
    extracted = [day for day in plan.extent.dates if plan.is_extracted(day)]
    assert extracted[-3:] == [date(2026, 6, 28), date(2026, 6, 29), date(2026, 6, 30)]
    assert extracted[:-3] == [date(2026, 6, 2), date(2026, 6, 9), date(2026, 6, 16), date(2026, 6, 23)]


def test_nothing_is_written_over_what_stands(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="not empty"):
        write_world(tmp_path, PLAN)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
