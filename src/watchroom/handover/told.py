"""What a change is told with: the record as the asker may see it, and what its values are called."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.handover import rows
from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind
from watchroom.model.text import Coded, Param, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is needed to put changes in words.

    Attributes:
        model: of the node, with what its agency adds.
        places: id of a place of the unit -> what officers call it.
        people: id of a person of the unit -> place and name, as the asker may know them.
        arrived: people who came onto the unit since then, and when; None: that is not recorded.
        left: people who left it since then; when is not recorded.
        pending: id of a note -> the legal record that is not known to hold it.
        at: instant of the handover, by which everything told is known.
        zone: in which a day of the record is a day.
    """

    model: Catalogue
    places: Mapping[UUID, str]
    people: Mapping[UUID, str]
    arrived: Mapping[UUID, datetime | None]
    left: Collection[UUID]
    pending: Mapping[UUID, str]
    at: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change with its entity and the record after it, or before it ended.

    INVARIANT: a field that is not in `record` is withheld, or is one that no sentence says; one that is there without
    a value is not recorded.
    """

    row: rows.ChangeRow
    entity: Entity
    record: Mapping[str, object]

    def is_default(self, field_name: str) -> bool:
        """The value of the field is the source's default and not a fact."""
        return field_name in (self.row.unreliable_dates or ())

    @property
    def news_fields(self) -> Sequence[Field]:
        """The fields of which a change is news."""
        return [field for field in self.entity.fields if field.change_category is not None]

    @property
    def changed(self) -> Sequence[Field]:
        """The fields whose change is news: not of a date that is the source's default then and now.

        Where no code stands for what the source says, its own word is the value.
        """
        names = self.row.changed_fields
        return [
            field
            for field in self.news_fields
            if not self.is_default(field.name)
            and (field.name in names or (field.source_value_name in names and self.record.get(field.name) is None))
        ]

    @property
    def before(self) -> Mapping[str, object]:
        """The record before the change; a field whose old value the asker may not know is not in it."""
        texts = self.row.before or {}
        kept = {name: value for name, value in self.record.items() if name not in self.row.changed_fields}
        return (
            kept
            | {field.name: read_text(field, texts[field.name]) for field in self.entity.fields if field.name in texts}
            | {name: texts[name] for field in self.entity.fields if (name := field.source_value_name or "") in texts}
        )


def change_of(row: rows.ChangeRow, model: Catalogue) -> Change | None:
    """The change with its record; None where the asker may see nothing of that."""
    if row.record is None:
        return None
    entity = model.entity(row.entity)
    record: dict[str, object] = {**row.record}
    for field in entity.fields:
        value = record.get(field.name)
        if isinstance(value, str):
            record[field.name] = read_text(field, value)
    if row.other_person_id is not None:
        record["other_person_id"] = row.other_person_id
    return Change(row=row, entity=entity, record=record)


def read_text(field: Field, text: str | None) -> object:
    """A value of the field from its text, as the change feed has it."""
    if text is None:
        return None
    match field.kind:
        case FieldKind.INSTANT:
            return datetime.fromisoformat(text)
        case FieldKind.DATE:
            return date.fromisoformat(text)
        case FieldKind.INTEGER:
            return int(text)
        case FieldKind.BOOLEAN:
            return text in ("true", "t")
        case _:
            return text


def said(field: Field, record: Mapping[str, object], told: Told) -> Param:
    """What is said of a field of a record; of one that is withheld, that it is."""
    if field.name not in record:
        return Text("news.not_available")
    value = record[field.name]
    if field.kind is FieldKind.CODE:
        source_value = record.get(field.source_value_name or "")
        code = None if value is None else str(value)
        return Coded(
            code_list=field.code_list or "", code=code, source_value=None if source_value is None else str(source_value)
        )
    if field.kind is FieldKind.REFERENCE:
        return _reference(field, value, told)
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str | int | date | datetime) else None


def _reference(field: Field, value: object, told: Told) -> Param:
    if value is None:
        return None
    if field.target == "location":
        return told.places.get(UUID(str(value)), Text("news.place.elsewhere"))
    return told.people.get(UUID(str(value)), Text("page.name_withheld")) if field.target == "person" else None


def not_to_come(value: object, change: Change, zone: ZoneInfo) -> datetime | date | None:
    """The instant or day, where it is one and was not yet to come when the change became known."""
    known_at = change.row.recorded_at
    if isinstance(value, datetime):
        return value if value <= known_at else None
    if isinstance(value, date):
        return value if value <= known_at.astimezone(zone).date() else None
    return None


def latest(happened: datetime | date | None, recorded_at: datetime, zone: ZoneInfo) -> datetime:
    """The latest instant at which it can have happened: that itself, else the end of its day, UTC."""
    if happened is None or isinstance(happened, datetime):
        return happened or recorded_at
    end_of_day = datetime.combine(happened + timedelta(days=1), time(0), tzinfo=zone)
    return min(end_of_day.astimezone(recorded_at.tzinfo), recorded_at)
