"""Random agreements and rows for the laws: what a policy author could write, and worse than they would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from watchroom.model.catalogue import Entity, catalogue, columns_of
from watchroom.policy.clauses import NAMED_BASE, Agreement, Clause, Exclusion, Recipient, Right
from watchroom.policy.conditions import (
    ALWAYS,
    All,
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
    Some,
)
from watchroom.policy.decision import Decision, decide
from watchroom.policy.evaluate import Facts
from watchroom.policy.masks import Mask, suits

ZONE = ZoneInfo("Europe/London")
TODAY = date(2026, 7, 25)
NOW = datetime(2026, 7, 25, 7, 0, tzinfo=UTC)
UNITS = ("LEI-A", "LEI-B", "MDI-A")
SITES = ("LEI", "MDI")
TEXTS: Mapping[str, tuple[str, ...]] = {
    "type_code": ("X", "H", "M"),
    # With texts that are easily taken for one another, or for what ends a text.
    "kind_code": ("XA", "HA", "ha", "HA ", "it's", "", "\\", '"', "%", "NULL", "\u202eAH"),
    "restriction_code": ("CELL", "WING"),
    "unit_code": UNITS,
    "site_code": SITES,
    "realness": ("actual", "exercise"),
    "case_reference": ("C-1", "C-2", "C-3", "c-1"),
}
# Those that a room can be opened for.
CASES = TEXTS["case_reference"]
DATES = tuple(TODAY - timedelta(days=days) for days in (0, 1, 30, 400))
INSTANTS = tuple(NOW - timedelta(hours=hours) for hours in (0, 1, 30, 4000))
PEOPLE = tuple(UUID(int=7 << 76 | 8 << 60 | number) for number in range(3))
ENTITIES = ("person", "alert", "non_association")
# With those that have what the masks of areas and days are for, and what belongs to a case.
CASE_ENTITY = "case_contribution"
ALL_ENTITIES = (*ENTITIES, "address", "case_note", CASE_ENTITY)


@cache
def condition_of(entity: Entity) -> st.SearchStrategy[Condition]:
    """Any condition on the entity's columns."""
    columns = {column.name: column.sql_type for column in columns_of(entity)}
    leaves: list[st.SearchStrategy[Condition]] = [st.just(Some(parts=()))]
    for name, values in TEXTS.items():
        if name in columns:
            leaves += [
                st.builds(partial(OneOf, column=name), values=st.lists(st.sampled_from(values), min_size=1).map(tuple)),
                st.builds(
                    partial(Compare, column=name),
                    comparator=st.sampled_from([Comparator.EQUAL, Comparator.UNEQUAL]),
                    operand=st.sampled_from(values),
                ),
                st.just(IsNull(column=name)),
            ]
    for name, kind in columns.items():
        if kind == "boolean":
            leaves += [st.just(Holds(column=name)), st.just(IsNull(column=name))]
        elif kind == "date":
            leaves += _times(name, [*DATES, *(Now(is_day=True, ago=timedelta(days=days)) for days in (0, 30))])
        elif kind == "timestamptz":
            leaves += _times(name, [*INSTANTS, *(Now(is_day=False, ago=timedelta(hours=hours)) for hours in (0, 48))])
    leaves += [
        st.just(InFact(column="unit_code", fact="my_units")),
        st.just(InFact(column="site_code", fact="my_sites")),
    ]
    if "case_reference" in columns:
        leaves.append(st.just(InFact(column="case_reference", fact="my_case_rooms")))
    mixed = st.recursive(
        st.one_of(leaves),
        lambda inner: st.one_of(
            inner.map(lambda part: Not(part=part)),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(parts=tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: Some(parts=tuple(parts))),
        ),
        max_leaves=4,
    )
    return st.one_of(st.just(ALWAYS), mixed, mixed)


def _times(name: str, operands: list[object]) -> list[st.SearchStrategy[Condition]]:
    among = st.sampled_from(operands)
    return [
        st.builds(partial(Compare, column=name), comparator=st.sampled_from(Comparator), operand=among),  # type: ignore[arg-type]
        st.builds(partial(Between, column=name), low=among, high=among),  # type: ignore[arg-type]
    ]


@st.composite
def clauses(draw: st.DrawFn, *, entities: tuple[str, ...] = ENTITIES, condition: Condition | None = None) -> Clause:
    """Any clause that shows rows; with that condition, or with any."""
    entity = catalogue().entity(draw(st.sampled_from(entities)))
    own = [field.name for field in entity.fields]
    fields = draw(st.lists(st.sampled_from([*own, *NAMED_BASE]), min_size=1, unique=True))
    masks = {
        field: mask
        for field in fields
        if field in own
        and (mask := draw(st.sampled_from([None, *(mask for mask in Mask if suits(mask, entity.field(field)))])))
    }
    return Clause(
        name=draw(st.uuids().map(str)),
        entity=entity.name,
        roles=("nurse",),
        purposes=("custody.care",),
        allow=frozenset({Right.READ, Right.LIST}),
        fields=tuple(fields),
        masks=masks,
        condition=draw(condition_of(entity)) if condition is None else condition,
        regime="uk-gdpr",
    )


