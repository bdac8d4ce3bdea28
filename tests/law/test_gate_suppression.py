"""Laws of numbers: none under ten is shown, and none that is hidden can be worked out."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count, product

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gate_world import (
    BOARD,
    ENGINEER,
    GOVERNANCE,
    OFFICER,
    START,
    Rows,
    about,
    episode,
    gate_of,
    look,
    person,
    place,
    query,
    write,
)
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Seen, View
from watchroom.gate.suppression import LEAST
from watchroom.store.database import Database, Principal

HOURS = count()
CELLS = st.dictionaries(st.sampled_from(["A", "B", "C", "D", "E", "F"]), st.integers(0, 30), min_size=1)


def shown_numbers(
    cells: Mapping[str, int], *, least: int = LEAST, is_present: bool = True
) -> tuple[dict[str, int | None], int | None]:
    """What the gate shows of cells: each one's number or None, and the total or None. The oracle of the laws."""
    if not is_present:
        return {}, None
    total = sum(cells.values())
    if total < least:
        return dict.fromkeys(cells), None
    if all(number >= least for number in cells.values()):
        return dict(cells), total
    smallest = min((number for number in cells.values() if number >= least), default=None)
    shown = {name: number if smallest is not None and number > smallest else None for name, number in cells.items()}
    return shown, total


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


@given(cells=CELLS)
def test_of_the_past_nothing_is_told_whatever_it_was(cells: dict[str, int]) -> None:
    assert shown_numbers(cells, is_present=False) == ({}, None)


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


SITES = st.dictionaries(st.sampled_from(["LEI", "MDI", "WWI"]), st.integers(0, 14), min_size=1)
NUMBERS = {"roll": "on_roll", "custody_episode": "count", "alert": "count", "incident_report": "count"}


def numbers_of(gate: Gate, as_of: datetime | None) -> dict[str, list[tuple[object, object, object]]]:
    """All that the board is told in numbers: for each relation its cells, which of them are totals, and the numbers."""
    told: dict[str, list[tuple[object, object, object]]] = {}
    for relation, number in NUMBERS.items():
        name = "type_code" if relation == "incident_report" else "site_code"
        text = f"select {name} as name, counted, {number} as n from {relation}"
        rows = look(gate, BOARD, text, purpose="oversight.board", as_of=as_of)
        told[relation] = [(row["name"], row["counted"], row["n"]) for row in rows]
    return told


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(history=st.lists(SITES, min_size=2, max_size=3))
def test_no_two_readings_of_numbers_can_be_subtracted_for_the_past_tells_none(
    database: Database, history: list[dict[str, int]]
) -> None:
    hours = [next(HOURS) for _ in history]
    for hour, cells in zip(hours, history, strict=True):
        rows = held(cells)
        rows["alert"] = [
            about(one["source_key"], one["source_key"], one["unit_code"], kind_code="HA", is_active=True)  # type: ignore[arg-type]
            for one in rows["person"]
        ]
        rows["incident_report"] = [
            {"source_key": str(n), "reference": str(n), "type_code": "FIGHT"} for n in range(sum(cells.values()))
        ]
        write(database, rows, hour=hour)
    gate = gate_of(database, at=START + timedelta(hours=hours[-1] + 1))
    withheld = [(None, "total", None)]
    for instant in {START + timedelta(hours=hour + minutes / 60) for hour in hours for minutes in (-1, 0, 30)}:
        if instant < START + timedelta(hours=hours[-1]):
            assert numbers_of(gate, instant) == dict.fromkeys(NUMBERS, withheld)

    # The same within one read: a product that asks for two instants gets one of them.
    def both(view: View) -> list[object]:
        asked = query("select on_roll, counted from roll")
        then = view.at(START + timedelta(hours=hours[0]))
        return [row["on_roll"] for row in then.records(asked)]

    seen = gate.read(BOARD, asked=Asked(purpose="oversight.board", act=Act.COUNT, what="roll"), look=both)
    assert isinstance(seen, Seen)
    assert seen.value == [None]

    # The present is told as ever, by its name and by the instant of the last delivery.
    expected, total = shown_numbers(history[-1])
    for as_of in (None, START + timedelta(hours=hours[-1])):
        told = {name: n for name, counted, n in numbers_of(gate, as_of)["roll"] if counted == "group"}
        assert told == expected
        assert (None, "total", total) in numbers_of(gate, as_of)["roll"]


ISSUES = st.dictionaries(
    st.tuples(st.sampled_from(["person", "location", None]), st.sampled_from(["bad_date", "orphan"])),
    st.integers(1, 14),
    min_size=1,
)


def note_issues(database: Database, issues: dict[tuple[str | None, str], int]) -> None:
    """So many faults of the latest delivery."""
    with database.connection(Principal.LOADER) as connection:
        for (entity, code), number in issues.items():
            connection.execute(
                "insert into ingest.issue (batch_id, source_system, entity, code, severity, message)"
                " select (select batch_id from ingest.sealed order by seq desc limit 1), 'nomis', %s, %s,"
                " 'convention', 'x' from generate_series(1, %s)",
                (entity, code, number),
            )


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(earlier=ISSUES, issues=ISSUES)
def test_whoever_sees_no_person_learns_no_small_number_of_faults_nor_whether_there_are_any(
    database: Database, earlier: dict[tuple[str | None, str], int], issues: dict[tuple[str | None, str], int]
) -> None:
    hours = (next(HOURS), next(HOURS))
    for hour, found in zip(hours, (earlier, issues), strict=True):
        write(database, {"location": [place(f"LEI-{hour}", "WING")]}, hour=hour)
        note_issues(database, found)
    gate = gate_of(database, at=START + timedelta(hours=hours[-1] + 1))
    text = "select entity, code, count as n from ingest_issue_count"

    def told(asker: Asker, purpose: str, as_of: datetime | None = None) -> dict[tuple[object, object], object]:
        rows = look(gate, asker, text, purpose=purpose, as_of=as_of)
        return {(row["entity"], row["code"]): row["n"] for row in rows}

    constant = {(None, "withheld"): None}
    large = {kind: number for kind, number in issues.items() if number >= LEAST}
    for asker, purpose in ((BOARD, "oversight.board"), (GOVERNANCE, "governance.audit")):
        assert told(asker, purpose) == {**constant, **large}
        assert told(asker, purpose, START + timedelta(hours=hours[0])) == constant
    # Who keeps the data, and who sees the people, is told each number.
    assert told(ENGINEER, "quality.data") == issues
    assert told(OFFICER, "custody.care") == issues
    assert told(ENGINEER, "quality.data", START + timedelta(hours=hours[0])) == earlier
