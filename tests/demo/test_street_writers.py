"""What control rooms, roads, flood forecasters and councils write of the streets, against schemas and samples."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import icalendar
import pytest
from jsonschema import Draft7Validator
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from codec_samples import samples
from county_days import FIRST, days, four_days
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import midnight
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_events import FloodOver, FloodWarned, GatheringCancelled
from watchroom.demo.world.happenings_roads import RoadCleared, RoadDisrupted
from watchroom.demo.world.happenings_streets import Agency, Room
from watchroom.demo.world.streets.almanac import Almanac
from watchroom.demo.world.streets.part import Streets
from watchroom.demo.writers.cad import Cads
from watchroom.demo.writers.calendar import EventCalendar
from watchroom.demo.writers.cap import FloodDesk
from watchroom.demo.writers.incidents_feed import IncidentsFeed
from watchroom.demo.writers.tfl import RoadBoard
from watchroom.demo.writers.written import Written
from watchroom.demo.writers.wzdx import WorksFeed

Feed = RoadBoard | WorksFeed | EventCalendar | IncidentsFeed


def shown(feed: Feed, *, hours: int = 3) -> Iterator[Written]:
    """What an address shows through four days."""
    for one in Streets(Chance(46)).before(FIRST):
        feed.hear(one)
    next_at = midnight(FIRST)
    for day in four_days():
        for one in day.happenings:
            while one.at >= next_at:
                yield feed.snapshot(next_at)
                next_at += timedelta(hours=hours)
            feed.hear(one)


def floods(years: int = 3) -> Iterator[Happening]:
    almanac = Almanac(Chance(1))
    for day in range(365 * years):
        yield from sorted(almanac.on(0, date(2025, 1, 1) + timedelta(days=day)), key=lambda one: one.at)


@pytest.mark.parametrize("feed", [RoadBoard, WorksFeed, EventCalendar, IncidentsFeed])
def test_the_same_seed_is_written_in_the_same_bytes(feed: Callable[[int], Feed]) -> None:
    assert list(shown(feed(0), hours=12)) == list(shown(feed(0), hours=12))


def messages(number: int = 4) -> list[tuple[Room, Written]]:
    cads = Cads()
    return [one for day in four_days()[:number] for one in cads.of_day(day.happenings)]


def test_messages_of_control_rooms_are_the_same_bytes_for_the_same_seed() -> None:
    cads = Cads()
    assert [one for day in days(number=1) for one in cads.of_day(day.happenings)] == messages(1)


def documents() -> list[tuple[Agency, dict[str, Any]]]:
    return [(room.agency, json.loads(one.content)) for room, one in messages()]


def test_a_message_of_an_incident_has_a_number_of_agency_and_day_and_counts_its_changes() -> None:
    counted: dict[str, int] = defaultdict(int)
    first = [told for _, told in documents() if told["header"]["sequence"] == 1]
    for _, told in documents():
        urn = told["incident"]["urn"]
        counted[urn] += 1
        assert told["header"]["sequence"] == counted[urn]
        assert told["header"]["messageId"] == f"{urn}-{counted[urn]:03d}"
    by_day: dict[str, list[int]] = defaultdict(list)
    for told in first:
        mark, day, number = told["incident"]["urn"].split("-")
        by_day[mark + day].append(int(number))
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in by_day.values())
    assert len(by_day) == 3 * 4


def test_three_control_rooms_share_no_code_and_no_way_of_writing() -> None:
    codes: dict[Agency, set[str]] = defaultdict(set)
    times: dict[Agency, set[str]] = defaultdict(set)
    for agency, told in documents():
        incident = told["incident"]
        codes[agency] |= {incident["type"]["code"], incident["grade"]["code"]}
        codes[agency] |= {unit["status"] for unit in incident["resources"]}
        times[agency].add(incident["openedAt"][19:])
    agencies = list(Agency)
    assert all(codes[one].isdisjoint(codes[other]) for one in agencies for other in agencies if one is not other)
    assert times[Agency.POLICE] == {"Z"}
    assert times[Agency.FIRE] == {"+00:00", "+01:00"}, "the clocks go forward in these days"
    said = {line["text"] for agency, told in documents() if agency is Agency.POLICE for line in told["incident"]["log"]}
    assert len(said) > 300
    assert all(text == text.upper() for text in said)


def test_log_lines_are_numbered_through_and_none_is_sent_twice() -> None:
    lines: dict[str, list[int]] = defaultdict(list)
    for _, told in documents():
        lines[told["incident"]["urn"]] += [line["line"] for line in told["incident"]["log"]]
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in lines.values())


def test_an_incident_that_was_passed_on_names_the_number_of_the_other_agency() -> None:
    known = {told["incident"]["urn"] for _, told in documents()}
    links = [link for _, told in documents() for link in told["incident"]["links"]]
    received = [link for link in links if link["relation"] == "RECEIVED FROM"]
    assert received
    assert {link["urn"] for link in received if "urn" in link} <= known
    assert any(link["relation"] == "DUPLICATE OF" for link in links)


def test_while_its_system_is_down_a_room_sends_nothing_and_keys_all_of_it_later() -> None:
    from watchroom.demo.world.happenings_streets import SystemDown, SystemUp

    room = Room(county=0, agency=Agency.POLICE)
    down, up = midnight(FIRST) + timedelta(hours=13), midnight(FIRST) + timedelta(hours=15)
    told = [*four_days()[0].happenings, SystemDown(at=down, room=room, minutes=120), SystemUp(at=up, room=room)]
    told.sort(key=lambda one: one.at)
    sent = [one for of, one in Cads().of_day(told) if of == room]
    plain = [one for of, one in messages(1) if of == room]
    assert not any(down + timedelta(seconds=2) < one.at < up for one in sent)
    assert len(sent) == len(plain)
    assert all(first.at <= second.at for first, second in pairwise(sent))
    assert any("KEYED FROM PAPER" in one.content.decode() for one in sent)


def test_nobody_has_a_name_in_what_control_rooms_write() -> None:
    names = {"name", "surname", "givenName", "phone", "callerName"}
    assert not any(names & told["incident"].keys() for _, told in documents())


def same_shape(value: object, sample: object, *, place: str = "") -> None:
    """Every member of a value is one that the sample has, of the same type."""
    if isinstance(value, dict) and isinstance(sample, dict):
        for name, one in value.items():
            assert name in sample, f"{place}.{name}"
            same_shape(one, sample[name], place=f"{place}.{name}")
    elif isinstance(value, list) and isinstance(sample, list):
        for one in value if sample else ():
            same_shape(one, sample[0], place=f"{place}[]")
    else:
        kinds = (int, float) if isinstance(value, int | float) and not isinstance(value, bool) else (type(value),)
        assert isinstance(sample, kinds), place


def test_a_disruption_has_the_shape_of_those_that_tfl_publishes() -> None:
    (file,) = (path for path in samples("standards/tfl/samples") if path.suffix == ".json")
    published = json.loads(file.read_bytes())
    sample = {name: value for one in published for name, value in one.items()}
    number = 0
    for snapshot in shown(RoadBoard(0)):
        for one in json.loads(snapshot.content):
            same_shape(one, sample)
            assert sample.keys() - {"streets", "endDateTime"} <= one.keys()
            number += 1
    assert number > 300


def test_what_is_cleared_stands_as_that_for_an_hour_and_is_gone_then() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    last: dict[str, datetime] = {}
    for snapshot in shown(RoadBoard(0), hours=1):
        for one in json.loads(snapshot.content):
            seen[one["id"]].add(one["status"])
            last[one["id"]] = snapshot.at
    cleared = [key for key, states in seen.items() if "Recently Cleared" in states]
    assert len(cleared) > 20
    assert any(last[key] < midnight(FIRST) + timedelta(days=3) for key in cleared)
    assert {"Active", "Scheduled", "Recently Cleared"} == set().union(*seen.values())


def works_schema() -> Draft7Validator:
    schemas = {}
    for path in samples("standards/wzdx/schema"):
        if path.parent.name == "4.2":
            schema = json.loads(path.read_bytes())
            schemas[schema["$id"]] = Resource(contents=schema, specification=DRAFT7)
    for name, depth in (("LineString", 1), ("MultiPoint", 1)):
        position: dict[str, object] = {"type": "array", "minItems": 2, "items": {"type": "number"}}
        shape = {"properties": {"type": {"const": name}, "coordinates": {"type": "array", "items": position}}}
        where = f"https://geojson.org/schema/{name}.json"
        schemas[where] = Resource(contents=shape | {"minItems": depth}, specification=DRAFT7)
    registry = Registry().with_resources(schemas.items())
    feed = next(key for key in schemas if key.endswith("4.2/WorkZoneFeed.json"))
    return Draft7Validator(schemas[feed].contents, registry=registry)


def test_works_are_valid_by_the_schema_of_work_zone_feeds() -> None:
    schema = works_schema()
    snapshots = list(shown(WorksFeed(0), hours=12))
    for snapshot in snapshots:
        schema.validate(json.loads(snapshot.content))
    verified = {
        one["properties"]["is_start_date_verified"]
        for snapshot in snapshots
        for one in json.loads(snapshot.content)["features"]
    }
    assert verified == {True, False}
    broken = json.loads(snapshots[0].content)
    del broken["features"][0]["properties"]["vehicle_impact"]
    assert not schema.is_valid(broken), "the schema can fail"


def test_warnings_are_valid_by_the_schema_of_cap_and_each_names_those_before_it() -> None:
    file = next(path for path in samples("standards/cap/schema") if path.name == "CAP-v1.2.xsd")
    schema = etree.XMLSchema(etree.parse(str(file)))
    told = [one for one in floods() if isinstance(one, FloodWarned | FloodOver)]
    kinds: list[str] = []
    known: set[str] = set()
    for written in FloodDesk().of_day(told):
        alert = etree.fromstring(written.content)
        schema.assertValid(alert)
        text = {etree.QName(one).localname: one.text or "" for one in alert}
        named = {one.split(",")[1] for one in text.get("references", "").split()}
        assert named <= known
        assert bool(named) == (text["msgType"] != "Alert")
        known.add(text["identifier"])
        kinds.append(text["msgType"])
    assert set(kinds) == {"Alert", "Update", "Cancel"}
    assert len(kinds) == len(known)


def test_the_calendar_is_read_by_a_library_of_others_with_its_series_and_cancellations() -> None:
    feed = EventCalendar(0)
    almanac = Almanac(Chance(2))
    year = [date(2025, 10, 1) + timedelta(days=day) for day in range(420)]
    told = [one for day in year for one in sorted(almanac.on(0, day), key=lambda one: one.at)]
    for one in told:
        feed.hear(one)
    written = feed.snapshot(datetime(2026, 1, 10, tzinfo=UTC))
    assert max(map(len, written.content.split(b"\r\n"))) <= 75
    calendar = icalendar.Calendar.from_ical(written.content)
    events = calendar.walk("VEVENT")
    assert {str(one["STATUS"]) for one in events} == {"CONFIRMED", "CANCELLED"}
    series = [one for one in events if "RRULE" in one]
    assert {one["RRULE"]["FREQ"][0] for one in series} == {"WEEKLY", "MONTHLY"}
    assert any("EXDATE" in one for one in series)
    assert all(one["DTSTART"].dt.tzinfo is not None and one["DTSTART"].dt < one["DTEND"].dt for one in events)
    cancelled = [one for one in told if isinstance(one, GatheringCancelled) and one.on is None]
    called_off = {str(one["UID"]) for one in events if str(one["STATUS"]) == "CANCELLED"}
    assert called_off == {f"{one.gathering.key}@events.orrinshire.example" for one in cancelled}
    assert any(int(one["SEQUENCE"]) > 0 for one in events)


def test_incidents_for_partners_have_the_shape_of_those_that_the_rural_fire_service_publishes() -> None:
    import tarfile

    archive = next(path for path in samples("data/nsw_rfs_incidents") if path.name == "snapshots.tar.gz")
    with tarfile.open(archive) as members:
        file = members.extractfile(next(one for one in members if one.isfile()))
        assert file is not None
        sample = json.loads(file.read())["features"][0]
    statuses: set[str] = set()
    number = 0
    for snapshot in shown(IncidentsFeed(0), hours=1):
        for one in json.loads(snapshot.content)["features"]:
            same_shape(one, sample)
            assert one["properties"].keys() == sample["properties"].keys()
            statuses.add(one["properties"]["status"])
            number += 1
    assert number > 200
    assert statuses == {"Out of control", "Being controlled", "Under control"}


def test_no_row_of_the_samples_is_in_what_ships() -> None:
    folder = Path(__file__).parents[2] / "src" / "watchroom" / "demo"
    texts = [path.read_text("utf-8") for path in folder.rglob("*.py") if not {"nomis", "replayed"} & set(path.parts)]
    assert not any("tfl.gov.uk" in text or "rfs.nsw.gov.au" in text for text in texts)


def test_a_road_is_closed_for_a_marathon_and_for_a_flood_and_opened_again() -> None:
    board = RoadBoard(0)
    almanac = Almanac(Chance(1))
    seen: dict[str, set[str]] = defaultdict(set)
    for day in (date(2026, 1, 1) + timedelta(days=number) for number in range(365)):
        for one in sorted(almanac.on(0, day), key=lambda told: told.at):
            board.hear(one)
            if isinstance(one, RoadDisrupted | RoadCleared):
                for shown_now in json.loads(board.snapshot(one.at + timedelta(minutes=1)).content):
                    if shown_now["hasClosures"] and shown_now["category"] != "Works":
                        seen[shown_now["category"]].add(shown_now["status"])
    assert seen == {
        "Special and Planned Events": {"Active", "Recently Cleared"},
        "Hazards": {"Active", "Recently Cleared"},
    }
