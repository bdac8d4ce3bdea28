"""How far each rule can be evaluated for one asker: what a clause shows of its inputs, and what was delivered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from watchroom.gate.askers import Asker
from watchroom.handover.unit import Unit
from watchroom.model.catalogue import catalogue
from watchroom.model.code_lists import code_list
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.policy.clauses import ALWAYS_SHOWN
from watchroom.policy.decision import Decision, Grant
from watchroom.policy.evaluate import Facts, Row, evaluate
from watchroom.priority.extent import Extent
from watchroom.priority.rules import RULES, Rule
from watchroom.priority.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the asker stands, and of which unit the rows would be.

    Attributes:
        unit, site: of the post.
        units, sites: to which the asker is assigned.
        now: instant of the node, UTC; today: its local day.
    """

    unit: str
    site: str
    units: tuple[str, ...]
    sites: tuple[str, ...]
    now: datetime
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the rules have to go by.

    Attributes:
        extents: of every rule, by its code.
        lacking: `entity.field` of which nothing can be seen, or whose file did not come.
        in_part: entities of which the asker may not see all that the rules read.
        hidden: entities of which the asker sees nothing of this unit that the rules read.
    """

    extents: Mapping[str, Extent]
    lacking: frozenset[str]
    in_part: frozenset[str]
    hidden: frozenset[str]


def standing_at(asker: Asker, *, unit: str, site: str, at: datetime, pack: Jurisdiction) -> Standing:
    """Where the asker stands when they ask about a unit of an establishment at an instant (timezone-aware)."""
    return Standing(unit=unit, site=site, units=asker.units, sites=asker.sites, now=at, today=pack.local_day(at))


def setting_of(unit: Unit, jurisdiction: Jurisdiction, *, late: frozenset[str], sight: Sight) -> Setting:
    """What the rules go by when they look at the people of a unit.

    Args:
        late: source systems that are late or silent.
        sight: what the asker may see of what the rules read.
    """
    return Setting(
        now=unit.at,
        zone=jurisdiction.zone,
        codes=jurisdiction.meanings,
        first_days=jurisdiction.clock("first_days"),
        release_soon=jurisdiction.clock("release_soon"),
        recent_incident=jurisdiction.clock("recent_incident"),
        late_sources=late,
        extents=sight.extents,
        lacking=sight.lacking,
    )


def sight_of(decision: Decision, standing: Standing, *, pack: Jurisdiction, undelivered: Iterable[str]) -> Sight:
    """How far each rule can be evaluated.

    A rule that asks for codes of a list is looked at code by code: a clause may show some kinds of alert and not
    others. A condition that cannot be decided beforehand counts as shown in part.

    Args:
        decision: the clauses that apply to the asker.
        undelivered: entities for which the last delivery lacked a file.
    """
    eye = _Eye(decision=decision, standing=standing, pack=pack, missing=frozenset(undelivered))
    looked = {rule.code: {name: eye.sees(rule, name) for name in rule.inputs} for rule in RULES}
    seen = [(name, one) for found in looked.values() for name, sights in found.items() for one in sights]
    shown = {name for name, sees in seen if sees is not False and _entity(name) not in eye.missing}
    return Sight(
        extents={
            rule.code: _extent(rule, looked[rule.code], missing=eye.missing, known=rule.known_by(pack.meanings))
            for rule in RULES
        },
        lacking=frozenset(name for name, _ in seen if name not in shown),
        in_part=frozenset(_entity(name) for name, sees in seen if sees is not True),
        hidden=frozenset(_entity(name) for name, _ in seen)
        - {_entity(name) for name, sees in seen if sees is not False},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Eye:
    """What the asker sees of rows of the unit; each question is answered once."""

    decision: Decision
    standing: Standing
    pack: Jurisdiction
    missing: frozenset[str]
    answered: dict[tuple[str, str | None], bool | None] = field(
        default_factory=dict[tuple[str, str | None], "bool | None"]
    )
    held: dict[tuple[str, str | None], "list[tuple[Grant, bool | None]]"] = field(
        default_factory=dict[tuple[str, str | None], "list[tuple[Grant, bool | None]]"]
    )

    def sees(self, rule: Rule, name: str) -> list[bool | None]:
        """Whether `entity.field` is shown whole on each sort of row on which the rule would fire.

        None: on some of them, since a condition cannot be decided beforehand. A rule without codes has one sort.
        """
        entity = _entity(name)
        codes = [code for concept in rule.concepts for code in _codes_of(concept, entity, self.pack)]
        return [self._answer(name, code) for code in codes or [None]]

    def _answer(self, name: str, code: "_Code | None") -> bool | None:
        key = (name, None if code is None else code.code)
        if key not in self.answered:
            found = [holds for grant, holds in self._held(_entity(name), code) if _shows(grant, name)]
            self.answered[key] = True if True in found else None if None in found else False
        return self.answered[key]

    def _held(self, entity: str, code: "_Code | None") -> "list[tuple[Grant, bool | None]]":
        """The clauses on an entity, and whether each shows such a row."""
        key = (entity, None if code is None else code.code)
        if key not in self.held:
            row: Row = {} if code is None else code.row
            self.held[key] = [(grant, self._holds(grant, row)) for grant in self.decision.rows_of(entity)]
        return self.held[key]

    def _holds(self, grant: Grant, row: Row) -> bool | None:
        here = self.standing
        if not grant.holds_on(here.today):
            return False
        facts = Facts(
            now=here.now, today=here.today, values={"my_units": here.units, "my_sites": here.sites}, clearances=()
        )
        # Rules read rows of a person of the unit, whoever that is.
        of_unit: Row = {"unit_code": here.unit, "site_code": here.site, "person_id": "somebody"}
        return evaluate(grant.clause.condition, {**of_unit, **row}, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """A code that a rule asks for, and the columns of a row that holds it."""

    code: str
    row: Row


def _shows(grant: Grant, name: str) -> bool:
    shown = name.partition(".")[2]
    return shown in ALWAYS_SHOWN or (shown in grant.clause.fields and shown not in grant.clause.masks)


def _extent(
    rule: Rule, looked: Mapping[str, Sequence[bool | None]], *, missing: frozenset[str], known: bool | None
) -> Extent:
    if known is False:
        return Extent.NOT_KNOWN_HERE
    needed = [one for name in rule.needs for one in looked[name]]
    if any(all(one is False for one in looked[name]) for name in rule.needs):
        return Extent.NOT_AVAILABLE
    if any(_entity(name) in missing for name in rule.needs):
        return Extent.NOT_DELIVERED
    helpful = [one for name in rule.helps for one in (*looked[name], _entity(name) not in missing)]
    return Extent.WHOLE if known and all(needed) and all(helpful) else Extent.IN_PART


def _codes_of(concept: str, entity: str, pack: Jurisdiction) -> Sequence[_Code]:
    """The codes of the concept, where a field of the entity takes codes of that list."""
    meant = pack.concepts.get(concept)
    named = None if meant is None else _fields_by_list(entity).get(meant.code_list)
    if meant is None or named is None:
        return ()
    parents = {code: code_list(meant.code_list).codes[code].parent for code in sorted(meant.codes)}
    # An alert names its type beside its kind, and clauses ask for either.
    beside = {code: {"type_code": parent} if entity == "alert" and parent else {} for code, parent in parents.items()}
    return [_Code(code=code, row={named: code, **beside[code]}) for code in parents]


@cache
def _fields_by_list(entity: str) -> Mapping[str, str]:
    return {field.code_list: field.name for field in catalogue().entity(entity).fields if field.code_list is not None}


def _entity(name: str) -> str:
    return name.partition(".")[0]
