"""From changed rows to the sentences that tell them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from handover_rows import (
    CELL,
    NOW,
    ONE,
    OTHER,
    ZONE,
    change,
    told_with,
)

from watchroom.handover import rows
from watchroom.handover.briefing import News
from watchroom.handover.news import LEADING, TOLD_NEW, news
from watchroom.handover.unit import QUERIES
from watchroom.model.catalogue import FieldKind, catalogue
from watchroom.model.message_files import messages
from watchroom.model.text import Coded, Text


def test_a_change_says_what_it_was_and_what_it_is() -> None:
    changed = change(
        "visit",
        changed_fields=("status_code",),
        before={"status_code": "SCH"},
        categories=("EVENTS",),
        record={"status_code": "CANC", "starts_at": NOW.isoformat()},
    )

    (one,) = news([changed], told_with())

    assert one.text.id == "news.visit.status_code"
    assert one.text.params["was"] == Coded(code_list="visit_status", code="SCH")
    assert one.text.params["now"] == Coded(code_list="visit_status", code="CANC")
    assert one.text.params["starts_at"] == NOW
    assert one.category == "EVENTS"


def test_a_date_that_is_a_default_then_and_now_is_no_news() -> None:
    changed = change(
        "custody_episode",
        changed_fields=("begun_at",),
        before={"begun_at": "2026-07-23 18:30:00+00"},
        record={"begun_at": NOW.isoformat()},
        unreliable_dates=["begun_at"],
    )

    assert news([changed], told_with()) == []


def test_a_record_that_the_asker_may_not_see_gives_no_sentence() -> None:
    assert news([change("alert", "new", record=None)], told_with()) == []


def test_a_move_is_told_once_with_the_time_at_which_it_happened() -> None:
    moved_at = datetime(2026, 7, 23, 20, 50, tzinfo=UTC)
    stay = change(
        "bed_assignment",
        "new",
        record={"location_id": str(CELL), "from_at": moved_at.isoformat(), "reason_code": "CON"},
    )
    episode = change(
        "custody_episode",
        changed_fields=("location_id",),
        before={"location_id": str(CELL)},
        record={"location_id": str(CELL)},
    )

    (one,) = news([episode, stay], told_with())

    assert (one.text.id, one.at) == ("news.bed_assignment.from_to", moved_at)
    assert (one.text.params["was"], one.text.params["location_id"]) == ("1-4", "1-4")


def test_whoever_moves_twice_in_a_shift_is_told_from_where_to_where_each_time() -> None:
    other_cell = UUID(int=102)
    places = {CELL: "1-4", other_cell: "2-1"}

    def moved(before: UUID, to: UUID, number: int) -> list[rows.ChangeRow]:
        stay = change("bed_assignment", "new", id=UUID(int=number), record={"location_id": str(to)})
        return [
            stay,
            change(
                "custody_episode",
                changed_fields=("location_id",),
                before={"location_id": str(before)},
                record={"location_id": str(to)},
            ),
        ]

    found = news([*moved(CELL, other_cell, 501), *moved(other_cell, CELL, 502)], told_with(places=places))

    assert {(one.text.params["was"], one.text.params["location_id"]) for one in found} == {
        ("1-4", "2-1"),
        ("2-1", "1-4"),
    }


def event(entity: str, *, unreliable_dates: Sequence[str] = (), **record: object) -> News:
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}
    return news([change(entity, "new", record=said, unreliable_dates=unreliable_dates)], told_with())[0]


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
    ended = change(
        "alert",
        changed_fields=("is_active",),
        before={"is_active": "true"},
        record={"is_active": False, "active_from": "2020-01-01", "active_to": "2026-07-23"},
    )

    assert news([ended], told_with())[0].happened_on == date(2026, 7, 23)


def test_an_instant_to_come_is_not_when_it_happened_and_that_of_the_record_itself_is() -> None:
    for occurred_at, happened_at in (
        (NOW - timedelta(minutes=1), NOW - timedelta(minutes=1)),
        (NOW, NOW),
        (NOW + timedelta(seconds=1), None),
    ):
        one = event("incident_report", occurred_at=occurred_at, title="x")
        assert (one.happened_at, one.happened_on) == (happened_at, None)
        assert one.at == min(occurred_at, NOW)


def test_a_record_that_has_ended_is_told_as_it_was_before() -> None:
    (one,) = news([change("alert", "ended", record={"kind_code": "XVL"})], told_with())
    assert one.text.id == "news.alert.ended"
    assert one.text.params["kind_code"] == Coded(code_list="alert_kind", code="XVL")


def test_each_change_of_a_record_is_told_as_it_was_after_that_change() -> None:
    ended = change("alert", changed_fields=("is_active",), before={"is_active": "true"}, record={"is_active": False})
    again = change("alert", changed_fields=("is_active",), before={"is_active": "false"}, record={"is_active": True})

    found = {one.text.id for one in news([again, ended], told_with())}

    assert found == {"news.alert.is_active.no", "news.alert.is_active.yes"}


def test_a_fact_that_two_records_hold_is_told_once_of_each_person_and_another_fact_apart() -> None:
    kinds = {501: "HA", 502: "HA", 503: "XVL", 504: "HA"}
    changes = [
        change(
            "alert",
            "new",
            id=UUID(int=number),
            person_id=OTHER if number == 504 else ONE,
            record={"kind_code": kind},
        )
        for number, kind in kinds.items()
    ]
    found = news(changes, told_with())
    told_of = sorted((one.person_id == OTHER, str(one.text.params["kind_code"])) for one in found)
    assert [is_other for is_other, _ in told_of] == [False, False, True]
    assert len(set(told_of)) == 3


def test_news_of_one_instant_stand_in_the_order_of_the_cells() -> None:
    people = {ONE: "1-10 One", OTHER: "1-9 Other"}
    changes = [change("visit", "new", id=UUID(int=500 + n), person_id=who) for n, who in enumerate((ONE, OTHER))]

    assert [one.person_id for one in news(changes, told_with(people=people))] == [OTHER, ONE]


def test_a_transfer_tells_from_where_to_where_and_a_passage_to_nowhere_named_does_not() -> None:
    named = event("movement", from_agency_code="MDI", to_agency_code="LEI")
    outside = event("movement", from_agency_code="LEI", to_agency_code="OUT")

    assert named.text.id == "news.movement.from_to"
    assert outside.text.id == "news.movement.new"


def test_what_is_withheld_is_never_told_as_not_recorded() -> None:
    stay = change("bed_assignment", "new", record={"location_id": str(CELL), "from_at": None}, is_part=True)
    dated = change(
        "cell_sharing_risk",
        changed_fields=("next_review_on",),
        before={},
        record={"next_review_on": "2026-08-01"},
    )

    (moved, review) = sorted(news([stay, dated], told_with()), key=lambda one: one.text.id)

    assert moved.text.params["reason_code"] == Text("news.not_available")
    assert review.text.params["was"] == Text("news.not_available")


def test_an_arrival_is_one_sentence_and_not_one_for_each_of_its_records() -> None:
    changes = [change(entity, "new") for entity in ("movement", "bed_assignment")]

    (one,) = news(changes, told_with(arrived={ONE: NOW - timedelta(hours=11)}))
    (undated_arrival,) = news(changes, told_with(arrived={ONE: None}))

    assert (one.text, one.happened_at) == (Text("news.arrived"), NOW - timedelta(hours=11))
    assert (undated_arrival.happened_at, undated_arrival.at) == (None, NOW)


def test_somebody_to_be_kept_apart_from_is_named_as_far_as_the_asker_may_know() -> None:
    apart = change("non_association", "new", record={"restriction_code": "LANDING"}, other_person_id=OTHER)

    (known,) = news([apart], told_with())
    (unknown,) = news([apart], told_with(people={}))

    assert known.text.params["other_person_id"] == "2-1 Other, Another"
    assert unknown.text.params["other_person_id"] == Text("page.name_withheld")


def test_every_sentence_about_a_change_has_words_and_names_what_its_entity_has() -> None:
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
        fields = {field.name: field for field in catalogue().entity(entity).fields}
        assert named - {"was", "now"} <= fields.keys(), message_id
        free = {name for name in named & fields.keys() if fields[name].free_text or fields[name].health}
        assert free <= {"title"}, message_id


def test_no_query_of_the_handover_asks_for_free_text_but_titles() -> None:
    free = {
        f"{entity.name}.{field.name}"
        for entity in catalogue().entities.values()
        for field in entity.fields
        if (field.free_text or field.health) and (entity.name, field.name) != ("incident_report", "title")
    }
    for query in QUERIES.values():
        assert not {name for name in free if f"{name}," in query.sql or f"{name}\n" in query.sql}, query.name
