"""By which columns the rows of a mapping are somebody's, kept with the batches that it made: it outlives its files.

An agency changes its own mappings and takes them away. Whose the rows are that an earlier version took, that version
said, and only it knows. So what it said is kept once for each digest, and erasure reads that and no file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from watchroom.ingest.lineage import record_key
from watchroom.ingest.mapping import About, NameColumn
from watchroom.ingest.mapping import Mapping as SourceMapping
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "erased.sql")
# INVARIANT: what is kept is run by the owner of the tables, so a key is columns that are put together and nothing else.
_OF_A_KEY = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Paren),
    *(exp.DPipe, exp.Concat, exp.Coalesce, exp.Trim, exp.Upper, exp.Lower),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNaming:
    """Whose the rows of a mapping are, and how the keys of records are made of them.

    Attributes:
        about: by which columns a row is somebody's.
        keys: table -> entity -> SQL of the key, on the columns of the table; of a record that has none it is left out.
    """

    about: About
    keys: Mapping[str, Mapping[str, str]]


def naming_of(mapping: SourceMapping) -> RowNaming | None:
    """What a mapping says; None: it says nothing of whose its rows are."""
    if mapping.about is None:
        return None
    keys: dict[str, dict[str, str]] = {}
    for rule in mapping.taken():
        for entity in mapping.fed_by(rule.name):
            key = record_key(mapping.entities[entity], rule)
            if key is not None:
                keys.setdefault(rule.name, {})[entity] = key
    return RowNaming(about=mapping.about, keys=keys)


def keep_naming(connection: Connection, mapping: SourceMapping) -> None:
    """Keep what a mapping says, once for each digest, in the transaction of a batch that it makes, as loader."""
    given = {"mapping_digest": mapping.version.digest}
    row = connection.execute(_QUERIES["has_naming"].text, given).fetchone()
    if row == (True,):
        return
    naming = naming_of(mapping)
    if naming is not None:
        connection.execute(_QUERIES["keep_naming"].text, {**given, "naming": json.dumps(_said(naming))})


def kept_namings(connection: Connection, digests: Sequence[str]) -> dict[str, RowNaming]:
    """What the mappings of these digests said, as far as it was kept, as loader or owner."""
    rows = connection.execute(_QUERIES["kept_namings"].text, {"digests": list(digests)})
    return {digest: _read(said) for digest, said in rows}


def key_on_fields(key: str, header: Sequence[str]) -> LiteralString | None:
    """The SQL of a key on the fields of raw rows as PostgreSQL keeps them; None: it is not made of columns alone.

    >>> key_on_fields("BOOK || '/' || SEQ", ["BOOK", "SEQ"])
    "raw.fields[1] || '/' || raw.fields[2]"
    >>> key_on_fields("pg_read_file(BOOK)", ["BOOK"])
    """

    def field(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        return exp.var(f"raw.fields[{header.index(node.name) + 1}]") if node.name in header else exp.null()

    try:
        parsed = sqlglot.parse_one(key, read="duckdb")
    except SqlglotError:
        return None
    if not all(isinstance(node, _OF_A_KEY) for node in parsed.walk()):
        return None
    # Made of names of columns, literals and numbers.
    return cast(LiteralString, parsed.transform(field).sql("postgres").replace("%", "%%"))


def _said(naming: RowNaming) -> dict[str, Any]:
    about = naming.about
    return {
        "columns": [
            {"kind": one.kind, "table": one.table, "column": one.column, "when": one.when} for one in about.columns
        ],
        "passes": sorted(about.passes),
        "keys": naming.keys,
    }


def _read(said: Mapping[str, Any]) -> RowNaming:
    columns = tuple(
        NameColumn(
            kind=one["kind"],
            table=one["table"],
            column=one["column"],
            when=None if one["when"] is None else (one["when"][0], one["when"][1]),
        )
        for one in said["columns"]
    )
    passes = frozenset((table, column) for table, column in said["passes"])
    return RowNaming(about=About(columns=columns, passes=passes), keys=said["keys"])
