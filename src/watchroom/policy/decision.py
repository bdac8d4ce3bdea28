"""Which clauses apply to an asker: pure, and the only place where roles and purposes are compared.

A decision does not depend on the day: the days of validity are conditions on each row, so that what was
decided once ends by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from watchroom.policy.canonical import digest_of, digest_of_all
from watchroom.policy.clauses import Agreement, Clause, Duty, Exclusion, Right, classifications_up_to
from watchroom.policy.opened_clauses import openings_of
from watchroom.policy.openings import in_room
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One clause that applies, with what its agreement says for all its clauses.

    Attributes:
        agreement: its name and version, as `HMPPS-CHARTER.1`.
        label: what the pseudonyms of the agreement are made with: who gives, who receives, and its name. Another
            version keeps the words of the one before.
        clause: whole, never a part of it; of an agreement with a room, for its members while it is open.
        classifications: of rows that it may show.
        valid_from, valid_to: days of the node, both included.
        opening: name of what was opened for a time and gives it; None: it is given for good.
    """

    agreement: str
    label: str
    clause: Clause
    classifications: tuple[str, ...]
    valid_from: date
    valid_to: date
    opening: str | None = None

    @property
    def name(self) -> str:
        """The clause as an audit entry names it."""
        return f"{self.agreement}#{self.clause.name}"

    def holds_on(self, day: date) -> bool:
        """Whether the agreement is in force on a day of the node."""
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one combination of organisation, roles and purpose may see.

    Attributes:
        organisation, roles, purpose, right: what it was decided for; roles sorted.
        grants: sorted by name, so that the order of clauses and agreements does not matter.
        exclusions: of every agreement that was asked, also of one that grants nothing here: an exclusion always wins.
            They hold before its first day and past its last, since its end may close but never open.
        duties: what may be done that shows no record, with the days on which each holds.
        policy_hash: of all the agreements that were asked.
    """

    organisation: str
    roles: tuple[str, ...]
    purpose: str
    right: Right
    grants: tuple[Grant, ...]
    exclusions: tuple[Exclusion, ...]
    duties: tuple[tuple[Duty, date, date], ...]
    policy_hash: str
    # INVARIANT: follow from the grants; asked hundreds of times for one page.
    _rows: Mapping[str, tuple[Grant, ...]] = field(init=False, repr=False, compare=False)
    _counts: Mapping[str, tuple[Grant, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = _by_entity(grant for grant in self.grants if not grant.clause.is_count_only)
        counts = _by_entity(grant for grant in self.grants if grant.clause.is_count_only)
        object.__setattr__(self, "_rows", rows)
        object.__setattr__(self, "_counts", counts)

    def rows_of(self, entity: str) -> tuple[Grant, ...]:
        """The grants that show rows of an entity."""
        return self._rows.get(entity, ())

    def counts_of(self, entity: str) -> tuple[Grant, ...]:
        """The grants that show only numbers of an entity."""
        return self._counts.get(entity, ())

    @property
    def opened(self) -> tuple[str, ...]:
        """The names of the openings that gave some of the grants, sorted."""
        return tuple(sorted({grant.opening for grant in self.grants if grant.opening is not None}))

    def duties_on(self, day: date) -> frozenset[Duty]:
        """What may be done on a day of the node that shows no record."""
        return frozenset(duty for duty, first, last in self.duties if first <= day <= last)

    def is_in_force(self, on: date) -> bool:
        """Whether anything of it holds on a day of the node."""
        return any(grant.holds_on(on) for grant in self.grants) or any(
            first <= on <= last for _, first, last in self.duties
        )


def _by_entity(grants: Iterable[Grant]) -> Mapping[str, tuple[Grant, ...]]:
    found: dict[str, tuple[Grant, ...]] = {}
    for grant in grants:
        found[grant.clause.entity] = (*found.get(grant.clause.entity, ()), grant)
    return found


class Denial(StrEnum):
    """Why there is no decision at all."""

    UNKNOWN_PURPOSE = "unknown_purpose"
    UNKNOWN_ROLE = "unknown_role"
    NOTHING_AGREED = "nothing_agreed"


def decide(
    agreements: Sequence[Agreement],
    *,
    organisation: str,
    roles: Sequence[str],
    purpose: str,
    right: Right,
    opened: frozenset[str] = frozenset(),
) -> Decision | Denial:
    """The clauses that apply, or why none does.

    Args:
        agreements: all of the node, in any order.
        organisation: of the asker.
        roles: of the asker; each adds its own clauses whole, nothing is put together from two.
        purpose: dotted name.
        right: what is to be done; a clause without it does not apply.
        opened: names of openings that are open for the asker now, as `HMPPS-CHARTER.1#glass`; each that is in the
            agreements, and is for this organisation, role and purpose, adds its clauses, whole like any other. What
            no agreement names opens nothing.
    """
    if purpose not in PURPOSES:
        return Denial.UNKNOWN_PURPOSE
    if not roles or any(role not in ROLES for role in roles):
        return Denial.UNKNOWN_ROLE
    grants: list[Grant] = []
    exclusions: list[Exclusion] = []
    duties: set[tuple[Duty, date, date]] = set()
    for agreement in sorted(agreements, key=lambda one: one.reference):
        held = frozenset(roles) & agreement.roles_for(organisation)
        found = [clause for clause in agreement.clauses if _applies(clause, held, purpose, right)]
        grants += [_grant(agreement, clause, organisation=organisation) for clause in found]
        grants += [
            _grant(agreement, clause, organisation=organisation, opening=opening.name)
            for opening in openings_of(agreement)
            if opening.name in opened
            for clause in opening.clauses
            if _applies(clause, held, purpose, right)
        ]
        duties |= _duties(agreement, held, purpose)
        exclusions += agreement.exclusions
    if not grants and not duties:
        return Denial.NOTHING_AGREED
    return Decision(
        organisation=organisation,
        roles=tuple(sorted(set(roles))),
        purpose=purpose,
        right=right,
        grants=tuple(sorted(grants, key=lambda grant: grant.name)),
        exclusions=tuple(exclusions),
        duties=tuple(sorted(duties)),
        policy_hash=policy_hash(agreements),
    )


def policy_hash(agreements: Sequence[Agreement]) -> str:
    """The hash of all agreements of a node, in whatever order."""
    return digest_of_all(agreement.digest for agreement in agreements)


def audience_hash(decision: Decision, *, shape: str) -> str:
    """Twelve hexadecimal digits that name the audience of a decision.

    Args:
        decision: its policy, roles, purpose and clauses count.
        shape: digest of the model and of the form of the views; another one gives another audience.
    """
    named = [
        decision.policy_hash,
        decision.organisation,
        decision.roles,
        decision.purpose,
        [grant.name for grant in decision.grants],
        [duty for duty, _, _ in decision.duties],
        shape,
    ]
    return digest_of(named)[:12]


def _applies(clause: Clause, held: frozenset[str], purpose: str, right: Right) -> bool:
    may = right in clause.allow or (clause.is_count_only and right is not Right.EXPORT)
    return may and purpose in clause.purposes and not held.isdisjoint(clause.roles)


def _duties(agreement: Agreement, held: frozenset[str], purpose: str) -> set[tuple[Duty, date, date]]:
    return {
        (duty, agreement.valid_from, agreement.valid_to)
        for assignment in agreement.assignments
        if purpose in assignment.purposes and not held.isdisjoint(assignment.roles)
        for duty in assignment.duties
    }


def _grant(agreement: Agreement, clause: Clause, *, organisation: str, opening: str | None = None) -> Grant:
    is_in_room = agreement.room is not None or agreement.asks_membership(organisation)
    return Grant(
        agreement=agreement.reference,
        label=digest_of([agreement.provider, organisation, agreement.name]),
        clause=replace(clause, condition=in_room(clause.condition, agreement.room)) if is_in_room else clause,
        classifications=classifications_up_to(agreement.highest),
        valid_from=agreement.valid_from,
        valid_to=agreement.valid_to,
        opening=opening,
    )
