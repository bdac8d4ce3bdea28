"""Which rows and fields of one entity an audience sees, as SQL: the compiled form of `policy.sight`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import LiteralString, assert_never, cast

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import condition_sql, every, needs_fact, some
from watchroom.model.catalogue import Column, Entity, columns_of
from watchroom.policy.clauses import ALWAYS_SHOWN
from watchroom.policy.conditions import ALWAYS
from watchroom.policy.decision import Decision, Grant
from watchroom.policy.masks import REDACTED, Mask, strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What some clauses leave of a field: a mask or none, and the label of its pseudonyms."""

    mask: Mask | None
    label: str = ""


_WHOLE = Left(mask=None)


class RowRules:
    """What the clauses of a decision say of one entity, for rows that an alias names."""

    def __init__(self, entity: Entity, *, decision: Decision, asking: Asking) -> None:
        self.entity = entity
        self.asking = asking
        self._decision = decision

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """The clauses that show rows of the entity, sorted by name."""
        return self._decision.rows_of(self.entity.name)

    @property
    def needs_facts(self) -> bool:
        """Whether the clauses show no row of the entity where the gate wrote no facts about the asker."""
        return all(needs_fact(grant.clause.condition) for grant in self.grants)

    def is_granted(self, alias: str) -> sql.Composable:
        """Whether some clause shows the row; exclusions apart."""
        return self._any_of(self.grants, alias)

    def matches(self, grant: Grant, alias: str) -> sql.Composable:
        """Whether that one clause shows the row; exclusions apart."""
        return self._any_of((grant,), alias)

    def value(self, column: Column, alias: str) -> sql.Composable:
        """What a row that is granted shows in a column, under the name of the column."""
        name = column.name if column.field is None else column.field.name
        shown = self._shown(column, self._best_first(name), alias)
        return sql.SQL("{} as {}").format(shown, sql.Identifier(column.name))

    def withheld(self, alias: str, *, also: Iterable[str] = ()) -> sql.Composable:
        """The names of the fields, and of the columns `also`, that a granted row masks or does not show, sorted."""
        names = sorted({*also, *(field.name for field in self.entity.fields)})
        whole = {name: self._where_whole(name, alias) for name in names}
        if all(isinstance(condition, bool) for condition in whole.values()):
            return text_array([name for name in names if whole[name] is False])
        parts: list[sql.Composable] = []
        for name in names:
            condition = whole[name]
            if condition is False:
                parts.append(sql.Literal(name))
            elif not isinstance(condition, bool):
                parts.append(sql.SQL("case when {} then null else {} end").format(condition, sql.Literal(name)))
        return sql.SQL("array_remove(array[{}]::text[], null)").format(commas(parts))

    def whole_columns(self, alias: str) -> sql.Composable:
        """The names of the columns that a granted row shows unmasked, its place among them."""
        always = [name for name in ("site_code", "unit_code") if name in self.entity.scoped_by]
        parts: list[sql.Composable] = [sql.Literal(name) for name in always]
        for column in columns_of(self.entity):
            if column.field is None:
                continue
            condition = self._where_whole(column.field.name, alias)
            if condition is True:
                parts.append(sql.Literal(column.name))
            elif condition is not False:
                parts.append(sql.SQL("case when {} then {} end").format(condition, sql.Literal(column.name)))
        return sql.SQL("array_remove(array[{}]::text[], null)").format(commas(parts))

    def _any_of(self, grants: Sequence[Grant], alias: str) -> sql.Composable:
        """One of the clauses holds. What several have in common is tested once, so that it can end a scan early."""
        return some([every(self._framed(framed, alias)) for framed in _by_frame(grants)])

    def _one_of(self, grants: Sequence[Grant], alias: str) -> sql.Composable:
        """As `_any_of`, for a row that is known to be granted: what all clauses have in common holds already."""
        if len(_by_frame(self.grants)) > 1:
            return self._any_of(grants, alias)
        return every(self._rows_of(grants, alias, asking=self.asking))

    def _rows_of(self, grants: Sequence[Grant], alias: str, *, asking: Asking) -> list[sql.Composable]:
        conditions = [grant.clause.condition for grant in grants]
        if ALWAYS in conditions:
            return []
        return [some([condition_sql(condition, alias=alias, asking=asking) for condition in conditions])]

    def _framed(self, grants: Sequence[Grant], alias: str) -> list[sql.Composable]:
        """One of the clauses holds, which have their days and their classifications in common.

        Apart, the days are a part of each fact, where all clauses need one: a test without a column would be a node of
        the plan, through which every row of a scan passes once more.
        """
        first, last, classifications = _frame(grants[0])
        covered = [one for one in self.asking.clearances if one in classifications]
        is_covered = sql.SQL("({} = any ({}))").format(sql.Identifier(alias, "classification"), text_array(covered))
        if self.asking.is_apart and all(needs_fact(grant.clause.condition) for grant in grants):
            return [is_covered, *self._rows_of(grants, alias, asking=self.asking.within(first, last))]
        is_in_force = sql.SQL("({} between {} and {})").format(self.asking.today, sql.Literal(first), sql.Literal(last))
        return [is_in_force, is_covered, *self._rows_of(grants, alias, asking=self.asking)]

    def _best_first(self, name: str) -> list[tuple[Left, list[Grant]]]:
        """The grants that show `name`, by what they leave of it, the most first."""
        if name in ALWAYS_SHOWN:
            return [(_WHOLE, list(self.grants))]
        by_mask: dict[Left, list[Grant]] = {}
        for grant in self.grants:
            if name in grant.clause.fields:
                mask = grant.clause.masks.get(name)
                label = grant.label if mask is Mask.PSEUDONYM else ""
                by_mask.setdefault(Left(mask=mask, label=label), []).append(grant)
        return sorted(by_mask.items(), key=lambda entry: (strength(entry[0].mask), entry[0].label))

    def _shown(self, column: Column, best: list[tuple[Left, list[Grant]]], alias: str) -> sql.Composable:
        is_companion = column.field is not None and column.name != column.field.name
        cases: list[sql.Composable] = []
        covered: list[Grant] = []
        for what, grants in best:
            covered += grants
            # The source's own value of a code is shown beside it, and only where the code is shown whole.
            left = mask_sql(Left(mask=Mask.NULL) if is_companion and what.mask else what, column, alias)
            if len(covered) == len(self.grants) and not cases:
                return left
            cases.append(sql.SQL("when {} then {}").format(self._one_of(grants, alias), left))
        if not cases:
            return null_of(column)
        return sql.SQL("case {} end").format(sql.SQL(" ").join(cases))

    def _where_whole(self, name: str, alias: str) -> sql.Composable | bool:
        """Where a granted row shows `name` unmasked: everywhere, nowhere, or on a condition."""
        whole = [grants for left, grants in self._best_first(name) if left.mask is None]
        if not whole:
            return False
        return True if len(whole[0]) == len(self.grants) else self._one_of(whole[0], alias)


