"""What changed since the last shift, said in one sentence each: what it was and what it is now."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.handover import rows
from watchroom.handover.briefing import News
from watchroom.handover.facts import SOMEWHERE
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
_UNTOLD_NEW = frozenset(
    {"person", "person_name", "person_identifier", "custody_episode", "incident_participant", "outbox_item"}
)
# A stay in a cell that has an end is told by the stay that follows it.
_UNTOLD_CHANGED = frozenset({"bed_assignment", "outbox_item"})
# What an arrival on the unit tells in one sentence.
_OF_ARRIVAL = frozenset({"person", "custody_episode", "movement", "bed_assignment"})
# A sentence that another one about the same person makes needless.
_TOLD_BY = {
    "news.custody_episode.location_id": ("news.bed_assignment.new", "news.bed_assignment.from_to"),
    "news.custody_episode.in_out_code": ("news.movement.new", "news.movement.from_to"),
}
# When a new record happened in the world, where it says so: an instant, or a day without a time.
_HAPPENED = {
    "alert": "active_from",
    "bed_assignment": "from_at",
    "case_note": "occurred_at",
    "cell_sharing_risk": "assessed_on",
    "incentive_level": "set_at",
    "incident_report": "occurred_at",
    "movement": "moved_at",
    "non_association": "from_on",
    "sentence_key_dates": "calculated_on",
}
# When what a record says came to its end, by the field whose *no* tells it.
_ENDED = {
    ("alert", "is_active"): "active_to",
    ("location", "is_active"): "deactivated_on",
    ("non_association", "is_open"): "to_on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is needed to put changes in words.

    Attributes:
        now, before: rows of changed records as the asker may see them, by id; before: at the start of the shift.
        places: id of a place of the unit -> what officers call it.
        people: id of a person of the unit -> place and name, as the asker may know them.
        arrived: people who came onto the unit since then, and when; None: that is not recorded.
        left: people who left it since then; when is not recorded.
        may_see: whether the asker may see a field of an entity at all; else nothing is said to be *not recorded*.
        at: instant of the handover, by which everything told is known.
        zone: in which a day of the record is a day.
    """

    now: Mapping[UUID, Mapping[str, object]]
    before: Mapping[UUID, Mapping[str, object]]
    places: Mapping[UUID, str]
    people: Mapping[UUID, str]
    arrived: Mapping[UUID, datetime | None]
    left: Collection[UUID]
    may_see: Callable[[str, str], bool]
    at: datetime
    zone: ZoneInfo


def news(changes: Iterable[rows.ChangeRow], told: Told) -> list[News]:
    """The changes worth telling, the latest first.

    A change stands where it can have happened at the latest: at its instant, else at the end of its day but not
    after it became known, else when it became known. Of two at the same instant the place decides, then the text.

    A date that is the source's default then and now is no news. A record of which the asker may see nothing gives
    no sentence: it does not exist for them.
    """
    listed = list(changes)
    found = _moves([one for row in listed if (one := _one(row, told)) is not None])
    told_of = {(one.person_id, one.text.id) for one in found}
    found = [one for one in found if not any((one.person_id, by) in told_of for by in _TOLD_BY.get(one.text.id, ()))]
    found += [_arrival(person, at, changes=listed, told=told) for person, at in told.arrived.items()]
    found += [_news(person_id=person, category="LOCATION", text=Text("news.left"), at=told.at) for person in told.left]

    def rank(one: News) -> tuple[float, str, str, str]:
        where = "" if one.person_id is None else told.people.get(one.person_id, "")
        return (-one.at.timestamp(), natural(where.partition(" ")[0]), one.text.id, str(one.person_id))

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


def _arrival(person: UUID, at: datetime | None, *, changes: Sequence[rows.ChangeRow], told: Told) -> News:
    recorded = [row.recorded_at for row in changes if row.person_id == person and row.entity in _OF_ARRIVAL]
    known_at = min(recorded, default=told.at)
    return _news(person_id=person, category="LOCATION", text=Text("news.arrived"), at=known_at, happened_at=at)


