"""The council of the example world: children as many as is stated, and sheets by e-mail as people make them."""

import csv
from datetime import timedelta
from functools import lru_cache
from io import StringIO

import pytest
from partner_world import BEGINS, community, ninety_days

from watchroom.demo.world.happenings_council import ChildKnown, ConcernRaised, ConferenceListed, Standing
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.children import child_of, victim_of
from watchroom.demo.writers.council_mail import CHILDREN, CONFERENCES, CONTACTS, CouncilMail, is_turned
from watchroom.demo.writers.sent import Sent

HEADERS = {"children": CHILDREN, "contacts": CONTACTS, "conferences": CONFERENCES}
DAYS = 31


@lru_cache(maxsize=1)
def sheets() -> tuple[Sent, ...]:
    world = community()
    mail = CouncilMail(world.society)
    return tuple(one for day in world.days(DAYS) for one in mail.sent(day))


def rows(sheet: Sent) -> list[list[str]]:
    return list(csv.reader(StringIO(sheet.content.decode("utf-8-sig"), newline="")))


def test_children_are_known_as_often_as_is_stated_and_stay_so() -> None:
    world = community()
    children = figures.CHILDREN_PER_RESIDENT * figures.RESIDENTS
    for _ in world.days(90):
        pass
    looked_after = world.council.number_of(Standing.LOOKED_AFTER) / children
    plans = (world.council.number_of(Standing.PLAN) + world.council.number_of(Standing.UNBORN)) / children
    assert looked_after * 10_000 == pytest.approx(70, rel=0.06)
    assert plans * 10_000 == pytest.approx(42.8, rel=0.1)


def test_concerns_and_conferences_are_as_many_as_stated() -> None:
    children = figures.CHILDREN_PER_RESIDENT * figures.RESIDENTS
    concerns = [one for one in ninety_days() if isinstance(one, ConcernRaised)]
    assert len(concerns) == pytest.approx(figures.CONTACTS_PER_CHILD_YEAR * children * 90 / 365.25, rel=0.08)
    cases = [one for one in ninety_days() if isinstance(one, ConferenceListed)]
    assert len(cases) == pytest.approx(figures.CONFERENCES_PER_RESIDENT_YEAR * figures.RESIDENTS * 90 / 365.25, rel=0.2)
    assert {one.meets_on.weekday() for one in cases} == {3}


def test_no_child_is_known_before_birth_but_the_unborn() -> None:
    society = community().society
    for one in ninety_days():
        if isinstance(one, ChildKnown) and one.standing is not Standing.UNBORN:
            assert one.since > child_of(society, one.child, parent=one.parent).born


def test_most_victims_are_women() -> None:
    society = community().society
    names = [victim_of(society, number).given for number in range(200)]
    from watchroom.demo.world.names import BACKGROUNDS

    women = {name for background in BACKGROUNDS for name in background.women}
    assert sum(name in women for name in names) > 170


def test_three_sheets_come_on_the_mornings_of_working_days_and_none_at_weekends() -> None:
    mornings = {BEGINS + timedelta(days=one) for one in range(1, DAYS)}
    working = {on for on in mornings if on.weekday() < 5}
    assert {one.at.date() for one in sheets()} == working
    assert len(sheets()) == 3 * len(working)
    assert all(6 <= one.at.hour < 9 for one in sheets())


def test_headers_are_for_people_and_on_one_day_of_the_month_in_another_order() -> None:
    turned = {one.at.date() for one in sheets() if is_turned(one.at.date())}
    assert len(turned) == 1
    for one in sheets():
        header = tuple(rows(one)[0])
        expected = HEADERS[one.name.split(" ")[0]]
        assert set(header) == set(expected)
        assert (header == expected) is (one.at.date() not in turned)


def test_the_last_row_is_a_remark_of_the_sender_and_all_others_are_whole() -> None:
    for one in sheets():
        header, *body, last = rows(one)
        assert all(len(row) == len(header) for row in body)
        assert len(last) == 1
        assert last[0]


def test_remarks_have_commas_and_line_breaks_and_days_are_written_for_people() -> None:
    first = next(one for one in sheets() if one.name.startswith("children"))
    body = rows(first)[1:-1]
    remarks = {row[-1] for row in body}
    assert any("\n" in one for one in remarks)
    assert any("," in one for one in remarks)
    since = CHILDREN.index("Since")
    assert all(len(row[since].split(" ")) == 3 and row[since][0] != "0" for row in body)


def test_the_same_seed_writes_the_same_sheets() -> None:
    world = community()
    mail = CouncilMail(world.society)
    again = [one for day in world.days(4) for one in mail.sent(day)]
    assert again == list(sheets()[: len(again)])
