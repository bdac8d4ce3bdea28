"""The page of break-glass says what is so, on the very page that follows."""

import re
from collections.abc import Generator
from dataclasses import replace
from hashlib import sha256
from uuid import UUID, uuid4

import httpx
import pytest
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import somebody
from unsent_work import HALF_AN_HOUR, Page
from unsent_work import send as send_form
from web_seat import COOKIE, Seat, get, seat_at

from broken_glass import every_glass
from watchroom.gate.glass import Said
from watchroom.gate.glass_kept import Outcome
from watchroom.governance.glass.rules import Glasses
from watchroom.governance.glass.show import glass_page
from watchroom.node.node import Node
from watchroom.policy.clauses import Agreement
from watchroom.web.cookies import form_token

BANNER = "wr-glass-open"
SAID = {"reason": "medical_emergency", "words": "found on the landing", "incident": "IR-7"}
CARE = "custody.care"


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
            page = get(client, reply.headers["location"]).text
            assert BANNER in page
            mine = page.partition("Open for you now")[2].partition("</section>")[0]
            for told in ("IR-7", " left.", "<li>", "/break-glass/close", f'value="{broken.id}"', "Close now"):
                assert told in mine, told
            assert BANNER in get(client, "/my-work").text
        finally:
            client.post("/break-glass/close", data={"csrf_token": token, "id": str(broken.id)}, follow_redirects=False)
        assert not any(one.id == broken.id for one in seat.glass.broken_by(asker))
        after = get(client, "/break-glass?done=closed").text
        assert BANNER not in after
        assert "Open for you now" not in after


def send(client: TestClient[Litestar], path: str, **fields: str) -> httpx.Response:
    """A form of the page, as whoever sits there sends it."""
    token = form_token(client.cookies[COOKIE])
    return client.post(path, data={"csrf_token": token, **fields}, follow_redirects=False)


def broken(seat: Seat, client: TestClient[Litestar], who: str = "governor", **more: str) -> UUID:
    """One that somebody breaks at the page, and that stands open."""
    (offer,), known = seat.glass.offers(seat.accounts.asker(who)), {one.id for one in every_glass(seat.glass)}
    seat.sign_in(client, who)
    reply = send(client, "/break-glass", glass=offer.name, **SAID, **more)
    assert reply.status_code == 303, error_texts(reply.text)
    (one,) = [one for one in every_glass(seat.glass) if one.id not in known]
    return one.id


def error_texts(html: str) -> list[str]:
    """What the summary of errors says, each with a link to a control that the page holds."""
    summary = re.search(r"data-error-summary>(.*?)</div>", html, re.DOTALL)
    links = re.findall(r'<a href="#([^"]+)">([^<]*)</a>', summary[1]) if summary else []
    for field, _ in links:
        assert re.search(rf'<(input|textarea|select)[^>]* id="{re.escape(field)}"', html), field
    return [text for _, text in links]


# --- a second person -------------------------------------------------------------------------------------------------


@pytest.fixture
def with_second(node: Node) -> Generator[Seat]:
    """A seat where the charter asks for a second person; the node's own charter holds again afterwards."""
    own = node.agreements.charter()
    assert own.break_glass is not None
    glass = replace(own.break_glass, needs=(*own.break_glass.needs, "second_person"))

    def charter() -> Agreement:
        return replace(own, break_glass=glass, digest=sha256(f"{own.digest} by two".encode()).hexdigest())

    seat = seat_at(node, charter=charter)
    seat.agreements.settle()
    try:
        yield seat
    finally:
        node.agreements.settle()


