"""What may be asked for is read whole, within bounds, told in words, compared, and opens nothing by itself."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from agreements import SOUND, changed, line_of, loaded, refused
from held_words import HeldWords
from undone import assert_undone
from watchroom.model.catalogue import catalogue
from watchroom.policy.clause_words import rows_in_words
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.conditions import All, Comparator, Compare, InFact
from watchroom.policy.decision import decide
from watchroom.policy.difference import Difference, difference
from watchroom.policy.errors import AgreementError
from watchroom.policy.lint import MOST_PURPOSES, lint
from watchroom.policy.masks import Mask
from watchroom.policy.odrl import export_odrl, import_odrl
from watchroom.policy.on_request import askable_by, decided_by, every_askable
from watchroom.policy.opened_clauses import ask_name, is_ask_name, is_glass, limited_to_people
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.sheet import as_text, sheet

ASKED = """\
on_request:
  - name: plan
    title: The plan
    roles: [nurse]
    purposes: [custody.care]
    entity: alert
    fields: [person_id, active_from, comment]
    masks: {active_from: month}
    subject: at_my_site
    where: kind_code = 'HA'
    lasts: P7D
    decided_by: [duty_governor]
    answer_within: PT4H
signed_by:
"""
TEXT = changed(("signed_by:\n", ASKED))


def with_asked(*swaps: tuple[str, str]) -> str:
    return changed(*swaps, text=TEXT)


def compared(old: str, new: str) -> Difference:
    """The difference, of which every change can be said."""
    found, words = difference(loaded(old), loaded(new), model=catalogue()), HeldWords()
    assert all(words.say(change.whole_text) for change in found.changes)
    return found


def test_what_may_be_asked_for_is_read_whole() -> None:
    (asked,) = loaded(TEXT).on_request
    at_my_site = InFact(column="site_code", fact="my_sites")
    assert (asked.name, asked.clause.name) == ("plan", "request-plan")
    assert (asked.lasts, asked.answer_within) == (timedelta(days=7), timedelta(hours=4))
    assert (asked.decided_by, asked.about) == (("duty_governor",), at_my_site)
    clause = asked.clause
    assert (clause.roles, clause.purposes, clause.entity) == (("nurse",), ("custody.care",), "alert")
    assert (clause.fields, clause.masks) == (("person_id", "active_from", "comment"), {"active_from": Mask.MONTH})
    assert clause.condition == All(
        parts=(at_my_site, Compare(column="kind_code", comparator=Comparator.EQUAL, operand="HA"))
    )
    assert clause.allow == {Right.READ, Right.LIST}, "what was asked for is not exported"


@pytest.mark.parametrize("right", Right)
def test_it_opens_nothing_by_itself(right: Right) -> None:
    agreement = loaded(TEXT)
    with_it, without = (
        decide([one], organisation="trust", roles=["nurse"], purpose="custody.care", right=right)
        for one in (agreement, replace(agreement, on_request=()))
    )
    assert with_it == without


@pytest.mark.parametrize(
    "key", ["name", "title", "roles", "purposes", "entity", "fields", "subject", "lasts", "decided_by", "answer_within"]
)
def test_nothing_of_it_may_be_left_out(key: str) -> None:
    lines = [line for line in ASKED.splitlines() if not line.strip().removeprefix("- ").startswith(f"{key}:")]
    kept = "\n".join(lines) + "\n"
    kept = kept.replace("    title", "  - title", 1) if key == "name" else kept
    with pytest.raises(AgreementError, match=f"`{key}` is missing"):
        loaded(changed(("signed_by:\n", kept)))


@pytest.mark.parametrize(
    ("old", "new", "said", "words"),
    [
        ("lasts: P7D", "lasts: P29D", "longer than 28 days", "lasts: P29D"),
        ("lasts: P7D", "lasts: P2M", "longer than 28 days", "lasts: P2M"),
        ("lasts: P7D", "lasts: P0D", "no duration", "lasts: P0D"),
        ("answer_within: PT4H", "answer_within: PT0M", "no duration", "answer_within: PT0M"),
        ("answer_within: PT4H", "answer_within: P4D", "longer than 3 days", "answer_within: P4D"),
        ("decided_by: [duty_governor]", "decided_by: []", "not empty", "decided_by"),
        ("decided_by: [duty_governor]", "decided_by: ['*']", "never allowed", "decided_by"),
        ("decided_by: [duty_governor]", "decided_by: [board]", "has no site", "decided_by"),
        ("decided_by: [duty_governor]", "decided_by: [caretaker]", "not known", "decided_by"),
        ("title: The plan\n    roles: [nurse]", "title: The plan\n    roles: [board]", "not known", "roles: [board]"),
        ("purposes: [custody.care]\n", "purposes: [custody.safety]\n", "not known", "purposes: [custody.safety]"),
        ("at_my_site\n    where: kind_code = 'HA'\n    lasts", "mine\n    lasts", "no relation", "subject: mine"),
        ("entity: alert\n    fields: [person_id, active_from, comment]\n    masks: {active_from: month}",
         "entity: location\n    fields: [path]", "about one person", "entity: location"),
        ("masks: {active_from: month}", "masks: {active_to: null}", "no field of the entity", "masks: {active_to"),
        ("    answer_within", "    allow: [export]\n    answer_within", "unknown key `allow`", "allow: [export]"),
        ("on_request:\n", "on_request: []\nduties:\n", "not empty", "on_request"),
        ("clause: 1", "clause: request-plan", "kept for what is opened", "clauses:"),
    ],
)  # fmt: skip
def test_what_is_beyond_its_bounds_is_an_error_with_its_line(old: str, new: str, said: str, words: str) -> None:
    text = with_asked((old, new))
    refused(text, says=said, line=line_of(words, text=text))


def test_the_same_name_twice_is_an_error() -> None:
    item = ASKED.removeprefix("on_request:\n").removesuffix("signed_by:\n")
    text = with_asked((item, item + item))
    refused(text, says="`plan` may be asked for twice; rename one", line=line_of("on_request:", text=text))


def test_a_forbidden_flow_cannot_be_asked_for() -> None:
    visit = with_asked(
        ("entity: alert\n    fields: [person_id, active_from, comment]\n    masks: {active_from: month}",
         "entity: visit\n    fields: [person_id, comment]"),
        ("where: kind_code = 'HA'\n    lasts", "lasts"),
    )  # fmt: skip
    line = line_of("fields: [person_id, comment]", text=visit)
    refused(visit, says="forbidden flow `privileged_visits`", line=line)
    assert loaded(visit.replace("    lasts", "    where: type_code = 'SCON'\n    lasts")).on_request


def test_no_persons_binds_what_is_asked_for() -> None:
    with pytest.raises(AgreementError, match="no_persons"):
        loaded(with_asked(("version: 2", "version: 2\nno_persons: true")))


def test_another_regime_needs_a_basis_of_its_own() -> None:
    crossing = ("    lasts: P7D", "    regime: dpa2018-part3\n    lasts: P7D")
    with pytest.raises(AgreementError, match="basis` of its own"):
        loaded(with_asked(crossing))
    text = with_asked((crossing[0], crossing[1].replace("lasts", "basis: s.35\n    lasts")))
    assert loaded(text).on_request[0].clause.basis == "s.35"
    assert "s.35" in as_text(sheet(loaded(text), model=catalogue()), HeldWords())


def test_signatories_read_who_may_ask_for_what_and_who_decides() -> None:
    words = HeldWords()
    told = as_text(sheet(loaded(TEXT), model=catalogue()), words)
    assert words.missing == set()
    for line in (
        "What may be asked for: The plan (plan)",
        "- Who may ask: nurse.",
        "- Decided by, and never by the asker: duty governor. Within 4 hours, or it comes to nothing.",
        "- Then shown for 7 days at most, of that person alone; it ends by itself and can be ended early.",
        "`active_from`, in part:",
    ):
        assert line in told, line
    assert "What may be asked for" not in as_text(sheet(loaded(), model=catalogue()), words)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("active_from, comment]", "active_from, comment]", "`comment` is free text"),
        ("[duty_governor]", "[duty_governor, nurse]", "A nurse may ask, and a nurse decides"),
        ("lasts: P7D", "lasts: P8D", "may be shown for 8 days"),
        (
            "[person_id, active_from, comment]\n    masks: {active_from: month}\n    subject: at_my_site\n"
            "    where: kind_code = 'HA'",
            "[person_id, active_from, comment, kind_code, active_to, is_active, type_code]\n    subject: at_my_site",
            "7 fields of every row",
        ),
    ],
)
def test_what_should_be_meant_twice_is_found(old: str, new: str, said: str) -> None:
    words = HeldWords()
    text = with_asked((old, new))
    found = [one for one in lint(loaded(text), model=catalogue()) if one.clause == "request-plan"]
    assert any(said in words.say(one.text) for one in found)
    assert {one.line for one in found} == {line_of("name: plan", text=text)}
    assert words.missing == set()


def test_what_is_masked_and_short_and_decided_by_others_is_not_found() -> None:
    text = with_asked(("[person_id, active_from, comment]", "[person_id, active_from]"))
    assert [one for one in lint(loaded(text), model=catalogue()) if one.clause == "request-plan"] == []


@pytest.mark.parametrize(
    ("old", "new", "wider", "narrower", "said"),
    [
        ("lasts: P7D", "lasts: P8D", True, False,
         "Clause request-plan: for how long it is given: 7 days became 8 days"),
        ("answer_within: PT4H", "answer_within: PT5H", True, False,
         "Clause request-plan: by when it is answered: 4 hours became 5 hours"),
        ("decided_by: [duty_governor]", "decided_by: [duty_governor, nurse]", True, False,
         "Clause request-plan: who decides on it added: nurse"),
        ("active_from, comment]", "active_from, comment, active_to]", True, False,
         "Clause request-plan: field added: active_to"),
        ("month}\n    subject: at_my_site\n    where: kind_code = 'HA'",
         "month, comment: redact}\n    subject: at_my_site\n    where: kind_code = 'HA'", False, True,
         "Clause request-plan: mask of `comment`: in full became only that something is there"),
        ("where: kind_code = 'HA'\n    lasts", "lasts", True, False,
         "Clause request-plan: rows: rows in which"),
        ("The plan\n    roles: [nurse]", "The plan\n    roles: [nurse, general_practitioner]", True, False,
         "Clause request-plan: role added: general practitioner"),
        ("at_my_site\n    where: kind_code = 'HA'", "on_my_unit\n    where: kind_code = 'HA'", True, True,
         "Clause request-plan: about whom it may be asked changed"),
        ("name: plan", "name: design", True, True,
         "what may be asked for added: design"),
        ("title: The plan", "title: A plan", False, False,
         "Clause request-plan: title: The plan became A plan"),
    ],
)  # fmt: skip
def test_each_change_is_told_with_its_direction(old: str, new: str, wider: bool, narrower: bool, said: str) -> None:
    text, words = with_asked((old, new)), HeldWords()
    there, back = compared(TEXT, text), compared(text, TEXT)
    assert (there.is_wider, there.is_narrower) == (wider, narrower)
    assert (back.is_wider, back.is_narrower) == (narrower, wider)
    assert_undone(there, back)
    told = [words.say(change.whole_text) for change in there.changes]
    assert any(said in one for one in told), told
    if said.startswith("Clause "):
        assert {change.clause for change in (*there.changes, *back.changes)} == {"request-plan"}
    assert words.missing == set()


def test_fewer_people_to_ask_about_are_narrower_and_more_are_wider() -> None:
    agreement = loaded(TEXT)
    (asked,) = agreement.on_request
    only_open = Compare(column="kind_code", comparator=Comparator.EQUAL, operand="HA")
    fewer = replace(agreement, on_request=(replace(asked, about=All(parts=(asked.about, only_open))),))
    for old, new, direction in ((agreement, fewer, "narrower"), (fewer, agreement, "wider")):
        (change,) = difference(old, new, model=catalogue()).changes
        assert (change.direction, change.clause) == (direction, "request-plan")
        assert HeldWords().say(change.text) == "about whom it may be asked changed"


def test_that_something_may_be_asked_for_at_all_is_wider() -> None:
    assert (compared(SOUND, TEXT).is_wider, compared(SOUND, TEXT).is_narrower) == (True, False)
    assert not compared(TEXT, SOUND).is_wider
    assert compared(TEXT, TEXT).changes == ()


def test_something_may_be_asked_for_under_its_full_name_from_the_first_to_the_last_day() -> None:
    agreement = loaded(TEXT)
    (askable,) = every_askable([agreement, replace(agreement, on_request=())])
    assert (askable.name, askable.agreement, askable.asked) == (
        "DSA-1.2#request-plan",
        agreement,
        *agreement.on_request,
    )
    assert [_askable(agreement, on=day) for day in DAYS] == [False, True, True, False]
    assert [_decided(agreement, on=day) for day in DAYS] == [False, True, True, False]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ({}, True),
        ({"roles": ("general_practitioner", "nurse")}, True),
        ({"roles": ("general_practitioner",)}, False),
        ({"roles": ()}, False),
        ({"purpose": "care.suicide-prevention"}, False),
        ({"organisation": "prison"}, False),
    ],
)
def test_only_the_roles_of_the_recipient_ask_and_for_the_purpose_alone(who: dict[str, Any], *, may: bool) -> None:
    assert _askable(loaded(TEXT), **who) is may


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ({}, True),
        ({"roles": ("nurse", "duty_governor")}, True),
        ({"roles": ("nurse",)}, False),
        ({"organisation": "trust"}, False),
    ],
)
def test_only_the_roles_of_the_provider_decide(who: dict[str, Any], *, may: bool) -> None:
    assert _decided(loaded(TEXT), **who) is may


def test_what_may_be_asked_for_is_sorted_by_name() -> None:
    one = loaded(TEXT)
    names = [
        askable.name
        for askable in every_askable([replace(one, name="B"), replace(one, name="A"), replace(one, name="C")])
    ]
    assert names == ["A.2#request-plan", "B.2#request-plan", "C.2#request-plan"]


def test_the_names_of_openings_tell_what_they_open() -> None:
    asked, glass = "DSA-1.2#request-plan", "DSA-1.2#glass"
    assert ask_name(asked) == "DSA-1.2#ask-plan"
    assert [is_ask_name(one) for one in (ask_name(asked), asked, glass)] == [True, False, False]
    assert [is_glass(one) for one in (glass, asked, ask_name(asked), "DSA-1.2#request-glass")] == [True, *[False] * 3]


def test_what_was_given_is_told_as_of_the_people_for_whom_it_was() -> None:
    (asked,), words = loaded(TEXT).on_request, HeldWords()
    given = limited_to_people(asked.clause, name="DSA-1.2#request-plan")
    told = words.say(rows_in_words(given, catalogue().entity("alert")))
    assert words.missing == set()
    assert "DSA-1" not in told
    assert told != words.say(rows_in_words(asked.clause, catalogue().entity("alert")))


def test_many_purposes_of_what_may_be_asked_for_are_found() -> None:
    many = sorted(PURPOSES)[: MOST_PURPOSES + 1]
    agreement = loaded(TEXT)
    (asked,) = agreement.on_request
    found = [
        [
            one.text.id
            for one in lint(replace(agreement, on_request=(of,)), model=catalogue())
            if one.clause == "request-plan"
        ]
        for of in (
            replace(asked, clause=replace(asked.clause, purposes=tuple(many))),
            replace(asked, clause=replace(asked.clause, purposes=tuple(many[1:]))),
        )
    ]
    assert ["lint.many_purposes" in one for one in found] == [True, False]


DAYS = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))


def _askable(agreement: Agreement, **who: Any) -> bool:
    asker: dict[str, Any] = {"organisation": "trust", "roles": ("nurse",), "purpose": "custody.care", "on": DAYS[1]}
    return bool(askable_by([agreement], **(asker | who)))


def _decided(agreement: Agreement, **who: Any) -> bool:
    decider: dict[str, Any] = {"organisation": "prison", "roles": ("duty_governor",), "on": DAYS[1]}
    return bool(decided_by([agreement], **(decider | who)))


def test_it_goes_out_as_odrl_and_comes_back_the_same() -> None:
    policy = export_odrl(TEXT, where="a.yaml", model=catalogue())
    again = import_odrl(policy, where="a.json", model=catalogue())
    assert loaded(again).digest == loaded(TEXT).digest
    changed_policy = json.loads(policy)
    changed_policy["wr:onRequest"][0]["lasts"] = "P8D"
    with pytest.raises(AgreementError, match="something was dropped, added or changed"):
        import_odrl(json.dumps(changed_policy), where="a.json", model=catalogue())
