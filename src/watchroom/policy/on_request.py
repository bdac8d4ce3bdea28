"""Who may ask for what under the agreements of a node, and who decides: pure, and about roles and days alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from watchroom.policy.clauses import Agreement, OnRequest
from watchroom.policy.opened_clauses import opening_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """One thing that may be asked for, and under which agreement.

    Attributes:
        name: as `PRISON-CHARTER.1#request-medical-alert`.
        agreement: as it is in force.
        asked: what it says.
    """

    name: str
    agreement: Agreement
    asked: OnRequest


def every_askable(agreements: Iterable[Agreement]) -> tuple[Askable, ...]:
    """All that may be asked for under some agreements, sorted by name."""
    found = [
        Askable(name=opening_name(agreement, asked.clause.name), agreement=agreement, asked=asked)
        for agreement in agreements
        for asked in agreement.on_request
    ]
    return tuple(sorted(found, key=lambda one: one.name))


def askable_by(
    agreements: Iterable[Agreement], *, organisation: str, roles: Iterable[str], purpose: str, on: date
) -> tuple[Askable, ...]:
    """What somebody may ask for, about whomever it may be asked about.

    Args:
        agreements: in force.
        organisation, roles: of the asker.
        purpose: dotted name.
        on: day of the node.
    """
    held = frozenset(roles)
    return tuple(
        one
        for one in every_askable(agreements)
        if purpose in one.asked.clause.purposes
        and not (held & one.agreement.roles_for(organisation)).isdisjoint(one.asked.clause.roles)
        and one.agreement.valid_from <= on <= one.agreement.valid_to
    )


def decided_by(
    agreements: Iterable[Agreement], *, organisation: str, roles: Iterable[str], on: date
) -> tuple[Askable, ...]:
    """What somebody decides on when others ask for it: only who is of the organisation that gives."""
    held = frozenset(roles)
    return tuple(
        one
        for one in every_askable(agreements)
        if one.agreement.provider == organisation
        and not held.isdisjoint(one.asked.decided_by)
        and one.agreement.valid_from <= on <= one.agreement.valid_to
    )
