"""Where somebody starts whose work is governance, and how the navigation is laid out for them."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

SECOND = ("/agreements", "/rooms", "/kept-records", "/looks", "/subject-access", "/log")


def rows_of(page: str) -> list[list[str]]:
    """The addresses of each row of the navigation."""
    return [re.findall(r'<a href="([^"?]+)', row) for row in re.findall(r'<nav class="wr-nav.*?</nav>', page, re.S)]


def test_governance_starts_with_what_waits_and_not_with_a_choice_of_posts(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    seat.sign_in(client, "records")
    assert get(client, "/").headers["location"] == "/waiting"
    before = seat.last_index()
    page = get(client, "/waiting")
    assert page.status_code == 200
    assert [(one.act, one.header["entity"]) for one in seat.entries(before)] == [("count", "waiting")]
    # The example leaves one agreement to be signed, and nobody has looked through the log.
    assert "waits to be read and signed" in page.text or "agreements wait to be read" in page.text
    for way in ("/agreements", "/requests", "/break-glass", "/looks", "/subject-access", "/log"):
        assert f'<a href="{way}">' in page.text


def test_the_work_about_access_has_a_row_of_its_own_with_the_page_marked(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    seat.sign_in(client, "records")
    first, second = rows_of(get(client, "/looks").text)
    assert tuple(second) == SECOND
    assert not {"/", "/posts", "/board"} & set(first)
    assert '<a href="/looks" aria-current="page">' in get(client, "/looks").text


@pytest.mark.parametrize("who", ["officer.a", "nurse", "governor", "board"])
def test_nobody_else_has_that_row_or_is_shown_what_waits_there(
    seat: Seat, client: TestClient[Litestar], who: str
) -> None:
    seat.sign_in(client, who)
    assert len(rows_of(get(client, "/my-work").text)) == 1
    assert get(client, "/waiting").status_code == 403


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("/log/search", "/log"),
        ("/log/export", "/log"),
        ("/agreements/drafts", "/agreements"),
        ("/agreements/suspend", "/agreements"),
        ("/requests/01900000-0000-7000-8000-000000000017/decide", "/requests"),
        ("/break-glass/review", "/break-glass"),
    ],
)
def test_a_page_that_answered_a_form_can_be_asked_for_again(
    seat: Seat, client: TestClient[Litestar], address: str, home: str
) -> None:
    """A lock, a reload and a changed access do so."""
    seat.sign_in(client, "records")
    reply = get(client, address)
    assert (reply.status_code, reply.headers["location"]) == (303, home)
