"""The page of `make coverage` says of each room what no test reaches, whatever other rooms were measured."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    sys.path.insert(0, str(TOOLS))
    try:
        import coverage_of_decisions
    finally:
        sys.path.remove(str(TOOLS))
    return coverage_of_decisions


def measured(statements: int, missed: int, branches: int, untaken: int) -> dict[str, dict[str, int]]:
    return {
        "summary": {
            "num_statements": statements,
            "missing_lines": missed,
            "num_branches": branches,
            "missing_branches": untaken,
        }
    }


def test_the_gaps_of_all_files_of_a_room_are_told_and_those_of_another_room_are_not_its_own(tool: ModuleType) -> None:
    files = {
        "src/watchroom/gate/door.py": measured(100, 2, 30, 1),
        "src/watchroom/gate/reading.py": measured(50, 0, 20, 3),
        "src/watchroom/policy/sight.py": measured(10, 0, 4, 0),
    }
    page = tool.as_markdown(files, day="2026-11-28", minutes=14.6)
    assert "| watchroom.gate | 150 | 2 | 50 | 4 |" in page
    assert "| watchroom.policy | 10 | 0 | 4 | 0 |" in page
    assert "on 2026-11-28, in 15 minutes" in page


def test_the_kept_page_has_no_gap(tool: ModuleType) -> None:
    rows = [line for line in tool.PAGE.read_text("utf-8").splitlines() if line.startswith("| watchroom.")]
    found = {cells[0]: cells[1:] for cells in ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)}
    assert found.keys() == set(tool.ROOMS)
    for statements, missed, branches, untaken in found.values():
        assert (missed, untaken) == ("0", "0")
        assert int(statements) > 0 < int(branches)
