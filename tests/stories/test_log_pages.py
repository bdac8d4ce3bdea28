"""The page of the log: how it stands, what is sought in it, its verification, its export, its lawful erasure."""

import io
import json
import re
import time
import zipfile
from datetime import UTC, datetime

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import Officer, somebody
from web_seat import Seat, get

from watchroom.audit.entries import Act, Entry
from watchroom.store.database import Principal

HOME = "/log"


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar]) -> Officer:
    return Officer(client, seat.sign_in(client, "records"))


def listed(html: str) -> list[int]:
    return [int(index) for index in re.findall(r'<tr><th scope="row">(\d+)</th>', html)]


def test_each_form_of_the_log_is_led_to_from_the_top_of_its_page(seat: Seat) -> None:
    with seat.client() as client:
        seat.sign_in(client, "records")
        page = get(client, "/log").text
    top = page.partition('id="h-state"')[0]
    for name in ("search", "entries", "export", "erase"):
        assert f'href="#h-{name}"' in top, name
        assert page.count(f'id="h-{name}"') == 1, name


def test_the_page_says_how_the_log_stands_and_is_one_entry(seat: Seat, officer: Officer) -> None:
    before = seat.last_index()
    page = officer.get(HOME)
    (entry,) = seat.entries(before)
    assert (entry.act, entry.header["entity"]) == ("consult", "audit")
    head = seat.audit.committed()
    assert f"{head.size:,}" in page
    assert head.root().hex() in page
    assert listed(page)[0] == before, "the reading itself is not listed to its reader"


def test_a_line_tells_no_free_text_and_nobody(seat: Seat, officer: Officer) -> None:
    person, number = somebody(seat.node)
    typed = Entry(
        act=Act.LIST, actor="officer.a", entity="person", subjects=(person,), detail={"post": "typed by somebody"}
    )
    seat.node.audit.append(typed)
    page = officer.get(HOME)
    assert "1 person" in page
    for word in ("typed by somebody", str(person), number):
        assert word not in page


def test_entries_are_sought_by_account_act_day_and_agreement_together(seat: Seat, officer: Officer) -> None:
    usual = {"act": Act.LIST, "actor": "someone.sought", "entity": "person", "clauses": ("charter.x#one",)}
    changes = ({}, {"actor": "someone.soughts"}, {"act": Act.COUNT}, {"clauses": ("charter.xx#one",)})
    wanted, *others = [
        seat.node.audit.append(Entry(**{**usual, **change})).index  # type: ignore[arg-type]
        for change in changes
    ]
    sought = {"actor": "someone.sought", "act": "list", "agreement": "charter.x", "day": "2026-07-24"}
    before = seat.last_index()
    reply = officer.send(f"{HOME}/search", **sought)
    assert reply.status_code == 200
    assert listed(reply.text) == [wanted]
    (entry,) = seat.entries(before)
    assert entry.body is not None
    assert entry.body["detail"]["actor"] == "someone.sought"
    for left_out, other in zip(("actor", "act", "agreement"), others, strict=True):
        found = listed(officer.send(f"{HOME}/search", **{**sought, left_out: ""}).text)
        assert {wanted, other} <= set(found)
    assert listed(officer.send(f"{HOME}/search", **{**sought, "day": "2026-07-23"}).text) == []
    for name, value in sought.items():
        assert f'value="{value}"' in reply.text, name


@pytest.mark.parametrize(("field", "typed"), [("day", "yesterday"), ("act", "looked"), ("day", "0000-00-00")])
def test_a_search_that_cannot_be_read_says_so_at_its_field(officer: Officer, field: str, typed: str) -> None:
    reply = officer.send(f"{HOME}/search", **{field: typed})
    assert reply.status_code == 400
    assert f'href="#{field}"' in reply.text


def test_what_is_typed_into_the_search_is_only_text(officer: Officer) -> None:
    for typed in ('"act":"list"', "' or 1=1 --", "<script>", "\\", "%"):
        reply = officer.send(f"{HOME}/search", actor=typed)
        assert reply.status_code == 200
        assert listed(reply.text) == []
        assert "<script>" not in reply.text.replace('<script src="', "")


def test_earlier_entries_follow_without_a_gap(seat: Seat, officer: Officer) -> None:
    for _ in range(60):
        seat.node.audit.append(Entry(act=Act.COUNT, actor="someone.else", entity="board"))
    page = officer.get(HOME)
    first = listed(page)
    earlier = re.search(r'name="before" value="(\d+)"', page)
    assert earlier is not None
    second = listed(officer.send(f"{HOME}/search", before=earlier[1]).text)
    assert (len(first), second[0]) == (50, first[-1] - 1)


def test_a_verification_runs_beside_the_page_and_its_result_is_kept(seat: Seat, officer: Officer) -> None:
    before = seat.last_index()
    reply = officer.send(f"{HOME}/verify")
    assert reply.headers["location"] == f"{HOME}?done=verifying"
    until = time.monotonic() + 30
    while not (made := [one for one in seat.entries(before) if one.act == "verify"]):
        assert time.monotonic() < until
        time.sleep(0.05)
    (entry,) = made
    assert entry.actor == "records"
    assert entry.body is not None
    assert entry.body["detail"]["result"] == "whole"
    with seat.client() as another:
        Officer(another, seat.sign_in(another, "records"))
        page = get(another, HOME).text
    assert f"whole, {int(entry.body['detail']['entries']):,} entries".replace(",", "") in page.replace(",", "")
    assert "by records" in page


