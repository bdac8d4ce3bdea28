"""What the pages show, to whom, and what stays in the log: the example node, through the real gate."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from uuid import UUID, uuid4

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from markupsafe import escape
from web_seat import Seat, get

from watchroom.node.node import Node
from watchroom.store.database import Principal

NAMES = re.compile(r"Smith|Thompson|Anderson|Andrews", re.IGNORECASE)
CARE = "custody.care"
# Whose care plan was closed in the night: the leading reason then and now.
CLOSED = ("care_plan_open", "care_plan_post_closure")


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar]) -> TestClient[Litestar]:
    seat.sign_in(client, "officer.a")
    return client


def person_ids(node: Node, unit: str) -> set[UUID]:
    with node.database.connection(Principal.LOADER) as connection:
        rows = connection.execute("select id from record.person where unit_code = %s", (unit,))
        return {row[0] for row in rows}


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(html)
    return found


def test_an_officer_comes_straight_to_the_handover_of_their_unit(officer: TestClient[Litestar]) -> None:
    reply = get(officer, "/")
    assert (reply.status_code, reply.headers["location"]) == (303, "/handover/LEI-A")


def test_whoever_has_no_single_unit_chooses_a_post(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "governor")
    assert get(client, "/").headers["location"] == "/posts"
    page = get(client, "/posts").text
    assert "/handover/LEI-A?purpose=" in page
    assert "/handover/LEI-H?purpose=" in page


def test_the_handover_shows_who_needs_attention_and_says_what_it_is(officer: TestClient[Litestar]) -> None:
    page = get(officer, "/handover/LEI-A").text
    for wanted in (
        "Act now",
        "This shift",
        "Watch",
        "OFFICIAL-SENSITIVE",
        "what you open is recorded",
        "Example data",
        "No listed item",
        "As known at",
        "not yet written",
        "NOMIS",
        "Where the record puts everyone",
        "Skip to main content",
    ):
        assert wanted in page, wanted
    assert "nothing outstanding" not in page.lower()


def test_each_read_is_in_the_log_with_everybody_it_showed(
    seat: Seat, officer: TestClient[Litestar], node: Node
) -> None:
    before = seat.last_index()
    page = get(officer, f"/handover/LEI-A?purpose={CARE}").text
    (entry,) = seat.entries(before)
    assert (entry.act, entry.actor, entry.header["purpose"]) == ("brief", "officer.a", CARE)
    shown = {UUID(found) for found in re.findall(r"/people/([0-9a-f-]{36})", page)}
    assert shown
    assert shown <= set(entry.subjects)
    someone = next(iter(shown))
    before = seat.last_index()
    get(officer, f"/people/{someone}?purpose={CARE}")
    (entry,) = seat.entries(before)
    assert (entry.act, entry.header["purpose"]) == ("consult", CARE)
    assert someone in entry.subjects


@pytest.mark.parametrize(
    "path", ["/handover/LEI-A", "/handover/LEI-A.json", "/handover/LEI-A/print.pdf", "/posts", "/people/somebody"]
)
def test_without_an_entry_in_the_log_nothing_is_shown(
    seat: Seat, officer: TestClient[Litestar], node: Node, path: str
) -> None:
    seat.trail.is_broken = True
    someone = str(next(iter(person_ids(node, "LEI-A"))))
    reply = get(officer, path.replace("somebody", someone))
    assert reply.status_code == 503
    assert not NAMES.search(reply.text)


def test_page_document_and_paper_are_one_handover(officer: TestClient[Litestar]) -> None:
    query = f"?purpose={CARE}&at=2026-07-24T08:00"
    page = get(officer, f"/handover/LEI-A{query}").text
    document = get(officer, f"/handover/LEI-A.json{query}").json()
    paper = get(officer, f"/handover/LEI-A/print.pdf{query}")
    assert document["hash"] in page
    assert [row["name"] for row in document["people"]]
    assert all(row["name"] in page for row in document["people"])
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert paper.content == get(officer, f"/handover/LEI-A/print.pdf{query}").content


def test_a_handover_can_be_asked_as_known_at_an_earlier_instant(officer: TestClient[Litestar]) -> None:
    now = get(officer, "/handover/LEI-A.json").json()
    evening = get(officer, "/handover/LEI-A.json?at=2026-07-23T20:00").json()
    assert evening["at"] == "2026-07-23T19:00:00+00:00"
    assert {row["id"] for row in evening["people"]} != {row["id"] for row in now["people"]}


def test_a_post_of_which_nothing_was_known_then_says_so(officer: TestClient[Litestar]) -> None:
    before_anything = get(officer, "/handover/LEI-A?at=2020-01-01T00:00")
    assert before_anything.status_code == 200
    assert "Nothing was known here at this instant" in before_anything.text
    assert not NAMES.search(before_anything.text)
    assert get(officer, "/handover/NOWHERE-A?at=2020-01-01T00:00").status_code == 404


def test_a_page_of_the_past_says_so_and_every_link_of_it_stays_there(officer: TestClient[Litestar]) -> None:
    then = f"purpose={CARE}&at=2026-07-23T20:00"
    page = unescape(get(officer, f"/handover/LEI-A?{then}").text)
    assert "As it was known on Thursday 23 July 2026, 20:00, not as it is now." in page
    assert "As it was known" not in get(officer, "/handover/LEI-A").text
    links = re.findall(r'href="(/people/[^"]*|[^"]*print.pdf[^"]*)"', page)
    assert links
    assert all("at=2026-07-23T20%3A00" in link for link in links)
    person = unescape(get(officer, next(link for link in links if link.startswith("/people/"))).text)
    assert "As it was known on Thursday 23 July 2026, 20:00, not as it is now." in person
    assert f"/handover/LEI-A?purpose={CARE}&at=2026-07-23T20%3A00" in person
    assert "As known at 23 July 2026, 20:00" in person


def test_a_person_is_shown_as_known_then_when_the_page_is_of_then(officer: TestClient[Litestar]) -> None:
    now, then = (get(officer, f"/handover/LEI-A.json{at}").json() for at in ("", "?at=2026-07-23T20:00"))
    headlines = {row["id"]: row["reasons"][0]["code"] for row in now["people"]}
    (changed,) = [
        row["id"] for row in then["people"] if (row["reasons"][0]["code"], headlines.get(row["id"])) == CLOSED
    ]
    assert "ACCT open" in get(officer, f"/people/{changed}?purpose={CARE}&at=2026-07-23T20:00").text
    assert "ACCT post closure" in get(officer, f"/people/{changed}?purpose={CARE}").text


def test_the_navigation_keeps_the_purpose(officer: TestClient[Litestar]) -> None:
    page = unescape(get(officer, "/handover/LEI-A?purpose=custody.safety").text)
    assert 'href="/?purpose=custody.safety"' in page
    assert 'href="/posts?purpose=custody.safety"' in page
    assert officer.get("/?purpose=custody.safety", follow_redirects=False).headers["location"] == (
        "/handover/LEI-A?purpose=custody.safety"
    )


@pytest.mark.parametrize(
    "at", ["yesterday", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-45T99:00", "<script>", "9" * 400]
)
def test_an_instant_that_is_none_is_refused_without_repeating_it(officer: TestClient[Litestar], at: str) -> None:
    reply = officer.get("/handover/LEI-A", params={"at": at})
    assert reply.status_code == 400
    assert at not in reply.text


@pytest.mark.parametrize("purpose", ["oversight.board", "governance.audit", "no.such.purpose", "<b>x</b>"])
@pytest.mark.parametrize("path", ["/handover/LEI-A", "/handover/LEI-A.json", "/posts"])
def test_a_purpose_that_is_not_mine_is_refused_and_the_refusal_is_recorded(
    seat: Seat, officer: TestClient[Litestar], path: str, purpose: str
) -> None:
    before = seat.last_index()
    reply = officer.get(path, params={"purpose": purpose})
    assert reply.status_code == 403
    assert not NAMES.search(reply.text)
    assert "<b>x</b>" not in reply.text
    assert [entry.act for entry in seat.entries(before)] == ["refuse"]


def test_somebody_hidden_and_somebody_absent_are_one_answer(officer: TestClient[Litestar], node: Node) -> None:
    elsewhere = next(iter(person_ids(node, "LEI-H")))
    answers = [get(officer, f"/people/{one}?purpose={CARE}") for one in (elsewhere, uuid4(), "not-an-id")]
    assert [reply.status_code for reply in answers] == [404, 404, 404]
    assert len({reply.text for reply in answers}) == 1


def test_the_page_of_a_fault_keeps_who_is_signed_in_and_the_way_out(officer: TestClient[Litestar]) -> None:
    for path in (f"/people/{uuid4()}", "/handover/LEI-Z", "/posts?purpose=no.such.purpose"):
        page = get(officer, path).text
        assert "Sign out" in page
        assert "data-session" in page


def test_the_wing_of_another_officer_shows_nobody(officer: TestClient[Litestar], node: Node) -> None:
    page = get(officer, "/handover/LEI-H").text
    assert not any(str(person) in page for person in person_ids(node, "LEI-H"))


@pytest.mark.parametrize("post", ["LEI-Z", "NOWHERE", "..%2f..%2fetc", "%3Cscript%3E"])
def test_a_post_that_is_not_there_is_not_found_and_not_repeated(officer: TestClient[Litestar], post: str) -> None:
    reply = get(officer, f"/handover/{post}")
    assert reply.status_code == 404
    assert "<script>" not in reply.text


def test_the_page_of_a_person_gives_each_fact_its_source_and_age_and_names_what_is_withheld(
    officer: TestClient[Litestar], node: Node
) -> None:
    document = get(officer, "/handover/LEI-A.json").json()
    row = next(row for row in document["people"] if any("open" in one["code"] for one in row["reasons"]))
    page = get(officer, f"/people/{row['id']}?purpose={CARE}").text
    assert row["name"] in page
    assert "ACCT Open" in page
    assert "known here for" in page
    assert "Not available to you: " in page
    assert "Sources" in page


def test_no_address_and_no_title_names_a_person(officer: TestClient[Litestar]) -> None:
    document = get(officer, "/handover/LEI-A.json").json()
    someone = document["people"][0]["id"]
    for path in ("/handover/LEI-A", f"/people/{someone}", "/posts"):
        html = get(officer, path).text
        addresses = [attrs.get("href") or attrs.get("action") or "" for _, attrs in tags(html)]
        assert not any(NAMES.search(address) for address in addresses)
        title = re.search(r"<title>(.*?)</title>", html)
        assert title is not None
        assert not NAMES.search(title[1])


def test_the_board_sees_numbers_without_anybody(seat: Seat, client: TestClient[Litestar], node: Node) -> None:
    seat.sign_in(client, "board")
    assert get(client, "/").headers["location"] == get(client, "/posts").headers["location"] == "/board"
    page = get(client, "/board").text
    assert "withheld" in page
    assert not NAMES.search(page)
    figures = [int(cell) for cell in re.findall(r'is-figure">(\d+)<|class="v">(\d+)<', page) for cell in cell if cell]
    assert figures
    assert min(figures) >= 10
    someone = next(iter(person_ids(node, "LEI-A")))
    for path in (f"/people/{someone}", "/handover/LEI-A", "/handover/LEI-A.json"):
        reply = get(client, path)
        assert reply.status_code in (403, 404)
        assert not NAMES.search(reply.text)


@pytest.mark.parametrize("name", ["officer.a", "nurse", "governor", "records"])
def test_nobody_but_a_board_reads_its_numbers(seat: Seat, client: TestClient[Litestar], name: str) -> None:
    seat.sign_in(client, name)
    before = seat.last_index()
    assert get(client, "/board").status_code == 403
    assert [entry.act for entry in seat.entries(before)] == ["refuse"]


def test_a_nurse_and_an_officer_do_not_see_the_same(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "officer.a")
    officers = get(client, f"/handover/LEI-A.json?purpose={CARE}").json()
    seat.sign_in(client, "nurse")
    nurses = get(client, f"/handover/LEI-A.json?purpose={CARE}").json()
    assert officers["roll"] == nurses["roll"] or officers["roll"]["on_roll"] == nurses["roll"]["on_roll"]
    assert officers["hash"] != nurses["hash"]


@pytest.mark.parametrize(
    "stored",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eesrever \u2066x", "{{ 7*7 }}"],
)
def test_what_a_source_wrote_stays_text(officer: TestClient[Litestar], node: Node, stored: str) -> None:
    document = get(officer, "/handover/LEI-A.json").json()
    someone = next(
        row["id"] for row in document["people"] if any("open" in reason["code"] for reason in row["reasons"])
    )
    plain = tags(get(officer, f"/people/{someone}?purpose={CARE}").text)
    with changed_comment(node, someone, stored):
        page = get(officer, f"/people/{someone}?purpose={CARE}").text
    assert [tag for tag, _ in tags(page)] == [tag for tag, _ in plain]
    assert str(escape(stored)) in page


class changed_comment:  # noqa: N801
    """The comments of a person's alerts, replaced for as long as this lasts."""

    def __init__(self, node: Node, person: str, text: str) -> None:
        self._node, self._person, self._text = node, person, text
        self._kept: list[tuple[UUID, str | None]] = []

    def __enter__(self) -> None:
        with self._node.database.connection(Principal.LOADER) as connection:
            rows = connection.execute("select id, comment from record.alert where person_id = %s", (self._person,))
            self._kept = rows.fetchall()
            connection.execute("update record.alert set comment = %s where person_id = %s", (self._text, self._person))

    def __exit__(self, *_: object) -> None:
        with self._node.database.connection(Principal.LOADER) as connection:
            for row_id, comment in self._kept:
                connection.execute("update record.alert set comment = %s where id = %s", (comment, row_id))


def test_a_fault_of_the_server_shows_nothing_of_itself(
    officer: TestClient[Litestar], seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("secret of the server: Smith, Darius")

    monkeypatch.setattr(seat.gate, "read", fall)
    reply = get(officer, "/handover/LEI-A")
    assert reply.status_code == 500
    assert not NAMES.search(reply.text)
    assert "OperationalError" not in reply.text
    assert "Smith" not in caplog.text
    assert "OperationalError at" in caplog.text
    assert json.loads(get(officer, "/handover/LEI-A.json").text) == {"error": "fault"}
