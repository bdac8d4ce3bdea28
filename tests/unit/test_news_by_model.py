"""What is told of a change by what the model says of its fields, for every entity of a unit."""

from uuid import UUID

import pytest
from handover_rows import CELL, change, told_with

from watchroom.handover.news import news
from watchroom.model.catalogue import Entity, Field, FieldKind, catalogue
from watchroom.model.extension import Extension, extended
from watchroom.model.text import Text
from watchroom.model.words import Words

# An entry of the outbox is told by the note that it is about: "not yet in NOMIS".
OF_PLACES = {
    name: entity
    for name, entity in catalogue().entities.items()
    if "unit_code" in entity.scoped_by
    and any(field.change_category for field in entity.fields)
    and name != "outbox_item"
}
# Their rows come and go with others of the same event, which tell it; a change of them is told.
TOLD_BY_OTHERS = {"person", "person_name", "person_identifier", "custody_episode", "incident_participant"}
VALUES: dict[FieldKind, object] = {
    FieldKind.TEXT: "a word",
    FieldKind.INTEGER: 3,
    FieldKind.NUMBER: 2.5,
    FieldKind.BOOLEAN: True,
    FieldKind.DATE: "2026-07-23",
    FieldKind.INSTANT: "2026-07-23T20:00:00+00:00",
    FieldKind.CODE: "A-CODE",
    FieldKind.REFERENCE: str(CELL),
    FieldKind.GEOMETRY: "POINT (0 0)",
}


@pytest.mark.parametrize("name", OF_PLACES)
def test_whatever_comes_changes_or_goes_on_a_unit_is_told_in_words(name: str) -> None:
    entity, words = OF_PLACES[name], Words()
    record = {field.name: VALUES[field.kind] for field in entity.fields if not (field.free_text or field.health)}
    told_of = [[change(name, op, record=record)] for op in ("new", "ended") if name not in TOLD_BY_OTHERS]
    told_of += [
        [change(name, changed_fields=(field.name,), before={field.name: None}, record=record)]
        for field in entity.fields
        if field.change_category is not None and name != "bed_assignment"
    ]

    said = [[words.say(one.text) for one in news(changes, told_with())] for changes in told_of]

    assert all(len(sentences) == 1 and sentences[0] for sentences in said)
    assert not words.missing, name


def test_a_new_care_plan_and_its_changed_review_are_told_with_their_values() -> None:
    plan = {"status_code": "OPEN", "next_review_at": "2026-07-25T09:00:00+00:00", "concern": "secret"}
    review = change(
        "care_plan",
        changed_fields=("next_review_at", "concern"),
        before={"next_review_at": "2026-07-24 09:00:00+00", "concern": "other secret"},
        record=plan,
    )

    found = {Words().say(one.text) for one in news([review, change("care_plan", "new", record=plan)], told_with())}

    assert found == {
        "New: care plan (status: open; next review: 25 July 2026, 10:00)",
        "Changed: care plan (concern; next review: was 24 July 2026, 10:00, now 25 July 2026, 10:00)",
    }


def test_a_change_of_health_is_told_without_its_field_and_without_a_value() -> None:
    need = change("care_need", changed_fields=("problem_code",), before={"problem_code": "A"}, record={})

    assert [one.text for one in news([need], told_with())] == [
        Text("news.changed", {"record": Text("record.care_need")})
    ]


def test_a_value_without_a_code_that_the_source_changed_is_told_in_its_own_word() -> None:
    plan = change(
        "care_plan",
        changed_fields=("status_source_value",),
        before={"status_source_value": "PENDING"},
        record={"status_code": None, "status_source_value": "PAUSED"},
    )

    (one,) = news([plan], told_with())

    assert "was PENDING (as the source has it), now PAUSED" in Words().say(one.text)


def test_many_new_records_alike_are_one_sentence_that_says_how_many_and_one_that_differs_stands_alone() -> None:
    meals = [
        change(
            "meal",
            "new",
            id=UUID(int=600 + number),
            record={"outcome_code": "REFUSED" if number == 2 else "TAKEN", "served_at": f"2026-07-23T1{number}:00:00Z"},
        )
        for number in range(6)
    ]

    found = sorted(Words().say(one.text) for one in news(meals, told_with()))

    assert [text.startswith("New: meal, 5 of them, the latest: ") for text in found] == [False, True]
    assert "23 July 2026, 16:00" in found[1]


def test_two_new_records_of_which_the_same_is_said_are_told_as_two() -> None:
    factors = [change("csip_factor", "new", id=UUID(int=number), record={"factor_code": "BUL"}) for number in (1, 2)]

    assert [Words().say(one.text) for one in news(factors, told_with())] == [
        "New: factor of a CSIP referral, 2 of them, the latest: factor: bullying"
    ]


def test_what_an_agency_adds_is_told_as_what_is_ours() -> None:
    own = Entity(
        name="hmpps_x_key_card",
        description="A card.",
        domain="hmpps_x",
        about_person=True,
        scoped_by=("site_code", "unit_code"),
        retention="custody_record",
        niem=None,
        fields=(
            Field(name="person_id", kind=FieldKind.REFERENCE, target="person", description="Who."),
            Field(name="issued_on", kind=FieldKind.DATE, description="When.", change_category="STATUS"),
        ),
    )
    fears = Field(name="hmpps_x_fears_dogs", kind=FieldKind.BOOLEAN, description="So.", change_category="SAFETY")
    model = extended(catalogue(), Extension(entities=(own,), fields={"person": (fears,)}))
    changes = [
        change("hmpps_x_key_card", "new", model=model, record={"issued_on": "2026-07-23"}),
        change(
            "person",
            model=model,
            changed_fields=("hmpps_x_fears_dogs",),
            before={"hmpps_x_fears_dogs": "false"},
            record={"hmpps_x_fears_dogs": True},
        ),
    ]

    found = {Words().say(one.text) for one in news(changes, told_with(model=model))}

    assert found == {"New: key card (issued: 23 July 2026)", "Changed: person (fears dogs: was no, now yes)"}
