"""Sources that push, over a real socket: what is taken, what is not, and what the sender is told."""

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from textwrap import dedent
from uuid import uuid4

import httpx
import pytest
from test_commands import run

from deliveries import small_extract
from hmpps_events import CREATED, DELETED, INACTIVE, event, notification
from watchroom.audit.entries import AuditUnavailableError
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.see import see
from watchroom.ingest.hearing import Post, PostTaken
from watchroom.ingest.inspection import Looked, Records
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.ready import Ready
from watchroom.ingest.registry import Source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.listening import Listening, bound
from watchroom.node.node import Node
from watchroom.node.source_desk import SourceDesk
from watchroom.sources.envelopes import MESSAGES_AT_MOST
from watchroom.store.database import Connection
from watchroom.store.roles import Principal
from watchroom.web.serve import server_for

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251
LINES = {"content-type": "application/x-ndjson"}


@dataclass(frozen=True, kw_only=True)
class Site:
    node: Node
    address: str
    secret: str
    number: str
    unit: str

    def send(self, content: bytes, *, secret: str | None = None, **headers: str) -> httpx.Response:
        sent = {"content-type": "application/json", "authorization": f"Bearer {secret or self.secret}"} | headers
        return httpx.post(f"{self.address}/in/events", content=content, headers=sent, timeout=30)

    def shown(self) -> list[tuple[object, object]]:
        """Kind and whether it is active, of the alerts that an officer of the wing is shown."""
        officer = Asker(name="o", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=(self.unit,))
        seen = see(self.node.gate, officer, entity="alert", purpose="custody.care")
        assert not isinstance(seen, Refused)
        return [(row["kind_code"], row["is_active"]) for row in seen.value.rows]

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self.node.database.connection(Principal.LOADER) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def alert(self, key: str) -> list[tuple[object, ...]]:
        return self.rows("select kind_code, is_active, valid_to is null from record.alert where source_key = %s", key)

    def batches(self) -> int:
        return len(self.rows("select from ingest.batch where source_system = 'events'"))

    def told(self, kind: str, key: str, *, minutes: int = 0, code: str = "XA") -> bytes:
        return event(kind, NOW - timedelta(minutes=minutes), number=self.number, alertUuid=key, alertCode=code)


def new_key() -> str:
    return str(uuid4())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder = tmp_path_factory.mktemp("push") / "n"
    extract = small_extract(tmp_path_factory.mktemp("extract") / "nomis")
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service"))
    try:
        with Node.open(folder) as node, bound(Listening()) as door:
            node.sources.add("nomis", kind="files", at=str(extract), mapping="nomis")
            assert not node.sources.ingest("nomis").is_refused
            node.sources.add("events", kind="push", at="", mapping="hmpps_event")
            secret = node.pushes.new_secret("events").reveal()
            server = server_for(node, door.listening)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [door.socket]})
            thread.start()
            address = door.listening.url.rstrip("/").replace("localhost", "127.0.0.1")
            yield Site(node=node, address=address, secret=secret, number="A1234AA", unit="LEI-A")
            server.should_exit = True
            thread.join(timeout=20)
    finally:
        remove_node(folder)


def test_an_event_is_seen_by_the_officer_of_the_wing_as_soon_as_its_sender_is_answered(site: Site) -> None:
    key = new_key()
    before = site.shown()
    reply = site.send(notification(site.told(CREATED, key, code="XCU")))
    assert reply.status_code == 200, reply.text
    assert reply.json() == {"source": "events", "received": 1, "taken": 1, "set_aside": 0, "not_kept": 0, "issues": []}
    assert sorted(map(str, site.shown())) == sorted(map(str, [*before, ("XCU", True)]))


def test_what_is_sent_again_is_answered_the_same_and_writes_nothing(site: Site) -> None:
    body = site.told(CREATED, new_key(), code="not a code")
    first = site.send(body)
    assert [issue["code"] for issue in first.json()["issues"]] == ["unmapped_code"]
    before = site.batches()
    again = site.send(notification(body, number=7))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert site.batches() == before


