"""Seeing and explaining: what is shown and why; of the rest, not even whether it is there."""

from uuid import UUID, uuid4

import pytest
from test_gate import WINGS

from gate_world import BOARD, ENGINEER, GOVERNANCE, NURSE, OFFICER, Asker, Gate, charter, gate_of, write
from watchroom.audit.entries import Act
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Refused, Seen
from watchroom.gate.explain import explain
from watchroom.gate.see import SeenRow, document, see
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.policy.agreement import charter_text
from watchroom.policy.clause_text import REGIMES
from watchroom.policy.masks import Mask
from watchroom.store.database import Database

# What the charter agrees of a person for an officer.
SHOWN = {"prison_number", "family_name", "given_names", "sort_key", "sex_code", "birth_date"}


def rows(gate: Gate, asker: Asker, entity: str, *, purpose: str = "custody.care") -> list[SeenRow]:
    seen = see(gate, asker, entity=entity, purpose=purpose)
    assert isinstance(seen, Seen), seen
    return seen.value.rows


def told(gate: Gate, asker: Asker, entity: str, row_id: UUID, *, purpose: str = "custody.care") -> dict[str, object]:
    seen = explain(gate, asker, entity=entity, row_id=row_id, purpose=purpose)
    assert isinstance(seen, Seen), seen
    return seen.value.as_json(Words())


@pytest.fixture
def gate(database: Database) -> Gate:
    write(database, WINGS)
    return gate_of(database, audit=MemoryAuditLog())


def of_key(gate: Gate, asker: Asker, entity: str, number: str) -> UUID:
    found = [row for row in rows(gate, asker, entity) if row["prison_number"] == number]
    return UUID(str(found[0]["id"]))


def test_an_officer_sees_what_to_do_about_health_and_never_why(gate: Gate) -> None:
    (need,) = rows(gate, OFFICER, "care_need")
    assert need["instruction_code"] == "LOW_BED"
    assert not {"description", "problem_code", "problem_source_value", "type_code"} & need.keys()
    assert {"description", "problem_code", "type_code"} <= set(need["withheld"])  # type: ignore[arg-type]
    medical = [row for row in rows(gate, OFFICER, "alert") if row["type_code"] == "M"]
    assert [(row["kind_code"], row["comment"]) for row in medical] == [(None, None)]
    assert medical[0]["withheld"] == ["comment", "kind_code"]


def test_a_nurse_sees_health_of_the_whole_establishment_and_no_intelligence(gate: Gate) -> None:
    (need,) = rows(gate, NURSE, "care_need")
    assert need["description"] == "epilepsy"
    assert {row["kind_code"] for row in rows(gate, NURSE, "alert")} == {"HA", "MEP", "XVL"}
    violent = next(row for row in rows(gate, NURSE, "alert") if row["kind_code"] == "XVL")
    assert violent["comment"] is None
    assert rows(gate, NURSE, "adjudication_hearing") == []


def test_the_board_sees_no_person_at_all(gate: Gate) -> None:
    for entity in gate.model.entities:
        for row in rows(gate, BOARD, entity, purpose="oversight.board"):
            assert not {"person_id", "family_name", "given_names", "prison_number"} & row.keys()
    assert rows(gate, BOARD, "person", purpose="oversight.board") == []


def test_those_who_keep_the_machinery_see_no_record(gate: Gate) -> None:
    for asker, purpose in ((GOVERNANCE, "governance.audit"), (ENGINEER, "quality.data")):
        for entity, declared in gate.model.entities.items():
            if declared.about_person or asker is GOVERNANCE:
                assert rows(gate, asker, entity, purpose=purpose) == []


def test_an_explanation_names_the_clauses_and_what_they_withhold(gate: Gate) -> None:
    found = told(gate, OFFICER, "person", of_key(gate, OFFICER, "person", "A1"))
    assert found == {
        "decision": "allowed",
        "purpose": {"name": "custody.care", "text": "daily care in custody"},
        "by": [
            {
                "agreement": "PRISON-CHARTER.1",
                "clause": "officer-person",
                "rows": "rows in which `unit_code` is one of the units assigned to you",
                "regime": "Data Protection Act 2018, Part 3 (law enforcement)",
            }
        ],
        "withheld": [
            {"field": name, "reason": "not agreed for your role and this purpose"}
            for name in sorted(field.name for field in catalogue().entity("person").fields)
            if name not in SHOWN
        ],
        "next": None,
    }


def test_an_explanation_tells_a_field_of_other_rows_from_one_that_is_never_agreed(gate: Gate) -> None:
    medical = next(row for row in rows(gate, OFFICER, "alert") if row["type_code"] == "M")
    found = told(gate, OFFICER, "alert", UUID(str(medical["id"])))
    reasons = {one["field"]: one["reason"] for one in found["withheld"]}  # type: ignore[union-attr,index,call-overload]
    assert reasons == {
        "comment": "agreed for your role and this purpose on other rows, by none of the clauses that show this one",
        "kind_code": "agreed for your role and this purpose on other rows, by none of the clauses that show this one",
    }


