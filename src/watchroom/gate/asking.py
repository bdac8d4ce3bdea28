"""Facts about the asker inside a view: read from `gate.asking`, for this transaction and this audience only.

INVARIANT: the audience role cannot write `gate.asking`, so it cannot say that it is somebody else. Where the
gate has not written a fact for exactly this transaction and audience, the fact is NULL or the row is absent, and
neither shows anything. The setting only finds the row; whoever sets it otherwise finds none of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from psycopg import sql

from watchroom.policy.conditions import FACTS_OF_PEOPLE, FACTS_WORKED_OUT, OPENED

# INVARIANT: without the lists of hidden people and records, worked out for this read, there is no row; nor for a view
# of the present when the past is asked for, nor the other way round. A row that can be read, though its transaction is
# not in the snapshot, is one that this transaction wrote. All of it may run in a parallel worker, which
# `pg_backend_pid()` and `pg_current_xact_id()` may not: with them every read of a union would have one process.
_MINE = """(
    asking.backend_pid = nullif(current_setting('watchroom.backend', true), '')::int
    and not pg_visible_in_snapshot(asking.xact, pg_current_snapshot())
    and asking.audience = {audience}
    and asking.as_of_seq is {null_or_not}
    and {is_ready}
)"""

_IS_READY = "asking.hidden_people is not null and asking.hidden_records is not null"
_FACTS = {"my_units": "units", "my_sites": "sites", **{name: name for name in FACTS_WORKED_OUT}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a view of one audience may know of the asker.

    There are two ways, chosen by measurement. Joined: one row of `gate.asking` beside the rows that are tested, one
    node in the plan and an index that follows it: for askers with few units and sites. Apart: each fact is an
    uncorrelated sub-select, worked out once, so that a scan of everything may run in parallel: for the others.

    Attributes:
        audience: its name.
        clearances: classifications that the members of the audience are cleared for; a constant of its views.
        is_past: whether the views show what was known at an earlier instant, and not the present.
        wide: facts of which the members have many values, hashed instead of compared one by one.
        is_apart: which of the two ways.
        is_first: for the query that works out the list of hidden people itself.
        worked_out: facts that are worked out for each read, as far as the views need them.
        days: first and last day of the node on which there are facts at all; always where it is None.
    """

    audience: str
    clearances: tuple[str, ...]
    is_past: bool = False
    wide: frozenset[str] = frozenset()
    is_apart: bool = False
    is_first: bool = False
    worked_out: frozenset[str] = frozenset()
    days: tuple[date, date] | None = None

    @property
    def source(self) -> sql.Composable:
        """For FROM."""
        if self.is_apart:
            return sql.SQL("(select) as asking")
        # `offset 0` keeps it a row of its own, with the array unpacked: else it is unpacked for every row that is
        # tested, which for a hundred hidden people costs as much as the rest of the read.
        return sql.SQL(
            "(select asking.units, asking.sites, asking.as_of_seq, asking.as_of_at, asking.node_now, asking.today,"
            " asking.hidden_people || array[]::uuid[] as hidden_people, asking.hidden_records,"
            " cardinality(asking.hidden_records) > 0 as hides_records{}"
            " from gate.asking as asking where {} offset 0) as asking"
        ).format(sql.SQL("").join(map(self._unpacked, sorted(self.worked_out))), self._mine)

    @property
    def is_mine(self) -> sql.Composable:
        """For WHERE: that the gate wrote the facts for this transaction and audience."""
        if not self.is_apart:
            return sql.SQL("true")
        return sql.SQL("(select true from gate.asking as asking where {})").format(self._mine)

    @property
    def apart(self) -> "Asking":
        """The same facts, for a sub-select that must stand by itself."""
        return replace(self, is_apart=True)

    @property
    def first(self) -> "Asking":
        """The same facts before it is known who is hidden."""
        return replace(self, is_apart=True, is_first=True)

    def within(self, first: date, last: date) -> "Asking":
        """The same facts, and none on a day of the node before `first` or after `last`."""
        return replace(self, days=(first, last))

    @property
    def asker(self) -> sql.Composable:
        """Name of their account."""
        return self._fact("asker")

    @property
    def organisation(self) -> sql.Composable:
        """Code of the agency that employs them."""
        return self._fact("organisation")

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
        """Sealed sequence as of which is asked, in the views of the past."""
        return self._fact("as_of_seq")

    @property
    def instant(self) -> sql.Composable:
        """Instant as of which is asked, also in the views of the present: what was never sealed has no sequence."""
        return self._fact("as_of_at")

    def was_sealed(self, sequence: sql.Composable) -> sql.Composable:
        """Whether what was sealed with that sequence is known at the instant that is asked for."""
        return sql.SQL("({} <= {})").format(sequence, self.sequence) if self.is_past else sql.SQL("true")

    def was_known(self, instant: sql.Composable) -> sql.Composable:
        """Whether what was entered at that instant, and never sealed, is known at the instant that is asked for."""
        return sql.SQL("({} <= {})").format(instant, self.instant)

    def is_among(self, value: sql.Composable, fact: str) -> sql.Composable:
        """Whether a value is among those of a fact of the condition language."""
        if fact.startswith(OPENED):
            return self._is_opened(value, fact.removeprefix(OPENED))
        column = _FACTS[fact]
        if fact in FACTS_OF_PEOPLE:
            return self._is_among_people(value, column)
        if fact in self.wide:
            return sql.SQL("({} in (select unnest({})))").format(value, self._select(sql.Identifier("asking", column)))
        array = self._fact(column)
        return sql.SQL("({} = any ({}))").format(value, sql.SQL("{}::text[]").format(array) if self.is_apart else array)

    def is_not_hidden(self, person: sql.Composable) -> sql.Composable:
        """Whether a person is none of those who are hidden from the asker today; true for nobody."""
        if self.is_apart:
            return self._is_none_of(person, "hidden_people")
        return sql.SQL("({} is not true)").format(self._is_one_of(person, "hidden_people"))

    @property
    def hidden_people(self) -> sql.Composable:
        """The persons who are hidden from the asker today: for what must be compared with something else than an id."""
        return self._fact("hidden_people")

    @property
    def hidden_records(self) -> sql.Composable:
        """The records that are hidden from the asker today, whoever they are about."""
        return self._fact("hidden_records")

    def is_no_hidden_record(self, ids: Sequence[sql.Composable]) -> sql.Composable:
        """Whether none of some ids is that of a record which is hidden from the asker; an id that is null is none.

        Hardly anybody has such records, so that there are none is found out first, and costs a row nothing more.
        """
        # A flag is read, where the length of a list would be worked out for each row.
        is_any = sql.SQL("cardinality(asking.hidden_records) > 0")
        hides = self._select(is_any) if self.is_apart else sql.SQL("asking.hides_records")
        return sql.SQL("(({0} and array[{1}]::uuid[] && ({2})::uuid[]) is not true)").format(
            hides, sql.SQL(", ").join(ids), self.hidden_records
        )

    def _is_none_of(self, value: sql.Composable, column: str) -> sql.Composable:
        """As a join against a list: by measurement a third cheaper for each row than a test against its hash."""
        return sql.SQL("(not exists (select from unnest({}) as hidden(id) where hidden.id = {}))").format(
            self._fact(column), value
        )

    def _is_one_of(self, person: sql.Composable, column: str) -> sql.Composable:
        """Whether a person is among those of a fact: true, or not.

        For a scan of everything they are hashed once; for a few rows a search by halves costs less than the hash.
        """
        if self.is_apart:
            return sql.SQL("({} in (select unnest({})))").format(person, self._fact(column))
        # INVARIANT: the gate sorted it.
        people = sql.Identifier("asking", column)
        return sql.SQL("(({people})[width_bucket({person}, {people})] = {person})").format(person=person, people=people)

    def _is_among_people(self, person: sql.Composable, column: str) -> sql.Composable:
        """The same with three values: unknown where the fact was not worked out, and of nobody among some."""
        return sql.SQL(
            "(case when {people} is null then null when cardinality({people}) = 0 then false"
            " when {person} is null then null else coalesce({found}, false) end)"
        ).format(people=self._fact(column), person=person, found=self._is_one_of(person, column))

    def _is_opened(self, person: sql.Composable, name: str) -> sql.Composable:
        """Whether an opening of that name is open for the asker about a person: a few, hashed once for a read."""
        return sql.SQL(
            "({person} in (select opened.person_id from gate.asking as asking,"
            " unnest(asking.opened_names, asking.opened_people) as opened(name, person_id)"
            " where {mine} and opened.name = {name}))"
        ).format(person=person, mine=self._mine, name=sql.Literal(name))

    @staticmethod
    def _unpacked(column: str) -> sql.Composable:
        kind = sql.SQL("uuid" if column in FACTS_OF_PEOPLE else "text")
        return sql.SQL(", asking.{0} || array[]::{1}[] as {0}").format(sql.Identifier(column), kind)

    @property
    def _mine(self) -> sql.Composed:
        is_ready = sql.SQL("true" if self.is_first else _IS_READY)
        if self.days is not None:
            days = map(sql.Literal, self.days)
            is_ready = sql.SQL("{} and asking.today between {} and {}").format(is_ready, *days)
        return sql.SQL(_MINE).format(
            audience=sql.Literal(self.audience),
            null_or_not=sql.SQL("not null" if self.is_past else "null"),
            is_ready=is_ready,
        )

    def _fact(self, column: str) -> sql.Composable:
        return self._select(sql.Identifier("asking", column)) if self.is_apart else sql.Identifier("asking", column)

    def _select(self, wanted: sql.Composable) -> sql.Composed:
        return sql.SQL("(select {} from gate.asking as asking where {})").format(wanted, self._mine)
