"""Laws of the narrowed change feed: asked of what changed only, it gives exactly what it gives asked whole."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_gate_laws import BATCHES, QUICK, World, asker_of, gate_for
from test_reference_laws import EVENTS, KITCHEN, RECORD, Said

from batches import START, write
from gate_world import NURSE, gate_of
from narrow_feed import asked_both_ways, everything_to_nurses
from policy_cases import ENTITIES, FACTS, SITES, UNITS, agreements
from watchroom.gate import changed
from watchroom.gate.changed import Sought, changes_of
from watchroom.gate.narrow_views import Narrow
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.decision import Decision, decide
from watchroom.policy.evaluate import Facts
from watchroom.store.database import Database, Principal

SOUGHT = st.builds(
    Sought,
    after=st.integers(0, BATCHES),
    unit_code=st.sampled_from(UNITS),
    site_code=st.sampled_from(SITES),
    of_site=st.lists(st.sampled_from(ENTITIES), unique=True).map(tuple),
)
SAID = st.lists(st.one_of(RECORD, KITCHEN, EVENTS), min_size=2, max_size=4)
NAMES = st.frozensets(st.sampled_from([f"entity_{number}" for number in range(12)]))
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
agencies = (f"agency {number}" for number in count())
hours = count()


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture(autouse=True)
def as_narrow_as_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view for each set of entities: these worlds have but three."""
    monkeypatch.setattr(changed, "_SPARE", 0)
    monkeypatch.setattr(changed, "_MOST_VIEWS", 1_000)


@QUICK
@given(agreement=agreements(), facts=FACTS, sought=SOUGHT)
def test_what_changed_is_told_whole_whoever_asks_for_whatever_place(
    world: World, agreement: Agreement, facts: Facts, sought: Sought
) -> None:
    decision = decide([agreement], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.LIST)
    assert isinstance(decision, Decision)
    if not decision.is_in_force(facts.today):
        return
    asked = asked_both_ways(gate_for(world, agreement), asker_of(facts), sought)
    assert asked.narrow == asked.whole


def played(database: Database, said: list[Said]) -> list[int]:
    """The last sequence before each of what the sources of an agency said, in that order."""
    agency, sequences = next(agencies), list[int]()
    for one in said:
        with database.connection(Principal.LOADER) as connection:
            row = connection.execute("select coalesce(max(seq), 0) from ingest.sealed").fetchone()
        sequences.append(row[0] if row else 0)
        named = f"{one.source} of {agency}"
        write(
            database,
            one.rows,
            hour=next(hours) / 100,
            source=named,
            is_full=one.is_full,
            rules=one.rules,
            agency=agency,
        )
    return sequences


@few
@given(said=SAID, unit=st.sampled_from(["LEI-A", "LEI-B"]))
def test_rows_that_follow_other_sources_and_stand_ins_that_end_are_told_as_well(
    database: Database, said: list[list[Said]], unit: str
) -> None:
    sequences = played(database, [one for part in said for one in part])
    gate = gate_of(database, everything_to_nurses("person", "alert"), at=START + timedelta(days=5))
    for after in sequences:
        asked = asked_both_ways(gate, NURSE, Sought(after=after, unit_code=unit, site_code="LEI"))
        assert asked.narrow == asked.whole


def test_to_leave_out_an_entity_of_which_something_changed_would_be_seen(world: World) -> None:
    gate = gate_of(world.database, everything_to_nurses("person", "alert"))
    sought = Sought(after=1, unit_code="LEI-A", site_code="LEI")
    assert asked_both_ways(gate, NURSE, sought).among >= {"alert", "person"}
    for name in ("alert", "person"):
        asked = asked_both_ways(gate, NURSE, sought, without=[name])
        assert asked.narrow != asked.whole


@given(wanted=NAMES, made=st.lists(NAMES, max_size=10), told=NAMES, spare=st.integers(0, 3), most=st.integers(0, 10))
def test_a_view_of_the_feed_has_every_entity_that_is_wanted_and_there_are_few(
    wanted: frozenset[str], made: list[frozenset[str]], told: frozenset[str], spare: int, most: int
) -> None:
    views = [Narrow(relation="change", entities=tuple(sorted(one))) for one in made]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changed, "_SPARE", spare)
        patch.setattr(changed, "_MOST_VIEWS", most)
        found = changes_of(wanted, made=[*views, Narrow(relation="alert", columns=("id",))], told=told)
    assert found is None or set(found.entities or ()) >= wanted & told
    assert found is None or found in views or len(views) < most
