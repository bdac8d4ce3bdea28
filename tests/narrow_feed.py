"""The change feed asked whole and asked of what changed only, for tests that hold the two against each other."""

from collections.abc import Collection
from dataclasses import dataclass

from gate_world import query
from policy_cases import agreement_of
from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.changed import Sought
from watchroom.gate.door import Asked, Gate, Seen, View
from watchroom.handover.rows import ChangeRow
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import catalogue
from watchroom.policy.clauses import NAMED_BASE, Agreement, Clause, Right
from watchroom.policy.conditions import ALWAYS

_TEXT = """
select {columns}
from change
where
    change.seq > :after
    and (change.unit_code = :unit_code or (change.entity = any(:of_site) and change.site_code = :site_code))
order by change.seq, change.entity, change.id
-- {apart}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothWays:
    """What both ways gave, and of which entities the narrow one was."""

    whole: list[ChangeRow]
    narrow: list[ChangeRow]
    among: frozenset[str]


def asked_both_ways(gate: Gate, asker: Asker, sought: Sought, *, without: Collection[str] = ()) -> BothWays:
    """Both answers within one read.

    Args:
        gate, asker, sought: who asks where for what.
        without: entities that the narrow question is not asked of, though something of them changed.
    """
    places = _places(sought)

    def look(view: View) -> BothWays:
        among = view.changed_soon(sought)() - frozenset(without)
        narrow = view.changes_soon(_query("narrow"), ChangeRow, among=among, **places)()
        return BothWays(whole=view.rows(_query("whole"), ChangeRow, **places), narrow=narrow, among=among)

    seen = gate.read(asker, asked=Asked(purpose="custody.care", act=Act.BRIEF, what="handover"), look=look)
    assert isinstance(seen, Seen), seen
    return seen.value


def asked_narrow(gate: Gate, asker: Asker, sought: Sought) -> list[ChangeRow]:
    """What the narrow question alone gives, in a read of its own."""

    def look(view: View) -> list[ChangeRow]:
        among = view.changed_soon(sought)()
        return view.changes_soon(_query("narrow"), ChangeRow, among=among, **_places(sought))()

    seen = gate.read(asker, asked=Asked(purpose="custody.care", act=Act.BRIEF, what="handover"), look=look)
    assert isinstance(seen, Seen), seen
    return seen.value


def everything_to_nurses(*entities: str) -> Agreement:
    """Every row and field of these entities."""
    return agreement_of(
        [
            Clause(
                name=name,
                entity=name,
                roles=("nurse",),
                purposes=("custody.care",),
                allow=frozenset({Right.READ, Right.LIST}),
                fields=(*(field.name for field in catalogue().entity(name).fields), *NAMED_BASE),
                masks={},
                condition=ALWAYS,
                regime="uk-gdpr",
            )
            for name in entities
        ]
    )


def _places(sought: Sought) -> dict[str, object]:
    return {
        "after": sought.after,
        "unit_code": sought.unit_code,
        "site_code": sought.site_code,
        "of_site": list(sought.of_site),
    }


def _query(apart: str) -> Query:
    text = _TEXT.format(columns=", ".join(f"change.{name}" for name in ChangeRow._fields), apart=apart)
    return query(text, parameters="after, unit_code, of_site, site_code")
