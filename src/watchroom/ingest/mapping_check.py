"""Whether a mapping that an agency wrote may run: what it declares, reads, makes and calls.

What is not known to be harmless is refused: a function that is not on the list, a statement of another kind, a table
that is not declared. Only what passes all of that is run, over empty tables, in a DuckDB that reaches nothing.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from watchroom.ingest.issues import MEANINGS
from watchroom.ingest.lineage import readings_beneath, source_columns
from watchroom.ingest.mapping import Mapping as SourceMapping
from watchroom.ingest.mapping import MappingError, macros
from watchroom.ingest.mapping_files import PACKAGE
from watchroom.ingest.values import LEAVES_REST, values_of
from watchroom.model.catalogue import NO_LONGER_REPORTED, Catalogue, Entity, FieldKind
from watchroom.model.code_lists import code_list, code_list_names
from watchroom.store.staging import key_name

# What a mapping may call beside the macros, as sqlglot names it. Nothing of it reads a file, a setting, a network or
# the machine's clock, nothing draws lots, and nothing runs text as SQL.
FUNCTIONS = frozenset(files(PACKAGE).joinpath("functions.txt").read_text(encoding="utf-8").split())
_MADE: Mapping[str, tuple[str, ...]] = {"macros": ("MACRO",), "prelude": ("TABLE", "MACRO", "VIEW")}
# What the mapper keeps beside the mapping's tables. A mapping may read the first two of rolls, and make none of them.
_OF_ROLLS = frozenset({"turn", "earlier_roll"})
_RESERVED = _OF_ROLLS | {"crosswalk", "fate", "finding", "given", "lost", "mapped", "refused", "source_file"}
_RESERVED_STEMS = ("raw_", "typed_", "unexplained_", "unread_")
_VARIABLES = frozenset({"zone", "extract_at", "default_instants"})
_OF_FINDINGS = ["source_table", "source_row", "field", "code"]
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Why a mapping may not run.

    Attributes:
        file: of its folder.
        message: what is wrong and what to do.
    """

    file: str
    message: str

    def as_json(self) -> dict[str, object]:
        """The flaw for a JSON document."""
        return {"file": self.file, "message": self.message}


def require_sound(mapping: SourceMapping, model: Catalogue) -> None:
    """Nothing, unless a mapping of an agency's own may not run. Ours are held by tests.

    Raises:
        MappingError: it may not, with the first reason.
    """
    for flaw in flaws_of(mapping, model) if mapping.is_own else ():
        raise MappingError(
            f"mapping `{mapping.kind}` may not run: `{flaw.file}`: {flaw.message}; `watchroom mapping check` tells all"
        )


def flaws_of(mapping: SourceMapping, model: Catalogue) -> tuple[Flaw, ...]:
    """Everything that can be said against a mapping without running it; of several kinds only the first."""
    # What sqlglot does not know it reads as a command, and says so at length; it is refused here.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    parsed: dict[str, tuple[exp.Expr, ...]] = {}
    found = list(_declared(mapping, model))
    for file, text in _texts(mapping).items():
        try:
            parsed[file] = _parsed(text)
        except SqlglotError:
            found.append(
                Flaw(file=f"{file}.sql", message="this is no SQL that can be read; run it in DuckDB to see where")
            )
    for looked in (_kinds, _strange, _selected):
        found = found or list(looked(mapping, model, parsed))
    return tuple(found)


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[exp.Expr, ...]:
    return tuple(one for one in sqlglot.parse(text, read="duckdb") if one is not None)


def _texts(mapping: SourceMapping) -> Mapping[str, str]:
    parts = {"macros": mapping.macros, "prelude": mapping.prelude, "findings": mapping.findings}
    asked = {f"when {entity}": text for entity, text in mapping.when.items()}
    asked |= {} if mapping.messages is None else mapping.messages.queries
    return {file: text for file, text in parts.items() if text.strip()} | asked | dict(mapping.entities)


