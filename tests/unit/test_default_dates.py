"""A date that is the source's own default orders nothing."""

from datetime import date, timedelta

from handover_rows import (
    NOW,
    ONE,
    PACK,
    TODAY,
    person,
    rating,
    unit,
)

from watchroom.handover import rows
from watchroom.handover.facts import facts_of
from watchroom.handover.whereabouts import RollRows, roll_of
from watchroom.priority.reasons import said_when


def _calculated(**row: object) -> rows.ReleaseRow:
    usual: dict[str, object] = dict.fromkeys(rows.ReleaseRow._fields)
    usual |= {"person_id": ONE, "calculated_is_default": False, "source_system": "nomis", "recorded_from": NOW}
    return rows.ReleaseRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def test_the_latest_calculation_holds_and_one_of_a_default_day_stands_beside_it_and_beats_nothing() -> None:
    later = _calculated(calculated_on=date(2026, 5, 1), conditional_release_on=date(2026, 9, 1))
    earlier = _calculated(calculated_on=date(2025, 5, 1), conditional_release_on=date(2026, 7, 25))
    unreliable = _calculated(calculated_on=TODAY, calculated_is_default=True, confirmed_release_on=date(2026, 12, 1))

    found = facts_of(unit(person(), release_dates={ONE: [unreliable, later, earlier]}), PACK)[ONE].release_dates

    assert [(one.calculation, one.kind, one.on) for one in found] == [
        (0, "conditional", date(2026, 9, 1)),
        (1, "confirmed", date(2026, 12, 1)),
    ]


def _moved(**row: object) -> rows.MovementRow:
    usual: dict[str, object] = dict.fromkeys(rows.MovementRow._fields)
    usual |= {"person_id": ONE, "moved_is_default": False, "direction_code": "OUT", "kind_code": "CRT"}
    usual |= {"reason_code": "CA", "source_system": "nomis", "recorded_from": NOW}
    return rows.MovementRow(**(usual | row))  # pyright: ignore[reportArgumentType]


HOSPITAL = next(iter(sorted(PACK.concepts["to_hospital"].codes)))
AT_COURT = _moved(moved_at=NOW - timedelta(hours=20))
TAKEN_ILL = _moved(moved_at=NOW, moved_is_default=True, kind_code="TAP", reason_code=HOSPITAL)


def test_of_two_movements_of_which_one_has_a_default_time_both_are_told_and_the_worse_one_leads() -> None:
    for found in ([TAKEN_ILL, AT_COURT], [AT_COURT, TAKEN_ILL]):
        world = unit(person(in_out_code="OUT"), last_movements={ONE: found})
        absence = facts_of(world, PACK)[ONE].absence
        places = {one.key: one.people for one in roll_of(world, RollRows(), pack=PACK).whereabouts}

        assert absence is not None
        assert absence.is_in_hospital
        assert not absence.since.is_reliable
        assert absence.other_reason is not None
        assert absence.other_reason.code == "CA"
        assert [text.id for _, text in places["hospital"] if text is not None] == ["whereabouts.out_either"]


def test_a_movement_at_a_default_time_says_that_its_date_is_unreliable() -> None:
    world = unit(person(in_out_code="OUT"), last_movements={ONE: [TAKEN_ILL]})
    [(_, why)] = next(one.people for one in roll_of(world, RollRows(), pack=PACK).whereabouts if one.key == "hospital")

    assert why is not None
    assert why.id == "whereabouts.out_unreliable"
    assert "at" not in why.params


def test_the_later_of_two_movements_whose_times_are_facts_is_the_last_one() -> None:
    world = unit(
        person(in_out_code="OUT"),
        last_movements={
            ONE: [_moved(moved_at=NOW), TAKEN_ILL._replace(moved_at=NOW - timedelta(hours=2), moved_is_default=False)]
        },
    )
    absence = facts_of(world, PACK)[ONE].absence

    assert absence is not None
    assert (absence.is_in_hospital, absence.other_reason) == (False, None)


def test_a_high_rating_without_a_date_is_not_beaten_by_an_older_standard_one() -> None:
    undated = rating(level_code="HI", assessed_on=None)
    standard = rating(level_code="STANDARD", assessed_on=date(2025, 5, 1))

    for found in ([standard, undated], [undated, standard]):
        held = facts_of(unit(person(), cell_sharing={ONE: found}), PACK)[ONE].cell_sharing

        assert held is not None
        assert (held.level, said_when(held.assessed).id) == ("HI", "reason.when.not_recorded")


def test_a_rating_still_to_be_made_without_a_date_is_not_beaten_by_an_older_standard_one() -> None:
    undated = rating(level_code="PEND", assessed_on=None)
    held = facts_of(unit(person(), cell_sharing={ONE: [rating(level_code="STANDARD"), undated]}), PACK)[ONE]

    assert held.cell_sharing is not None
    assert held.cell_sharing.level == "PEND"


def test_a_calculation_without_a_day_stands_beside_the_latest_one_and_beats_nothing() -> None:
    dated = _calculated(calculated_on=date(2026, 5, 1), conditional_release_on=date(2026, 9, 1))
    undated = _calculated(conditional_release_on=date(2026, 7, 25))

    found = facts_of(unit(person(), release_dates={ONE: [dated, undated]}), PACK)[ONE].release_dates

    assert [(one.calculation, one.on) for one in found] == [(0, date(2026, 9, 1)), (1, date(2026, 7, 25))]


def test_a_movement_without_a_time_is_told_beside_the_last_one_that_has_one() -> None:
    world = unit(person(in_out_code="OUT"), last_movements={ONE: [AT_COURT, TAKEN_ILL._replace(moved_at=None)]})
    absence = facts_of(world, PACK)[ONE].absence

    assert absence is not None
    assert absence.is_in_hospital
    assert absence.other_reason is not None
