"""Builds the handover of a post: asks the gate once, applies the rules, keeps what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused, Seen, View
from watchroom.handover import rows
from watchroom.handover.briefing import Briefing, Cleared, Listed, Named
from watchroom.handover.facts import facts_of
from watchroom.handover.news import Told, news
from watchroom.handover.parts import (
    checklist_items,
    hearings_of_day,
    issues_of,
    named_people,
    not_available,
    open_incidents,
)
from watchroom.handover.rules import coverage, movements_due, source_ages
from watchroom.handover.tasks import tasks
from watchroom.handover.unit import QUERIES, RECORDS, Unit, unit_at
from watchroom.handover.whereabouts import places_by_id, roll_of
from watchroom.kernel.errors import NotFoundError, WatchroomError
from watchroom.model.jurisdiction import Jurisdiction, pack
from watchroom.policy.decision import Denial
from watchroom.priority.attention import Attention, attention, in_order, turn
from watchroom.priority.setting import Setting


class UnknownPostError(NotFoundError):
    """No unit of that code is known to the asker's establishment."""


class _NoPeopleError(WatchroomError):
    """No clause shows the asker any person for this purpose, so there is no handover for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked: of which post, by whom, for what, as known when."""

    post: str
    asker: str
    purpose: str
    at: datetime
    pack: Jurisdiction


def build_briefing(
    gate: Gate,
    asker: Asker,
    *,
    purpose: str,
    post: str,
    at: datetime,
    jurisdiction: Jurisdiction | None = None,
) -> Seen[Briefing] | Refused:
    """The handover of a post as known at an instant, everything of it read in one transaction of the gate.

    Args:
        asker: whose handover it is; another asker or purpose may see another one.
        post: code of the unit, which is the path of its wing (`LEI-A`).
        at: timezone-aware; the start of what is compared is that of the outgoing shift.

    Raises:
        UnknownPostError: no unit of that code is known.
    """
    asked = _Asked(
        post=post,
        asker=asker.name,
        purpose=purpose,
        at=at.astimezone(UTC),
        pack=jurisdiction or pack("england_and_wales"),
    )
    look = partial(_look, asked=asked)
    what = f"handover {post}"
    try:
        return gate.read(asker, purpose=purpose, act=Act.BRIEF, what=what, look=look, as_of=asked.at)
    except _NoPeopleError:
        return gate.refuse(asker, purpose=purpose, what=what, code=Denial.NOTHING_AGREED)


def _look(view: View, *, asked: _Asked) -> Briefing:
    if not view.may_see("person"):
        raise _NoPeopleError
    site = _site(view, asked)
    cover = coverage(asked.at, asked.pack)
    earlier = view.at(cover.since)
    sources = source_ages(view.rows(QUERIES["freshness"], rows.FreshnessRow), at=asked.at)
    late = frozenset(source.system for source in sources if source.state != "fresh")
    now = unit_at(view, code=asked.post, at=asked.at, pack=asked.pack)
    then = unit_at(earlier, code=asked.post, at=cover.since, pack=asked.pack)
    found = _attention(now, asked.pack, late=late)
    found_then = _attention(then, asked.pack, late=frozenset())
    # Whoever has left the unit since is named as he was known then.
    named = named_people(earlier, then, asked.pack) | named_people(view, now, asked.pack)
    places = view.rows(QUERIES["places"], rows.PlaceRow, unit_code=asked.post)
    listed = [row for person in now.people for row in now.engagements.get(person, ())]
    changes = view.rows(
        QUERIES["changes"],
        rows.ChangeRow,
        unit_code=asked.post,
        site_code=site.site_code,
        after=earlier.moment.sequence,
    )
    told = Told(
        now=_records(view, [change for change in changes if change.op != "ended"]),
        before=_records(earlier, [change for change in changes if change.op == "ended"]),
        places=places_by_id(places, unit_code=asked.post),
        people={person: " ".join(part for part in (one.place, one.name) if part) for person, one in named.items()},
        arrived=_arrived(now, then, since=cover.since),
        left={person: asked.at for person in then.people if person not in now.people},
    )
    incidents, without_status = open_incidents(
        view, unit_code=asked.post, site_code=site.site_code, at=asked.at, jurisdiction=asked.pack
    )
    counts = view.rows(QUERIES["issue_counts"], rows.IssueCountRow)
    return Briefing(
        post=asked.post,
        agency=site.name or site.site_code,
        at=asked.at,
        as_of=view.moment.instant,
        sequence=view.moment.sequence,
        purpose=asked.purpose,
        asker=asked.asker,
        coverage=cover,
        named=named,
        people=_listed(found, found_then, named),
        cleared=_cleared(found, found_then, named=named, unit=now),
        unlisted=len(now.people) - len(found),
        roll=roll_of(
            now,
            counted=view.rows(QUERIES["roll_of_unit"], rows.RollRow, unit_code=asked.post),
            places=places,
            pack=asked.pack,
        ),
        movements=movements_due(listed, at=asked.at, pack=asked.pack, late=late),
        news=news(changes, told),
        incidents=incidents,
        tasks=tasks(
            now,
            attention=found,
            hearings=hearings_of_day(view, unit_code=asked.post, at=asked.at, jurisdiction=asked.pack),
            pack=asked.pack,
            late=late,
        ),
        sources=sources,
        items=checklist_items(view, now, sources=sources, counts=counts),
        withheld=not_available(view),
        issues=issues_of(counts, without_status=without_status),
    )


