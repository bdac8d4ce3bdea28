"""The strict loader: what is wrong is named with its line, and nothing that is unclear opens anything."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from agreements import refused
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import KEYS_OF_AN_AGREEMENT, charter_text, load_agreement, slips_of
from watchroom.policy.clauses import Agreement, Duty, Right
from watchroom.policy.conditions import ALWAYS, All, InFact
from watchroom.policy.errors import AgreementError
from watchroom.policy.masks import Mask

SOUND = """\
agreement: DSA-1
version: 2
title: An agreement
provider: {org: prison, controller: Prison Service, contact: dpo@prison.example}
recipients:
  - {org: trust, roles: [nurse, duty_governor]}
purposes: [custody.care, care.suicide-prevention]
law: {provider_regime: uk-gdpr, basis: Art 6}
clauses:
  - clause: 1
    entity: alert
    roles: [nurse]
    allow: [read, list]
    fields: [person_id, kind_code, active_from]
    masks: {active_from: month}
    where: kind_code in ('HA', 'HA1') and active_to is null
    subject: at_my_site
exclude:
  - {where: is_restricted, reason: ask}
max_classification: OFFICIAL-SENSITIVE
retention: {keep: P90D}
valid: {from: 2026-01-01, to: 2026-12-31, review_by: 2026-06-30}
signed_by:
  - {org: prison, name: Governor}
