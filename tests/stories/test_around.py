"""What is around: a feed is delivered, the page shows it; the next does not name it, and it is gone."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standing import standing_node
from test_commands import run
from web_seat import Seat, get, seat_at

from codec_samples import samples
from feeds import worked
from watchroom.audit.entries import Act
from watchroom.kernel.clock import MachineClock
from watchroom.node.node import Node
from watchroom.node.settings import ClockSettings, read_settings, write_settings

INCIDENTS = "operations.incident-response"
PEOPLE = (
    ("governor", "duty_governor", "--site", "LEI"),
    ("control", "control_room"),
    ("officer", "wing_officer", "--unit", "LEI-A"),
    ("nurse", "nurse", "--site", "LEI"),
    ("board", "board"),
    ("engineer", "data_engineer"),
)


@dataclass(slots=True)
class World:
    """A node of a prison with a seat at its pages."""

    folder: Path
    seat: Seat

    def deliver(self, source: str, mapping: str, *messages: bytes, every: str = "10m") -> None:
        """One delivery; the source is made with the first."""
        place = self.folder.parent / f"{source}-{len(list(self.folder.parent.iterdir()))}"
        place.mkdir()
        for number, message in enumerate(messages):
            (place / f"{number}").write_bytes(message)
        added = run(
            *("source", "add", self.folder, source, "--kind", "files"),
            *("--at", place, "--map", mapping, "--every", every),
        )
        assert added.exit_code in (0, 1, 2)
        taken = run("ingest", self.folder, source, place, "--json")
        assert taken.exit_code == 0, taken.stdout + taken.stderr

    def page(self, name: str = "governor", address: str = "/around") -> str:
        with self.seat.client() as client:
            self.seat.sign_in(client, name)
            reply = get(client, address)
            assert reply.status_code == 200, reply.text
            return reply.text

    def status(self, name: str, address: str = "/around") -> int:
        with self.seat.client() as client:
            self.seat.sign_in(client, name)
            return get(client, address).status_code


@contextmanager
def world_at(place: Path, at: datetime) -> Generator[World]:
    """The node, whose clock shows that instant when it is opened."""
    folder = place / "n"
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        settings = read_settings(folder)
        clock = ClockSettings(recorded_start=at, machine_start=MachineClock().now(), speed=1.0)
        write_settings(folder, replace(settings, clock=clock))
        for name, role, *more in PEOPLE:
            assert run("user", "add", folder, name, "--role", role, *more).exit_code == 0, name
        with Node.open(folder) as node:
            yield World(folder=folder, seat=seat_at(node))


@pytest.fixture
def world(tmp_path: Path) -> Generator[World]:
    with world_at(tmp_path, datetime(2026, 11, 28, 10, tzinfo=UTC)) as world:
        yield world


def part(page: str, key: str) -> str:
    """The words of one part of the page, without what folds up under it."""
    (found,) = re.findall(rf'<section[^>]* data-key="{key}">(.*?)</section>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found)


def listed(page: str, key: str) -> str:
    """What stands in its table."""
    (found,) = re.findall(rf'<section[^>]* data-key="{key}">(.*?)</section>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", "".join(re.findall(r"<tbody>(.*?)</tbody>", found, re.DOTALL)))


def only_first(message: bytes) -> bytes:
    """The same collection with its first feature only."""
    feed = json.loads(message)
    return json.dumps({**feed, "features": feed["features"][:1]}).encode()


def test_a_feed_is_shown_and_what_its_next_delivery_does_not_name_is_gone_and_told_as_not_over(world: World) -> None:
    world.deliver("fires", "geojson_incidents", worked("incidents.json"))
    page = world.page()
    assert "Grass Fire" in listed(page, "incidents")
    assert "Mill Road, Exampleton" in listed(page, "incidents")
    assert "Out of control" in listed(page, "incidents")
    assert "FIRES" in listed(page, "incidents")
    world.deliver("fires", "geojson_incidents", only_first(worked("incidents.json")))
    page = world.page()
    assert "Grass Fire" in listed(page, "incidents")
    assert "Mill Road" not in listed(page, "incidents")
    assert "One that was named within the last 24 hours is named no more" in part(page, "incidents")
    assert "Mill Road, Exampleton: not named by FIRES since" in part(page, "incidents")


def figure(page: str, key: str) -> str:
    """The figure of a part with what stands under it."""
    (found,) = re.findall(rf'<div data-key="{key}"><dt>.*?</dt>(.*?)</div>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_a_source_that_ended_is_told_as_that_and_never_as_one_that_told_of_nothing(world: World) -> None:
    world.deliver("works", "wzdx_works", worked("works.json"))
    assert listed(world.page("control"), "roads")
    assert run("source", "end", world.folder, "works", "--yes").exit_code == 0
    page = world.page("control")
    assert "known to tell of any" not in part(page, "roads")
    assert "Not known. WORKS ended (28 Nov" in part(page, "roads")
    assert figure(page, "roads") == "not known ended: WORKS"
    assert "WORKS ended (28 Nov" in banners(page)
    assert run("source", "resume", world.folder, "works").exit_code == 0
    page = world.page("control")
    assert "Not known. WORKS is taken up again and has told nothing yet" in part(page, "roads")
    assert "WORKS is taken up again" in banners(page)


def banners(page: str) -> str:
    return " ".join(re.findall(r'<p class="wr-note is-late wr-behind"[^>]*>(.*?)</p>', page, re.DOTALL))


def test_a_source_that_never_delivered_or_has_no_age_is_named_where_it_would_tell(world: World, tmp_path: Path) -> None:
    world.deliver("fires2", "geojson_incidents", json.dumps({"type": "FeatureCollection", "features": []}).encode())
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "0").write_bytes(b"<html>down</html>")
    for name, mapping in (("fires", "geojson_incidents"), ("warn", "cap_warning"), ("nomis", "nomis")):
        given = ("--kind", "files", "--at", tmp_path / "broken", "--map", mapping)
        assert run("source", "add", world.folder, name, *given).exit_code == 0
    assert run("ingest", world.folder, "fires", tmp_path / "broken").exit_code == 1
    (tmp_path / "warning").mkdir()
    (tmp_path / "warning" / "0").write_bytes(worked("warning-3-cancel.xml"))
    assert run("ingest", world.folder, "warn", tmp_path / "warning").exit_code == 0
    page = world.page("control")
    assert "FIRES has never delivered anything that could be taken: its last delivery was refused" in banners(page)
    assert "FIRES has never delivered anything that could be taken" in part(page, "incidents")
    assert (
        figure(page, "incidents") == "not known listed, as FIRES2 says; age not judged: FIRES2; never delivered: FIRES"
    )
    assert figure(page, "warnings").endswith("listed, as WARN says; age not judged: WARN")
    assert "The age of what WARN says is not judged" in part(page, "warnings")
    assert "No source of this node is known to tell of any" in part(page, "later")
    assert "NOMIS" not in page, "it tells of nothing here"


def test_whoever_keeps_the_control_point_is_shown_no_way_to_handovers_and_posts(world: World) -> None:
    def ways(name: str) -> set[str]:
        return set(re.findall(r'<a href="(/posts|/around)[^"]*"', world.page(name)))

    assert (ways("control"), ways("governor")) == ({"/around"}, {"/around", "/posts"})


def test_a_real_feed_of_roads_is_shown_and_what_is_gone_from_it_is_gone(tmp_path: Path) -> None:
    pulled = json.loads(next(path for path in samples("standards/tfl/samples") if path.suffix == ".json").read_bytes())
    with world_at(tmp_path, datetime(2026, 8, 15, 12, tzinfo=UTC)) as world:
        world.deliver("tfl", "tfl_disruption", json.dumps(pulled).encode())
        page = world.page("control")
        places = [one["location"] for one in pulled]
        assert len(places) == len(set(places)) > 1
        assert all(" ".join(place.split()) in " ".join(listed(page, "roads").split()) for place in places), places
        world.deliver("tfl", "tfl_disruption", json.dumps(pulled[1:]).encode())
        page = world.page("control")
        assert places[0] not in listed(page, "roads")
        assert places[1] in listed(page, "roads")
        assert places[0] in part(page, "roads"), "nobody has said that it is over"


def test_warnings_in_force_are_shown_with_what_they_say_and_a_replaced_one_is_not(world: World) -> None:
    world.deliver("warnings", "cap_warning", worked("warning-1-alert.xml"))
    told = listed(world.page(), "warnings")
    assert "Severity: moderate" in told
    assert "until 29 Nov, 12:00" in told
    world.deliver("warnings", "cap_warning", worked("warning-2-update.xml"))
    told = listed(world.page(), "warnings")
    assert "Severity: severe" in told
    assert "Severity: moderate" not in told
    assert "until 29 Nov, 18:00" in told
    world.deliver("warnings", "cap_warning", worked("warning-3-cancel.xml"))
    page = world.page()
    assert listed(page, "warnings") == ""
    assert "None is listed now or for the next 24 hours, as WARNINGS says." in part(page, "warnings")


def test_an_exercise_is_marked_stands_last_and_is_no_number(world: World) -> None:
    first = worked("warning-1-alert.xml").replace(b"<severity>Moderate", b"<severity>Extreme")
    exercise = first.replace(b"<status>Actual", b"<status>Exercise")
    real = worked("warning-1-alert.xml").replace(b"<identifier>", b"<identifier>REAL-")
    world.deliver("warnings", "cap_warning", exercise, real)
    page = world.page()
    told = listed(page, "warnings")
    assert told.index("Severity: moderate") < told.index("Exercise") < told.index("Severity: extreme")
    assert re.search(r'data-key="warnings"><dt>.*?</dt><dd class="v">(\d+)</dd>', page)[1] == str(  # type: ignore[index]
        told.count("Severity: moderate")
    )


def test_events_that_repeat_are_shown_with_their_next_times_and_a_moved_one_where_it_was_moved_to(world: World) -> None:
    calendar = worked("events.ics").replace(b"CLASS:PRIVATE\r\n", b"")
    world.deliver("events", "ical_events", calendar, every="1d")
    page = world.page()
    # Today is a Saturday, and the market has begun at eight.
    assert "Saturday market (fictional)" in listed(page, "events")
    assert "now, since 28 Nov, 08:00, until 28 Nov, 14:00" in listed(page, "events")
    later = " ".join(listed(page, "later").split())
    assert [
        day for day in ("5 Dec", "12 Dec", "19 Dec", "26 Dec", "2 Jan", "9 Jan") if f" {day}, 08:00 to 14:00" in later
    ] == [
        "5 Dec",
        "12 Dec",
        "19 Dec",
        "2 Jan",
    ]
    assert "Saturday market, moved to Sunday (fictional)" in later
    assert "27 Dec, 10:00 to 14:00" in later
    assert "Lantern walk (fictional)" in later
    assert "Road race" not in later, "it is cancelled"


def test_a_month_without_a_delivery_the_page_still_says_when_a_series_is_next_and_that_its_source_is_silent(
    tmp_path: Path,
) -> None:
    calendar = worked("events.ics").replace(b"CLASS:PRIVATE\r\n", b"")
    with world_at(tmp_path, datetime(2026, 11, 28, 10, tzinfo=UTC)) as world:
        world.deliver("events", "ical_events", calendar, every="1d")
        settings = read_settings(world.folder)
        moved = ClockSettings(
            recorded_start=datetime(2027, 4, 1, 10, tzinfo=UTC), machine_start=MachineClock().now(), speed=1.0
        )
        write_settings(world.folder, replace(settings, clock=moved))
        with Node.open(world.folder) as node:
            page = World(folder=world.folder, seat=seat_at(node)).page()
    # Summer time has come: it is eight by the clock of its zone all the same.
    assert "3 Apr, 08:00 to 14:00" in listed(page, "later")
    assert "EVENTS is silent" in page
    assert "silent" in listed(page, "later")
    assert "not everything has been heard of EVENTS" in part(page, "events")


def test_what_no_source_has_told_of_is_said_as_that_and_is_no_zero(world: World) -> None:
    page = world.page()
    for key in ("warnings", "incidents", "roads", "events"):
        assert "No source of this node is known to tell of any. That does not say that there are none." in part(
            page, key
        )
    assert re.findall(r'<dd class="v[^"]*">([^<]*)</dd>', page) == ["not known"] * 4


@pytest.mark.parametrize("name", ["officer", "nurse", "board", "engineer"])
def test_who_has_no_clause_is_refused_the_page_and_shown_no_way_to_it(world: World, name: str) -> None:
    world.deliver("fires", "geojson_incidents", worked("incidents.json"))
    with world.seat.client() as client:
        world.seat.sign_in(client, name)
        reply = get(client, "/around")
        assert reply.status_code == 403
        assert "Grass Fire" not in reply.text
        assert 'href="/around' not in get(client, "/").text
    assert Act.LIST not in {one.act for one in world.seat.entries()}


def test_who_keeps_the_control_point_begins_there_and_sees_no_record_of_a_person(world: World) -> None:
    world.deliver("fires", "geojson_incidents", worked("incidents.json"))
    with world.seat.client() as client:
        world.seat.sign_in(client, "control")
        begun = client.get("/", follow_redirects=False)
        assert begun.headers["location"] == "/around"
        page = get(client, "/around").text
    assert "Grass Fire" in listed(page, "incidents")
    assert 'href="/around"' in page
    assert 'href="/posts' not in page, "it has no post to take over"
    for entity in ("person", "custody_episode", "care_flag", "alert", "incident_report"):
        seen = run("see", world.folder, entity, "--as", "control", "--purpose", INCIDENTS, "--json")
        assert json.loads(seen.stdout or '{"rows": []}')["rows"] == []


def test_each_look_at_the_page_is_an_entry_of_the_log(world: World) -> None:
    world.deliver("fires", "geojson_incidents", worked("incidents.json"))
    before = world.seat.last_index()
    world.page("governor")
    (entry,) = world.seat.entries(before)
    assert (entry.act, entry.header["entity"], entry.header["purpose"]) == (Act.LIST, "around", INCIDENTS)
    assert entry.actor == "governor"


def test_without_an_entry_nothing_is_shown(world: World) -> None:
    world.deliver("fires", "geojson_incidents", worked("incidents.json"))
    world.seat.trail.is_broken = True
    assert world.status("governor") == 503
