"""The agencies of the example share one world: what begins in one goes on in the next."""

from datetime import date, timedelta

import pytest

from watchroom.demo.partnership import Extent, Partnership
from watchroom.demo.world.happening import Day
from watchroom.demo.world.happenings_courts import Reason, SentToPrison
from watchroom.demo.world.happenings_custody import Coming, Received
from watchroom.demo.world.happenings_safety import Assaulted, Fought, SelfHarmed
from watchroom.demo.world.happenings_streets import Agency, IncidentOpened

EXTENT = Extent(people=2_000, begins=date(2026, 6, 24), days=12)
COMING = {Reason.REMAND: Coming.REMAND, Reason.SENTENCE: Coming.SENTENCE, Reason.RECALL: Coming.RECALL}


@pytest.fixture(scope="module")
def days() -> list[Day]:
    return list(Partnership(EXTENT).days())


def test_whom_a_court_sends_is_received_that_evening_where_it_said_and_after_the_van_left(days: list[Day]) -> None:
    number = 0
    for day in days:
        received = {one.life: one for one in day.happenings if isinstance(one, Received)}
        for sent in (one for one in day.happenings if isinstance(one, SentToPrison)):
            came = received[sent.life]
            assert came.prison == sent.prison
            assert timedelta(minutes=30) < came.at - sent.leaves_at < timedelta(hours=2)
            assert came.coming is COMING[sent.reason]
            number += 1
    assert number > 20


def test_what_is_serious_in_a_prison_is_a_call_to_the_ambulance_within_minutes(days: list[Day]) -> None:
    happenings = [one for day in days for one in day.happenings]
    calls = [
        one.at
        for one in happenings
        if isinstance(one, IncidentOpened)
        and one.case.room.agency is Agency.AMBULANCE
        and one.spot.street == "Prison Road"
    ]
    serious = [one for one in happenings if isinstance(one, (SelfHarmed, Assaulted, Fought)) and one.is_serious]
    # Of the last hours the call is answered after the last day.
    told = [one for one in serious if one.at < days[-1].happenings[-1].at - timedelta(hours=1)]
    assert told
    for one in told:
        assert any(timedelta(0) < at - one.at < timedelta(minutes=30) for at in calls)


def test_in_a_world_of_several_counties_each_court_sends_to_a_prison_of_its_own() -> None:
    world = Partnership(Extent(people=6_000, begins=date(2026, 6, 24), days=2))
    codes = {prison.code for county in world.counties for prison in county.prisons}
    for day in world.days():
        received = {one.life: one.prison for one in day.happenings if isinstance(one, Received)}
        for sent in (one for one in day.happenings if isinstance(one, SentToPrison)):
            assert sent.prison in codes
            assert received[sent.life] == sent.prison
