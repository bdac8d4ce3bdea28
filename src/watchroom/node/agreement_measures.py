"""What only the log and the record can tell of an agreement: fields that nobody reads, and how many people it shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from watchroom.audit.entries import Act, Entry
from watchroom.audit.field_use import FieldUse, field_use
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.node.agreement_desk import PURPOSE, AgreementDesk, AgreementNode
from watchroom.node.agreement_reach import counting
from watchroom.policy.clauses import ALWAYS_SHOWN, Agreement
from watchroom.policy.lint import Measured

UNUSED_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Of one agreement, the fields that nobody read for 90 days.

    Attributes:
        agreement: in force.
        fields: by clause; none where `unknown`.
        unknown: why nothing can be said, as a message id; None: it can.
    """

    agreement: Agreement
    fields: Mapping[str, frozenset[str]]
    unknown: str | None


def unused_fields(desk: AgreementDesk) -> tuple[Unused, ...]:
    """For each agreement in force, the charter first, the fields that nobody read; one entry.

    Raises:
        AuditUnavailableError: the reading could not be entered; nothing is given.
    """
    use = _use(desk.node, desk.asker)
    return tuple(_unused(desk.node, one, use) for one in desk.node.agreements.settle())


def measured(desk: AgreementDesk, agreement: Agreement) -> Measured:
    """What the log and the record tell of an agreement, for `policy.lint`.

    What was read is told of the version in force under that name. How many people it shows is counted as if it began
    today, for whoever would see most.

    Raises:
        AuditUnavailableError: the reading could not be entered; nothing is given.
    """
    node = desk.node
    in_force = node.agreements.settle()
    held = next((one for one in in_force if one.name == agreement.name), None)
    none_known: Mapping[str, frozenset[str]] = {}
    unused = none_known if held is None else _unused(node, held, _use(node, desk.asker)).fields
    shares = counting(node, in_force).shares(agreement)
    return Measured(shares=shares, unused=unused)


def unused_document(found: Sequence[Unused], *, said: Mapping[str, str]) -> dict[str, object]:
    """The form that the command gives; `said` are the reasons in words."""
    return {
        "days": UNUSED_FOR.days,
        "agreements": [
            {
                "agreement": one.agreement.name,
                "version": one.agreement.version,
                "unknown": None if one.unknown is None else said[one.unknown],
                "unused": [
                    {
                        "clause": clause.name,
                        "entity": clause.entity,
                        "fields": sorted(one.fields[clause.name]),
                        "is_whole_clause": len(one.fields[clause.name]) == len(_asked_about(clause.fields)),
                    }
                    for clause in one.agreement.clauses
                    if one.fields.get(clause.name)
                ],
            }
            for one in found
        ],
    }


def _use(node: AgreementNode, asker: Asker) -> FieldUse:
    entry = Entry(
        act=Act.COUNT,
        actor=asker.name,
        organisation=asker.organisation,
        role=asker.role,
        purpose=PURPOSE,
        entity="audit",
        operator=asker.operator,
        detail={"did": "fields that nobody reads"},
    )
    since = node.machine_clock.now() - UNUSED_FOR
    return field_use(node.database, witness=enter_reading(node.audit, entry), since=since)


def _unused(node: AgreementNode, agreement: Agreement, use: FieldUse) -> Unused:
    """INVARIANT: where the log cannot tell of the whole time, nothing is called unused."""
    unknown = _unknown(node, agreement, use)
    if unknown is not None:
        return Unused(agreement=agreement, fields={}, unknown=unknown)
    # Under whichever version: who narrows an agreement did not read less before.
    read: dict[str, set[str]] = defaultdict(set)
    for named, given in use.used.items():
        version, _, clause_name = named.partition("#")
        if version.rpartition(".")[0] == agreement.name:
            read[clause_name].update(given)
    fields = {
        clause.name: frozenset(
            name for name in _asked_about(clause.fields) if f"{clause.entity}.{name}" not in read[clause.name]
        )
        for clause in agreement.clauses
        if not clause.is_count_only
    }
    return Unused(agreement=agreement, fields=fields, unknown=None)


def _unknown(node: AgreementNode, agreement: Agreement, use: FieldUse) -> str | None:
    since = node.machine_clock.now() - UNUSED_FOR
    if use.reaches_back_to is None or use.reaches_back_to > since:
        return "unused.log_too_short"
    if use.erased:
        return "unused.erased"
    today = node.clock.now().astimezone(node.jurisdiction.zone).date()
    if agreement.valid_from > today - UNUSED_FOR:
        return "unused.too_young"
    return None


def _asked_about(fields: Sequence[str]) -> list[str]:
    return [name for name in fields if name not in ALWAYS_SHOWN]
