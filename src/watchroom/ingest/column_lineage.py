"""The column lineage of a mapping, as it was derived from its SQL when it was written; nothing is parsed here.

`tools/write_reference.py` writes it (`lineage_writing`), and a test says when it is not that of the SQL any more.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from uuid import UUID

from watchroom.ingest.mapping_files import PACKAGE
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.store.database import Connection

FILE = "lineage.json"
_QUERIES = load_queries("watchroom.ingest", "lineage.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLineage:
    """What is behind one field of an entity.

    Attributes:
        gives: columns of the source, as `TABLE.COLUMN`, whose value it is or goes into it.
        decides: columns that pick it, order it, or find the row that it is of.
        code_list: whose crosswalk makes the code of the source's value; None: it is no code.
        goes_on: what an earlier delivery left goes into it.
    """

    gives: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    code_list: str | None = None
    goes_on: bool = False

    @property
    def all(self) -> tuple[str, ...]:
        """Every column that is behind it."""
        return (*self.gives, *self.decides)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLineage:
    """What is behind the records of an entity.

    Attributes:
        tables: whose rows become its records.
        found: columns that decide which records there are at all.
        fields: by name; a code's is that of the source's value beside it too.
    """

    tables: tuple[str, ...]
    found: tuple[str, ...]
    fields: Mapping[str, FieldLineage]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """One column of a table whose rows become records of an entity, and one field that it is behind.

    The column is empty where the field is the mapping's own: no column is behind it.
    """

    table: str
    column: str
    entity: str
    field: str
    is_given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingLineage:
    """The column lineage of a mapping.

    Attributes:
        digest: of what it says, twelve hexadecimal digits.
        entities: by name.
    """

    digest: str
    entities: Mapping[str, EntityLineage]

    def uses(self) -> Iterator[ColumnUse]:
        """Each column of the tables that records are made of with each field that it is behind, each pair once."""
        for name, entity in self.entities.items():
            for field, behind in entity.fields.items():
                if not behind.all:
                    yield from (
                        ColumnUse(table=table, column="", entity=name, field=field, is_given=False)
                        for table in entity.tables
                    )
                for place in dict.fromkeys(behind.all):
                    table, column = place.split(".")
                    if table in entity.tables:
                        is_given = place in behind.gives
                        yield ColumnUse(table=table, column=column, entity=name, field=field, is_given=is_given)


def digest_of(entities: Mapping[str, Any]) -> str:
    """The digest of what a lineage says."""
    return sha256(json.dumps(entities, sort_keys=True).encode()).hexdigest()[:12]


@cache
def lineage_of(mapping: str) -> MappingLineage | None:
    """The column lineage of the mapping of that name; None: nobody has derived it."""
    file = files(PACKAGE).joinpath(mapping, FILE)
    if not mapping.isidentifier() or not file.is_file():
        return None
    said: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return MappingLineage(digest=digest_of(said), entities={name: _entity(one) for name, one in said.items()})


def keep_lineage(connection: Connection, *, batch_id: UUID, mapping: str, model: Catalogue) -> None:
    """Enter by which lineage a batch is made, and the lineage where it was not entered before; as loader."""
    lineage = lineage_of(mapping)
    if lineage is None:
        return
    row = connection.execute(
        _QUERIES["tell_lineage"].text, {"batch_id": batch_id, "lineage": lineage.digest}
    ).fetchone()
    if row is not None and row[0]:
        return
    uses = tuple(lineage.uses())
    connection.execute(
        _QUERIES["enter_uses"].text,
        {
            "lineage": lineage.digest,
            "tables": [use.table for use in uses],
            "columns": [use.column for use in uses],
            "entities": [use.entity for use in uses],
            "fields": [use.field for use in uses],
            "given": [use.is_given for use in uses],
            "sensitivities": [_sensitivity(use, model) for use in uses],
        },
    )


def _sensitivity(use: ColumnUse, model: Catalogue) -> str | None:
    entity = model.entities.get(use.entity)
    fields = () if entity is None else entity.fields
    return next((field.sensitivity.value for field in fields if field.name == use.field), None)


def _entity(said: Mapping[str, Any]) -> EntityLineage:
    return EntityLineage(
        tables=tuple(said["tables"]),
        found=tuple(said["found"]),
        fields={
            name: FieldLineage(
                gives=tuple(one.get("gives", ())),
                decides=tuple(one.get("decides", ())),
                code_list=one.get("code_list"),
                goes_on=one.get("goes_on", False),
            )
            for name, one in said["fields"].items()
        },
    )
