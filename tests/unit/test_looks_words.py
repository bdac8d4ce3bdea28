"""Every word that the review of looks and the page of one's own work can need is there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from watchroom.audit.entries import THINGS, Act
from watchroom.audit.look_records import CaseLook, Opened, Seen
from watchroom.governance.look_case.show import Filled, case_document, case_page, filled_of
from watchroom.governance.looks.rules import Outcome, Reason
from watchroom.governance.looks.show import act_words
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words

AT = datetime(2026, 7, 24, 10, tzinfo=UTC)
FACTS: Mapping[str, Any] = {
    "carriers": 3,
    "is_present_name": False,
    "last_on": "2026-07-01",
    "people": 14,
    "usual": 4,
    "was_shown": True,
}


def seen(reason: Reason, **more: Any) -> Seen:
    header = {"act": "consult", "entity": "person", "purpose": "custody.care", "operator": "root"}
    body = {"fields": ["person.family_name", "person.id", "alert.comment", "person_id"], "subjects": []}
    look = CaseLook(index=1, at=AT, reasons=(reason.value,), facts=FACTS)
    return Seen(look=look, **({"header": header, "body": body} | more))


def opened(*looks: Seen) -> Opened:
    return Opened(id=uuid4(), account="officer.a", person_id=uuid4(), decided_at=None, seen=looks)


@pytest.mark.parametrize("act", list(Act))
def test_every_act_and_thing_of_the_log_is_said_in_words(act: Act) -> None:
    words = Words()
    for thing in (*THINGS, *catalogue().entities, None):
        assert act_words({"act": act.value, "entity": thing}, words)
    assert words.missing == set()


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_fact_in_words_and_no_field_has_its_value(reason: Reason) -> None:
    words = Words()
    page = case_page(opened(seen(reason)), words)
    (why,) = page.why
    assert why.code == reason.value
    assert "{" not in why.fact + why.detail
    assert page.lines[0].fields == "person: family name; alert: comment"
    assert "operator root" in page.lines[0].what
    assert words.missing == set()


def test_an_entry_that_is_gone_is_said_and_does_not_break_the_case() -> None:
    words = Words()
    gone = seen(Reason.BURST, header=None, body=None)
    assert case_page(opened(gone), words).lines[0].fields == "the body of this entry was erased"
    assert case_document(opened(gone), words)["looks"]
    assert case_page(opened(), words).why == ()
    assert words.missing == set()


def test_a_form_with_a_gap_keeps_what_was_typed_and_says_what_is_missing() -> None:
    words = Words()
    without_outcome = filled_of({"note": " asked her ", "tell": "yes"}, words)
    assert (without_outcome.note, without_outcome.tells, without_outcome.is_refused) == ("asked her", True, True)
    assert without_outcome.note_error is None
    without_note = filled_of({"outcome": Outcome.EXPLAINED.value, "note": "  "}, words)
    assert (without_note.outcome, without_note.outcome_error is None, without_note.is_refused) == (
        "explained",
        True,
        True,
    )
    assert filled_of({"outcome": "guilty", "note": "n"}, words).outcome_error
    assert filled_of({"outcome": "explained", "note": "n" * 2001}, words).note_error
    assert not filled_of({"outcome": "explained", "note": "n"}, words).is_refused
    chosen = [one.value for one in case_page(opened(), words, filled=without_note).choices if one.is_chosen]
    assert chosen == ["explained"]
    assert Filled().is_refused is False
