"""What one row shows under a decision, in plain Python: the oracle of the views that the gate compiles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchroom.model.catalogue import Entity, columns_of
from watchroom.policy.clauses import ALWAYS_SHOWN
from watchroom.policy.decision import Decision, Grant
from watchroom.policy.evaluate import Facts, Row, evaluate
from watchroom.policy.masks import Disguise, Mask, masked, strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One row as the asker sees it.

    Attributes:
        values: every column of the entity; None where nothing is shown.
        withheld: names of the fields that are masked or not granted, sorted.
        by: names of the grants that show the row.
    """

    values: Mapping[str, object]
    withheld: tuple[str, ...]
    by: tuple[str, ...]


def granting(decision: Decision, entity: Entity, row: Row, facts: Facts) -> tuple[Grant, ...]:
    """The grants whose condition is known to hold for `row`."""
    return tuple(
        grant
        for grant in decision.rows_of(entity.name)
        if grant.holds_on(facts.today)
        and row.get("classification") in grant.classifications
        and row.get("classification") in facts.clearances
        and evaluate(grant.clause.condition, row, facts) is True
    )


def is_excluded(decision: Decision, entity: str, row: Row, facts: Facts) -> bool:
    """Whether an exclusion is not known to be false for the row as it stands today."""
    return any(
        evaluate(exclusion.conditions[entity], row, facts) is not False
        for exclusion in decision.exclusions
        if entity in exclusion.conditions
    )


def excluded_ids(decision: Decision, entity: str, rows: Iterable[Row], facts: Facts) -> frozenset[object]:
    """The ids of the rows that an exclusion hides; for `person`, of those whom nothing may name."""
    return frozenset(row["id"] for row in rows if is_excluded(decision, entity, row, facts))


def sight(decision: Decision, entity: Entity, row: Row, facts: Facts) -> Sight | None:
    """What `row` shows by its clauses, or None. Exclusions are the caller's: they are those of today."""
    grants = granting(decision, entity, row, facts)
    if not grants:
        return None
    values: dict[str, object] = {}
    withheld: set[str] = set()
    for column in columns_of(entity):
        field = column.field
        name = column.name if field is None else field.name
        shown, mask, label = _best(grants, name)
        if not shown or (mask is not None and column.name != name):
            values[column.name] = None
        elif mask is None:
            values[column.name] = row.get(column.name)
        else:
            disguise = Disguise(label=label, secret=facts.secret)
            values[column.name] = masked(mask, row.get(column.name), disguise=disguise)
        if field is not None and (not shown or mask is not None):
            withheld.add(name)
    return Sight(values=values, withheld=tuple(sorted(withheld)), by=tuple(grant.name for grant in grants))


def may_see(decision: Decision, entity: str, field: str | None = None) -> bool:
    """Whether some clause shows rows, or numbers, of the entity; or the field of it."""
    grants = decision.rows_of(entity) or decision.counts_of(entity)
    if field is None or field in ALWAYS_SHOWN:
        return bool(grants)
    return any(field in grant.clause.fields for grant in grants)


def _best(grants: tuple[Grant, ...], name: str) -> tuple[bool, Mask | None, str]:
    """Whether any of `grants` shows `name`, under the weakest of their masks, and with which label.

    Of pseudonyms under several agreements the least label counts: which one it is must not depend on their order.
    """
    if name in ALWAYS_SHOWN:
        return True, None, ""
    shown = [(grant.clause.masks.get(name), grant.label) for grant in grants if name in grant.clause.fields]
    return (True, *min(shown, key=lambda one: (strength(one[0]), one[1]))) if shown else (False, None, "")
