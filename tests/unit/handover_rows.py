"""Rows of a small unit, as the gate would give them."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.handover import rows
from watchroom.handover.told import Told
from watchroom.handover.unit import Unit
from watchroom.model.catalogue import Catalogue, catalogue, columns_of
from watchroom.model.jurisdiction import pack

ZONE = ZoneInfo("Europe/London")
PACK = pack("england_and_wales")
NOW = datetime(2026, 7, 24, 8, 0, tzinfo=ZONE).astimezone(UTC)
TODAY = date(2026, 7, 24)
ONE, OTHER = UUID(int=1), UUID(int=2)
CELL, LANDING = UUID(int=101), UUID(int=100)


def person(person_id: UUID = ONE, **row: object) -> rows.PersonRow:
    usual: dict[str, object] = {
        "person_id": person_id,
        "prison_number": f"A{person_id.int:04}AA",
        "family_name": "SMITH",
        "given_names": "PAT",
        "person_withheld": (),
        "in_out_code": "IN",
        "begun_at": datetime(2025, 1, 1, tzinfo=UTC),
        "begun_is_default": False,
        "source_system": "nomis",
        "recorded_from": NOW,
        "place_id": CELL,
        "place_path": "LEI-A-1-4",
        "place_kind": "CELL",
        "landing_path": "LEI-A-1",
        "landing_kind": "LAND",
    }
    return rows.PersonRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def engagement(person_id: UUID = ONE, **row: object) -> rows.EngagementRow:
    usual: dict[str, object] = {
        "person_id": person_id,
        "entity": "scheduled_event",
        "class_code": "INT_MOV",
        "type_code": "APP",
        "type_source_value": "APP",
        "sub_type_code": "EDUC",
        "status_code": "SCH",
        "status_source_value": "SCH",
        "day": TODAY,
        "starts_at": datetime(2026, 7, 24, 10, 0, tzinfo=ZONE),
        "ends_at": datetime(2026, 7, 24, 11, 30, tzinfo=ZONE),
        "place_id": UUID(int=200),
        "place_name": "Classroom 1",
        "agency_code_there": "LEI",
        "agency_code_from": None,
        "source_system": "nomis",
        "recorded_from": NOW,
        "id": UUID(int=900 + person_id.int),
    }
    return rows.EngagementRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def apart(one: UUID, other: UUID, **row: object) -> rows.KeepApartRow:
    usual: dict[str, object] = {
        "person_id": one,
        "other_person_id": other,
        "restriction_code": "LANDING",
        "from_on": date(2026, 7, 23),
        "from_is_default": False,
        "source_system": "nomis",
        "recorded_from": NOW,
    }
    return rows.KeepApartRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def place(**row: object) -> rows.PlaceRow:
    usual: dict[str, object] = {
        "place_id": CELL,
        "path": "LEI-A-1-4",
        "name": None,
        "kind_code": "CELL",
        "parent_id": LANDING,
        "is_active": True,
        "deactivated_on": None,
        "deactivated_reason_code": None,
        "working_capacity": 1,
        "max_capacity": 1,
    }
    return rows.PlaceRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def counted(**row: object) -> rows.RollRow:
    usual: dict[str, object] = {
        "site_code": "LEI",
        "unit_code": "LEI-A",
        "landing": "LEI-A-1",
        "on_roll": 1,
        "in_now": 1,
        "out_now": 0,
        "no_cell": 0,
        "capacity": 1,
        "max_capacity": 1,
    }
    return rows.RollRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def cell(*people: UUID, withheld: int = 0, **row: object) -> rows.CellRow:
    usual: dict[str, object] = {
        "location_id": CELL,
        "path": "LEI-A-1-4",
        "is_cell": True,
        "occupants": len(people) + withheld,
        "visible_person_ids": people,
        "withheld_count": withheld,
    }
    return rows.CellRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def rating(person_id: UUID = ONE, **row: object) -> rows.CellSharingRow:
    usual: dict[str, object] = {
        "person_id": person_id,
        "level_code": "STANDARD",
        "assessed_on": date(2026, 6, 1),
        "assessed_is_default": False,
        "next_review_on": date(2027, 6, 1),
        "is_approved": True,
        "source_system": "nomis",
        "recorded_from": NOW,
    }
    return rows.CellSharingRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def unit(*people: rows.PersonRow, **parts: object) -> Unit:
    usual: dict[str, object] = {
        "code": "LEI-A",
        "site": "LEI",
        "at": NOW,
        "today": TODAY,
        "people": {row.person_id: row for row in people},
        "alerts": {},
        "cell_sharing": {},
        "engagements": {},
        "release_dates": {},
        "keep_apart": {},
        "incidents": {},
        "last_movements": {},
        "cells": (),
    }
    return Unit(**(usual | parts))  # pyright: ignore[reportArgumentType]


def change(entity: str, op: str = "changed", model: Catalogue | None = None, **row: object) -> rows.ChangeRow:
    """A change as the gate gives it to somebody who may see every field, unless `record` is given with less."""
    columns = [column.name for column in columns_of((model or catalogue()).entity(entity)) if column.field is not None]
    record: object = row.pop("record", {})
    whole = dict.fromkeys(columns) | record if isinstance(record, dict) and not row.pop("is_part", False) else record  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    usual: dict[str, object] = {
        "record": whole,
        "source_system": "nomis",
        "unreliable_dates": [],
        "seq": 2,
        "recorded_at": NOW,
        "entity": entity,
        "id": UUID(int=500),
        "op": op,
        "changed_fields": (),
        "categories": (),
        "person_id": ONE,
        "before": None,
    }
    return rows.ChangeRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def told_with(**more: object) -> Told:
    usual: dict[str, object] = {
        "model": catalogue(),
        "places": {CELL: "1-4"},
        "people": {OTHER: "2-1 Other, Another"},
        "arrived": {},
        "left": (),
        "pending": {},
        "at": NOW,
        "zone": ZONE,
    }
    return Told(**(usual | more))  # pyright: ignore[reportArgumentType]
