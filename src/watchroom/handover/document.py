"""The handover as one JSON document: the names that others rely on, made from the page and nothing else."""

from watchroom.handover.show import BriefingPage, ChangeLine, IncidentLine, PersonRow, TimedLine

JsonObject = dict[str, object]


def as_json(page: BriefingPage) -> JsonObject:
    """The page as a document for `brief --format json`; its hash is that of the page."""
    return {
        "post": page.post,
        "at": page.at,
        "as_of": page.as_of,
        "hash": page.hash,
        "language": page.language,
        "title": page.title,
        "classification": page.classification,
        "purpose": page.purpose,
        "staleness": page.staleness,
        "people": [_person(row) for group in page.attention for row in group.rows],
        "cleared": [
            {"id": row.person_id, "place": row.place, "name": row.name, "text": row.text} for row in page.cleared
        ],
        "changes": [_change(line, group.category) for group in page.changes for line in group.lines],
        "movements": [_timed(line) for line in page.movements],
        "incidents": [_incident(line) for line in page.incidents],
        "tasks": [_timed(line) for line in page.tasks],
        "events": [_timed(line) for line in page.events],
        "resources": {
            "staff": {"present": None, "required": None, "state": "no_source"},
            "cells": {"capacity": page.roll.capacity},
        },
        "roll": _roll(page),
        "freshness": [
            {"source": line.source, "as_of": line.as_of_at, "age_seconds": line.age_seconds, "state": line.state}
            for line in page.sources
        ],
        "completeness": _completeness(page),
    }


def _person(row: PersonRow) -> JsonObject:
    return {
        "id": row.person_id,
        "place": row.place,
        "name": row.name,
        "prison_number": row.prison_number,
        "level": row.level,
        "change": row.change.kind,
        "change_detail": row.change.detail,
        "reasons": [
            {
                "code": reason.code,
                "level": reason.level,
                "headline": reason.headline,
                "text": reason.text,
                "source": reason.source,
                "at": reason.at,
                "known_at": reason.known_at,
                "is_late": reason.is_late,
            }
            for reason in row.reasons
        ],
        "next": {"text": row.next_action, "by": row.next_by, "at": row.next_at},
        "instructions": list(row.instructions),
        "situation": row.situation,
        "contingency": row.contingency,
        "withheld": list(row.withheld),
    }


def _change(line: ChangeLine, category: str) -> JsonObject:
    return {
        "at": line.at_instant,
        "category": category,
        "text": line.text,
        "subject": line.person_id,
        "place": line.place,
        "name": line.name,
        "source": line.source,
    }


def _timed(line: TimedLine) -> JsonObject:
    return {
        "at": line.at_instant,
        "when": line.at,
        "place": line.place,
        "subject": line.person_id,
        "name": line.name,
        "text": line.text,
        "status": line.status,
        "state": line.tone.value,
        "owner": line.owner,
        "source": line.source,
        "is_late": line.is_late,
    }


def _incident(line: IncidentLine) -> JsonObject:
    return {
        "reference": line.reference,
        "title": line.title,
        "since": line.since_at,
        "status": line.status,
        "owner": line.owner,
        "people": list(line.people),
        "source": line.source,
    }


def _roll(page: BriefingPage) -> JsonObject:
    roll = page.roll
    return {
        "on_roll": roll.on_roll,
        "in": roll.in_now,
        "out": roll.out_now,
        "no_cell": roll.no_cell,
        "capacity": roll.capacity,
        "withheld": roll.withheld,
        "unlisted": roll.unlisted,
        "where": {line.key: line.count for line in roll.lines},
        "cells": [
            {
                "place": cell.place,
                "occupants": cell.count,
                "people": [occupant.person_id for occupant in cell.occupants],
                "withheld": cell.withheld,
                "state": cell.tone.value,
            }
            for landing in roll.landings
            for cell in landing.cells
        ],
    }


def _completeness(page: BriefingPage) -> JsonObject:
    part = page.completeness
    return {
        "score": part.score,
        "present": part.present,
        "total": part.total,
        "missing": [item.key for item in part.items if not item.is_present],
        "notes": {item.key: item.note for item in part.items if item.note},
        "not_available": list(part.withheld),
        "issues": list(part.issues),
    }
