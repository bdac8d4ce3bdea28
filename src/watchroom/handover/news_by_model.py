"""What is told of a change by what the model says of its fields: for every entity, also those that an agency adds."""

from collections.abc import Sequence

from watchroom.handover.told import Change, Told, said
from watchroom.model.catalogue import Field, FieldKind
from watchroom.model.text import Param, Text

# So many values stand in one sentence; of a change it says how many more there are.
_MOST = 3
# What can be said in few words. Of any other kind of field only its name is told, and only when it changed.
_IN_FEW_WORDS = frozenset(
    {
        *(FieldKind.CODE, FieldKind.BOOLEAN, FieldKind.INSTANT, FieldKind.DATE),
        *(FieldKind.INTEGER, FieldKind.NUMBER),
    }
)


def record_name(change: Change) -> Text:
    """What a record of the entity is called; an agency's own by its own name."""
    return Text(f"record.{change.entity.name}")


def of_whole(change: Change, told: Told) -> Text | None:
    """What is said of a record that is new or was removed: its name and the first values that it has.

    None where a change of no field of it is news.
    """
    if not change.news_fields:
        return None
    values = [
        _named(change, field, "news.field.is", value=said(field, change.record, told))
        for field in change.news_fields
        if _is_sayable(field) and change.record.get(field.name) is not None and not change.is_default(field.name)
    ]
    record = record_name(change)
    if not values:
        return Text(f"news.{change.row.op}", {"record": record})
    return Text(f"news.{change.row.op}.of", {"record": record, "values": _listed(values[:_MOST])})


def of_changed(change: Change, told: Told) -> Text | None:
    """What is said of a record that changed: each field with what it was and is now, or with its name only.

    Free text is never said, and of what tells of somebody's health not even the field. None where no field changed
    of which that is news.
    """
    if not change.changed:
        return None
    before = change.before
    values = [
        _named(change, field, "news.field.was", was=said(field, before, told), now=said(field, change.record, told))
        if _is_sayable(field)
        else _named(change, field, "news.field")
        for field in change.changed
        if not field.health
    ]
    record = record_name(change)
    if not values:
        return Text("news.changed", {"record": record})
    listed, more = _listed(values[:_MOST]), len(values) - _MOST
    if more > 0:
        listed = Text("news.field.more", {"values": listed, "count": more})
    return Text("news.changed.of", {"record": record, "values": listed})


def kind_of_record(change: Change) -> tuple[object, ...]:
    """What sorts records that are alike: their codes and their yes or no. Times and numbers do not tell them apart."""
    alike = [field for field in change.news_fields if field.kind in (FieldKind.CODE, FieldKind.BOOLEAN)]
    return (change.entity.name, change.row.person_id, *(repr(change.record.get(field.name)) for field in alike))


def of_several(count: int, newest: Text, change: Change) -> Text:
    """What is said of several new records that are alike, `newest` being what was said of the latest of them."""
    values = newest.params.get("values")
    if values is None:
        return Text("news.new.several", {"record": record_name(change), "count": count})
    return Text("news.new.several.of", {"record": record_name(change), "count": count, "values": values})


def happened_by_model(change: Change) -> str | None:
    """The field that says when a record came about: the first that a source may leave at its own instant."""
    return next((field.name for field in change.entity.fields if field.default_instant), None)


def _is_sayable(field: Field) -> bool:
    is_place = field.kind is FieldKind.REFERENCE and field.target == "location"
    return (field.kind in _IN_FEW_WORDS or is_place) and not field.health and not field.free_text


def _named(change: Change, field: Field, message_id: str, **values: Param) -> Text:
    return Text(message_id, {"field": Text(f"field.{change.entity.name}.{field.name}"), **values})


def _listed(values: Sequence[Text]) -> Text:
    first, *rest = values
    return Text("news.fields", {"first": first, "rest": _listed(rest)}) if rest else first
