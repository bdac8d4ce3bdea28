"""What the abuses share: the commands, and a record changed by hand for as long as an attack lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from click.testing import CliRunner

from watchroom.entrances import commands
from watchroom.node.node import Node
from watchroom.store.database import Principal

CARE = "custody.care"


def run(*words: object) -> Any:
    return CliRunner().invoke(commands(), [str(word) for word in words])


def first_of(node: Node, unit: str) -> UUID:
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select p.id from record.person as p join record.alert as a on a.person_id = p.id"
            " where p.unit_code = %s and not p.is_restricted and a.is_active order by p.sort_key, p.id limit 1",
            (unit,),
        ).fetchone()
    assert row is not None
    return row[0]


@contextmanager
def changed(node: Node, change: str, back: str, *values: object) -> Iterator[None]:
    """The record changed by hand for as long as this lasts, by whoever may write it."""
    with node.database.connection(Principal.LOADER) as connection:
        kept = connection.execute(back, values[-1:]).fetchall()
        connection.execute(change, values)  # type: ignore[arg-type]
    try:
        yield
    finally:
        with node.database.connection(Principal.LOADER) as connection:
            for value, row_id in kept:
                connection.execute(change.rpartition(" where ")[0] + " where id = %s", (value, row_id))  # type: ignore[arg-type]


@contextmanager
def stored(node: Node, someone: UUID, text: str) -> Iterator[None]:
    """Family name and comments of a person's alerts are `text`."""
    with (
        changed(
            node,
            "update record.person set family_name = %s where id = %s",
            "select family_name, id from record.person where id = %s",
            text,
            someone,
        ),
        changed(
            node,
            "update record.alert set comment = %s where person_id = %s",
            "select comment, id from record.alert where person_id = %s",
            text,
            someone,
        ),
    ):
        yield


@contextmanager
def restricted(node: Node, someone: UUID) -> Iterator[None]:
    with changed(
        node,
        "update record.person set is_restricted = %s where id = %s",
        "select is_restricted, id from record.person where id = %s",
        True,
        someone,
    ):
        yield
