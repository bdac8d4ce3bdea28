"""From rows of a unit to facts and whereabouts."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from handover_rows import (
    NOW,
    ONE,
    OTHER,
    PACK,
    TODAY,
    apart,
    cell,
    counted,
    engagement,
    person,
    place,
    rating,
    unit,
)

from watchroom.handover import rows
from watchroom.handover.facts import facts_of, name_of, undated
from watchroom.handover.parts import alerts_of_no_rule
from watchroom.handover.unit import short_place
from watchroom.handover.whereabouts import RollRows, roll_of
from watchroom.model.text import Text
from watchroom.priority.extent import Extent

TWO_CELLS = (person(), person(OTHER, place_path="LEI-A-2-1", landing_path="LEI-A-2"))


@pytest.mark.parametrize(
    ("path", "short"), [("LEI-A-1-4", "1-4"), ("LEI-AABCW-1", "AABCW-1"), ("LEI-A", "A"), ("LEI", "LEI")]
)
def test_officers_call_a_cell_by_landing_and_number(path: str, short: str) -> None:
    assert short_place(path, unit_code="LEI-A") == short


def test_a_name_in_capitals_is_written_as_people_write_it_and_another_stays() -> None:
    assert name_of(person(family_name="O'VAUGHAN", given_names="MICHAEL JOHN")) == "O'Vaughan, Michael John"
    assert name_of(person(family_name="McDonald")) == "McDonald, Pat"
    assert name_of(person(family_name=None)) is None


def test_a_cell_mate_whose_details_are_withheld_counts_as_a_cell_mate() -> None:
    facts = facts_of(unit(person(), cells=[cell(ONE, withheld=1)]), PACK)

    assert facts[ONE].cell_others == 1
    assert facts[ONE].shares_a_cell


def test_a_cell_mate_is_named_with_the_assessment_that_counts_and_one_withheld_is_only_counted() -> None:
    two = (person(), person(OTHER, family_name="JONES", given_names="ALEX"))
    world = unit(*two, cells=[cell(ONE, OTHER, withheld=1)], cell_sharing={OTHER: [rating(OTHER, level_code="HI")]})

    facts = facts_of(world, PACK)[ONE]

    assert facts.cell_others == 2
    assert [(mate.name, mate.sharing and mate.sharing.level) for mate in facts.cell_mates] == [("Jones, Alex", "HI")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"place_path": "LEI-A-2-1"}, Text("reason.place.cell", {"place": "2-1"})),
        ({"place_path": "LEI-A-2", "place_kind": "LAND"}, Text("reason.place.not_a_cell", {"place": "2"})),
        ({"place_path": None}, Text("reason.place.none")),
        ({"in_out_code": "OUT"}, Text("reason.place.out")),
    ],
)
def test_whoever_is_to_be_kept_apart_is_told_with_where_the_record_puts_the_other(row, said: Text) -> None:
    world = unit(person(), person(OTHER, **row), keep_apart=pair())

    assert facts_of(world, PACK)[ONE].keep_apart[0].other_place == said


def test_a_date_of_reception_that_is_a_default_or_missing_is_said_to_be_unknown() -> None:
    people = (person(), person(OTHER, begun_is_default=True), person(UUID(int=3), begun_at=None))

    assert undated(unit(*people)) == (OTHER, UUID(int=3))


def test_who_is_not_in_a_cell_is_not_said_to_be_alone() -> None:
    world = unit(person(place_kind="LAND", place_path="LEI-A-1"), cells=[cell(ONE, path="LEI-A-1", is_cell=False)])

    assert facts_of(world, PACK)[ONE].cell_others is None


def pair(**restriction: object):
    return {ONE: [apart(ONE, OTHER, **restriction)], OTHER: [apart(OTHER, ONE, **restriction)]}


def test_two_people_meet_where_both_are_listed_for_one_place_at_overlapping_times() -> None:
    later = engagement(OTHER, starts_at=NOW + timedelta(hours=3), ends_at=NOW + timedelta(hours=4))
    world = unit(*TWO_CELLS, keep_apart=pair(), engagements={ONE: [engagement()], OTHER: [later]})

    (met,) = facts_of(world, PACK)[ONE].keep_apart

    assert met.meets_at == later.starts_at
    assert (met.is_on_unit, met.is_on_landing, met.is_in_cell) == (True, False, False)


def test_without_an_end_both_are_taken_to_stay() -> None:
    first, later = engagement(ends_at=None), engagement(OTHER, starts_at=NOW + timedelta(hours=3), ends_at=None)
    world = unit(*TWO_CELLS, keep_apart=pair(), engagements={ONE: [first], OTHER: [later]})

    assert facts_of(world, PACK)[ONE].keep_apart[0].meets_at == later.starts_at


@pytest.mark.parametrize("is_first", [True, False])
def test_of_assessments_of_which_nobody_can_tell_the_later_one_the_high_risk_holds(is_first: bool) -> None:
    undated, dated = rating(assessed_is_default=True), rating(level_code="HI")
    if not is_first:
        undated, dated = rating(assessed_is_default=True, level_code="HI"), rating()

    sharing = facts_of(unit(person(), cell_sharing={ONE: [undated, dated]}), PACK)[ONE].cell_sharing

    assert sharing is not None
    assert sharing.level == "HI"


def test_an_approved_assessment_without_a_level_that_is_known_counts_as_not_approved() -> None:
    bare = facts_of(unit(person(), cell_sharing={ONE: [rating(level_code=None)]}), PACK)[ONE].cell_sharing
    assert bare is not None
    assert not bare.is_approved

    beside = [rating(level_code=None), rating(assessed_on=date(2026, 5, 1))]
    older = facts_of(unit(person(), cell_sharing={ONE: beside}), PACK)[ONE].cell_sharing
    assert older is not None
    assert (older.level, older.is_approved) == ("STANDARD", True)


def test_a_later_assessment_that_nobody_approved_does_not_stand_before_the_approved_one() -> None:
    latest = rating(level_code="HI", is_approved=False, assessed_on=date(2026, 7, 1))
    holds = facts_of(unit(person(), cell_sharing={ONE: [latest, rating()]}), PACK)[ONE].cell_sharing
    assert holds is not None
    assert (holds.level, holds.is_approved, holds.assessed.on) == ("STANDARD", True, date(2026, 6, 1))

    alone = facts_of(unit(person(), cell_sharing={ONE: [latest]}), PACK)[ONE].cell_sharing
    assert alone is not None
    assert (alone.level, alone.is_approved) == ("HI", False)


def test_a_confirmed_day_of_the_latest_calculation_stands_before_one_of_an_older_one() -> None:
    found = [
        release(calculated_on=date(2026, 7, 1), confirmed_release_on=date(2026, 7, 28)),
        release(calculated_on=date(2025, 7, 1), confirmed_release_on=date(2026, 8, 28)),
    ]

    dates = facts_of(unit(person(), release_dates={ONE: found}), PACK)[ONE].release_dates

    assert [date.on for date in dates if date.is_confirmed] == [date(2026, 7, 28)]


def release(**row: object) -> rows.ReleaseRow:
    usual = dict.fromkeys(rows.ReleaseRow._fields) | {"person_id": ONE, "source_system": "nomis", "recorded_from": NOW}
    return rows.ReleaseRow(**(usual | row))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "change",
    [
        {"status_code": "CANC"},
        {"place_id": UUID(int=201)},
        {"place_id": None},
        {"starts_at": NOW + timedelta(hours=6), "ends_at": NOW + timedelta(hours=7)},
        {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW - timedelta(hours=1)},
    ],
)
def test_they_do_not_meet_when_it_is_cancelled_elsewhere_at_another_time_or_over(change: dict[str, object]) -> None:
    world = unit(*TWO_CELLS, keep_apart=pair(), engagements={ONE: [engagement()], OTHER: [engagement(OTHER, **change)]})

    assert facts_of(world, PACK)[ONE].keep_apart[0].meets_at is None


def test_somebody_who_is_not_on_the_unit_is_not_said_to_be() -> None:
    world = unit(person(), keep_apart=pair())

    assert not facts_of(world, PACK)[ONE].keep_apart[0].is_on_unit


def test_an_alert_ends_on_the_day_it_names_unless_that_day_is_a_default() -> None:
    def alert(**row: object) -> rows.AlertRow:
        usual: dict[str, object] = {
            "person_id": ONE,
            "kind_code": "HA",
            "active_from": date(2026, 7, 1),
            "from_is_default": False,
            "active_to": date(2026, 7, 24),
            "to_is_default": False,
            "source_system": "nomis",
            "recorded_from": NOW,
        }
        return rows.AlertRow(**(usual | row))  # pyright: ignore[reportArgumentType]

    alerts = [alert(), alert(to_is_default=True), alert(active_to=date(2026, 7, 25)), alert(kind_code=None)]

    assert len(facts_of(unit(person(), alerts={ONE: alerts}), PACK)[ONE].markers) == 2


def test_everybody_is_in_exactly_one_place() -> None:
    out = rows.MovementRow(
        person_id=OTHER,
        moved_at=NOW,
        moved_is_default=False,
        kind_code="TAP",
        reason_code="C6",
        reason_source_value="C6",
        direction_code="OUT",
        source_system="nomis",
        recorded_from=NOW,
    )
    world = unit(
        person(),
        person(OTHER, in_out_code="OUT"),
        person(UUID(int=3), in_out_code="OUT"),
        person(UUID(int=4), in_out_code=None),
        person(UUID(int=5), place_path=None, place_kind=None),
        last_movements={OTHER: [out]},
    )
    roll = roll_of(world, RollRows(), pack=PACK)
    found = {group.key: [one for one, _ in group.people] for group in roll.whereabouts if group.people}

    assert found == {
        "cell_recorded": [ONE],
        "hospital": [OTHER],
        "out": [UUID(int=3)],
        "unknown": [UUID(int=4)],
        "no_cell_recorded": [UUID(int=5)],
    }


def test_a_cell_without_capacity_is_not_offered_as_empty() -> None:
    roll = roll_of(unit(cells=[cell()]), RollRows(places=[place(working_capacity=0)]), pack=PACK)

    assert roll.cells[0].out_of_use == Text("cell.no_capacity")


def test_every_figure_of_the_capacity_is_the_sources_own_and_a_contradiction_is_named() -> None:
    wing = place(place_id=UUID(int=99), path="LEI-A", kind_code="WING", working_capacity=20, max_capacity=20)
    found = RollRows(
        counted=[counted(capacity=100, max_capacity=1), counted(landing="LEI-A-2", capacity=9, max_capacity=9)],
        places=[wing, place(working_capacity=100)],
    )

    capacity = roll_of(unit(cells=[cell()]), found, pack=PACK).capacity

    assert (capacity.cells_working, capacity.cells_maximum) == (109, 10)
    assert (capacity.unit_working, capacity.unit_maximum) == (20, 20)
    assert capacity.contradictions == [("1-4", 100, 1)]


def test_a_cell_that_contradicts_itself_holds_no_more_than_the_smaller_figure() -> None:
    found = RollRows(places=[place(working_capacity=100, max_capacity=1)])

    assert roll_of(unit(cells=[cell()]), found, pack=PACK).cells[0].capacity == 1


def test_who_is_on_no_units_roll_is_counted_beside_it_and_never_in_it() -> None:
    one = rows.UnplacedRow(person_id=OTHER, prison_number="A1", family_name="DOE", given_names=None, in_out_code="IN")
    found = RollRows(counted=[counted(), counted(unit_code=None, landing=None, on_roll=2)], unplaced=[one])

    roll = roll_of(unit(person()), found, pack=PACK)

    assert (roll.on_roll, roll.on_no_unit, roll.withheld) == (1, 2, 0)
    assert [(who.name, who.is_in) for who in roll.unplaced] == [("Doe", True)]


def test_why_somebody_is_out_is_not_said_to_be_missing_when_it_is_withheld() -> None:
    world = unit(person(in_out_code="OUT"))
    roll = roll_of(world, RollRows(), pack=PACK, lacking=frozenset({"movement.reason_code"}))

    (group,) = [group for group in roll.whereabouts if group.people]
    assert group.people == ((ONE, Text("whereabouts.not_available")),)


# ---- news


@pytest.mark.parametrize(
    ("start", "goal", "is_inward", "is_outward"),
    [
        ("MDI", "LEI", True, False),
        ("LEI", "MDI", False, True),
        (None, "MDI", False, True),
        ("LEI", "LEI", False, False),
        (None, "LEI", False, False),
        ("LEI", "OUT", False, False),
        ("LEI", None, False, False),
    ],
)
def test_a_transfer_is_inward_or_outward_only_where_the_record_names_another_establishment(
    start: str | None, goal: str | None, is_inward: object, is_outward: object
) -> None:
    listed = engagement(type_code="TRN", agency_code_from=start, agency_code_there=goal)
    world = unit(person(), engagements={ONE: [listed]})

    (found,) = facts_of(world, PACK)[ONE].engagements

    assert (found.is_inward, found.is_outward) == (is_inward, is_outward)


def test_what_is_no_transfer_is_neither_inward_nor_outward() -> None:
    world = unit(person(), engagements={ONE: [engagement(agency_code_from="LEI", agency_code_there="MDI")]})

    (found,) = facts_of(world, PACK)[ONE].engagements

    assert not found.is_inward
    assert not found.is_outward


def test_an_active_alert_on_which_no_rule_could_fire_is_told_once_and_only_while_it_is_in_force() -> None:
    def alert(kind: str, *, active_from: date, active_to: date | None = None) -> rows.AlertRow:
        return rows.AlertRow(
            person_id=ONE,
            kind_code=kind,
            active_from=active_from,
            from_is_default=False,
            active_to=active_to,
            to_is_default=False,
            source_system="nomis",
            recorded_from=NOW,
        )

    begun, ended, later = date(2026, 1, 2), date(2026, 7, 1), date(2026, 12, 1)
    held = [alert("SH_STS", active_from=begun), alert("SH_STS", active_from=begun), alert("HA", active_from=begun)]
    held += [alert("PEEP", active_from=begun, active_to=ended), alert("PRGNT", active_from=later)]
    facts = facts_of(unit(person(), alerts={ONE: held}), PACK)

    def kinds(extents: dict[str, Extent]) -> list[str | None]:
        return [one.code for one in alerts_of_no_rule(facts, today=TODAY, pack=PACK, extents=extents)[ONE]]

    assert kinds({}) == ["SH_STS"]
    # A rule that was not evaluated for the asker speaks of nothing.
    assert kinds({"care_plan_open": Extent.NOT_AVAILABLE}) == ["SH_STS", "HA"]
