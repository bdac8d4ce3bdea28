"""The prisons of the example world: what must hold of every day, whatever is drawn."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from prison_world import BEGINS, days, prisons, replay
from watchroom.demo.world import happenings_custody as custody
from watchroom.demo.world import happenings_safety as safety
from watchroom.demo.world.county import PRISONS
from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import Day, Happening, OfLife
from watchroom.demo.world.happenings_regime import NoteWritten, RollChecked, ShiftBegun
from watchroom.demo.world.identifiers import nomis_number
from watchroom.demo.world.prisons import rates
from watchroom.demo.world.prisons.part import Written
from watchroom.demo.world.prisons.places import prisons_for
from watchroom.demo.world.prisons.plans import LATE_AFTER

DAYS = 60


@pytest.fixture(scope="module")
def two_months() -> tuple[Day, list[Day], dict[str, int]]:
    """The past of a world of 2,000, its first 60 days, and the people of each prison after them."""
    part, _, _ = prisons(2_000)
    lived = list(days(part, DAYS))
    return part.past, lived, {code: len(house.roll) for code, house in part.estate.houses.items()}


def of_kind(lived: Sequence[Day], kind: type[Happening]) -> list[Happening]:
    return [one for day in lived for one in day.happenings if type(one) is kind]


def test_the_same_seed_gives_the_same_days_and_another_seed_gives_others() -> None:
    first, again, other = ([*days(prisons(60, seed=seed)[0], 10)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_roll_of_each_prison_is_who_came_less_who_went_and_nobody_is_in_two_cells(
    two_months: tuple[Day, list[Day], dict[str, int]],
) -> None:
    past, lived, left = two_months
    book = replay(2_000)
    book.begin(past.happenings)
    for day in lived:
        book.take(day.happenings)
    assert book.faults == []
    assert book.roll() == left
    assert all(book.released[life] <= book.received[life] for life in book.released)


def test_a_small_world_keeps_the_same_rules() -> None:
    part, _, _ = prisons(60)
    book = replay(60)
    book.begin(part.past.happenings)
    for day in days(part, 200):
        book.take(day.happenings)
    assert book.faults == []
    assert sum(book.roll().values()) == len(part.held)


def test_a_roll_check_expects_who_is_on_the_wing_and_not_out(
    two_months: tuple[Day, list[Day], dict[str, int]],
) -> None:
    past, lived, _ = two_months
    book = replay(2_000)
    book.begin(past.happenings)
    for day in lived[:10]:
        counted_at = at(day.date, 21.75)
        book.take([one for one in day.happenings if one.at <= counted_at])
        here = Counter(cell.rsplit("-", 2)[0] for life, cell in book.cells.items() if life not in book.out)
        checks = [one for one in day.happenings if isinstance(one, RollChecked) and one.check == "night"]
        assert {one.wing: one.expected for one in checks} == {one.wing: here[one.wing] for one in checks}
        assert sum(one.counted != one.expected for one in checks) <= 2
        book.take([one for one in day.happenings if one.at > counted_at])


@pytest.mark.parametrize("people", [60, 300, 2_000])
def test_a_world_holds_about_as_many_people_as_were_asked_for(people: int) -> None:
    part, lives, _ = prisons(people)
    assert len(part.held) == pytest.approx(people, rel=0.12)
    assert len({nomis_number(life) for life in part.held}) == len(part.held)
    women = {house.code for house in part.estate.houses.values() if house.has_women}
    assert {held.prison for held in part.held.values() if lives.of(held.life).sex == "F"} <= women


def test_a_county_is_copied_with_codes_of_its_own() -> None:
    counties = prisons_for(150_000)
    codes = [prison.code for county in counties for prison in county.prisons]
    assert len(codes) == len(set(codes)) >= 225
    assert codes[:3] == [prison.code for prison in PRISONS]
    assert {len(code) for code in codes} == {3}


def test_a_prison_of_fewer_than_twenty_people_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="ask for 20 or more"):
        prisons_for(19)


def test_people_are_in_the_middle_of_their_time_and_did_not_all_arrive_yesterday() -> None:
    part, _, _ = prisons(2_000)
    stayed = sorted((BEGINS - held.received.date()).days for held in part.held.values())
    assert stayed[len(stayed) // 10] < 14
    assert 40 < stayed[len(stayed) // 2] < 250
    assert stayed[-len(stayed) // 10] > 200
    assert any(held.plan for held in part.held.values())
    assert {held.level for held in part.held.values()} == {"basic", "standard", "enhanced"}


# What is stated for a year and 1,000 people, by kind; the tolerance is three standard errors, or a fifth where more.
STATED = {
    "Assaulted": rates.ASSAULTS_ON_HELD + rates.ASSAULTS_ON_STAFF,
    "Fought": rates.FIGHTS,
    "Found": rates.FINDS,
    "Charged": rates.CHARGES,
    "BellAnswered": rates.BELLS * 3_650,
    "VisitBooked": (rates.VISITS + rates.OFFICIAL_VISITS) * 3_650,
    "MealRefused": rates.MEALS_REFUSED * 3_650,
    "DebtHeardOf": rates.DEBTS * 3_650,
    "BadNewsCame": rates.BAD_NEWS * 3_650,
}


def test_what_happens_is_as_often_as_stated(two_months: tuple[Day, list[Day], dict[str, int]]) -> None:
    _, lived, left = two_months
    people = sum(left.values())
    for kind, stated in STATED.items():
        expected = stated * people * DAYS / 365_000
        found = sum(type(one).__name__ == kind for day in lived for one in day.happenings)
        assert found == pytest.approx(expected, abs=max(3 * expected**0.5, expected / 5)), kind
    arrivals = sum(
        rates.ARRIVALS[house.kind] * house.target * DAYS / 365
        for house in prisons(2_000)[0].estate.houses.values()
        if house.kind in rates.ARRIVALS
    )
    received = [one for one in of_kind(lived, custody.Received) if isinstance(one, custody.Received)]
    from_court = [one for one in received if one.coming is not custody.Coming.FROM_AFAR]
    assert len(from_court) == pytest.approx(arrivals, rel=0.2)


def test_self_harm_is_as_often_as_stated_for_women_and_for_men() -> None:
    part, lives, _ = prisons(2_000)
    found: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for day in days(part, DAYS):
        people.update(lives.of(life).sex for life in part.held)
        found.update(lives.of(one.life).sex for one in day.happenings if isinstance(one, safety.SelfHarmed))
    for sex, rate in rates.SELF_HARM.items():
        expected = rate * people[sex] / 365_000
        assert found[sex] == pytest.approx(expected, abs=max(4 * expected**0.5, expected / 5)), sex


def test_alerts_and_open_care_plans_stay_about_where_they_were_stated() -> None:
    part, _, _ = prisons(2_000)
    opened, alerts = 0.0, 0.0
    for _ in days(part, DAYS):
        opened += sum(held.plan is not None for held in part.held.values()) / len(part.held)
        alerts += sum(len(held.alerts) for held in part.held.values()) / len(part.held)
    assert 100 * opened / DAYS == pytest.approx(rates.PLANS_OPEN, rel=0.35)
    assert 100 * alerts / DAYS == pytest.approx(sum(rates.ALERTS.values()) + 15, rel=0.2)


def test_nobody_has_two_alerts_that_rule_each_other_out() -> None:
    part, _, _ = prisons(300)
    for _ in days(part, 40):
        pass
    for held in part.held.values():
        assert not {rates.RIVALS[code] for code in held.alerts if code in rates.RIVALS} & held.alerts


def test_reviews_of_cell_sharing_are_made_soon_after_they_are_due() -> None:
    part, _, _ = prisons(300)
    for _ in days(part, 40):
        pass
    today = BEGINS + timedelta(days=39)
    late = [(today - (held.sharing_review_on or today)).days for held in part.held.values()]
    assert sum(number > 0 for number in late) < 0.06 * len(late)
    assert max(late) < 30


def test_the_hours_are_those_of_a_prison(two_months: tuple[Day, list[Day], dict[str, int]]) -> None:
    _, lived, _ = two_months
    hours = {kind: Counter(one.at.hour + 1 for one in of_kind(lived, kind)) for kind in _AT}
    assert min(hours[custody.Received]) >= 15
    assert set(hours[custody.Released]) <= {*range(8, 19)}
    evening = sum(number for hour, number in hours[safety.SelfHarmed].items() if hour >= 17)
    assert evening > 0.35 * sum(hours[safety.SelfHarmed].values())
    court = [one for one in of_kind(lived, custody.WentOut) if getattr(one, "errand", None) is custody.Errand.COURT]
    assert {one.at.hour + 1 for one in court} == {7}
    assert not [one for one in of_kind(lived, custody.Received) if one.at.weekday() == 6 and one.at.hour < 15]


_AT = (custody.Received, custody.Released, safety.SelfHarmed, custody.WentOut)


def test_observations_are_made_some_late_and_few_never(two_months: tuple[Day, list[Day], dict[str, int]]) -> None:
    _, lived, _ = two_months
    made = [one for one in of_kind(lived, safety.Observed) if isinstance(one, safety.Observed)]
    missed = len(of_kind(lived, safety.ObservationMissed))
    late = sum(one.at - one.due >= timedelta(minutes=LATE_AFTER) for one in made)
    assert all(one.at >= one.due for one in made)
    assert late / len(made) == pytest.approx(rates.LATE, rel=0.15)
    assert missed / len(made) == pytest.approx(rates.MISSED, rel=0.3)


def test_an_observation_is_of_a_plan_that_is_open() -> None:
    part, _, _ = prisons(300)
    plans = {one.plan for one in part.past.happenings if isinstance(one, safety.CarePlanOpened)}
    closed: dict[int, datetime] = {}
    for day in days(part, 40):
        for one in day.happenings:
            if isinstance(one, safety.CarePlanOpened):
                plans.add(one.plan)
            elif isinstance(one, safety.CarePlanClosed):
                closed[one.plan] = one.at
            elif isinstance(one, safety.Observed):
                assert one.plan in plans
                assert one.plan not in closed or one.due <= closed[one.plan]


def test_the_rota_has_gaps_and_somebody_sick_and_each_post_is_known(
    two_months: tuple[Day, list[Day], dict[str, int]],
) -> None:
    _, lived, _ = two_months
    shifts = [one for one in of_kind(lived, ShiftBegun) if isinstance(one, ShiftBegun)]
    short = sum(len(one.staff) < one.posts for one in shifts) / len(shifts)
    assert 0.02 < short < 0.4
    assert any(one.sick for one in shifts)
    assert any(one.lent for one in shifts)
    assert not [one for one in shifts if set(one.sick) & set(one.staff)]


def test_nothing_but_the_ordinary_day_is_drawn_for_who_is_cast() -> None:
    cast = frozenset(sorted(prisons(60)[0].held)[:20])
    part, _, _ = prisons(60, written=Written(cast=cast))
    found = {
        type(one)
        for day in days(part, 60)
        for one in day.happenings
        if isinstance(one, OfLife) and one.life in cast and not isinstance(one, safety.Observed)
    }
    assert NoteWritten in found
    assert found.isdisjoint(
        {custody.Released, custody.CellChanged, custody.WentOut, custody.HearingHeld, custody.MovedAfar}
        | {safety.SelfHarmed, safety.AlertRaised, safety.AlertEnded, safety.CarePlanOpened, safety.Charged}
    )
    assert cast <= set(part.held)


def test_who_is_held_at_the_beginning_does_not_depend_on_who_is_cast() -> None:
    plain, cast = prisons(60)[0], prisons(60, written=Written(cast=frozenset({0, 1, 2})))[0]
    assert plain.past == cast.past


def test_what_is_written_changes_the_prison_as_what_is_drawn_does() -> None:
    life = min(prisons(60)[0].held)
    nine = datetime.combine(BEGINS, datetime.min.time(), UTC) + timedelta(hours=9)
    move = custody.CellChanged(
        at=nine, life=life, prison="ORM", from_cell="", cell="", why=custody.Why.LOCATION, story="a night"
    )
    leave = custody.Released(
        at=nine + timedelta(days=2), life=life, prison="ORM", cell="", leaving=custody.Leaving.BAILED, story="a night"
    )
    come = custody.Received(
        at=nine + timedelta(days=3, hours=8),
        life=900_001,
        prison="ORM",
        cell="",
        coming=custody.Coming.REMAND,
        legal=custody.Legal.REMAND,
        story="a night",
    )
    ordered = {BEGINS: [move], BEGINS + timedelta(days=2): [leave], BEGINS + timedelta(days=3): [come]}
    part, _, _ = prisons(60, written=Written(cast=frozenset({life, 900_001}), ordered=ordered))
    was = part.held[life].cell
    book = replay(60)
    book.begin(part.past.happenings)
    lived = list(days(part, 5))
    for day in lived:
        book.take(day.happenings)
    told = [one for day in lived for one in day.happenings if one.story == "a night"]
    assert [type(one) for one in told] == [custody.CellChanged, custody.Released, custody.Received]
    assert book.faults == []
    assert isinstance(told[0], custody.CellChanged)
    assert told[0].from_cell == was != told[0].cell
    assert life not in part.held
    assert 900_001 in part.held


def test_a_rate_that_is_doubled_would_be_seen(two_months: tuple[Day, list[Day], dict[str, int]]) -> None:
    """The tolerances above are narrow enough to tell a figure from twice or half of it."""
    _, _, left = two_months
    people = sum(left.values())
    for kind, stated in STATED.items():
        expected = stated * people * DAYS / 365_000
        assert max(3 * expected**0.5, expected / 5) < expected / 2, kind
