"""The page of break-glass says what is so, on the very page that follows."""

import pytest
from web_seat import COOKIE, Seat, get, seat_at

from broken_glass import every_glass
from watchroom.node.node import Node
from watchroom.web.cookies import form_token

BANNER = "wr-glass-open"


@pytest.fixture
def seat(node: Node) -> Seat:
    return seat_at(node)


def test_the_banner_stands_once_the_glass_is_broken_and_is_gone_once_it_is_closed(seat: Seat) -> None:
    asker = seat.accounts.asker("governor")
    (offer,), known = seat.glass.offers(asker), {one.id for one in every_glass(seat.glass)}
    with seat.client() as client:
        seat.sign_in(client, "governor")
        token = form_token(client.cookies[COOKIE])
        said = {"reason": "medical_emergency", "words": "x", "incident": "IR-7"}
        form = {"csrf_token": token, "glass": offer.name, **said}
        reply = client.post("/break-glass", data=form, follow_redirects=False)
        assert reply.status_code == 303
        (broken,) = [one for one in every_glass(seat.glass) if one.id not in known]
        try:
            # No read lies between: nothing but the break has told this process.
            assert BANNER in get(client, reply.headers["location"]).text
            assert BANNER in get(client, "/my-work").text
        finally:
            client.post("/break-glass/close", data={"csrf_token": token, "id": str(broken.id)}, follow_redirects=False)
        assert not any(one.id == broken.id for one in seat.glass.broken_by(asker))
        assert BANNER not in get(client, "/break-glass?done=closed").text
