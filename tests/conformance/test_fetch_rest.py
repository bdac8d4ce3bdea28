"""An interface with pages: read whole or not at all, with patience for a busy source and none for another host."""

import gzip
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from http_source import Answer, HttpSource, Question, http_source
from watchroom.kernel.errors import UsageError
from watchroom.kernel.secrets import Secret
from watchroom.sources.connectors.addresses import require_rest
from watchroom.sources.connectors.contract import Answer as Fetched
from watchroom.sources.connectors.contract import (
    Asked,
    Failed,
    FetchError,
    FetchStoppedError,
    Laid,
    Nothing,
    TableAsked,
)
from watchroom.sources.connectors.exchange import retry_after
from watchroom.sources.connectors.page import page_of
from watchroom.sources.connectors.registry import KINDS
from watchroom.sources.connectors.rest import next_link

NOW = datetime(2026, 7, 24, 8, 30, tzinfo=UTC)
ALERTS = TableAsked(name="ALERTS", must_be_there=True)


def given(document: object, **headers: str) -> Answer:
    return 200, {name.replace("_", "-"): text for name, text in headers.items()}, json.dumps(document).encode()


@pytest.fixture
def source() -> Generator[HttpSource]:
    with http_source(lambda _: given([])) as source:
        yield source


@pytest.fixture
def ask(source: HttpSource, tmp_path: Path) -> Callable[..., Fetched]:
    numbers = iter(range(100))

    def ask(path: str = "/alerts", *, cursor: dict[str, object] | None = None, **options: str) -> Fetched:
        into = tmp_path / f"{next(numbers)}"
        into.mkdir()
        kind = KINDS["rest"]
        asked = Asked(
            location=source.url + path,
            options=kind.whole({"paging": "link", **options}),
            into=into,
            now=NOW,
            secret=Secret("s3cret-token"),
            cursor=cursor or {},
            tables=(ALERTS, TableAsked(name="NOTES")),
            pause=pauses.append,
        )
        return kind.fetch(asked)

    pauses: list[float] = []
    ask.pauses = pauses  # type: ignore[attr-defined]
    return ask


def lines(laid: Fetched, table: str = "ALERTS") -> list[str]:
    assert isinstance(laid, Laid), laid
    return (laid.folder / f"{table}.ndjson").read_text().splitlines()


def paged(records: list[object], *, size: int = 2) -> Callable[[Question], Answer]:
    def answer(question: Question) -> Answer:
        first = int(question.query.get("page", "0")) * size
        return given({"content": records[first : first + size], "totalElements": len(records)})

    return answer


def test_pages_by_number_by_link_by_address_and_by_mark_are_read_to_the_end(
    source: HttpSource, ask: Callable[..., Fetched]
):
    rows = [{"id": number} for number in range(5)]
    source.answer = paged(rows)
    wanted = [json.dumps(row) for row in rows]
    assert lines(ask(paging="page", total="totalElements", table="alerts")) == wanted
    assert {one.headers["authorization"] for one in source.asked} == {"Bearer s3cret-token"}

    def led(question: Question) -> Answer:
        at = int(question.query.get("at", "0"))
        more = at + 1 < len(rows)
        header = {"Link": f'</alerts?at={at + 1}>; rel="next"'} if more else {}
        beside = (
            {"links": {"next": f"{source.url}/alerts?at={at + 1}"}, "mark": f"{at + 1}"} if more else {"mark": None}
        )
        return given({"items": rows[at : at + 1], **beside}, **header)

    source.answer = led
    assert lines(ask(paging="link", table="alerts")) == wanted
    assert lines(ask(paging="next", next="links.next", table="alerts")) == wanted
    assert lines(ask(paging="cursor", next="mark", parameter="at", table="alerts")) == wanted


def test_each_table_of_the_mapping_is_asked_for_and_one_that_is_not_there_is_left_out(
    source: HttpSource, ask: Callable[..., Fetched]
):
    source.answer = lambda question: given([{"id": 1}]) if question.path == "/api/alerts" else (404, {}, b"")
    laid = ask("/api/{table}")
    assert lines(laid) == ['{"id": 1}']
    assert isinstance(laid, Laid)
    assert not (laid.folder / "NOTES.ndjson").exists()
    source.answer = lambda _: (404, {}, b"")
    failed = ask("/api/{table}")
    assert isinstance(failed, Failed)
    assert failed.code == "refused_request"


def test_a_source_that_says_nothing_changed_is_believed_and_one_that_gives_the_same_again_too(
    source: HttpSource, ask: Callable[..., Fetched]
):
    def answer(question: Question) -> Answer:
        is_known = question.headers.get("if-none-match") == '"1"'
        return (304, {}, b"") if is_known else given([{"id": 1}], ETag='"1"')

    source.answer = answer
    first = ask(table="alerts")
    assert isinstance(first, Laid)
    again = ask(table="alerts", cursor=dict(first.cursor))
    assert isinstance(again, Nothing)
    assert (again.code, again.is_confirmed) == ("not_modified", True)
    source.answer = lambda _: given([{"id": 1}])
    same = ask(table="alerts", cursor=dict(first.cursor))
    assert isinstance(same, Nothing)
    assert (same.code, same.is_confirmed) == ("nothing_new", True)


