"""What a board is told: numbers as the gate gave them, never a zero for a withheld one."""

from datetime import UTC, datetime

import pytest

from watchroom.gate.glass_kept import Rate
from watchroom.insight.rules import (
    Board,
    NumberRow,
    Numbers,
    PlacesRow,
    RollRow,
    Site,
    kept_fields,
    numbers_of,
    sites_of,
)
from watchroom.insight.show import BoardPage, board_page
from watchroom.model.words import Words

AT = datetime(2026, 7, 24, 7, tzinfo=UTC)
ALWAYS = ["in_now", "no_cell"]


def roll(site: str | None, number: int | None) -> RollRow:
    withheld = [*ALWAYS, "on_roll"] if number is None else ALWAYS
    return RollRow(counted="total" if site is None else "group", site_code=site, on_roll=number, withheld=withheld)


def board(**changes: object) -> Board:
    usual: dict[str, object] = {
        "at": AT,
        "is_known": True,
        "sites": [Site(code="LEI", on_roll=29, places=144), Site(code="MDI", on_roll=None, places=125)],
        "on_roll": 56,
        "care_plans": Numbers(by_name=[("LEI", None)], total=None),
        "incidents": Numbers(by_name=[("ASSAULT", 12), ("DRUGS", None)], total=15),
        "kept_fields": ALWAYS,
        "kept_records": ["person", "visit"],
        "sources": [],
    }
    return Board(**(usual | changes))  # type: ignore[arg-type]


def page(**changes: object) -> BoardPage:
    words = Words()
    made = board_page(board(**changes), words)
    assert not words.missing
    return made


def test_establishments_with_a_figure_come_first_and_none_is_left_out() -> None:
    found = sites_of(
        [roll("MDI", None), roll("WAI", None), roll("LEI", 29), roll(None, 56)],
        [PlacesRow(site_code="LEI", places=144), PlacesRow(site_code="MDI", places=125)],
    )
    assert [(site.code, site.on_roll, site.places) for site in found] == [
        ("LEI", 29, 144),
        ("MDI", None, 125),
        ("WAI", None, None),
    ]


def test_the_places_of_an_establishment_without_people_on_record_do_not_make_it_appear() -> None:
    # It would say that nobody is there, which is a number under ten.
    assert sites_of([roll("LEI", 29)], [PlacesRow(site_code="ZZZ", places=40)]) == [
        Site(code="LEI", on_roll=29, places=None)
    ]


def test_a_small_number_of_places_is_not_told_and_no_total_gives_it_away() -> None:
    found = sites_of([roll("RNI", None)], [PlacesRow(site_code="RNI", places=5)])
    assert found == [Site(code="RNI", on_roll=None, places=None, is_small=True)]
    assert board(sites=[*found, Site(code="LEI", on_roll=29, places=144)]).places == 144


@pytest.mark.parametrize(
    ("on_roll", "places", "percent"),
    [(29, 144, 20), (150, 144, 104), (None, 144, None), (29, None, None), (29, 0, None)],
)
def test_the_roll_per_places_is_told_only_where_both_are_there(on_roll, places, percent) -> None:
    assert Site(code="LEI", on_roll=on_roll, places=places).percent == percent


def test_numbers_are_largest_first_and_withheld_ones_last() -> None:
    rows = [
        NumberRow(counted="group", name="A", number=None),
        NumberRow(counted="group", name="B", number=11),
        NumberRow(counted="group", name="C", number=30),
        NumberRow(counted="total", name=None, number=50),
    ]
    assert numbers_of(rows) == Numbers(by_name=[("C", 30), ("B", 11), ("A", None)], total=50)


def test_what_every_line_withholds_is_kept_by_the_charter_and_not_for_its_size() -> None:
    assert kept_fields([roll("LEI", 29), roll("MDI", None)]) == ALWAYS
    assert kept_fields([roll("LEI", None), roll("MDI", None)]) == ALWAYS
    assert kept_fields([]) == []


def test_every_withheld_figure_is_counted() -> None:
    assert board().withheld == 1 + 2 + 1
    assert "4 figures on this page are withheld" in page().withheld.sentences[0]


def test_a_withheld_figure_is_a_word_without_a_bar() -> None:
    made = page()
    (leeds, moorland) = made.sites.lines
    assert (leeds.on_roll, leeds.places, leeds.percent, leeds.is_withheld) == ("29", "144", "20 %", False)
    assert (moorland.on_roll, moorland.percent, moorland.roll_length, moorland.is_withheld) == ("withheld", "", 0, True)
    assert {figure.key: figure.value for figure in made.figures}["care_plans"] == "withheld"


def test_an_establishment_without_any_figure_is_named_and_not_a_line() -> None:
    nowhere = Site(code="BXI", on_roll=None, places=None)
    made = page(sites=[Site(code="LEI", on_roll=29, places=144), nowhere]).sites
    assert [line.name for line in made.lines] == ["Leeds"]
    assert made.rest is not None
    assert "Brixton" in made.rest


def test_bars_are_held_against_the_longest() -> None:
    (leeds, moorland) = page().sites.lines
    assert (leeds.places_length, leeds.roll_length, moorland.places_length) == (1000, 201, 868)


def test_a_table_of_which_nothing_can_be_told_shows_its_total_alone() -> None:
    care_plans, incidents = page().tables
    assert (care_plans.lines, care_plans.total.number) == ((), "withheld")
    assert care_plans.none_told
    assert [(line.name, line.number) for line in incidents.lines] == [("Assault", "12"), ("Drugs", "withheld")]


def test_before_the_first_delivery_there_is_no_figure_at_all() -> None:
    made = page(is_known=False, sites=[], on_roll=None)
    assert made.unknown is not None
    assert made.figures == ()


def test_what_nobody_measures_is_named() -> None:
    said = " ".join(page().unmeasured.sentences)
    for word in ("Staffing", "Time out of cell", "Cell bells", "Change over time"):
        assert word in said


@pytest.mark.parametrize(("number", "said"), [(0, "fewer than 10, or none"), (9, "fewer than 10, or none"), (10, "10")])
def test_a_board_is_told_how_often_the_glass_was_broken_under_the_same_rule(number: int, said: str) -> None:
    glass = board_page(
        board(), Words(), glass=Rate(broken=number, overdue=0, by_account=(("officer.a", number),))
    ).glass
    assert glass is not None
    assert f"days: {said}." in glass.sentences[0]
    assert "officer.a" not in str(glass)
