"""The threat model in SECURITY.md is held against the tests: every abuse has a row, and every row what it says."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ABUSES = "tests/stories/test_abuses.py"
NAMED = re.compile(r"`(tests/[^`]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One abuse as the table has it."""

    number: int
    abuse: str
    control: str
    tests: tuple[str, ...]


def rows() -> list[Row]:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    return [
        Row(
            number=int(cells[0]),
            abuse=cells[1],
            control=cells[2],
            tests=tuple(re.findall(r"`(tests/[^`]+)`", cells[3])),
        )
        for line in text.splitlines()
        if re.match(r"\| \d+ \|", line)
        for cells in [[cell.strip() for cell in line.strip("| ").split(" | ")]]
    ]


def declared(name: str) -> dict[int, str]:
    """A dictionary of `test_abuses.py`, read without running it."""
    for node in ast.parse((ROOT / ABUSES).read_text("utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            assert node.value is not None
            return ast.literal_eval(node.value)
    raise AssertionError(f"`{name}` is not in {ABUSES}")


def test_every_abuse_has_one_row_in_order() -> None:
    assert [row.number for row in rows()] == list(range(1, 23))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.number:02}")
def test_a_row_names_its_control_and_tests_that_are_there(row: Row) -> None:
    assert row.abuse
    assert row.control
    assert ABUSES in row.tests
    for test in row.tests:
        assert "def test_" in (ROOT / test).read_text("utf-8"), test


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.number:02}")
def test_a_row_says_later_exactly_where_the_abuse_cannot_be_played_yet(row: Row) -> None:
    later, in_part = declared("LATER"), declared("IN_PART")
    is_played = f"def test_abuse_{row.number:02}_" in (ROOT / ABUSES).read_text("utf-8")
    is_played |= declared("ELSEWHERE").get(row.number, ("",))[0] in row.tests
    assert is_played is (row.number not in later)
    assert row.control.lower().startswith("*later:*") is (row.number in later)
    assert ("*later:*" in row.control.lower()) is (row.number in later or row.number in in_part)
    if row.number in later | in_part:
        brought_by = (later | in_part)[row.number].partition(":")[0].partition(",")[0]
        assert brought_by.lower() in row.control.lower()
