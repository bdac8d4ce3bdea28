"""Column lineage: which columns of a source give a value that a mapping selects, and which decide about it.

Read off the mapping's SQL, through its prelude, subqueries, joins, unions and macros. It is done when the lineage of a
mapping is written (`tools/write_lineage.py`) and never while a node runs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp

from watchroom.ingest.mapping import MappingError

# What has a value to give and another one that only picks it.
_PICKING = (exp.ArgMax, exp.ArgMin)


@dataclass(frozen=True, slots=True)
class Use:
    """The columns behind a value, each as `TABLE.COLUMN`.

    Attributes:
        gives: whose value it is, or is made of.
        decides: that pick it, order it, or find the row that it is of.
    """

    gives: frozenset[str] = frozenset()
    decides: frozenset[str] = frozenset()

    def __or__(self, other: "Use") -> "Use":
        return Use(self.gives | other.gives, self.decides | other.decides)

    @property
    def all(self) -> frozenset[str]:
        """Whatever is behind it."""
        return self.gives | self.decides

    @property
    def deciding(self) -> "Use":
        """The same where the value only decides about another one."""
        return Use(decides=self.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table or query as others see it.

    Attributes:
        columns: by name.
        found: columns that decide which rows there are at all.
    """

    columns: Mapping[str, Use]
    found: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Macro:
    parameters: tuple[str, ...]
    body: exp.Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What statements may name: relations and macros, by name."""

    relations: Mapping[str, Relation]
    macros: Mapping[str, _Macro] = field(default_factory=dict[str, _Macro])

    def after(self, text: str) -> "Known":
        """The same with what the statements of a text make, such as a prelude's.

        Raises:
            MappingError: a statement makes nothing that can be named.
        """
        known = self
        for statement in _statements(text):
            known = known._with(statement)
        return known

    def query(self, text: str) -> Relation:
        """What the one query of a text selects.

        Raises:
            MappingError: it is no query, or names what is not there.
        """
        (statement,) = _statements(text)
        return _query(statement, self, ())

    def _with(self, statement: exp.Expr) -> "Known":
        made, body = statement.this, statement.args.get("expression")
        if not isinstance(statement, exp.Create) or body is None:
            raise MappingError(
                "a prelude may make tables, views and macros only; write another statement as one of them"
            )
        if isinstance(made, exp.UserDefinedFunction):
            parameters = tuple(parameter.name.lower() for parameter in made.expressions)
            macro = _Macro(parameters=parameters, body=body)
            return replace(self, macros={**self.macros, made.this.name.lower(): macro})
        return replace(self, relations={**self.relations, made.name: _query(body, self, ())})


_Scope = Mapping[str, Relation]


def _query(query: exp.Expr, known: Known, outer: tuple[_Scope, ...]) -> Relation:
    """What a query selects; `outer` are the scopes that a correlated one may name."""
    while isinstance(query, exp.Subquery):
        query = query.this
    known = _with_ctes(query, known, outer)
    if isinstance(query, exp.SetOperation):
        return _united(_query(query.left, known, outer), _query(query.right, known, outer))
    if not isinstance(query, exp.Select):
        raise MappingError(f"`{query.sql('duckdb')[:60]}` of a mapping is no query; write one")
    return _select(query, known, outer)


def _with_ctes(query: exp.Expr, known: Known, outer: tuple[_Scope, ...]) -> Known:
    for cte in query.ctes if isinstance(query, exp.Query) else ():
        body = cte.this
        if not (isinstance(body, exp.SetOperation) and _names_itself(cte)):
            known = _named(known, cte, _query(body, known, outer))
            continue
        made = _query(body.left, known, outer)
        while True:
            more = _united(made, _query(body.right, _named(known, cte, made), outer))
            if more == made:
                break
            made = more
        known = _named(known, cte, made)
    return known


def _names_itself(cte: exp.CTE) -> bool:
    return any(table.name == cte.alias for table in cte.this.find_all(exp.Table))


def _named(known: Known, cte: exp.CTE, made: Relation) -> Known:
    return replace(known, relations={**known.relations, cte.alias: made})


def _united(first: Relation, second: Relation) -> Relation:
    """Two queries whose rows stand beside each other: by place, under the names of the first."""
    if len(first.columns) != len(second.columns):
        raise MappingError("the parts of a union of a mapping select different numbers of columns; make them equal")
    uses = zip(first.columns.items(), second.columns.values(), strict=True)
    return Relation(columns={name: one | other for (name, one), other in uses}, found=first.found | second.found)


def _select(query: exp.Select, known: Known, outer: tuple[_Scope, ...]) -> Relation:
    scope, found = _sources(query, known, outer)
    for part in ("where", "group", "having", "qualify"):
        if (clause := query.args.get(part)) is not None:
            found |= _Reader(known, (scope, *outer), _named_so_far(query)).read(clause).all
    columns: dict[str, Use] = {}
    for projection in query.expressions:
        if isinstance(projection, exp.Star) or (
            isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
        ):
            of = projection.args.get("table")
            for alias, relation in scope.items():
                if of is None or of.name == alias:
                    columns |= relation.columns
            continue
        reader = _Reader(known, (scope, *outer), {})
        # DuckDB lets a later column of a list name an earlier one.
        reader.earlier = columns
        name = projection.alias_or_name
        # Later parts of a union go by place, so two columns of one name, or of none, stay two.
        columns[name if name and name not in columns else f"{name}?{len(columns)}"] = reader.read(projection)
    return Relation(columns=columns, found=frozenset(found))


def _named_so_far(query: exp.Select) -> dict[str, exp.Expr]:
    """What a query selects, by its alias: WHERE, GROUP BY and QUALIFY may name it."""
    return {one.alias: one.this for one in query.expressions if isinstance(one, exp.Alias)}


def _sources(query: exp.Select, known: Known, outer: tuple[_Scope, ...]) -> tuple[dict[str, Relation], set[str]]:
    """What a query reads, by alias, and the columns by which its rows are found.

    A row that an outer join may not find is there all the same: by what it looks for, its columns are decided.
    """
    scope: dict[str, Relation] = {}
    found: set[str] = set()
    origin = query.args.get("from_") or query.args.get("from")
    if origin is not None:
        alias, relation = _source(origin.this, known, (scope, *outer))
        scope[alias] = relation
        found |= relation.found
    for join in query.args.get("joins") or ():
        alias, relation = _source(join.this, known, (scope, *outer))
        scope[alias] = relation
        on = join.args.get("on")
        by = _Reader(known, (scope, *outer), {}).read(on).all if on is not None else frozenset[str]()
        side = str(join.args.get("side") or "").upper()
        if side in ("LEFT", "FULL"):
            scope[alias] = _decided(relation, by | relation.found)
        else:
            found |= by | relation.found
        if side == "FULL":
            scope |= {other: _decided(one, by) for other, one in scope.items() if other != alias}
    return scope, found


def _decided(relation: Relation, by: frozenset[str]) -> Relation:
    return Relation(columns={name: use | Use(decides=by) for name, use in relation.columns.items()})


def _source(source: exp.Expr, known: Known, scopes: tuple[_Scope, ...]) -> tuple[str, Relation]:
    if isinstance(source, exp.Lateral):
        source = source.this
    if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
        if source.name not in known.relations:
            raise MappingError(f"a mapping reads `{source.name}`, which it neither declares nor makes")
        return source.alias_or_name, known.relations[source.name]
    if isinstance(source, exp.Subquery):
        return source.alias_or_name, _query(source, known, scopes)
    raise MappingError(
        f"a mapping reads from `{source.sql('duckdb')[:60]}`, of which nobody can say what it is made of"
    )


@dataclass(slots=True)
class _Reader:
    """Reads what is behind an expression.

    Attributes:
        known: relations and macros.
        scopes: what columns may be of, the nearest first.
        aliases: what the query selects, where the expression may name it.
        earlier: what it selected so far, the same.
        given: what stands for the parameters, within a macro.
    """

    known: Known
    scopes: tuple[_Scope, ...]
    aliases: Mapping[str, exp.Expr]
    earlier: Mapping[str, Use] = field(default_factory=dict[str, Use])
    given: Mapping[str, Use] = field(default_factory=dict[str, Use])

    def read(self, node: exp.Expr) -> Use:
        """What is behind it."""
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Case):
            return self._case(node)
        if isinstance(node, exp.If):
            return self.read(node.this).deciding | self._all([node.args.get("true"), node.args.get("false")])
        if isinstance(node, exp.Window):
            deciding = self._all([*(node.args.get("partition_by") or ()), node.args.get("order")])
            return self.read(node.this) | deciding.deciding
        if isinstance(node, (exp.Filter, *_PICKING)):
            return self.read(node.this) | self.read(node.args["expression"]).deciding
        if isinstance(node, exp.Query):
            return self._inner(node)
        if isinstance(node, exp.Anonymous) and node.name.lower() in self.known.macros:
            return self._macro(self.known.macros[node.name.lower()], node.expressions)
        return self._all(node.iter_expressions())

    def _all(self, nodes: Iterable[exp.Expr | None]) -> Use:
        used = Use()
        for node in nodes:
            used |= Use() if node is None else self.read(node)
        return used

    def _case(self, node: exp.Case) -> Use:
        conditions = [node.this, *(branch.this for branch in node.args["ifs"])]
        results = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
        return self._all(conditions).deciding | self._all(results)

    def _inner(self, node: exp.Expr) -> Use:
        """A query that stands for a value, or for the values among which one must be."""
        inner = _query(node, self.known, ({"": Relation(columns=self.given)}, *self.scopes))
        return self._all_of(inner.columns.values()) | Use(decides=inner.found)

    @staticmethod
    def _all_of(uses: Iterable[Use]) -> Use:
        used = Use()
        for one in uses:
            used |= one
        return used

    def _macro(self, macro: _Macro, arguments: Sequence[exp.Expr]) -> Use:
        given = dict(zip(macro.parameters, map(self.read, arguments), strict=True))
        return _Reader(self.known, (), {}, given=given).read(macro.body)

    def _column(self, node: exp.Column) -> Use:
        # `alias.column.part` names a part of a column that holds several values.
        of, name = (node.db, node.table) if node.db else (node.table, node.name)
        if not of and name.lower() in self.given:
            return self.given[name.lower()]
        for scope in self.scopes:
            for alias, relation in scope.items():
                if (of or alias) == alias and name in relation.columns:
                    return relation.columns[name]
        if not of and name in self.earlier:
            return self.earlier[name]
        if not of and name in self.aliases:
            return _Reader(self.known, self.scopes, {}).read(self.aliases[name])
        raise MappingError(f"a mapping names the column `{node.sql('duckdb')}`, which nothing that it reads has")


def raw_relation(table: str, columns: Iterable[str]) -> Relation:
    """A table of the source as a mapping sees it: its columns, and the place of each row."""
    names = ("source_table", "source_row", *columns)
    return Relation(columns={name: Use(gives=frozenset({f"{table}.{name}"})) for name in names})


def _statements(text: str) -> Iterator[exp.Expr]:
    for statement in sqlglot.parse(text, read="duckdb"):
        if statement is not None:
            yield statement
