"""Looking at a query before it runs: one reading statement, over relations of the audience, with known functions."""

import re
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from watchroom.gate.errors import QuestionError
from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Catalogue, catalogue

# What a query may call. None reads a file, a setting or a catalog, waits, or changes anything.
FUNCTIONS = frozenset(
    """
    abs age any_value array_agg array_append array_cat array_length array_position array_remove array_to_string avg
    bool_and bool_or btrim cardinality case cast ceil char_length coalesce concat concat_ws count cume_dist date_part
    date_trunc dense_rank every exists extract first_value floor format generate_series generate_subscripts greatest
    initcap json_agg json_build_object jsonb_agg jsonb_array_elements jsonb_build_object jsonb_each jsonb_each_text
    jsonb_object_agg jsonb_object_keys lag last_value lead least left length lower lpad ltrim make_date make_interval
    max md5 min mod nth_value ntile nullif num_nonnulls num_nulls percent_rank percentile_cont percentile_disc
    position rank regexp_replace replace right round row_number rpad rtrim sign split_part starts_with string_agg
    string_to_array strpos substr substring sum to_char to_date to_timestamp translate trim trunc unnest upper
    width_bucket
    """.split()  # noqa: SIM905  eighty lines otherwise
)

_CALLED = re.compile(r"^(?P<name>[A-Za-z_0-9]+)\(")
_NEVER = (
    *(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Copy, exp.Create, exp.Drop, exp.Alter, exp.Command),
    *(exp.Into, exp.Lock, exp.Set, exp.Parameter, exp.SessionParameter),
)

# Words and operators of SQL that the parser keeps as functions.
_SYNTAX = (
    *(exp.And, exp.Or, exp.Xor, exp.Case, exp.If, exp.Cast, exp.TryCast, exp.Exists, exp.Array, exp.Any, exp.All),
    *(exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar, exp.ArrayOverlaps),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a query asks for.

    Attributes:
        relations: names of the relations of the audience.
        is_limited: it says itself how many rows it gives at most.
        counts: it works something out over rows, as a number of them.
        columns: names among which all are that it takes of its relations; None: it may take any.
    """

    relations: tuple[str, ...]
    is_limited: bool = False
    counts: bool = False
    columns: frozenset[str] | None = None


def question(query: Query, *, model: Catalogue | None = None) -> Question:
    """What `query` asks for.

    Args:
        query: to be looked at.
        model: of the node; None: ours without what an agency adds.

    Raises:
        QuestionError: it does more than read, or reads what no audience has.
    """
    # Only what ours lacks is part of what is remembered: most nodes have nothing.
    added = frozenset(() if model is None else model.entities.keys() - catalogue().entities.keys())
    return _question(query.name, query.sql, added)


@lru_cache(maxsize=1024)
def _question(name: str, text: str, added: frozenset[str]) -> Question:
    try:
        statements = sqlglot.parse(text, dialect="postgres")
    except SqlglotError:
        raise QuestionError(f"query `{name}` is no SQL that the gate can read; try it in psql") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.SetOperation):
        raise QuestionError(f"query `{name}` must be one `select`")
    statement = statements[0]
    for node in statement.walk():
        if isinstance(node, _NEVER):
            raise QuestionError(f"query `{name}` must only read; it holds `{node.key}`")
        if isinstance(node, exp.Func) and not isinstance(node, _SYNTAX):
            _require_known_function(name, node)
    is_limited = any(statement.args.get(part) is not None for part in ("limit", "offset"))
    return Question(
        relations=tuple(sorted(_relations(name, statement, added))),
        is_limited=is_limited,
        counts=statement.find(exp.AggFunc) is not None,
        columns=_columns(statement),
    )


def _require_known_function(name: str, node: exp.Func) -> None:
    # As PostgreSQL calls it: the parser's own names differ.
    found = _CALLED.match(node.sql(dialect="postgres"))
    called = found["name"].lower() if found else node.key
    if called not in FUNCTIONS:
        raise QuestionError(f"query `{name}` calls `{called}`, which is not in the list of the gate")


def _columns(statement: exp.Expr) -> frozenset[str] | None:
    """The names of columns that stand anywhere in it; None where it may take one without naming it."""
    if any(not isinstance(star.parent, exp.Count) for star in statement.find_all(exp.Star)):
        return None
    # Columns by their place, by those of both sides, or a row as one value.
    if any(alias.args.get("columns") for alias in statement.find_all(exp.TableAlias)):
        return None
    if any(join.args.get("using") or join.args.get("method") for join in statement.find_all(exp.Join)):
        return None
    rows = {table.alias_or_name.lower() for table in statement.find_all(exp.Table, exp.Subquery, exp.CTE)}
    names = frozenset(column.name.lower() for column in statement.find_all(exp.Column))
    return None if names & rows else names


def _relations(name: str, statement: exp.Expr, added: frozenset[str]) -> set[str]:
    within = {common.alias_or_name for common in statement.find_all(exp.CTE)}
    if any(common.startswith("pg_") for common in within):
        raise QuestionError(f"query `{name}` must not name a part of its own `pg_...`")
    known = {*catalogue().entities, *added, *BESIDE_ENTITIES}
    found: set[str] = set()
    for table in statement.find_all(exp.Table):
        if isinstance(table.this, exp.Func):
            continue
        if table.args.get("db") is not None or table.args.get("catalog") is not None:
            raise QuestionError(f"query `{name}` must name relations bare, without a schema")
        if table.name in within:
            continue
        if table.name not in known:
            raise QuestionError(f"query `{name}` reads `{table.name}`, which no audience has")
        found.add(table.name)
    return found
