"""Facts about the asker inside a view: read from `gate.asking`, for this transaction and this audience only.

INVARIANT: the audience role cannot write `gate.asking`, so it cannot say that it is somebody else. Where the
gate has not written a fact for exactly this transaction and audience, the fact is NULL or the row is absent, and
neither shows anything.
"""

from psycopg import sql

_MINE = """asking.backend_pid = pg_backend_pid()
    and asking.xact = pg_current_xact_id_if_assigned()
    and asking.audience = {audience}"""

_FACTS = {"my_units": "units", "my_sites": "sites"}


class Asking:
    """What a view of one audience may know of the asker.

    A query that tests rows takes `source` into its FROM and `is_mine` into its WHERE: one row, one node in the
    plan. A sub-select that must stand by itself asks `apart`.

    Attributes:
        clearances: classifications that the members of the audience are cleared for; a constant of its views.
        wide: facts of which the members have many values.
    """

    def __init__(
        self, audience: str, *, clearances: tuple[str, ...], wide: frozenset[str] = frozenset(), is_apart: bool = False
    ) -> None:
        self._audience = audience
        self._is_apart = is_apart
        self._wide = wide
        self.clearances = clearances

    @property
    def source(self) -> sql.SQL:
        """For FROM."""
        return sql.SQL("gate.asking as asking")

    @property
    def is_mine(self) -> sql.Composed:
        """For WHERE: the one row that the gate wrote for this transaction and audience."""
        return sql.SQL(_MINE).format(audience=sql.Literal(self._audience))

    @property
    def apart(self) -> "Asking":
        """The same facts, each as an uncorrelated sub-select."""
        return Asking(self._audience, clearances=self.clearances, wide=self._wide, is_apart=True)

    @property
    def today(self) -> sql.Composable:
        """Day of the node."""
        return self._fact("today")

    @property
    def now(self) -> sql.Composable:
        """Instant of the node."""
        return self._fact("node_now")

    @property
    def sequence(self) -> sql.Composable:
        """Sealed sequence as of which is asked; NULL: the present."""
        return self._fact("as_of_seq")

    @property
    def instant(self) -> sql.Composable:
        """Instant as of which is asked; NULL: the present."""
        return self._fact("as_of_at")

    @property
    def hidden_people(self) -> sql.Composable:
        """Persons whom an exclusion hides today, sorted."""
        return self._fact("hidden_people")

    def is_among(self, value: sql.Composable, fact: str) -> sql.Composable:
        """Whether a value is among those of a fact of the condition language.

        A few values are compared one by one, which an index can follow; many are hashed (a million rows against a
        hundred sites: 0.3 s instead of 7).
        """
        if fact not in self._wide:
            return sql.SQL("({} = any ({}))").format(value, self._fact(_FACTS[fact]))
        return sql.SQL("({} in (select unnest({})))").format(value, self.apart.array(fact))

    def array(self, fact: str) -> sql.Composable:
        """The values of a fact of the condition language."""
        return self._fact(_FACTS[fact])

    def _fact(self, column: str) -> sql.Composable:
        if not self._is_apart:
            return sql.Identifier("asking", column)
        array = sql.SQL("::text[]") if column in ("units", "sites") else sql.SQL("")
        return sql.SQL("((select {column} from {source} where {mine}){array})").format(
            column=sql.Identifier("asking", column), source=self.source, mine=self.is_mine, array=array
        )
