"""A room narrows every clause of its agreement: to its members, and to the time in which it is open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agreements import changed, line_of, refused
from held_words import HeldWords
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import example_text, load_agreement
from watchroom.policy.clause_words import rows_in_words
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.conditions import ALWAYS
from watchroom.policy.decision import Decision, decide
from watchroom.policy.evaluate import Facts, evaluate
from watchroom.policy.openings import Moment, Room, in_room
from watchroom.policy.periods import Period

CONFERENCE = example_text("case_conference")
FIELDS = next(line.partition("fields: ")[2] for line in CONFERENCE.splitlines() if "fields: " in line)
HEARD = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROW: dict[str, object] = {"case_reference": "C-1", "conference_at": HEARD, "contributed_at": HEARD - timedelta(days=5)}


def load(text: str = CONFERENCE) -> Agreement:
    return load_agreement(text, where="a.yaml", model=catalogue())


def facts(now: datetime, *rooms: str, is_known: bool = True) -> Facts:
    return Facts(
        now=now, today=now.date(), values={"my_case_rooms": rooms} if is_known else {}, clearances=("official",)
    )


def shown(
    agreement: Agreement, now: datetime, *rooms: str, row: dict[str, object] = ROW, organisation: str = "police"
) -> bool:
    made = decide(
        [agreement],
        organisation=organisation,
        roles=["conference_member"],
        purpose="safeguarding.domestic-abuse",
        right=Right.LIST,
    )
    assert isinstance(made, Decision)
    (grant,) = made.grants
    return evaluate(grant.clause.condition, row, facts(now, *rooms)) is True


@pytest.mark.parametrize("organisation", ["police", "probation", "health-trust", "council"])
def test_only_a_member_of_the_room_of_a_case_is_shown_its_rows(organisation: str) -> None:
    assert shown(load(), HEARD, "C-1", "C-2", organisation=organisation)
    assert not shown(load(), HEARD, "C-2", organisation=organisation)
    assert not shown(load(), HEARD, organisation=organisation)


@pytest.mark.parametrize("case", [None, "C-2", "c-1"])
def test_a_row_of_another_case_or_of_none_is_in_no_room(case: str | None) -> None:
    assert not shown(load(), HEARD, "C-1", row={**ROW, "case_reference": case})


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (HEARD - timedelta(days=8, hours=1), False),
        (HEARD - timedelta(days=8), True),
        (HEARD, True),
        (HEARD + timedelta(days=14) - timedelta(hours=1), True),
        (HEARD + timedelta(days=14), False),
    ],
)
def test_a_room_opens_and_closes_by_itself(now: datetime, *, is_open: bool) -> None:
    assert shown(load(), now, "C-1", row={**ROW, "contributed_at": now}) is is_open


def test_a_case_that_is_not_to_be_heard_is_never_open() -> None:
    assert not shown(load(), HEARD, "C-1", row={**ROW, "conference_at": None})


def test_a_room_that_is_not_known_shows_nothing() -> None:
    alone = in_room(ALWAYS, None)
    assert evaluate(alone, ROW, facts(HEARD, is_known=False)) is None
    assert evaluate(alone, ROW, facts(HEARD, "C-1")) is True


def test_a_period_of_the_calendar_keeps_a_room_closed_longer_rather_than_shorter() -> None:
    month = Period(months=1)
    room = Room(
        opens=Moment(period=month, is_before=True, date_field="conference_on"),
        closes=Moment(period=month, is_before=False, date_field="conference_on"),
        is_day=True,
    )
    row: dict[str, object] = {"case_reference": "C-1", "conference_on": date(2026, 8, 1)}

    def is_open(day: date) -> bool:
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return evaluate(in_room(ALWAYS, room), row, facts(at, "C-1")) is True

    assert not is_open(date(2026, 7, 3))
    assert is_open(date(2026, 7, 4))
    assert is_open(date(2026, 8, 28))
    assert not is_open(date(2026, 8, 29))


# Without it the clause itself asks for members, and nothing could be told of the agreement.
BY_THE_AGREEMENT = changed(("    subject: in_my_case_room\n", ""), text=CONFERENCE)


def test_a_time_alone_already_asks_for_members() -> None:
    agreement = load(BY_THE_AGREEMENT)
    nobody = replace(agreement, recipients=tuple(replace(one, member_of=None) for one in agreement.recipients))
    assert not shown(nobody, HEARD, "C-2")
    assert shown(nobody, HEARD, "C-1")


def test_members_can_be_asked_for_without_a_time() -> None:
    always = load(
        changed(
            ("room: {opens: P8D before conference_at, closes: P14D after conference_at}\n", ""), text=BY_THE_AGREEMENT
        )
    )
    assert always.room is None
    assert shown(always, HEARD + timedelta(days=30), "C-1")
    assert not shown(always, HEARD + timedelta(days=30), "C-2")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "{org: police, roles: [conference_member], member_of: case_room,",
            "{org: police, roles: [conference_member],",
            "every recipient",
        ),
        ("entity: case_contribution\n    allow", "entity: arrest\n    allow", "has no field"),
    ],
)
def test_a_room_that_could_not_be_kept_is_refused(old: str, new: str, says: str) -> None:
    text = changed((old, new), text=CONFERENCE)
    line = line_of("recipients:", text=text) if says == "every recipient" else line_of("fields: [", text=text)
    refused(text, says=says, line=line)


def test_rows_that_belong_to_no_case_are_refused_with_the_line_of_their_clause() -> None:
    arrests = changed(
        ("entity: case_contribution\n", "entity: arrest\n"),
        (
            FIELDS,
            "[person_id]",
        ),
        ("    subject: in_my_case_room\n", ""),
        ("    where: contributed_at >= now() - interval '42 days'\n", ""),
        ("room: {opens: P8D before conference_at, closes: P14D after conference_at}\n", ""),
        ("after: conference_at, ", ""),
        text=CONFERENCE,
    )
    line = line_of("entity: arrest", text=arrests)
    refused(arrests, says="rows of `arrest` belong to no room: they have no `case_reference`", line=line)


GLASS = """\
break_glass:
  roles: [conference_member]
  adds: {entity: case_contribution, fields: [action_offered], where: is_victim_contact}
  needs: [reason]
  lasts: PT1H
  review_within: P1D
  tell: [provider-dpo]
