"""Mapping a source again at its page, beside the page; and stopping what takes from it."""

import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from textwrap import dedent
from threading import Event

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, seat_at

from custody_rolls import day, person, write_roll
from watchroom.ingest.mapping_files import shipped_files
from watchroom.node.account_desk import add_account
from watchroom.node.beside import Working, rerun_work, source_work
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.mapping_texts import MAPPING_FOLDER
from watchroom.node.node import Node
from watchroom.node.settings import Environment
from watchroom.store.database import Principal
from watchroom.store.sealing import next_in_order

numbers = count()
PEOPLE = [person(f"{number}") for number in range(30)]
# Asks for its source as the page does, and kills itself as the operating system would, right before it is committed.
KILLED = dedent("""
    import os, signal, sys, time
    from pathlib import Path
    from watchroom.node.engineer_desk import engineer_desk_of
    from watchroom.node.node import Node
    from watchroom.node.source_desk import SourceDesk

    with Node.open(Path(sys.argv[1])) as node:
        SourceDesk._witness = lambda desk, batch: os.kill(os.getpid(), signal.SIGKILL)
        desk = engineer_desk_of(node, node.accounts.asker("engineer"), what="source")
        assert desk.fetch(sys.argv[2])
        time.sleep(60)
""")


@dataclass(frozen=True, slots=True)
class Jail:
    """A node whose one source is read by the agency's own mapping, in the hands of an engineer."""

    node: Node
    folder: Path
    name: str
    seat: Seat
    client: TestClient[Litestar]
    token: str

    @property
    def here(self) -> str:
        return f"/sources/{self.name}"

    @property
    def rerun(self) -> str:
        return f"{self.here}/rerun"

    def post(self, path: str, **fields: str) -> str:
        reply = self.client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=False)
        assert reply.status_code == 303, reply.text
        return reply.headers["location"]

    def page(self, path: str = "") -> str:
        reply: httpx.Response = self.client.get(path or self.rerun, follow_redirects=False)
        assert reply.status_code == 200, reply.text
        return reply.text

    def wait(self, until: Callable[[], bool]) -> None:
        pause = Event()
        assert any(until() or pause.wait(0.02) for _ in range(1000)), "it did not come to that"

    def over(self, name: str) -> Working:
        self.wait(lambda: self.seat.beside.all()[name].is_over)
        return self.seat.beside.all()[name]

    def number(self, table: str, more: str = "true") -> int:
        """How many rows of a table are of the source."""
        query = f"select count(*) from {table} where source_system = %s and {more}"
        with self.node.database.connection(Principal.LOADER) as connection:
            row = connection.execute(query, (self.name,)).fetchone()  # type: ignore[arg-type]
        return -1 if row is None else row[0]

    def rewrite(self, sex: str) -> None:
        """Another mapping: who is `M` in the roll is `sex`."""
        text = shipped_files("custody_roll").texts["person"]
        changed = text.replace("r.GENDER as sex", f"replace(r.GENDER, 'M', '{sex}') as sex")
        (self.folder / MAPPING_FOLDER / f"{self.name}s" / "person.sql").write_text(changed, encoding="utf-8")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Node, Path]]:
    folder = tmp_path_factory.mktemp("rerun") / "n"
    create_node(folder, NewNode(agency="HMPPS", name="Jails", environment=Environment.DEMO))
    try:
        with Node.open(folder) as node:
            for account in ("engineer", "engineer.b"):
                asker = node.accounts.new_asker(account, roles=("data_engineer",))
                add_account(node, asker, password="a long password")
            yield node, folder
    finally:
        remove_node(folder)


@pytest.fixture
def jail(standing: tuple[Node, Path], tmp_path: Path) -> Generator[Jail]:
    """A source and its mapping for one test alone; nothing of it was taken yet."""
    node, folder = standing
    name = f"jail_{next(numbers)}"
    own = folder / MAPPING_FOLDER / f"{name}s"
    own.mkdir(parents=True)
    (own / "mapping.toml").write_text(f'kind = "{name}s"\nversion = "1"\nextends = "custody_roll"\n', encoding="utf-8")
    node.sources.add(name, kind="files", at=str(write_roll(tmp_path / "rolls", day(1), PEOPLE)), mapping=f"{name}s")
    seat = seat_at(node)
    with seat.client() as client:
        yield Jail(node, folder, name, seat, client, seat.sign_in(client, "engineer"))


@pytest.fixture
def taken(jail: Jail) -> Jail:
    """The same, and its roll was taken."""
    assert not jail.node.sources.ingest(jail.name).is_refused
    return jail


