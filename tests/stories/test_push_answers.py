"""What a sender is told of what is not kept, and what a post that nobody can read says of its source: nothing."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from deliveries import small_extract
from hmpps_events import CREATED, event
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.see import see
from watchroom.governance.one_feed.rules import FeedLooked
from watchroom.governance.one_feed.show import one_feed_page
from watchroom.ingest.registry import Source
from watchroom.kernel.errors import UsageError
from watchroom.node.audit_desk import Officer
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.engineer_desk import EngineerDesk, engineer_desk_of
from watchroom.node.erasure_desk import PURPOSE, ErasureDesk, Selection
from watchroom.node.node import Node
from watchroom.node.push_desk import Told
from watchroom.store.roles import Principal

ENGINEER = Asker(name="eng", roles=("data_engineer",), organisation="HMPPS")
GOVERNANCE = Asker(name="ig", roles=("information_governance",), organisation="HMPPS")
OFFICER = Asker(name="o", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=("LEI-A",))


@dataclass(frozen=True, kw_only=True)
class Site:
    node: Node
    source: Source

    def send(self, content: bytes, *, media_type: str = "application/json") -> Told:
        return self.node.pushes.receive(self.source, content, media_type=media_type, headers={}).result(timeout=60)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.node.database.connection(Principal.LOADER) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder = tmp_path_factory.mktemp("push") / "n"
    extract = small_extract(tmp_path_factory.mktemp("extract") / "nomis")
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service"))
    try:
        with Node.open(folder) as node:
            node.sources.add("nomis", kind="files", at=str(extract), mapping="nomis")
            assert not node.sources.ingest("nomis").is_refused
            node.sources.add("events", kind="push", at="", mapping="hmpps_event")
            yield Site(node=node, source=node.sources.find("events"))
            node.pushes.close()
    finally:
        remove_node(folder)


def told(number: str) -> bytes:
    return event(CREATED, datetime.now(UTC), number=number, alertUuid=str(uuid4()), alertCode="XA")  # noqa: TID251


def test_a_source_that_is_pushed_to_is_no_folder_and_nothing_that_lies_about_is_read(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lying_about.json").write_bytes(told("A1234AA"))
    monkeypatch.chdir(tmp_path)
    batches = "select count(*) from ingest.batch where source_system = 'events'"
    before = site.rows(batches)
    with pytest.raises(UsageError, match="pushed to"):
        site.node.sources.ingest("events")
    assert site.rows(batches) == before


def test_a_post_that_nobody_can_read_is_not_the_last_delivery_of_its_source_but_is_counted_on_its_page(
    site: Site,
) -> None:
    assert site.send(told("A1234AA")).status == 200
    desk = engineer_desk_of(site.node, ENGINEER, what="source")
    assert isinstance(desk, EngineerDesk)

    def looked() -> FeedLooked:
        return desk.feed("events", batches_at_most=5, tries_at_most=5)

    before = looked()
    assert site.send(f"<html>{uuid4()}</html>".encode()).status == 400
    after = looked()
    assert after.feed == before.feed, "it does as well as it did"
    assert [one.status for one in after.batches[:2]] == ["set_aside", "sealed"]
    assert after.set_aside.number == before.set_aside.number + 1
    seen = see(site.node.gate, OFFICER, entity="source_freshness", purpose="custody.care")
    assert not isinstance(seen, Refused)
    assert [row["refused_at"] for row in seen.value.rows if row["source_system"] == "events"] == [None]
    facts = {one.label: one.value for one in one_feed_page(after, site.node.words).facts}
    assert facts["Set aside unread"].startswith(f"{after.set_aside.number} post")


@pytest.fixture(scope="module")
def erased(site: Site) -> Site:
    """The site once A1234AA was erased there."""
    ((person,),) = site.rows("select id from record.person where prison_number = 'A1234AA'")
    desk = site.node.erasing(Officer(asker=GOVERNANCE, purpose=PURPOSE))
    assert isinstance(desk, ErasureDesk)
    desk.erase(Selection(people=(person,)), rule="a request")  # type: ignore[arg-type]
    return site


def test_of_a_message_about_somebody_who_was_erased_the_sender_is_told_that_nothing_is_kept(erased: Site) -> None:
    site = erased
    body = told("A1234AA")
    answers = [site.send(body), site.send(body)]
    for answer in answers:
        said = answer.document
        assert answer.status == 200, "it is not to be sent again"
        assert (said["taken"], said["set_aside"], said["not_kept"]) == (0, 0, 1)
        assert "erased_before" in {issue["code"] for issue in said["issues"]}  # type: ignore[union-attr, index]
        assert "A1234AA" not in str(said)
    assert site.rows("select count(*) from ingest.message where content is not null and not is_refused") == [(0,)]


def test_of_several_messages_those_that_are_kept_are_told_apart_from_those_that_are_not(erased: Site) -> None:
    site = erased
    lines = b"\n".join([told("A1234AA"), told("A9999ZZ"), b"{broken"])
    said = site.send(lines, media_type="application/x-ndjson").document
    assert (said["received"], said["taken"], said["set_aside"], said["not_kept"]) == (3, 1, 1, 1)
