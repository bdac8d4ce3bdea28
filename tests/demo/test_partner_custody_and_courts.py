"""What the custody suites and the courts of the example world give of themselves, as of an instant and by the day."""

import csv
import json
from datetime import timedelta
from io import StringIO
from typing import Any

from partner_world import community

from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happening import Day
from watchroom.demo.world.happenings_courts import CourtDecided
from watchroom.demo.world.happenings_police_custody import Arrested, LeftCustody
from watchroom.demo.writers.court_lists import LIST, REGISTER, CourtLists
from watchroom.demo.writers.custody_records import CustodyRecords

DAYS = 6


def days() -> list[Day]:
    return list(community().days(DAYS))


def snapshot() -> tuple[list[Day], dict[str, Any]]:
    """The suites at noon of the last day."""
    found = days()
    records = CustodyRecords(community().society)
    noon = found[-1].happenings[0].at.replace(hour=11, minute=0, second=0)
    for day in found:
        for one in day.happenings:
            if one.at <= noon:
                records.hear(one)
    sent = records.snapshot(noon)
    assert sent.media_type == "application/json"
    return found, {"at": noon, **json.loads(sent.content)}


def test_whoever_is_in_a_suite_at_that_instant_is_in_the_file_and_nobody_who_left_the_day_before() -> None:
    found, told = snapshot()
    at = told["at"]
    happened = [one for day in found for one in day.happenings if one.at <= at]
    arrived = {one.custody for one in happened if isinstance(one, Arrested) and one.arrives <= at}
    left = {one.custody: one.at for one in happened if isinstance(one, LeftCustody)}
    stays = {custody for custody in arrived if custody not in left or left[custody] >= at - timedelta(hours=12)}
    numbers = {int(one["custodyRef"].split("/")[1]) for one in told["detainees"]}
    assert numbers == stays
    assert {one["status"] for one in told["detainees"]} >= {"DETAINED", "LEFT"}


def test_each_record_says_when_the_clock_ends_and_when_the_next_review_is_due() -> None:
    _, told = snapshot()
    held = [one for one in told["detainees"] if one["status"] == "DETAINED"]
    assert held
    for one in held:
        assert one["clockEndsAt"] > one["relevantTime"]
        assert one["reviewDueAt"] > one["authorisedAt"]
        assert one["observationLevel"] in {1, 2, 3, 4}


def test_lists_are_out_before_a_court_sits_and_registers_when_it_has_risen() -> None:
    lists = CourtLists(community().society)
    sent = [one for day in days() for one in lists.sent(day)]
    assert {wall(one.at).hour for one in sent if one.name.startswith("list")} == {9}
    assert {wall(one.at).hour for one in sent if one.name.startswith("register")} == {18}
    for one in sent:
        header = tuple(next(csv.reader(StringIO(one.content.decode()))))
        assert header == (LIST if one.name.startswith("list") else REGISTER)


def test_every_decision_is_in_the_register_of_its_day_and_had_been_listed() -> None:
    lists = CourtLists(community().society)
    for day in days():
        files = list(lists.sent(day))
        decided = sum(isinstance(one, CourtDecided) for one in day.happenings)
        of = {"list": 0, "register": 0}
        for one in files:
            of[one.name.split("_")[0]] += len(list(csv.reader(StringIO(one.content.decode())))) - 1
        assert of["register"] == decided
        assert of["list"] == decided


def test_on_a_sunday_no_court_sits() -> None:
    sunday = next(day for day in community().days(7) if day.date.weekday() == 6)
    assert not any(isinstance(one, CourtDecided) for one in sunday.happenings)
