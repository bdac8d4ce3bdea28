"""Random agreements and rows for the laws: what a policy author could write, and worse than they would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from watchroom.gate.askers import Asker
from watchroom.model.catalogue import Entity, catalogue, columns_of
from watchroom.policy.clauses import NAMED_BASE, Agreement, Clause, Exclusion, OnRequest, Recipient, Right
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
from watchroom.policy.openings import Addition, BreakGlass, Moment, Room
from watchroom.policy.periods import Period

_T = TypeVar("_T")

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


# Who may be agreed with, and who asks: often the same.
ORGANISATIONS = ("HMPPS", "HMPPS", "HMPPS", "police")
ROLES_HELD = ("nurse", "nurse", "nurse", "wing_officer", "duty_governor")
PURPOSES_ASKED = ("custody.care", "custody.care", "custody.care", "custody.safety")
# Names of what may be asked for.
REQUESTED = ("a", "b")
RIGHTS = (Right.LIST, Right.LIST, Right.READ, Right.EXPORT, Right.COUNT, Right.SUBSCRIBE)


@st.composite
def glasses(draw: st.DrawFn, roles: tuple[str, ...], *, entities: tuple[str, ...] = ALL_ENTITIES) -> BreakGlass:
    """Any glass that some of `roles` may break."""
    additions: list[Addition] = []
    for clause in draw(st.lists(clauses(entities=entities), min_size=1, max_size=3)):
        held = tuple(dict.fromkeys(draw(_few(roles))))
        one = Addition(entity=clause.entity, roles=held, fields=clause.fields, condition=clause.condition)
        additions.append(one)
    return BreakGlass(
        roles=tuple(dict.fromkeys(role for one in additions for role in one.roles)),
        purposes=draw(_few(PURPOSES_ASKED)),
        additions=tuple(additions),
        needs=("reason",),
        lasts=timedelta(hours=4),
        review_within=timedelta(hours=72),
        tell=("provider-dpo",),
    )


@st.composite
def requests(draw: st.DrawFn, roles: tuple[str, ...]) -> OnRequest:
    """Anything that some of `roles` may ask for, about whomever."""
    clause = draw(clauses(entities=ALL_ENTITIES))
    name = draw(st.sampled_from(REQUESTED))
    held, purposes = draw(_few(roles)), draw(_few(PURPOSES_ASKED))
    return OnRequest(
        name=name,
        title="x",
        clause=replace(clause, name=f"request-{name}", roles=held, purposes=purposes),
        about=ALWAYS,
        lasts=timedelta(days=1),
        decided_by=("nurse",),
        answer_within=timedelta(hours=4),
    )


@st.composite
def parties(draw: st.DrawFn, *, opens: str | None = None) -> Agreement:
    """Any agreement, with any organisations, roles and purposes: those who ask, and others.

    `opens`: what it opens in any case, "glass" or "request".
    """
    found = draw(agreements(most_exclusions=draw(st.sampled_from([0, 0, 2]))))
    recipients = draw(
        st.lists(
            st.builds(Recipient, organisation=st.sampled_from(ORGANISATIONS), roles=_few(ROLES_HELD)),
            min_size=1,
            max_size=2,
        )
    )
    roles = tuple(role for recipient in recipients for role in recipient.roles)
    broad = draw(st.sampled_from([ALL_ENTITIES, ALL_ENTITIES, ALL_ENTITIES[1:], ()]))
    changed = [
        replace(
            clause,
            roles=draw(_few(roles)),
            purposes=draw(_few(PURPOSES_ASKED)),
            # What is only counted shows no row; `test_gate_suppression.py` has it.
            allow=frozenset(draw(_few(RIGHTS))) | {draw(st.sampled_from([Right.LIST, Right.LIST, Right.READ]))},
        )
        # Beside the narrow ones some that show every row, so that much is shown and not only absent.
        for clause in (*found.clauses, *(draw(clauses(entities=(name,), condition=ALWAYS)) for name in broad))
    ]
    return agreement_of(
        changed,
        recipients=recipients,
        exclusions=found.exclusions,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        highest=found.highest,
        name=found.name,
        break_glass=draw(glasses(roles) if opens == "glass" else st.none() | glasses(roles)),
        on_request=draw(
            st.lists(
                requests(roles),
                min_size=1 if opens == "request" else 0,
                max_size=2,
                unique_by=lambda one: one.name,
            )
        ),
    )


def room_from(opens: timedelta, closes: timedelta) -> Room:
    """The room of a case from so long after it is heard until so long after it; negative: before."""
    first, last = (
        Moment(period=Period(span=abs(one)), is_before=one < timedelta(0), date_field="conference_at")
        for one in (opens, closes)
    )
    return Room(opens=first, closes=last)


# With instants at which a case is heard, and moments at which is asked: also to the instant.
ROOMS = [
    room_from(opens, closes)
    for opens in (timedelta(days=-8), timedelta(hours=-1), timedelta(hours=1))
    for closes in (timedelta(days=8), timedelta(hours=30), timedelta(days=200))
]


@st.composite
def conferences(draw: st.DrawFn) -> Agreement:
    """Any agreement for the members of the rooms of cases, as the loader lets one through: of rows of cases alone."""
    roles = draw(_few(ROLES_HELD))
    organisations = draw(st.sets(st.sampled_from(ORGANISATIONS), min_size=1))
    some = draw(st.lists(clauses(entities=(CASE_ENTITY,)), max_size=2))
    broad = draw(clauses(entities=(CASE_ENTITY,), condition=ALWAYS))
    return agreement_of(
        [
            replace(clause, roles=draw(_few(roles)), purposes=draw(_few(PURPOSES_ASKED)))
            for clause in ({one.name: one for one in (*some, broad)}).values()
        ],
        recipients=[Recipient(organisation=one, roles=roles, member_of="case_room") for one in sorted(organisations)],
        room=draw(st.none() | st.sampled_from(ROOMS)),
        break_glass=draw(st.none() | glasses(roles, entities=(CASE_ENTITY,))),
        name=draw(st.uuids().map(str)),
    )


def _few(values: tuple[_T, ...]) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(lambda found: tuple(dict.fromkeys(found)))


def policies(most: int = 3) -> st.SearchStrategy[list[Agreement]]:
    """The agreements of a node."""
    any_kind = st.one_of(parties(), parties(), parties(), conferences())
    return st.lists(any_kind, min_size=1, max_size=most, unique_by=lambda one: one.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody who asks for something at some moment."""

    organisation: str
    roles: tuple[str, ...]
    purpose: str
    right: Right
    facts: Facts
    opened: frozenset[str] = frozenset()


