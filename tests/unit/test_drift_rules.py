"""What counts as a drift between two layouts, and what ends it."""

from dataclasses import replace
from datetime import date

import pytest

from watchroom.ingest.drift import Change, Drift, drift_issues, drifts, has_ended
from watchroom.ingest.layout import ColumnLayout


def column(name: str, place: int, *, style: str | None = "text", shape: str | None = None) -> ColumnLayout:
    return ColumnLayout(
        table="T",
        column=name,
        place=place,
        rows=100,
        filled=100,
        style=style,
        shape=shape,
        styles={} if style is None else {style: 1.0},
    )


BASE = (
    column("ID", 1, style="whole_number", shape="9999"),
    column("SEEN", 2, style="iso_day", shape="9999-99-99"),
    column("NUMBER", 3, shape="A9999AA"),
    column("NOTE", 4),
)


def found(*now: ColumnLayout) -> set[tuple[Change, str, str | None]]:
    return {(one.change, one.column, one.was) for one in drifts(BASE, now)}


def test_the_same_layout_and_a_table_that_did_not_come_or_is_empty_drift_in_nothing():
    assert found(*BASE) == set()
    assert found() == set()
    assert found(*(replace(one, rows=0, filled=0, styles={}, style=None) for one in BASE)) == set()


def test_a_new_column_that_is_written_alike_was_perhaps_the_one_that_is_gone():
    at_its_place = replace(BASE[3], column="REMARK")
    assert found(*BASE[:3], at_its_place) == {
        (Change.RENAMED, "NOTE", "REMARK"),
        (Change.ADDED, "REMARK", None),
    }
    elsewhere = replace(BASE[2], column="NOMS", place=9)
    assert (Change.RENAMED, "NUMBER", "NOMS") in found(BASE[0], BASE[1], BASE[3], elsewhere)


def test_a_new_column_that_is_written_otherwise_or_freely_elsewhere_is_only_new():
    assert (Change.GONE, "SEEN", None) in found(BASE[0], column("WHEN", 2), *BASE[2:])
    assert (Change.GONE, "NOTE", None) in found(*BASE[:3], column("REMARK", 9))
    two = (replace(BASE[2], column="A", place=8), replace(BASE[2], column="B", place=9))
    assert (Change.GONE, "NUMBER", None) in found(BASE[0], BASE[1], BASE[3], *two), "nobody can say which of the two"


def test_another_order_is_told_once_for_the_table():
    turned = (replace(BASE[3], place=1), *(replace(one, place=one.place + 1) for one in BASE[:3]))
    assert found(*turned) == {(Change.REORDERED, "", None)}


@pytest.mark.parametrize(("share", "is_told"), [(0.6, False), (0.4, True), (0.0, True)])
def test_a_style_has_changed_when_fewer_than_half_of_the_values_have_it(share: float, is_told: bool):
    mixed = replace(BASE[1], style=None, styles={"iso_day": share, "day_month_year": 1 - share})
    assert ((Change.STYLE, "SEEN", "iso_day") in found(BASE[0], mixed, *BASE[2:])) is is_told


def test_a_style_of_a_few_values_or_of_several_before_is_not_judged():
    few = replace(BASE[1], filled=4, style="text", styles={"text": 1.0})
    assert not {one for one in found(BASE[0], few, *BASE[2:]) if one[0] is Change.STYLE}
    mixed = replace(BASE[1], style=None)
    assert not list(drifts([mixed], [replace(BASE[1], style="text", styles={"text": 1.0})]))


@pytest.mark.parametrize(("filled", "is_told"), [(50, False), (49, True), (0, True)])
def test_a_column_collapsed_when_it_is_filled_less_than_half_of_what_it_was(filled: int, is_told: bool):
    now = replace(BASE[3], filled=filled)
    assert ((Change.FILL, "NOTE", "100") in found(*BASE[:3], now)) is is_told


def test_a_column_that_was_nearly_empty_or_a_table_of_few_rows_does_not_collapse():
    assert not list(drifts([replace(BASE[3], filled=19)], [replace(BASE[3], filled=1)]))
    assert not list(drifts([replace(BASE[3], rows=19, filled=19)], [replace(BASE[3], rows=19, filled=0)]))


def test_a_drift_ends_when_the_column_is_as_it_was_and_not_when_its_table_did_not_come():
    gone = Drift(change=Change.GONE, table="T", column="NOTE")
    style = Drift(change=Change.STYLE, table="T", column="SEEN", was="iso_day")
    fill = Drift(change=Change.FILL, table="T", column="NOTE", was="80")
    assert not any(has_ended(one, []) for one in (gone, style, fill))
    assert all(has_ended(one, BASE) for one in (gone, style, fill))
    assert not has_ended(gone, BASE[:3])
    assert not has_ended(style, [replace(BASE[1], styles={"iso_day": 0.5, "text": 0.5})])
    assert not has_ended(fill, [replace(BASE[3], filled=39)])
    assert has_ended(fill, [replace(BASE[3], filled=40)])


def test_an_issue_names_each_field_and_since_when_and_no_value():
    drift = Drift(change=Change.FILL, table="T", column="NOTE", was="80")
    fields = [("alert", "comment"), ("case_note", "text")]
    first, second = drift_issues(drift, file="T.csv", fields=fields, since=date(2026, 7, 24))
    assert (first.entity, second.entity, first.field) == ("alert", "case_note", "NOTE")
    assert first.message.endswith("`alert.comment` is made of it, since 2026-07-24")
    (alone,) = drift_issues(replace(drift, change=Change.ADDED), file="T.csv", fields=())
    assert (alone.entity, alone.code) == (None, "column_added")
