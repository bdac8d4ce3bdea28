"""Where what somebody sees came from: delivery, file, row, columns and mapping, as far as they may see it (ADR 37)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen, View
from watchroom.gate.see import SeenRow, entity_rows
from watchroom.ingest.column_lineage import EntityLineage, FieldLineage, lineage_of
from watchroom.model.catalogue import BASE_COLUMNS, Catalogue, Entity

# So many versions are looked through for the one that gave a value which stayed.
_VERSIONS_AT_MOST = 50
_BEFORE = timedelta(microseconds=1)
# The columns of the batch that gave a row, by what they are of a delivery.
_GAVE = {
    "batch": "batch_id",
    "as_at": "as_at",
    "dated_by": "dated_by",
    "sealed_at": "sealed_at",
    "sequence": "seq",
}
UNRELIABLE = "unreliable_date"
KEPT = "kept_from_earlier"
DRIFTED = "drift."
"""What a flag begins with that says how the source no longer gives the columns behind a field."""
PLACED = "as_person"
"""It is not the source's: the row stands where the person of another source does."""
_OF_PERSON = frozenset({"site_code", "unit_code", "is_restricted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The batch that gave a version of a row.

    Attributes:
        batch: its id.
        source: name of the source.
        kind: of the source, as `files`; None: nobody knows.
        as_at: instant of the extract; dated_by: how that is known.
        sealed_at: when it became known; sequence: in the order of all that became known.
    """

    batch: UUID
    source: str
    kind: str | None
    as_at: datetime | None
    dated_by: str | None
    sealed_at: datetime | None
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """The mapping that made a version.

    Attributes:
        name: None: it was made by none.
        version: None: it is not known.
        lineage: digest of its column lineage, as it was then; None: it is not known.
        is_present: the columns that are told are those of that lineage, and not of a later one.
    """

    name: str | None
    version: str | None
    lineage: str | None
    is_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row of a source stands.

    Attributes:
        file: its name in the delivery.
        table: of the source, as the mapping names it.
        row: its number in the file.
        first_batch: the earlier batch with the same bytes, which holds the raw rows; None: this one does.
        delivery: that the file is of; None: the one that gave the version of the row. Another one is, where a batch of
            its own has changed some values since: the decision of a code.
    """

    file: str
    table: str | None
    row: int | None
    first_batch: UUID | None
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawColumn:
    """One column of a raw row: its value as the source gave it, where the asker may see it."""

    name: str
    value: str | None
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What is behind one field of the row.

    Attributes:
        field: its name.
        lineage: columns and code list; None: the mapping does not fill it, or nobody knows what it reads.
        is_shown: the asker sees it, and whole; of another one nothing is told of this row.
        flags: codes of what is to be known of its value, sorted.
        given_by: the earlier delivery whose value stays; None: the delivery of the row gave it, or it is not known.
    """

    field: str
    lineage: FieldLineage | None
    is_shown: bool
    flags: tuple[str, ...] = ()
    given_by: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one visible row came from.

    Attributes:
        delivery: the batch that gave this version of it.
        made_by: the mapping.
        place: of the row that it speaks from; None: it came from no file, or was loaded before places were kept.
        raw: its columns, or those behind the one field; None: there is no raw row, or none to be shown.
        erased_at: when the raw rows of the file were erased; machine time.
        tables, found: tables whose rows become such records, and columns that decide which there are.
        fields: that were asked for.
        row: the row as `see` shows it, of the fields that were asked for.
    """

    delivery: Delivery
    made_by: MadeBy
    place: Place | None
    raw: tuple[RawColumn, ...] | None
    erased_at: datetime | None
    tables: tuple[str, ...]
    found: tuple[str, ...]
    fields: tuple[Behind, ...]
    row: SeenRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A value of which somebody asks where it came from.

    Attributes:
        entity, row_id: of the row.
        field: of the entity; None: every field.
        as_of: timezone-aware; None: the present.
    """

    entity: str
    row_id: UUID
    field: str | None = None
    as_of: datetime | None = None


def lineage(gate: Gate, asker: Asker, *, sought: Sought, purpose: str) -> Seen[Origin | None] | Refused:
    """Where a row that the asker may see came from, recorded as a read of it; None: hidden, or not there.

    Args:
        gate: the door.
        asker: who asks.
        sought: what.
        purpose: dotted name.
    """
    entity = gate.model.entities.get(sought.entity)
    if entity is None:
        return gate.refuse(asker, purpose=purpose, what="lineage", code="unknown_entity")
    field = None if sought.field is None else field_named(entity, sought.field)
    if sought.field is not None and field is None:
        return gate.refuse(asker, purpose=purpose, what="lineage", code="unknown_field")
    wanted = fields_of(entity) if field is None else (field,)
    return gate.read(
        asker,
        asked=Asked(
            purpose=purpose,
            act=Act.CONSULT,
            what=entity.name,
            as_of=sought.as_of,
            detail={"lineage": "row" if field is None else field},
        ),
        look=lambda view: origin(view, entity, sought.row_id, wanted=wanted, model=gate.model),
    )


def fields_of(entity: Entity) -> tuple[str, ...]:
    """The fields of an entity that a source can fill: its key and its own."""
    return ("source_key", *entity.scoped_by, *(field.name for field in entity.fields))


def field_named(entity: Entity, name: str) -> str | None:
    """The field of that name; that of a code for the source's own value beside it; None: there is none."""
    companions = {field.source_value_name: field.name for field in entity.fields if field.source_value_name}
    found = companions.get(name, name)
    return found if found in {*fields_of(entity), *(column.name for column in BASE_COLUMNS)} else None


def origin(view: View, entity: Entity, row_id: UUID, *, wanted: Sequence[str], model: Catalogue) -> Origin | None:
    """Where a row came from; None: the view does not show it."""
    # INVARIANT: both are asked, whatever the first one gives: a hidden row and none cost the same.
    rows = entity_rows(view, entity.name, model=model, row_id=row_id)
    found = view.origin(entity.name, row_id)
    if not rows or found is None:
        return None
    row = rows[0]
    mapping = lineage_of(found["mapping"]) if found["mapping"] else None
    behind = None if mapping is None else mapping.entities.get(entity.name)
    is_present = mapping is not None and mapping.digest == found["lineage"]
    earlier = _earlier(view, found, entity=entity, wanted=wanted)
    fields = tuple(_behind(name, found, entity=behind, given_by=earlier.get(name)) for name in wanted)
    return Origin(
        delivery=_delivery(found),
        made_by=MadeBy(
            name=found["mapping"], version=found["mapping_version"], lineage=found["lineage"], is_present=is_present
        ),
        place=_place(found),
        raw=_raw(found, fields=fields if len(wanted) == 1 else None),
        erased_at=found["erased_at"],
        tables=() if behind is None else behind.tables,
        found=() if behind is None else behind.found,
        fields=fields,
        row={name: value for name, value in row.items() if _belongs(name, wanted)},
    )


def _belongs(column: str, wanted: Sequence[str]) -> bool:
    """Whether a column of a row shows one of the fields, or the source's own value of it."""
    return column in wanted or column.removesuffix("_source_value") + "_code" in wanted


def _behind(name: str, found: Mapping[str, Any], *, entity: EntityLineage | None, given_by: Delivery | None) -> Behind:
    lineage = None if entity is None else entity.fields.get(name)
    if name in found["withheld"]:
        return Behind(field=name, lineage=lineage, is_shown=False)
    flags = {UNRELIABLE} if name in (found["unreliable_dates"] or ()) else set[str]()
    flags |= {KEPT} if name in (found["kept"] or ()) else set()
    flags |= {PLACED} if found["is_placed"] and name in _OF_PERSON else set()
    columns = {place.partition(".")[2] for place in lineage.gives} if lineage is not None else set[str]()
    issues = zip(found["issue_fields"] or (), found["issue_codes"] or (), strict=True)
    flags |= {code for column, code in issues if column in columns}
    drifted = zip(found["drift_fields"] or (), found["drift_changes"] or (), strict=True)
    flags |= {f"{DRIFTED}{change}" for field, change in drifted if field == name}
    return Behind(field=name, lineage=lineage, is_shown=True, flags=tuple(sorted(flags)), given_by=given_by)


def _earlier(view: View, found: Mapping[str, Any], *, entity: Entity, wanted: Sequence[str]) -> Mapping[str, Delivery]:
    """The deliveries whose values stay, by field; of another the value is this one's own, or it is hidden whose it is.

    The versions before are gone through once, whatever the number of fields.
    """
    sought = {name for name in wanted if name in (found["kept"] or ())} - set(found["withheld"])
    givers: dict[str, Delivery] = {}
    version: Mapping[str, Any] | None = found
    for _ in range(_VERSIONS_AT_MOST):
        if not sought or version is None or version["sealed_at"] is None:
            break
        version = view.at(version["sealed_at"] - _BEFORE).origin(entity.name, found["id"])
        if version is not None:
            sought -= set(version["withheld"])
            given = sought - set(version["kept"] or ())
            givers |= dict.fromkeys(given, _delivery(version))
            sought -= given
    return givers


def _delivery(found: Mapping[str, Any]) -> Delivery:
    return Delivery(
        batch=found["batch_id"],
        source=found["source_system"],
        kind=found["source_kind"],
        as_at=found["as_at"],
        dated_by=found["dated_by"],
        sealed_at=found["sealed_at"],
        sequence=found["seq_from"],
    )


def _place(found: Mapping[str, Any]) -> Place | None:
    if found["file"] is None:
        return None
    is_own = found["gave_batch_id"] == found["batch_id"]
    gave = {"source": found["source_system"], "kind": found["source_kind"]}
    return Place(
        file=found["file"],
        table=found["table_name"],
        row=found["row"],
        first_batch=found["first_batch_id"],
        delivery=None if is_own else Delivery(**gave, **{name: found[f"gave_{key}"] for name, key in _GAVE.items()}),
    )


def _raw(found: Mapping[str, Any], *, fields: Sequence[Behind] | None) -> tuple[RawColumn, ...] | None:
    """The columns of the raw row; of some fields only those that are behind them."""
    if not found["is_there"]:
        return None
    places = None if fields is None else {place for one in fields if one.lineage for place in one.lineage.all}
    return tuple(
        RawColumn(name=name, value=value, is_shown=is_shown)
        for name, value, is_shown in zip(found["columns"], found["values"], found["open"], strict=True)
        if places is None or f"{found['table_name']}.{name.upper()}" in places
    )