# Also after midnight where the node is, while the day in UTC is still the one before.
MOMENTS = tuple(
    NOW + timedelta(days=days, hours=hours) for days in (*[0] * 12, 1, 8, 9, 10, 11, 100) for hours in (0, 16.5)
)


@st.composite
def askings(draw: st.DrawFn) -> Asking:
    """Anybody, for any purpose, at any moment around the first and last days of agreements."""
    return _asking(
        draw,
        organisation=draw(st.sampled_from(ORGANISATIONS)),
        roles=draw(_few(ROLES_HELD)),
        purpose=draw(st.sampled_from(PURPOSES_ASKED)),
        right=draw(st.sampled_from(RIGHTS)),
    )


@st.composite
def cases(draw: st.DrawFn, *, of: str | None = None) -> tuple[list[Agreement], Asking]:
    """Agreements, and somebody who asks: mostly one whom some clause is for, of an agreement or of what is open.

    `of`: what the first agreement has and the asker asks under, "glass", "request" or "room"; None: whatever.
    """
    found = draw(policies())
    if of is not None:
        found = [draw(conferences() if of == "room" else parties(opens=of)), *found[:2]]
    names = _openings(found if of in (None, "room") else found[:1])
    opened = frozenset(
        draw(st.just([] if of in (None, "room") else names) | st.lists(st.sampled_from(names), min_size=1))
    )
    if of is None and draw(st.sampled_from([False] * 7 + [True])):
        return found, replace(draw(askings()), opened=opened)
    agreement = found[0] if of is not None else draw(st.sampled_from(found))
    recipient = draw(st.sampled_from(agreement.recipients))
    among = [(one.roles, one.purposes, sorted(one.allow)) for one in agreement.clauses]
    among = draw(st.sampled_from([among, _openable(agreement, opened) or among]))
    roles, purposes, rights = draw(st.sampled_from(among))
    asking = _asking(
        draw,
        organisation=recipient.organisation,
        roles=tuple(dict.fromkeys((*recipient.roles[:1], *draw(_few(roles))))),
        purpose=draw(st.sampled_from(purposes)),
        right=draw(st.sampled_from(rights)),
    )
    return found, replace(asking, opened=opened)


def _openings(found: Sequence[Agreement]) -> list[str]:
    """Names of all that can be open, and of some that cannot."""
    names = [f"{one.name}.{one.version}#glass" for one in found]
    return names + [f"{one.name}.{one.version}#{asked.clause.name}" for one in found for asked in one.on_request]


def _openable(
    agreement: Agreement, opened: frozenset[str]
) -> list[tuple[tuple[str, ...], tuple[str, ...], list[Right]]]:
    """For whom and for what purposes the openings of an agreement are that are open."""
    reference, reads = f"{agreement.name}.{agreement.version}", [Right.LIST, Right.READ]
    found = [
        (one.clause.roles, one.clause.purposes, reads)
        for one in agreement.on_request
        if f"{reference}#{one.clause.name}" in opened
    ]
    glass = agreement.break_glass
    if glass is not None and f"{reference}#glass" in opened:
        found += [(one.roles, glass.purposes, reads) for one in glass.additions]
    return found


def _asking(draw: st.DrawFn, **who: Any) -> Asking:
    now, facts = draw(st.sampled_from(MOMENTS)), draw(FACTS)
    # As the gate has them: a unit brings its establishment.
    asker = Asker(name="x", roles=(), organisation="", sites=facts.values["my_sites"], units=facts.values["my_units"])
    values = {**facts.values, "my_sites": asker.all_sites}
    return Asking(facts=replace(facts, now=now, today=now.astimezone(ZONE).date(), values=values), **who)


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
