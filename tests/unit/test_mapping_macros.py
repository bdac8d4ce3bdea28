"""How values of the source are read: dates in every style that was seen, hours that the clock skips or repeats."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from watchroom.ingest.duck import Duck
from watchroom.ingest.mapping import macros


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Duck]:
    duck = Duck(overflow=tmp_path)
    duck.run("set variable zone = 'Europe/London'")
    duck.run("set variable default_instants = [timestamp '2026-07-24 08:00:00']")
    duck.run(macros())
    yield duck
    duck.close()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-07-24 08:00:00", "2026-07-24 07:00:00"),
        ("2017-02-01", "2017-02-01 00:00:00"),
        ("02-07-2017 10:33:00", "2017-07-02 09:33:00"),
        ("02/07/2017", "2017-07-01 23:00:00"),
        ("2019-05-01 13:00", "2019-05-01 12:00:00"),
        ("2020-06-01 01:02:03.4", "2020-06-01 00:02:03.4"),
        ("2006-12-10 03:52:25.917393", "2006-12-10 03:52:25.917393"),
        ("2006-06-28 10:13:53.000000000", "2006-06-28 09:13:53"),
        ("2026-07-24T08:00:00Z", "2026-07-24 08:00:00"),
        ("2026-07-24T08:00:00+02:00", "2026-07-24 06:00:00"),
        ("0001-01-01", None),
        ("2017-02-30", None),
        ("2017-13-01", None),
        ("2017-01-01 24:00:00", None),
        ("infinity", None),
        ("now", None),
        ("20170101", None),
        ("1-2-2017", None),
        ("=sysdate", None),
    ],
)
def test_an_instant_is_read_in_the_zone_of_the_source(duck: Duck, raw: str, expected: str | None):
    read = duck.rows("select cast(instant_of(coalesce(point_of(wall_clock($1)), offset_point($1))) as varchar)", raw)
    assert read == [(expected,)]


def test_a_day_is_that_of_the_source_clock(duck: Duck):
    assert duck.rows("select parse_day('22-06-2110'), parse_day(' 2026-07-24 23:59:59 ')") == [
        (date(2110, 6, 22), date(2026, 7, 24))
    ]


def test_hours_that_the_clock_skips_or_repeats_are_known(duck: Duck):
    rows = duck.rows(
        """
        select is_missing_hour(wall, point_of(wall)), is_repeated_hour(wall, point_of(wall))
        from (values
            (timestamp '2026-03-29 01:30:00'), (timestamp '2026-10-25 01:30:00'), (timestamp '2026-10-25 02:00:00')
        ) as t (wall)
        """
    )
    assert rows == [(True, False), (False, True), (False, False)]


def test_only_a_written_time_of_day_can_be_a_default(duck: Duck):
    raws = ["2026-07-24 08:00:00", "2026-07-24", "2026-07-24 08:00:01"]
    assert [duck.rows("select is_default_instant($1, wall_clock($1))", raw)[0][0] for raw in raws] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("raw", "expected"), [("Y", True), (" n ", False), ("true", True), ("?", None), (None, None)])
def test_a_flag_is_yes_or_no_or_unknown(duck: Duck, raw: str | None, expected: bool | None):
    assert duck.rows("select parse_flag($1)", raw) == [(expected,)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("14", 14),
        ("2.0", 2),
        ("-3", -3),
        ("+007", 7),
        ("2.5", None),
        ("1e3", None),
        ("999999999999999999", 999999999999999999),
        ("1000000000000000000", None),
        ("-9223372036854775808", None),
    ],
)
def test_a_number_is_whole(duck: Duck, raw: str, expected: int | None):
    assert duck.rows("select parse_number($1)", raw) == [(expected,)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("51.5074", 51.5074),
        ("-0.1278", -0.1278),
        (" .5 ", 0.5),
        ("2.", 2.0),
        ("1e3", 1000.0),
        ("1,5", None),
        ("1.234,5", None),
        ("inf", None),
        ("nan", None),
        ("1e400", None),
        ("0x10", None),
        ("", None),
    ],
)
def test_a_number_with_a_fraction_is_finite_and_has_a_point(duck: Duck, raw: str, expected: float | None):
    assert duck.rows("select parse_decimal($1)", raw) == [(expected,)]


@pytest.mark.parametrize(
    ("raw", "is_one"),
    [
        ('{"type": "Point", "coordinates": [-5.93, 54.6]}', True),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}', True),
        ('{"type": "GeometryCollection", "geometries": []}', True),
        ('{"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}}', False),
        ('{"type": "Point", "coordinates": 3}', False),
        ('{"type": "Point"}', False),
        ('[{"type": "Point", "coordinates": [0, 0]}]', False),
        ("51.5, -0.1", False),
        ('{"type": "Point", "coordinates": [0, 0]', False),
        ("[" * 100_000, False),
        ("", False),
    ],
)
def test_a_shape_on_the_map_is_a_geometry_of_geojson_and_stays_as_it_came(duck: Duck, raw: str, is_one: bool):
    # Beside values that are none: all rows of a vector are worked out together.
    given = [raw, "x", None, "{}"]
    read = duck.rows("select parse_geometry(one) from (select unnest($1::varchar[]) as one)", given)
    assert [value for (value,) in read] == [raw if is_one else None, None, None, None]


def test_no_number_that_can_be_read_is_too_large_to_be_reckoned_with(duck: Duck):
    largest = "9" * 18
    assert duck.rows("select abs(parse_number($1)) + abs(parse_number($2))", largest, f"-{largest}") == [
        (2 * int(largest),)
    ]
    assert duck.rows("select abs(parse_number($1))", str(-(2**63))) == [(None,)]


def test_names_sort_without_accents_and_punctuation(duck: Duck):
    assert duck.rows("select sort_key('O''Vaughan-Smith', 'Zoë'), sort_key(null, null)") == [
        ("O VAUGHAN SMITH ZOE", None)
    ]


def test_text_survives_the_copy_format(duck: Duck):
    assert duck.rows("select copy_text($1)", "a\tb\nc\\d\re") == [("a\\tb\\nc\\\\d\\re",)]


@pytest.mark.parametrize("around", [" ", "\u00a0", " \u00a0 "])
def test_blanks_around_a_value_are_none_of_it_be_they_no_break_spaces(duck: Duck, around: str) -> None:
    given = f"{around}2026-07-01{around}"
    assert duck.rows("select bare($1), cast(parse_day($1) as varchar)", given) == [("2026-07-01", "2026-07-01")]