def test_an_older_event_undoes_nothing_and_gives_what_the_newer_one_lacks(site: Site) -> None:
    key = new_key()
    late = json.loads(site.told(INACTIVE, key))
    del late["additionalInformation"]["alertCode"]
    assert site.send(json.dumps(late).encode()).status_code == 200
    assert site.alert(key) == [(None, False, True)]
    assert site.send(site.told(CREATED, key, minutes=5)).status_code == 200
    assert site.alert(key) == [("XA", False, True)]
    assert site.send(site.told(DELETED, key, minutes=2)).status_code == 200
    assert site.alert(key) == [("XA", False, True)], "a deletion before the end that is known is not news"


def test_of_a_batch_that_is_half_bad_the_good_half_stands_and_the_bad_lines_are_named_and_kept(site: Site) -> None:
    good, other = new_key(), new_key()
    lines = [
        site.told(CREATED, good),
        b"{broken",
        site.told(CREATED, other),
        json.dumps({"eventType": CREATED, "occurredAt": "soon-ish"}).encode(),
        event(CREATED, NOW, number=None, alertUuid=new_key()),
    ]
    reply = site.send(b"\n".join(lines) + b"\n", **LINES)
    assert reply.status_code == 200
    told = reply.json()
    assert (told["received"], told["taken"], told["set_aside"]) == (5, 4, 1)
    assert [(issue["at"], issue["code"]) for issue in told["issues"]] == [
        ("line 2", "not_well_formed"),
        ("line 4", "element_unreadable"),
        ("line 4", "bad_date"),
        ("line 4", "value_missing"),
        ("line 4", "value_missing"),
        ("line 4", "row_not_used"),
        ("line 5", "value_missing"),
        ("line 5", "row_not_used"),
    ]
    assert site.alert(good)
    assert site.alert(other)
    kept = site.rows("select content from ingest.message where is_refused and source_system = 'events'")
    assert (b"{broken",) in kept
    assert "soon-ish" not in reply.text


def test_what_cannot_be_read_at_all_is_refused_with_its_place_and_kept_once(site: Site) -> None:
    cut = site.told(CREATED, new_key())[:-9]
    replies = [site.send(cut), site.send(cut)]
    assert [reply.status_code for reply in replies] == [400, 400]
    assert replies[0].json() == replies[1].json()
    (issue,) = replies[0].json()["issues"]
    assert (issue["at"], issue["code"]) == ("message", "not_well_formed")
    assert issue["place"].startswith("line 1")
    assert len(site.rows("select from ingest.message where content = %s", cut)) == 1


@pytest.mark.parametrize("secret", ["wrong", "-", "x" * 5000])
def test_whoever_does_not_know_the_secret_learns_nothing_of_what_there_is(site: Site, secret: str) -> None:
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    body = site.told(CREATED, new_key())
    replies = [httpx.post(f"{site.address}/in/{name}", content=body, headers=headers) for name in ("events", "nothing")]
    assert {(reply.status_code, reply.text) for reply in replies} == {(401, '{"error":"not_admitted"}')}
    assert "set-cookie" not in replies[0].headers


def test_a_fresh_secret_is_the_only_one_and_stands_nowhere(site: Site) -> None:
    fresh = run("source", "secret", site.node.folder, "events").stdout.strip()
    try:
        assert site.send(site.told(CREATED, new_key())).status_code == 401
        assert site.send(site.told(CREATED, new_key()), secret=fresh).status_code == 200
        stored = site.rows("select secret_hash from ingest.source where name = 'events'")
        assert fresh.encode() not in bytes(stored[0][0])  # type: ignore[arg-type]
    finally:
        with site.node.database.connection(Principal.LOADER) as connection:
            digest = "update ingest.source set secret_hash = sha256(%s::bytea) where name = 'events'"
            connection.execute(digest, (site.secret.encode(),))


def test_the_secret_of_a_source_is_shown_once_and_only_to_one_whose_mapping_reads_messages(site: Site) -> None:
    added = run("source", "add", site.node.folder, "more", "--kind", "push", "--map", "hmpps_event")
    assert added.exit_code == 0
    headers = {"authorization": f"Bearer {added.stdout.strip()}"}
    reply = httpx.post(f"{site.address}/in/more", content=b"{}", headers=headers)
    assert (reply.status_code, reply.json()["issues"][0]["code"]) == (400, "not_this_standard")
    refused = run("source", "add", site.node.folder, "tables", "--kind", "push", "--map", "nomis")
    assert refused.exit_code == 2
    assert "names no codec" in refused.stderr
    assert added.stdout.strip() not in run("source", "list", site.node.folder, "--json").stdout
    assert run("source", "secret", site.node.folder, "nomis").exit_code == 2


