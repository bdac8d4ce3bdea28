"""Laws of erasure: whatever comes in whatever order, a hold goes before it, and who is erased stays away."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batches import START, person, select, write
from servers import TestServer
from watchroom.audit.entries import Act, Entry
from watchroom.audit.memory import MemoryAuditLog
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.node.erasure import Eraser, Erasure, Held, NothingThere, as_owner
from watchroom.node.list_file import ERASURES_FILE
from watchroom.node.record_list import note_hold, record_list
from watchroom.node.restored_records import erase_records_again
from watchroom.store.database import Database
from watchroom.store.erasing import Selection
from watchroom.store.holds import Hold, HoldKind, lift_hold, place_hold

NOW = datetime(2026, 7, 30, tzinfo=UTC)
PEOPLE = 3
_NUMBERS = count(1)
STEPS = st.lists(
    st.tuples(st.sampled_from(["deliver", "erase", "hold", "lift", "restored"]), st.integers(0, PEOPLE - 1)),
    min_size=4,
    max_size=14,
)


class Node:
    """What the laws are tried on; its text is short, for Hypothesis prints it."""

    def __init__(self, eraser: Eraser) -> None:
        self.eraser = eraser


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, server: TestServer) -> Generator[Node]:
    folder = tmp_path_factory.mktemp("laws")
    (folder / "checkpoints").mkdir()
    clock = SteppedClock(NOW)
    with server.database() as database:
        yield Node(
            Eraser(
                folder=folder,
                node_id=uuid4(),
                database=database,
                audit=MemoryAuditLog(clock=clock),
                model=catalogue(),
                clock=clock,
                machine=clock,
                by=Entry(act=Act.ERASE, actor="gov"),
            )
        )


@dataclass(slots=True, kw_only=True)
class World:
    """What should be so: who is in the record, who was erased, who is held."""

    eraser: Eraser = field(repr=False)
    keys: list[str]
    ids: dict[str, UUID] = field(default_factory=dict[str, UUID])
    present: set[str] = field(default_factory=set[str])
    erased: set[str] = field(default_factory=set[str])
    held: dict[str, Hold] = field(default_factory=dict[str, Hold])

    @property
    def clock(self) -> SteppedClock:
        assert isinstance(self.eraser.clock, SteppedClock)
        return self.eraser.clock

    @property
    def database(self) -> Database:
        return self.eraser.database

    def deliver(self, _key: str) -> None:
        """All of them come, also who was erased."""
        rows = {
            "person": [person(key) for key in self.keys],
            "alert": [{"source_key": f"a{key}", "person_key": key} for key in self.keys],
        }
        # After whatever was before, by the clock that erasures are dated by.
        self.clock.move(timedelta(minutes=1))
        write(self.database, rows, hour=(self.clock.now() - START) / timedelta(hours=1), is_full=False)
        self.present = set(self.keys) - self.erased
        for key, found in select(self.database, "select source_key, id from record.person"):
            if key in self.present and isinstance(found, UUID):
                self.ids[str(key)] = found

    def erase(self, key: str) -> None:
        made = self.eraser.erase(Selection(people=(self.ids.get(key, uuid4()),)), erasure=uuid4(), rule="request")
        if key not in self.present:
            assert isinstance(made, NothingThere)
        elif key in self.held:
            assert made == Held(holds={self.held[key].id: 2})
        else:
            assert isinstance(made, Erasure)
            self.present.discard(key)
            self.erased.add(key)

    def hold(self, key: str) -> None:
        if key in self.held or key not in self.ids:
            return
        hold = Hold(
            id=uuid4(),
            kind=HoldKind.LITIGATION,
            person_id=self.ids[key],
            authority="the court",
            reason="asked for",
            placed_at=NOW,
            placed_by="gov",
        )
        with as_owner(self.database) as connection:
            place_hold(connection, hold)
            note_hold(self.eraser.folder, self.eraser.node_id, hold)
        self.held[key] = hold

    def lift(self, key: str) -> None:
        if key not in self.held:
            return
        hold = self.held.pop(key)
        with as_owner(self.database) as connection:
            assert lift_hold(connection, hold.id, at=NOW, by="holder", reason="over")

    def restored(self, _key: str) -> None:
        """The database is as in a backup of before they came, and knows of no erasure; the list outside it does."""
        with as_owner(self.database) as connection:
            connection.execute("delete from ingest.erasure")
            connection.execute("delete from ingest.tombstone")
        file = self.eraser.folder / "checkpoints" / ERASURES_FILE
        if file.is_file():
            erase_records_again(self.eraser, record_list(file, self.eraser.node_id))


@contextmanager
def fresh(eraser: Eraser) -> Generator[World]:
    number = next(_NUMBERS)
    yield World(eraser=eraser, keys=[f"{number}.{one}" for one in range(PEOPLE)])
    (Path(eraser.folder) / "checkpoints" / ERASURES_FILE).unlink(missing_ok=True)
    with as_owner(eraser.database) as connection:
        connection.execute("delete from ingest.hold")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_hold_goes_before_every_erasure_and_who_is_erased_stays_away_whatever_the_order(
    node: Node, steps: list[tuple[str, int]]
) -> None:
    with fresh(node.eraser) as world:
        for step, number in [("deliver", 0), *steps]:
            getattr(world, step)(world.keys[number])
            found = {str(key) for (key,) in select(world.database, "select source_key from record.person")}
            alerts = {str(key)[1:] for (key,) in select(world.database, "select source_key from record.alert")}
            assert (found & set(world.keys), alerts & set(world.keys)) == (world.present, world.present)