def _declared(mapping: SourceMapping, model: Catalogue) -> Iterator[Flaw]:
    """What `mapping.toml` and `crosswalk.csv` say that cannot be meant."""
    flaw = _in("mapping.toml")
    if not mapping.entities:
        yield flaw("the mapping makes nothing; write `ENTITY.sql` for an entity of the model")
    for entity in sorted(mapping.entities.keys() - model.entities.keys()):
        yield Flaw(
            file=f"{entity}.sql", message="the model has no such entity; name one, or `watchroom model apply` it"
        )
    taken = {rule.name: rule for rule in mapping.taken()}
    for rule in taken.values():
        for name in (rule.name, *rule.columns):
            if not _CAPITALS.match(name):
                yield flaw(f"`{name}` is to be in capitals, digits and underscores, as it is compared")
        # Rows of messages are told apart by the message.
        if not rule.key and mapping.messages is None:
            yield flaw(f"table `{rule.name}` has no key; say which columns together stand once, as `key = [...]`")
        if rule.link is not None and rule.link not in rule.columns:
            yield flaw(f"`link` of table `{rule.name}` names no column of it")
    yield from _of_messages(mapping, model)
    made_at = mapping.messages.made_at if mapping.messages else None
    for table, column in (*mapping.registers.values(), *mapping.stamped, *([made_at] if made_at else [])):
        if table not in taken or column not in taken[table].columns:
            yield flaw(f"`{table}.{column}` of `registers`, `stamped` or `made_at` is no column that is taken")
    for rule in mapping.references:
        fields = model.entities[rule.target].fields if rule.target in model.entities else ()
        if not any(field.name == rule.by and field.identifies for field in fields):
            yield flaw(f"`{rule.by}` is no field that identifies a `{rule.target}`; the dictionary marks those that do")
        if rule.makes and rule.target not in mapping.entities:
            yield flaw(f'`missing = "make"` needs `{rule.target}.sql`, which makes what no other source has')
    for name in dict.fromkeys((*mapping.registers, *(listed for listed, _, _ in mapping.codes))):
        if name not in code_list_names():
            yield flaw(f"there is no code list `{name}`, of `registers` or `crosswalk.csv`")
        elif any(code not in code_list(name).codes for listed, _, code in mapping.codes if listed == name):
            yield Flaw(
                file="crosswalk.csv", message=f"a line gives a code that list `{name}` does not have; correct it"
            )


def _of_messages(mapping: SourceMapping, model: Catalogue) -> Iterator[Flaw]:
    """What a mapping says of records that messages no longer name, or take back, and does not make."""
    flaw, messages = _in("mapping.toml"), mapping.messages
    for entity in () if messages is None else (*messages.reported, *messages.withdrawn):
        if entity not in mapping.entities:
            yield flaw(f"`{entity}` of `reported` or `withdrawn` is no entity that the mapping makes")
    for entity in () if messages is None else messages.reported:
        fields = model.entities[entity].fields if entity in model.entities else ()
        if NO_LONGER_REPORTED not in {field.name for field in fields}:
            yield flaw(f"`{entity}` of `reported` has no field `{NO_LONGER_REPORTED}`, so nothing could be noted")


def _kinds(_: SourceMapping, __: Catalogue, parsed: Mapping[str, Sequence[exp.Expr]]) -> Iterator[Flaw]:
    """Statements of a kind that may not stand where they do."""
    for file, statements in parsed.items():
        flaw, may = _in(f"{file}.sql"), _MADE.get(file)
        if may is None:
            if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.SetOperation):
                yield flaw("one query, and nothing else, is to stand here")
            continue
        for statement in statements:
            if not isinstance(statement, exp.Create) or statement.args.get("kind") not in may:
                yield flaw(f"only {' and '.join(f'`create {kind.lower()}`' for kind in may)} may stand here")
            elif not _is_free(_named(statement)):
                yield flaw(f"`{_named(statement)}` is taken; give what is made here another name, in lower case")


def _is_free(name: str) -> bool:
    return name.islower() and name not in _RESERVED and not name.startswith(_RESERVED_STEMS)


def _named(statement: exp.Expr) -> str:
    named = statement.this.find(exp.Table) if isinstance(statement, exp.Create) else None
    return "" if named is None else named.name