def test_how_pages_follow_has_to_be_said():
    with pytest.raises(UsageError, match="say the option `paging`"):
        KINDS["rest"].whole({})
    with pytest.raises(UsageError, match="say the option `paging`"):
        KINDS["rest"].whole({"paging": "pages"})


@pytest.mark.parametrize(
    "beside",
    [
        {"totalPages": 50, "totalElements": 2},
        {"last": False},
        {"totalElements": 1000},
        {"page": {"totalElements": 1000}},
        {"meta": {"has_more": True}},
        {"next": "/alerts?page=2"},
        {"_links": {"next": {"href": "/alerts?page=2"}}},
        {"links": [{"rel": "next", "href": "/alerts?page=2"}]},
        {"@odata.nextLink": "/alerts?page=2"},
        {"nextPage": 2},
    ],
)
@pytest.mark.parametrize("paging", ["none", "link"])
def test_a_first_page_does_not_pass_for_everything_where_the_source_says_that_there_is_more(
    source: HttpSource, ask: Callable[..., Fetched], beside: dict[str, object], paging: str
):
    source.answer = lambda _: given({"content": [{"id": 1}, {"id": 2}], **beside})
    failed = ask(paging=paging, table="alerts")
    assert isinstance(failed, Failed)
    assert failed.code in ("unreadable", "changed_while_read")
    source.answer = lambda _: given({"content": [{"id": 1}, {"id": 2}]}, Link='</alerts?page=2>; rel="next"')
    assert isinstance(ask(paging="none", table="alerts"), Failed)


def test_what_says_that_it_is_all_is_all(source: HttpSource, ask: Callable[..., Fetched]):
    page = {"content": [{"id": 1}], "last": True, "totalPages": 1, "totalElements": 1, "next": None, "hasMore": False}
    source.answer = lambda _: given(page)
    assert len(lines(ask(paging="none", table="alerts"))) == 1
    source.answer = lambda _: given({"content": [{"id": 1}], "total": 700})
    assert len(lines(ask(paging="none", total="none", table="alerts"))) == 1


def test_a_table_that_goes_away_is_a_change_and_keeps_the_others_from_nobody(
    source: HttpSource, ask: Callable[..., Fetched]
):
    def answer(question: Question) -> Answer:
        return (304, {}, b"") if "if-none-match" in question.headers else given([{"id": 1}], ETag='"1"')

    source.answer = answer
    first = ask("/api/{table}")
    assert isinstance(first, Laid)
    source.answer = lambda question: (404, {}, b"") if question.path == "/api/notes" else answer(question)
    gone = ask("/api/{table}", cursor=dict(first.cursor))
    assert lines(gone) == ['{"id": 1}']
    assert isinstance(gone, Laid)
    assert not (gone.folder / "NOTES.ndjson").exists()


def test_a_source_that_never_ends_is_given_up_and_cut_off_when_the_node_stops(tmp_path: Path):
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        location = f"http://127.0.0.1:{silent.getsockname()[1]}/alerts"
        kind = KINDS["rest"]

        def asked(into: str, **more: Any) -> Asked:
            (tmp_path / into).mkdir()
            options = kind.whole({"paging": "none", "table": "alerts", "deadline": "1"})
            known = {"location": location, "options": options, "into": tmp_path / into, "now": NOW}
            return Asked(**{**known, "tables": (ALERTS,), **more})

        began = time.monotonic()
        late = kind.fetch(asked("late"))
        assert isinstance(late, Failed)
        assert late.code == "too_slow"

        def watch(_size: int) -> None:
            if over.is_set():
                raise FetchStoppedError("the node is being stopped")

        timer = threading.Timer(0.3, over.set)
        timer.start()
        with pytest.raises(FetchStoppedError):
            kind.fetch(asked("stopped", watch=watch, options=kind.whole({"paging": "none", "table": "alerts"})))
        timer.join()
        assert time.monotonic() - began < 10


def test_a_busy_source_is_asked_again_as_it_says_and_then_left_alone(source: HttpSource, ask: Callable[..., Fetched]):
    answers = [(503, {}, b""), (429, {"Retry-After": "7"}, b""), given([{"id": 1}])]
    source.answer = lambda _: answers.pop(0)
    assert lines(ask(table="alerts")) == ['{"id": 1}']
    assert ask.pauses == [1.0, 7.0]  # type: ignore[attr-defined]
    source.answer = lambda _: (429, {"Retry-After": "3600"}, b"")
    failed = ask(table="alerts")
    assert isinstance(failed, Failed)
    assert (failed.code, failed.retry_after) == ("overloaded", 3600)
    source.asked.clear()
    source.answer = lambda _: (500, {}, b"")
    failed = ask(table="alerts")
    assert isinstance(failed, Failed)
    assert (failed.code, len(source.asked)) == ("overloaded", 4)


