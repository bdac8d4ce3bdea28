"""Whether what somebody may see has become another since their page was made: a mark to be compared, and no more.

A mark says nothing of what may be seen. It only tells an open page that it has to be asked for again.
"""

from watchroom.gate.askers import Asker
from watchroom.kernel.clock import Clock
from watchroom.kernel.named_sql import Query, load_queries
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "access_mark.sql")


class AccessMarks:
    """The marks of a node; safe to share between threads."""

    def __init__(self, database: Database, *, clock: Clock, machine: Clock) -> None:
        self._database = database
        self._clock = clock
        self._machine = machine

    def of_everybody(self) -> str:
        """Another one whenever anybody's access may have changed: policy, suspensions, restrictions, openings, rooms.

        Raises:
            DatabaseUnavailableError: it cannot be found out.
        """
        return self._mark(_QUERIES["of_everybody"])

    def of(self, asker: Asker) -> str:
        """Another one whenever the access of this person may have changed.

        INVARIANT: it is taken before a page is read, so that a page is never newer than its mark.

        Raises:
            DatabaseUnavailableError: it cannot be found out.
        """
        return self._mark(_QUERIES["of_account"], account=asker.name)

    def _mark(self, query: Query, **params: object) -> str:
        with self._database.connection(Principal.APP) as connection:
            now = {"machine_now": self._machine.now(), "node_now": self._clock.now()}
            row = connection.execute(query.text, {**params, **now}).fetchone()
        return str(row[0]) if row else ""