signed_by:
"""
ADDS = "{entity: case_contribution, fields: [action_offered], where: is_victim_contact}"
ARRESTS = "{entity: arrest, fields: [person_id], where: is_restricted}"


def test_a_broken_glass_shows_the_cases_of_the_room_and_no_other() -> None:
    agreement = load(changed(("signed_by:\n", GLASS), text=CONFERENCE))
    made = decide(
        [agreement],
        organisation="police",
        roles=["conference_member"],
        purpose="safeguarding.domestic-abuse",
        right=Right.LIST,
        opened=frozenset({"EXAMPLE-DSA-033.7#glass"}),
    )
    assert isinstance(made, Decision)
    (grant,) = [one for one in made.grants if one.opening is not None]
    contact: dict[str, object] = {**ROW, "is_victim_contact": True}
    assert evaluate(grant.clause.condition, contact, facts(HEARD, "C-1")) is True
    assert evaluate(grant.clause.condition, contact, facts(HEARD, "C-2")) is False
    assert evaluate(grant.clause.condition, contact, facts(HEARD + timedelta(days=14), "C-1")) is False


@pytest.mark.parametrize("adds", [ARRESTS, f"[{ADDS}, {ARRESTS}]"])
def test_a_glass_that_would_show_rows_of_no_case_is_refused_with_its_line(adds: str) -> None:
    text = changed(("signed_by:\n", GLASS.replace(ADDS, adds)), text=CONFERENCE)
    line = line_of("adds: ", text=text)
    refused(text, says="rows of `arrest` belong to no room", line=line)


def test_nothing_may_be_asked_for_about_a_person_where_a_room_is_kept() -> None:
    asked = """\
on_request:
  - name: facts
    title: What is held
    roles: [conference_member]
    purposes: [safeguarding.domestic-abuse]
    entity: case_contribution
    fields: [person_id, relevant_facts]
    subject: at_my_site
    lasts: P1D
    decided_by: [duty_governor]
    answer_within: PT4H
signed_by:
"""
    text = changed(("signed_by:\n", asked), text=CONFERENCE)
    line = line_of("on_request:", text=text)
    refused(text, says="about a person, who belongs to no room", line=line)


def test_somebody_is_told_that_they_see_a_row_as_a_member_while_the_room_is_open() -> None:
    made = decide(
        [load()],
        organisation="police",
        roles=["conference_member"],
        purpose="safeguarding.domestic-abuse",
        right=Right.LIST,
    )
    assert isinstance(made, Decision)
    words = HeldWords(language="en")
    told = words.say(rows_in_words(made.grants[0].clause, catalogue().entity("case_contribution")))
    assert "`case_reference` is one of the cases whose room is open and of which you are a member" in told
    assert "`conference_at` is 192 hours from now or before" in told
    assert "`conference_at` is after 14 days ago" in told
    assert words.missing == set()
