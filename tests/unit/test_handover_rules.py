"""What a handover covers, how old a source may be, and what must not be missing."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from handover_rows import NOW, ONE, PACK, ZONE, engagement, person, rating, unit

from watchroom.handover import rows
from watchroom.handover.facts import facts_of
from watchroom.handover.footings import given_of
from watchroom.handover.rules import CHECKLIST, OnRecord, checklist, coverage, is_open, movements_due
from watchroom.handover.tasks import Listings, tasks
from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.priority.attention import attention
from watchroom.priority.footing import Given
from watchroom.priority.freshness import behind, shown_state, source_ages, source_lines
from watchroom.priority.setting import Setting


def local(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "incoming", "since"),
    [
        (local(8), "day", local(19, 30, day=23)),
        (local(6, 30), "day", local(19, 30, day=23)),
        (local(6, 29), "night", local(7, 30, day=23)),
        (local(18, 30), "night", local(7, 30)),
        (local(2), "night", local(7, 30, day=23)),
    ],
)
def test_up_to_an_hour_before_a_shift_the_handover_is_already_for_it(at, incoming: str, since: datetime) -> None:
    cover = coverage(at, PACK)

    assert cover.incoming == incoming
    assert cover.outgoing != incoming
    assert (cover.since, cover.until) == (since, at)


def test_the_night_in_which_the_clock_goes_back_is_covered_whole() -> None:
    at = datetime(2026, 10, 25, 8, 0, tzinfo=ZONE).astimezone(UTC)

    assert coverage(at, PACK).since == datetime(2026, 10, 24, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "expected", "state"),
    [
        (0, 900, "fresh"),
        (900, 900, "fresh"),
        (901, 900, "late"),
        (3600, 900, "late"),
        (3601, 900, "silent"),
        (0, None, "unjudged"),
        (901, None, "unjudged"),
        (86_400, None, "unjudged"),
        (86_401, None, "silent"),
        (31_536_000, None, "silent"),
    ],
)
def test_a_source_is_late_after_its_interval_silent_after_four_and_without_one_after_a_day(
    age, expected, state: str
) -> None:
    row = rows.FreshnessRow(
        source_system="nomis",
        last_sealed_at=NOW,
        extract_as_at=NOW - timedelta(seconds=age),
        expected_every_seconds=expected,
    )

    (source,) = source_ages([row], at=NOW)

    assert (shown_state(source), source.age_seconds) == (state, age)
    assert source.state in ("fresh", "late", "silent"), "documents know no other"
    assert (source.state == "silent") is (state == "silent"), "a document calls silent what a page does"
    assert (behind([source]) == {"nomis"}) is (state in ("late", "silent"))


@pytest.mark.parametrize(("age", "state"), [(0, "unjudged"), (901, "late"), (3601, "silent")])
def test_what_does_not_say_of_when_it_is_is_never_called_fresh(age: int, state: str) -> None:
    row = rows.FreshnessRow(
        source_system="nomis",
        last_sealed_at=NOW,
        extract_as_at=NOW - timedelta(seconds=age),
        expected_every_seconds=900,
        dated_by="loaded",
    )

    (source,) = source_ages([row], at=NOW)

    assert (shown_state(source), source.is_dated) == (state, False)


@pytest.mark.parametrize(("later", "is_told"), [(-1, False), (0, False), (1, True), (100_000, True)])
def test_what_was_loaded_after_the_instant_asked_for_is_told(later: int, is_told: bool) -> None:
    loaded_at = NOW + timedelta(seconds=later)
    row = rows.FreshnessRow(
        source_system="nomis", last_sealed_at=NOW, extract_as_at=NOW, expected_every_seconds=900, loaded_at=loaded_at
    )

    (source,) = source_ages([row], at=NOW)

    assert source.loaded_at == (loaded_at if is_told else None)


def test_a_source_that_has_ended_is_told_as_ended_on_a_day_and_never_as_late_or_not_judged() -> None:
    row = rows.FreshnessRow(
        source_system="nomis",
        last_sealed_at=NOW - timedelta(days=9),
        extract_as_at=NOW - timedelta(days=9),
        expected_every_seconds=900,
        refused_at=NOW,
        dated_by="loaded",
        ended_at=NOW - timedelta(days=1),
    )

    (source,) = source_ages([row], at=NOW)
    (line,) = source_lines([source], words=Words(language="en", jurisdiction=PACK, zone=ZONE))

    assert (shown_state(source), source.state, behind([source])) == ("ended", "silent", frozenset())
    assert (line.word, line.age, line.notes) == ("ended", "", ())
    assert line.as_of.startswith("on ")


def test_a_source_that_never_delivered_is_silent() -> None:
    row = rows.FreshnessRow(source_system="nomis", last_sealed_at=None, extract_as_at=None, expected_every_seconds=900)

    (source,) = source_ages([row], at=NOW)

    assert (source.state, source.as_of, source.age_seconds) == ("silent", None, None)


def given(*sources: rows.FreshnessRow) -> Given:
    return given_of(sources, source_ages(sources, at=NOW), at=NOW)


def of_source(name: str = "nomis", **row: object) -> rows.FreshnessRow:
    usual = {"last_sealed_at": NOW, "extract_as_at": NOW, "expected_every_seconds": 900, "mapping": "nomis"}
    return rows.FreshnessRow(source_system=name, **(usual | row))  # pyright: ignore[reportArgumentType]


def items(**changes):
    usual = {
        "may_see": {entity: True for wanted in CHECKLIST for entity in wanted.entities},
        "given": given(of_source()),
        "missing_files": frozenset(),
        "on_record": OnRecord(),
    }
    return {item.key: item for item in checklist(**(usual | changes))}


def test_a_schedule_of_observations_is_there_only_where_one_is_on_record() -> None:
    assert items()["observation_schedule"].note == Text("checklist.note.none_recorded")
    assert items(on_record=OnRecord(recorded=frozenset({"observation_schedule"})))["observation_schedule"].is_present
    hidden = {entity: entity != "observation" for wanted in CHECKLIST for entity in wanted.entities}
    assert items(may_see=hidden)["observation_schedule"].note == Text("checklist.note.not_available")


def test_what_no_source_exists_for_is_missing_and_says_so() -> None:
    assert items()["staffing"].note == Text("checklist.note.no_source")
    assert not items()["staffing"].is_present


def test_what_the_asker_may_not_see_is_missing_for_them() -> None:
    item = items(may_see={})["alerts"]

    assert (item.is_present, item.note) == (False, Text("checklist.note.not_available"))


def test_a_file_that_was_not_delivered_is_no_reassuring_nothing() -> None:
    item = items(missing_files=frozenset({"non_association"}))["keep_apart"]

    assert (item.is_present, item.note) == (False, Text("checklist.note.not_delivered"))


def test_a_part_that_the_asker_sees_only_in_part_says_so() -> None:
    item = items(in_part=frozenset({"alert"}))["alerts"]

    assert (item.is_present, item.note) == (True, Text("checklist.note.in_part"))


def test_people_without_an_assessment_are_counted_beside_the_part_that_is_there() -> None:
    item = items(on_record=OnRecord(unassessed=("1-4", "1-4", "1-6")))["cell_sharing"]

    assert (item.is_present, item.note) == (True, Text("checklist.note.unassessed", {"count": 3, "places": "1-4, 1-6"}))


def test_nothing_is_there_when_every_source_is_silent() -> None:
    assert not any(item.is_present for item in items(given=given()).values())


def test_a_part_is_missing_when_the_source_that_gives_it_is_silent_though_another_is_not() -> None:
    silent, other = of_source(extract_as_at=NOW - timedelta(days=9)), of_source("fires", mapping="geojson_incidents")
    found = items(given=given(silent, other))
    assert (found["people"].is_present, found["people"].note) == (False, Text("checklist.note.silent"))


def test_a_part_that_a_source_gave_which_ended_is_missing_and_says_which_source() -> None:
    found = items(given=given(of_source(ended_at=NOW, away_at=NOW), of_source("fires", mapping="geojson_incidents")))
    assert found["alerts"].note == Text("checklist.note.ended", {"source": "NOMIS"})
    assert not found["alerts"].is_present


def test_what_another_source_gives_too_is_there_in_part_until_the_end_is_long_ago() -> None:
    rest = of_source("events", mapping="hmpps_event")
    ended = items(given=given(of_source(ended_at=NOW, away_at=NOW), rest))["alerts"]
    assert (ended.is_present, ended.is_in_part) == (True, True)
    long_ago = NOW - timedelta(days=29)
    assert items(given=given(of_source(ended_at=long_ago, away_at=long_ago), rest))["alerts"].note is None


def test_a_source_that_is_taken_up_again_is_silent_until_it_delivers() -> None:
    (age,) = source_ages([of_source(away_at=NOW)], at=NOW)
    assert (age.state, age.age_seconds, age.is_resumed, age.ended_at) == ("silent", None, True, None)


def test_the_list_of_the_day_has_what_is_to_come_first_and_cancelled_things_last() -> None:
    past = engagement(starts_at=local(7), ends_at=local(7, 30), sub_type_code="CHAP")
    untimed = engagement(starts_at=local(0), ends_at=local(0), sub_type_code="MEDO")
    cancelled = engagement(status_code="CANC", sub_type_code="GOVE")
    to_come = engagement()

    listed = movements_due([cancelled, past, untimed, to_come], at=NOW, pack=PACK, late=frozenset({"nomis"}))

    assert [due.text.params["what"].code for due in listed] == ["EDUC", "MEDO", "CHAP", "GOVE"]
    assert [due.is_past for due in listed] == [False, False, True, False]
    assert listed[1].at is None
    assert all(due.is_late for due in listed)


def test_a_transfer_on_the_list_tells_from_where_to_where() -> None:
    transfer = engagement(type_code="TRN", agency_code_from="LEI", agency_code_there="MDI", place_name=None)

    (due,) = movements_due([transfer], at=NOW, pack=PACK, late=frozenset())

    where = due.text.params["where"]
    assert (where.id, where.params["start"].code, where.params["goal"].code) == ("movement.from_to", "LEI", "MDI")


def test_a_place_that_is_withheld_is_not_said_to_be_missing() -> None:
    outside = engagement(type_code="TAP", agency_code_there=None, place_name=None, place_id=None)
    hidden = frozenset({"scheduled_event.to_agency_code"})

    (missing,) = movements_due([outside], at=NOW, pack=PACK, late=frozenset())
    (withheld,) = movements_due([outside], at=NOW, pack=PACK, late=frozenset(), lacking=hidden)

    assert missing.text.params["where"] == Text("movement.nowhere")
    assert withheld.text.params["where"] == Text("movement.to_not_available")


@pytest.mark.parametrize(
    ("listed", "field"),
    [
        ({"type_code": "TRN"}, "scheduled_event.to_agency_code"),
        ({"type_code": "TAP"}, "scheduled_event.to_agency_code"),
        ({"type_code": "CRT"}, "scheduled_event.to_agency_code"),
        ({"entity": "court_appearance"}, "court_appearance.court_code"),
    ],
)
def test_what_goes_outside_is_never_told_by_a_place_inside(listed: dict[str, object], field: str) -> None:
    row = engagement(agency_code_there=None, place_name="Visiting Room", **listed)
    (withheld,) = movements_due([row], at=NOW, pack=PACK, late=frozenset(), lacking=frozenset({field}))
    (missing,) = movements_due([row], at=NOW, pack=PACK, late=frozenset())

    assert withheld.text.params["where"] == Text("movement.to_not_available")
    assert missing.text.params["where"] == Text("movement.nowhere")


def test_a_status_that_no_code_stands_for_is_shown_as_the_source_has_it_and_stays_listed() -> None:
    (due,) = movements_due(
        [engagement(status_code=None, status_source_value="CAN")], at=NOW, pack=PACK, late=frozenset()
    )

    assert due.is_standing
    assert due.status.params["status"].source_value == "CAN"


def incident(**row: object) -> rows.IncidentRow:
    usual: dict[str, object] = {
        "incident_id": ONE,
        "reference": "1",
        "type_code": "ASSAULT",
        "type_source_value": None,
        "status_code": None,
        "status_source_value": None,
        "occurred_at": NOW - timedelta(days=31),
        "occurred_is_default": False,
        "title": None,
        "source_system": "nomis",
    }
    return rows.IncidentRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def test_an_old_report_without_a_known_status_is_not_told_as_open_and_a_recent_one_is() -> None:
    assert not is_open(incident(), at=NOW)
    assert is_open(incident(occurred_at=NOW - timedelta(days=1)), at=NOW)
    assert is_open(incident(occurred_is_default=True), at=NOW)
    assert is_open(incident(status_code="AWAITING_ANALYSIS"), at=NOW)


def due_of(world, hearings=()):
    setting = Setting(now=NOW, zone=ZONE, codes=PACK.meanings)
    found = {one: attention(facts, setting) for one, facts in facts_of(world, PACK).items()}
    listed = {one: reasons for one, reasons in found.items() if reasons is not None}
    return tasks(world, attention=listed, listed=Listings(hearings=hearings), pack=PACK, late=frozenset())


def test_an_assessment_to_be_reviewed_is_a_task_and_overdue_once_its_day_has_passed() -> None:
    soon = unit(person(), cell_sharing={ONE: [rating(next_review_on=date(2026, 7, 30))]})
    over = unit(person(), cell_sharing={ONE: [rating(next_review_on=date(2026, 7, 23))]})
    later = unit(person(), cell_sharing={ONE: [rating(next_review_on=date(2026, 8, 30))]})

    assert [task.is_overdue for task in due_of(soon)] == [False]
    assert [task.is_overdue for task in due_of(over)] == [True]
    assert due_of(later) == []


def test_tasks_stand_by_their_day_and_what_is_long_overdue_is_put_together_at_the_end() -> None:
    people = [person(UUID(int=number)) for number in range(1, 6)]
    due = [date(2018, 6, 4), date(2026, 7, 30), date(2026, 6, 24), date(2026, 6, 23), date(2026, 7, 24)]
    reviews = {row.person_id: [rating(row.person_id, next_review_on=day)] for row, day in zip(people, due, strict=True)}

    found = due_of(unit(*people, cell_sharing=reviews))

    assert [task.day for task in found] == [due[2], due[4], due[1], due[0], due[3]]
    assert [task.is_long_overdue for task in found] == [False, False, False, True, True]


def test_what_was_due_before_stands_before_what_is_due_at_a_time_today() -> None:
    hearing = rows.HearingRow(person_id=ONE, type_code="GOV_ADULT", hearing_at=local(9), source_system="nomis")
    overdue = unit(person(), cell_sharing={ONE: [rating(next_review_on=date(2026, 7, 23))]})

    assert [task.is_overdue for task in due_of(overdue, [hearing])] == [True, False]


def test_only_the_assessment_that_holds_is_reviewed() -> None:
    superseded = [rating(), rating(assessed_on=date(2018, 1, 1), next_review_on=date(2018, 6, 1))]

    assert due_of(unit(person(), cell_sharing={ONE: superseded})) == []


def test_a_closed_plan_is_to_be_reviewed_within_seven_days() -> None:
    alert = rows.AlertRow(
        person_id=ONE,
        kind_code="HA1",
        active_from=date(2026, 7, 23),
        from_is_default=False,
        active_to=None,
        to_is_default=False,
        source_system="nomis",
        recorded_from=NOW,
    )

    (task,) = due_of(unit(person(), alerts={ONE: [alert]}, cell_sharing={ONE: [rating()]}))

    assert (task.day, task.is_overdue) == (date(2026, 7, 30), False)
    assert task.status == Text("task.owner_unknown")


def test_a_hearing_that_is_over_is_no_task() -> None:
    hearings = [
        rows.HearingRow(person_id=ONE, type_code="GOV_ADULT", hearing_at=at, source_system="nomis")
        for at in (local(7), local(14))
    ]

    assert [task.at for task in due_of(unit(person(), cell_sharing={ONE: [rating()]}), hearings)] == [local(14)]
