"""The page of break-glass says what is so, on the very page that follows."""

from uuid import uuid4

import pytest
from web_seat import COOKIE, Seat, get, seat_at

from watchroom.gate.glass import Said
from watchroom.node.node import Node
from watchroom.web.cookies import form_token

BANNER = "wr-glass-open"


@pytest.fixture
def seat(node: Node) -> Seat:
    return seat_at(node)


def test_the_banner_stands_once_the_glass_is_broken_and_is_gone_once_it_is_closed(seat: Seat) -> None:
    asker = seat.accounts.asker("governor")
    (offer,), known = seat.glass.offers(asker), {one.id for one in seat.glass.every()}
    with seat.client() as client:
        seat.sign_in(client, "governor")
        token = form_token(client.cookies[COOKIE])
        said = {"reason": "medical_emergency", "words": "x", "incident": "IR-7"}
        form = {"csrf_token": token, "glass": offer.name, **said}
        reply = client.post("/break-glass", data=form, follow_redirects=False)
        assert reply.status_code == 303
        (broken,) = [one for one in seat.glass.every() if one.id not in known]
        try:
            # No read lies between: nothing but the break has told this process.
            assert BANNER in get(client, reply.headers["location"]).text
            assert BANNER in get(client, "/my-work").text
        finally:
            client.post("/break-glass/close", data={"csrf_token": token, "id": str(broken.id)}, follow_redirects=False)
        assert not any(one.id == broken.id for one in seat.glass.broken_by(asker))
        assert BANNER not in get(client, "/break-glass?done=closed").text


def test_what_is_refused_of_a_glass_leaves_a_refusal_whatever_form_is_sent(seat: Seat) -> None:
    governor = seat.accounts.asker("governor")
    (offer,) = seat.glass.offers(governor)
    said = {"reason": "medical_emergency", "words": "x", "incident": "IR-8"}
    broken = seat.glass.break_(governor, offer.name, Said(**said))
    try:
        with seat.client() as client:
            seat.sign_in(client, "officer.a")
            token = form_token(client.cookies[COOKIE])
            for path, form in (
                ("/break-glass", {"glass": "HMPPS-CHARTER.99#glass", **said}),
                ("/break-glass/close", {"id": str(broken.id)}),
                ("/break-glass/close", {"id": str(uuid4())}),
                ("/break-glass/review", {"id": str(broken.id), "outcome": "justified", "words": "x"}),
            ):
                before = seat.last_index()
                reply = client.post(path, data={"csrf_token": token, **form}, follow_redirects=False)
                assert reply.status_code in (403, 404), path
                entered = [(one.act, one.actor, one.header["entity"]) for one in seat.entries(before)]
                assert entered == [("refuse", "officer.a", "glass")], path
        assert any(one.id == broken.id for one in seat.glass.broken_by(governor))
    finally:
        seat.glass.close(governor, broken.id)


def test_ones_own_that_is_closed_already_is_as_good_as_closed(seat: Seat) -> None:
    governor = seat.accounts.asker("governor")
    (offer,) = seat.glass.offers(governor)
    broken = seat.glass.break_(governor, offer.name, Said(reason="medical_emergency", words="x", incident="IR-9"))
    seat.glass.close(governor, broken.id)
    with seat.client() as client:
        seat.sign_in(client, "governor")
        form = {"csrf_token": form_token(client.cookies[COOKIE]), "id": str(broken.id)}
        before = seat.last_index()
        reply = client.post("/break-glass/close", data=form, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (303, "/break-glass?done=closed")
        assert seat.entries(before) == []
