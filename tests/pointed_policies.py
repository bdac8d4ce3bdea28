"""Policies that turn on one condition each, so that none of its kinds can be read wrongly unnoticed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from policy_cases import DATES, ENTITIES, SITES, UNITS, agreement_of, masked_by
from watchroom.model.catalogue import Entity, FieldKind, catalogue
from watchroom.policy.clauses import Agreement, Exclusion
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
