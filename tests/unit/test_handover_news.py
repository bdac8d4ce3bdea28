"""From changed rows to the sentences that tell them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from handover_rows import (
    CELL,
    NOW,
    ONE,
    OTHER,
    ZONE,
)

from watchroom.handover import rows
from watchroom.handover.news import LEADING, TOLD_NEW, Told, news
from watchroom.handover.unit import QUERIES, RECORDS
from watchroom.ingest.mapping import load_mapping, mapping_names
from watchroom.model.catalogue import FieldKind, catalogue
from watchroom.model.message_files import messages
from watchroom.model.text import Coded, Text

# What a source of a wing can fill at present: of the others there is no change to tell. Probation has no wings.
OF_WINGS = set(mapping_names()) - {"delius"}
FILLED = {name for mapping in OF_WINGS for name in load_mapping(mapping).entities} | {
    "arrest",
    "case_contribution",
}


def change(entity: str, op: str = "changed", **row: object) -> rows.ChangeRow:
    usual: dict[str, object] = {
        "seq": 2,
        "recorded_at": NOW,
        "entity": entity,
        "id": UUID(int=500),
        "op": op,
        "changed_fields": (),
        "categories": (),
        "person_id": ONE,
        "before": None,
    }
    return rows.ChangeRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def told(record: dict[str, object], **more: object) -> Told:
    usual: dict[str, object] = {
        "now": {UUID(int=500): {"source_system": "nomis", "unreliable_dates": []} | record},
        "before": {},
        "places": {CELL: "1-4"},
        "people": {OTHER: "2-1 Other, Another"},
        "arrived": {},
        "left": (),
        "may_see": lambda _entity, _field: True,
        "at": NOW,
        "zone": ZONE,
    }
    return Told(**(usual | more))  # pyright: ignore[reportArgumentType]


def test_a_change_says_what_it_was_and_what_it_is() -> None:
    changed = change("visit", changed_fields=("status_code",), before={"status_code": "SCH"}, categories=("EVENTS",))

    (one,) = news([changed], told({"status_code": "CANC", "starts_at": NOW}))

    assert one.text.id == "news.visit.status_code"
    assert one.text.params["was"] == Coded(code_list="visit_status", code="SCH")
    assert one.text.params["now"] == Coded(code_list="visit_status", code="CANC")
    assert one.category == "EVENTS"


def test_a_date_that_is_a_default_then_and_now_is_no_news() -> None:
    changed = change("custody_episode", changed_fields=("begun_at",), before={"begun_at": "2026-07-23 18:30:00+00"})

    assert news([changed], told({"begun_at": NOW, "unreliable_dates": ["begun_at"]})) == []


def test_a_record_that_the_asker_may_not_see_gives_no_sentence() -> None:
    assert news([change("alert", "new")], told({}, now={})) == []


def test_a_move_is_told_once_with_the_time_at_which_it_happened() -> None:
    moved_at = datetime(2026, 7, 23, 20, 50, tzinfo=UTC)
    stay = change("bed_assignment", "new", id=UUID(int=501))
    episode = change("custody_episode", changed_fields=("location_id",), before={"location_id": str(CELL)})
    records = {
        UUID(int=500): {"source_system": "nomis", "unreliable_dates": [], "location_id": CELL},
        UUID(int=501): {
            "source_system": "nomis",
            "unreliable_dates": [],
            "location_id": CELL,
            "from_at": moved_at,
            "reason_code": "CON",
        },
    }

    (one,) = news([episode, stay], told({}, now=records))

    assert (one.text.id, one.at) == ("news.bed_assignment.from_to", moved_at)
    assert (one.text.params["was"], one.text.params["location_id"]) == ("1-4", "1-4")


def event(entity: str, **record: object):
    return news([change(entity, "new")], told(record))[0]


def test_news_tell_when_it_happened_where_the_record_says_so_and_when_it_became_known() -> None:
    at_night = NOW - timedelta(hours=6)

    instant = event("incident_report", occurred_at=at_night)
    day = event("alert", active_from=date(2026, 7, 23), kind_code="HA")
    unknown = event("visit", starts_at=NOW + timedelta(hours=3))

    assert (instant.happened_at, instant.happened_on, instant.recorded_at) == (at_night, None, NOW)
    assert (day.happened_at, day.happened_on, day.recorded_at) == (None, date(2026, 7, 23), NOW)
    assert (unknown.happened_at, unknown.happened_on, unknown.recorded_at) == (None, None, NOW)


def test_news_stand_where_they_can_have_happened_at_the_latest() -> None:
    midnight = datetime(2026, 7, 24, tzinfo=ZONE).astimezone(UTC)

    assert event("incident_report", occurred_at=NOW - timedelta(hours=6)).at == NOW - timedelta(hours=6)
    assert event("alert", active_from=date(2026, 7, 23)).at == midnight
    assert event("alert", active_from=date(2026, 7, 24)).at == NOW
    assert event("visit", starts_at=NOW).at == NOW


@pytest.mark.parametrize(
    "record",
    [
        {"active_from": date(2026, 7, 25)},
        {"active_from": date(2026, 7, 23), "unreliable_dates": ["active_from"]},
        {"active_from": None},
    ],
)
def test_a_day_to_come_or_a_default_is_not_when_it_happened(record: dict[str, object]) -> None:
    one = event("alert", **record)

    assert (one.happened_on, one.at) == (None, NOW)


def test_an_alert_that_ended_tells_the_day_of_its_end() -> None:
    ended = change("alert", changed_fields=("is_active",), before={"is_active": "true"})

    (one,) = news([ended], told({"is_active": False, "active_from": date(2020, 1, 1), "active_to": date(2026, 7, 23)}))

    assert one.happened_on == date(2026, 7, 23)


def test_an_instant_to_come_is_not_when_it_happened_and_that_of_the_record_itself_is() -> None:
    for occurred_at, happened_at in (
        (NOW - timedelta(minutes=1), NOW - timedelta(minutes=1)),
        (NOW, NOW),
        (NOW + timedelta(seconds=1), None),
    ):
        (one,) = news([change("incident_report", "new")], told({"occurred_at": occurred_at, "title": "x"}))
        assert (one.happened_at, one.happened_on) == (happened_at, None)
        assert one.at == min(occurred_at, NOW)


def test_a_record_that_has_ended_is_told_as_it_was_before() -> None:
    was = {UUID(int=500): {"source_system": "nomis", "unreliable_dates": [], "kind_code": "XVL"}}
    (one,) = news([change("alert", "ended")], told({"kind_code": "HA"}, before=was))
    assert one.text.id == "news.alert.ended"
    assert one.text.params["kind_code"] == Coded(code_list="alert_kind", code="XVL")
    assert news([change("alert", "ended")], told({"kind_code": "HA"})) == []
    assert news([change("alert", "new")], told({}, now={}, before=was)) == []


def test_a_fact_that_two_records_hold_is_told_once_of_each_person_and_another_fact_apart() -> None:
    def record(kind: str) -> dict[str, object]:
        return {"source_system": "nomis", "unreliable_dates": [], "kind_code": kind}

    kinds = {501: "HA", 502: "HA", 503: "XVL", 504: "HA"}
    records = {UUID(int=number): record(kind) for number, kind in kinds.items()}
    changes = [
        change("alert", "new", id=UUID(int=number), person_id=OTHER if number == 504 else ONE) for number in kinds
    ]
    found = news(changes, told({}, now=records))
    told_of = sorted((one.person_id == OTHER, str(one.text.params["kind_code"])) for one in found)
    assert [is_other for is_other, _ in told_of] == [False, False, True]
    assert len(set(told_of)) == 3


def test_news_of_one_instant_stand_in_the_order_of_the_cells() -> None:
    people = {ONE: "1-10 One", OTHER: "1-9 Other"}
    records = {UUID(int=500 + n): {"source_system": "nomis", "unreliable_dates": []} for n in (0, 1)}
    changes = [change("visit", "new", id=UUID(int=500 + n), person_id=who) for n, who in enumerate((ONE, OTHER))]

    assert [one.person_id for one in news(changes, told({}, now=records, people=people))] == [OTHER, ONE]


def test_a_transfer_tells_from_where_to_where_and_a_passage_to_nowhere_named_does_not() -> None:
    named = event("movement", from_agency_code="MDI", to_agency_code="LEI")
    outside = event("movement", from_agency_code="LEI", to_agency_code="OUT")

    assert named.text.id == "news.movement.from_to"
    assert outside.text.id == "news.movement.new"


def test_what_is_withheld_is_never_told_as_not_recorded() -> None:
    hidden = told({"location_id": CELL}, may_see=lambda _entity, field: field != "reason_code")

    (one,) = news([change("bed_assignment", "new")], hidden)

    assert one.text.params["reason_code"] == Text("news.not_available")


def test_an_arrival_is_one_sentence_and_not_one_for_each_of_its_records() -> None:
    changes = [change(entity, "new") for entity in ("movement", "bed_assignment")]

    (one,) = news(changes, told({}, arrived={ONE: NOW - timedelta(hours=11)}))
    (undated_arrival,) = news(changes, told({}, arrived={ONE: None}))

    assert (one.text, one.happened_at) == (Text("news.arrived"), NOW - timedelta(hours=11))
    assert (undated_arrival.happened_at, undated_arrival.at) == (None, NOW)


def test_somebody_to_be_kept_apart_from_is_named_as_far_as_the_asker_may_know() -> None:
    record = {"person_id": ONE, "other_person_id": OTHER, "restriction_code": "LANDING"}

    (known,) = news([change("non_association", "new")], told(record))
    (unknown,) = news([change("non_association", "new")], told(record, people={}))

    assert known.text.params["other_person_id"] == "2-1 Other, Another"
    assert unknown.text.params["other_person_id"] == Text("page.name_withheld")


def test_every_sentence_about_a_change_has_words_and_the_query_of_its_entity_has_what_they_name() -> None:
    english = messages("en")
    wanted = {f"news.{entity}.{op}": entity for entity in TOLD_NEW for op in ("new", "ended")}
    wanted |= {f"news.{entity}.from_to": entity for entity in ("bed_assignment", "movement")}
    for entity, fields in LEADING.items():
        for name in fields:
            is_boolean = catalogue().entity(entity).field(name).kind is FieldKind.BOOLEAN
            for suffix in (".yes", ".no") if is_boolean else ("",):
                wanted[f"news.{entity}.{name}{suffix}"] = entity

    for message_id, entity in wanted.items():
        named = {slot.name for slot in english[message_id].slots if not slot.name.startswith("term.")}
        for name in named - {"was", "now"}:
            assert f"{entity}.{name}" in RECORDS[entity].sql, (message_id, name)


def test_every_entity_of_a_unit_has_its_query_of_changed_records_without_free_text() -> None:
    scoped = {name: entity for name, entity in catalogue().entities.items() if entity.scoped_by and name in FILLED}
    assert set(RECORDS) == set(scoped)
    for name, entity in scoped.items():
        free = {field.name for field in entity.fields if field.free_text or field.health} - {"title"}
        assert not {field for field in free if f"{name}.{field}" in RECORDS[name].sql}, name


def test_no_query_of_the_handover_asks_for_free_text_but_titles() -> None:
    free = {
        f"{entity.name}.{field.name}"
        for entity in catalogue().entities.values()
        for field in entity.fields
        if (field.free_text or field.health) and (entity.name, field.name) != ("incident_report", "title")
    }
    for query in QUERIES.values():
        assert not {name for name in free if f"{name}," in query.sql or f"{name}\n" in query.sql}, query.name
