"""What changed since the last shift, said in one sentence each: what it was and what it is now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.handover import rows
from watchroom.handover.briefing import News
from watchroom.handover.facts import SOMEWHERE
from watchroom.handover.news_by_model import happened_by_model, kind_of_record, of_changed, of_several, of_whole
from watchroom.handover.told import Change, Told, change_of, latest, not_to_come, said
from watchroom.model.catalogue import Field, FieldKind
from watchroom.model.text import Coded, Param, Text
from watchroom.priority.attention import natural

# Which changed field leads a sentence of its own; a change of any other is told by what the model says of its fields.
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
# Several new records of a kind about one person are told together, from so many on.
_SEVERAL = 4
_FOLDABLE = frozenset({"news.new", "news.new.of"})
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


def news(changes: Iterable[rows.ChangeRow], told: Told) -> list[News]:
    """The changes worth telling, the latest first.

    A change stands where it can have happened at the latest: at its instant, else at the end of its day but not
    after it became known, else when it became known. Of two at the same instant the place decides, then the text.

    A date that is the source's default then and now is no news. A record of which the asker may see nothing gives
    no sentence: it does not exist for them.
    """
    listed = list(changes)
    found = _moves(_folded(one for row in listed if (one := _one(row, told)) is not None))
    told_of = {(one.person_id, one.text.id) for one in found}
    found = [one for one in found if not any((one.person_id, by) in told_of for by in _TOLD_BY.get(one.text.id, ()))]
    found += [_arrival(person, at, changes=listed, told=told) for person, at in told.arrived.items()]
    found += [_news(person_id=person, category="LOCATION", text=Text("news.left"), at=told.at) for person in told.left]

    def rank(one: News) -> tuple[float, str, str, str]:
        where = "" if one.person_id is None else told.people.get(one.person_id, "")
        return (-one.at.timestamp(), natural(where.partition(" ")[0]), one.text.id, str(one.person_id))

    return sorted(_once(found), key=rank)


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
    was = {
        (one.person_id, repr(one.text.params["now"])): one.text.params["was"]
        for one in found
        if one.text.id == "news.custody_episode.location_id"
    }
    return [
        replace(one, text=Text("news.bed_assignment.from_to", {**one.text.params, "was": was[move]}))
        if one.text.id == "news.bed_assignment.new"
        and (move := (one.person_id, repr(one.text.params["location_id"]))) in was
        else one
        for one in found
    ]


def _one(row: rows.ChangeRow, told: Told) -> tuple[News, Change] | None:
    if row.person_id in told.arrived and row.entity in _OF_ARRIVAL:
        return None
    change = change_of(row, told.model)
    if change is None:
        return None
    text = _changed(change, told) if row.op == "changed" else _whole(change, told)
    if text is None:
        return None
    if row.op != "ended" and (pending := told.pending.get(row.id)):
        text = Text("news.pending", {"news": text, "system": Coded(code_list="legal_record", code=pending)})
    happened = _happened(change, told.zone)
    one = News(
        at=latest(happened, row.recorded_at, told.zone),
        happened_at=happened if isinstance(happened, datetime) else None,
        happened_on=None if isinstance(happened, datetime) else happened,
        recorded_at=row.recorded_at,
        category=_category(change),
        person_id=row.person_id,
        text=text,
        source=row.source_system or "",
    )
    return one, change


def _folded(found: Iterable[tuple[News, Change]]) -> list[News]:
    """The same news, where many new records of a kind about one person are one sentence that says how many."""
    kept: list[News] = []
    alike: dict[tuple[object, ...], list[tuple[News, Change]]] = {}
    for one, change in found:
        if one.text.id in _FOLDABLE:
            alike.setdefault(kind_of_record(change), []).append((one, change))
        else:
            kept.append(one)
    for group in alike.values():
        # Two of which the same is said would be one sentence, and nobody would know that there are two.
        if len(group) < _SEVERAL and len({repr(one.text) for one, _ in group}) == len(group):
            kept += [one for one, _ in group]
            continue
        newest, change = max(group, key=lambda pair: (pair[0].at, str(pair[1].row.id)))
        kept.append(replace(newest, text=of_several(len(group), newest.text, change)))
    return kept


def _whole(change: Change, told: Told) -> Text | None:
    name = change.entity.name
    if name in _UNTOLD_NEW:
        return None
    if name == "incident_report" and change.record.get("title") is None and change.row.op == "new":
        return Text("news.incident_report.untitled", _params(change, told))
    if name == "movement" and change.row.op == "new" and _is_between_places(change):
        return Text("news.movement.from_to", _params(change, told))
    if name in TOLD_NEW:
        return Text(f"news.{name}.{change.row.op}", _params(change, told))
    return of_whole(change, told)


def _changed(change: Change, told: Told) -> Text | None:
    if change.entity.name in _UNTOLD_CHANGED:
        return None
    fields = {field.name: field for field in change.changed}
    leading = next((name for name in LEADING.get(change.entity.name, ()) if name in fields), None)
    if leading is None or leading not in change.record:
        return of_changed(change, told)
    return _was_and_is(change, fields[leading], told)


def _was_and_is(change: Change, field: Field, told: Told) -> Text:
    params = _params(change, told)
    params["was"] = said(field, change.before, told)
    params["now"] = params[field.name]
    suffix = ""
    if field.kind is FieldKind.BOOLEAN:
        suffix = ".yes" if change.record.get(field.name) else ".no"
    return Text(f"news.{change.entity.name}.{field.name}{suffix}", params)


def _params(change: Change, told: Told) -> dict[str, Param]:
    return {field.name: said(field, change.record, told) for field in change.entity.fields}


def _is_between_places(change: Change) -> bool:
    """Both ends of the passage are named: the code for "somewhere outside" names none."""
    ends = (change.record.get("from_agency_code"), change.record.get("to_agency_code"))
    return all(end is not None and end not in SOMEWHERE for end in ends)


def _happened(change: Change, zone: ZoneInfo) -> datetime | date | None:
    """When it happened in the world, where the record says so by a date that is a fact and not yet to come."""
    name, row = change.entity.name, change.row
    ended = [
        field
        for (entity, flag), field in _ENDED.items()
        if entity == name and flag in row.changed_fields and change.record.get(flag) is False
    ]
    field = ended[0] if row.op == "changed" and ended else None
    if row.op == "new":
        field = _HAPPENED.get(name) if name in TOLD_NEW else happened_by_model(change)
    if field is None or change.is_default(field):
        return None
    return not_to_come(change.record.get(field), change, zone)


def _category(change: Change) -> str:
    declared = (field.change_category for field in change.news_fields if field.change_category is not None)
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
