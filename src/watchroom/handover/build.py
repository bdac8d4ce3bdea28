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
from watchroom.handover.briefing import Briefing, Cleared, Coverage, Listed, Named, News
from watchroom.handover.ended import Sifted, comparable, news_of_sources, sifted
from watchroom.handover.facts import facts_of, undated
from watchroom.handover.footings import footings_of, given_of, gone_kinds, told_kinds
from watchroom.handover.news import news
from watchroom.handover.parts import (
    alerts_of_no_rule,
    checklist_items,
    issues_of,
    missing_entities,
    named_people,
    not_available,
    open_incidents,
    unassessed_people,
    unplaced,
)
from watchroom.handover.present import Beside, Place, beside_soon, present_soon
from watchroom.handover.quality import SourceQuality, quality_of
from watchroom.handover.rules import OnRecord, coverage, movements_due
from watchroom.handover.sight import Sight, setting_of, sight_of, standing_at
from watchroom.handover.tasks import Listings, tasks
from watchroom.handover.told import Told
from watchroom.handover.unit import QUERIES, Unit, unit_soon
from watchroom.handover.whereabouts import RollRows, places_by_id, roll_of
from watchroom.kernel.errors import NotFoundError
from watchroom.model.jurisdiction import Jurisdiction, pack
from watchroom.policy.decision import Denial
from watchroom.priority.attention import Attention, attentions, in_order, turn
from watchroom.priority.extent import Extent
from watchroom.priority.footing import Given
from watchroom.priority.freshness import SourceAge, behind, source_ages


