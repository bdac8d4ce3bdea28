"""Puts an overlay of table rows over an extract: both are files in the source system's own format.

An overlay file is a table of the extract with one more column in front, `__op`: `put` replaces the row with
the same key (or adds it), `drop` removes it. The key columns of each table are the source system's own. A
table that the extract does not hold is added whole. Cells that a `put` row of an existing table leaves empty
are empty: an overlay row is a whole row.
"""

import csv
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchroom.kernel.errors import WatchroomError

OPERATION = "__op"

# Primary keys of the NOMIS tables that an overlay may touch, as the source system declares them.
KEYS: dict[str, tuple[str, ...]] = {
    "AGENCY_INTERNAL_LOCATIONS": ("INTERNAL_LOCATION_ID",),
    "AGENCY_INCIDENTS": ("AGENCY_INCIDENT_ID",),
    "AGENCY_INCIDENT_PARTIES": ("AGENCY_INCIDENT_ID", "PARTY_SEQ"),
    "BED_ASSIGNMENT_HISTORIES": ("OFFENDER_BOOK_ID", "BED_ASSIGN_SEQ"),
    "COURT_EVENTS": ("EVENT_ID",),
    "INCIDENT_CASES": ("INCIDENT_CASE_ID",),
    "INCIDENT_CASE_PARTIES": ("INCIDENT_CASE_ID", "PARTY_SEQ"),
    "OFFENDERS": ("OFFENDER_ID",),
    "OFFENDER_ALERTS": ("OFFENDER_BOOK_ID", "ALERT_SEQ"),
    "OFFENDER_ASSESSMENTS": ("OFFENDER_BOOK_ID", "ASSESSMENT_SEQ"),
    "OFFENDER_BOOKINGS": ("OFFENDER_BOOK_ID",),
    "OFFENDER_CASE_NOTES": ("CASE_NOTE_ID",),
    "OFFENDER_EXTERNAL_MOVEMENTS": ("OFFENDER_BOOK_ID", "MOVEMENT_SEQ"),
    "OFFENDER_HEALTH_PROBLEMS": ("OFFENDER_HEALTH_PROBLEM_ID",),
    "OFFENDER_IEP_LEVELS": ("OFFENDER_BOOK_ID", "IEP_LEVEL_SEQ"),
    "OFFENDER_IND_SCHEDULES": ("EVENT_ID",),
    "OFFENDER_KEY_WORKERS": ("OFFENDER_BOOK_ID", "OFFICER_ID", "ASSIGNED_DATE"),
    "OFFENDER_MEDICAL_TREATMENTS": ("OFFENDER_MEDICAL_TREATMENT_ID",),
    "OFFENDER_NA_DETAILS": ("OFFENDER_ID", "NS_OFFENDER_ID", "TYPE_SEQ"),
    "OFFENDER_NON_ASSOCIATIONS": ("OFFENDER_ID", "NS_OFFENDER_ID"),
    "OFFENDER_RELEASE_DETAILS": ("OFFENDER_BOOK_ID",),
    "OFFENDER_SENT_CALCULATIONS": ("OFFENDER_SENT_CALCULATION_ID",),
    "OFFENDER_VISITS": ("OFFENDER_VISIT_ID",),
    "OIC_HEARINGS": ("OIC_HEARING_ID",),
}


class OverlayError(WatchroomError):
    """An overlay file that does not fit the extract it is laid over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    header: list[str]
    rows: list[list[str]]

    def key_of(self, row: Sequence[str], key: Iterable[str]) -> tuple[str, ...]:
        return tuple(row[self.header.index(column)] for column in key)


def lay_over(base: Path, overlays: Sequence[Path], target: Path) -> None:
    """Write into `target` the extract `base` with the overlay folders laid over it, first to last.

    Raises:
        OverlayError: an overlay names a table without a declared key, or columns that the table does not have.
    """
    target.mkdir(parents=True, exist_ok=True)
    for table in sorted(base.glob("*.csv")):
        shutil.copyfile(table, target / table.name)
    for overlay in overlays:
        for table in sorted(overlay.glob("*.csv")):
            _lay_table(table, target / table.name)


def _lay_table(overlay_file: Path, target_file: Path) -> None:
    overlay = _read(overlay_file)
    if not overlay.header or overlay.header[0] != OPERATION:
        raise OverlayError(f"`{overlay_file.name}` has no first column `{OPERATION}`; add it with put or drop")
    if overlay_file.stem not in KEYS:
        raise OverlayError(f"table `{overlay_file.stem}` has no declared key; add it to watchroom.demo.overlay.KEYS")
    base = _read(target_file) if target_file.exists() else _Sheet(header=overlay.header[1:], rows=[])
    unknown = set(overlay.header[1:]) - set(base.header)
    if unknown:
        raise OverlayError(f"`{overlay_file.name}` has columns that the extract does not have: {sorted(unknown)}")
    _write(target_file, header=base.header, rows=_merged(base, overlay, key=KEYS[overlay_file.stem]))


def _merged(base: _Sheet, overlay: _Sheet, *, key: tuple[str, ...]) -> list[list[str]]:
    changed: dict[tuple[str, ...], list[str] | None] = {}
    for row in overlay.rows:
        cells = dict(zip(overlay.header, row, strict=True))
        whole = [cells.get(column, "") for column in base.header]
        changed[base.key_of(whole, key)] = whole if row[0] == "put" else None
    kept: list[list[str]] = []
    seen: set[tuple[str, ...]] = set()
    for row in base.rows:
        row_key = base.key_of(row, key)
        replacement = changed.get(row_key, row)
        seen.add(row_key)
        if replacement is not None:
            kept.append(replacement)
    added = [row for row_key, row in changed.items() if row is not None and row_key not in seen]
    return kept + added


def _read(file: Path) -> _Sheet:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    return _Sheet(header=rows[0] if rows else [], rows=rows[1:])


def _write(file: Path, *, header: list[str], rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
