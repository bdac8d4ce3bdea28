"""What the last run of the checks of quality found that touches what a handover tells, source by source. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from watchroom.handover import rows

# Entities of which a handover tells something; a test compares them with its queries.
TOLD = frozenset(
    {
        *("adjudication_hearing", "agency", "alert", "care_need", "cell_sharing_risk", "court_appearance"),
        *("custody_episode", "incident_participant", "incident_report", "key_worker", "location", "movement"),
        *("non_association", "person", "reasonable_adjustment", "scheduled_event", "sentence_key_dates", "visit"),
    }
)
# What is wrong with a delivery as a whole touches every handover. How old a source is stands beside it, as it is now.
OF_DELIVERY = "batch"
_ORDER = {"fatal": 0, "convention": 1, "characterisation": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One check that the records of an entity fail.

    Attributes:
        check: its name.
        severity: `fatal`, `convention`, or `characterisation` where a delivery looks otherwise than those before.
        entity: of the records.
        fields: that are at fault; none: the whole record.
        bad, of: records of the field with the most.
    """

    check: str
    severity: str
    entity: str
    fields: tuple[str, ...]
    bad: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceQuality:
    """What is known of the quality of what a source gave.

    Attributes:
        system: the source system.
        checked_at: when it was last checked, UTC; None: never, as known then.
        is_current: that the check saw the last delivery.
        flaws: what was found, the gravest first.
    """

    system: str
    checked_at: datetime | None
    is_current: bool
    flaws: tuple[Flaw, ...] = ()


def quality_of(found: Iterable[rows.QualityRow], *, may_see: Callable[[str], bool]) -> list[SourceQuality]:
    """What is known of each source, as far as it touches a handover and the asker may see the entity.

    Args:
        found: by source.
        may_see: whether anything of an entity is shown to the asker.
    """
    told: list[SourceQuality] = []
    for system, group in groupby(found, key=lambda row: row.source_system):
        lines = list(group)
        flaws = _flaws(
            line for line in lines if line.entity == OF_DELIVERY or (line.entity in TOLD and may_see(line.entity))
        )
        told.append(
            SourceQuality(
                system=system,
                checked_at=lines[0].checked_at,
                is_current=bool(lines[0].is_current),
                flaws=tuple(flaws),
            )
        )
    return told


def _flaws(lines: Iterable[rows.QualityRow]) -> list[Flaw]:
    by_check: dict[tuple[str, str], list[rows.QualityRow]] = {}
    for line in lines:
        by_check.setdefault((line.check_name or "", line.entity or ""), []).append(line)
    found: list[Flaw] = []
    for (name, entity), group in by_check.items():
        worst = max(group, key=lambda line: line.bad or 0)
        fields = tuple(line.field for line in group if line.field is not None)
        severity, bad, of = worst.severity or "", worst.bad or 0, worst.of or 0
        found.append(Flaw(check=name, severity=severity, entity=entity, fields=fields, bad=bad, of=of))
    return sorted(found, key=lambda flaw: (_ORDER.get(flaw.severity, 3), -flaw.bad, flaw.entity, flaw.check))
