"""Builds the page of one person: asks the gate once, and puts before the asker what the handover's rules say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.handover import rows, unit
from watchroom.handover.facts import facts_of
from watchroom.handover.parts import missing_entities
from watchroom.handover.person.rules import AHEAD, PARTS, FactRow, Part, Person, PersonRow, past_of
from watchroom.handover.sight import setting_of, sight_of, standing_at
from watchroom.handover.unit import Unit, by_person, first_of_each, placed_soon
from watchroom.kernel.named_sql import load_queries
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.priority.attention import Attention, attentions
from watchroom.priority.freshness import behind, source_ages

R = TypeVar("R", bound=NamedTuple)

QUERIES = load_queries("watchroom.handover.person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Whose page, and when.

    Attributes:
        person_id: any id.
        jurisdiction: of the node.
        at: timezone-aware; decides what is today and how old things are.
        is_past: `at` is not simply now, so the record is asked as it was known then.
    """

    person_id: UUID
    jurisdiction: Jurisdiction
    at: datetime
    is_past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    asker: Asker
    person_id: UUID
    purpose: str
    at: datetime
    pack: Jurisdiction


def build_person(gate: Gate, asker: Asker, *, purpose: str, whom: Whom) -> Seen[Person | None] | Refused:
    """What the asker may see of one person; None when there is nobody, or nobody that they may know of.

    Nobody and somebody hidden are one answer.
    """
    asked = _Asked(
        asker=asker, person_id=whom.person_id, purpose=purpose, at=whom.at.astimezone(UTC), pack=whom.jurisdiction
    )
    as_of = asked.at if whom.is_past else None
    return gate.read(
        asker,
        asked=Asked(
            purpose=purpose,
            act=Act.CONSULT,
            what="person",
            as_of=as_of,
            # Others stand on the page as well: the review of looks asks who was looked up.
            detail={"looked_up": str(asked.person_id)},
        ),
        look=partial(_look, asked=asked),
    )


def _look(view: View, *, asked: _Asked) -> Person | None:
    people = view.rows(QUERIES["person"], PersonRow, person_id=asked.person_id)
    if not people:
        return None
    person = people[0]
    sources = source_ages(view.rows(unit.PRESENT["freshness"], rows.FreshnessRow), at=asked.at)
    known = _unit_of(view, person, asked)
    late = behind(sources)
    parts = {part.key: _facts(view, part, asked) for part in PARTS}
    return Person(
        at=asked.at,
        purpose=asked.purpose,
        person=person,
        attention=None if known is None else _attention(view, known, asked, late=late),
        is_weighed=known is not None,
        parts=parts,
        past={part.key: past_of(part, parts[part.key] or (), at=asked.at, pack=asked.pack) for part in PARTS},
        sources=sources,
    )


def _facts(view: View, part: Part, asked: _Asked) -> Sequence[FactRow] | None:
    if not all(view.may_see(entity) for entity in part.entities):
        return None
    today = asked.pack.local_day(asked.at)
    given = {"person_id": asked.person_id, "today": today, "last_day": today + AHEAD}
    query = QUERIES[part.key]
    return view.rows(query, FactRow, **{name: given[name] for name in query.parameters})


def _attention(view: View, known: Unit, asked: _Asked, *, late: frozenset[str]) -> Attention | None:
    standing = standing_at(asked.asker, unit=known.code, site=known.site, at=asked.at, pack=asked.pack)
    counts = view.rows(unit.PRESENT["issue_counts"], rows.IssueCountRow)
    sight = sight_of(view.decision, standing, pack=asked.pack, undelivered=missing_entities(counts))
    setting = setting_of(known, asked.pack, late=late, sight=sight)
    return attentions(facts_of(known, asked.pack), setting).get(asked.person_id)


def _unit_of(view: View, person: PersonRow, asked: _Asked) -> Unit | None:
    """The unit of the person as the rules know it: this person, those in the same cell and those to be kept apart.

    None when the person is on no unit, and then no handover tells of them.
    """
    if person.site_code is None or person.unit_code is None:
        return None
    where = {"site_code": person.site_code, "unit_code": person.unit_code}

    def narrowed(query: str, into: type[R], ids: Sequence[UUID], **more: object) -> list[R]:
        return view.rows(unit.QUERIES[query], into, ids=list(ids), **where, **more)

    own = [asked.person_id]
    apart = narrowed("non_associations", rows.KeepApartRow, own)
    cells = view.rows(unit.QUERIES["cells"], rows.CellRow, ids=own, unit_code=person.unit_code)
    mates = [mate for cell in cells if cell.is_cell for mate in cell.visible_person_ids]
    sharing = list(dict.fromkeys([*own, *mates]))
    every = list(dict.fromkeys([*sharing, *(row.other_person_id for row in apart)]))
    today = asked.pack.local_day(asked.at)
    since = asked.at - asked.pack.clock("recent_incident") - timedelta(hours=1)
    people = first_of_each(narrowed("people", rows.PersonRow, every))
    if asked.person_id not in people:
        return None
    return Unit(
        code=person.unit_code,
        site=person.site_code,
        at=asked.at,
        today=today,
        people=people,
        alerts=by_person(narrowed("alerts", rows.AlertRow, own)),
        cell_sharing=by_person(narrowed("cell_sharing", rows.CellSharingRow, sharing)),
        engagements=by_person(placed_soon(view, narrowed("engagements", rows.EngagementRow, every, today=today))()),
        release_dates=by_person(narrowed("release_dates", rows.ReleaseRow, own)),
        keep_apart=by_person(apart),
        incidents=by_person(narrowed("incident_parts", rows.IncidentPartRow, own, since=since)),
        last_movements=by_person(narrowed("last_movements", rows.MovementRow, own)),
        cells=cells,
    )