def _strange(mapping: SourceMapping, _: Catalogue, parsed: Mapping[str, Sequence[exp.Expr]]) -> Iterator[Flaw]:
    """Tables, columns, functions and variables that a mapping may not name."""
    made = {_named(one) for file in _MADE for one in parsed.get(file, ())}
    taken = mapping.taken()
    tables = {rule.name for rule in taken} | made | {"crosswalk"} | (_OF_ROLLS if mapping.snapshot else set[str]())
    tables |= {f"known_{one.entity}" for one in (mapping.messages.known if mapping.messages else ())}
    columns = {column for rule in taken for column in rule.columns}
    functions = FUNCTIONS | made | _shared()
    for file, statements in parsed.items():
        flaw = _in(f"{file}.sql")
        named = {node.alias for one in statements for node in one.find_all(exp.CTE)}
        for node in (node for one in statements for node in one.walk()):
            if isinstance(node, exp.Table) and not isinstance(node.this, exp.Func):
                if node.args.get("db") or node.name not in tables | named:
                    yield flaw(f"table `{node.sql('duckdb')}` is not declared; take it in `mapping.toml`")
            elif isinstance(node, exp.Column) and node.name.isupper() and node.name not in columns:
                yield flaw(f"column `{node.name}` is not declared; take it in `mapping.toml`")
            elif isinstance(node, exp.Command | exp.Parameter | exp.Placeholder):
                yield flaw("a statement, or a place for a value, that a mapping may not hold")
            elif isinstance(node, exp.Func):
                name = _function(node)
                if name not in functions:
                    yield flaw(f"function `{name}` is not one that a mapping may call")
                elif name == "getvariable" and not _is_given(node):
                    yield flaw(f"`getvariable` gives {', '.join(sorted(_VARIABLES))}, and nothing else")


def _function(node: exp.Func) -> str:
    is_named = isinstance(node, exp.Anonymous | exp.AnonymousAggFunc)
    return (node.name if is_named else node.sql_name()).lower()


def _is_given(call: exp.Func) -> bool:
    (asked, *more) = call.expressions or [None]
    return not more and isinstance(asked, exp.Literal) and asked.name in _VARIABLES


def _selected(mapping: SourceMapping, model: Catalogue, _: Mapping[str, Sequence[exp.Expr]]) -> Iterator[Flaw]:
    """What a mapping makes that the model does not have, and values of which nobody could say whose they are."""
    for name, text in mapping.entities.items():
        try:
            selected = tuple(source_columns(text))
            given = {value.name for value in values_of(model.entity(name), selected)}
            readings_beneath(text)
        except (MappingError, ValueError) as fault:
            yield Flaw(file=f"{name}.sql", message=str(fault))
            continue
        yield from _needed(model.entity(name), given=given) if LEAVES_REST not in selected else ()
    if mapping.prelude:
        try:
            readings_beneath(mapping.prelude)
        except MappingError as fault:
            yield Flaw(file="prelude.sql", message=str(fault))
    if mapping.findings and list(source_columns(mapping.findings)) != _OF_FINDINGS:
        yield Flaw(file="findings.sql", message=f"the query is to select {', '.join(_OF_FINDINGS)}, in that order")
    for text in _literals(mapping.findings):
        if text.islower() and text.isidentifier() and text not in MEANINGS:
            yield Flaw(
                file="findings.sql", message=f"`{text}` is no code of an issue; the codes: {', '.join(MEANINGS)}"
            )


def _needed(entity: Entity, *, given: AbstractSet[str]) -> Iterator[Flaw]:
    """What a record cannot be without and the mapping does not give: every row would be held back."""
    for field in entity.fields:
        column = key_name(field) if field.kind is FieldKind.REFERENCE else field.name
        if field.required and column not in given:
            message = f"`{column}` is needed of every row, and is not selected; without it each of them is held back"
            yield Flaw(file=f"{entity.name}.sql", message=message)


def _literals(findings: str) -> Iterator[str]:
    """The codes that a query of findings gives: the literals of its last columns."""
    for statement in _parsed(findings):
        for select in statement.find_all(exp.Select):
            last = select.expressions[-1] if len(select.expressions) == len(_OF_FINDINGS) else None
            said = last.this if isinstance(last, exp.Alias) else last
            if isinstance(said, exp.Literal) and said.is_string:
                yield said.name


@cache
def _shared() -> frozenset[str]:
    """The macros that all mappings share."""
    return frozenset(_named(one) for one in _parsed(macros()))


def _in(file: str) -> Callable[[str], Flaw]:
    return lambda message: Flaw(file=file, message=message)