def test_where_two_are_needed_the_form_asks_for_the_second_by_their_own_password_and_keeps_no_password(
    with_second: Seat, example: Example
) -> None:
    seat = with_second
    with seat.client() as client:
        seat.sign_in(client, "governor")
        (offer,) = seat.glass.offers(seat.accounts.asker("governor"))
        page = get(client, "/break-glass").text
        assert 'name="second"' in page
        assert re.search(r'name="second_password" type="password"', page)
        for second, password in (
            ("", ""),
            ("nurse", "not it"),
            ("no.such.person", example.password),
            ("governor", example.password),
        ):
            typed = {"second": second, "second_password": password}
            reply = send(client, "/break-glass", glass=offer.name, **SAID, **typed)
            assert reply.status_code == 400
            assert error_texts(reply.text) == ["A second person must sign in, and be somebody else"]
            assert SAID["words"] in reply.text, "what was typed is kept"
            assert 'value="IR-7"' in reply.text
            assert not password or password not in reply.text
        before = seat.last_index()
        found = broken(seat, client, second="nurse", second_password=example.password)
        try:
            assert seat.glass.one(found).second == "nurse"
            (entry,) = [one for one in seat.entries(before) if one.act == "glass_break"]
            assert entry.body is not None
            assert entry.body["detail"]["second"] == "nurse"
        finally:
            send(client, "/break-glass/close", id=str(found))


def test_what_was_wrong_with_one_form_is_not_said_at_another(seat: Seat) -> None:
    (offer,) = seat.glass.offers(seat.accounts.asker("governor"))
    other = replace(offer, name="ANOTHER.1#glass")
    glasses = Glasses(
        now=seat.clock.now(),
        machine_now=seat.machine_clock.now(),
        asker="governor",
        offers=(offer, other),
        broken=(),
        may_review=False,
    )
    typed = {"glass": other.name, "words": "kept"}
    page = glass_page(glasses, seat.words, errors={"reason": "glass.fault.reason"}, typed=typed)
    assert [bool(one.errors) for one in page.offers] == [False, True]
    assert [one.typed.get("words") for one in page.offers] == [None, "kept"]


# --- the review ------------------------------------------------------------------------------------------------------


def test_a_review_is_given_by_its_form_once_and_by_somebody_else(seat: Seat) -> None:
    with seat.client() as client:
        found = broken(seat, client)
        place = f"/break-glass?review={found}"
        seat.sign_in(client, "records")
        page = get(client, place).text
        assert "found on the landing" in page, "the words are for whoever reviews"
        assert 'name="outcome"' not in page, "not while it is open"
        seat.sign_in(client, "governor")
        send(client, "/break-glass/close", id=str(found))
        assert get(client, place).status_code == 403, "whoever broke it has no review to give"
        seat.sign_in(client, "records")
        assert f'href="{place}"' in get(client, "/break-glass").text

        refused = send(client, "/break-glass/review", id=str(found), words="an escort was called")
        assert (refused.status_code, error_texts(refused.text)) == (400, ["Choose what it was"])
        assert "an escort was called" in refused.text
        refused = send(client, "/break-glass/review", id=str(found), outcome=Outcome.JUSTIFIED.value, words=" ")
        assert refused.status_code == 400
        assert len(error_texts(refused.text)) == 1
        assert re.search(r'value="justified" checked', refused.text)
        assert seat.glass.one(found).review is None

        given = {"id": str(found), "outcome": Outcome.JUSTIFIED.value, "words": "an escort was called"}
        done = send(client, "/break-glass/review", **given)
        assert (done.status_code, done.headers["location"]) == (303, "/break-glass?done=reviewed")
        assert 'role="status"' in get(client, done.headers["location"]).text
        again = send(client, "/break-glass/review", **{**given, "words": "a second view"})
        assert again.status_code == 400
        assert "a second view" in again.text, "nobody loses what they typed"
        review = seat.glass.one(found).review
        assert review is not None
        assert (review.outcome, review.by) == (Outcome.JUSTIFIED, "records")


# --- while the log cannot be written ---------------------------------------------------------------------------------


