"""The mapping of NOMIS agrees with the model, with itself, and with the extract that it was written for."""

import re

import pytest

from watchroom.cli.source_commands import add_source_command
from watchroom.ingest.lineage import source_columns, source_tables
from watchroom.ingest.mapping import MappingError, Role, load_mapping, mapping_names
from watchroom.ingest.values import values_of
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import catalogue
from watchroom.sources.files import read_folder

NOMIS = load_mapping("nomis")
TEXTS = {**NOMIS.entities, "prelude": NOMIS.prelude, "findings": NOMIS.findings}


# What the model has and the extract does not give, or gives in a form that nothing reads yet.
NOT_READ = {
    "person": {"died_on", "gender_identity_code", "gender_identity_source_value"},
    # Limits on one visitor stand in other tables, whose contacts are not read yet.
    "visit_restriction": {"contact_key"},
    "visit_order": {"expires_on", "remaining"},
    # The location of a report is a code of its own list and no place.
    "csip_referral": {
        *("incident_at", "location_key", "referred_by_reference", "referred_on", "involvement_code"),
        *("involvement_source_value", "is_proactive", "is_staff_assaulted", "is_safer_custody_informed"),
    },
    "csip_plan": {
        *("case_manager_reference", "first_review_on", "next_review_on", "closed_on"),
        *("status_code", "status_source_value"),
    },
    "csip_need": {"closed_on"},
    "csip_review": {
        *("held_on", "action_code", "action_source_value", "attendees", "next_review_on", "is_plan_closed"),
    },
}


def test_every_entity_that_is_mapped_is_one_of_the_model():
    assert set(NOMIS.entities) <= set(catalogue().entities)
    assert len(NOMIS.entities) == 31


@pytest.mark.parametrize("name", sorted(NOMIS.entities))
def test_a_mapping_fills_every_field_of_its_entity_under_the_names_of_the_model(name: str):
    entity = catalogue().entity(name)
    values = values_of(entity, tuple(source_columns(NOMIS.entities[name])))
    filled = {value.name for value in values}
    wanted = {field.name.removesuffix("_id") + "_key" if field.target else field.name for field in entity.fields}
    wanted |= {field.source_value_name for field in entity.fields if field.source_value_name}
    assert wanted - filled == NOT_READ.get(name, set()) | {"instruction_source_value"} & wanted
    assert set(entity.scoped_by) <= filled


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_mapping_reads_only_tables_and_columns_that_are_declared(name: str):
    declared = {rule.name for rule in NOMIS.taken()} | {column for rule in NOMIS.taken() for column in rule.columns}
    text = re.sub(r"--[^\n]*|'[^']*'", "", TEXTS[name])
    assert set(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", text)) <= declared


def test_every_table_whose_columns_are_declared_is_read():
    text = "\n".join(TEXTS.values())
    assert [rule.name for rule in NOMIS.taken() if not re.search(rf"\b{rule.name}\b", text)] == []


def test_every_table_of_the_extract_has_a_rule_with_a_reason(nomis):
    delivery = read_folder(nomis)
    assert len(delivery.files) == 189
    rules = [NOMIS.rule(file.table_name) for file in delivery.files]
    assert all(rule.reason for rule in rules if rule.role is Role.UNMAPPED)


def test_the_extract_has_no_column_of_a_mapped_table_that_the_mapping_does_not_know(nomis):
    files = {file.table_name: file for file in read_folder(nomis).files}
    for rule in NOMIS.taken():
        if rule.name in files:
            assert set(files[rule.name].header) <= {*rule.columns, *rule.left_out}, rule.name


def test_the_column_of_a_field_is_read_off_the_mapping():
    assert source_columns(NOMIS.entities["custody_episode"])["location_key"] == ("LIVING_UNIT_ID",)
    assert source_columns(NOMIS.entities["alert"])["person_key"] == ("OFFENDER_BOOK_ID",)
    assert "OFFENDER_ALERTS" in source_tables(NOMIS.entities["alert"])


def test_a_mapping_may_not_select_what_the_model_does_not_have():
    with pytest.raises(MappingError, match="horoscope"):
        values_of(catalogue().entity("alert"), ("source_table", "source_row", "source_key", "horoscope"))


def test_an_unknown_mapping_is_named_with_those_there_are():
    with pytest.raises(NotFoundError, match="nomis"):
        load_mapping("abacus")
    assert mapping_names() == (
        "cad_incident",
        "cap_warning",
        "custody_roll",
        "delius",
        "fhir_health",
        "geojson_incidents",
        "hmpps_event",
        "ical_events",
        "nomis",
        "tfl_disruption",
        "wzdx_works",
    )


def test_the_command_names_every_mapping_that_there_is():
    (option,) = (one for one in add_source_command.params if one.name == "mapping")
    assert f"What reads it: {', '.join(mapping_names())}." == getattr(option, "help", None)


def test_the_instruction_of_a_care_need_does_not_carry_the_diagnosis():
    values = values_of(catalogue().entity("care_need"), tuple(source_columns(NOMIS.entities["care_need"])))
    assert "instruction_code" in {value.name for value in values}
    assert "instruction_source_value" not in {value.name for value in values}
