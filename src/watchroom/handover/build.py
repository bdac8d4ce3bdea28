"""Builds the handover of a post: asks the gate once, applies the rules, keeps what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Declined, Gate, Refused, Seen, View
from watchroom.handover import rows
from watchroom.handover.briefing import Briefing, Cleared, Coverage, Listed, Named, News, SourceAge
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
from watchroom.kernel.errors import NotFoundError
from watchroom.model.jurisdiction import Jurisdiction, pack
from watchroom.policy.decision import Denial
from watchroom.priority.attention import Attention, attention, in_order, turn
from watchroom.priority.setting import Setting


class UnknownPostError(NotFoundError):
    """No unit of that code is known to the asker's establishment."""


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
    act: Act = Act.BRIEF,
) -> Seen[Briefing] | Refused:
    """The handover of a post as known at an instant, everything of it read in one transaction of the gate.

    Args:
        asker: whose handover it is; another asker or purpose may see another one.
        post: code of the unit, which is the path of its wing (`LEI-A`).
        at: timezone-aware; the start of what is compared is that of the outgoing shift.
        act: for the audit log; EXPORT, with its own right, where it leaves the node as a document.

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
    detail = {"post": post}
    return gate.read(
        asker, asked=Asked(purpose=purpose, act=act, what="handover", as_of=asked.at, detail=detail), look=look
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The unit at the start of the last shift and now, and what of it needs attention."""

    site: rows.SiteRow
    cover: Coverage
    earlier: View
    then: Unit
    now: Unit
    found_then: Mapping[UUID, Attention]
    found: Mapping[UUID, Attention]
    named: dict[UUID, Named]
    sources: Sequence[SourceAge]
    late: frozenset[str]

    @property
    def is_first(self) -> bool:
        """Nothing was known at the start of the last shift."""
        return self.earlier.moment.sequence == 0


def _look(view: View, *, asked: _Asked) -> Briefing | Declined:
    if not view.may_see("person"):
        # No clause shows the asker any person for this purpose, so there is no handover for them.
        return Declined(code=Denial.NOTHING_AGREED)
    known = _known(view, asked)
    now, found = known.now, known.found
    listed = [row for person in now.people for row in now.engagements.get(person, ())]
    places = view.rows(QUERIES["places"], rows.PlaceRow, site_code=now.site, unit_code=asked.post)
    counted = view.rows(QUERIES["roll_of_unit"], rows.RollRow, unit_code=asked.post)
    counts = view.rows(QUERIES["issue_counts"], rows.IssueCountRow)
    hearings = hearings_of_day(view, now, asked.pack)
    incidents, without_status = open_incidents(
        view, unit_code=asked.post, site_code=known.site.site_code, at=asked.at, jurisdiction=asked.pack
    )
    return Briefing(
        post=asked.post,
        agency=known.site.name or known.site.site_code,
        at=asked.at,
        as_of=view.moment.instant,
        sequence=view.moment.sequence,
        is_first=known.is_first,
        purpose=asked.purpose,
        asker=asked.asker,
        coverage=known.cover,
        named=known.named,
        # Before the first delivery nobody was listed because nothing was known: that makes nobody new.
        people=_listed(found, found if known.is_first else known.found_then, known.named),
        cleared=_cleared(known),
        unlisted=len(now.people) - len(found),
        roll=roll_of(now, counted=counted, places=places, pack=asked.pack),
        movements=movements_due(listed, at=asked.at, pack=asked.pack, late=known.late),
        news=() if known.is_first else _news(view, asked, known=known, places=places),
        incidents=incidents,
        tasks=tasks(now, attention=found, hearings=hearings, pack=asked.pack, late=known.late),
        sources=known.sources,
        items=checklist_items(view, now, sources=known.sources, counts=counts),
        withheld=not_available(view),
        issues=issues_of(counts, without_status=without_status),
    )


def _known(view: View, asked: _Asked) -> _Known:
    cover = coverage(asked.at, asked.pack)
    # The earlier instant is asked first and whole: each change of instant makes the transaction its audience anew.
    earlier = view.at(cover.since)
    site = _site(earlier, view, asked)
    then = unit_at(earlier, code=asked.post, site=site.site_code, at=cover.since, pack=asked.pack)
    named_then = named_people(earlier, then, asked.pack)
    sources = source_ages(view.rows(QUERIES["freshness"], rows.FreshnessRow), at=asked.at)
    late = frozenset(source.system for source in sources if source.state != "fresh")
    now = unit_at(view, code=asked.post, site=site.site_code, at=asked.at, pack=asked.pack)
    return _Known(
        site=site,
        cover=cover,
        earlier=earlier,
        then=then,
        now=now,
        found_then=_attention(then, asked.pack, late=frozenset()),
        found=_attention(now, asked.pack, late=late),
        # Whoever has left the unit since is named as known then.
        named=named_then | named_people(view, now, asked.pack),
        sources=sources,
        late=late,
    )


def _news(view: View, asked: _Asked, *, known: _Known, places: Sequence[rows.PlaceRow]) -> Sequence[News]:
    changes = view.rows(
        QUERIES["changes"],
        rows.ChangeRow,
        unit_code=asked.post,
        site_code=known.site.site_code,
        after=known.earlier.moment.sequence,
    )
    now, then = known.now, known.then
    told = Told(
        now=_records(view, [change for change in changes if change.op != "ended"]),
        before=_records(known.earlier, [change for change in changes if change.op == "ended"]),
        places=places_by_id(places, unit_code=asked.post),
        people={
            person: " ".join(part for part in (one.place, one.name) if part) for person, one in known.named.items()
        },
        arrived=_arrived(now, then, since=known.cover.since),
        left={person: asked.at for person in then.people if person not in now.people},
    )
    return news(changes, told)


def _site(earlier: View, view: View, asked: _Asked) -> rows.SiteRow:
    """The agency of the unit; one that was not known at the start of the shift is asked for as it is known now."""
    found = earlier.rows(QUERIES["site_of_unit"], rows.SiteRow, unit_code=asked.post)
    found = found or view.rows(QUERIES["site_of_unit"], rows.SiteRow, unit_code=asked.post)
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


def _cleared(known: _Known) -> Sequence[Cleared]:
    return [
        Cleared(person=known.named[person], before=before, is_here=person in known.now.people)
        for before in in_order(known.found_then.values())
        if (person := UUID(before.facts.person_id)) not in known.found
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
