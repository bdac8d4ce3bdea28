"""What waits for whom, when a review is due, what a draft begins from, and which lines of two texts differ."""

import re
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import loaded
from watchroom.governance.comparison.rules import Kind, text_changes
from watchroom.governance.drafts.rules import BLANK, checked, templates
from watchroom.governance.standing.rules import Review, review_of
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import blank_text
from watchroom.policy.agreement_keys import PARTS

REVIEW = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (REVIEW - timedelta(days=30), Review.LATER),
        (REVIEW - timedelta(days=29), Review.DUE),
        (REVIEW, Review.DUE),
        (REVIEW + timedelta(days=1), Review.OVERDUE),
    ],
)
def test_a_review_is_due_for_thirty_days_and_overdue_after_its_day(day: date, found: Review) -> None:
    assert review_of(loaded(), on=day) is found


def test_the_empty_one_names_every_key_that_must_be_there_and_cannot_be_signed_as_it_is() -> None:
    written = {line.partition(":")[0] for line in blank_text().splitlines() if line[:1].isalpha()}
    must = {key.name for key in PARTS[0].keys if key.required}
    assert must <= written
    assert checked(blank_text(), model=catalogue(), on=REVIEW).slips


def test_each_key_of_the_empty_one_has_a_comment() -> None:
    lines = blank_text().splitlines()
    places = [place for place, line in enumerate(lines) if line[:1].isalpha()]
    for before, place in zip([-1, *places], places, strict=False):
        # `version` is told with `agreement`.
        assert lines[place].startswith("version") or any(line.startswith("#") for line in lines[before + 1 : place])


def test_there_is_always_the_empty_one_and_every_worked_example() -> None:
    found = templates((), model=catalogue())
    assert found[0].key == BLANK
    assert all(one.title and one.parties for one in found[1:])
    assert len(found) > 1


def test_a_slip_is_told_with_its_line_and_a_past_last_day_too() -> None:
    slip = checked("agreement: X\nversion: none\n", model=catalogue(), on=REVIEW)
    assert slip.agreement is None
    assert min(one.line for one in slip.slips) > 0


LINES = st.lists(st.text(alphabet="abc ", max_size=4), max_size=12)


@given(LINES, LINES)
def test_what_is_taken_and_added_leads_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    rows = text_changes(before, after)
    was, now = before.splitlines(), after.splitlines()
    assert all(row.text == was[row.old - 1] for row in rows if row.old)
    assert all(row.text == now[row.new - 1] for row in rows if row.new)
    taken = {row.old for row in rows if row.kind is Kind.TAKEN}
    added = {row.new for row in rows if row.kind is Kind.ADDED}
    kept = [line for place, line in enumerate(was, start=1) if place not in taken]
    assert kept == [line for place, line in enumerate(now, start=1) if place not in added]
    assert (rows == ()) == (was == now)


def test_no_sheet_restyles_what_another_one_has_made() -> None:
    """Sheets are joined into one: a class that two of them own would change a page that nobody looked at."""
    folder = Path(__file__).parents[2] / "tools" / "static"
    owned = {path.name: _alone(path.read_text("utf-8")) for path in sorted(folder.glob("*.css"))}
    twice = {
        f"{one} in {first} and {other}"
        for first, other in combinations(owned, 2)
        if "print.css" not in (first, other)
        for one in owned[first] & owned[other]
    }
    assert twice == set()


def _alone(sheet: str) -> set[str]:
    """The classes that a sheet makes, wherever they stand: with a rule of their own."""
    heads = re.findall(r"(?m)^\s*([^@{}/]+)\{", sheet)
    return {head.strip() for head in heads if re.fullmatch(r"\.wr-[a-z_-]+", head.strip())}
