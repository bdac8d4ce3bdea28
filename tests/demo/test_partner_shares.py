"""What happens with the community's agencies is as often as its figures say, and lives go on from one to the next."""

from collections import Counter
from typing import TypeVar

import pytest
from partner_world import community, ninety_days

from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happenings_courts import CourtDecided, Decision, Reason, SentToPrison
from watchroom.demo.world.happenings_police_custody import (
    Arrested,
    DetentionAuthorised,
    DetentionReviewed,
    Disposal,
    LeftCustody,
)
from watchroom.demo.world.happenings_probation import ContactEnded, Enforced, Kept, RecallOrdered, SupervisionBegun
from watchroom.demo.world.partners import figures

DAYS = 90


T = TypeVar("T")


def of(kind: type[T]) -> list[T]:
    return [one for one in ninety_days() if isinstance(one, kind)]


def test_the_same_seed_gives_the_same_days_and_another_seed_others() -> None:
    first = [day.happenings for day in community().days(3)]
    assert [day.happenings for day in community().days(3)] == first
    assert [day.happenings for day in community(seed=8).days(3)] != first


def test_happenings_of_a_day_are_of_that_day() -> None:
    for day in community().days(8):
        assert {wall(one.at).date() for one in day.happenings} == {day.date}


def test_arrests_are_as_many_and_at_the_hours_that_are_stated() -> None:
    arrests = of(Arrested)
    expected = figures.ARRESTS_PER_RESIDENT_YEAR * figures.RESIDENTS * DAYS / 365.25
    assert len(arrests) == pytest.approx(expected, rel=0.12)
    by_hour = Counter(wall(one.at).hour for one in arrests)
    evening, dawn = (sum(by_hour[hour] for hour in hours) / len(arrests) for hours in ((19, 20, 21, 22), (3, 4, 5)))
    whole = sum(figures.ARRESTS_BY_HOUR)
    assert evening == pytest.approx(sum(figures.ARRESTS_BY_HOUR[19:23]) / whole, abs=0.04)
    assert dawn == pytest.approx(sum(figures.ARRESTS_BY_HOUR[3:6]) / whole, abs=0.03)


def test_what_becomes_of_an_arrest_is_as_stated() -> None:
    left = Counter(one.disposal for one in of(LeftCustody))
    number = sum(left.values()) - left[Disposal.PRISON]
    for disposal, share in figures.DISPOSALS.items():
        assert left[disposal] / number == pytest.approx(share, abs=0.04), disposal


def test_the_first_review_is_due_six_hours_after_authorisation_and_the_next_nine_hours_later() -> None:
    authorised = {one.custody: one for one in of(DetentionAuthorised)}
    for review in of(DetentionReviewed):
        hours = (review.due - authorised[review.custody].at).total_seconds() / 3600
        assert hours == 6 + 9 * (review.sequence - 1)


def test_nobody_stays_beyond_a_day_but_for_court() -> None:
    arrived = {one.custody: one.arrives for one in of(Arrested)}
    for one in of(LeftCustody):
        if one.custody in arrived and one.disposal is not Disposal.COURT:
            assert (one.at - arrived[one.custody]).total_seconds() <= 24 * 3600


def test_whoever_is_kept_by_the_police_comes_before_a_court_the_same_day_and_the_stated_share_is_remanded() -> None:
    kept = [one for one in of(LeftCustody) if one.disposal is Disposal.COURT]
    heard = {(one.life, wall(one.at).date()): one for one in of(CourtDecided)}
    decisions = [heard[one.life, wall(one.at).date()].decision for one in kept]
    remanded = decisions.count(Decision.REMANDED) / len(decisions)
    assert remanded == pytest.approx(figures.FROM_CUSTODY[Decision.REMANDED], abs=0.12)


def test_whom_a_court_remands_or_sentences_to_custody_is_sent_to_prison_that_evening_and_nobody_else() -> None:
    sent = {(one.life, wall(one.at).date()): one for one in of(SentToPrison) if one.reason is not Reason.RECALL}
    held = [one for one in of(CourtDecided) if one.decision in (Decision.REMANDED, Decision.PRISON)]
    assert {(one.life, wall(one.at).date()) for one in held} == sent.keys()
    assert all(16 <= wall(one.leaves_at).hour < 20 for one in sent.values())


def test_whoever_is_recalled_is_arrested_and_returned_to_prison_if_they_are_found() -> None:
    ordered = {one.life for one in of(RecallOrdered)}
    returned = {one.life for one in of(SentToPrison) if one.reason is Reason.RECALL}
    assert returned
    assert returned <= ordered
    expected = figures.RECALLS_PER_PERSON_YEAR * figures.CASELOAD_PER_RESIDENT * figures.RESIDENTS * DAYS / 365.25
    assert len(of(RecallOrdered)) == pytest.approx(expected, rel=0.35)


def test_nobody_is_received_by_a_prison_twice_without_leaving_it() -> None:
    assert max(Counter(one.life for one in of(SentToPrison)).values()) == 1


def test_the_caseload_stays_what_it_is_stated_to_be() -> None:
    world = community()
    for _ in world.days(DAYS):
        pass
    assert len(world.probation) == pytest.approx(figures.CASELOAD_PER_RESIDENT * figures.RESIDENTS, rel=0.05)


def test_contacts_are_missed_as_often_as_stated_and_each_missed_one_is_enforced() -> None:
    ended = of(ContactEnded)
    missed = {one.contact for one in ended if one.kept is Kept.MISSED}
    assert len(missed) / len(ended) == pytest.approx(figures.KEPT[Kept.MISSED], abs=0.015)
    assert {one.contact for one in of(Enforced)} == missed


def test_whom_a_court_gives_an_order_comes_under_probation_the_same_day() -> None:
    orders = {one.life for one in of(CourtDecided) if one.decision in (Decision.ORDER, Decision.SUSPENDED)}
    begun = {one.life for one in of(SupervisionBegun)}
    assert len(orders) > 100
    assert orders <= begun


def test_counties_are_copied_with_codes_of_their_own() -> None:
    society = community(counties=3).society
    codes = [site.code for area in society.areas for site in (*area.courts, *area.suites)]
    assert len(codes) == len(set(codes))
    assert {area.men for area in society.areas} == {"ORM", "OA1", "OA2"}
