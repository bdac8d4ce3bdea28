"""What holds for every named query: who asks for it, what its head says, what it may name, and its order."""

import re

import pytest
from sqlglot import exp

from named_queries import (
    Wanted,
    columns_in,
    is_entity,
    named_queries,
    parsed,
    relations_of,
    selects,
    sql_files,
    uses,
)
from watchroom.gate.questions import question
from watchroom.handover.person.rules import PARTS

GATE = named_queries(asks_the_gate=True)
KEEPING = named_queries(asks_the_gate=False)

# What tells the rows of a relation beside the entities apart; of an entity it is `id`.
KEYS: dict[str, frozenset[str]] = {
    "change": frozenset({"seq", "entity", "id"}),
    "source_freshness": frozenset({"source_system"}),
    "ingest_issue_count": frozenset({"entity", "code", "severity"}),
    "source_quality": frozenset({"source_system", "entity", "field", "check_name"}),
    "roll": frozenset({"site_code", "unit_code", "landing"}),
    # Two people without a cell whose details are withheld are two equal rows: no order tells them apart.
    "occupancy": frozenset({"path", "visible_person_ids"}),
}


def test_every_file_of_queries_is_loaded() -> None:
    assert set(uses()) == set(sql_files())


@pytest.mark.parametrize("asked", [*GATE, *KEEPING], ids=str)
def test_every_query_is_asked_by_somebody(asked: Wanted) -> None:
    if asked.file == "handover/person/queries.sql" and asked.query.name in {part.key for part in PARTS}:
        return
    assert any(asked.query.name in use.written | use.handed_on for use in uses()[asked.file])


def test_every_query_that_is_asked_for_by_name_is_there() -> None:
    known = {(asked.file, asked.query.name) for asked in (*GATE, *KEEPING)}
    assert {(file, name) for file, found in uses().items() for use in found for name in use.written} <= known


@pytest.mark.parametrize("asked", GATE, ids=str)
def test_the_head_of_a_query_says_what_one_row_is(asked: Wanted) -> None:
    assert re.match(r"-- One row(?: per [a-z]|:)", asked.query.sql), asked.query.sql.splitlines()[0]


@pytest.mark.parametrize("asked", [asked for asked in KEEPING if "select" in asked.query.sql], ids=str)
def test_the_head_of_a_query_of_the_record_says_what_it_gives_or_does(asked: Wanted) -> None:
    assert asked.query.sql.startswith("-- ")


# Its columns are those of the file that was delivered.
AS_DELIVERED = "ingest/mapper.sql:raw_rows"


@pytest.mark.parametrize("asked", [one for one in (*GATE, *KEEPING) if str(one) != AS_DELIVERED], ids=str)
def test_no_query_takes_every_column_there_is(asked: Wanted) -> None:
    text = re.sub(r"--[^\n]*", "", asked.query.sql)
    assert not re.search(r"\bselect\s+(?:all\s+|distinct\s+)?(?:\w+\.)?\*", text)
    assert not re.search(r",\s*\w+\.\*", text)


@pytest.mark.parametrize("asked", GATE, ids=str)
def test_a_query_names_relations_of_an_audience_and_their_columns(asked: Wanted) -> None:
    assert question(asked.query).relations
    for select in selects(parsed(asked.query)):
        relations = relations_of(select)
        joins = select.args.get("joins") or []
        assert all(join.args.get("on") is not None for join in joins), "a join says on what"
        parts = (*select.expressions, select.args.get("where"), *joins)
        assert all(table in relations for part in parts for table, _ in columns_in(part)), "a column says whose it is"


@pytest.mark.parametrize("asked", GATE, ids=str)
def test_the_order_of_a_query_is_total(asked: Wanted) -> None:
    statement = parsed(asked.query)
    order = statement.args.get("order")
    assert order is not None, "there is no `order by`"
    ordered = {(column.table, column.name) for term in order.expressions for column in [_column(term)]}
    for select in selects(statement):
        missing = _missing(select, ordered)
        assert not missing, f"{sorted(missing)} could come in either order"


@pytest.mark.parametrize("asked", GATE, ids=str)
def test_a_source_key_is_never_compared_as_text_alone(asked: Wanted) -> None:
    """Its last part is the source's own count: `9` comes before `10`, so the longer key is the later one."""
    order = [term.sql("postgres") for term in parsed(asked.query).args["order"].expressions]
    for place, term in enumerate(order):
        if ".source_key" in term and not term.startswith("LENGTH("):
            relation, _, rest = term.partition(".source_key")
            assert order[place - 1] == f"LENGTH({relation}.source_key){rest}"


def test_the_latest_assessment_of_cell_sharing_is_one_rule() -> None:
    orders = {
        str(asked): [
            term.sql("postgres")
            for term in parsed(asked.query).args["order"].expressions
            if "person_id" not in term.sql()
        ]
        for asked in GATE
        if "cell_sharing_risk.assessed_on desc" in asked.query.sql
    }
    assert len(orders) == 2
    assert len({tuple(order) for order in orders.values()}) == 1


