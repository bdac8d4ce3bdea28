"""The streets of the example world: the same for the same seed, and as often as its figures state."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from statistics import mean

import pytest

from county_days import FIRST, days, four_days
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import Point
from watchroom.demo.world.county_time import ZONE, at, midnight
from watchroom.demo.world.happening import Day, Happening
from watchroom.demo.world.happenings_events import FloodOver, FloodWarned, GatheringBegun, Level
from watchroom.demo.world.happenings_roads import RoadCleared, RoadDisrupted
from watchroom.demo.world.happenings_streets import (
    Agency,
    CallTaken,
    CrewOn,
    CrewShort,
    IncidentClosed,
    IncidentOpened,
    IncidentPassed,
    OfIncident,
    PersonFound,
    PersonMissing,
    Result,
    Spot,
    UnitMoved,
    UnitState,
)
from watchroom.demo.world.streets.almanac import Almanac
from watchroom.demo.world.streets.figures import DOORS, MADE_TWICE, REKEYED, SICK
from watchroom.demo.world.streets.hours import stated_calls, watch_of
from watchroom.demo.world.streets.occasions import occasions_of
from watchroom.demo.world.streets.part import Streets
from watchroom.demo.world.streets.places import RESIDENTS
from watchroom.demo.world.streets.surges import OrderedCall, Surge

HERE = Spot(town="Hesk", street="Mill Road", house="4", point=Point(latitude=54.82, longitude=2.42))


def happened(kind: type[Happening]) -> list[Happening]:
    return [one for day in four_days() for one in day.happenings if isinstance(one, kind)]


def of_incidents() -> dict[str, list[OfIncident]]:
    found: dict[str, list[OfIncident]] = defaultdict(list)
    for day in four_days():
        for one in day.happenings:
            if isinstance(one, OfIncident):
                found[one.case.incident].append(one)
    return {key: told for key, told in found.items() if any(isinstance(one, IncidentOpened) for one in told)}


def test_the_same_seed_gives_the_same_days_and_another_seed_others() -> None:
    assert tuple(days(number=1)) == four_days()[:1]
    assert tuple(days(number=1, seed=47)) != four_days()[:1]


def test_a_day_reached_alone_is_the_day_reached_in_order() -> None:
    assert list(days(FIRST + timedelta(days=3), 1)) == [four_days()[3]]


def test_a_day_holds_what_happens_between_its_midnights_in_order() -> None:
    for day in four_days():
        instants = [one.at for one in day.happenings]
        assert instants == sorted(instants)
        assert midnight(day.date) <= instants[0] <= instants[-1] < midnight(day.date + timedelta(days=1))


def calls_drawn(weeks: int) -> list[Counter[tuple[int, int]]]:
    """Calls by weekday and hour of each door, without surges."""
    found: list[Counter[tuple[int, int]]] = [Counter() for _ in DOORS]
    places = {(door.agency, door.line): number for number, door in enumerate(DOORS)}
    for day in range(7 * weeks):
        watch = watch_of(date(2026, 1, 5) + timedelta(days=day))
        for occasion in occasions_of(Chance(3), 0, watch):
            for second in occasion.calls:
                called = watch.instant(second).astimezone(ZONE)
                found[places[occasion.agency, occasion.line]][called.weekday(), called.hour] += 1
    return found


def test_calls_by_hour_and_day_of_the_week_are_as_stated() -> None:
    weeks = 26
    for door, drawn in enumerate(calls_drawn(weeks)):
        # Few call the fire service: there eight hours are held together. Calls about one happening come together, so
        # that their number varies by more than that of independent ones.
        few = DOORS[door].agency is Agency.FIRE
        together = 8 if few else 1
        for first in range(0, 24, together):
            hours = range(first, first + together)
            stated = weeks * sum(stated_calls(door, weekday, hour) for weekday in range(7) for hour in hours)
            told = sum(drawn[weekday, hour] for weekday in range(7) for hour in hours)
            assert told == pytest.approx(stated, rel=0.25 if few else 0.13), (DOORS[door].agency, first)
        for weekday in range(7):
            stated = weeks * sum(stated_calls(door, weekday, hour) for hour in range(24))
            told = sum(drawn[weekday, hour] for hour in range(24))
            assert told == pytest.approx(stated, rel=0.25 if few else 0.06), (DOORS[door].agency, weekday)
        stated = weeks * sum(stated_calls(door, weekday, hour) for weekday in range(7) for hour in range(24))
        assert sum(drawn.values()) == pytest.approx(stated, rel=0.08 if few else 0.03)


def test_the_truth_keeps_which_calls_and_which_incidents_are_of_one_happening() -> None:
    calls: dict[str, list[CallTaken]] = defaultdict(list)
    for one in happened(CallTaken):
        assert isinstance(one, CallTaken)
        calls[one.occasion].append(one)
    more = [told for told in calls.values() if len(told) > 1]
    assert len(more) > 50
    assert all([one.number for one in told] == list(range(1, len(told) + 1)) for told in more if told[0].number == 1)
    twice = [one for told in more for one in told[1:] if one.incident != told[0].incident]
    share = len(twice) / sum(len(told) - 1 for told in more)
    assert share == pytest.approx(MADE_TWICE, abs=0.06)
    closed = {one.case.incident: one for one in happened(IncidentClosed) if isinstance(one, IncidentClosed)}
    ended = [closed[one.incident] for one in twice if one.incident in closed]
    assert ended
    assert all(one.result is Result.DUPLICATE and one.same_as is not None for one in ended)


def test_what_is_passed_on_is_opened_by_the_other_agency_after_somebody_keyed_it() -> None:
    delays: list[float] = []
    asked = {(one.case.occasion, one.to): one.at for one in happened(IncidentPassed) if isinstance(one, IncidentPassed)}
    agencies: dict[str, set[Agency]] = defaultdict(set)
    for one in happened(IncidentOpened):
        assert isinstance(one, IncidentOpened)
        agencies[one.case.occasion].add(one.case.room.agency)
        if one.passed_from is not None and (when := asked.get((one.case.occasion, one.case.room.agency))):
            assert one.passed_from is not one.case.room.agency
            delays.append((one.at - when).total_seconds() / 60)
    assert min(delays) > 0.3
    assert sorted(delays)[len(delays) // 2] == pytest.approx(REKEYED[0], rel=0.3)
    assert any(len(one) == 3 for one in agencies.values()), "one happening as three incidents in three agencies"


def test_a_unit_goes_out_before_it_is_there_and_is_at_one_incident_at_a_time() -> None:
    order = [UnitState.SENT, UnitState.ON_WAY, UnitState.ON_SCENE, UnitState.STOOD_DOWN, UnitState.CLEAR]
    since: dict[str, str] = {}
    moved = [one for one in happened(UnitMoved) if isinstance(one, UnitMoved)]
    # A pump has one call sign for both watches of a day; the others change crew and sign at 07:00.
    for one in (one for one in moved if one.case.room.agency is not Agency.FIRE):
        busy = since.get(one.unit.call_sign)
        if one.state is UnitState.SENT:
            assert busy is None, one
            since[one.unit.call_sign] = one.case.incident
        elif busy is not None:
            assert busy == one.case.incident
        if one.state in (UnitState.STOOD_DOWN, UnitState.CLEAR):
            since.pop(one.unit.call_sign, None)
    by_visit: dict[tuple[str, str], list[UnitState]] = defaultdict(list)
    for one in moved:
        by_visit[one.case.incident, one.unit.call_sign].append(one.state)
    assert all(sorted(states, key=order.index) == states for states in by_visit.values())


def test_an_incident_is_closed_after_all_else_of_it() -> None:
    closed = [told for told in of_incidents().values() if any(isinstance(one, IncidentClosed) for one in told)]
    assert len(closed) > 1000
    assert all(
        max(one.at for one in told) == one.at for told in closed for one in told if isinstance(one, IncidentClosed)
    )


def test_an_emergency_is_reached_sooner_than_what_can_wait() -> None:
    minutes: dict[tuple[Agency, int], list[float]] = defaultdict(list)
    for told in of_incidents().values():
        first = next((one for one in told if isinstance(one, UnitMoved) and one.state is UnitState.ON_SCENE), None)
        opened = told[0]
        if first is not None and isinstance(opened, IncidentOpened):
            minutes[opened.case.room.agency, opened.grade].append((first.at - opened.at).total_seconds() / 60)
    for agency in (Agency.POLICE, Agency.AMBULANCE):
        means = [mean(minutes[agency, grade]) for grade in (1, 2, 3)]
        assert means == sorted(means)
    assert mean(minutes[Agency.POLICE, 1]) < 20
    assert mean(minutes[Agency.AMBULANCE, 1]) < 16
    assert mean(minutes[Agency.FIRE, 1]) < 16


def test_who_is_missing_has_a_risk_and_is_found_in_the_end() -> None:
    missing = {one.case.incident: one for one in happened(PersonMissing) if isinstance(one, PersonMissing)}
    found = {one.case.incident: one.at for one in happened(PersonFound) if isinstance(one, PersonFound)}
    both = missing.keys() & found.keys()
    assert len(both) > 5
    assert all(found[one] > missing[one].at for one in both)


@cache
def four_weeks() -> tuple[Day, ...]:
    return tuple(days(date(2026, 6, 1), 28))


# For 1,000 residents in a year, by the names of `rates.toml`, and how far four weeks of one county may be from it.
STATED = {
    "police_incidents": (307, 0.06),
    "ambulance_incidents": (159, 0.07),
    "fire_incidents": (10.3, 0.2),
    "missing_reports": (5.4, 0.35),
    "road_disruptions": (14, 0.15),
}


def test_incidents_are_as_many_as_stated() -> None:
    told = Counter[str]()
    for one in (one for day in four_weeks() for one in day.happenings):
        if isinstance(one, IncidentOpened):
            told[f"{one.case.room.agency.value}_incidents"] += 1
        elif isinstance(one, PersonMissing):
            told["missing_reports"] += 1
        elif isinstance(one, RoadDisrupted):
            told["road_disruptions"] += 1
    for name, (stated, apart) in STATED.items():
        assert told[name] * 365.25 / 28 / RESIDENTS * 1000 == pytest.approx(stated, rel=apart), name


def test_the_ambulance_takes_as_long_as_stated() -> None:
    opened: dict[str, IncidentOpened] = {}
    minutes: dict[int, list[float]] = defaultdict(list)
    for one in (one for day in four_weeks() for one in day.happenings):
        if isinstance(one, IncidentOpened) and one.case.room.agency is Agency.AMBULANCE:
            opened[one.case.incident] = one
        elif isinstance(one, UnitMoved) and one.state is UnitState.ON_SCENE and one.case.incident in opened:
            first = opened.pop(one.case.incident)
            minutes[first.grade].append((one.at - first.at).total_seconds() / 60)
    for category, stated in ((1, 8.67), (2, 28), (3, 95)):
        assert mean(minutes[category]) == pytest.approx(stated, rel=0.25), category


def test_sickness_leaves_gaps_as_often_as_stated() -> None:
    there = Counter[Agency]()
    short = Counter[Agency]()
    for day in four_weeks():
        there.update(one.room.agency for one in day.happenings if isinstance(one, CrewOn))
        short.update(one.room.agency for one in day.happenings if isinstance(one, CrewShort))
    share = short[Agency.AMBULANCE] / (short[Agency.AMBULANCE] + there[Agency.AMBULANCE])
    assert share == pytest.approx(SICK[Agency.AMBULANCE] / 2, abs=0.015)


def test_a_surge_that_was_ordered_adds_to_its_place_and_time_and_moves_nothing_else() -> None:
    begins = at(FIRST, 18)
    surge = Surge(
        kind="public_order", town="Hesk", begins=begins, ends=begins + timedelta(hours=3), factor=40, story="s"
    )
    (plain,) = days(number=1)
    (more,) = days(number=1, streets=Streets(Chance(46), ordered=[surge]))
    calls = {one for one in plain.happenings if isinstance(one, CallTaken)}
    added = [one for one in more.happenings if isinstance(one, CallTaken) and one not in calls]
    assert calls <= set(more.happenings)
    assert len(added) > 8
    assert {one.kind for one in added} == {"public_order"}
    assert all(begins <= one.at < begins + timedelta(hours=5) for one in added)


@pytest.mark.parametrize("hour", [3.0, 11.0])
def test_what_another_part_wants_to_call_about_becomes_an_incident_of_that_day(hour: float) -> None:
    called = OrderedCall(at=at(FIRST, hour), agency=Agency.AMBULANCE, kind="overdose", spot=HERE, grade=1, story="s")
    seed = Happening(at=at(FIRST, hour))
    part = Streets(Chance(46), calls=lambda one: called if one is seed else None)
    told = [one for one in part.day(FIRST, [seed]) if one.story == "s" and isinstance(one, IncidentOpened)]
    mine = next(one for one in told if one.case.room.agency is Agency.AMBULANCE)
    assert (mine.kind, mine.grade, mine.spot) == ("overdose", 1, HERE)
    assert timedelta() < mine.at - called.at < timedelta(minutes=3)


def test_counties_are_each_their_own_and_scale_the_calls() -> None:
    (one,) = days(number=1)
    (three,) = days(number=1, streets=Streets(Chance(46), counties=3))
    calls = Counter(call.room.county for call in three.happenings if isinstance(call, CallTaken))
    assert set(calls) == {0, 1, 2}
    assert calls[0] == sum(isinstance(call, CallTaken) for call in one.happenings)
    assert calls[1] != calls[0]


def test_planned_events_and_floods_are_a_function_of_the_world_and_the_year() -> None:
    first, second = Almanac(Chance(1)), Almanac(Chance(1))
    year = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    told = [one for day in year for one in first.on(0, day)]
    assert told == [one for day in reversed(year) for one in reversed(second.on(0, day))][::-1]
    kinds = Counter(one.gathering.kind.value for one in told if isinstance(one, GatheringBegun))
    assert kinds["football match"] in range(14, 26)
    assert kinds["marathon"] <= 1
    assert kinds["protest"] > 4


def test_a_flood_is_warned_of_level_by_level_until_it_is_taken_back() -> None:
    almanac = Almanac(Chance(1))
    floods: dict[str, list[FloodWarned | FloodOver]] = defaultdict(list)
    for day in range(3 * 365):
        for one in sorted(almanac.on(0, date(2025, 1, 1) + timedelta(days=day)), key=lambda told: told.at):
            if isinstance(one, FloodWarned | FloodOver):
                floods[one.flood].append(one)
    whole = [told for told in floods.values() if isinstance(told[-1], FloodOver)]
    assert len(whole) > 6
    for told in whole:
        levels = [one.level for one in told if isinstance(one, FloodWarned)]
        assert levels[0] is levels[-1] is Level.ALERT
        assert all(isinstance(one, FloodWarned) for one in told[:-1])
    assert any(len(told) > 3 for told in whole)


def test_what_holds_traffic_up_is_cleared_later() -> None:
    begun = {one.stretch.key: one.at for one in happened(RoadDisrupted) if isinstance(one, RoadDisrupted)}
    cleared = {one.stretch.key: one.at for one in happened(RoadCleared) if isinstance(one, RoadCleared)}
    both = begun.keys() & cleared.keys()
    assert len(both) > 20
    assert all(begun[key] < cleared[key] for key in both)


def test_a_point_of_the_streets_is_of_no_real_place() -> None:
    for one in happened(IncidentOpened):
        assert isinstance(one, IncidentOpened)
        assert 54.4 < one.spot.point.latitude < 55.0
        assert 1.9 < one.spot.point.longitude < 2.8


def test_an_hour_that_the_clocks_leave_out_has_no_calls_of_its_own() -> None:
    missing_hour = datetime(2026, 3, 29, 1, tzinfo=UTC)
    told = {one.at.astimezone(ZONE).hour for one in four_days()[3].happenings if one.at < missing_hour.replace(hour=3)}
    assert 1 not in told
    assert {0, 2, 3} <= told