def _news(
    *, person_id: UUID | None, category: str, text: Text, at: datetime, happened_at: datetime | None = None
) -> News:
    return News(
        at=happened_at or at,
        happened_at=happened_at,
        recorded_at=at,
        category=category,
        person_id=person_id,
        text=text,
        source="",
    )


def _moves(found: Sequence[News]) -> list[News]:
    """The same news, where a move to a cell also says from which, as the time in custody has it."""
    was = {one.person_id: one.text.params["was"] for one in found if one.text.id == "news.custody_episode.location_id"}
    return [
        replace(one, text=Text("news.bed_assignment.from_to", {**one.text.params, "was": was[one.person_id]}))
        if one.text.id == "news.bed_assignment.new" and one.person_id in was
        else one
        for one in found
    ]


def _one(row: rows.ChangeRow, told: Told) -> News | None:
    record = (told.before if row.op == "ended" else told.now).get(row.id)
    if record is None or (row.person_id in told.arrived and row.entity in _OF_ARRIVAL):
        return None
    change = _Change(row=row, entity=catalogue().entity(row.entity), record=record)
    text = _changed(change, told) if row.op == "changed" else _whole(change, told)
    if text is None:
        return None
    if pending := record.get("pending_code"):
        text = Text("news.pending", {"news": text, "system": Coded(code_list="legal_record", code=str(pending))})
    happened = _happened(change, told.zone)
    return News(
        at=_latest(happened, change.row.recorded_at, told.zone),
        happened_at=happened if isinstance(happened, datetime) else None,
        happened_on=None if isinstance(happened, datetime) else happened,
        recorded_at=change.row.recorded_at,
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
    if name == "movement" and change.row.op == "new" and _is_between_places(change):
        return Text("news.movement.from_to", _params(change.entity, change.record, told))
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
    before, name = change.row.before or {}, change.entity.name
    params = _params(change.entity, change.record, told)
    params["was"] = _said(name, field, {**before, field.name: _read(field, before.get(field.name))}, told)
    params["now"] = params[field.name]
    suffix = ""
    if field.kind is FieldKind.BOOLEAN:
        suffix = ".yes" if change.record.get(field.name) else ".no"
    return Text(f"news.{name}.{field.name}{suffix}", params)


def _params(entity: Entity, record: Mapping[str, object], told: Told) -> dict[str, Param]:
    return {field.name: _said(entity.name, field, record, told) for field in entity.fields}


def _said(entity: str, field: Field, record: Mapping[str, object], told: Told) -> Param:
    value = record.get(field.name)
    if value is None and not told.may_see(entity, field.name):
        return Text("news.not_available")
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


def _is_between_places(change: _Change) -> bool:
    """Both ends of the passage are named: the code for "somewhere outside" names none."""
    ends = (change.record.get("from_agency_code"), change.record.get("to_agency_code"))
    return all(end is not None and end not in SOMEWHERE for end in ends)


def _happened(change: _Change, zone: ZoneInfo) -> datetime | date | None:
    """When it happened in the world, where the record says so by a date that is a fact and not yet to come."""
    name, row = change.entity.name, change.row
    ended = [
        field
        for (entity, flag), field in _ENDED.items()
        if entity == name and flag in row.changed_fields and change.record.get(flag) is False
    ]
    field = _HAPPENED.get(name) if row.op == "new" else ended[0] if row.op == "changed" and ended else None
    value = None if field is None or change.is_default(field) else change.record.get(field)
    if isinstance(value, datetime):
        return value if value <= row.recorded_at else None
    if isinstance(value, date):
        return value if value <= row.recorded_at.astimezone(zone).date() else None
    return None


def _latest(happened: datetime | date | None, recorded_at: datetime, zone: ZoneInfo) -> datetime:
    """The latest instant at which it can have happened."""
    if happened is None or isinstance(happened, datetime):
        return happened or recorded_at
    end_of_day = datetime.combine(happened + timedelta(days=1), time(0), tzinfo=zone)
    return min(end_of_day.astimezone(UTC), recorded_at)


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
