"""Policies that turn on one condition each, so that none of its kinds can be read wrongly unnoticed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from party_cases import ROOMS
from policy_cases import (
    ALL_ENTITIES,
    CASE_ENTITY,
    DATES,
    ENTITIES,
    NURSE,
    SITES,
    UNITS,
    Asking,
    agreement_of,
    masked_by,
)
from watchroom.model.catalogue import Entity, FieldKind, catalogue
from watchroom.policy.clauses import Agreement, Clause, Exclusion, OnRequest, Recipient
from watchroom.policy.conditions import (
    ALWAYS,
    Between,
    Comparator,
    Compare,
    Condition,
    Holds,
    InFact,
    IsNull,
    Not,
    Now,
    OneOf,
)
from watchroom.policy.masks import Mask
from watchroom.policy.openings import Addition, BreakGlass


def leaves_of(entity: Entity) -> list[Condition]:
    """One condition of each kind, on columns of the entity that may be NULL; in the same order for each entity."""
    flag = next((field.name for field in entity.fields if field.kind is FieldKind.BOOLEAN), "is_restricted")
    day = next(field.name for field in entity.fields if field.kind is FieldKind.DATE)
    return [
        Holds(column=flag),
        OneOf(column="site_code", values=SITES[:1]),
        Compare(column="unit_code", comparator=Comparator.EQUAL, operand=UNITS[0]),
        Compare(column="unit_code", comparator=Comparator.UNEQUAL, operand=UNITS[0]),
        InFact(column="unit_code", fact="my_units"),
        InFact(column="site_code", fact="my_sites"),
        IsNull(column="unit_code"),
        Between(column=day, low=DATES[2], high=Now(is_day=True, ago=timedelta(days=1))),
        *(Compare(column=day, comparator=one, operand=DATES[1]) for one in Comparator),
    ]


def pointed_policies() -> Iterator[list[Agreement]]:
    """Policies that show every row but for one condition, of a clause or of an exclusion, or for its opposite."""
    leaves = {name: leaves_of(catalogue().entity(name)) for name in ENTITIES}
    for number in range(len(leaves[ENTITIES[0]])):
        for wrap in (lambda part: part, lambda part: Not(part=part)):
            conditions = {name: wrap(leaves[name][number]) for name in ENTITIES}
            own = {name: condition for name, condition in conditions.items() if name != "person"}
            for excluded in (own, {"person": conditions["person"]}):
                yield [masked_by(None, exclusions=[Exclusion(conditions=excluded, reason="x")])]
            yield [
                agreement_of(
                    [
                        replace(clause, condition=conditions.get(clause.entity, ALWAYS))
                        for clause in masked_by(None).clauses
                    ]
                )
            ]


def pointed_openings() -> Iterator[tuple[list[Agreement], Asking]]:
    """What is shown by nothing but an opening or a room, with whom it is shown to; and the same where it is shut."""
    whole = {clause.entity: clause for clause in masked_by(None).clauses}
    asked = agreement_of([], on_request=[_asked(f"all-{name}", whole[name]) for name in ALL_ENTITIES], name="ASK")
    words = {clause.entity: clause for clause in masked_by(Mask.PSEUDONYM).clauses}
    in_words = agreement_of([], on_request=[_asked(f"word-{name}", words[name]) for name in ALL_ENTITIES], name="WORD")
    glass = agreement_of([], break_glass=_glass(list(whole.values())), name="GLASS")
    for agreement in (asked, in_words, glass):
        yield [agreement], NURSE
        yield [agreement], _open(agreement)
    members = [Recipient(organisation="HMPPS", roles=("nurse",), member_of="case_room")]
    for room in (None, *ROOMS):
        yield [agreement_of([whole[CASE_ENTITY]], recipients=members, room=room)], NURSE
        alone = agreement_of([], break_glass=_glass([whole[CASE_ENTITY]]), recipients=members, room=room)
        yield [alone], _open(alone)


def _open(agreement: Agreement) -> Asking:
    names = ["glass", *(one.clause.name for one in agreement.on_request)]
    return replace(NURSE, opened=frozenset(f"{agreement.name}.{agreement.version}#{name}" for name in names))


def _asked(name: str, clause: Clause) -> OnRequest:
    return OnRequest(
        name=name,
        title="x",
        clause=replace(clause, name=f"request-{name}"),
        about=ALWAYS,
        lasts=timedelta(days=1),
        decided_by=("duty_governor",),
        answer_within=timedelta(hours=4),
    )


def _glass(clauses: list[Clause]) -> BreakGlass:
    return BreakGlass(
        roles=("nurse",),
        purposes=("custody.care",),
        additions=tuple(
            Addition(entity=one.entity, roles=("nurse",), fields=one.fields, condition=one.condition) for one in clauses
        ),
        needs=("reason",),
        lasts=timedelta(hours=4),
        review_within=timedelta(hours=72),
        tell=("provider-dpo",),
    )
