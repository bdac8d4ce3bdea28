"""Small parts of composed SQL."""

from collections.abc import Iterable

from psycopg import sql


def of(alias: str, column: str) -> sql.Identifier:
    """A column of a relation in the statement."""
    return sql.Identifier(alias, column)


def commas(parts: Iterable[sql.Composable]) -> sql.Composed:
    """The parts, separated by commas."""
    return sql.SQL(", ").join(parts)


def all_of(conditions: list[sql.Composable]) -> sql.Composable:
    """That all conditions hold; true when there are none."""
    return sql.SQL(" and ").join(conditions) if conditions else sql.SQL("true")


def any_of(conditions: list[sql.Composable]) -> sql.Composable:
    """That one of the conditions holds; false when there are none."""
    return sql.SQL(" or ").join(conditions) if conditions else sql.SQL("false")


def bare(text: sql.Composable) -> sql.Composed:
    """A text without the blanks around it, as `bare` of the mappings does."""
    return sql.SQL("btrim({}, ' ' || chr(160))").format(text)
