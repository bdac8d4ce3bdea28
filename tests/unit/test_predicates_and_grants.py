"""A field that a clause does not give reads as NULL; where a query decides by it, that would be a silent answer.

`ended_on is null` is true of whoever may not see `ended_on`: what is over would be shown as in force. So each field
by which a query of a page chooses, joins or orders rows must be given whole by every clause that shows such rows.
"""

from collections.abc import Iterator

import pytest
from sqlglot import exp

from named_queries import Wanted, columns_in, is_entity, named_queries, parsed, relations_of, selects
from watchroom.gate.entity_views import EXTRA_COLUMNS
from watchroom.model.catalogue import catalogue, columns_of
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.clauses import ALWAYS_SHOWN, Right
from watchroom.policy.decision import Decision, decide
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES

CHARTER = load_agreement(charter_text(), where="charter.yaml", model=catalogue())

# Parts of a select that decide which rows come, in which order, or which of two values is shown.
DECIDING = ("where", "having", "order")


def decisions() -> Iterator[tuple[str, Decision]]:
    """Every decision that there is, with its role."""
    for role in ROLES:
        for purpose in PURPOSES:
            for right in Right:
                found = decide([CHARTER], organisation="HMPPS", roles=[role], purpose=purpose, right=right)
                if isinstance(found, Decision):
                    yield role, found


def decided_by(asked: Wanted) -> set[tuple[str, str]]:
    """The entity and field of every column by which a query decides."""
    statement = parsed(asked.query)
    found: set[tuple[str, str]] = set()
    # What is put together before, by its name: its columns are those of the relation that it reads.
    before = {cte.alias: cte.this for cte in statement.find_all(exp.CTE)}
    reads = {name: next(iter(relations_of(select).values())) for name, select in before.items()}
    for select in (*selects(statement), *before.values()):
        relations = {alias: reads.get(name, name) for alias, name in relations_of(select).items()}
        nodes: list[exp.Expression | None] = [select.args.get(part) for part in DECIDING]
        nodes += [join.args.get("on") for join in select.args.get("joins") or []]
        nodes += [one.this for one in select.find_all(exp.If)]
        nodes += [case.args.get("this") for case in select.find_all(exp.Case)]
        nodes += [*select.find_all(exp.Filter), *_defaulted(select), *_ordered(statement, select)]
        for node in nodes:
            found |= {(relations[table], name) for table, name in columns_in(node) if table in relations}
    made = {(reads[name], one.alias) for name, select in before.items() for one in select.expressions if one.alias}
    return {(relation, name) for relation, name in found - made if is_entity(relation)}


def _defaulted(select: exp.Select) -> Iterator[exp.Expression]:
    """What is shown as a constant where it is not known: `coalesce(is_active, true)`."""
    for one in select.find_all(exp.Coalesce):
        if any(isinstance(value, exp.Literal | exp.Boolean) for value in one.expressions):
            yield one


def _ordered(statement: exp.Expression, select: exp.Select) -> Iterator[exp.Expression]:
    """The shown columns by whose names the rows are ordered."""
    order = statement.args.get("order")
    names = {column.name for column in order.find_all(exp.Column) if not column.table} if order else set()
    yield from (output for output in select.expressions if output.alias_or_name in names)


def ungranted(asked: Wanted) -> dict[tuple[str, str], set[str]]:
    """Entity and field, with the role, of what a query decides by and some clause that shows rows does not give."""
    missing: dict[tuple[str, str], set[str]] = {}
    for entity, column in decided_by(asked):
        declared = {one.name: one for one in columns_of(catalogue().entity(entity))}
        if column == "id" or column in EXTRA_COLUMNS or column in ALWAYS_SHOWN:
            continue
        belongs_to = declared[column].field
        field = column if belongs_to is None else belongs_to.name
        for role, decision in decisions():
            for grant in decision.rows_of(entity):
                if field not in grant.clause.fields or field in grant.clause.masks:
                    missing.setdefault((f"{entity}.{column}", role), set()).add(grant.clause.name)
    return missing


@pytest.mark.parametrize("asked", named_queries(asks_the_gate=True), ids=str)
def test_whoever_sees_a_row_sees_whatever_a_query_decides_by(asked: Wanted) -> None:
    silent = {key: sorted(clauses) for key, clauses in ungranted(asked).items()}
    assert not silent, "give the field in the charter, or have the query treat it as unknown"
