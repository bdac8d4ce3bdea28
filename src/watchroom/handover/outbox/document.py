"""Entries of the outbox in the form that a case-note service takes: one JSON document per line."""

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from watchroom.handover.outbox.rules import EntryRow


def as_lines(rows: Sequence[EntryRow], zone: ZoneInfo) -> str:
    """The entries with the names that the case-notes API of HMPPS gives to a new note, each on a line of its own.

    `reference` is ours: an entry that is exported twice has the same one. Times are of the wall clock of `zone`,
    without an offset, as that API takes them.
    """
    return "".join(json.dumps(_document(row, zone), ensure_ascii=False) + "\n" for row in rows)


def _document(row: EntryRow, zone: ZoneInfo) -> dict[str, object]:
    happened = None if row.occurred_at is None else row.occurred_at.astimezone(zone).replace(tzinfo=None)
    return {
        "personIdentifier": row.prison_number,
        "locationId": row.site_code,
        "type": row.type_code,
        "subType": row.sub_type_code,
        "occurrenceDateTime": None if happened is None else happened.isoformat(timespec="seconds"),
        "text": row.text,
        "author": row.typed_by,
        "reference": str(row.entry_id),
    }
