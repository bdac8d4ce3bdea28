"""Which statements a node sends to its database while something is done: seen at the driver, nothing is changed."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from watchroom.store.database import Connection, Database, Principal


@contextmanager
def statements_of(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements of whatever goes through that database meanwhile, in order; a list that grows."""
    found: list[str] = []

    class Noted(psycopg.Cursor[Any]):
        def execute(self, query: Any, *more: Any, **others: Any) -> Any:
            found.append(str(query))
            return super().execute(query, *more, **others)

    opened = database.connection

    @contextmanager
    def noted(principal: Principal) -> Generator[Connection]:
        with opened(principal) as connection:
            before, connection.cursor_factory = connection.cursor_factory, Noted
            try:
                yield connection
            finally:
                connection.cursor_factory = before

    with monkeypatch.context() as patch:
        patch.setattr(database, "connection", noted)
        yield found
