"""Laws of attention: they hold for whatever facts come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from watchroom.model.jurisdiction import pack
from watchroom.model.text import Coded
from watchroom.priority.attention import Attention, Turn, attention, in_order, turn
from watchroom.priority.extent import Extent
from watchroom.priority.facts import (
    CellSharing,
    Engagement,
    EngagementKind,
    KeepApart,
    Marker,
    PersonFacts,
    Place,
    Source,
    When,
)
from watchroom.priority.rules import RULES
from watchroom.priority.setting import Setting

NOW = datetime(2026, 7, 24, 7, 0, tzinfo=UTC)
SOURCE = Source(system="nomis", known_at=NOW)
SETTING = Setting(now=NOW, zone=ZoneInfo("Europe/London"), codes=pack("england_and_wales").meanings)

days = st.dates(date(2026, 7, 20), date(2026, 7, 28))
instants = st.datetimes(datetime(2026, 7, 20), datetime(2026, 7, 28), timezones=st.just(UTC))  # noqa: DTZ001
whens = st.builds(When, on=days | st.none(), at=instants | st.none(), is_reliable=st.booleans())
markers = st.builds(
    Marker,
    code=st.sampled_from(["HA", "HA1", "XCU", "XA", "XEL", "TG", "RCON", "OIOM"]),
    since=whens,
    source=st.just(SOURCE),
)
places = st.builds(
    lambda landing, cell, is_cell: Place(
        path=f"LEI-A-{landing}-{cell}", short=f"{landing}-{cell}", landing=f"LEI-A-{landing}", is_cell=is_cell
    ),
    st.integers(1, 3),
    st.integers(1, 20),
    st.booleans(),
)
engagements = st.builds(
    Engagement,
    kind=st.sampled_from(EngagementKind),
    day=days,
    starts_at=instants | st.none(),
    ends_at=instants | st.none(),
    status=st.sampled_from(["SCH", "CANC", "COMP"]),
    where=st.none(),
    what=st.just(Coded(code_list="visit_type", code="SCON")),
    source=st.just(SOURCE),
)
ratings = st.builds(
    CellSharing,
    level=st.sampled_from(["HI", "STANDARD", "PEND"]),
    assessed=whens,
    is_approved=st.booleans(),
    source=st.just(SOURCE),
)
pairs = st.builds(
    KeepApart,
    other_id=st.uuids().map(str),
    other_name=st.none(),
    other_place=st.none(),
    is_on_unit=st.booleans(),
    is_on_landing=st.booleans(),
    is_in_cell=st.booleans(),
    meets_at=instants | st.none(),
    restriction=st.sampled_from(["", "CELL", "LANDING", "WING"]),
    since=whens,
    source=st.just(SOURCE),
)
people = st.builds(
    PersonFacts,
    person_id=st.uuids().map(str),
    is_in=st.booleans(),
    begun=whens,
    place=places | st.none(),
    cell_others=st.integers(0, 2) | st.none(),
    custody_source=st.just(SOURCE),
    markers=st.lists(markers, max_size=3).map(tuple),
    cell_sharing=ratings | st.none(),
    engagements=st.lists(engagements, max_size=2).map(tuple),
    keep_apart=st.lists(pairs, max_size=2).map(tuple),
)


def found(everybody: list[PersonFacts]) -> list[Attention]:
    return [one for facts in everybody if (one := attention(facts, SETTING)) is not None]


@given(people)
def test_a_rule_gives_only_levels_that_it_declares(facts: PersonFacts) -> None:
    for rule in RULES:
        assert {reason.level for reason in rule.apply(facts, SETTING)} <= set(rule.levels)


@given(people)
def test_a_persons_level_is_the_highest_of_the_reasons(facts: PersonFacts) -> None:
    one = attention(facts, SETTING)
    if one is not None:
        assert one.level.rank == min(reason.level.rank for reason in one.reasons)
        assert one.level is one.reasons[0].level


@given(st.lists(people, max_size=8, unique_by=lambda facts: facts.person_id), st.randoms())
def test_the_order_of_people_does_not_depend_on_the_order_in_which_they_came(everybody, random) -> None:
    shuffled = list(everybody)
    random.shuffle(shuffled)

    assert in_order(found(everybody)) == in_order(found(shuffled))


@given(st.lists(people, max_size=8, unique_by=lambda facts: facts.person_id), st.data())
def test_whoever_changed_the_order_is_total_and_nobody_stands_above_somebody_more_urgent(everybody, data) -> None:
    listed = found(everybody)
    turns = {one.facts.person_id: data.draw(st.sampled_from(Turn)) for one in listed}
    ordered = in_order(listed, turns)

    assert ordered == in_order(reversed(ordered), turns)
    assert [one.level.rank for one in ordered] == sorted(one.level.rank for one in ordered)


@given(people, st.sets(st.sampled_from([rule.code for rule in RULES])))
def test_what_is_withheld_takes_its_own_reasons_away_and_adds_none(facts: PersonFacts, codes: set[str]) -> None:
    def reasons(setting: Setting) -> set[tuple[str, str]]:
        one = attention(facts, setting)
        return set() if one is None else {(reason.code, reason.text.id) for reason in one.reasons}

    blind = replace(SETTING, extents=dict.fromkeys(codes, Extent.NOT_AVAILABLE))

    assert reasons(blind) == {(code, text) for code, text in reasons(SETTING) if code not in codes}


@given(st.lists(people, max_size=8))
def test_nobody_stands_above_somebody_more_urgent(everybody: list[PersonFacts]) -> None:
    ranks = [one.level.rank for one in in_order(found(everybody))]

    assert ranks == sorted(ranks)


@given(people, markers)
def test_one_more_marker_never_makes_a_person_less_urgent(facts: PersonFacts, marker: Marker) -> None:
    before = attention(facts, SETTING)
    more = PersonFacts(
        person_id=facts.person_id,
        is_in=facts.is_in,
        begun=facts.begun,
        place=facts.place,
        cell_others=facts.cell_others,
        custody_source=SOURCE,
        markers=(*facts.markers, marker),
        cell_sharing=facts.cell_sharing,
        engagements=facts.engagements,
        keep_apart=facts.keep_apart,
    )
    after = attention(more, SETTING)
    if before is not None:
        assert after is not None
        assert after.level.rank <= before.level.rank
        assert turn(after, before) in (Turn.SAME, Turn.WORSE)


@given(people, people)
def test_worse_one_way_is_better_or_worse_the_other_way_and_never_the_same(now: PersonFacts, then: PersonFacts) -> None:
    here, there = attention(now, SETTING), attention(then, SETTING)
    if here is not None and there is not None:
        assert (turn(here, there) is Turn.SAME) == (turn(there, here) is Turn.SAME)


@given(people, st.integers(0, 100))
def test_a_default_date_never_makes_somebody_newly_received(facts: PersonFacts, hours: int) -> None:
    at = NOW - timedelta(hours=hours)
    defaulted = PersonFacts(
        person_id=facts.person_id,
        is_in=True,
        begun=When(at=at, on=at.date(), is_reliable=False),
        place=facts.place,
        cell_others=facts.cell_others,
        custody_source=SOURCE,
    )
    one = attention(defaulted, SETTING)
    codes = set() if one is None else {reason.code for reason in one.reasons}

    assert "first_days" not in codes


@given(people)
def test_an_unreliable_date_is_never_shown_as_an_instant_or_a_day(facts: PersonFacts) -> None:
    one = attention(facts, SETTING)
    for reason in () if one is None else one.reasons:
        if reason.when is not None and reason.when.id == "reason.when.unreliable":
            assert reason.at is None
            assert reason.on is None
