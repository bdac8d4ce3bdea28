"""Flows that no clause can open, whatever it says."""

import pytest

from agreements import changed, loaded
from watchroom.model.catalogue import catalogue
from watchroom.model.code_lists import code_list
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.errors import AgreementError
from watchroom.policy.forbidden import FORBIDDEN, NOT_IN_THE_MODEL
from watchroom.policy.roles import ROLES

VISITS = (
    ("entity: alert\n    roles: [nurse]", "entity: visit\n    roles: [nurse]"),
    ("[person_id, kind_code, active_from]", "[person_id, comment]"),
    ("    masks: {active_from: month}\n", ""),
    ("after: active_to, ", ""),
)
WHERE = "kind_code in ('HA', 'HA1') and active_to is null"


@pytest.mark.parametrize(
    "where",
    [
        "type_code = 'OFFI'",
        "type_code <> 'OFFI'",
        "type_code is null",
        "type_code in ('SCON', 'OFFI')",
        "type_code = 'SCON' or status_code = 'SCH'",
        "not type_code = 'SCON'",
        "not (type_code = 'OFFI')",
        "status_code = 'SCH'",
        "visit_date >= current_date",
        "type_source_value = 'SCON'",
        "type_code = 'scon'",
        "type_code is not null and type_code <> 'OFFI'",
        "visit_date between current_date and current_date or type_code = 'SCON'",
    ],
)
def test_no_clause_opens_what_is_noted_of_a_visit_that_may_be_privileged(where: str) -> None:
    with pytest.raises(AgreementError, match="forbidden flow `privileged_visits`") as caught:
        loaded(changed(*VISITS, (WHERE, where)))
    assert caught.value.line == 14


@pytest.mark.parametrize("where", ["type_code = 'SCON'", "type_code in ('SCON') and status_code = 'SCH'"])
def test_what_is_noted_of_a_social_visit_can_be_agreed(where: str) -> None:
    assert loaded(changed(*VISITS, (WHERE, where))).clauses[0].fields == ("person_id", "comment")


def test_a_mask_does_not_open_a_forbidden_flow() -> None:
    masked = (*VISITS, ("allow: [read, list]", "allow: [read]\n    masks: {comment: 'null'}"), (WHERE, "is_restricted"))
    with pytest.raises(AgreementError, match="privileged_visits"):
        loaded(changed(*masked))


def test_a_broken_glass_opens_no_forbidden_flow() -> None:
    with pytest.raises(AgreementError, match="privileged_visits"):
        loaded(
            changed(
                ("adds: {entity: alert, fields: [comment]", "adds: {entity: visit, fields: [comment]"),
                ("kind_code = 'HA'\"", "type_code = 'OFFI'\""),
            )
        )


EVENTS = (
    ("entity: alert\n    roles: [nurse]", "entity: scheduled_event\n    roles: [nurse]"),
    ("[person_id, kind_code, active_from]", "[person_id, type_code, event_date, comment]"),
    ("    masks: {active_from: month}\n", ""),
    ("after: active_to, ", ""),
)


@pytest.mark.parametrize(
    "where",
    [
        "event_date >= current_date",
        "type_code = 'VISIT'",
        "type_code = 'VLB'",
        "type_code = 'APP' and sub_type_code = 'CALA'",
        "type_code in ('MED', 'TAP')",
        # A letter has no type of its own: it comes as one that no list holds, or as none.
        "type_code = 'MAIL'",
        "type_code is null",
        "type_code <> 'VISIT'",
        "not (type_code in ('VISIT', 'VLB', 'APP'))",
        "sub_type_code = 'MED'",
    ],
)
def test_no_clause_opens_what_is_noted_of_an_event_that_may_be_a_legal_visit_or_letter(where: str) -> None:
    with pytest.raises(AgreementError, match="forbidden flow `privileged_events`") as caught:
        loaded(changed(*EVENTS, (WHERE, where)))
    assert "rules 38 and 39" in str(caught.value)
    assert "'ACP', 'ADM', 'COURSE', 'MED', 'PRG', 'PRISON_ACT', 'REL', 'TRN'" in str(caught.value)


@pytest.mark.parametrize("where", ["type_code = 'MED'", "type_code in ('COURSE', 'TRN') and event_date is not null"])
def test_what_is_noted_of_an_event_without_a_legal_adviser_can_be_agreed(where: str) -> None:
    assert "comment" in loaded(changed(*EVENTS, (WHERE, where))).clauses[0].fields


def test_that_an_event_is_due_can_be_agreed_whatever_it_is() -> None:
    due = changed(*EVENTS, ("event_date, comment]", "event_date]"), (WHERE, "event_date >= current_date"))
    assert loaded(due).clauses[0].fields == ("person_id", "type_code", "event_date")


def test_the_safe_values_of_a_guard_are_values_of_its_code_list() -> None:
    for flow in FORBIDDEN.values():
        if flow.guard is not None:
            held = catalogue().entity(flow.entity).field(flow.guard.column).code_list
            assert held is not None
            assert flow.guard.safe <= code_list(held).codes.keys()


def court(role: str) -> str:
    return changed(
        ("roles: [nurse, general_practitioner]", f"roles: [{role}, general_practitioner]"),
        ("entity: alert\n    roles: [nurse]", f"entity: court_appearance\n    roles: [{role}]"),
        ("[person_id, kind_code, active_from]", "[person_id, comment]"),
        ("    masks: {active_from: month}\n", ""),
        ("after: active_to, ", ""),
        (WHERE, "status_code = 'SCH'"),
    )


def test_no_clause_shows_a_prosecutor_what_court_staff_note() -> None:
    with pytest.raises(AgreementError, match="forbidden flow `court_staff_notes`"):
        loaded(court("prosecutor"))
    assert loaded(court("nurse")).clauses[0].entity == "court_appearance"


def test_every_forbidden_flow_names_what_there_is_its_reason_and_its_source() -> None:
    for name, flow in FORBIDDEN.items():
        entity = catalogue().entity(flow.entity)
        assert name == flow.name
        assert flow.fields <= {field.name for field in entity.fields}
        assert (flow.roles or set()) <= ROLES.keys()
        assert flow.reason.endswith(".")
        assert flow.source
        if flow.guard is not None:
            assert flow.guard.column in {field.name for field in entity.fields}


def test_mail_is_forbidden_as_soon_as_the_model_has_it() -> None:
    held = {name for name in catalogue().entities if {"mail", "letter", "correspondence"} & set(name.split("_"))}
    assert bool(held) <= ("privileged_mail" in FORBIDDEN)
    assert ("privileged_mail" in NOT_IN_THE_MODEL) is (not held)


def test_the_shipped_charter_shows_what_is_noted_of_social_visits_alone() -> None:
    charter = load_agreement(charter_text(), where="charter.yaml", model=catalogue())
    noting = [clause.name for clause in charter.clauses if clause.entity == "visit" and "concern" in clause.fields]
    assert noting == ["officer-visit-social", "governor-visit-social"]
