"""What a mapping may say of how its references are found in other sources, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from own_mappings import ALONE, mapping_with
from watchroom.ingest.mapping import MappingError, load_mapping, mapping_names
from watchroom.ingest.mapping_check import flaws_of
from watchroom.model.catalogue import catalogue
from watchroom.store.identifying import ReferenceRule


def test_a_mapping_names_people_by_a_field_and_waits_where_it_does_not_say_otherwise(tmp_path: Path) -> None:
    said = mapping_with(tmp_path, mapping=ALONE + '\n[references.person]\nby = "prison_number"\n')
    assert said.references == (ReferenceRule(target="person", by="prison_number"),)
    assert load_mapping("hmpps_event").references == (ReferenceRule(target="person", by="prison_number", makes=True),)


@pytest.mark.parametrize(
    "said",
    ['missing = "wait"', 'by = "prison_number"\nmissing = "guess"', 'by = "prison_number"\nlike = true', "by = 1"],
)
def test_what_means_nothing_is_refused_with_what_may_be_said(tmp_path: Path, said: str) -> None:
    with pytest.raises(MappingError, match="is to say `by`"):
        mapping_with(tmp_path, mapping=f"{ALONE}\n[references.person]\n{said}\n")


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (ReferenceRule(target="person", by="family_name"), "no field that identifies"),
        (ReferenceRule(target="nobody", by="prison_number"), "no field that identifies"),
        (ReferenceRule(target="person", by="prison_number", makes=True), "`person.sql`"),
    ],
)
def test_only_what_identifies_is_looked_for_and_only_what_is_made_stands_in(
    tmp_path: Path, rule: ReferenceRule, why: str
) -> None:
    mapping = replace(mapping_with(tmp_path), references=(rule,))
    assert any(why in flaw.message for flaw in flaws_of(mapping, catalogue()))


def test_every_rule_of_ours_goes_by_a_field_that_identifies_what_it_makes() -> None:
    for mapping in map(load_mapping, mapping_names()):
        for rule in mapping.references:
            assert catalogue().entity(rule.target).field(rule.by).identifies
            assert not rule.makes or rule.target in mapping.entities
