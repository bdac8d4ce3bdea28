"""Random policies of a node, with what they open and with rooms, and whoever may ask under them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from policy_cases import (
    ALL_ENTITIES,
    CASE_ENTITY,
    FACTS,
    NOW,
    ZONE,
    Asking,
    agreement_of,
    agreements,
    clauses,
)
from watchroom.gate.askers import Asker
from watchroom.policy.clauses import Agreement, OnRequest, Recipient, Right
from watchroom.policy.conditions import ALWAYS
from watchroom.policy.openings import Addition, BreakGlass, Moment, Room
from watchroom.policy.periods import Period

_T = TypeVar("_T")

# Who may be agreed with, and who asks: often the same.
ORGANISATIONS = ("HMPPS", "HMPPS", "HMPPS", "police")
ROLES_HELD = ("nurse", "nurse", "nurse", "wing_officer", "duty_governor")
PURPOSES_ASKED = ("custody.care", "custody.care", "custody.care", "custody.safety")
# Names of what may be asked for.
REQUESTED = ("a", "b")
RIGHTS = (Right.LIST, Right.LIST, Right.READ, Right.EXPORT, Right.COUNT, Right.SUBSCRIBE)


@st.composite
def glasses(draw: st.DrawFn, roles: tuple[str, ...], *, entities: tuple[str, ...] = ALL_ENTITIES) -> BreakGlass:
    """Any glass that some of `roles` may break."""
    additions: list[Addition] = []
    for clause in draw(st.lists(clauses(entities=entities), min_size=1, max_size=3)):
        held = tuple(dict.fromkeys(draw(_few(roles))))
        one = Addition(entity=clause.entity, roles=held, fields=clause.fields, condition=clause.condition)
        additions.append(one)
    return BreakGlass(
        roles=tuple(dict.fromkeys(role for one in additions for role in one.roles)),
        purposes=draw(_few(PURPOSES_ASKED)),
        additions=tuple(additions),
        needs=("reason",),
        lasts=timedelta(hours=4),
        review_within=timedelta(hours=72),
        tell=("provider-dpo",),
    )


@st.composite
def requests(draw: st.DrawFn, roles: tuple[str, ...]) -> OnRequest:
    """Anything that some of `roles` may ask for, about whomever."""
    clause = draw(clauses(entities=ALL_ENTITIES))
    name = draw(st.sampled_from(REQUESTED))
    held, purposes = draw(_few(roles)), draw(_few(PURPOSES_ASKED))
    return OnRequest(
        name=name,
        title="x",
        clause=replace(clause, name=f"request-{name}", roles=held, purposes=purposes),
        about=ALWAYS,
        lasts=timedelta(days=1),
        decided_by=("nurse",),
        answer_within=timedelta(hours=4),
    )


@st.composite
def parties(draw: st.DrawFn, *, opens: str | None = None) -> Agreement:
    """Any agreement, with any organisations, roles and purposes: those who ask, and others.

    `opens`: what it opens in any case, "glass" or "request".
    """
    found = draw(agreements(most_exclusions=draw(st.sampled_from([0, 0, 2]))))
    recipients = draw(
        st.lists(
            st.builds(Recipient, organisation=st.sampled_from(ORGANISATIONS), roles=_few(ROLES_HELD)),
            min_size=1,
            max_size=2,
        )
    )
    roles = tuple(role for recipient in recipients for role in recipient.roles)
    broad = draw(st.sampled_from([ALL_ENTITIES, ALL_ENTITIES, ALL_ENTITIES[1:], ()]))
    changed = [
        replace(
            clause,
            roles=draw(_few(roles)),
            purposes=draw(_few(PURPOSES_ASKED)),
            # What is only counted shows no row; `test_gate_suppression.py` has it.
            allow=frozenset(draw(_few(RIGHTS))) | {draw(st.sampled_from([Right.LIST, Right.LIST, Right.READ]))},
        )
        # Beside the narrow ones some that show every row, so that much is shown and not only absent.
        for clause in (*found.clauses, *(draw(clauses(entities=(name,), condition=ALWAYS)) for name in broad))
    ]
    return agreement_of(
        changed,
        recipients=recipients,
        exclusions=found.exclusions,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        highest=found.highest,
        name=found.name,
        break_glass=draw(glasses(roles) if opens == "glass" else st.none() | glasses(roles)),
        on_request=draw(
            st.lists(
                requests(roles),
                min_size=1 if opens == "request" else 0,
                max_size=2,
                unique_by=lambda one: one.name,
            )
        ),
    )


def room_from(opens: timedelta, closes: timedelta) -> Room:
    """The room of a case from so long after it is heard until so long after it; negative: before."""
    first, last = (
        Moment(period=Period(span=abs(one)), is_before=one < timedelta(0), date_field="conference_at")
        for one in (opens, closes)
    )
    return Room(opens=first, closes=last)


# With instants at which a case is heard, and moments at which is asked: also to the instant.
ROOMS = [
    room_from(opens, closes)
    for opens in (timedelta(days=-8), timedelta(hours=-1), timedelta(hours=1))
    for closes in (timedelta(days=8), timedelta(hours=30), timedelta(days=200))
]


@st.composite
def conferences(draw: st.DrawFn) -> Agreement:
    """Any agreement for the members of the rooms of cases, as the loader lets one through: of rows of cases alone."""
    roles = draw(_few(ROLES_HELD))
    organisations = draw(st.sets(st.sampled_from(ORGANISATIONS), min_size=1))
    some = draw(st.lists(clauses(entities=(CASE_ENTITY,)), max_size=2))
    broad = draw(clauses(entities=(CASE_ENTITY,), condition=ALWAYS))
    return agreement_of(
        [
            replace(clause, roles=draw(_few(roles)), purposes=draw(_few(PURPOSES_ASKED)))
            for clause in ({one.name: one for one in (*some, broad)}).values()
        ],
        recipients=[Recipient(organisation=one, roles=roles, member_of="case_room") for one in sorted(organisations)],
        room=draw(st.none() | st.sampled_from(ROOMS)),
        break_glass=draw(st.none() | glasses(roles, entities=(CASE_ENTITY,))),
        name=draw(st.uuids().map(str)),
    )


def _few(values: tuple[_T, ...]) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(lambda found: tuple(dict.fromkeys(found)))


def policies(most: int = 3) -> st.SearchStrategy[list[Agreement]]:
    """The agreements of a node."""
    any_kind = st.one_of(parties(), parties(), parties(), conferences())
    return st.lists(any_kind, min_size=1, max_size=most, unique_by=lambda one: one.name)


# Also after midnight where the node is, while the day in UTC is still the one before.
MOMENTS = tuple(
    NOW + timedelta(days=days, hours=hours) for days in (*[0] * 12, 1, 8, 9, 10, 11, 100) for hours in (0, 16.5)
)


@st.composite
def askings(draw: st.DrawFn) -> Asking:
    """Anybody, for any purpose, at any moment around the first and last days of agreements."""
    return _asking(
        draw,
        organisation=draw(st.sampled_from(ORGANISATIONS)),
        roles=draw(_few(ROLES_HELD)),
        purpose=draw(st.sampled_from(PURPOSES_ASKED)),
        right=draw(st.sampled_from(RIGHTS)),
    )


@st.composite
def cases(draw: st.DrawFn, *, of: str | None = None) -> tuple[list[Agreement], Asking]:
    """Agreements, and somebody who asks: mostly one whom some clause is for, of an agreement or of what is open.

    `of`: what the first agreement has and the asker asks under, "glass", "request" or "room"; None: whatever.
    """
    found = draw(policies())
    if of is not None:
        found = [draw(conferences() if of == "room" else parties(opens=of)), *found[:2]]
    names = _openings(found if of in (None, "room") else found[:1])
    opened = frozenset(
        draw(st.just([] if of in (None, "room") else names) | st.lists(st.sampled_from(names), min_size=1))
    )
    if of is None and draw(st.sampled_from([False] * 7 + [True])):
        return found, replace(draw(askings()), opened=opened)
    agreement = found[0] if of is not None else draw(st.sampled_from(found))
    recipient = draw(st.sampled_from(agreement.recipients))
    among = [(one.roles, one.purposes, sorted(one.allow)) for one in agreement.clauses]
    among = draw(st.sampled_from([among, _openable(agreement, opened) or among]))
    roles, purposes, rights = draw(st.sampled_from(among))
    asking = _asking(
        draw,
        organisation=recipient.organisation,
        roles=tuple(dict.fromkeys((*recipient.roles[:1], *draw(_few(roles))))),
        purpose=draw(st.sampled_from(purposes)),
        right=draw(st.sampled_from(rights)),
    )
    return found, replace(asking, opened=opened)


def _openings(found: Sequence[Agreement]) -> list[str]:
    """Names of all that can be open, and of some that cannot."""
    names = [f"{one.name}.{one.version}#glass" for one in found]
    return names + [f"{one.name}.{one.version}#{asked.clause.name}" for one in found for asked in one.on_request]


def _openable(
    agreement: Agreement, opened: frozenset[str]
) -> list[tuple[tuple[str, ...], tuple[str, ...], list[Right]]]:
    """For whom and for what purposes the openings of an agreement are that are open."""
    reference, reads = f"{agreement.name}.{agreement.version}", [Right.LIST, Right.READ]
    found = [
        (one.clause.roles, one.clause.purposes, reads)
        for one in agreement.on_request
        if f"{reference}#{one.clause.name}" in opened
    ]
    glass = agreement.break_glass
    if glass is not None and f"{reference}#glass" in opened:
        found += [(one.roles, glass.purposes, reads) for one in glass.additions]
    return found


def _asking(draw: st.DrawFn, **who: Any) -> Asking:
    now, facts = draw(st.sampled_from(MOMENTS)), draw(FACTS)
    # As the gate has them: a unit brings its establishment.
    asker = Asker(name="x", roles=(), organisation="", sites=facts.values["my_sites"], units=facts.values["my_units"])
    values = {**facts.values, "my_sites": asker.all_sites}
    return Asking(facts=replace(facts, now=now, today=now.astimezone(ZONE).date(), values=values), **who)