def test_a_body_that_is_too_large_is_refused_before_it_is_there(site: Site) -> None:
    reply = site.send(b" " * (site.node.pushes.settings.bytes_at_most + 1))
    assert reply.status_code == 413
    assert reply.json()["error"] == "too_large"


def test_a_body_that_is_cut_off_leaves_nothing(site: Site) -> None:
    key = new_key()
    body = site.told(CREATED, key)
    host, port = site.address.removeprefix("http://").split(":")
    head = f"POST /in/events HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {site.secret}\r\n"
    head += f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body) + 100}\r\n\r\n"
    before = site.batches()
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + body + b"\n")
        line.shutdown(socket.SHUT_WR)
        line.settimeout(5)
        while line.recv(1000):
            pass
    assert site.send(site.told(CREATED, new_key())).status_code == 200
    assert site.batches() == before + 1
    assert site.alert(key) == []


def test_while_the_log_cannot_be_written_nothing_stands_and_the_sender_is_told_to_come_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()

    def broken(*_: object) -> None:
        raise AuditUnavailableError("the audit log cannot be written")

    with monkeypatch.context() as patched:
        patched.setattr(type(site.node.audit), "append", broken)
        reply = site.send(site.told(CREATED, key))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert site.alert(key) == []
    assert site.send(site.told(CREATED, key)).status_code == 200
    assert site.alert(key) == [("XA", True, True)]


def test_who_sends_too_often_is_told_when_to_come_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from watchroom.web.limits import Allowance

    monkeypatch.setattr(Allowance, "allows", lambda *_: False)
    reply = site.send(site.told(CREATED, new_key()))
    assert (reply.status_code, reply.json()) == (429, {"error": "too_often"})
    assert int(reply.headers["retry-after"]) > 0


def test_what_comes_at_once_is_taken_together_and_each_sender_hears_of_its_own(site: Site) -> None:
    before = site.batches()
    bodies = [site.told(CREATED, new_key()) for _ in range(12)]
    bodies[5] = b"nonsense"
    with ThreadPoolExecutor(12) as senders:
        replies = list(senders.map(site.send, bodies))
    assert [reply.status_code for reply in replies] == [200] * 5 + [400] + [200] * 6
    assert site.batches() - before < 12


def test_a_message_that_breaks_something_takes_no_other_with_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [new_key() for _ in range(4)]
    take_post = Intake.take_post

    def breaking(self: Intake, source: Source, post: Post, **more: Ready | None) -> PostTaken:
        if any(keys[0].encode() in one.message.content for one in post.heard):
            raise RuntimeError("something nobody thought of")
        return take_post(self, source, post, **more)

    monkeypatch.setattr(Intake, "take_post", breaking)
    with ThreadPoolExecutor(4) as senders:
        replies = list(senders.map(site.send, [site.told(CREATED, key) for key in keys]))
    assert [reply.status_code for reply in replies] == [500, 200, 200, 200]
    monkeypatch.undo()
    assert site.send(site.told(CREATED, keys[0])).status_code == 200


def stopped_by(key: str) -> Callable[[Connection, Records, Looked], list[Issue]]:
    """A check that no batch passes that holds the alert of that key."""

    def inspect(connection: Connection, _records: Records, _batch: Looked) -> list[Issue]:
        found = connection.execute("select from pg_temp.stage_alert where source_key = %s", (key,)).fetchone()
        stop = Issue(code="stopped", severity=Severity.FATAL, message="a check says no", entity="alert")
        return [] if found is None else [stop]

    return inspect


