"""Rules on a person and others: keeping apart, and incidents."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from watchroom.model.text import Coded, Param, Text
from watchroom.priority.facts import IncidentPart, KeepApart, PersonFacts
from watchroom.priority.reasons import Level, NextAction, Reason, reliable_at, reliable_on, said_when
from watchroom.priority.setting import Setting

# Told as something for this shift while it is fresh, afterwards to be watched.
_FRESH = timedelta(hours=24)


def non_association_on_wing(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:  # noqa: ARG001
    """Two people to be kept apart are held on the same unit.

    Act now where the restriction itself is broken (one cell; one landing, unless only the cell is barred; one
    wing, when the wing is barred), or when both are on a list for the same place and time. Else this shift. An
    unknown restriction counts as one on the landing. Both people get the reason.
    """
    for pair in facts.keep_apart:
        if pair.is_on_unit:
            yield _keep_apart(pair)


def recent_incident(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Took part in an incident of the last three days, in whatever role; the role is said.

    One without a reliable instant counts as having happened at the latest instant at which it can have.
    """
    for part in facts.incidents:
        occurred = _instant(part)
        latest = occurred or _latest(part, setting)
        if not setting.now - setting.recent_incident <= latest <= setting.now:
            continue
        fresh = setting.now - latest <= _FRESH
        said = {"kind": part.kind, "reference": part.reference, "role": part.role}
        yield Reason(
            code="recent_incident",
            level=Level.THIS_SHIFT if fresh else Level.WATCH,
            headline=Text("reason.recent_incident.headline"),
            text=Text("reason.recent_incident.undated", said)
            if occurred is None
            else Text("reason.recent_incident.text", {**said, "at": occurred}),
            when=said_when(part.occurred) if occurred is None else None,
            at=occurred,
            source=part.source,
            next_action=NextAction(text=Text("reason.recent_incident.next")),
        )


def _instant(part: IncidentPart) -> datetime | None:
    return part.occurred.at if part.occurred.is_reliable else None


def _latest(part: IncidentPart, setting: Setting) -> datetime:
    """It had happened when it was reported, when it came to be known here, and by now."""
    known = (setting.now, part.source.known_at, part.reported_at)
    return min(instant for instant in known if instant is not None)


def _is_broken(pair: KeepApart) -> bool:
    if pair.restriction == "CELL":
        return pair.is_in_cell
    return pair.is_in_cell or pair.is_on_landing or pair.restriction == "WING"


def _nearness(pair: KeepApart) -> str:
    if pair.is_in_cell:
        return "cell"
    if pair.meets_at is not None:
        return "meeting"
    return "landing" if pair.is_on_landing else "unit"


def _keep_apart(pair: KeepApart) -> Reason:
    variant = _nearness(pair)
    who = "known" if pair.other_name is not None else "withheld"
    params: dict[str, Param] = {
        "name": pair.other_name or "",
        "place": pair.other_place,
        "restriction": Coded(code_list="non_association_restriction", code=pair.restriction or None),
    }
    if pair.meets_at is not None:
        params["at"] = pair.meets_at
    return Reason(
        code="non_association_on_wing",
        level=Level.ACT_NOW if pair.meets_at is not None or _is_broken(pair) else Level.THIS_SHIFT,
        headline=Text("reason.non_association_on_wing.headline"),
        text=Text(f"reason.non_association_on_wing.{variant}_{who}", params),
        when=said_when(pair.since),
        at=reliable_at(pair.since),
        on=reliable_on(pair.since),
        source=pair.source,
        next_action=NextAction(text=Text("reason.non_association_on_wing.next"), by=pair.meets_at),
    )