def test_what_is_taken_at_a_page_is_stopped_at_the_page_or_killed_and_nothing_is_lost_or_doubled(jail: Jail) -> None:
    assert jail.post(f"{jail.here}/stop") == f"{jail.here}?done=idle"
    with jail.node.database.connection(Principal.LOADER) as holder:
        # What is to be written waits for this.
        next_in_order(holder, source_system="another", at=jail.node.clock.now())
        assert jail.post(f"{jail.here}/fetch") == f"{jail.here}?done=begun"
        jail.wait(lambda: bool(jail.node.sources.running()))
        page = jail.page(jail.here)
        assert f'action="{jail.here}/stop"' in page
        assert "It is being taken" in page
        assert "Something else takes from this source just now." in jail.page()
        assert jail.post(jail.rerun) == f"{jail.rerun}?done=running", "one at a time"
        before = jail.seat.last_index()
        assert jail.post(f"{jail.here}/stop") == f"{jail.here}?done=stopping"
        (entry,) = jail.seat.entries(before)
        assert (entry.act, entry.actor, entry.header["entity"]) == ("ingest", "engineer", "source")
        assert jail.over(source_work(jail.name)).fault == "StoppedError"
    assert "was stopped. Nothing of it is in the record." in jail.page(jail.here)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(jail.folder), jail.name], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert jail.number("ingest.batch") == jail.number("record.person") == 0
    assert not jail.node.sources.running(), "nothing is left of it"
    assert jail.post(f"{jail.here}/fetch") == f"{jail.here}?done=begun"
    assert not jail.over(source_work(jail.name)).fault
    assert jail.number("record.person") == len(PEOPLE)
    assert jail.number("ingest.sealed") == 1


def test_what_a_mended_mapping_would_change_is_shown_with_who_asked_and_only_that_is_applied(taken: Jail) -> None:
    jail = taken
    assert "Nobody has tried it" in jail.page()
    jail.rewrite("F")
    assert jail.post(jail.rerun) == f"{jail.rerun}?done=begun"
    jail.over(rerun_work(jail.name))
    shown = jail.page()
    for told in (
        "This would change. Nothing of it stands yet.",
        "Begun by engineer",
        "sex_code 30",
        "give it another one",
    ):
        assert told in shown, told
    assert jail.number("record.person", "sex_code = 'F'") == 0
    token = shown.partition('name="shown" value="')[2].partition('"')[0]
    assert jail.post(f"{jail.rerun}/apply", shown="2026-01-01T00:00:00+00:00") == f"{jail.rerun}?done=gone"
    assert jail.post(f"{jail.rerun}/apply", shown="never") == f"{jail.rerun}?done=gone"
    jail.rewrite("X")
    assert jail.post(f"{jail.rerun}/apply", shown=token) == f"{jail.rerun}?done=begun"
    assert jail.over(rerun_work(jail.name)).fault == "MovedOnError"
    assert "has moved on since this was shown" in jail.page()
    jail.rewrite("F")
    jail.post(jail.rerun)
    jail.over(rerun_work(jail.name))
    token = jail.page().partition('name="shown" value="')[2].partition('"')[0]
    before = jail.seat.last_index()
    assert jail.post(f"{jail.rerun}/apply", shown=token) == f"{jail.rerun}?done=begun"
    jail.over(rerun_work(jail.name))
    asked, *_ = jail.seat.entries(before)
    assert (asked.act, asked.actor) == ("settings", "engineer")
    assert "This was changed: known from now" in jail.page()
    assert jail.number("record.person", "sex_code = 'F'") == len(PEOPLE)
    assert 'name="shown"' not in jail.page(), "it is done"


def test_it_goes_on_when_its_page_is_left_and_can_be_stopped_there_by_anybody_who_has_the_duty(taken: Jail) -> None:
    jail = taken
    with jail.node.database.connection(Principal.LOADER) as holder:
        next_in_order(holder, source_system="another", at=jail.node.clock.now())
        assert jail.post(jail.rerun) == f"{jail.rerun}?done=begun"
        jail.wait(lambda: bool(jail.node.sources.running()))
        with jail.seat.client() as client:
            other = Jail(jail.node, jail.folder, jail.name, jail.seat, client, jail.seat.sign_in(client, "engineer.b"))
            assert "Begun by engineer," in other.page()
            assert other.post(jail.rerun) == f"{jail.rerun}?done=running"
            assert other.post(f"{jail.here}/fetch") == f"{jail.here}?done=running"
            assert other.post(f"{jail.here}/stop", back="rerun") == f"{jail.rerun}?done=stopping"
        assert jail.over(rerun_work(jail.name)).fault == "StoppedError"
    assert "It was stopped. Nothing was changed." in jail.page()


def test_why_a_source_cannot_be_mapped_again_is_said_at_its_page(jail: Jail) -> None:
    assert jail.post(jail.rerun) == f"{jail.rerun}?done=begun"
    jail.over(rerun_work(jail.name))
    assert f"nothing of source `{jail.name}` stands, so nothing can be mapped again; ingest it" in jail.page()
