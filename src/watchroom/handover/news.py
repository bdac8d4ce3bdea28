"""What changed since the last shift, said in one sentence each: what it was and what it is now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.briefing import News
from watchroom.model.catalogue import Entity, Field, FieldKind, catalogue
from watchroom.model.text import Coded, Param, Text
from watchroom.priority.attention import natural

# Which changed field leads the sentence; a change of none of them is told by the name of the record only.
LEADING: Mapping[str, tuple[str, ...]] = {
    "alert": ("is_active", "kind_code", "active_from", "active_to"),
    "custody_episode": ("in_out_code", "location_id", "is_active", "legal_status_code", "category_code", "begun_at"),
    "cell_sharing_risk": ("level_code", "is_approved", "next_review_on"),
    "court_appearance": ("status_code", "starts_at", "outcome_code"),
    "visit": ("status_code", "starts_at"),
    "scheduled_event": ("status_code", "starts_at"),
    "incident_report": ("status_code", "type_code"),
    "incident_participant": ("outcome_code", "role_code"),
    "non_association": ("is_open", "restriction_code"),
    "sentence_key_dates": ("confirmed_release_on", "conditional_release_on", "automatic_release_on"),
    "location": ("is_active", "working_capacity"),
}
# What is told of a new or ended record in a sentence of its own.
TOLD_NEW = frozenset(
    {
        "alert",
        "bed_assignment",
        "case_note",
        "cell_sharing_risk",
        "court_appearance",
        "incentive_level",
        "incident_report",
        "movement",
        "non_association",
        "scheduled_event",
        "sentence_key_dates",
        "visit",
    }
)
# Records that come and go with others of the same event, which tell it.
_UNTOLD_NEW = frozenset({"person", "person_name", "person_identifier", "custody_episode", "incident_participant"})
# A stay in a cell that has an end is told by the stay that follows it.
_UNTOLD_CHANGED = frozenset({"bed_assignment"})
# What an arrival on the unit tells in one sentence.
_OF_ARRIVAL = frozenset({"person", "custody_episode", "movement", "bed_assignment"})
# A sentence that another one about the same person makes needless.
_TOLD_BY = {
    "news.custody_episode.location_id": "news.bed_assignment.new",
    "news.custody_episode.in_out_code": "news.movement.new",
}
# When it happened in the world, where the record says so.
_HAPPENED = {
    "movement": "moved_at",
    "bed_assignment": "from_at",
    "incident_report": "occurred_at",
    "case_note": "occurred_at",
    "incentive_level": "set_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is needed to put changes in words.

    Attributes:
        now, before: rows of changed records as the asker may see them, by id; before: at the start of the shift.
        places: id of a place of the unit -> what officers call it.
        people: id of a person of the unit -> place and name, as the asker may know them.
        arrived: people who came onto the unit since then, and when, as far as it is known.
        left: people who left it since then; by when, which is all that is known.
    """

    now: Mapping[UUID, Mapping[str, object]]
    before: Mapping[UUID, Mapping[str, object]]
    places: Mapping[UUID, str]
    people: Mapping[UUID, str]
    arrived: Mapping[UUID, datetime]
    left: Mapping[UUID, datetime]


