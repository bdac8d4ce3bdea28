"""The catalogue: the compiled form of the LinkML schema, which everything derived from the model reads.

`catalogue.json` beside this file is written by `tools/compile_model.py` and checked in; a test compiles it
again and compares. Nothing at run time needs LinkML.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from watchroom.kernel.errors import NotFoundError


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    CODE = "code"
    REFERENCE = "reference"
    GEOMETRY = "geometry"


class Sensitivity(StrEnum):
    """How a field hurts when it leaks."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL_CATEGORY = "special_category"
    CRIMINAL = "criminal"
    INTELLIGENCE = "intelligence"


# In bytes. A row with a longer one is held back whole: a text that is cut says something else than its source.
LONGEST_TEXT = 4_000
LONGEST_FREE_TEXT = 64_000
# What the source calls a row by: PostgreSQL keeps no longer one in an index, and one such row may not stop a delivery.
LONGEST_KEY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One declared field of an entity, without the base fields that every row has.

    Attributes:
        name: snake_case, the word of the field.
        kind: what it holds; a CODE field `x_code` has a companion column `x_source_value`.
        description: one sentence.
        required: a source row without it cannot become a record.
        code_list: name of the code list, for CODE.
        target: name of the entity, for REFERENCE.
        sensitivity: what a leak would be.
        change_category: drives "changed since the last shift"; None: a change of it is not news.
        free_text: may hold anything about anybody.
        health: tells of a person's health beyond the instruction that staff need.
        default_instant: a value equal to the extract's own instant is a default of the source, not a fact.
        identifies: systems that know the same thing hold the same value of it, but for blanks and capitals; a mapping
            may find rows of other sources by it.
        niem: path in NIEM 6.0, where one is known.
        fhir: path in FHIR R4, such as `Patient.birthDate`, where one is known.
    """

    name: str
    kind: FieldKind
    description: str
    required: bool = False
    code_list: str | None = None
    target: str | None = None
    sensitivity: Sensitivity = Sensitivity.NONE
    change_category: str | None = None
    free_text: bool = False
    health: bool = False
    default_instant: bool = False
    identifies: bool = False
    niem: str | None = None
    fhir: str | None = None

    @property
    def longest(self) -> int:
        """The longest text that a row may give, in bytes of UTF-8: more for free text and for shapes on a map."""
        return LONGEST_FREE_TEXT if self.free_text or self.kind is FieldKind.GEOMETRY else LONGEST_TEXT

    @property
    def source_value_name(self) -> str | None:
        """The companion column that keeps the source's own value, for a CODE field."""
        return self.name.removesuffix("_code") + "_source_value" if self.kind is FieldKind.CODE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One declared entity.

    Attributes:
        name: snake_case, singular; also the name of its table and of its view in an audience.
        description: one sentence: what one row is.
        domain: the schema file that declares it, such as `core`.
        about_person: rows carry `person_id` (or are persons) and so the subject of an audit entry.
        scoped_by: names of the denormalised scope columns that it carries: `site_code`, `unit_code` or none.
        retention: rule name.
        niem: path in NIEM 6.0, where one is known.
        fhir: resource of FHIR R4, where one is known.
        fields: in order; the scope columns are not among them.
    """

    name: str
    description: str
    domain: str
    about_person: bool
    scoped_by: tuple[str, ...]
    retention: str
    niem: str | None
    fields: tuple[Field, ...]
    fhir: str | None = None

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            NotFoundError: the entity has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise NotFoundError(f"entity `{self.name}` has no field `{name}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an entity's table, in order.

    Attributes:
        name: of the column.
        sql_type: PostgreSQL type.
        not_null: holds a value in every row.
        base: one of the fields that every row has (not the entity's own).
        field: the declared field that it comes from, if it does.
    """

    name: str
    sql_type: str
    not_null: bool = False
    base: bool = False
    field: Field | None = None


SQL_TYPES: Mapping[FieldKind, str] = {
    FieldKind.TEXT: "text",
    FieldKind.INTEGER: "bigint",
    FieldKind.NUMBER: "double precision",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.DATE: "date",
    FieldKind.INSTANT: "timestamptz",
    FieldKind.CODE: "text",
    FieldKind.REFERENCE: "uuid",
    FieldKind.GEOMETRY: "text",
}

# What every row has (design, section 3). `unreliable_dates` names the date fields whose value is the source's
# default and not a fact. `seq_from` is the sealed sequence of the batch that wrote this version.
BASE_COLUMNS: tuple[Column, ...] = (
    Column(name="id", sql_type="uuid", not_null=True, base=True),
    Column(name="agency_code", sql_type="text", not_null=True, base=True),
    Column(name="source_system", sql_type="text", not_null=True, base=True),
    Column(name="source_key", sql_type="text", not_null=True, base=True),
    Column(name="batch_id", sql_type="uuid", not_null=True, base=True),
    Column(name="valid_from", sql_type="timestamptz", base=True),
    Column(name="valid_to", sql_type="timestamptz", base=True),
    Column(name="recorded_from", sql_type="timestamptz", not_null=True, base=True),
    Column(name="seq_from", sql_type="bigint", not_null=True, base=True),
    Column(name="classification", sql_type="text", not_null=True, base=True),
    Column(name="sharing_restriction", sql_type="text", base=True),
    Column(name="realness", sql_type="text", not_null=True, base=True),
    Column(name="basis", sql_type="text", not_null=True, base=True),
    Column(name="subject_category", sql_type="text", base=True),
    Column(name="is_restricted", sql_type="boolean", not_null=True, base=True),
    Column(name="unreliable_dates", sql_type="text[]", not_null=True, base=True),
)

# A superseded version of a row also says until when it was the known one.
HISTORY_COLUMNS: tuple[Column, ...] = (
    Column(name="recorded_to", sql_type="timestamptz", not_null=True, base=True),
    Column(name="seq_to", sql_type="bigint", not_null=True, base=True),
)


# By identity: an entity is compared field by field, which costs more than making its columns. Keeping the entity
# beside them keeps its identity from being given to another one.
_COLUMNS: dict[int, tuple[Entity, tuple[Column, ...]]] = {}


NO_LONGER_REPORTED = "no_longer_reported_at"
"""The field of what feeds name: since which snapshot one of them no longer does; null while it is named."""


def columns_of(entity: Entity) -> tuple[Column, ...]:
    """The columns of the entity's current table: base, scope, then its own fields with their source values."""
    if id(entity) not in _COLUMNS:
        _COLUMNS[id(entity)] = (entity, _made_columns(entity))
    return _COLUMNS[id(entity)][1]


def _made_columns(entity: Entity) -> tuple[Column, ...]:
    scope = tuple(Column(name=name, sql_type="text", base=True) for name in entity.scoped_by)
    own: list[Column] = []
    for field in entity.fields:
        own.append(Column(name=field.name, sql_type=SQL_TYPES[field.kind], not_null=field.required, field=field))
        if field.source_value_name is not None:
            own.append(Column(name=field.source_value_name, sql_type="text", field=field))
    return (*BASE_COLUMNS, *scope, *own)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseField:
    """What one base or scope column says: its one sentence, and what each of its values means, where they are few."""

    name: str
    description: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptField:
    """One field of what is kept elsewhere.

    Attributes:
        kind: word of the range in `kept.yaml`.
        of: entity, or other thing kept elsewhere, that it points to.
    """

    name: str
    kind: str
    description: str
    required: bool
    of: str | None
    sensitivity: Sensitivity


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something that the platform keeps itself: no record of a source, and shown by clauses of no agreement.

    Attributes:
        kept_in: `schema.table`, or `file` and where; None: it is made anew each time that somebody asks.
        made_as: the class that is made; None: it is kept.
    """

    name: str
    description: str
    kept_in: str | None
    made_as: str | None
    about_person: bool
    fields: tuple[KeptField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The whole model.

    Attributes:
        version: of the model.
        base: the base and scope columns in words, by name.
        change_categories: what each kind of news is, by name.
        retention: what each rule of retention means, by name.
        domains: titles of what an agency adds, by its prefix; ours are named where they are shown.
        kept: what the platform keeps in tables of its own or makes anew, by name: no records.
        entities: by name, in an order in which every reference points to an earlier one (or to itself).
    """

    version: str
    base: Mapping[str, BaseField]
    change_categories: Mapping[str, str]
    entities: Mapping[str, Entity]
    retention: Mapping[str, str]
    domains: Mapping[str, str]
    kept: Mapping[str, Kept]

    def entity(self, name: str) -> Entity:
        """The entity of that name.

        Raises:
            NotFoundError: the model has no such entity.
        """
        try:
            return self.entities[name]
        except KeyError:
            near = get_close_matches(name, self.entities, n=1)
            meant = f"did you mean `{near[0]}`? " if near else ""
            raise NotFoundError(
                f"the model has no entity `{name}`; {meant}`watchroom model docs DIR --out FOLDER` lists those there"
                " are"
            ) from None


@cache
def catalogue() -> Catalogue:
    """The checked-in catalogue of this version."""
    return read_catalogue(files("watchroom.model").joinpath("catalogue.json").read_text(encoding="utf-8"))


def read_catalogue(text: str) -> Catalogue:
    """The catalogue that a JSON text holds (written by `tools/compile_model.py`)."""
    document: dict[str, Any] = json.loads(text)
    entities = [entity_of(entry) for entry in document["entities"]]
    return Catalogue(
        version=document["version"],
        base={entry["name"]: BaseField(**entry) for entry in document["base"]},
        change_categories=document["change_categories"],
        entities={entity.name: entity for entity in entities},
        retention=document["retention"],
        domains={},
        kept={entry["name"]: _kept(entry) for entry in document["kept"]},
    )


def _kept(entry: dict[str, Any]) -> Kept:
    own: dict[str, Any] = dict(entry)
    own["fields"] = tuple(_kept_field(one) for one in entry["fields"])
    return Kept(**own)


def _kept_field(entry: dict[str, Any]) -> KeptField:
    own: dict[str, Any] = dict(entry)
    own["sensitivity"] = Sensitivity(entry["sensitivity"])
    return KeptField(**own)


def entity_of(entry: dict[str, Any]) -> Entity:
    """The entity that an object of the catalogue says."""
    own: dict[str, Any] = dict(entry)
    own["scoped_by"] = tuple(entry["scoped_by"])
    own["fields"] = tuple(field_of(one) for one in entry["fields"])
    return Entity(**own)


def field_of(entry: dict[str, Any]) -> Field:
    """The field that an object of the catalogue says."""
    own: dict[str, Any] = dict(entry)
    own["kind"] = FieldKind(entry["kind"])
    own["sensitivity"] = Sensitivity(entry["sensitivity"])
    return Field(**own)