class UnknownPostError(NotFoundError):
    """No unit of that code is known to the asker's establishment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked: of which post, by whom, for what, as known when."""

    post: str
    asker: Asker
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
        asker=asker,
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
class _Before:
    """The unit at the start of the last shift, and the view that knows it."""

    site: rows.SiteRow
    cover: Coverage
    view: View
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The unit at the start of the last shift and now, and what of it needs attention."""

    before: _Before
    now: Unit
    found_then: Mapping[UUID, Attention]
    found: Mapping[UUID, Attention]
    named: dict[UUID, Named]
    given: Given
    ages: Sequence[rows.FreshnessRow]
    telling: Sequence[SourceAge]
    quality: Sequence[SourceQuality]
    late: frozenset[str]
    counts: Sequence[rows.IssueCountRow]
    sight: Sight

    @property
    def is_first(self) -> bool:
        """Nothing was known at the start of the last shift."""
        return self.before.view.moment.sequence == 0

    @property
    def away(self) -> frozenset[str]:
        """The sources of which nothing stands, for they ended."""
        return frozenset(row.source_system for row in self.ages if row.away_at is not None)


def _look(view: View, *, asked: _Asked) -> Briefing | Declined:
    if not view.may_see("person"):
        # No clause shows the asker any person for this purpose, so there is no handover for them.
        return Declined(code=Denial.NOTHING_AGREED)
    cover = coverage(asked.at, asked.pack)
    earlier = view.at(cover.since)
    # The earlier instant first and whole: each change of instant makes the transaction its audience anew.
    with view.together():
        site = _site(earlier, view, asked)
        then = unit_soon(earlier, code=asked.post, site=site.site_code, at=cover.since, pack=asked.pack)()()
        place = Place(
            code=asked.post,
            site=site.site_code,
            at=asked.at,
            since=cover.since,
            after=earlier.moment.sequence,
        )
        before = _Before(site=site, cover=cover, view=earlier, unit=then)
        known, beside = _known(view, place, asked=asked, before=before)
        return _briefing(view, beside, asked=asked, known=known)


def _briefing(view: View, beside: Beside, *, asked: _Asked, known: _Known) -> Briefing:
    now, found = known.now, known.found
    listed = [row for person in now.people for row in now.engagements.get(person, ())]
    places, counted, observed = beside.places(), beside.roll(), beside.observations()
    pending = beside.pending()
    incidents, without_status = open_incidents(view, beside.incidents(), unit=now)
    sift = sifted(beside.changes(), known.ages)
    return Briefing(
        post=asked.post,
        agency=known.before.site.name or known.before.site.site_code,
        site=known.before.site.site_code,
        at=asked.at,
        as_of=view.moment.instant,
        sequence=view.moment.sequence,
        is_first=known.is_first,
        purpose=asked.purpose,
        asker=asked.asker.name,
        coverage=known.before.cover,
        named=known.named,
        people=_listed(known, sift),
        cleared=_cleared(known, sift),
        unlisted=len(now.people) - len(found),
        roll=roll_of(
            now,
            RollRows(counted=counted, places=places, unplaced=unplaced(view, now, counted)),
            pack=asked.pack,
            lacking=known.sight.lacking,
        ),
        movements=movements_due(listed, at=asked.at, pack=asked.pack, late=known.late, lacking=known.sight.lacking),
        news=_news(known, sift, _told(known, places=places, pending=pending, sift=sift, asked=asked)),
        incidents=incidents,
        tasks=tasks(
            now,
            attention=found,
            listed=Listings(hearings=beside.hearings(), observations=observed, plans=beside.plans(), entries=pending),
            pack=asked.pack,
            late=known.late,
        ),
        sources=known.telling,
        quality=known.quality,
        items=checklist_items(
            view,
            given=known.given,
            counts=known.counts,
            sight=known.sight,
            on_record=OnRecord(
                unassessed=unassessed_people(now, known.named, sight=known.sight),
                recorded=frozenset({"observation_schedule"} if observed else ()),
            ),
        ),
        extents={code: extent for code, extent in known.sight.extents.items() if extent is not Extent.WHOLE},
        undated=undated(now),
        withheld=not_available(view),
        issues=issues_of(known.counts, without_status=without_status),
        in_part=known.sight.in_part,
        without_status=without_status,
        footings=footings_of(known.given),
    )


def _known(view: View, place: Place, *, asked: _Asked, before: _Before) -> tuple[_Known, Beside]:
    """Who needs attention, and the other questions, which are on their way by then.

    INVARIANT: whoever takes an answer waits for all that were asked. So each part is asked before the last one is
    worked on, and no answer of it is taken until that is done.
    """
    present = present_soon(view, place, asked.pack)
    facts_then = facts_of(before.unit, asked.pack)
    named_then = named_people(before.unit, asked.pack)
    counts = present.faults()
    standing = standing_at(asked.asker, unit=asked.post, site=before.site.site_code, at=asked.at, pack=asked.pack)
    ages = present.sources()
    sources = source_ages(ages, at=asked.at)
    given = given_of(ages, sources, at=asked.at)
    undelivered = missing_entities(counts) | gone_kinds(given)
    sight = sight_of(view.decision, standing, pack=asked.pack, undelivered=undelivered)
    found_then = attentions(facts_then, setting_of(before.unit, asked.pack, late=frozenset(), sight=sight))
    late = behind(sources)
    now = present.unit()()
    beside = beside_soon(view, place, asked.pack, changed=present.changed())
    facts = facts_of(now, asked.pack)
    alerts = alerts_of_no_rule(facts, today=now.today, pack=asked.pack, extents=sight.extents)
    known = _Known(
        before=before,
        now=now,
        found_then=found_then,
        found=attentions(facts, setting_of(now, asked.pack, late=late, sight=sight)),
        # Whoever has left the unit since is named as known then.
        named=named_then | named_people(now, asked.pack, alerts),
        given=given,
        ages=ages,
        telling=given.giving(told_kinds(view.model)),
        quality=quality_of(present.quality(), may_see=view.may_see),
        late=late,
        counts=counts,
        sight=sight,
    )
    return known, beside


def _told(
    known: _Known,
    *,
    places: Sequence[rows.PlaceRow],
    pending: Sequence[rows.PendingEntryRow],
    sift: Sifted,
    asked: _Asked,
) -> Told:
    now, then = known.now, known.before.unit
    return Told(
        model=known.before.view.model,
        places=places_by_id(places, unit_code=asked.post),
        people={
            person: " ".join(part for part in (one.place, one.name) if part) for person, one in known.named.items()
        },
        arrived={
            person: at
            for person, at in _arrived(now, then, since=known.before.cover.since).items()
            if person not in sift.back
        },
        left=[person for person in then.people if person not in now.people and person not in sift.gone],
        pending={row.case_note_id: row.system_code for row in pending if row.case_note_id is not None},
        at=asked.at,
        zone=asked.pack.zone,
    )


def _site(earlier: View, view: View, asked: _Asked) -> rows.SiteRow:
    """The agency of the unit; one that was not known at the start of the shift is asked for as it was known later.

    Before anything was delivered a unit of today is there with nothing known of it, and the page says that. Where
    something was known, a unit that was not is none: its page would tell a roll of nobody.
    """
    found: Sequence[rows.SiteRow] = ()
    for known in (earlier, view) if view.moment.sequence else (earlier, view, view.present()):
        found = found or known.rows(QUERIES["site_of_unit"], rows.SiteRow, unit_code=asked.post)
    if not found:
        raise UnknownPostError(
            # What was typed is not said again: it may be anything, and messages are kept.
            "the post that was asked for is no unit that is known here at this instant; "
            "a post is the path of a wing, such as `LEI-A`"
        )
    return found[0]


def _listed(known: _Known, sift: Sifted) -> Sequence[Listed]:
    """Who needs attention, compared with then as far as the same sources told of them.

    Before the first delivery nobody was listed because nothing was known: that makes nobody new.
    """
    now = known.found
    then = dict(now) if known.is_first else comparable(known.found_then, known.away)
    unknown = sift.back - then.keys()
    then |= {person: now[person] for person in unknown if person in now}
    turns = {str(person): turn(one, then.get(person)) for person, one in now.items()}
    return [
        Listed(
            person=known.named[person],
            now=one,
            before=then.get(person),
            turn=turns[one.facts.person_id],
            is_compared=person not in unknown,
        )
        for one in in_order(now.values(), turns)
        if (person := UUID(one.facts.person_id)) in now
    ]


def _cleared(known: _Known, sift: Sifted) -> Sequence[Cleared]:
    return [
        Cleared(person=known.named[person], before=before, is_here=person in known.now.people)
        for before in in_order(comparable(known.found_then, known.away).values())
        if (person := UUID(before.facts.person_id)) not in known.found and person not in sift.gone
    ]


def _news(known: _Known, sift: Sifted, told: Told) -> Sequence[News]:
    if known.is_first:
        return ()
    giving = frozenset(source.system for source in known.telling)
    return [*news_of_sources(sift, since=known.before.cover.since, giving=giving), *news(sift.changes, told)]


def _arrived(now: Unit, then: Unit, *, since: datetime) -> dict[UUID, datetime | None]:
    """Who came onto the unit, and when: the begin of custody where that is a fact of this shift, else unknown."""
    came: dict[UUID, datetime | None] = {}
    for person, row in now.people.items():
        if person not in then.people:
            is_fact = row.begun_at is not None and not row.begun_is_default and since <= row.begun_at <= now.at
            came[person] = row.begun_at if is_fact else None
    return came
