"""Laws of the answer to a person who asks who has looked at them."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.audit.entries import THINGS, Act
from watchroom.audit.read import Concerning, Recorded
from watchroom.audit.subject import Draft, NotReleased, draft_of, released_of
from watchroom.audit.subject_rules import Ground, Verdict, proposed
from watchroom.audit.verdicts import Decided, Standing
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import pack
from watchroom.model.words import Words
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES

AT = datetime(2026, 7, 24, 8, 0, tzinfo=UTC)
PERSON = UUID(int=7)
WORDS = Words(language="en", jurisdiction=pack("england_and_wales"), zone=ZoneInfo("Europe/London"))
STAFF = "officer-called-smith"

HEADERS = st.fixed_dictionaries(
    {"act": st.sampled_from([act.value for act in Act]), "actor": st.just(STAFF)},
    optional={
        "purpose": st.sampled_from(list(PURPOSES)),
        "entity": st.sampled_from([*THINGS, *catalogue().entities]),
        "role": st.sampled_from(list(ROLES)),
        "organisation": st.just("HMPPS"),
        "outcome": st.just("failed"),
        "operator": st.just(STAFF),
        "on_behalf_of": st.just(STAFF),
    },
)
VERDICTS = st.sampled_from(list(Verdict))


def recorded(index: int, header: dict, others: int = 0) -> Recorded:
    body = {
        "subjects": [str(PERSON), *(str(UUID(int=1000 + number)) for number in range(others))],
        "fields": ["family_name"],
        "detail": {"note": "free text about somebody else"},
    }
    at = AT + timedelta(minutes=index)
    return Recorded(
        index=index, at=at, machine_at=at, act=header["act"], actor=header["actor"], header=header, body=body
    )


def decided(index: int, verdict: Verdict) -> Decided:
    ground = None if verdict is Verdict.RELEASED else Ground.CRIME
    return Decided(entry_index=index, verdict=verdict, ground=ground, reason="the officer's own words")


def standing(index: int, verdict: Verdict, *, others: frozenset[str] = frozenset({"second"})) -> Standing:
    return Standing(decided=decided(index, verdict), by=STAFF, at=AT, recorded_in=1000 + index, others=others)


def draft(headers: list[dict], verdicts: list[Verdict | None]) -> Draft:
    entries = tuple(reversed([recorded(index, header, others=3) for index, header in enumerate(headers)]))
    found = Concerning(entries=entries, upto=len(entries), erased=0)
    known = {index: standing(index, one) for index, one in enumerate(verdicts) if one is not None}
    return draft_of(PERSON, found=found, verdicts=known)


@given(HEADERS)
def test_safeguarding_inquiries_and_what_is_not_known_as_ordinary_are_never_proposed_to_be_released(header: dict):
    proposal = proposed(header)
    purpose = header.get("purpose", "")
    held_back = ("safeguarding.", "victim.", "investigation.", "police.", "public-protection.")
    if purpose.startswith(held_back) or not purpose:
        assert proposal.verdict is not Verdict.RELEASED
    assert (proposal.ground is None) == (proposal.verdict is Verdict.RELEASED)


@given(HEADERS, st.sampled_from(["alert", "case_note", "non_association", "incident_report"]))
def test_parts_of_the_record_that_may_hold_intelligence_are_held_back_by_default(header: dict, entity: str):
    assert proposed({**header, "entity": entity}).verdict is not Verdict.RELEASED


def test_an_ordinary_look_is_proposed_to_be_released():
    header = {"act": "list", "purpose": "custody.care", "entity": "person"}
    assert proposed(header).verdict is Verdict.RELEASED


@given(st.lists(HEADERS, max_size=6), st.data())
def test_staff_are_roles_and_nobody_else_is_named(headers: list[dict], data: st.DataObject):
    made = draft(headers, [data.draw(st.none() | VERDICTS) for _ in headers])
    for text in (json.dumps(made.as_json(WORDS)), json.dumps(made.as_released(WORDS))):
        assert STAFF not in text
        assert "free text" not in text
        assert "family_name" not in text
        assert "own words" not in text
        assert all(str(UUID(int=1000 + number)) not in text for number in range(3))


@given(st.lists(HEADERS, min_size=1, max_size=6), st.data())
def test_what_is_neither_confirmed_nor_denied_leaves_no_trace(headers: list[dict], data: st.DataObject):
    verdicts: list[Verdict | None] = [data.draw(VERDICTS) for _ in headers]
    kept = [(header, one) for header, one in zip(headers, verdicts, strict=True) if one is not Verdict.NEITHER]
    whole = draft(headers, verdicts).as_released(WORDS)
    entries = tuple(
        reversed(
            [
                one
                for one, verdict in zip(map(recorded, range(len(headers)), headers), verdicts, strict=True)
                if verdict is not Verdict.NEITHER
            ]
        )
    )
    known = {index: standing(index, one) for index, one in enumerate(verdicts) if one and one is not Verdict.NEITHER}
    found = Concerning(entries=entries, upto=len(headers), erased=0)
    without = draft_of(PERSON, found=found, verdicts=known).as_released(WORDS)
    assert whole == without
    assert len(whole["lines"]) == sum(one is Verdict.RELEASED for _, one in kept)  # type: ignore[arg-type]


@given(st.lists(HEADERS, min_size=1, max_size=6), st.data())
def test_nothing_is_released_while_an_entry_waits_for_a_verdict(headers: list[dict], data: st.DataObject):
    verdicts = [data.draw(st.none() | VERDICTS) for _ in headers]
    made = draft(headers, verdicts)
    found = released_of(made)
    assert isinstance(found, NotReleased) == (None in verdicts)
    if isinstance(found, NotReleased):
        assert found.waiting == tuple(index for index, one in enumerate(verdicts) if one is None)


@given(HEADERS, VERDICTS, st.frozensets(st.sampled_from([STAFF, "second", "third"])))
def test_what_a_rule_holds_back_is_not_told_on_the_word_of_one_officer(
    header: dict, verdict: Verdict, others: frozenset[str]
):
    found = Concerning(entries=(recorded(0, header),), upto=1, erased=0)
    made = draft_of(PERSON, found=found, verdicts={0: standing(0, verdict, others=others)})
    is_against = verdict is Verdict.RELEASED and proposed(header).verdict is not Verdict.RELEASED
    assert isinstance(released_of(made), NotReleased) is (is_against and not others - {STAFF})


@given(st.lists(HEADERS, min_size=1, max_size=6))
def test_a_proposal_alone_releases_nothing(headers: list[dict]):
    assert draft(headers, [None] * len(headers)).as_released(WORDS)["lines"] == []


def test_a_draft_ends_where_it_is_told_to():
    header = {"act": "list", "actor": STAFF, "purpose": "custody.care"}
    entries = tuple(reversed([recorded(index, header) for index in range(4)]))
    made = draft_of(PERSON, found=Concerning(entries=entries, upto=9, erased=2), verdicts={}, upto=2)
    assert [line.recorded.index for line in made.lines] == [0, 1]
    assert (made.upto, made.erased) == (2, 2)


def test_a_draft_says_that_it_is_one_and_that_counsel_has_not_confirmed_it():
    document = draft([], []).as_json(WORDS)
    assert document["draft"] is True
    assert "not been confirmed by counsel" in str(document["notice"])


@pytest.mark.parametrize(
    ("verdict", "ground", "reason"),
    [
        (Verdict.WITHHELD, None, "r"),
        (Verdict.NEITHER, None, "r"),
        (Verdict.RELEASED, Ground.CRIME, "r"),
        (Verdict.RELEASED, None, "  "),
    ],
)
def test_a_verdict_has_a_reason_and_a_ground_exactly_where_something_is_held_back(verdict, ground, reason):
    with pytest.raises(UsageError):
        Decided(entry_index=0, verdict=verdict, ground=ground, reason=reason)


def test_every_act_and_ground_has_words_for_the_person():
    for act in Act:
        assert WORDS.phrase(f"subject.act.{act.value}")
    for ground in Ground:
        assert WORDS.phrase(f"subject.ground.{ground.value}")
    assert not WORDS.missing
