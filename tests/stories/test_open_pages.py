"""A page that is open hears within seconds that its reader may not see it any more, and nothing holds the server up."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from watchroom.gate.agreement_changes import By
from watchroom.gate.restrictions import Relation, Restrictions
from watchroom.store.database import Principal

MARK = "x-access-mark"
BY = By(actor="records")


def some_person(seat: Seat) -> object:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id from record.person where unit_code = 'LEI-H' order by id").fetchone()
    assert row is not None
    return row[0]


def test_a_page_carries_the_mark_that_the_server_names(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "officer.a")
    mark = client.get("/session").headers[MARK]
    assert f'data-mark="{mark}"' in get(client, "/posts").text


def test_a_page_that_waits_hears_within_seconds_that_its_access_has_changed(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    seat.sign_in(client, "officer.a")
    mark = client.get("/session").headers[MARK]
    person = some_person(seat)
    kept = Restrictions(
        database=seat.node.database, audit=seat.node.audit, organisation="HMPPS", machine=seat.node.machine_clock
    )
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, "/session?wait=20", headers={MARK: mark})
        time.sleep(0.5)
        assert not waiting.done()
        kept.link("officer.a", person, relation=Relation.KIN, by=BY)  # type: ignore[arg-type]
        try:
            begun = time.monotonic()
            reply: httpx.Response = waiting.result(timeout=10)
            assert time.monotonic() - begun < 5
        finally:
            kept.unlink("officer.a", person, by=BY)  # type: ignore[arg-type]
    assert reply.status_code == 204
    assert reply.headers[MARK] != mark


def test_a_page_whose_mark_is_old_does_not_wait(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "officer.a")
    begun = time.monotonic()
    assert client.get("/session?wait=20", headers={MARK: "old"}).status_code == 204
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("wait", ["0", "-1", "26", "nan", "inf"])
def test_nobody_waits_longer_than_a_proxy_would(seat: Seat, client: TestClient[Litestar], wait: str) -> None:
    seat.sign_in(client, "officer.a")
    mark = client.get("/session").headers[MARK]
    begun = time.monotonic()
    assert client.get(f"/session?wait={wait}", headers={MARK: mark}).status_code in (204, 400)
    assert time.monotonic() - begun < 5


def test_who_is_not_signed_in_does_not_wait(client: TestClient[Litestar]) -> None:
    begun = time.monotonic()
    assert client.get("/session?wait=20", headers={MARK: "x"}).status_code == 401
    assert time.monotonic() - begun < 5