def _site(view: View, asked: _Asked) -> rows.SiteRow:
    found = view.rows(QUERIES["site_of_unit"], rows.SiteRow, unit_code=asked.post)
    if not found:
        raise UnknownPostError(
            f"post `{asked.post}` is not a unit that is known here at this instant; "
            "a post is the path of a wing, such as `LEI-A`"
        )
    return found[0]


def _attention(unit: Unit, jurisdiction: Jurisdiction, *, late: frozenset[str]) -> dict[UUID, Attention]:
    setting = Setting(
        now=unit.at,
        zone=jurisdiction.zone,
        codes=jurisdiction.meanings,
        first_days=jurisdiction.clock("first_days"),
        release_soon=jurisdiction.clock("release_soon"),
        recent_incident=jurisdiction.clock("recent_incident"),
        late_sources=late,
    )
    found = {person: attention(facts, setting) for person, facts in facts_of(unit, jurisdiction).items()}
    return {person: one for person, one in found.items() if one is not None}


def _listed(
    now: Mapping[UUID, Attention], then: Mapping[UUID, Attention], named: Mapping[UUID, Named]
) -> Sequence[Listed]:
    return [
        Listed(
            person=named[UUID(one.facts.person_id)],
            now=one,
            before=(before := then.get(UUID(one.facts.person_id))),
            turn=turn(one, before),
        )
        for one in in_order(now.values())
    ]


def _cleared(
    now: Mapping[UUID, Attention], then: Mapping[UUID, Attention], *, named: Mapping[UUID, Named], unit: Unit
) -> Sequence[Cleared]:
    return [
        Cleared(person=named[UUID(before.facts.person_id)], before=before, is_here=person in unit.people)
        for before in in_order(then.values())
        if (person := UUID(before.facts.person_id)) not in now
    ]


def _arrived(now: Unit, then: Unit, *, since: datetime) -> dict[UUID, datetime]:
    """Who came onto the unit, and when: the begin of custody where that is a fact of this shift, else by now."""
    came: dict[UUID, datetime] = {}
    for person, row in now.people.items():
        if person not in then.people:
            is_fact = row.begun_at is not None and not row.begun_is_default and since <= row.begun_at <= now.at
            came[person] = row.begun_at if is_fact and row.begun_at is not None else now.at
    return came


def _records(view: View, changes: Sequence[rows.ChangeRow]) -> dict[UUID, Mapping[str, object]]:
    wanted: dict[str, dict[UUID, None]] = {}
    for change in changes:
        wanted.setdefault(change.entity, {})[change.id] = None
    return {
        UUID(str(row["id"])): row
        for entity, ids in wanted.items()
        if entity in RECORDS
        for row in view.records(RECORDS[entity], ids=list(ids))
    }
