"""Facts about the asker inside a view: read from `gate.asking`, for this transaction and this audience only.

INVARIANT: the audience role cannot write `gate.asking`, so it cannot say that it is somebody else. Where the
gate has not written a fact for exactly this transaction and audience, the fact is NULL, and NULL shows nothing.
"""

from psycopg import sql


class Asking:
    """What a view of one audience may know of the asker; each is an uncorrelated sub-select."""

    def __init__(self, audience: str) -> None:
        self._audience = audience

    def _fact(self, column: str) -> sql.Composed:
        return sql.SQL(
            "(select asking.{column} from gate.asking where asking.backend_pid = pg_backend_pid()"
            " and asking.xact = pg_current_xact_id_if_assigned() and asking.audience = {audience})"
        ).format(column=sql.Identifier(column), audience=sql.Literal(self._audience))

    @property
    def today(self) -> sql.Composed:
        """Day of the node."""
        return self._fact("today")

    @property
    def now(self) -> sql.Composed:
        """Instant of the node."""
        return self._fact("node_now")

    @property
    def sequence(self) -> sql.Composed:
        """Sealed sequence as of which is asked; NULL: the present."""
        return self._fact("as_of_seq")

    @property
    def instant(self) -> sql.Composed:
        """Instant as of which is asked; NULL: the present."""
        return self._fact("as_of_at")

    @property
    def clearances(self) -> sql.Composed:
        """Classifications that the asker is cleared for."""
        return sql.SQL("({}::text[])").format(self._fact("clearances"))

    @property
    def sites(self) -> sql.Composed:
        """Establishments of the asker."""
        return self.fact("my_sites")

    def fact(self, name: str) -> sql.Composed:
        """A fact of the condition language, as an array."""
        return sql.SQL("({}::text[])").format(self._fact({"my_units": "units", "my_sites": "sites"}[name]))

    @property
    def is_asked(self) -> sql.Composed:
        """Whether the gate asks, for this audience."""
        return sql.SQL("{} is not null").format(self.today)
