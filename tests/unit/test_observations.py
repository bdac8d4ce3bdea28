"""What the briefing tells of observations: what is late and by how long, what was missed, what comes next."""

from datetime import timedelta

from handover_rows import NOW, ONE, PACK, unit

from watchroom.handover import rows
from watchroom.handover.briefing import Due
from watchroom.handover.tasks import Listings, tasks
from watchroom.model.words import Words

MINUTE = timedelta(minutes=1)


def observed(**row: object) -> rows.ObservationRow:
    usual: dict[str, object] = {
        "person_id": ONE,
        "kind_code": "OBSERVATION",
        "kind_source_value": None,
        "source_system": "plans",
        "last_done_at": NOW - 71 * MINUTE,
        "late_since": None,
        "late_count": 0,
        "missed_since": None,
        "missed": 0,
        "next_at": None,
    }
    return rows.ObservationRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def due(*found: rows.ObservationRow, plans: tuple[rows.PlanRow, ...] = ()) -> list[Due]:
    listed = Listings(observations=found, plans=plans)
    return tasks(unit(), attention={}, listed=listed, pack=PACK, late=frozenset())


def said(*found: rows.ObservationRow) -> list[tuple[str, bool]]:
    words = Words(jurisdiction=PACK)
    return [(words.say(one.text), one.is_overdue) for one in due(*found)]


def test_an_observation_is_told_as_late_by_how_much_and_since_when_the_person_was_not_seen() -> None:
    assert said(observed(late_since=NOW - 11 * MINUTE, late_count=1)) == [
        ("Observation 11 min late; last done 24 Jul, 06:49", True)
    ]
    assert said(observed(late_since=NOW - 71 * MINUTE, late_count=3, last_done_at=None)) == [
        ("Observation 1 h 11 min late, 3 not done; none recorded as done this shift", True)
    ]


def test_an_observation_of_this_minute_is_due_and_not_late() -> None:
    assert said(observed(late_since=NOW - MINUTE + timedelta(seconds=1), late_count=1)) == [
        ("Observation: latest by this time, and at no fixed one; last done 24 Jul, 06:49", False)
    ]
    assert said(observed(late_since=NOW - MINUTE, late_count=1))[0][0].startswith("Observation 1 min late")


def test_what_was_missed_and_cannot_be_made_good_is_told_beside_what_comes_next() -> None:
    found = due(observed(missed=2, missed_since=NOW - 180 * MINUTE, next_at=NOW + 5 * MINUTE))

    assert [Words().say(one.text) for one in found] == [
        "Observation, 2 times since 24 Jul, 05:00 not recorded as done: record or explain them",
        "Observation: latest by this time, and at no fixed one; last done 24 Jul, 06:49",
    ]
    assert [one.at for one in found] == [NOW - 180 * MINUTE, NOW + 5 * MINUTE]


def test_a_late_observation_stands_before_a_review_that_has_waited_for_days() -> None:
    review = rows.PlanRow(person_id=ONE, next_review_at=NOW - timedelta(days=2), source_system="plans")

    first, second = due(observed(late_since=NOW - 11 * MINUTE, late_count=1), plans=(review,))

    assert first.text.id == "task.observation_late"
    assert (Words(jurisdiction=PACK).say(second.text), second.is_overdue) == ("ACCT review due", True)


def test_a_review_is_told_a_week_ahead_and_one_without_a_time_is_not() -> None:
    def plan(days: int | None) -> rows.PlanRow:
        at = None if days is None else NOW + timedelta(days=days)
        return rows.PlanRow(person_id=ONE, next_review_at=at, source_system="plans")

    assert [one.at for one in due(plans=(plan(7), plan(8), plan(None)))] == [NOW + timedelta(days=7)]
