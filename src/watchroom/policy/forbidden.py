"""Flows that no clause can open, whatever it says: the register, and which of them a clause would open.

A flow is a role, an entity and fields; a guard says of which rows alone the fields may be shown. A clause whose
condition could let another row through, as far as can be known without looking at rows, opens the flow. A mask does
not close it: that there is a note is told by its mask too.

The sources are named for whoever has to judge; a data protection officer or counsel has to confirm them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchroom.policy.conditions import Condition, Constant
from watchroom.policy.reach import can_hold_outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The only rows of which the fields may be shown: those whose `column` is known to be one of `safe`."""

    column: str
    safe: frozenset[Constant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Something that is never shown.

    Attributes:
        name: snake_case; message `forbidden.<name>` says it.
        entity, fields: what is not shown.
        reason: one sentence.
        source: rule or law, to be confirmed by counsel.
        roles: to whom; None: to nobody.
        guard: of which rows it may be shown after all; None: of none.
    """

    name: str
    entity: str
    fields: frozenset[str]
    reason: str
    source: str
    roles: frozenset[str] | None = None
    guard: Guard | None = None


def _register(*flows: Flow) -> Mapping[str, Flow]:
    return {flow.name: flow for flow in flows}


# Types of event under which no legal adviser is met or written to. A list of those under which one may be was left:
# a type that is new, or that a source writes in its own way, would be open.
_NEVER_LEGAL: frozenset[Constant] = frozenset({"ACP", "ADM", "COURSE", "MED", "PRG", "PRISON_ACT", "REL", "TRN"})

# That an official visit is due, when and where, has to be known on the wing; what was said or written of it has not.
FORBIDDEN: Mapping[str, Flow] = _register(
    Flow(
        name="privileged_visits",
        entity="visit",
        fields=frozenset({"comment", "concern"}),
        reason="Official visits include those of legal advisers, and what is noted of such a visit may be privileged.",
        source="Prison Rules 1999, rule 38",
        guard=Guard(column="type_code", safe=frozenset({"SCON"})),
    ),
    Flow(
        name="privileged_events",
        entity="scheduled_event",
        fields=frozenset({"comment"}),
        reason="Visits, video links and appointments with legal advisers, and letters to and from them, may be kept as"
        " events, and what is noted of such an event may be privileged.",
        source="Prison Rules 1999, rules 38 and 39",
        guard=Guard(column="type_code", safe=_NEVER_LEGAL),
    ),
    Flow(
        name="court_staff_notes",
        entity="court_appearance",
        fields=frozenset({"comment"}),
        reason="A prosecutor is not shown what court staff note of a hearing.",
        source="Equality of arms between the parties; Criminal Procedure Rules",
        roles=frozenset({"prosecutor"}),
    ),
)

# Forbidden too, but the model holds no record of its own for it: no clause can name it. Where a source keeps a letter
# as an event, `privileged_events` covers what is noted of it. A test asks for a flow as soon as the model has mail.
NOT_IN_THE_MODEL: Mapping[str, str] = {
    "privileged_mail": "Letters to and from legal advisers (Prison Rules 1999, rule 39).",
}


def opened(entity: str, *, roles: Iterable[str], fields: Iterable[str], condition: Condition) -> tuple[Flow, ...]:
    """The forbidden flows that a clause of these parts would open, in the order of the register."""
    to, shown = frozenset(roles), frozenset(fields)
    return tuple(
        flow
        for flow in FORBIDDEN.values()
        if flow.entity == entity
        and not flow.fields.isdisjoint(shown)
        and (flow.roles is None or not flow.roles.isdisjoint(to))
        and _lets_through(flow, condition)
    )


def _lets_through(flow: Flow, condition: Condition) -> bool:
    if flow.guard is None:
        return True
    return can_hold_outside(condition, column=flow.guard.column, safe=flow.guard.safe)
