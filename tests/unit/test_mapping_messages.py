"""Every mapping of messages agrees with its codec, with the model and with itself."""

import re
from pathlib import Path

import pytest

from watchroom.ingest.lineage import source_columns
from watchroom.ingest.mapping import Mapping, MappingError, Mappings, Role, load_mapping, mapping_names
from watchroom.ingest.mapping_check import flaws_of
from watchroom.ingest.values import values_of
from watchroom.model.catalogue import NO_LONGER_REPORTED, catalogue, columns_of
from watchroom.model.code_lists import code_list, crosswalk_rows
from watchroom.sources.codecs.contract import Kind
from watchroom.sources.codecs.registry import CODECS
from watchroom.sources.messages import MESSAGE_TABLE

MAPPINGS = [mapping for name in mapping_names() if (mapping := load_mapping(name)).messages is not None]
every_mapping = pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.kind)


def text_of(mapping: Mapping) -> str:
    rules = [entry.where for rule in mapping.tables.values() for entry in rule.also]
    asked = list(mapping.messages.queries.values()) if mapping.messages else []
    return "\n".join((*mapping.entities.values(), mapping.prelude, mapping.findings, *rules, *asked))


def test_every_codec_has_a_mapping():
    read = {mapping.messages.codec.name for mapping in MAPPINGS if mapping.messages}
    # A CloudEvent is what lies around the message of another standard.
    assert read == CODECS.keys() - {"cloudevents"}


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
def test_of_a_snapshot_it_says_what_is_named_and_of_a_message_it_does_not(mapping: Mapping):
    assert mapping.messages is not None
    assert bool(mapping.messages.reported) == (mapping.messages.codec.kind is Kind.SNAPSHOT)
    for entity in mapping.messages.reported:
        assert catalogue().entity(entity).field(NO_LONGER_REPORTED)
    assert {*mapping.messages.reported, *mapping.messages.withdrawn} <= set(mapping.entities)
    if mapping.messages.reported:
        assert set(mapping.messages.reported) == set(mapping.entities), "nothing that it makes stays behind in silence"


@every_mapping
def test_every_line_of_its_crosswalk_leads_to_a_code_of_its_list(mapping: Mapping):
    for name, source_value, code in crosswalk_rows(mapping.kind):
        assert code in code_list(name).codes, (name, source_value)


def test_an_own_mapping_that_says_more_of_messages_than_it_makes_may_not_run(tmp_path: Path):
    folder = tmp_path / "roads"
    folder.mkdir()
    said = 'kind = "roads"\nversion = "1"\ntime_zone = "Europe/London"\nextends = "tfl_disruption"\n'
    wrong = 'made_at = "ROAD_DISRUPTION.NOWHERE"\n[reported]\nalert = "select OBJECT_KEY from ROAD_DISRUPTION"\n'
    (folder / "mapping.toml").write_text(said + wrong, encoding="utf-8")
    told = " ".join(flaw.message for flaw in flaws_of(Mappings(tmp_path).load("roads"), catalogue()))
    assert "`ROAD_DISRUPTION.NOWHERE`" in told
    assert "no entity that the mapping makes" in told
    assert "no field `no_longer_reported_at`" in told
    (folder / "mapping.toml").write_text(f"{said}reported = 3\n", encoding="utf-8")
    with pytest.raises(MappingError, match="not of the form"):
        Mappings(tmp_path).load("roads")


def test_each_kind_of_alert_of_an_event_has_the_family_that_the_officers_clause_asks_for():
    families = {value: code for name, value, code in crosswalk_rows("hmpps_event") if name == "alert_type"}
    assert families == {code: one.parent for code, one in code_list("alert_kind").codes.items()}
