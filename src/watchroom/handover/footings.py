"""On which sources each part of a handover rests. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from watchroom.handover import rows
from watchroom.handover.quality import TOLD
from watchroom.ingest.giving import kinds_given
from watchroom.model.catalogue import Catalogue
from watchroom.priority.footing import Footing, Given
from watchroom.priority.freshness import SourceAge
from watchroom.priority.rules import RULES

# What each list is made of: a list that lacks some of it says so.
MADE_OF: Mapping[str, tuple[str, ...]] = {
    "movements": ("court_appearance", "movement", "scheduled_event", "visit"),
    "changes": ("alert", "cell_sharing_risk", "court_appearance", "incident_report", "non_association", "visit"),
    "incidents": ("incident_report", "incident_participant"),
    "tasks": ("adjudication_hearing", "cell_sharing_risk", "court_appearance", "sentence_key_dates"),
}
_RESTS_ON: Mapping[str, Iterable[str]] = {
    **MADE_OF,
    "attention": {name.partition(".")[0] for rule in RULES for name in rule.inputs},
    "roll": ("custody_episode", "location"),
}


def given_of(found: Sequence[rows.FreshnessRow], ages: Sequence[SourceAge], *, at: datetime) -> Given:
    """What each source of the node gives, by the mapping that reads it."""
    return Given(
        at=at,
        sources=ages,
        kinds={row.source_system: None if row.mapping is None else kinds_given(row.mapping) for row in found},
    )


def footings_of(given: Given) -> dict[str, Footing]:
    """On what each part rests: attention, roll, movements, changes, incidents and tasks."""
    return {part: given.footing(kinds) for part, kinds in _RESTS_ON.items()}


def told_kinds(model: Catalogue) -> frozenset[str]:
    """The kinds of record of which a handover tells anything: of people, of places, and of reports of incidents."""
    about = {name for name, entity in model.entities.items() if entity.about_person}
    # Every source of the field names agencies.
    return frozenset(about | TOLD) - {"agency"}


def gone_kinds(given: Given) -> frozenset[str]:
    """The kinds that a rule reads and that a source gave which ended: that there is nothing of one says nothing."""
    return frozenset(
        kind for kind in _RESTS_ON["attention"] if (found := given.footing([kind])).gone or (found.thin and found.ended)
    )
