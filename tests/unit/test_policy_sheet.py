"""The sheet for signatories tells all that an agreement gives, and nothing that it does not."""

from dataclasses import replace

import pytest

from agreements import changed, loaded, read
from held_words import HeldWords
from watchroom.model.catalogue import catalogue
from watchroom.model.message_files import languages
from watchroom.model.text import Text
from watchroom.policy.agreement import charter_text, example_names, example_text, load_agreement, read_agreement
from watchroom.policy.clauses import Agreement, Duty, Right
from watchroom.policy.forbidden import FORBIDDEN, NOT_IN_THE_MODEL
from watchroom.policy.lint import Finding
from watchroom.policy.masks import Mask
from watchroom.policy.openings import NEEDS, ROOMS, TOLD
from watchroom.policy.sheet import as_text, sheet, with_findings
from watchroom.policy.terms import OBLIGATIONS, AtEnd

CHARTER = load_agreement(charter_text(), where="charter", model=catalogue())


def told(agreement: Agreement, *, language: str = "en") -> str:
    words = HeldWords(language=language)
    text = as_text(sheet(agreement, model=catalogue()), words)
    assert words.missing == set()
    return text


def agreements() -> list[Agreement]:
    read_ones = [read_agreement(example_text(name), where=name, model=catalogue()) for name in example_names()]
    return [CHARTER, loaded(), *read_ones]


@pytest.mark.parametrize("agreement", agreements(), ids=lambda agreement: agreement.name)
def test_every_clause_field_mask_and_party_stands_on_the_sheet(agreement: Agreement) -> None:
    text = told(agreement)
    for recipient in agreement.recipients:
        assert f"{recipient.organisation} receives" in text
    for clause in agreement.clauses:
        part = text[text.index(f"Clause {clause.name}: `{clause.entity}`") :].split("\n\n")[0]
        shown = {line.split("`")[1] for line in part.splitlines() if line.startswith("- `")}
        assert shown == (set() if clause.is_count_only else set(clause.fields))
        masked = {line.split("`")[1] for line in part.splitlines() if "`, in part: " in line}
        assert masked == set(clause.masks)
    assert agreement.digest in text
    for signatory in agreement.terms.signatories:
        assert f"- {signatory.organisation}: {signatory.name}" in text
    for exclusion in agreement.exclusions:
        assert exclusion.reason in text


def test_what_is_left_out_of_an_entity_is_named() -> None:
    assert "Not given: episode_id, type_code, comment, active_to, is_active." in told(loaded())


def test_rows_are_told_as_conditions_in_words() -> None:
    assert "`active_to` is not recorded" in told(loaded())
    assert "Shown: every row." in told(
        loaded(
            changed(
                ("    where: kind_code in ('HA', 'HA1') and active_to is null\n", ""), ("    subject: at_my_site\n", "")
            )
        )
    )


def test_the_glass_is_told_with_what_it_adds_and_for_how_long() -> None:
    text = told(loaded())
    assert "It closes by itself after 4 hours." in text
    assert "It is looked at within 3 days." in text
    assert "It adds comment of `alert`: `kind_code` is ACCT Open (HMPS); nothing else." in text
    assert "Nobody." in told(replace(loaded(), break_glass=None))


def test_a_room_and_its_members_are_told() -> None:
    room = "room: {opens: P8D before active_from, closes: P14D after active_from}\nsigned_by:"
    text = told(read(changed(("signed_by:", room), ("practitioner], ", "practitioner], member_of: case_room, "))))
    assert "It opens 8 days before `active_from`." in text
    assert "trust: members of the room of the case only." in text


def test_a_law_of_the_clauses_own_is_told() -> None:
    crossing = "entity: alert\n    regime: dpa2018-part3\n    basis: s.35"
    text = told(loaded(changed(("entity: alert\n    roles", f"{crossing}\n    roles"))))
    assert "Under a law of its own: Data Protection Act 2018, Part 3 (law enforcement); s.35." in text


def test_a_clause_for_some_of_the_purposes_says_which() -> None:
    text = told(loaded(changed(("entity: alert\n    roles", "entity: alert\n    purposes: [custody.care]\n    roles"))))
    assert "What for: daily care in custody." not in text, "the only purpose in use is told once, above"
    assert "What for: " in told(CHARTER)


def test_every_forbidden_flow_stands_on_every_sheet() -> None:
    text = told(loaded())
    words = HeldWords()
    for name in (*FORBIDDEN, *NOT_IN_THE_MODEL):
        assert words.phrase(f"forbidden.{name}") in text


def test_no_persons_is_told_where_it_is_promised() -> None:
    roads = read_agreement(example_text("road_incidents"), where="roads", model=catalogue())
    assert "Any field that can tell of a person." in told(roads)
    assert "Any field that can tell of a person." not in told(loaded())


@pytest.mark.parametrize("language", languages())
def test_the_sheet_can_be_said_in_every_language(language: str) -> None:
    for agreement in agreements():
        assert told(agreement, language=language)


def test_the_sheet_is_welsh_where_it_is_asked_for() -> None:
    assert "Pwy sy'n rhoi i bwy" in told(loaded(), language="cy")


def test_every_word_of_a_register_can_be_said() -> None:
    words = HeldWords()
    for name in (
        *(f"right.{right}" for right in Right),
        *(f"duty.{duty}" for duty in Duty),
        *(f"mask.{mask}" for mask in Mask),
        *(f"obligation.{obligation}" for obligation in OBLIGATIONS),
        *(f"needed.{need}" for need in NEEDS),
        *(f"told.{one}" for one in TOLD),
        *(f"room.{room}" for room in ROOMS),
        *(f"sheet.kept.{end}" for end in AtEnd),
    ):
        words.phrase(name)
    assert words.missing == set()


@pytest.mark.parametrize(
    ("retention", "said"),
    [
        ("{keep: P90D}", "90 days from receipt."),
        (
            "{keep: P1Y2M, after: active_to, at_end: return}",
            "1 year, 2 months after `active_to`.\n- Then it is given back.",
        ),
        ("{keep: P2W, unless: a claim is made}", "14 days from receipt.\n- Unless: a claim is made."),
        ("{keep: as the record itself, minutes: P7Y}", "As the record itself.\n- Minutes are kept for 7 years."),
    ],
)
def test_how_long_it_is_kept_is_told_as_it_is_agreed(retention: str, said: str) -> None:
    assert said in told(loaded(changed(("{keep: P90D, after: active_to, at_end: erase}", retention))))


def test_what_should_be_meant_twice_is_one_section_at_the_end_with_the_clause_that_it_is_about() -> None:
    page = sheet(CHARTER, model=catalogue())
    assert with_findings(page, ()) == page
    about, clause = Text("sheet.title", {"title": "T", "name": "N", "version": "1"}), CHARTER.clauses[0].name
    longer = with_findings(page, [Finding(text=about), Finding(text=about, clause=clause)])
    assert longer.sections[:-1] == page.sections
    assert longer.sections[-1].lines[0] == about
    assert HeldWords().say(longer.sections[-1].title)
    assert clause in HeldWords().say(longer.sections[-1].lines[1])
    assert (longer.title, longer.digest) == (page.title, page.digest)
