"""What is made of a model for people to read: pictures that show every entity, and the record of processing."""

from xml.etree import ElementTree

import pytest

from extensions import model_with
from watchroom.model.catalogue import Sensitivity, catalogue
from watchroom.model.json_schema import as_text
from watchroom.model.pictures import OF_THE_PLATFORM, as_mermaid, as_svg, boxes, domains
from watchroom.model.reference import dictionary, entity_pictures
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.processing import record_of_processing

MODEL = model_with()
CHARTER = load_agreement(charter_text(), where="charter.yaml", model=MODEL)


def record() -> str:
    return record_of_processing(CHARTER, MODEL, made_by="a test")


def test_every_entity_stands_in_the_picture_of_its_domain_and_all_in_some():
    shown = {box.name for domain in domains(MODEL) for box in boxes(MODEL, domain) if not box.is_elsewhere}
    assert shown == {*MODEL.entities, *MODEL.kept}
    assert {box.name for box in boxes(MODEL, OF_THE_PLATFORM) if not box.is_elsewhere} == set(MODEL.kept)


def test_what_an_agency_adds_to_ours_stands_in_its_own_picture():
    added = {box.name: {line.name for line in box.lines} for box in boxes(MODEL, "hmpps_x") if not box.is_elsewhere}
    assert set(added) == {"person", "hmpps_x_lock", "hmpps_x_key_card"}
    assert added["person"] == {"hmpps_x_fears_dogs", "hmpps_x_mentor_id"}


@pytest.mark.parametrize("domain", domains(MODEL))
def test_a_picture_is_one_whole_document_that_asks_for_nothing_from_elsewhere(domain: str):
    text = as_svg(boxes(MODEL, domain), title="A title & more")
    drawn = ElementTree.fromstring(text)  # noqa: S314  our own text
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} <= {
        *("svg", "title", "style", "rect", "text", "circle", "path")
    }
    assert "href" not in text
    words = {element.text for element in drawn.iter() if element.tag.endswith("text")}
    assert {box.name for box in boxes(MODEL, domain)} <= words
    edges = [line for box in boxes(MODEL, domain) for line in box.shown if line.target]
    assert text.count('class="e"') == len(edges)


@pytest.mark.parametrize("domain", domains(MODEL))
def test_boxes_of_a_picture_do_not_lie_on_each_other(domain: str):
    drawn = ElementTree.fromstring(as_svg(boxes(MODEL, domain), title="x"))  # noqa: S314  our own text
    found = [
        tuple(int(one.get(side, "0")) for side in ("x", "y", "width", "height"))
        for one in drawn.iter()
        if one.get("class") in ("b", "g")
    ]
    assert len(found) == len(boxes(MODEL, domain))
    for number, (x, y, width, height) in enumerate(found):
        for left, top, wide, high in found[number + 1 :]:
            assert x + width <= left or left + wide <= x or y + height <= top or top + high <= y


def test_mermaid_names_every_box_and_each_of_its_ways():
    text = as_mermaid(boxes(MODEL, "safety"))
    assert text.startswith("erDiagram\n")
    for box in boxes(MODEL, "safety"):
        assert box.name in text
        for line in box.lines:
            assert line.target is None or f'"{line.name}"' in text


def test_the_page_names_every_picture_that_stands_beside_it():
    pages = entity_pictures(MODEL)
    for name in pages:
        assert name == "entities.md" or f"({name})" in pages["entities.md"]


def test_the_dictionary_and_the_schema_of_a_node_hold_what_its_agency_added():
    page, schema = dictionary(MODEL, made_by="a test"), as_text(MODEL)
    for word in ("hmpps_x_key_card", "hmpps_x_fears_dogs", "Key cards and dogs", "Added to our entities"):
        assert word in page
    assert '"hmpps_x_key_card"' in schema
    assert '"hmpps_x_fears_dogs"' in schema
    assert "Added to our entities" not in dictionary()


def test_the_record_of_processing_names_every_entity_with_its_rule_and_every_field_that_tells_of_somebody():
    text = record()
    for entity in MODEL.entities.values():
        part = text.partition(f"\n## {entity.name}\n")[2].partition("\n## ")[0]
        assert f"`{entity.retention}`" in part
        for field in entity.fields:
            if field.sensitivity is not Sensitivity.NONE:
                assert f"`{field.name}`" in part, f"{entity.name}.{field.name}"


def test_the_record_of_processing_names_every_clause_once_with_its_basis():
    text = record()
    for clause in CHARTER.clauses:
        (row,) = [line for line in text.splitlines() if f"| `{clause.name}` |" in line]
        assert (clause.basis or CHARTER.terms.law.basis) in row
        assert f"`{clause.regime}`" in row
    assert text.count("break-glass, in an emergency") == len(
        CHARTER.break_glass.additions if CHARTER.break_glass else ()
    )


def test_the_record_of_processing_says_that_it_makes_no_claim():
    assert "makes\nno claim that it is lawful" in record()
    assert "No clause of PRISON-CHARTER.1 gives anything of it." in record()
    assert set(catalogue().retention) >= {entity.retention for entity in MODEL.entities.values()}
