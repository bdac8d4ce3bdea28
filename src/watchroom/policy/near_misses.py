"""Why clauses do not show something to somebody, the nearest first: for whoever explains how it is decided. Pure."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from watchroom.policy.clauses import Agreement, Clause, Right


class Miss(StrEnum):
    """What does not fit, from what is mended most easily to what is not."""

    PURPOSE = "purpose"
    ROLE = "role"
    CONDITION = "condition"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A clause about an entity that does not show the row.

    Attributes:
        agreement: its name and version.
        clause: whole.
        misses: what does not fit, in the order of `Miss`; one alone is a near miss indeed.
    """

    agreement: str
    clause: Clause
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody wanted to see.

    Attributes:
        organisation, roles, purpose: of who did.
        entity: of the row.
        today: day of the node.
    """

    organisation: str
    roles: Sequence[str]
    purpose: str
    entity: str
    today: date


def near_misses(
    agreements: Iterable[Agreement], sought: Sought, *, shown: Set[str] = frozenset()
) -> tuple[NearMiss, ...]:
    """The clauses about the entity that do not show the row, the nearest first.

    Those that one thing keeps from showing it come before those that two do; among them purpose, then role, then
    condition, then date: so that what whoever asks could do about it stands first. An agreement that is not for the
    organisation at all is left out.

    Args:
        agreements: of the node.
        sought: what was wanted, and by whom.
        shown: names of the clauses that show the row, as `PRISON-CHARTER.1#officer-person`.
    """
    found = [miss for agreement in agreements for miss in _of(agreement, sought, shown)]
    order = {miss: place for place, miss in enumerate(Miss)}
    return tuple(
        sorted(
            found,
            key=lambda one: (len(one.misses), [order[miss] for miss in one.misses], one.agreement, one.clause.name),
        )
    )


def _of(agreement: Agreement, sought: Sought, shown: Set[str]) -> Iterator[NearMiss]:
    held = frozenset(sought.roles)
    theirs = agreement.roles_for(sought.organisation)
    reference = f"{agreement.name}.{agreement.version}"
    for clause in agreement.clauses:
        is_of_rows = clause.entity == sought.entity and not clause.is_count_only and Right.READ in clause.allow
        if not theirs or not is_of_rows or f"{reference}#{clause.name}" in shown:
            continue
        fits = {
            Miss.PURPOSE: sought.purpose in clause.purposes,
            Miss.ROLE: not (held & theirs).isdisjoint(clause.roles),
            Miss.DATE: agreement.valid_from <= sought.today <= agreement.valid_to,
        }
        # Where all of that fits and it is not shown all the same, the row does not meet the condition, is hidden or
        # is not there. Of a clause that does not apply nobody has tested it.
        misses = [miss for miss in Miss if not fits.get(miss, not all(fits.values()))]
        yield NearMiss(agreement=reference, clause=clause, misses=tuple(misses))