@st.composite
def exclusions(draw: st.DrawFn) -> Exclusion:
    """Any exclusion: of one entity, or of all by a column that all have."""
    if draw(st.sampled_from([True, False, False])):
        return Exclusion(conditions=dict.fromkeys(catalogue().entities, Holds(column="is_restricted")), reason="x")
    entity = catalogue().entity(draw(st.sampled_from(ENTITIES)))
    return Exclusion(conditions={entity.name: draw(condition_of(entity))}, reason="x")


@st.composite
def agreements(draw: st.DrawFn, *, most: int = 4, most_exclusions: int = 2) -> Agreement:
    """Any agreement with the nurses of one organisation."""
    begun = TODAY - timedelta(days=10)
    starts = draw(st.sampled_from([begun, begun, begun, TODAY, TODAY + timedelta(days=1)]))
    found = draw(st.lists(clauses(), min_size=1, max_size=most, unique_by=lambda clause: clause.name))
    return agreement_of(
        found,
        exclusions=draw(st.lists(exclusions(), max_size=most_exclusions)),
        valid_from=starts,
        valid_to=starts + timedelta(days=draw(st.sampled_from([100, 100, 10, 9, 0]))),
        highest=draw(st.sampled_from(["official", "official_sensitive"])),
        name=draw(st.uuids().map(str)),
    )


def agreement_of(clauses: list[Clause], **more: object) -> Agreement:
    """An agreement in force, of these clauses."""
    made = Agreement(
        name="LAW",
        version=1,
        title="x",
        provider="HMPPS",
        recipients=(Recipient(organisation="HMPPS", roles=("nurse",)),),
        clauses=tuple(clauses),
        exclusions=(),
        assignments=(),
        highest="official_sensitive",
        valid_from=TODAY - timedelta(days=10),
        valid_to=TODAY + timedelta(days=10),
        review_by=TODAY,
        digest="",
    )
    made = replace(made, **{name: tuple(value) if isinstance(value, list) else value for name, value in more.items()})
    return replace(made, digest=sha256(repr(made).encode()).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody who asks for something at some moment."""

    organisation: str
    roles: tuple[str, ...]
    purpose: str
    right: Right
    facts: Facts
    opened: frozenset[str] = frozenset()


# An asker with more places than are compared one by one.
MANY = tuple(f"Z{number:02d}" for number in range(20))


def some_of(places: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of these places, among many others or not."""
    few = st.lists(st.sampled_from(places), unique=True).map(tuple)
    return st.tuples(few, st.sampled_from([(), (), MANY])).map(lambda parts: parts[0] + parts[1])


# With what the nodes of the laws make pseudonyms.
SECRET = bytes(range(32))

FACTS = st.builds(
    Facts,
    secret=st.just(SECRET),
    now=st.just(NOW),
    today=st.just(TODAY),
    values=st.fixed_dictionaries(
        {
            "my_units": some_of(UNITS),
            "my_sites": some_of(SITES),
            "my_case_rooms": st.lists(st.sampled_from(CASES), unique=True).map(tuple),
        }
    ),
    clearances=st.sampled_from([("official",), ("official", "official_sensitive")]),
)


def masked_by(mask: Mask | None, **more: object) -> Agreement:
    """An agreement that shows every row and field, with this mask over all that it suits."""
    return agreement_of(
        [
            Clause(
                name=name,
                entity=name,
                roles=("nurse",),
                purposes=("custody.care",),
                allow=frozenset({Right.READ, Right.LIST}),
                fields=tuple(names_of(catalogue().entity(name))),
                masks={field.name: mask for field in catalogue().entity(name).fields if mask and suits(mask, field)},
                condition=ALWAYS,
                regime="uk-gdpr",
            )
            for name in ALL_ENTITIES
        ],
        **more,
    )


# Somebody whom `agreement_of` is for, cleared for all that may be cleared.
NURSE = Asking(
    organisation="HMPPS",
    roles=("nurse",),
    purpose="custody.care",
    right=Right.LIST,
    facts=Facts(
        now=NOW,
        today=TODAY,
        secret=SECRET,
        values={"my_units": UNITS[:1], "my_sites": SITES[:1], "my_case_rooms": CASES[:2]},
        clearances=("official", "official_sensitive"),
    ),
)


def decision_of(agreements: Sequence[Agreement], asking: Asking) -> Decision | None:
    """What `policy` decides, or None where it denies."""
    made = decide(
        agreements,
        organisation=asking.organisation,
        roles=asking.roles,
        purpose=asking.purpose,
        right=asking.right,
        opened=asking.opened,
    )
    return made if isinstance(made, Decision) else None


def names_of(entity: Entity) -> list[str]:
    """The columns of an entity that a clause must name to show them."""
    return [*(field.name for field in entity.fields), *NAMED_BASE]
