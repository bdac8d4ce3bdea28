"""To whom an asker has a relation, as SQL: by what the record says today, also where the past is asked for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import LiteralString

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.policy.conditions import (
    FACTS_OF_PEOPLE,
    FACTS_WORKED_OUT,
    RECENT,
    All,
    Condition,
    InFact,
    Not,
    Some,
)
from watchroom.policy.decision import Decision

_CASELOAD = """
select 'my_caseload' as fact, k.person_id as id
from record.key_worker as k
inner join gate.account_staff as s on k.source_system = s.source_system and k.staff_reference = s.staff_reference
inner join gate.account as a on s.account = a.name
where {mine} and k.is_active and a.name = {asker} and a.organisation = {organisation}
"""
_IN_CUSTODY = """
select 'my_people_in_custody' as fact, e.person_id as id
from record.custody_episode as e
where {mine} and e.is_active and {is_here_e}
"""
# Who has left: released from here, or moved, so that an earlier version of the episode was here.
_RECENT = """
select 'my_recent_people' as fact, e.person_id as id
from record.custody_episode as e
where {mine} and (e.is_active or e.ended_at >= {since}) and {is_here_e}
union all
select 'my_recent_people' as fact, h.person_id as id
from record.custody_episode_history as h
where {mine} and h.is_active and h.recorded_to >= {since} and {is_here_h}
"""
_QUERIES: Mapping[str, LiteralString] = {
    "my_caseload": _CASELOAD,
    "my_people_in_custody": _IN_CUSTODY,
    "my_recent_people": _RECENT,
}


def own_people(asking: Asking) -> sql.Composable:
    """The query of the people that the facts of an audience hold: `fact`, `id`."""
    first = asking.first
    parts = [
        sql.SQL(_QUERIES[fact]).format(
            mine=first.is_mine,
            asker=first.asker,
            organisation=first.organisation,
            since=sql.SQL("({} - make_interval(days => {}))").format(first.now, sql.Literal(RECENT.days)),
            is_here_e=first.is_among(sql.Identifier("e", "site_code"), "my_sites"),
            is_here_h=first.is_among(sql.Identifier("h", "site_code"), "my_sites"),
        )
        for fact in sorted(asking.worked_out & FACTS_OF_PEOPLE)
    ]
    return (
        sql.SQL(" union all ").join(parts)
        if parts
        else sql.SQL("select null::text as fact, null::uuid as id where false")
    )


def facts_worked_out(decision: Decision) -> frozenset[str]:
    """The facts, to be worked out for each read, that the clauses and exclusions of a decision name."""
    conditions: list[Condition] = [grant.clause.condition for grant in decision.grants]
    conditions += [one for exclusion in decision.exclusions for one in exclusion.conditions.values()]
    return frozenset(_facts(conditions)) & FACTS_WORKED_OUT


def _facts(conditions: Iterable[Condition]) -> Iterator[str]:
    for condition in conditions:
        match condition:
            case All() | Some():
                yield from _facts(condition.parts)
            case Not():
                yield from _facts([condition.part])
            case InFact():
                yield condition.fact
            case _:
                pass
