"""Laws of numbers: none under ten is shown, and none that is hidden can be worked out."""

from collections import defaultdict
from itertools import count, product

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gate_world import BOARD, Rows, episode, gate_of, look, person, place, write
from watchroom.gate.suppression import LEAST, shown_numbers
from watchroom.store.database import Database

HOURS = count()
CELLS = st.dictionaries(st.sampled_from(["A", "B", "C", "D", "E", "F"]), st.integers(0, 30), min_size=1)


@given(cells=CELLS)
def test_no_number_under_ten_is_shown(cells: dict[str, int]) -> None:
    shown, total = shown_numbers(cells)
    assert all(number is None or number >= LEAST for number in [*shown.values(), total])


@given(cells=CELLS)
def test_what_is_shown_is_true(cells: dict[str, int]) -> None:
    shown, total = shown_numbers(cells)
    assert total in (None, sum(cells.values()))
    assert all(number in (None, cells[name]) for name, number in shown.items())


@given(cells=CELLS)
def test_without_small_numbers_nothing_is_hidden(cells: dict[str, int]) -> None:
    if all(number >= LEAST for number in cells.values()):
        assert shown_numbers(cells) == (cells, sum(cells.values()))


@given(cells=CELLS, data=st.data())
def test_what_is_shown_does_not_depend_on_who_has_which_hidden_number(
    cells: dict[str, int], data: st.DataObject
) -> None:
    shown, total = shown_numbers(cells)
    hidden = [name for name, number in shown.items() if number is None]
    dealt = data.draw(st.permutations([cells[name] for name in hidden]))
    assert shown_numbers({**cells, **dict(zip(hidden, dealt, strict=True))}) == (shown, total)


@given(cells=CELLS)
def test_among_the_hidden_is_one_of_ten_or_more_wherever_the_total_is_told(cells: dict[str, int]) -> None:
    shown, total = shown_numbers(cells)
    hidden = [cells[name] for name, number in shown.items() if number is None]
    if total is not None and hidden:
        assert len(hidden) > 1
        assert sum(hidden) >= LEAST


def test_an_attacker_who_knows_the_rule_and_tries_every_table_learns_no_hidden_number() -> None:
    """All tables of three cells from 0 to 8, with three as the least: each answer leaves several truths."""
    least, truths = 3, defaultdict(set)
    for table in product(range(9), repeat=3):
        shown, total = shown_numbers(dict(zip("ABC", table, strict=True)), least=least)
        truths[tuple(shown.values()), total].add(table)
    for (shown, _), tables in truths.items():
        for place_, number in enumerate(shown):
            if number is None:
                possible = {table[place_] for table in tables}
                assert len(possible) > 1
                assert max(possible) >= least or len(possible) == least


def held(cells: dict[str, int]) -> Rows:
    """That many people in each establishment."""
    rows: Rows = {"location": [], "person": [], "custody_episode": []}
    for site, number in cells.items():
        rows["location"].append(place(f"{site}-A", "WING"))
        for one in range(max(number, 1)):
            key = f"{site}{one}"
            rows["person"].append(person(key, f"{site}-A"))
            rows["custody_episode"].append(episode(key, f"{site}-A", is_active=one < number))
    return rows


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(cells=st.dictionaries(st.sampled_from(["LEI", "MDI", "WWI"]), st.integers(0, 14), min_size=1))
def test_the_views_of_the_board_show_what_the_rule_shows(database: Database, cells: dict[str, int]) -> None:
    write(database, held(cells), hour=next(HOURS))
    gate = gate_of(database)
    expected, total = shown_numbers(cells)
    for relation, number in (("roll", "on_roll"), ("custody_episode", "count")):
        rows = look(
            gate,
            BOARD,
            f"select site_code, {number} as n, counted, withheld from {relation}",
            purpose="oversight.board",
        )
        assert {row["site_code"]: row["n"] for row in rows if row["counted"] == "group"} == expected
        assert [row["n"] for row in rows if row["counted"] == "total"] == [total]
        for row in rows:
            assert (number in row["withheld"]) is (row["n"] is None)  # type: ignore[operator]
