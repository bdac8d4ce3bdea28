"""What a handover covers, what is due, and what must not be missing. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.briefing import Coverage, Due, Item
from watchroom.handover.facts import SOMEWHERE, kind_of, what_of
from watchroom.handover.unit import meaning
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.text import Coded, Text
from watchroom.priority.facts import EngagementKind, has_passed, with_time
from watchroom.priority.footing import Footing, Given
from watchroom.priority.freshness import source_name

# A handover is read up to this long before the shift that it is for.
READING_TIME = timedelta(hours=1)
# An incident report without any status counts as open for so long.
WITHOUT_STATUS_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One thing that a handover must cover.

    Attributes:
        key: its name.
        entities: what it is made of; none: no source of it exists in this version.
        if_recorded: that nothing of it is recorded says nothing, so it is there only where something is.
    """

    key: str
    entities: tuple[str, ...] = ()
    if_recorded: bool = False


# What an incoming shift must be told: the shift checks of the College of Policing's custody guidance, the cover of
# the ACCT plan, and the elements of I-PASS (docs/explanation/handover.md).
CHECKLIST: tuple[Wanted, ...] = (
    Wanted(key="people", entities=("person", "custody_episode")),
    # The roll is whole for everyone, so it rests on no clause about persons.
    Wanted(key="roll", entities=("location",)),
    Wanted(key="movements", entities=("movement", "scheduled_event", "court_appearance", "visit")),
    Wanted(key="incidents", entities=("incident_report", "incident_participant")),
    Wanted(key="alerts", entities=("alert",)),
    Wanted(key="cell_sharing", entities=("cell_sharing_risk",)),
    Wanted(key="keep_apart", entities=("non_association",)),
    Wanted(key="release_dates", entities=("sentence_key_dates",)),
    Wanted(key="instructions", entities=("care_need", "reasonable_adjustment")),
    Wanted(key="observation_schedule", entities=("observation",), if_recorded=True),
    Wanted(key="healthcare_feed"),
    Wanted(key="staffing"),
    Wanted(key="cell_bells"),
    Wanted(key="events"),
    Wanted(key="outgoing_note"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRecord:
    """What the record of the unit holds for the checklist.

    Attributes:
        unassessed: people without an approved cell sharing assessment, each by cell or name.
        recorded: keys of items of which something is recorded, where that is asked.
    """

    unassessed: Sequence[str] = ()
    recorded: frozenset[str] = frozenset()


# Which field says where an engagement is: outside, and inside the establishment.
_PLACE_FIELDS = {
    "court_appearance": ("court_code", "court_code"),
    "scheduled_event": ("to_agency_code", "location_id"),
    "visit": ("location_id", "location_id"),
}


def coverage(at: datetime, pack: Jurisdiction) -> Coverage:
    """Which shift hands over to which at that instant.

    Up to an hour before a shift starts, the handover is already the one for it. It covers everything since the
    outgoing shift began.
    """
    incoming = pack.shift_bounds(at + READING_TIME)
    outgoing = pack.shift_bounds(incoming.previous_starts_at)
    return Coverage(
        outgoing=outgoing.name,
        incoming=incoming.name,
        since=incoming.previous_starts_at.astimezone(at.tzinfo),
        until=at,
    )


def checklist(
    *,
    may_see: Mapping[str, bool],
    given: Given,
    missing_files: frozenset[str],
    on_record: OnRecord,
    in_part: frozenset[str] = frozenset(),
) -> list[Item]:
    """What of the checklist is there, and what is missing and why.

    Args:
        may_see: per entity, whether the asker may see any of it for this purpose.
        given: which source of the node gives what.
        missing_files: entities for which the last delivery lacked a file.
        on_record: of the unit.
        in_part: entities of which the asker sees only some fields, or some rows.
    """
    heard = any(source.state != "silent" for source in given.sources)
    items: list[Item] = []
    for wanted in CHECKLIST:
        footing = given.footing(wanted.entities)
        reason = _missing(wanted, may_see=may_see, footing=footing, missing_files=missing_files)
        if reason is None and not heard:
            reason = Text("checklist.note.silent")
        if reason is None and wanted.if_recorded and wanted.key not in on_record.recorded:
            reason = Text("checklist.note.none_recorded")
        note = reason
        if reason is None and wanted.key == "cell_sharing" and on_record.unassessed:
            note = Text(
                "checklist.note.unassessed",
                {"count": len(on_record.unassessed), "places": ", ".join(dict.fromkeys(on_record.unassessed))},
            )
        elif reason is None and footing.thin:
            note = Text("checklist.note.one_source", {"source": source_name((*footing.ended, *footing.silent)[0])})
        elif reason is None and not in_part.isdisjoint(wanted.entities):
            note = Text("checklist.note.in_part")
        items.append(Item(key=wanted.key, is_present=reason is None, note=note))
    return items


def _missing(
    wanted: Wanted, *, may_see: Mapping[str, bool], footing: Footing, missing_files: frozenset[str]
) -> Text | None:
    if wanted.key == "outgoing_note":
        return Text("checklist.note.not_yet_written")
    if not wanted.entities:
        return Text("checklist.note.no_source")
    if not all(may_see.get(entity, False) for entity in wanted.entities):
        return Text("checklist.note.not_available")
    if footing.gone:
        return Text("checklist.note.ended", {"source": source_name(footing.ended[0])})
    if footing.old:
        return Text("checklist.note.silent")
    if missing_files.intersection(wanted.entities):
        return Text("checklist.note.not_delivered")
    return None


def is_open(row: rows.IncidentRow, *, at: datetime) -> bool:
    """The incident is to be told as open.

    A report whose status is missing or unknown counts as open while it is recent; the older ones are counted,
    not listed, since some kinds of report never get a status that says so.
    """
    if row.status_code is not None:
        return True
    return row.occurred_at is None or bool(row.occurred_is_default) or row.occurred_at >= at - WITHOUT_STATUS_FOR


def movements_due(
    found: Iterable[rows.EngagementRow],
    *,
    at: datetime,
    pack: Jurisdiction,
    late: frozenset[str],
    lacking: frozenset[str] = frozenset(),
) -> list[Due]:
    """What is listed for today: to come in order of time, without a time, past, then those cancelled.

    Args:
        found: engagements of the day.
        late: source systems that are late or silent.
        lacking: `entity.field` that the asker may not see: what is withheld is not said to be missing.
    """
    due: list[Due] = []
    for row in found:
        kind = kind_of(row, pack)
        code_list, concept = (
            ("visit_status", "visit_scheduled") if kind is EngagementKind.VISIT else ("event_status", "scheduled")
        )
        # A status that no code stands for is shown as the source has it, and nothing is concluded from it.
        stands = row.status_code is None or row.status_code in meaning(pack, concept)
        is_past = stands and has_passed(row.starts_at, row.ends_at, at=at, zone=pack.zone)
        due.append(
            Due(
                at=with_time(row.starts_at, pack.zone),
                day=row.day,
                person_id=row.person_id,
                text=Text(f"movement.{kind}", {"what": what_of(row), "where": _where(row, kind, lacking)}),
                status=_status(row, code_list=code_list, is_past=is_past),
                source=row.source_system,
                is_standing=stands,
                is_past=is_past,
                is_late=row.source_system in late,
            )
        )
    return sorted(due, key=_in_time)


def _status(row: rows.EngagementRow, *, code_list: str, is_past: bool) -> Text:
    status = Coded(code_list=code_list, code=row.status_code, source_value=row.status_source_value)
    return Text("movement.past" if is_past else "movement.status", {"status": status})


def _where(row: rows.EngagementRow, kind: EngagementKind, lacking: frozenset[str]) -> Text:
    inside = kind in (EngagementKind.APPOINTMENT, EngagementKind.VISIT)
    ends = (row.agency_code_from, row.agency_code_there)
    if kind is EngagementKind.TRANSFER and all(end is not None and end not in SOMEWHERE for end in ends):
        start, goal = (Coded(code_list="agency", code=end) for end in ends)
        return Text("movement.from_to", {"start": start, "goal": goal})
    if row.agency_code_there is not None and row.agency_code_there not in SOMEWHERE and not inside:
        return Text("movement.to", {"where": Coded(code_list="agency", code=row.agency_code_there)})
    # A place in the establishment says nothing of where somebody goes outside.
    if row.place_name and inside:
        return Text("movement.in", {"where": row.place_name})
    read = _PLACE_FIELDS[row.entity][inside]
    if f"{row.entity}.{read}" in lacking:
        return Text("movement.not_available" if inside else "movement.to_not_available")
    return Text("movement.nowhere")


def _in_time(due: Due) -> tuple[bool, bool, bool, float, UUID]:
    moment = 0.0 if due.at is None else due.at.timestamp()
    return (not due.is_standing, due.is_past, due.at is None, moment, due.person_id)
