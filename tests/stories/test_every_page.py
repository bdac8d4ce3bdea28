"""Every page behind sign-in, found by asking the routes themselves: each leaves one entry, or shows nothing."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import opened
from web_seat import Seat, get

from agreement_world import text
from watchroom.demo.night import IDENTITIES
from watchroom.gate.agreement_changes import By
from watchroom.gate.drafts import Drafts
from watchroom.model.catalogue import catalogue
from watchroom.node.room_desk import RoomDesk, room_desk_of
from watchroom.store.database import Principal

DRAFT = UUID("01900000-0000-7000-8000-000000000017")


EMERGENCY = "/break-glass"


def pages_behind_sign_in(seat: Seat, client: TestClient[Litestar]) -> list[str]:
    """The addresses of pages that ask who is there, with something that is there in every place.

    A new part of an address fails here until it is said what may stand in it.
    """
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select id from record.person where unit_code = 'LEI-A' order by sort_key limit 1"
        ).fetchone()
    assert row is not None
    who, digest = str(row[0]), agreed(seat)
    parts = {
        "post": "LEI-A",
        "person_id": who,
        "name": "nothing.css",
        "request_id": str(opened(seat, person=who)),
        "digest": digest,
        "other": digest,
        "draft_id": str(drafted(seat)),
        "case_id": str(uuid4()),
        "room_id": str(roomed(seat)),
        "source_name": "nomis",
        "entity_name": "person",
        "list_name": "alert_type",
        "entity": "person",
        "row_id": who,
        "field": "source_key",
        "value_id": "1",
        "entry_id": str(uuid4()),
    }
    addresses = [
        route.path_format.format(**parts) for route in seat.app().routes if "GET" in getattr(route, "methods", [])
    ]
    asked = {address: get(client, address) for address in addresses}
    found = [
        address
        for address, reply in asked.items()
        if reply.status_code == 401 or reply.headers.get("location", "").startswith("/sign-in")
    ]
    assert "/handover/LEI-A" in found
    return sorted([*found, "/handover/LEI-A.json"])


def agreed(seat: Seat) -> str:
    """The digest of an agreement that the node has signed and nobody else."""
    document = text(first="2026-01-01").replace("DSA-012", "DSA-PAGES")
    kept = seat.agreements.enter(document, where="dsa.yaml", by=By(actor="records"))
    return seat.agreements.sign(kept.agreement.digest, by=By(actor="records")).agreement.digest


def roomed(seat: Seat) -> UUID:
    """The room of a case that the information governance officer opened; the case is another one each time."""
    desk = room_desk_of(seat, seat.accounts.asker("records"))
    assert isinstance(desk, RoomDesk)
    return desk.open(f"PAGES-{uuid4()}", closes_at=seat.clock.now() + timedelta(days=1))


def drafted(seat: Seat) -> UUID:
    """A draft that is always there."""
    drafts = Drafts(database=seat.node.database, machine=seat.machine_clock, model=catalogue())
    return drafts.begin(DRAFT, text(), by=seat.accounts.asker("records")).id


@pytest.mark.parametrize("who", [identity.name for identity in IDENTITIES])
def test_every_page_that_is_shown_leaves_one_entry_of_who_asked_for_what(
    seat: Seat, client: TestClient[Litestar], who: str
) -> None:
    pages = pages_behind_sign_in(seat, client)
    seat.sign_in(client, who)
    for page in pages:
        before = seat.last_index()
        reply = get(client, page)
        entries = seat.entries(before)
        # To say that the session is there, or to lead on, shows nothing.
        if not reply.content:
            assert entries == [], page
        else:
            assert len(entries) == 1, page
            assert entries[0].actor == who
            assert (entries[0].act == "refuse") is (reply.status_code == 403), (page, reply.status_code)


@pytest.mark.parametrize("who", [identity.name for identity in IDENTITIES])
def test_no_page_is_shown_that_cannot_be_recorded(seat: Seat, client: TestClient[Litestar], who: str) -> None:
    pages = pages_behind_sign_in(seat, client)
    seat.sign_in(client, who)
    seat.trail.is_broken = True
    for page in pages:
        reply = get(client, page)
        # In an emergency the page of break-glass is recorded in the spool.
        if page == EMERGENCY and reply.status_code == 200:
            assert seat.node.spool.waiting() == 1
        else:
            assert reply.status_code == 503 or not reply.content, page
    seat.node.spool.replay(seat.node.audit)