def test_a_field_of_which_a_clause_gives_a_part_says_which_part(database: Database) -> None:
    write(database, WINGS)
    whole = "fields: [prison_number, family_name, given_names, sort_key, sex_code, birth_date]"
    assert whole in charter_text()
    year = charter(charter_text().replace(whole, f"{whole}\n    masks: {{birth_date: year}}"))
    gate = gate_of(database, year)
    found = told(gate, OFFICER, "person", of_key(gate, OFFICER, "person", "A1"))
    reasons = {one["field"]: one["reason"] for one in found["withheld"]}  # type: ignore[union-attr,index,call-overload]
    assert reasons["birth_date"] == "only the year is agreed for your role and this purpose"


def test_hidden_and_absent_are_explained_by_the_same_document(gate: Gate) -> None:
    hidden = told(gate, OFFICER, "person", of_key(gate, NURSE, "person", "A3"))
    absent = told(gate, OFFICER, "person", uuid4())
    assert hidden == absent
    assert (hidden["decision"], hidden["by"], hidden["withheld"]) == ("not_available", [], [])
    assert "ask information governance" in str(hidden["next"])


def test_hidden_and_absent_leave_the_same_sort_of_entry(database: Database) -> None:
    write(database, WINGS)
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    hidden, absent = of_key(gate, NURSE, "person", "A3"), uuid4()
    entries = []
    for row_id in (hidden, absent):
        assert told(gate, OFFICER, "person", row_id)["decision"] == "not_available"
        entry = audit.entries[-1]
        # Who was asked for is remembered in both cases, and nothing else tells them apart.
        assert entry.subjects == (row_id,)
        entries.append((entry.act, entry.count, entry.clauses, entry.fields))
    assert entries[0] == entries[1]
    assert entries[0][0] is Act.EXPLAIN


def test_what_one_purpose_gives_another_does_not(gate: Gate) -> None:
    refused = see(gate, OFFICER, entity="person", purpose="care.suicide-prevention")
    assert isinstance(refused, Refused)
    assert refused.code == "nothing_agreed"


def test_an_unknown_entity_is_refused_and_recorded(database: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    for entity in ("secret", "record.person", "why_person", "pg_roles", "person; drop"):
        assert isinstance(see(gate, OFFICER, entity=entity, purpose="custody.care"), Refused)
        assert audit.entries[-1].act is Act.REFUSE
        refused = explain(gate, OFFICER, entity=entity, row_id=uuid4(), purpose="custody.care")
        assert isinstance(refused, Refused)


def test_every_reason_has_words(gate: Gate) -> None:
    words = Words()
    for code in ("unknown_purpose", "unknown_role", "nothing_agreed", "expired", "not_your_duty", "unknown_entity"):
        words.phrase(f"gate.refused.{code}")
    for reason in ("not_agreed", "not_this_row", *Mask):
        words.phrase(f"gate.withheld.{reason}")
    for regime in REGIMES:
        words.phrase(f"regime.{regime}")
    assert words.missing == set()


def test_the_document_of_see_has_its_shape(gate: Gate) -> None:
    seen = see(gate, OFFICER, entity="person", purpose="custody.care")
    assert isinstance(seen, Seen)
    made = document("person", seen)
    assert set(made) >= {"entity", "rows", "as_of", "available"}
    assert made["available"] is True


def test_an_entity_that_is_not_agreed_is_not_available_and_none_of_it_is_another_matter(gate: Gate) -> None:
    for asker, entity, purpose, is_agreed in (
        (BOARD, "person_name", "oversight.board", False),
        (NURSE, "adjudication_hearing", "custody.care", False),
        (OFFICER, "visit", "custody.care", True),
        (BOARD, "occupancy", "oversight.board", False),
        (GOVERNANCE, "change", "governance.audit", False),
        (GOVERNANCE, "roll", "governance.audit", False),
        (BOARD, "roll", "oversight.board", True),
    ):
        seen = see(gate, asker, entity=entity, purpose=purpose)
        assert isinstance(seen, Seen)
        assert seen.value.is_agreed is is_agreed, entity
        assert is_agreed or seen.value.rows == []


def test_whether_rows_are_hidden_changes_nothing_in_what_see_says(database: Database) -> None:
    gate = gate_of(database)
    documents: list[dict[str, object]] = []
    for told_of in ({"person": []}, WINGS):
        write(database, told_of, hour=len(documents))
        for asker, entity, row_id in ((BOARD, "person_name", None), (OFFICER, "person", uuid4())):
            purpose = "oversight.board" if asker is BOARD else "custody.care"
            seen = see(gate, asker, entity=entity, purpose=purpose, row_id=row_id)
            assert isinstance(seen, Seen)
            made = document(entity, seen)
            documents.append({name: made[name] for name in ("entity", "available", "rows")})
    assert documents[:2] == documents[2:]
