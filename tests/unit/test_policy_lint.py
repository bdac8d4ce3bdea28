"""Over-breadth is found clause by clause, with its line; what is narrow is left alone."""

from dataclasses import replace

import pytest

from agreements import changed, line_of, loaded, read
from held_words import HeldWords
from source_tree import ROOT
from watchroom.model.catalogue import catalogue
from watchroom.model.message_files import messages
from watchroom.policy.agreement import charter_text, example_names, example_text, load_agreement, read_agreement
from watchroom.policy.examples_page import examples_page
from watchroom.policy.lint import Finding, Measured, lint

NARROW = changed(("record-disclosure,", "record-disclosure, no-onward-sharing,"))
WHERE = "    where: kind_code in ('HA', 'HA1') and active_to is null\n"
SUBJECT = "    subject: at_my_site\n"


def findings(text: str = NARROW, *, measured: Measured | None = None) -> tuple[Finding, ...]:
    found, words = lint(read(text), model=catalogue(), measured=measured), HeldWords()
    assert all(words.say(finding.text) for finding in found)
    return found


def ids(text: str = NARROW, *, measured: Measured | None = None) -> list[str]:
    return [finding.text.id for finding in findings(text, measured=measured)]


def test_nothing_is_found_of_an_agreement_that_is_as_narrow_as_it_can_be() -> None:
    assert ids() == []


SENTENCES = {
    "lint.every_person": "The clause shows every `alert` row: say which by `where`, and to whom by `subject`.",
    "lint.no_relation": "The clause shows `alert` rows of people to whom the asker has no relation: name one by"
    " `subject`.",
    "lint.free_text": "`comment` is free text that may tell anything of anybody, and is shown whole.",
    "lint.no_exclusion_of_restricted": "No exclusion names restricted people or records (`is_restricted`): only other"
    " agreements hide them.",
    "lint.onward_sharing": "No promise keeps the recipient from passing it on (`no-onward-sharing`).",
    "lint.kept_without_end": "Another organisation keeps what it was given without a period.",
    "lint.receives_unsigned": "`trust` receives and is not among those who sign.",
    "lint.gives_unsigned": "`prison` gives and is not among those who sign.",
    "lint.late_review": "The first review is more than a year after the begin (3 January 2027).",
}
OF_A_CLAUSE = {"lint.every_person", "lint.no_relation", "lint.free_text"}


@pytest.mark.parametrize(
    ("swaps", "message"),
    [
        ([(WHERE, ""), (SUBJECT, "")], "lint.every_person"),
        ([(SUBJECT, "")], "lint.no_relation"),
        ([(WHERE, "    where: type_code = 'H' or site_code in my_sites\n"), (SUBJECT, "")], "lint.no_relation"),
        ([(WHERE, "    where: not site_code in my_sites\n"), (SUBJECT, "")], "lint.no_relation"),
        ([("kind_code, active_from]", "comment, active_from]")], "lint.free_text"),
        ([("exclude:\n  - {where: is_restricted, reason: ask}\n", "")], "lint.no_exclusion_of_restricted"),
        ([("is_restricted, reason", "realness = 'test', reason")], "lint.no_exclusion_of_restricted"),
        (
            [("is_restricted, reason", "is_restricted and realness = 'test', reason")],
            "lint.no_exclusion_of_restricted",
        ),
        ([("no-onward-sharing, ", "")], "lint.onward_sharing"),
        ([("{keep: P90D, after: active_to, at_end: erase}", "{keep: as the record itself}")], "lint.kept_without_end"),
        ([("  - {org: trust, name: Caldicott Guardian}\n", "")], "lint.receives_unsigned"),
        ([("  - {org: prison, name: Governor, key: prison-2026}\n", "")], "lint.gives_unsigned"),
        ([("to: 2026-12-31, review_by: 2026-06-30", "to: 2027-12-31, review_by: 2027-01-03")], "lint.late_review"),
    ],
)
def test_what_is_broad_is_found(swaps: list[tuple[str, str]], message: str) -> None:
    text = changed(*swaps, text=NARROW)
    (found,) = findings(text)
    assert (found.text.id, HeldWords().say(found.text)) == (message, SENTENCES[message])
    of_clause = ("1", line_of("  - clause: 1", text=text)) if message in OF_A_CLAUSE else (None, 0)
    assert (found.clause, found.line) == of_clause


@pytest.mark.parametrize(
    "where", ["site_code in my_sites or unit_code in my_units", "site_code in my_sites and type_code = 'H'"]
)
def test_a_relation_to_the_asker_may_be_said_in_the_condition(where: str) -> None:
    assert ids(changed((WHERE, f"    where: {where}\n"), (SUBJECT, ""), text=NARROW)) == []