def test_while_the_log_is_down_the_503_page_leads_whoever_may_to_the_glass_and_what_they_do_is_in_the_spool(
    seat: Seat,
) -> None:
    person, _ = somebody(seat.node)
    place = f"/people/{person}?purpose={CARE}"
    with seat.client() as client:
        seat.sign_in(client, "governor")
        seat.trail.is_broken = True
        try:
            shut = get(client, place)
            assert shut.status_code == 503
            assert 'href="/break-glass"' in shut.text
            assert "paper handover" in shut.text
            assert str(person) not in shut.text
            seat.sign_in(client, "nurse")
            assert 'href="/break-glass"' not in get(client, place).text, "who may break none is led to none"

            seat.sign_in(client, "governor")
            assert get(client, "/break-glass").status_code == 200
            found = broken(seat, client)
            page = get(client, place)
            assert (page.status_code, BANNER in page.text) == (200, True)
            assert get(client, f"/people/{person}?purpose=custody.safety").status_code == 503, "nothing else is open"
            seat.sign_in(client, "records")
            given = {"id": str(found), "outcome": Outcome.JUSTIFIED.value, "words": "x"}
            assert send(client, "/break-glass/review", **given).status_code == 503
            assert seat.glass.one(found).review is None
            seat.sign_in(client, "governor")
            assert send(client, "/break-glass/close", id=str(found)).status_code == 303
        finally:
            seat.trail.is_broken = False
        before = seat.last_index()
        assert seat.spool.waiting() >= 4
        seat.spool.replay(seat.node.audit)
        acts = [one.act for one in seat.entries(before)]
        assert "glass_break" in acts
        assert "consult" in acts
        assert acts[-1] == "glass_close"


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


def test_the_second_persons_password_is_not_kept_when_a_session_ends_and_the_rest_comes_back_in_its_form(
    with_second: Seat, example: Example
) -> None:
    seat = with_second
    with seat.client() as client:
        token = seat.sign_in(client, "governor")
        (offer,) = seat.glass.offers(seat.accounts.asker("governor"))
        seat.machine_clock.move(HALF_AN_HOUR)
        typed = {"glass": offer.name, **SAID, "second": "nurse", "second_password": example.password}
        reply = send_form(client, "/break-glass", {**typed, "csrf_token": token})
        assert reply.status_code == 401
        seat.sign_in(client, "governor")
        shown = get(client, "/unsent").text
        assert "The second person types their password again" in shown
        assert example.password not in shown
        ((action, again),) = Page(shown).kept()
        assert "second_password" not in again
        before = seat.last_index()
        back = send_form(client, action, again)
        assert back.status_code == 400
        assert error_texts(back.text) == ["A second person must sign in, and be somebody else"]
        assert SAID["words"] in back.text
        # To leave a password blank is no try at anybody's account.
        assert [one.act for one in seat.entries(before)].count("sign_in_refused") == 0
        assert seat.glass.broken_by(seat.accounts.asker("governor")) == ()
        assert seat.unsent.count("governor") == 0


def test_where_one_is_enough_the_form_that_was_kept_is_sent_and_the_page_says_so(seat: Seat) -> None:
    with seat.client() as client:
        token = seat.sign_in(client, "governor")
        (offer,) = seat.glass.offers(seat.accounts.asker("governor"))
        seat.machine_clock.move(HALF_AN_HOUR)
        send_form(client, "/break-glass", {"glass": offer.name, **SAID, "csrf_token": token})
        assert seat.glass.broken_by(seat.accounts.asker("governor")) == ()
        token = seat.sign_in(client, "governor")
        shown = get(client, "/unsent").text
        assert "types their password again" not in shown
        ((action, again),) = Page(shown).kept()
        assert send_form(client, action, again).headers["location"] == "/break-glass?done=broken"
        (broken_now,) = seat.glass.broken_by(seat.accounts.asker("governor"))
        send_form(client, "/break-glass/close", {"id": str(broken_now.id), "csrf_token": token})