def test_a_message_that_a_check_stops_is_set_aside_alone_and_found_by_halves(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [new_key() for _ in range(32)]
    intake = SourceDesk.intake
    with monkeypatch.context() as patched:
        patched.setattr(SourceDesk, "intake", lambda self: replace(intake(self), inspect=stopped_by(keys[20])))
        before = site.batches()
        reply = site.send(b"\n".join(site.told(CREATED, key) for key in keys), **LINES)
    assert (reply.status_code, reply.json()["taken"]) == (200, 31)
    assert [(issue["at"], issue["code"]) for issue in reply.json()["issues"]] == [("line 21", "stopped")]
    assert [len(site.alert(key)) for key in keys] == [1] * 20 + [0] + [1] * 11
    # All of them, and two halves for each time that they can be halved.
    assert site.batches() - before == 1 + 2 * 5


def test_what_is_refused_stands_in_no_table_of_the_session_that_stays(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held() -> int:
        """Bytes of the staging tables of all sessions."""
        asked = "select sum(pg_relation_size(oid)) from pg_class where relname like 'stage%' and relpersistence = 't'"
        with site.node.database.connection(Principal.LOADER) as connection:
            return int(connection.execute(asked).fetchone()[0] or 0)  # type: ignore[index]

    key, intake = new_key(), SourceDesk.intake
    assert site.send(site.told(CREATED, new_key())).status_code == 200
    with monkeypatch.context() as patched:
        patched.setattr(SourceDesk, "intake", lambda self: replace(intake(self), inspect=stopped_by(key)))
        assert site.send(site.told(CREATED, key)).status_code == 400
    assert held() == 0
    assert site.send(site.told(CREATED, key)).status_code == 200


def test_a_clock_that_falls_behind_while_messages_are_tried_by_halves_is_no_fault_of_their_sender(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [new_key() for _ in range(2)]
    intake, asked = SourceDesk.intake, list[int]()

    def behind(self: SourceDesk) -> Intake:
        asked.append(1)
        behind = {} if len(asked) == 1 else {"clock": SteppedClock(NOW - timedelta(days=1))}
        return replace(intake(self), inspect=stopped_by(keys[0]), **behind)  # type: ignore[arg-type]

    body = b"\n".join(site.told(CREATED, key) for key in keys)
    with monkeypatch.context() as patched:
        patched.setattr(SourceDesk, "intake", behind)
        assert site.send(body, **LINES).status_code == 503
    assert site.send(body, **LINES).json()["taken"] == 2


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_a_body_of_more_messages_than_any_may_hold_is_refused_and_leaves_nothing(site: Site, media_type: str) -> None:
    many = [b"%d" % number for number in range(MESSAGES_AT_MOST + 1)]
    body = b"[" + b",".join(many) + b"]" if media_type.endswith("/json") else b"\n".join(many)
    before = site.batches()
    reply = site.send(body, **{"content-type": media_type})
    assert (reply.status_code, reply.json()) == (413, {"error": "too_many", "messages_at_most": MESSAGES_AT_MOST})
    assert site.batches() == before


def test_a_cloud_event_is_an_envelope_in_each_of_its_modes(site: Site) -> None:
    keys = [new_key() for _ in range(4)]
    inner = [json.loads(site.told(CREATED, key)) for key in keys]
    around = {"specversion": "1.0", "source": "urn:x", "type": "t"}
    whole = [{**around, "id": key, "data": one} for key, one in zip(keys, inner, strict=True)]
    structured = {"content-type": "application/cloudevents+json"}
    assert site.send(json.dumps(whole[0]).encode(), **structured).status_code == 200
    batch = {"content-type": "application/cloudevents-batch+json"}
    assert site.send(json.dumps(whole[1:3]).encode(), **batch).json()["taken"] == 2
    binary = {"ce-specversion": "1.0", "ce-id": keys[3], "ce-source": "urn:x", "ce-type": "t"}
    assert site.send(json.dumps(inner[3]).encode(), **binary).status_code == 200
    assert all(site.alert(key) for key in keys)
    kept = site.rows("select content from ingest.message where content = %s", json.dumps(whole[0]).encode())
    assert len(kept) == 1


# Kills itself when what was sent is committed and before anybody is told.
KILLED = dedent("""
    import os, signal, sys
    from pathlib import Path
    from watchroom.node import push_desk
    from watchroom.node.node import Node

    push_desk._told = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    with Node.open(Path(sys.argv[1])) as node:
        source = node.sources.find("events")
        node.pushes.receive(source, sys.stdin.buffer.read(), media_type="", headers={}).result()
""")


def test_who_is_killed_between_the_commit_and_the_answer_has_no_double_when_the_sender_repeats(site: Site) -> None:
    key = new_key()
    body = site.told(CREATED, key)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(site.node.folder)], input=body, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(site.alert(key)) == 1
    before = site.batches()
    assert site.send(body).status_code == 200
    assert (site.batches(), len(site.alert(key))) == (before, 1)