def test_a_review_within_a_year_is_early_enough() -> None:
    later = ("to: 2026-12-31, review_by: 2026-06-30", "to: 2027-12-31, review_by: 2027-01-02")
    assert ids(changed(later, text=NARROW)) == []


def names(right: str, *, mask: str = "") -> str:
    return changed(
        ("entity: alert\n", "entity: person_name\n"),
        ("[person_id, kind_code, active_from]\n    masks: {active_from: month}", f"[person_id, family_name]{mask}"),
        (WHERE, ""),
        ("[read, list]", f"[read, {right}]"),
        ("after: active_to, ", "after: birth_date, "),
        text=NARROW,
    )


def test_an_export_of_names_is_found_and_their_reading_is_not() -> None:
    assert ids(names("export")) == ["lint.export_of_names"]
    assert ids(names("list")) == []
    assert ids(names("export", mask="\n    masks: {family_name: redact}")) == []


def test_health_is_grave_when_it_leaves_the_organisation() -> None:
    care = changed(
        ("entity: alert\n", "entity: care_need\n"),
        ("[person_id, kind_code, active_from]\n    masks: {active_from: month}", "[person_id, problem_code]"),
        (WHERE, ""),
        ("after: active_to", "after: ended_on"),
        text=NARROW,
    )
    assert ids(care) == ["lint.grave_field"]
    assert ids(care.replace("{org: trust", "{org: prison")) == []
    assert ids(changed(("problem_code]", "problem_code]\n    masks: {problem_code: 'null'}"), text=care)) == []


def test_more_purposes_than_can_be_meant_at_once_are_found() -> None:
    four = "purposes: [custody.care, care.suicide-prevention, custody.safety, victim.contact]"
    text = changed(("purposes: [custody.care, care.suicide-prevention]", four), text=NARROW)
    assert ids(text) == ["lint.many_purposes"]
    assert ids(text.replace(", victim.contact", "")) == []


def test_numbers_are_not_linted_as_rows_are() -> None:
    counted = changed(
        ("allow: [read, list]", "allow: [count]"),
        ("[person_id, kind_code, active_from]\n    masks: {active_from: month}", "[kind_code]"),
        (WHERE, ""),
        (SUBJECT, ""),
        text=NARROW,
    )
    assert ids(counted) == []


def test_what_was_measured_is_found_with_its_figure() -> None:
    measured = Measured(shares={"1": 0.051}, unused={"1": {"active_from", "comment"}, "2": {"kind_code"}})
    found = findings(measured=measured)
    assert [(one.text.id, one.text.params) for one in found] == [
        ("lint.large_share", {"percent": 5}),
        ("lint.unused_field", {"field": "active_from"}),
    ]
    assert ids(measured=Measured(shares={"1": 0.05})) == []


def test_what_is_masked_is_no_finding_of_its_field() -> None:
    masked = changed(("masks: {active_from: month}", "masks: {active_from: month, comment: redact}"), text=NARROW)
    assert ids(changed(("active_from]", "active_from, comment]"), text=masked)) == []


def test_a_finding_names_its_clause_and_line() -> None:
    (found,) = findings(changed((SUBJECT, ""), text=NARROW))
    assert (found.clause, found.line) == ("1", line_of("  - clause: 1"))


@pytest.mark.parametrize("name", example_names())
def test_every_worked_agreement_loads_and_says_that_it_is_an_example(name: str) -> None:
    text = example_text(name)
    assert text.startswith("# EXAMPLE.")
    assert read_agreement(text, where=name, model=catalogue()).name.startswith("EXAMPLE-")


@pytest.mark.parametrize("name", example_names())
def test_a_worked_agreement_is_what_a_node_takes(name: str) -> None:
    taken = load_agreement(example_text(name), where=name, model=catalogue())
    assert taken == read_agreement(example_text(name), where=name, model=catalogue())


def test_sheets_and_findings_of_the_worked_agreements_are_those_of_the_page() -> None:
    page = (ROOT / "docs" / "reference" / "agreement-examples.md").read_text("utf-8")
    assert page == examples_page(catalogue())


def test_every_finding_can_be_said() -> None:
    words = HeldWords()
    charter = load_agreement(charter_text(), where="charter", model=catalogue())
    for finding in lint(charter, model=catalogue()):
        assert words.say(finding.text)
    assert words.missing == set()
    assert {name for name in messages("en") if name.startswith("lint.")}


def test_the_line_of_a_clause_is_no_part_of_what_is_agreed() -> None:
    agreement = loaded()
    moved = tuple(replace(clause, line=99) for clause in agreement.clauses)
    assert replace(agreement, clauses=moved) == agreement
