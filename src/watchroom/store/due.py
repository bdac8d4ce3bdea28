"""Which records a rule of retention lets go, counted from an event, as SQL that is read off the model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import LiteralString

from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity
from watchroom.store.about import naming, tables_of, touching
from watchroom.store.composing import any_of
from watchroom.store.database import Connection
from watchroom.store.erasing import Erasing, staying_named

_EPISODE = "custody_episode"
# INVARIANT: whoever may be in custody, or of whom it is not certain when they left, is not among them.
_RELEASED = """
    select person_id, max(ended_at) as at
    from record.custody_episode
    group by person_id
    having bool_and(
        is_active is not true and ended_at is not null and ended_at <= %(now)s
        and not 'ended_at' = any(unreliable_dates)
    )
"""
_CONTACT = """
    select seen.person_id, max(seen.at) as at
    from ({seen}) as seen
    where seen.person_id not in (
        select person_id from record.custody_episode where is_active is not false and person_id is not null
    )
    group by seen.person_id
"""
_OUT = "exists (select from record.custody_episode as e where e.id = t.{link} and {over})"
_OVER = "e.is_active is not true and e.ended_at < {before} and not 'ended_at' = any(e.unreliable_dates)"


_FORGET_WAITED: LiteralString = """
    delete from ingest.waiting
    using ingest.sealed
    where
        sealed.batch_id = waiting.batch_id and waiting.entity = any(%(entities)s) and sealed.sealed_at < %(before)s
        and not exists (
            select from ingest.hold
            where hold.lifted_at is null and (hold.person_id is not null or hold.entity = waiting.entity)
        )
"""


class After(StrEnum):
    """The event from which a period is counted."""

    RELEASE = "release"
    """The last time in custody of the person has ended, and none runs."""
    END_OF_EPISODE = "end_of_episode"
    """The time in custody that the record belongs to has ended."""
    LAST_CONTACT = "last_contact"
    """The last that became known of the person, who is not in custody."""
    LAST_CHANGE = "last_change"
    """The last that became known of the record itself, which is about nobody in custody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of retention at an instant.

    Attributes:
        name: of the model's rule, such as `custody_record`.
        after: what it is counted from.
        before: node time; where the event lies before it, the record is due.
    """

    name: str
    after: After
    before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """One of so many parts of what is due; all that is about one person is in the same part."""

    number: int = 0
    of: int = 1


def write_due(erasing: Erasing, rules: Sequence[Rule], *, now: datetime, portion: Portion) -> None:
    """Write down what is due, but for what is named by somebody of whom it is not.

    Args:
        erasing: nothing is written down yet.
        rules: each of another name.
        now: node time.
        portion: which part of it.
    """
    parts = [
        part
        for rule in rules
        for entity in erasing.model.entities.values()
        if entity.retention == rule.name
        for part in _due(erasing.model, entity, rule)
    ]
    if parts:
        seen = sql.SQL("\nunion all\n").join(_seen(erasing))
        people = sql.SQL("released as materialized ({}), contact as materialized ({})").format(
            sql.SQL(_RELEASED), sql.SQL(_CONTACT).format(seen=seen)
        )
        chosen = sql.SQL(
            "with {people} select entity, id, source_system, source_key from ({parts}) as due"
            " where mod(abs(hashtextextended(due.about::text, 0) %% 1000000), %(of)s) = %(number)s"
        ).format(people=people, parts=sql.SQL("\nunion all\n").join(parts))
        erasing.write(chosen, {"now": now, "of": portion.of, "number": portion.number})
    erasing.with_parts()


def forget_waited(connection: Connection, model: Catalogue, rules: Sequence[Rule]) -> int:
    """Delete rows that wait for somebody whom nobody ever had, of a class with a period, as owner; how many.

    The period is counted from their delivery, since nothing else is known. While anybody is held they stay: of whom
    they are nobody can say.
    """
    number = 0
    for rule in rules:
        names = [entity.name for entity in model.entities.values() if entity.retention == rule.name]
        number += connection.execute(_FORGET_WAITED, {"entities": names, "before": rule.before}).rowcount
    return number


def keep_named(erasing: Erasing) -> int:
    """Leave people out who are named by a record that stays; how many of them there are."""
    text = sql.SQL(
        "delete from ingest.tombstone as gone where gone.erasure_id = %(erasure_id)s and gone.entity = 'person'"
        " and ({})"
    ).format(any_of(staying_named(erasing.model)))
    return erasing.connection.execute(text, {"erasure_id": erasing.id}).rowcount


def _due(model: Catalogue, entity: Entity, rule: Rule) -> Iterator[sql.Composable]:
    before, columns = sql.Literal(rule.before), naming(entity)
    about = sql.Identifier("t", columns[0] if columns else "id")
    current, past = tables_of(entity)
    if rule.after is After.LAST_CHANGE:
        out = _nobody_in_custody(model, entity)
        yield _rows(entity, current, about=about, condition=sql.SQL("t.recorded_from < {}{}").format(before, out))
        gone = sql.SQL(
            "not exists (select from {0} as now where now.id = t.id) and not exists"
            " (select from {1} as later where later.id = t.id and later.recorded_to >= {2})"
        ).format(current, past, before)
        yield _rows(entity, past, about=about, condition=gone + out)
        return
    if rule.after is After.END_OF_EPISODE:
        link = "id" if entity.name == _EPISODE else "episode_id"
        if link == "episode_id" and not any(field.name == link for field in entity.fields):
            return
        condition = sql.SQL(_OUT).format(link=sql.Identifier(link), over=sql.SQL(_OVER).format(before=before))
    elif columns:
        people = sql.Identifier("released" if rule.after is After.RELEASE else "contact")
        condition = sql.SQL(" and ").join(_all_due(columns, people, before))
    else:
        return
    for table in (current, past):
        yield _rows(entity, table, about=about, condition=condition)


def _nobody_in_custody(model: Catalogue, entity: Entity) -> sql.Composable:
    """And that nobody whom a record is about is in custody, or may be: of them nothing goes by its age alone.

    The report of an incident names nobody itself and is about everybody who had a part in it.
    """
    return sql.SQL(
        " and t.id not in (select about.id from ({}) as about inner join record.custody_episode as e"
        " on e.person_id = about.person_id where e.is_active is not false and about.id is not null)"
    ).format(touching(model, (entity.name,)))


def _all_due(columns: Sequence[str], people: sql.Identifier, before: sql.Literal) -> Iterator[sql.Composable]:
    """That the event lies before for everybody whom a record names; the first of them must be known."""
    for place, column in enumerate(columns):
        name = sql.Identifier("t", column)
        is_due = sql.SQL("{} in (select person_id from {} where at < {})").format(name, people, before)
        yield is_due if place == 0 else sql.SQL("({} is null or {})").format(name, is_due)


def _rows(entity: Entity, table: sql.Identifier, *, about: sql.Identifier, condition: sql.Composable) -> sql.Composable:
    return sql.SQL(
        "select {}::text as entity, t.id, t.source_system, t.source_key, {} as about from {} as t where {}"
    ).format(sql.Literal(entity.name), about, table, condition)


def _seen(erasing: Erasing) -> Iterator[sql.Composable]:
    """When something became known of a person."""
    for entity in erasing.model.entities.values():
        for column in naming(entity):
            for table in tables_of(entity):
                yield sql.SQL("select {} as person_id, recorded_from as at from {}").format(
                    sql.Identifier(column), table
                )
