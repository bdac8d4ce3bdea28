"""What the condition language does not allow is refused by its name, with what can be written instead."""

import pytest
from test_policy_conditions import COLUMNS

from agreements import line_of, read, refused
from spread_agreement import SPREAD
from watchroom.policy.condition_text import read_condition
from watchroom.policy.errors import ConditionError

NO_CONDITION = "it cannot be read as a condition; write for example `unit_code in my_units`"
NO_SPAN = "an interval is a number of hours, days or weeks; before `current_date`, whole days"
NO_LIST = "`in` at column `kind_code` takes a list of constants or a fact about the asker"
FACTS = "my_case_rooms, my_caseload, my_people_in_custody, my_recent_people, my_sites, my_units"


def not_part(what: str) -> str:
    return f"`{what}` is not part of the condition language"


def no_constant(column: str, what: str = "literal") -> str:
    return f"column `{column}` holds {COLUMNS[column]}; `{what}` is no constant of that type"


FAULTS = [
    ("kind_code =", NO_CONDITION),
    ("kind_code = 'HA", NO_CONDITION),
    ("", "it must be one condition, without `;`"),
    ("is_open; is_open", "it must be one condition, without `;`"),
    ("kind_code", "column `kind_code` is no truth value; compare it with something"),
    ("is_open is true", "`is` takes only `null` or `not null`, at column `is_open`"),
    ("kind_code in ()", NO_LIST),
    ("kind_code in (select code from secret)", NO_LIST),
    ("kind_code in my_secrets", f"`my_secrets` is no fact about the asker; there are {FACTS}"),
    (
        "person_id in supervised_by_recipient",
        f"`supervised_by_recipient` would hold nobody: no record of a node says who supervises whom; there are {FACTS}",
    ),
    ("kind_code in other.my_units", f"`` is no fact about the asker; there are {FACTS}"),
    ("person_id in my_units", "column `person_id` cannot be compared with `my_units`, which holds codes"),
    ("unit_code in my_caseload", "column `unit_code` cannot be compared with `my_caseload`, which holds people"),
    ("number in my_units", "column `number` cannot be compared with `my_units`, which holds codes"),
    ("'HA' = kind_code", "the left side must be a column of the entity, not `literal`"),
    ("alert.kind_code = 'HA'", "the left side must be a column of the entity, not `column`"),
    ("nothing = 'x'", "the entity has no column `nothing`"),
    ("nothing", "the entity has no column `nothing`"),
    ("nothing is null", "the entity has no column `nothing`"),
    ("nothing in ('a')", "the entity has no column `nothing`"),
    ("nothing between 1 and 2", "the entity has no column `nothing`"),
    ("kind_code < 'HA'", "column `kind_code` has no order; use `=`, `<>` or `in` (lt)"),
    ("is_open >= false", "column `is_open` has no order; use `=`, `<>` or `in` (gte)"),
    ("kind_code between 'a' and 'b'", "column `kind_code` has no order; use `=`, `<>` or `in` (between)"),
    ("number between symmetric 3 and 1", not_part("between")),
    ("kind_code like 'H%'", not_part("like")),
    ("exists (select 1)", not_part("exists")),
    ("not kind_code like 'H%'", not_part("like")),
    ("is_open and kind_code like 'H%'", not_part("like")),
    ("kind_code like 'H%' or is_open", not_part("like")),
    ("(kind_code like 'H%')", not_part("like")),
    ("kind_code = 1", no_constant("kind_code")),
    ("kind_code = null", no_constant("kind_code", "null")),
    ("kind_code = unit_code", no_constant("kind_code", "column")),
    ("kind_code in ('HA', 2)", no_constant("kind_code")),
    ("number = '1'", no_constant("number")),
    ("number = 1.5", no_constant("number")),
    ("number = -'1'", no_constant("number", "neg")),
    ("number between 1 and '3'", no_constant("number")),
    ("number between '1' and 3", no_constant("number")),
    ("is_open = 1", no_constant("is_open")),
    ("opened_on = '2026-02-30'", no_constant("opened_on")),
    ("opened_on = '20260203'", no_constant("opened_on")),
    ("opened_on = 20260203", no_constant("opened_on")),
    ("opened_at = '2026-07-24T07:00:00'", no_constant("opened_at")),
    ("opened_at = ''", no_constant("opened_at")),
    ("opened_at = 3", no_constant("opened_at")),
    ("share = 0.5", "column `share` (double precision) cannot stand in a condition"),
    ("tags = 'a'", "column `tags` (text[]) cannot stand in a condition"),
    ("person_id = '019f0000-0000-7000-8000-000000000000'", "column `person_id` (uuid) cannot stand in a condition"),
    (
        "opened_at >= current_date",
        "column `opened_at` holds timestamptz: use `current_date` for dates, `now()` for instants",
    ),
    ("opened_on >= now()", "column `opened_on` holds date: use `current_date` for dates, `now()` for instants"),
    ("number >= now()", "column `number` holds bigint: use `current_date` for dates, `now()` for instants"),
    ("opened_on >= current_date - interval 1 hour", NO_SPAN),
    ("opened_on >= current_date - interval '24 minutes'", NO_SPAN),
    ("opened_at >= now() - interval 1 month", NO_SPAN),
    ("opened_at >= now() - interval '-1 hour'", NO_SPAN),
    ("opened_at >= now() - interval '123456 hours'", NO_SPAN),
    ("opened_at >= now() - interval 'x'", NO_SPAN),
    ("opened_at >= now() - interval '3' hour to minute", not_part("intervalspan")),
    ("opened_at >= now() - 7", not_part("literal")),
    ("opened_at >= now() - interval 1 hour - interval 1 hour", not_part("sub")),
    ("number = 3 - 1", not_part("sub")),
]


@pytest.mark.parametrize(("text", "problem"), FAULTS)
def test_a_condition_is_refused_with_what_is_wrong_with_it(text: str, problem: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(text, columns=COLUMNS)
    assert str(caught.value) == problem


WHERE = {
    "a clause": ("    where: kind_code in ('HA', 'HA1') and active_to is null\n", "where: kind < 3", "alert"),
    "what is asked for": ("    where: kind_code = 'HA'\n    regime", "where: kind < 3", "alert"),
    "an exclusion": ("    where: is_active\n", "where: kind < 3", "alert"),
    "an addition": ("      where: kind_code = 'HA'\n", "where: kind < 3", "alert"),
}


@pytest.mark.parametrize("part", WHERE)
@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("kind < 3", "`where` for entity `alert`: the entity has no column `kind`"),
        ("is_active like 'x'", f"`where` for entity `alert`: {not_part('like')}"),
        ("not " * 3000 + "is_active", "`where` has brackets too deep to be read"),
    ],
    ids=["column", "language", "depth"],
)
def test_a_condition_is_refused_at_its_line_wherever_it_stands(part: str, where: str, problem: str) -> None:
    old, words, _ = WHERE[part]
    assert SPREAD.count(old) == 1
    new = old.replace(old[old.index("where: ") :].partition("\n")[0], words.partition("- ")[2] or words)
    text = SPREAD.replace(old, new)
    line = line_of("kind < 3", text=text)
    assert refused(text.replace("kind < 3", where), says=problem, line=line, take=read).problem == problem