def test_what_changes_while_it_is_read_is_read_again_and_then_refused(source: HttpSource, ask: Callable[..., Fetched]):
    rows = [{"id": number} for number in range(4)]
    readings = [[*rows, {"id": 9}], rows]

    def grows_once(question: Question) -> Answer:
        if question.query["page"] == "2":
            return paged(readings.pop(0) if readings else rows)(question)
        return paged(rows)(question)

    source.answer = grows_once
    assert len(lines(ask(paging="page", total="totalElements", table="alerts"))) == 4
    source.answer = lambda _: given({"content": [{"id": 1}]})
    failed = ask(paging="page", table="alerts")
    assert isinstance(failed, Failed)
    assert failed.code == "changed_while_read"
    assert "twice" in failed.message
    source.answer = lambda _: given({"content": [{"id": 1}], "next": "/alerts"})
    circle = ask(paging="next", table="alerts")
    assert isinstance(circle, Failed)
    assert circle.code == "changed_while_read"


def test_neither_a_redirect_nor_a_next_page_leads_to_another_host(source: HttpSource, ask: Callable[..., Fetched]):
    with http_source(lambda _: given([{"id": 1}])) as other:
        source.answer = lambda _: (302, {"Location": f"{other.url}/alerts"}, b"")
        redirected = ask(table="alerts")
        source.answer = lambda _: given({"content": [{"id": 1}], "next": f"{other.url}/alerts"})
        paged_away = ask(paging="next", table="alerts")
        for failed in (redirected, paged_away):
            assert isinstance(failed, Failed)
            assert failed.code == "redirected"
        assert other.asked == [], "neither the question nor the secret went there"
    source.answer = lambda question: given([{"id": 1}]) if question.path == "/b" else (307, {"Location": "/b"}, b"")
    assert lines(ask(table="alerts")) == ['{"id": 1}']


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((401, {}, b""), "unauthorised"),
        ((200, {}, b"<html>Sign in</html>"), "unreadable"),
        ((200, {}, b'{"a": [1], "b": [2]}'), "unreadable"),
        ((200, {}, b'[{"id": 1}'), "unreadable"),
        ((200, {}, b"[" * 100_000), "unreadable"),
        ((200, {}, b'[{"id": "\xff"}]'), "unreadable"),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), "unreadable"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 200_000)), "too_large"),
        ((200, {"Content-Length": "500"}, b'[{"id": 1}]'), "unreachable"),
    ],
    ids=["secret", "page of sign-in", "no records", "cut off", "nested", "bytes", "not packed", "bomb", "body cut off"],
)
def test_what_is_not_what_was_agreed_is_told_by_its_kind(
    source: HttpSource, ask: Callable[..., Fetched], answer: Answer, code: str, caplog: pytest.LogCaptureFixture
):
    source.answer = lambda _: answer
    with caplog.at_level(logging.DEBUG):
        failed = ask("/alerts?name=Anderson", table="alerts", most="100000")
    assert isinstance(failed, Failed)
    assert failed.code == code
    for told in (failed.message, caplog.text):
        assert "s3cret" not in told
        assert "Anderson" not in told


def test_nobody_answers_is_unreachable(source: HttpSource, ask: Callable[..., Fetched]):
    source.url = "http://127.0.0.1:1"
    failed = ask(table="alerts")
    assert isinstance(failed, Failed)
    assert failed.code == "unreachable"


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a",
        "https://u:p@example.org/",
        "ftp://example.org",
        "example.org",
        "https://[/",
        "https://h/{x}",
    ],
)
def test_an_address_that_is_plain_or_holds_a_password_is_refused_and_not_repeated(address: str):
    with pytest.raises(UsageError) as refused:
        require_rest(address)
    assert address not in str(refused.value)


def test_records_are_cut_out_as_they_are_written():
    page = page_of(b'{"total": 2,\n "items": [{"n": 1.10,\n "n": 2}, {"big": 12345678901234567890123}]}')
    assert page.records == ('{"n": 1.10,  "n": 2}', '{"big": 12345678901234567890123}')
    assert page.told("total") == "2"
    for text in (
        b"",
        b"1",
        b'{"items": [1,]}',
        b'{"items": [], "items": []}',
        b'{"items": []} x',
        b'{"items": [] "a": 1}',
    ):
        with pytest.raises(FetchError):
            page_of(text)


def test_links_and_waits_are_read_as_their_standards_write_them():
    assert next_link('</a>; rel="prev", </b?x=1,2>; rel="last next"; title="n"') == "/b?x=1,2"
    assert next_link("</b>;rel=next") == "/b"
    assert next_link("</a>; rel=nextish") is None
    assert retry_after("120", now=NOW) == 120
    assert retry_after("Fri, 24 Jul 2026 08:31:00 GMT", now=NOW) == 60
    assert retry_after("soon", now=NOW) == 0
    assert retry_after("-5", now=NOW) == 0