def news(changes: Iterable[rows.ChangeRow], told: Told) -> list[News]:
    """The changes worth telling, latest first.

    A date that is the source's default then and now is no news. A record of which the asker may see nothing gives
    no sentence: it does not exist for them.
    """
    listed = list(changes)
    found = [one for row in listed if (one := _one(row, told)) is not None]
    told_of = {(one.person_id, one.text.id) for one in found}
    found = [one for one in found if (one.person_id, _TOLD_BY.get(one.text.id)) not in told_of]
    found += [_passage(person, at, Text("news.arrived")) for person, at in told.arrived.items()]
    found += [_passage(person, at, Text("news.left")) for person, at in told.left.items()]

    def rank(one: News) -> tuple[float, str, str]:
        where = "" if one.person_id is None else told.people.get(one.person_id, "")
        return (-one.at.timestamp(), natural(where.partition(" ")[0]), one.text.id)

    return sorted(_once(found), key=rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """One change with its entity and the record as it is now, or as it was before it ended."""

    row: rows.ChangeRow
    entity: Entity
    record: Mapping[str, object]

    def is_default(self, field_name: str) -> bool:
        """The value of the field is the source's default and not a fact."""
        return field_name in _names(self.record.get("unreliable_dates"))


def _passage(person: UUID, at: datetime, text: Text) -> News:
    return News(at=at, category="LOCATION", person_id=person, text=text, source="")


def _one(row: rows.ChangeRow, told: Told) -> News | None:
    record = (told.before if row.op == "ended" else told.now).get(row.id)
    if record is None or (row.person_id in told.arrived and row.entity in _OF_ARRIVAL):
        return None
    change = _Change(row=row, entity=catalogue().entity(row.entity), record=record)
    text = _changed(change, told) if row.op == "changed" else _whole(change, told)
    if text is None:
        return None
    return News(
        at=_when(change),
        category=_category(change),
        person_id=row.person_id,
        text=text,
        source=str(record.get("source_system", "")),
    )


def _whole(change: _Change, told: Told) -> Text | None:
    name = change.entity.name
    if name in _UNTOLD_NEW:
        return None
    if name == "incident_report" and change.record.get("title") is None and change.row.op == "new":
        return Text("news.incident_report.untitled", _params(change.entity, change.record, told))
    if name in TOLD_NEW:
        return Text(f"news.{name}.{change.row.op}", _params(change.entity, change.record, told))
    return Text(f"news.{change.row.op}", {"record": Text(f"record.{name}")})


def _changed(change: _Change, told: Told) -> Text | None:
    fields = {
        field.name: field
        for field in change.entity.fields
        if field.name in change.row.changed_fields
        and field.change_category is not None
        and not change.is_default(field.name)
    }
    if not fields or change.entity.name in _UNTOLD_CHANGED:
        return None
    leading = next((name for name in LEADING.get(change.entity.name, ()) if name in fields), None)
    if leading is None:
        return Text("news.changed", {"record": Text(f"record.{change.entity.name}")})
    return _was_and_is(change, fields[leading], told)


def _was_and_is(change: _Change, field: Field, told: Told) -> Text:
    before = change.row.before or {}
    params = _params(change.entity, change.record, told)
    params["now"] = _said(field, change.record.get(field.name), change.record, told)
    params["was"] = _said(field, _read(field, before.get(field.name)), before, told)
    value = change.record.get(field.name)
    suffix = "" if field.kind is not FieldKind.BOOLEAN else ".yes" if value else ".no"
    return Text(f"news.{change.entity.name}.{field.name}{suffix}", params)


def _params(entity: Entity, record: Mapping[str, object], told: Told) -> dict[str, Param]:
    return {field.name: _said(field, record.get(field.name), record, told) for field in entity.fields}


def _said(field: Field, value: object, record: Mapping[str, object], told: Told) -> Param:
    if field.kind is FieldKind.CODE:
        source_value = record.get(field.source_value_name or "")
        code = None if value is None else str(value)
        given = None if source_value is None else str(source_value)
        return Coded(code_list=field.code_list or "", code=code, source_value=given)
    if field.kind is FieldKind.REFERENCE:
        return _reference(field, value, told)
    return value if isinstance(value, str | int | date | datetime) else None


def _reference(field: Field, value: object, told: Told) -> Param:
    if value is None:
        return None
    if field.target == "location":
        return told.places.get(UUID(str(value)), Text("news.place.elsewhere"))
    return told.people.get(UUID(str(value)), Text("page.name_withheld")) if field.target == "person" else None


def _read(field: Field, text: str | None) -> object:
    if text is None:
        return None
    if field.kind is FieldKind.INSTANT:
        return datetime.fromisoformat(text)
    if field.kind is FieldKind.DATE:
        return date.fromisoformat(text)
    return text


def _when(change: _Change) -> datetime:
    field = _HAPPENED.get(change.entity.name)
    happened = None if field is None or change.is_default(field) else change.record.get(field)
    return happened if isinstance(happened, datetime) and change.row.op == "new" else change.row.recorded_at


def _names(value: object) -> Sequence[str]:
    return [str(name) for name in value] if isinstance(value, list | tuple) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _category(change: _Change) -> str:
    declared = (field.change_category for field in change.entity.fields if field.change_category is not None)
    return change.row.categories[0] if change.row.categories else next(declared, "STATUS")


def _once(found: Iterable[News]) -> list[News]:
    """Each sentence about a person once: the same fact may stand in two records."""
    seen: set[tuple[UUID | None, str]] = set()
    kept: list[News] = []
    for one in found:
        key = (one.person_id, repr(one.text))
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept
