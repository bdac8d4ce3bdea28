"""Laws of the one write path, for any run of batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batches import Rows, outcome, write
from watchroom.store.database import Database, Principal

KEYS = st.sampled_from(["1", "2", "3"])
PEOPLE = st.dictionaries(
    KEYS,
    st.fixed_dictionaries(
        {"sex_code": st.sampled_from([None, "M", "F"]), "unit_code": st.sampled_from([None, "LEI-A", "LEI-B"])}
    ),
)
ALERTS = st.dictionaries(
    KEYS,
    st.fixed_dictionaries(
        {"person_key": st.sampled_from(["1", "2", "9", None]), "kind_code": st.sampled_from(["HA", "XA"])}
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a source says at one instant."""

    people: dict[str, dict[str, object]]
    alerts: dict[str, dict[str, object]]
    is_full: bool

    def rows(self) -> Rows:
        people = [{"source_key": key, "prison_number": key, **more} for key, more in self.people.items()]
        alerts = [{"source_key": key, **more} for key, more in self.alerts.items()]
        return {"person": people, "alert": alerts}


BATCHES = st.lists(st.builds(Batch, people=PEOPLE, alerts=ALERTS, is_full=st.booleans()), min_size=1, max_size=5)
# Each run of batches is a source of its own in one database, which is much faster than a database each.
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
sources = (f"source {number}" for number in count())
hours = count()

VERSION = "'{0}' as entity, t.source_key, t.id, {1}, t.seq_from"
CONTENT = {"person": "t.sex_code as a, t.unit_code as b", "alert": "t.person_id::text as a, t.kind_code as b"}


def ask(database: Database, text: str, **parameters: object) -> list[tuple[object, ...]]:
    with database.connection(Principal.LOADER) as connection:
        return connection.execute(text, parameters).fetchall()  # type: ignore[arg-type]


def known_at(database: Database, source: str, seq: int) -> set[tuple[object, ...]]:
    """Everything as known at a sequence: the current versions that old, and the superseded ones that stood then."""
    parts: list[str] = []
    for entity, content in CONTENT.items():
        version = VERSION.format(entity, content)
        parts.append(
            f"select {version} from record.{entity} as t where source_system = %(source)s and seq_from <= %(seq)s"
        )
        parts.append(
            f"select {version} from record.{entity}_history as t"
            " where source_system = %(source)s and seq_from <= %(seq)s and %(seq)s < seq_to"
        )
    return set(ask(database, " union all ".join(parts), source=source, seq=seq))


def current(database: Database, source: str) -> set[tuple[object, ...]]:
    parts = [
        f"select {VERSION.format(entity, content)} from record.{entity} as t where source_system = %(source)s"
        for entity, content in CONTENT.items()
    ]
    return set(ask(database, " union all ".join(parts), source=source))


def last_sequence(database: Database) -> int:
    ((seq,),) = ask(database, "select coalesce(max(seq), 0) from ingest.sealed")
    assert isinstance(seq, int)
    return seq


def played(database: Database, source: str, batches: list[Batch]) -> Iterator[tuple[int, set[tuple[object, ...]]]]:
    """After each batch its sequence and what was known right then."""
    for batch in batches:
        write(database, batch.rows(), hour=next(hours), is_full=batch.is_full, source=source)
        seq = last_sequence(database)
        yield seq, current(database, source)


@few
@given(batches=BATCHES)
def test_what_was_known_at_a_sequence_never_changes(database: Database, batches: list[Batch]) -> None:
    source = next(sources)
    seen: list[tuple[int, set[tuple[object, ...]]]] = []
    for seq, known in played(database, source, batches):
        seen.append((seq, known))
        for earlier, then in seen:
            assert known_at(database, source, earlier) == then


@few
@given(batches=BATCHES)
def test_the_same_batch_again_changes_nothing(database: Database, batches: list[Batch]) -> None:
    source = next(sources)
    list(played(database, source, batches))
    before = current(database, source)
    last = last_sequence(database)
    again = write(database, batches[-1].rows(), hour=next(hours), is_full=batches[-1].is_full, source=source)
    for one in again.values():
        new, changed, _, ended, _ = outcome(one)
        assert (new, changed, ended) == (0, 0, 0)
    assert current(database, source) == before
    assert ask(database, "select from ingest.change where seq > %(last)s", last=last) == []


@few
@given(batches=BATCHES)
def test_current_and_history_are_all_versions_there_ever_were(database: Database, batches: list[Batch]) -> None:
    source = next(sources)
    ever: set[tuple[object, ...]] = set()
    for _, known in played(database, source, batches):
        ever |= known
    parts = [
        f"select {VERSION.format(entity, content)} from record.{table} as t where source_system = %(source)s"
        for entity, content in CONTENT.items()
        for table in (entity, f"{entity}_history")
    ]
    kept = ask(database, " union all ".join(parts), source=source)
    assert len(kept) == len(set(kept)), "a version is kept once"
    assert set(kept) == ever


@few
@given(batches=BATCHES)
def test_what_ended_is_absent_now_and_present_then_and_returns_under_its_id(
    database: Database, batches: list[Batch]
) -> None:
    source = next(sources)
    ids: dict[tuple[object, object], object] = {}
    before: set[tuple[object, ...]] = set()
    for (seq, known), batch in zip(played(database, source, batches), batches, strict=True):
        keys = {(entity, key) for entity, key, *_ in known}
        for entity, key, row_id, *_ in known:
            assert ids.setdefault((entity, key), row_id) == row_id
        gone = {(entity, key) for entity, key, *_ in before} - keys
        named = {("person", key) for key in batch.people} | {("alert", key) for key in batch.alerts}
        assert batch.is_full or not gone
        assert not gone & named
        if batch.is_full:
            assert keys <= named
        then = {(entity, key) for entity, key, *_ in known_at(database, source, seq - 1)}
        assert gone <= then
        before = known


@few
@given(batches=BATCHES)
def test_the_change_feed_replayed_gives_the_record(database: Database, batches: list[Batch]) -> None:
    source = next(sources)
    first = last_sequence(database)
    list(played(database, source, batches))
    standing: set[object] = set()
    text = "select op, id from ingest.change where seq > %(first)s order by seq, entity, id"
    for op, row_id in ask(database, text, first=first):
        if op == "new":
            assert row_id not in standing
            standing.add(row_id)
        else:
            assert row_id in standing
            if op == "ended":
                standing.remove(row_id)
    assert standing == {row_id for _, _, row_id, *_ in current(database, source)}


@few
@given(batches=BATCHES)
def test_a_change_says_what_was_there_before(database: Database, batches: list[Batch]) -> None:
    source = next(sources)
    list(played(database, source, batches))
    wrong = ask(
        database,
        """
        select 1 from ingest.change as c
        join record.person_history as h on h.id = c.id and h.seq_to = c.seq
        where c.op = 'changed' and h.source_system = %(source)s and (
            (c.before ? 'sex_code' and c.before ->> 'sex_code' is distinct from h.sex_code)
            or (c.before ? 'unit_code' and c.before ->> 'unit_code' is distinct from h.unit_code)
            or c.changed_fields = '{}'
            or (select array_agg(k order by k) from jsonb_object_keys(c.before) as k)
                is distinct from (select array_agg(f order by f) from unnest(c.changed_fields) as f)
        )
        """,
        source=source,
    )
    assert wrong == []