def test_the_log_of_some_days_is_one_file_and_leaves_none_on_the_disk(seat: Seat, officer: Officer) -> None:
    today = seat.clock.now().date().isoformat()
    there = set(seat.node.folder.iterdir())
    before = seat.last_index()
    reply = officer.send(f"{HOME}/export", since=today, until=today, confirm="yes")
    assert reply.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(reply.content)) as content:
        assert {"verify.py", "entries.jsonl", "README.txt"} <= set(content.namelist())
    assert [(one.act, one.actor) for one in seat.entries(before)] == [("export", "records")]
    assert set(seat.node.folder.iterdir()) == there


def test_a_search_and_an_export_of_one_day_have_the_same_entries_by_the_clock_of_the_node(
    seat: Seat, officer: Officer
) -> None:
    # A day of the node on which no machine was: what it did then is sought and exported by that day.
    then = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
    made = seat.node.audit.append(Entry(act=Act.LIST, actor="officer.a", entity="person", at=then)).index
    found = officer.send(f"{HOME}/search", day="2031-05-06", actor="officer.a").text
    assert f"{made:,}" in found or str(made) in found
    reply = officer.send(f"{HOME}/export", since="2031-05-06", until="2031-05-06", confirm="yes")
    with zipfile.ZipFile(io.BytesIO(reply.content)) as content:
        lines = content.read("entries.jsonl").decode().splitlines()
    assert [json.loads(line)["index"] for line in lines] == [made]
    for sentence in ("Day of the node", "Days are those of the node"):
        assert sentence in officer.get(HOME)


@pytest.mark.parametrize(
    ("changed", "field", "entered"),
    [
        ({"confirm": ""}, "confirm", ["consult"]),
        ({"since": "2026-13-01"}, "since", ["consult"]),
        ({"until": "2001-01-01"}, "until", ["consult"]),
        # It was asked for: the entry says so, and for which period.
        ({"since": "2001-01-01", "until": "2001-01-02"}, "since", ["consult", "export"]),
    ],
)
def test_an_export_that_is_not_meant_or_of_nothing_gives_nothing_away(
    seat: Seat, officer: Officer, changed: dict[str, str], field: str, entered: list[str]
) -> None:
    today = seat.clock.now().date().isoformat()
    before = seat.last_index()
    reply = officer.send(f"{HOME}/export", **{"since": today, "until": today, "confirm": "yes", **changed})
    assert reply.status_code == 400
    assert f'href="#{field}"' in reply.text
    assert sorted(one.act for one in seat.entries(before)) == entered


def test_an_erasure_wants_a_range_a_reason_and_a_tick_and_then_says_what_it_did(seat: Seat, officer: Officer) -> None:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id, prison_number from record.person order by id limit 1").fetchone()
    assert row is not None
    person, number = row
    about = Entry(act=Act.LIST, actor="officer.a", subjects=(person,), detail={"to": "go"})
    place = seat.node.audit.append(about).index
    typed = {"first": str(place), "last": str(place), "reason": "retention schedule 7", "erase_confirm": "yes"}
    for changed, field in (
        ({"erase_confirm": ""}, "erase_confirm"),
        ({"reason": " "}, "reason"),
        ({"last": str(place - 1)}, "last"),
        ({"first": "10000000", "last": "10000000"}, "first"),
        ({"first": "-1"}, "first"),
        ({"reason": f"request of {number}"}, "reason"),
    ):
        reply = officer.send(f"{HOME}/erase", **{**typed, **changed})
        assert reply.status_code == 400
        assert f'href="#{field}"' in reply.text
    before = seat.last_index()
    reply = officer.send(f"{HOME}/erase", **typed)
    assert reply.status_code == 303
    assert [(one.act, one.header["entity"]) for one in seat.entries(before)] == [("erase", "audit_body")]
    page = officer.get(reply.headers["location"])
    assert "The bodies are erased." in page
    (erased,) = [one for one in seat.entries(place - 1) if one.index == place]
    assert erased.body is None


@pytest.mark.parametrize("who", ["officer.a", "governor", "board"])
def test_whoever_has_not_the_duty_is_refused_every_page_and_form_of_it(
    seat: Seat, client: TestClient[Litestar], who: str
) -> None:
    other = Officer(client, seat.sign_in(client, who))
    forms = {"first": "0", "last": "1", "reason": "r", "erase_confirm": "yes", "confirm": "yes"}
    forms |= {"since": "2026-01-01", "until": "2026-12-31"}
    asked = [lambda: get(client, HOME)]
    asked += [lambda at=at: other.send(f"{HOME}/{at}", **forms) for at in ("search", "verify", "export", "erase")]
    for ask in asked:
        before = seat.last_index()
        reply = ask()
        assert reply.status_code == 403
        assert [(one.act, one.actor) for one in seat.entries(before)] == [("refuse", who)]
