"""The pages for whoever looks after the data: what they show of the example, and what is begun at them."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get, seat_at

from custody_rolls import day, person, write_roll
from watchroom.node.account_desk import add_account
from watchroom.node.beside import CHECKS, source_work
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.engineer_desk import EngineerDesk, engineer_desk_of
from watchroom.node.node import Node
from watchroom.node.settings import Environment
from watchroom.node.source_desk import Asking
from watchroom.store.database import Principal

PAGES = (
    "/sources",
    "/sources/nomis",
    "/quality",
    "/dictionary",
    "/dictionary/entities/person",
    "/dictionary/codes/town",
)


@pytest.fixture
def engineer(seat: Seat, client: TestClient[Litestar]) -> TestClient[Litestar]:
    seat.sign_in(client, "engineer")
    return client


def test_a_data_engineer_starts_at_the_sources_and_is_shown_no_way_to_a_handover(
    engineer: TestClient[Litestar],
) -> None:
    assert get(engineer, "/").headers["location"] == "/sources"
    ways = re.findall(r'<a href="([^"?]+)', get(engineer, "/sources").text.partition("</nav>")[0])
    assert {"/sources", "/quality", "/dictionary"} <= set(ways)
    assert not {"/posts", "/requests"} & set(ways)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["officer.a", "governor", "records"])
def test_who_has_not_the_duty_is_refused_and_shown_no_way_there(
    seat: Seat, client: TestClient[Litestar], who: str, page: str
) -> None:
    seat.sign_in(client, who)
    reply = get(client, page)
    assert reply.status_code == 403
    assert f'<a href="{page}' not in reply.text


def test_each_source_is_told_with_its_last_delivery_as_it_was_counted(
    seat: Seat, engineer: TestClient[Litestar]
) -> None:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select totals -> 'totals' from ingest.batch where source_system = 'nomis' order by seq desc limit 1"
        ).fetchone()
    assert row is not None
    page = get(engineer, "/sources").text
    cells = re.findall(r'<td class="is-figure[^"]*">.*?</span>([^<]+)</td>', page)
    assert cells == [f"{row[0][name]:,}" for name in ("new", "changed", "ended", "quarantined")]
    assert "fresh" in page
    assert "every 12 h" in page


def test_the_deliveries_of_a_source_stand_newest_first_and_go_on_until_every_one_was_shown(seat: Seat) -> None:
    desk = engineer_desk_of(seat, seat.accounts.asker("engineer"), what="source")
    assert isinstance(desk, EngineerDesk)
    whole = desk.feed("nomis", batches_at_most=25, tries_at_most=1)
    shown, before = [], None
    for _ in whole.batches:
        some = desk.feed("nomis", batches_at_most=1, tries_at_most=1, before=before)
        shown += some.batches
        before = some.more
        assert some.issues == whole.issues, "they are of the last delivery, whichever page is shown"
    assert before is None
    assert tuple(shown) == whole.batches
    assert [one.seq for one in shown] == sorted((one.seq or 0 for one in shown), reverse=True)


def test_issues_are_told_by_code_with_their_number_and_none_is_left_out(
    seat: Seat, engineer: TestClient[Litestar]
) -> None:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select count(*) from ingest.issue"
            " where batch_id = (select batch_id from ingest.sealed order by seq desc limit 1)"
        ).fetchone()
    assert row is not None
    part = get(engineer, "/sources/nomis").text.partition('id="h-issues"')[2].partition("</section>")[0]
    numbers = re.findall(r'<td class="is-figure"><span[^>]*>[^<]*</span>([\d,]+)</td>', part)
    assert sum(int(one.replace(",", "")) for one in numbers) == row[0]
    assert "unmapped_code" in part
    with seat.node.database.connection(Principal.LOADER) as connection:
        places = connection.execute(
            "select distinct file, field from ingest.issue where row is not null and field is not null"
            " and batch_id = (select batch_id from ingest.sealed order by seq desc limit 1)"
        ).fetchall()
    assert places
    for file, field in places:
        assert re.search(rf"<td>{file}, rows? [\d, ]+( and more)?, {field}<", part), "file, row and column stand there"


def test_checks_that_are_not_met_are_told_with_both_numbers_and_can_be_narrowed(
    seat: Seat, engineer: TestClient[Litestar]
) -> None:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select count(*), count(*) filter (where entity = 'alert') from ingest.quality_result"
            " where status <> 'met'"
            " and run_id = (select id from ingest.quality_run order by ran_at desc, id desc limit 1)"
        ).fetchone()
    assert row is not None
    whole, alerts = get(engineer, "/quality"), get(engineer, "/quality?entity=alert")
    assert whole.text.count('<th scope="row">') - whole.text.count("<details") >= row[0] > row[1] > 0
    assert 'href="/dictionary/entities/alert#' in alerts.text
    assert "custody_episode" not in alerts.text.partition('id="h-unmet"')[2]
    assert "The checks ran" in whole.text
    assert "fails above" in whole.text
    own = get(engineer, "/quality?source=nomis").text
    assert "all sources together" in own
    unknown = get(engineer, "/quality?source=nobody").text
    assert "There is no source of that name" in unknown
    assert "was not found" not in unknown, "of what is not known nothing reassuring is said"


def test_what_is_sought_in_the_dictionary_stands_in_no_address(seat: Seat, engineer: TestClient[Litestar]) -> None:
    token = seat.sign_in(engineer, "engineer")
    reply = engineer.post(
        "/dictionary/search", data={"csrf_token": token, "sought": "self-harm <b>"}, follow_redirects=False
    )
    assert reply.status_code == 200
    assert "Nothing holds all of these words." in reply.text
    assert "<b>" not in reply.text.partition("<main")[2].partition("</main>")[0].replace("<b>fresh", "")
    found = engineer.post("/dictionary/search", data={"csrf_token": token, "sought": "release"}, follow_redirects=False)
    assert "/dictionary/entities/sentence_key_dates" in found.text
    assert get(engineer, "/dictionary/search").headers["location"] == "/dictionary"


@pytest.mark.parametrize("page", ["/sources/none", "/dictionary/entities/none", "/dictionary/codes/none"])
def test_what_there_is_not_is_told_as_that(engineer: TestClient[Litestar], page: str) -> None:
    assert get(engineer, page).status_code == 404


# --- what is begun at the pages, at a node of its own --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rolls:
    """A node that takes rolls from a watched folder; `empty` are its pages from before it had a source."""

    node: Node
    drop: Path
    empty: dict[str, str]


@dataclass(frozen=True, slots=True)
class Bench:
    """The same in the hands of an engineer."""

    seat: Seat
    client: TestClient[Litestar]
    token: str
    drop: Path

    def post(self, path: str) -> str:
        reply = self.client.post(path, data={"csrf_token": self.token}, follow_redirects=False)
        assert reply.status_code == 303, reply.text
        return reply.headers["location"]

    def wait(self, work: str) -> None:
        pause = Event()
        for _ in range(2000):
            if self.seat.beside.all()[work].is_over:
                return
            pause.wait(0.01)
        raise AssertionError("it did not end")


@pytest.fixture(scope="module")
def rolls(tmp_path_factory: pytest.TempPathFactory) -> Generator[Rolls]:
    place = tmp_path_factory.mktemp("engineer")
    drop, folder = place / "drop", place / "n"
    drop.mkdir()
    create_node(folder, NewNode(agency="HMPPS", name="Jails", environment=Environment.DEMO))
    asked = Asking(options={"still": "0"})
    try:
        with Node.open(folder) as node:
            add_account(node, node.accounts.new_asker("engineer", roles=("data_engineer",)), password="a long password")
            seat = seat_at(node)
            with seat.client() as client:
                seat.sign_in(client, "engineer")
                empty = {path: get(client, path).text for path in ("/sources", "/quality")}
            node.sources.add("rolls", kind="folder", at=str(drop), mapping="custody_roll", asked=asked)
            yield Rolls(node, drop, empty)
    finally:
        remove_node(folder)


@pytest.fixture
def bench(rolls: Rolls) -> Generator[Bench]:
    seat = seat_at(rolls.node)
    with seat.client() as client:
        yield Bench(seat, client, seat.sign_in(client, "engineer"), rolls.drop)


def test_a_node_without_a_source_and_without_a_run_says_so_and_not_that_all_is_well(rolls: Rolls) -> None:
    assert "No source is registered." in rolls.empty["/sources"]
    assert "No source is known to be late" not in rolls.empty["/sources"]
    assert "The checks were never run here" in rolls.empty["/quality"]
    assert "wr-figures" not in rolls.empty["/quality"]


def test_what_is_fetched_at_a_page_is_in_the_record_with_who_asked_and_the_try(bench: Bench) -> None:
    assert "It has never delivered." in get(bench.client, "/sources/rolls").text
    made = write_roll(bench.drop.parent / "made", day(1), [person(f"{number}") for number in range(5)])
    roll = next(made.iterdir())
    roll.rename(bench.drop / roll.name)
    before = bench.seat.last_index()
    assert bench.post("/sources/rolls/fetch") == "/sources/rolls?done=begun"
    asked = bench.seat.entries(before)[0]
    assert (asked.act, asked.actor, asked.header["entity"]) == ("ingest", "engineer", "source")
    bench.wait(source_work("rolls"))
    page = get(bench.client, "/sources/rolls?done=begun").text
    assert "It has begun." in page
    assert "taken" in page.partition('id="h-tries"')[2]
    assert "did not come to its end" not in page
    assert "It has never delivered." not in page


def test_pressed_twice_it_is_done_once_and_what_fails_is_told_and_not_forgotten(bench: Bench) -> None:
    free = Event()
    assert bench.seat.beside.start(CHECKS, lambda: free.wait(20), by="engineer")
    assert bench.post("/quality/run") == "/quality?done=running"
    assert "are being run since" in get(bench.client, "/quality").text
    free.set()
    bench.wait(CHECKS)
    assert bench.post("/quality/run") == "/quality?done=begun"
    bench.wait(CHECKS)
    assert "The checks ran" in get(bench.client, "/quality").text
    assert bench.seat.beside.start(CHECKS, lambda: 1 // 0, by="engineer")
    bench.wait(CHECKS)
    assert "did not come to its end (ZeroDivisionError)" in get(bench.client, "/quality").text


@pytest.mark.parametrize(
    "path", ["/sources/rolls/fetch", "/sources/rolls/stop", "/sources/rolls/rerun", "/quality/run"]
)
def test_nothing_is_begun_that_cannot_be_recorded(bench: Bench, path: str) -> None:
    works = bench.seat.beside.all()
    bench.seat.trail.is_broken = True
    reply = bench.client.post(path, data={"csrf_token": bench.token}, follow_redirects=False)
    assert reply.status_code == 503
    assert bench.seat.beside.all() == works
