"""Every named query of the rooms: where it stands, what its columns belong to, and who asks for it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.kernel.named_sql import Query, parse_queries
from watchroom.model.catalogue import catalogue

SOURCE = Path(__file__).parents[1] / "src" / "watchroom"
# Numbered migrations, mappings (DuckDB) and checks have tests of their own.
ELSEWHERE = ("store/migrations", "ingest/mappings", "quality/checks")
# Answered by DuckDB, within one batch.
OF_A_BATCH = (
    "ingest/mapper.sql",
    "ingest/accounting.sql",
    "ingest/holding.sql",
    "ingest/styles.sql",
    "ingest/layout.sql",
    "ingest/profiling/profile.sql",
)
# The rooms that may speak to the store; every other one asks the gate.
KEEPING = ("audit", "gate", "ingest", "quality", "store")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One named query: `file` is its place under the package, as `web/queries.sql`."""

    file: str
    query: Query

    def __str__(self) -> str:
        return f"{self.file}:{self.query.name}"

    @property
    def asks_the_gate(self) -> bool:
        return self.file.partition("/")[0] not in KEEPING


def sql_files() -> list[str]:
    every = (path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.sql"))
    return sorted(name for name in every if not name.startswith(ELSEWHERE))


def named_queries(*, asks_the_gate: bool) -> list[Wanted]:
    every = (
        Wanted(file=name, query=query)
        for name in sql_files()
        for query in parse_queries((SOURCE / name).read_text("utf-8"), where=name).values()
    )
    return [asked for asked in every if asked.asks_the_gate is asks_the_gate]


def parsed(query: Query) -> exp.Expression:
    """The statement as a tree."""
    return sqlglot.parse_one(query.sql, dialect="postgres")


def selects(statement: exp.Expression) -> list[exp.Select]:
    """The outermost selects: one, or each branch of a union."""
    if isinstance(statement, exp.SetOperation):
        return [*selects(statement.left), *selects(statement.right)]
    assert isinstance(statement, exp.Select), type(statement)
    return [statement]


def relations_of(select: exp.Select) -> dict[str, str]:
    """The relations of a select by the name that its columns are written with."""
    return {table.alias_or_name: table.name for table in select.find_all(exp.Table)}


def columns_in(node: exp.Expression | None) -> Iterator[tuple[str, str]]:
    """Alias and name of every column below a node."""
    if node is not None:
        yield from ((column.table, column.name) for column in node.find_all(exp.Column))


def is_entity(relation: str) -> bool:
    assert relation in catalogue().entities or relation in BESIDE_ENTITIES, relation
    return relation in catalogue().entities


# ---- Who asks: the modules that hold the queries of a file, and the names that they ask for.


@dataclass(slots=True)
class Use:
    """What a module does with the queries of one file: names written as an index, and names that it hands on."""

    written: set[str] = field(default_factory=set[str])
    handed_on: set[str] = field(default_factory=set[str])


@cache
def uses() -> dict[str, list[Use]]:
    """For each file of named queries, its uses in the modules that hold it."""
    found: dict[str, list[Use]] = {}
    trees = {path: ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}
    homes = {(_module(path), name): file for path, tree in trees.items() for name, file in _loaded(tree)}
    for tree in trees.values():
        held = dict(_loaded(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                held |= {n.asname or n.name: homes[key] for n in node.names if (key := (node.module, n.name)) in homes}
        for name, file in held.items():
            found.setdefault(file, []).append(_use(tree, name))
    return found


def _module(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)


def _loaded(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        is_load = isinstance(value, ast.Call) and getattr(value.func, "id", "") == "load_queries"
        if is_load and isinstance(target, ast.Name):
            words = [str(argument.value) for argument in value.args if isinstance(argument, ast.Constant)]
            folder = words[0].removeprefix("watchroom.").replace(".", "/")
            yield target.id, f"{folder}/{words[1] if len(words) > 1 else 'queries.sql'}"


def _use(tree: ast.Module, name: str) -> Use:
    use, hands_on = Use(), False
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
            if isinstance(node.slice, ast.Constant):
                use.written.add(str(node.slice.value))
            else:
                hands_on = True
    if hands_on:
        given = [
            a for n in ast.walk(tree) if isinstance(n, ast.Call) for a in (*n.args, *(k.value for k in n.keywords))
        ]
        use.handed_on = {a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return use
