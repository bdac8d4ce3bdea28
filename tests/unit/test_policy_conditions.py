"""The condition language: an allow-list, with SQL's three values."""

from datetime import UTC, date, datetime, timedelta

import pytest

from watchroom.policy.condition_text import read_condition
from watchroom.policy.conditions import Comparator, Compare, Now, OneOf
from watchroom.policy.errors import ConditionError
from watchroom.policy.evaluate import Facts, evaluate

COLUMNS = {
    "kind_code": "text",
    "unit_code": "text",
    "site_code": "text",
    "number": "bigint",
    "share": "double precision",
    "is_open": "boolean",
    "opened_on": "date",
    "opened_at": "timestamptz",
    "person_id": "uuid",
    "tags": "text[]",
}
FACTS = Facts(
    now=datetime(2026, 7, 24, 7, 0, tzinfo=UTC),
    today=date(2026, 7, 24),
    values={"my_units": ("LEI-A",), "my_sites": ()},
    clearances=("official",),
)


def holds(text: str, **row: object) -> bool | None:
    return evaluate(read_condition(text, columns=COLUMNS), row, FACTS)


@pytest.mark.parametrize(
    ("text", "row", "outcome"),
    [
        ("kind_code = 'HA'", {"kind_code": "HA"}, True),
        ("kind_code = 'HA'", {"kind_code": "HA1"}, False),
        ("kind_code = 'HA'", {}, None),
        ("kind_code <> 'HA'", {}, None),
        ("kind_code <> 'HA'", {"kind_code": "X"}, True),
        ("not kind_code = 'HA'", {}, None),
        ("kind_code is null", {}, True),
        ("kind_code is not null", {}, False),
        ("kind_code in ('HA', 'HA1')", {"kind_code": "HA1"}, True),
        ("kind_code not in ('HA', 'HA1')", {}, None),
        ("is_open", {"is_open": True}, True),
        ("not is_open", {"is_open": None}, None),
        ("is_open = false", {"is_open": False}, True),
        ("number between 1 and 3", {"number": 3}, True),
        ("number between 1 and 3", {"number": 4}, False),
        ("number >= -1", {"number": -1}, True),
        ("number < 2", {"number": 2}, False),
        ("number <= 2", {"number": 2}, True),
        ("number > 2", {"number": 3}, True),
        ("unit_code in my_units", {"unit_code": "LEI-A"}, True),
        ("unit_code in my_units", {"unit_code": "LEI-B"}, False),
        ("unit_code in my_units", {}, None),
        ("site_code in my_sites", {}, False),
        ("site_code in my_sites or is_open", {"is_open": True}, True),
        ("is_open and kind_code = 'HA'", {"is_open": False}, False),
        ("is_open or kind_code = 'HA'", {"is_open": False}, None),
        ("opened_on >= current_date - interval 7 day", {"opened_on": date(2026, 7, 17)}, True),
        ("opened_on >= current_date - interval '7 days'", {"opened_on": date(2026, 7, 16)}, False),
        ("opened_at >= now() - interval 2 hour", {"opened_at": datetime(2026, 7, 24, 5, 0, tzinfo=UTC)}, True),
        ("opened_at < now() - interval 1 week", {"opened_at": datetime(2026, 7, 17, 7, 0, tzinfo=UTC)}, False),
        ("opened_on = '2026-07-24'", {"opened_on": date(2026, 7, 24)}, True),
        ("opened_at > '2026-07-24T07:00:00+01:00'", {"opened_at": datetime(2026, 7, 24, 6, 1, tzinfo=UTC)}, True),
        ("((kind_code = 'HA'))", {"kind_code": "HA"}, True),
    ],
)
def test_a_condition_has_three_values(text: str, row: dict[str, object], outcome: bool | None) -> None:
    assert holds(text, **row) is outcome


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "1",
        "true",
        "null",
        "kind_code",
        "kind_code = 'HA'; drop table person",
        "kind_code = 'HA' union select 1",
        "pg_sleep(10)",
        "current_setting('a') = 'b'",
        "kind_code = (select 'HA')",
        "kind_code in (select code from secret)",
        "exists (select 1)",
        "kind_code = pg_read_file('/etc/passwd')",
        "upper(kind_code) = 'HA'",
        "kind_code like 'H%'",
        "kind_code ilike 'h%'",
        "kind_code ~ 'H'",
        "kind_code::int = 1",
        "cast(kind_code as int) = 1",
        "alert.kind_code = 'HA'",
        "kind_code = unit_code",
        "'HA' = kind_code",
        "kind_code = 1",
        "kind_code = null",
        "number = '1'",
        "number = 1.5",
        "number = 99999999999999999999",
        "number + 1 = 2",
        "kind_code < 'HA'",
        "is_open > false",
        "is_open is true",
        "kind_code is distinct from 'HA'",
        "kind_code in ()",
        "kind_code in (1, 2)",
        "kind_code in my_secrets",
        "kind_code in kind_code",
        "number in my_units",
        "unit_code not_in my_units",
        "opened_on = 'yesterday'",
        "opened_on = '2026-02-30'",
        "opened_at = '2026-07-24T07:00:00'",
        "opened_at >= current_date",
        "opened_on >= now()",
        "opened_on >= current_date - interval 1 hour",
        "opened_at >= now() + interval 1 hour",
        "opened_at >= now() - interval 1 month",
        "opened_at >= now() - interval '3' hour to minute",
        "opened_at >= now() - interval",
        "opened_at >= now() - 7",
        "opened_at >= now() - interval 1 hour - interval 1 hour",
        "person_id = '019f0000-0000-7000-8000-000000000000'",
        "tags = 'a'",
        "nothing = 'x'",
        "unit_code = my_units",
        "case when is_open then true end",
        "is_open = (1 = 1)",
        "number between symmetric 3 and 1",
        "$1 = kind_code",
        "kind_code = $1",
        "kind_code = :name",
        "kind_code = %s",
        "kind_code = 'HA' collate \"C\"",
        "row(kind_code) = row('HA')",
        "(kind_code, unit_code) = ('HA', 'LEI-A')",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        read_condition(text, columns=COLUMNS)


def test_a_quote_in_a_constant_stays_in_the_constant() -> None:
    condition = read_condition("kind_code in ('it''s', 'x''; drop table t --')", columns=COLUMNS)
    assert condition == OneOf(column="kind_code", values=("it's", "x'; drop table t --"))


def test_node_time_is_kept_as_an_age() -> None:
    condition = read_condition("opened_at >= now() - interval 90 day", columns=COLUMNS)
    assert condition == Compare(
        column="opened_at",
        comparator=Comparator.GREATER_OR_EQUAL,
        operand=Now(is_day=False, ago=timedelta(days=90)),
    )


def test_what_cannot_be_read_as_a_condition_is_repeated_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition("comment like 'Anderson'", columns=COLUMNS)
    assert "Anderson" not in caplog.text
    assert "Anderson" not in str(caught.value)
