"""Every mapping of messages agrees with its codec, with the model and with itself."""

import re

import pytest

from watchroom.ingest.lineage import source_columns
from watchroom.ingest.mapping import Mapping, Role, load_mapping, mapping_names
from watchroom.ingest.values import values_of
from watchroom.model.catalogue import catalogue, columns_of
from watchroom.model.code_lists import code_list, crosswalk_rows
from watchroom.sources.messages import MESSAGE_TABLE

MAPPINGS = [mapping for name in mapping_names() if (mapping := load_mapping(name)).messages is not None]
every_mapping = pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.kind)


def text_of(mapping: Mapping) -> str:
    rules = [entry.where for rule in mapping.tables.values() for entry in rule.also]
    known = [one.keys for one in mapping.messages.known] if mapping.messages else []
    return "\n".join((*mapping.entities.values(), mapping.prelude, mapping.findings, *rules, *known))


def test_there_is_a_mapping_of_messages():
    assert {mapping.kind for mapping in MAPPINGS} == {"hmpps_event", "tfl_disruption"}


@every_mapping
def test_it_fills_fields_of_its_entities(mapping: Mapping):
    for name, text in mapping.entities.items():
        entity = catalogue().entity(name)
        assert values_of(entity, tuple(source_columns(text)))
        is_about_somebody = any(field.target == "person" for field in entity.fields) or name == "person"
        is_placed = is_about_somebody and any(rule.target == "person" for rule in mapping.references)
        assert is_placed or set(entity.scoped_by) <= set(source_columns(text)), f"{name} says whose it is"
        assert "realness" in source_columns(text) or name == "person", "an exercise is never taken for real"


@every_mapping
def test_it_names_every_table_of_its_codec_and_reads_every_column_that_it_declares(mapping: Mapping):
    assert mapping.messages is not None
    assert {name for name in mapping.tables if name != MESSAGE_TABLE} == set(mapping.messages.codec.tables)
    assert all(rule.reason for rule in mapping.tables.values() if rule.role is Role.UNMAPPED)
    for rule in mapping.taken():
        for column in rule.columns:
            assert column.startswith("OBJECT_") or re.search(rf"\b{column}\b", text_of(mapping)), column
    assert mapping.messages.key_table in {None, *mapping.messages.codec.tables}


@every_mapping
def test_it_reads_only_what_is_declared(mapping: Mapping):
    declared = {rule.name for rule in mapping.taken()} | {one for rule in mapping.taken() for one in rule.columns}
    text = re.sub(r"--[^\n]*|'[^']*'", "", text_of(mapping))
    assert set(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", text)) <= declared


@every_mapping
def test_what_it_looks_at_of_the_record_is_there(mapping: Mapping):
    assert mapping.messages is not None
    for known in mapping.messages.known:
        columns = {column.name for column in columns_of(catalogue().entity(known.entity))}
        assert {known.column, *known.give} <= columns
    assert set(mapping.when) <= set(mapping.entities)


@every_mapping
def test_every_line_of_its_crosswalk_leads_to_a_code_of_its_list(mapping: Mapping):
    for name, source_value, code in crosswalk_rows(mapping.kind):
        assert code in code_list(name).codes, (name, source_value)


def test_each_kind_of_alert_of_an_event_has_the_family_that_the_officers_clause_asks_for():
    families = {value: code for name, value, code in crosswalk_rows("hmpps_event") if name == "alert_type"}
    assert families == {code: one.parent for code, one in code_list("alert_kind").codes.items()}