"""


# What is said of a text that is no agreement, up to the key or place that it names.
NO_AGREEMENT = {
    "a mapping of keys and values is expected here",
    "it is not valid YAML 1.2 or names a key twice",
    "it is not valid YAML 1.2",
    "key ",
    "anchors are not allowed: write out what is agreed",
    "tags are not allowed: write the value as it is",
    "",
}


def load(text: str, *, on: date | None = None) -> Agreement:
    return load_agreement(text, where="a.yaml", model=catalogue(), on=on)


def swap(old: str, new: str) -> Callable[[], str]:
    assert old in SOUND
    return lambda: SOUND.replace(old, new)


def test_a_sound_agreement_is_read_whole() -> None:
    agreement = load(SOUND)
    (clause,) = agreement.clauses
    assert (agreement.name, agreement.version, agreement.provider) == ("DSA-1", 2, "prison")
    assert (clause.name, clause.roles, clause.purposes) == (
        "1",
        ("nurse",),
        ("custody.care", "care.suicide-prevention"),
    )
    assert clause.allow == {Right.READ, Right.LIST}
    assert clause.masks == {"active_from": Mask.MONTH}
    assert clause.regime == "uk-gdpr"
    assert isinstance(clause.condition, All)
    assert clause.condition.parts[0] == InFact(column="site_code", fact="my_sites")
    assert set(agreement.exclusions[0].conditions) == set(catalogue().entities)
    assert agreement.valid_to == date(2026, 12, 31)


def test_the_shipped_charter_is_sound_and_gives_every_role_its_purposes() -> None:
    charter = load(charter_text())
    given: dict[str, set[str]] = {}
    for part in (*charter.clauses, *charter.assignments):
        for role in part.roles:
            given.setdefault(role, set()).update(part.purposes)
    assert given == {
        "wing_officer": {"custody.care", "custody.safety"},
        "nurse": {"custody.care", "care.suicide-prevention"},
        "duty_governor": {"custody.care", "custody.safety", "operations.incident-response"},
        "control_room": {"operations.incident-response"},
        "board": {"oversight.board"},
        "information_governance": {"governance.audit"},
        "data_engineer": {"quality.data"},
    }


def test_the_shipped_charter_keeps_its_promises() -> None:
    charter = load(charter_text())
    for clause in charter.clauses:
        shown = {clause.entity + "." + name for name in clause.fields}
        assert not {"person.ethnicity_code", "person.birth_place"} & shown
        assert clause.entity != "address"
        health = {f"{e.name}.{f.name}" for e in catalogue().entities.values() for f in e.fields if f.health}
        assert clause.roles == ("nurse",) or not health & shown, clause.name
        if catalogue().entity(clause.entity).about_person and not clause.is_count_only:
            assert clause.condition != ALWAYS, clause.name
    assert {duty for one in charter.assignments for duty in one.duties} == set(Duty)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (swap("title: An", "titel: An"), 1, "`title` is missing"),
        (swap("title: An agreement", "title: An agreement\nextra: 1"), 4, "unknown key `extra`"),
        (swap("    fields: [person_id, kind_code, active_from]", "    fields: []"), 14, "absent is not all"),
        (swap("    fields: [person_id, kind_code, active_from]\n", ""), 10, "`fields` is missing"),
        (swap("allow: [read, list]", "allow: []"), 13, "not empty"),
        (swap("allow: [read, list]", "allow: [read, write]"), 13, "`write` is not known"),
        (swap("roles: [nurse]", "roles: []"), 12, "not empty"),
        (swap("roles: [nurse]", "roles: ['*']"), 12, "`*` is never allowed"),
        (swap("roles: [nurse]", "roles: [board]"), 12, "`board` is not known"),
        (swap("roles: [nurse, duty_governor]", "roles: [king]"), 6, "`king` is not known"),
        (swap("org: trust", "org: '*'"), 6, "`*` is never allowed"),
        (swap("entity: alert", "entity: alarm"), 11, "no entity `alarm`"),
        (swap("kind_code, active_from]", "kind_codes, active_from]"), 14, "no field `kind_codes`"),
        (swap("kind_code, active_from]", "kind_code, kind_code, active_from]"), 14, "twice"),
        (swap("purposes: [custody.care,", "purposes: [curiosity,"), 7, "`curiosity` is not known"),
        (swap("provider_regime: uk-gdpr", "provider_regime: none"), 8, "`none` is not known"),
        (swap("active_from: month", "active_from: weekly"), 15, "no mask"),
        (swap("active_from: month", "kind_code: month"), 15, "does not suit"),
        (swap("active_from: month", "active_to: month"), 15, "is masked but"),
        (swap("kind_code in ('HA', 'HA1')", "pg_sleep(10)"), 16, "condition language"),
        (swap("kind_code in ('HA', 'HA1')", "kindcode = 'HA'"), 16, "no column `kindcode`"),
        (swap("subject: at_my_site", "subject: everyone"), 17, "no relation"),
        (swap("{where: is_restricted, reason: ask}", "{where: is_sensitive, reason: ask}"), 19, "`entities`"),
        (swap("{where: is_restricted, reason: ask}", "{where: is_restricted}"), 19, "`reason` is missing"),
        (swap("OFFICIAL-SENSITIVE", "TOP"), 20, "no classification"),
        (swap(", to: 2026-12-31", ""), 22, "`to` is missing"),
        (swap("to: 2026-12-31", "to: 2030-01-01"), 22, "three years"),
        (swap("to: 2026-12-31", "to: 2025-12-31"), 22, "follow one another"),
        (swap("to: 2026-12-31", "to: soon"), 22, "must be a date"),
        (swap("review_by: 2026-06-30", "review_by: 2027-06-30"), 22, "follow one another"),
        (swap("version: 2", "version: true"), 2, "whole number"),
        (swap("version: 2", "version: 0"), 2, "whole number"),
        (swap("signed_by:\n  - {org: prison, name: Governor}", "signed_by: []"), 23, "not empty"),
        (swap("version: 2", "version: 2\nversion: 3"), 3, "twice"),
        (swap("version: 2", "version: &a 2"), 2, "anchors"),
        (swap("title: An agreement", "title: An agreement\nbreak_glass: {}"), 4, "`roles` is missing"),
        (swap("title: An agreement", "title: An agreement\nroom: {}"), 4, "`opens` is missing"),
        (
            swap("roles: [nurse, duty_governor]}", "roles: [nurse], member_of: case_room}"),
            11,
            "belong to no room: they have no `case_reference`",
        ),
        (swap("clause: 1", "clause: 1\n    no: 1"), 11, "unknown key `no`"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: Callable[[], str], line: int, says: str) -> None:
    refused(text(), says=says, line=line, take=load)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "text",
        "a: [",
        "a: b: c",
        "\x00",
        "1: 2",
        "? [a]\n: b",
        "a: &x [*x]",
        "- a\n- b",
        "%YAML 9.9\n---\na: 1",
        "a: !!python/object:x {}",
    ],
)
def test_what_is_no_agreement_at_all_is_refused(text: str) -> None:
    fault = refused(text, says="", line=None, take=load)
    assert fault.problem.split("`")[0] in NO_AGREEMENT


def test_yaml_is_read_as_version_1_2() -> None:
    agreement = load(
        SOUND.replace("title: An agreement", "title: no").replace("contact: dpo@prison.example", "contact: 12:30")
    )
    assert agreement.title == "no"


def test_an_agreement_that_has_ended_is_refused_on_the_day_it_is_to_begin() -> None:
    load(SOUND, on=date(2026, 12, 31))
    refused(SOUND, says="lies in the past", line=22, take=partial(load, on=date(2027, 1, 1)))


def test_the_hash_does_not_depend_on_layout() -> None:
    other = SOUND.replace(
        "purposes: [custody.care, care.suicide-prevention]",
        "purposes:\n  - custody.care\n  - care.suicide-prevention  # comment",
    )
    assert load(other).digest == load(SOUND).digest
    assert load(SOUND.replace("at_my_site", "on_my_unit")).digest != load(SOUND).digest


def test_two_clauses_of_one_name_are_refused() -> None:
    clause = SOUND[SOUND.index("  - clause: 1") : SOUND.index("exclude:")]
    refused(SOUND.replace(clause, clause + clause), says="named twice; rename one", line=9, take=load)


def test_an_agreement_without_persons_names_no_field_that_tells_of_one() -> None:
    says = "the agreement says `no_persons`, and field `person_id` may tell of one"
    refused(SOUND.replace("version: 2", "version: 2\nno_persons: true"), says=says, line=15, take=load)
    places = SOUND.replace("version: 2", "version: 2\nno_persons: true").replace("entity: alert", "entity: location")
    places = places.replace("[person_id, kind_code, active_from]", "[path, kind_code]").replace(
        "    masks: {active_from: month}\n    where: kind_code in ('HA', 'HA1') and active_to is null\n", ""
    )
    assert load(places).clauses[0].fields == ("path", "kind_code")


@pytest.mark.parametrize("fields", ["[kind_code, type_code]", "[comment]", "[person_id]", "[active_from]"])
def test_a_clause_that_only_counts_groups_by_one_code_or_place(fields: str) -> None:
    text = SOUND.replace("allow: [read, list]", "allow: [count]").replace("    masks: {active_from: month}\n", "")
    assert load(text.replace("[person_id, kind_code, active_from]", "[kind_code]")).clauses[0].is_count_only
    refused(
        text.replace("[person_id, kind_code, active_from]", fields), says="one field to group by", line=14, take=load
    )


def slips(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.problem) for one in slips_of(text, where="a.yaml", model=catalogue())]


def first_slip(text: str) -> list[tuple[int, str]]:
    try:
        load(text)
    except AgreementError as fault:
        return [(fault.line, fault.problem)]
    return []


def test_the_slips_of_a_text_are_all_told_at_once_each_with_its_line_the_loaders_first() -> None:
    text = SOUND + "surprise: 1\n"
    for old, new in (
        ("controller: Prison Service, ", ""),
        ("version: 2", "version: two"),
        ("kind_code, active_from]", "kind_cod, active_from]"),
        ("review_by: 2026", "review_by: 2027"),
    ):
        text = text.replace(old, new)
    with pytest.raises(AgreementError) as first:
        load(text)
    found = slips(text)
    assert found[0] == (first.value.line, first.value.problem)
    assert sorted(line for line, _ in found) == [2, 4, 14, 22, 25]


@pytest.mark.parametrize("line", range(len(SOUND.splitlines())))
def test_no_part_is_called_wrong_that_stands_in_a_sound_agreement(line: int) -> None:
    """A line is left out: what is said is said of that part alone, or of the whole that lacks it."""
    lines = SOUND.splitlines()
    text = "\n".join([*lines[:line], *lines[line + 1 :]]) + "\n"
    found = slips(text)
    assert found[:1] == first_slip(text)
    assert len(found) <= 2, found


def test_every_key_of_an_agreement_is_known_to_the_loader_and_no_other() -> None:
    for key in (*KEYS_OF_AN_AGREEMENT, "surprise"):
        text = SOUND if f"\n{key}:" in f"\n{SOUND}" else SOUND + f"{key}: ~\n"
        is_unknown = any(problem.startswith("unknown key") for _, problem in slips(text))
        assert is_unknown is (key == "surprise"), key