_Frame = tuple[date, date, tuple[str, ...]]


def _frame(grant: Grant) -> _Frame:
    return (grant.valid_from, grant.valid_to, grant.classifications)


def _by_frame(grants: Sequence[Grant]) -> list[list[Grant]]:
    frames: dict[_Frame, list[Grant]] = {}
    for grant in grants:
        frames.setdefault(_frame(grant), []).append(grant)
    return list(frames.values())


def makes_pseudonyms(decision: Decision) -> bool:
    """Whether some clause shows a word in place of a value."""
    return any(Mask.PSEUDONYM in grant.clause.masks.values() for grant in decision.grants)


def mask_sql(left: Left, column: Column, alias: str) -> sql.Composable:
    """What a mask leaves of a column; `policy.masks.masked` is the same in Python."""
    value = sql.Identifier(alias, column.name)
    match left.mask:
        case None:
            return value
        case Mask.NULL:
            return null_of(column)
        case Mask.REDACT:
            return sql.SQL("case when {} is not null then {} end").format(value, sql.Literal(REDACTED))
        case Mask.PSEUDONYM:
            return _pseudonym(value, column, left.label)
        case Mask.AREA:
            return sql.SQL("left(replace({}, ' ', ''), -3)").format(value)
        case Mask.DAY | Mask.MONTH | Mask.YEAR as cut if column.sql_type == "date":
            return sql.SQL("(date_trunc({}, {}::timestamp)::date)").format(sql.Literal(cut.value), value)
        case Mask.DAY | Mask.MONTH | Mask.YEAR as cut:
            return sql.SQL("date_trunc({}, {}, 'UTC')").format(sql.Literal(cut.value), value)
        case _:
            assert_never(left.mask)


# INVARIANT: the secret is read by the view, whose owner may; it stands in no text of a view. Without one the word is
# NULL. A text becomes bytes by way of its escaped form: every other way is a function that is closed to audiences.
_WORD = """encode(sha256({secret} || sha256(
    {secret} || {label}::bytea || replace({value}::text, '\\', '\\\\')::bytea
)), 'hex')"""
_SECRET = sql.SQL("(select pseudonym_secret.secret from gate.pseudonym_secret)")


def _pseudonym(value: sql.Composable, column: Column, label: str) -> sql.Composable:
    """The word of a value; `policy.masks.pseudonym` is the same in Python."""
    word = sql.SQL(_WORD).format(secret=_SECRET, label=sql.Literal(label), value=value)
    if column.sql_type == "uuid":
        return sql.SQL("overlay(overlay({} placing '8' from 13) placing '8' from 17)::varchar(32)::uuid").format(
            sql.SQL("left({}, 32)").format(word)
        )
    return sql.SQL("left({}, 32)").format(word)


def null_of(column: Column) -> sql.Composable:
    """Nothing, in the type of a column."""
    return sql.SQL("null::{}").format(type_of(column))


def type_of(column: Column) -> sql.SQL:
    """The type of a column; the model's own words, so they count as a literal."""
    return sql.SQL(cast(LiteralString, column.sql_type))


def text_array(names: Sequence[str]) -> sql.Composable:
    """A constant array of texts."""
    return sql.SQL("array[{}]::text[]").format(commas([sql.Literal(name) for name in names]))


def commas(parts: Sequence[sql.Composable]) -> sql.Composed:
    """`parts`, separated by commas."""
    return sql.SQL(", ").join(parts)
