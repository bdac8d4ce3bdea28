"""What a condition and a charter say in words: read by eye, and kept as they were read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agreements import changed, loaded
from held_words import HeldWords
from watchroom.model.catalogue import Catalogue, catalogue, columns_of
from watchroom.model.text import Text
from watchroom.policy.clause_words import condition_in_words, regime_in_words, rows_in_words
from watchroom.policy.clauses import Right
from watchroom.policy.condition_text import read_condition
from watchroom.policy.conditions import ALWAYS, FACTS, Comparator, Compare, Condition, InFact, Now, Some
from watchroom.policy.masks import Mask
from watchroom.policy.reference import as_markdown

ALERT = catalogue().entity("alert")
COLUMNS = {column.name: column.sql_type for column in columns_of(ALERT)}

# A condition, what somebody is told of it, and what the page of access says.
SAID = [
    ("kind_code = 'HA'", "`kind_code` is ACCT Open (HMPS)", "`kind_code` = HA"),
    (
        "kind_code in ('HA', 'HA1', 'XA')",
        "`kind_code` is ACCT Open (HMPS) or ACCT Post Closure (HMPS) or Arsonist",
        "`kind_code` in (HA, HA1, XA)",
    ),
    (
        "kind_code <> 'HA' and is_active",
        "`kind_code` is recorded and is not ACCT Open (HMPS) and `is_active` is yes",
        "`kind_code` <> HA and `is_active`",
    ),
    (
        "kind_code = 'HA' or is_active or active_to is null",
        "(`kind_code` is ACCT Open (HMPS) or `is_active` is yes) or `active_to` is not recorded",
        "((`kind_code` = HA or `is_active`) or `active_to` is empty)",
    ),
    ("not is_active", "it is not so that `is_active` is yes", "not (`is_active`)"),
    (
        "not (is_active and active_to is null)",
        "it is not so that (`is_active` is yes and `active_to` is not recorded)",
        "not (`is_active` and `active_to` is empty)",
    ),
    (
        "(is_active or active_to is null) and kind_code = 'HA'",
        "(`is_active` is yes or `active_to` is not recorded) and `kind_code` is ACCT Open (HMPS)",
        "(`is_active` or `active_to` is empty) and `kind_code` = HA",
    ),
    ("active_to >= current_date", "`active_to` is today or after", "`active_to` >= today"),
    (
        "active_to > current_date - interval '90 days'",
        "`active_to` is after 90 days before today",
        "`active_to` > today - 90 days",
    ),
    (
        "valid_from >= now() - interval '2 hours'",
        "`valid_from` is 2 hours ago or after",
        "`valid_from` >= now - 2 hours",
    ),
    ("valid_from >= now() - interval '2 days'", "`valid_from` is 2 days ago or after", "`valid_from` >= now - 2 days"),
    (
        "valid_from >= now() - interval '36 hours'",
        "`valid_from` is 36 hours ago or after",
        "`valid_from` >= now - 36 hours",
    ),
    ("valid_from < now()", "`valid_from` is before now", "`valid_from` < now"),
    (
        "active_to between current_date - interval '7 days' and current_date",
        "`active_to` is from 7 days before today to today",
        "`active_to` between today - 7 days and today",
    ),
    ("active_to = '2026-07-24'", "`active_to` is 24 July 2026", "`active_to` = 2026-07-24"),
    ("active_from <= '2026-07-24'", "`active_from` is 24 July 2026 or before", "`active_from` <= 2026-07-24"),
    ("seq_from <> 3", "`seq_from` is recorded and is not 3", "`seq_from` <> 3"),
    ("unit_code in my_units", "`unit_code` is one of the units assigned to you", "`unit_code` in my_units"),
    (
        "person_id in my_caseload",
        "`person_id` is one of the people whose key worker you are",
        "`person_id` in my_caseload",
    ),
]


def shown_where(condition: Condition) -> str:
    """The rows of the one clause of a page of access."""
    agreement = loaded()
    page = as_markdown(replace(agreement, clauses=(replace(agreement.clauses[0], condition=condition),)), only("alert"))
    return page.rstrip("\n").rsplit("\n", 1)[-1].split(" | ")[2]


def only(*names: str) -> Catalogue:
    """The model with these entities alone."""
    return replace(catalogue(), entities={name: catalogue().entity(name) for name in names})


@pytest.mark.parametrize(("text", "told", "page"), SAID)
def test_a_condition_is_said_in_words(text: str, told: str, page: str) -> None:
    condition = read_condition(text, columns=COLUMNS)
    assert HeldWords(language="en").say(condition_in_words(condition, ALERT)) == told
    assert shown_where(condition) == page


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Now(is_day=False), "now"),
        (Now(is_day=True), "today"),
        (Now(is_day=False, ago=-timedelta(hours=3)), "3 hours from now"),
        (Now(is_day=False, ago=-timedelta(days=2)), "48 hours from now"),
        (Now(is_day=True, ago=-timedelta(days=2)), "2 days from today"),
        (Now(is_day=False, ago=timedelta(hours=25)), "25 hours ago"),
    ],
)
def test_a_time_is_said_also_where_it_lies_ahead(now: Now, told: str) -> None:
    words = HeldWords(language="en")
    condition = Compare(column="valid_from", comparator=Comparator.EQUAL, operand=now)
    assert words.say(condition_in_words(condition, ALERT)) == f"`valid_from` is {told}"
    assert words.missing == set()


def test_all_rows_and_none_are_said_as_what_they_are() -> None:
    words = HeldWords(language="en")
    clause = loaded().clauses[0]
    assert words.say(rows_in_words(replace(clause, condition=ALWAYS), ALERT)) == words.phrase("clause.rows.all")
    assert words.say(condition_in_words(ALWAYS, ALERT)) == "anything stands"
    assert words.say(condition_in_words(Some(parts=()), ALERT)) == "nothing can stand"
    assert shown_where(ALWAYS) == "every row"
    assert shown_where(Some(parts=())) == "no row"


def test_the_rows_of_a_clause_are_said_with_their_condition() -> None:
    told = HeldWords(language="en").say(
        rows_in_words(loaded(changed(("subject: at_my_site", "basis: x"))).clauses[0], ALERT)
    )
    assert "`kind_code` is ACCT Open (HMPS) or ACCT Post Closure (HMPS) and `active_to` is not recorded" in told


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_about_the_asker_has_words(fact: str) -> None:
    words = HeldWords(language="en")
    told = words.say(condition_in_words(InFact(column="person_id", fact=fact), ALERT))
    assert told.startswith("`person_id` is one of")
    assert words.missing == set()


def test_a_regime_is_said_by_its_name() -> None:
    assert regime_in_words(loaded().clauses[0]) == Text("regime.uk-gdpr")


def test_the_page_of_access_says_of_each_role_and_field_by_which_clauses_and_under_which_mask() -> None:
    agreement = loaded()
    (clause,) = agreement.clauses
    to_gps = replace(
        clause, name="2", roles=("general_practitioner",), fields=("comment",), masks={"comment": Mask.REDACT}
    )
    counting = replace(
        clause, name="3", allow=frozenset({Right.COUNT}), fields=("kind_code",), masks={}, condition=ALWAYS
    )
    page = as_markdown(replace(agreement, clauses=(clause, to_gps, counting)), only("alert", "visit"))
    lines = page.splitlines()
    assert lines[0] == "# Who may see what"
    assert "Charter: DSA-1, version 2, until 2026-12-31." in lines
    assert lines.index("## alert") < lines.index("## visit") < lines.index("## Clauses")
    assert lines[lines.index("## alert") + 2] == ALERT.description
    assert lines[lines.index("## alert") + 4 :][:2] == [
        "| field | nurse | general_practitioner |",
        "|---|---|---|",
    ]
    assert "| `active_from` | 1 (month) |  |" in lines
    assert "| `kind_code` | 1, count |  |" in lines
    assert "| `comment` |  | 2 (redact) |" in lines
    assert "| `comment` |  |  |" in lines, "of a visit nobody is shown it"
    assert lines[lines.index("## Clauses") + 2 :] == [
        "| clause | entity | rows | purposes |",
        "|---|---|---|---|",
        "| 1 | alert | `site_code` in my_sites and `kind_code` in (HA, HA1) and `active_to` is empty"
        " | custody.care, care.suicide-prevention |",
        "| 2 | alert | `site_code` in my_sites and `kind_code` in (HA, HA1) and `active_to` is empty"
        " | custody.care, care.suicide-prevention |",
        "| 3 | alert | every row | custody.care, care.suicide-prevention |",
    ]
