"""What is counted of an entity: for each check that follows from the model and each field, which rows are bad of which.

`t` is the entity's table. A probe may look at the person of a row, at its time in custody, or at what a reference
points to: these are joined by their id, so that they add no row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind
from watchroom.quality.catalogue import Check, check
from watchroom.quality.days import zone_of
from watchroom.quality.limits import Limits, limits

TIMES = (FieldKind.DATE, FieldKind.INSTANT)
NUMBERS = (FieldKind.INTEGER, FieldKind.NUMBER)
EVERY_ROW = sql.SQL("true")


SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""The text of a probe with this instant is the same at any time."""


class Moves(StrEnum):
    """What the mere passing of time does to the number of bad rows."""

    NOT = "not"
    FALLS = "falls"
    GROWS = "grows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One count.

    Attributes:
        check: that it is for.
        field: that it is about; None: the whole row.
        of: condition of the rows that are looked at.
        bad: condition of those of them that are wrong.
        joins: references of the entity whose targets are looked at; each is joined under its own name.
        needs: columns without a value in which `of` does not hold; those in `joins` are among them.
        might: condition over all rows without which none is bad; None: nothing is known of all of them at once.
        moves: what time does to it.
    """

    check: Check
    of: sql.Composable
    bad: sql.Composable
    field: str | None = None
    joins: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    might: sql.Composable | None = None
    moves: Moves = Moves.NOT

    @property
    def text(self) -> str:
        """Its two conditions."""
        return f"{self.of.as_string()} / {self.bad.as_string()}"

    def is_settled(self, bad: int, of: int) -> bool:
        """Whether a later count of the same rows gives the same, whatever the time."""
        match self.moves:
            case Moves.NOT:
                return True
            case Moves.FALLS:
                return not bad
            case Moves.GROWS:
                return bad == of


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What probes are made with.

    Attributes:
        model: of the node; entities and fields that do not stand in the database are not in it.
        now: node time, in the zone of the node: its date is the day by which people and rules go.
        limits: that they go by.
        doubts: some dates of the entity may be unreliable; False: none is, so nobody has to look.
        own_codes: source, code list and code that somebody has said to be the source's own.
    """

    model: Catalogue
    now: datetime
    limits: Limits
    doubts: bool = True
    own_codes: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def of(cls, model: Catalogue, now: datetime, own_codes: frozenset[tuple[str, str, str]] = frozenset()) -> "Around":
        """With the limits of this version."""
        return cls(model=model, now=now, limits=limits(), own_codes=own_codes)


def field_of(entity: Entity, name: str) -> Field | None:
    """The field of that name; None: the entity has none."""
    return next((field for field in entity.fields if field.name == name), None)


def column(name: str, of: str = "t") -> sql.Identifier:
    """A column of the table, or of what was joined under that name."""
    return sql.Identifier(of, name)


def given(name: str) -> sql.Composed:
    """The condition that a field has a value."""
    return sql.SQL("{} is not null").format(column(name))


def reliable(field: Field, around: Around) -> sql.Composed:
    """The condition that a date was recorded and not filled in by the source."""
    if not around.doubts:
        return given(field.name)
    return sql.SQL("{} is not null and not {} = any(t.unreliable_dates)").format(
        column(field.name), sql.Literal(field.name)
    )


def day_of(field: Field, value: sql.Composable, around: Around) -> sql.Composable:
    """A date, or the day of an instant where the node is."""
    if field.kind is not FieldKind.INSTANT:
        return value
    return sql.SQL("({} at time zone {})::date").format(value, sql.Literal(zone_of(around.now)))


def plain_probes(entity: Entity, around: Around) -> Iterator[Probe]:
    """What is asked of each field by itself."""
    for field in entity.fields:
        if field.kind is FieldKind.REFERENCE and field.target in around.model.entities:
            yield _link(field)
        elif field.kind in NUMBERS:
            yield from _bounds(field, around.limits)
            yield from _unit(entity, field, around.limits)
        if field.required and field.kind is FieldKind.TEXT:
            blank = sql.SQL("btrim({}) = ''").format(column(field.name))
            yield Probe(check=check("required_blank"), field=field.name, of=EVERY_ROW, bad=blank)
        if not field.required and field.kind is not FieldKind.CODE:
            empty = sql.SQL("{} is null").format(column(field.name))
            yield Probe(check=check("value_missing"), field=field.name, of=EVERY_ROW, bad=empty)


def _link(field: Field) -> Probe:
    return Probe(
        check=check("owner_missing" if field.required else "link_broken"),
        field=field.name,
        of=given(field.name),
        bad=sql.SQL("{} is null").format(column("id", field.name)),
        joins=(field.name,),
        needs=(field.name,),
    )


def _bounds(field: Field, known: Limits) -> Iterator[Probe]:
    low, high = known.ranges.get(field.name, (0, None))
    value = column(field.name)
    below = sql.SQL("min({}) < {}").format(value, sql.Literal(low))
    yield _bound(field, "value_too_low", bad=sql.SQL("{} < {}").format(value, sql.Literal(low)), might=below)
    if high is not None:
        above = sql.SQL("max({}) > {}").format(value, sql.Literal(high))
        yield _bound(field, "value_too_high", bad=sql.SQL("{} > {}").format(value, sql.Literal(high)), might=above)


def _bound(field: Field, name: str, *, bad: sql.Composable, might: sql.Composable) -> Probe:
    return Probe(check=check(name), field=field.name, of=given(field.name), bad=bad, needs=(field.name,), might=might)


def _unit(entity: Entity, field: Field, known: Limits) -> Iterator[Probe]:
    unit = known.units.get(field.name)
    if unit is not None and field_of(entity, unit) is not None:
        missing = sql.SQL("coalesce(btrim({}), '') = ''").format(column(unit))
        name = field.name
        yield Probe(check=check("unit_missing"), field=name, of=given(name), bad=missing, needs=(name,))


def standing_part(model: Catalogue, *, missing: frozenset[tuple[str, str]], tables: frozenset[str]) -> Catalogue:
    """The model without what does not stand in the database, so that the rest can be counted.

    Args:
        model: of the node.
        missing: table and column of what is not there.
        tables: that are there.
    """
    entities = {
        name: replace(entity, fields=tuple(field for field in entity.fields if _stands(entity, field, missing)))
        for name, entity in model.entities.items()
        if name in tables
    }
    return replace(model, entities=entities)


def _stands(entity: Entity, field: Field, missing: frozenset[tuple[str, str]]) -> bool:
    return not {(entity.name, field.name), (entity.name, field.source_value_name or "")} & missing