def _column(term: exp.Expression) -> exp.Column:
    inner = term.this
    if isinstance(inner, exp.Length):
        inner = inner.this
    assert isinstance(inner, exp.Column), f"`{term.sql()}` orders by something that is no column"
    return inner


def _missing(select: exp.Select, ordered: set[tuple[str, str]]) -> set[str]:
    """Keys that the order lacks, of the relations that make rows which differ.

    A relation that is joined by its own id adds no row; one of which no column is shown makes equal rows only.
    """
    shown = {output.alias_or_name: output for output in select.expressions}
    # An order without a table names what is shown.
    named = {name for table, name in ordered if not table}
    by = {pair for pair in ordered if pair[0]}
    by |= {pair for name in named if name in shown for pair in columns_in(shown[name])}
    if set(shown) <= named | {name for name, output in shown.items() if set(columns_in(output)) <= by}:
        return set()
    if (group := select.args.get("group")) is not None:
        return {f"{t}.{c}" for key in group.expressions for t, c in columns_in(key)} - {f"{t}.{c}" for t, c in by}
    seen = _shown_relations(select)
    by |= _fixed(select)
    return {
        f"{alias}.{column}"
        for alias, relation in relations_of(select).items()
        if alias in seen and not _is_joined_by_id(select, alias)
        for column in (frozenset({"id"}) if is_entity(relation) else KEYS[relation])
        if (alias, column) not in by
    }


def _shown_relations(select: exp.Select) -> set[str]:
    """The relations of which a column is shown, and those by which such a relation was found."""
    seen = {table for output in select.expressions for table, _ in columns_in(output)}
    for join in reversed(select.args.get("joins") or []):
        if join.this.alias_or_name in seen:
            seen |= {table for table, _ in columns_in(join.args["on"])}
    return seen


def _fixed(select: exp.Select) -> set[tuple[str, str]]:
    """Columns that a condition of the whole select sets equal to a parameter."""
    where = select.args.get("where")
    conditions = (
        [] if where is None else list(where.this.flatten() if isinstance(where.this, exp.And) else [where.this])
    )
    return {
        (side.table, side.name)
        for one in conditions
        if isinstance(one, exp.EQ)
        for side, other in ((one.this, one.expression), (one.expression, one.this))
        if isinstance(side, exp.Column) and isinstance(other, exp.Placeholder)
    }


def _is_joined_by_id(select: exp.Select, alias: str) -> bool:
    for join in select.args.get("joins") or []:
        if join.this.alias_or_name != alias:
            continue
        on = join.args["on"]
        for one in on.flatten() if isinstance(on, exp.And) else [on]:
            sides = {(c.table, c.name) for c in one.find_all(exp.Column)} if isinstance(one, exp.EQ) else set()
            if len(sides) == 2 and (alias, "id") in sides:
                return True
    return False


def test_only_the_known_ones_read_the_record_beside_the_gate() -> None:
    # ADR 7 says why each may: a code of a place is about nobody, and a check returns what stands in the wrong.
    reading = {
        (asked.file, asked.query.name) for asked in KEEPING if re.search(r"\b(from|join)\s+record\.", asked.query.sql)
    }
    others = {file for file, _ in reading if not file.startswith("quality/checks/")}
    assert {(file, name) for file, name in reading if file in others} == {
        # ADR 23: what leaves it is facts about looks, and no row of anybody.
        *(("gate/look_facts.sql", name) for name in ("find_stays", "find_relations", "find_names", "find_neighbours")),
        ("gate/look_facts.sql", "find_news"),
        # A number, against which a clause is measured.
        ("gate/preview.sql", "persons"),
        # ADR 25: references of cases, to leave rooms out by.
        ("gate/case_room_reading.sql", "cases_about"),
        ("gate/known_people.sql", "people_of_number"),
        ("gate/known_people.sql", "people_of_identifier"),
        ("gate/known_people.sql", "person_of_id"),
        ("gate/restrictions.sql", "person_is_known"),
        ("ingest/queries.sql", "places"),
        # ADR 38: by what a form that is kept would name who is erased, and of whose death the record tells.
        ("store/erasing.sql", "names_of"),
        # Which cases nothing is brought to any more; what leaves it is nothing.
        ("store/erasing.sql", "erase_case_rooms"),
        ("store/holds.sql", "propose_holds"),
        # ADR 41: the next version of what staff wrote is made of what stands, after the gate has shown it to them; an
        # entry is linked with the row of its legal record that a delivery brought.
        *(("ingest/staff.sql", name) for name in ("standing_entries", "standing_people", "delivered_since")),
        ("ingest/staff.sql", "is_written"),
        # ADR 38: what is kept for ever is compared with what people are called; a hold says what told of a death.
        *(("store/called.sql", f"{what}_of_people") for what in ("names", "numbers", "birth_dates")),
        ("store/holds.sql", "deaths_told"),
        # Whose a record is that is kept and not used, and on which units that is told, for whoever restricts it.
        *(("gate/record_restrictions.sql", name) for name in ("numbers_of", "units_of")),
        # A roll is compared with what the one before it left in the record.
        ("ingest/rolls.sql", "earlier_episodes"),
    }
