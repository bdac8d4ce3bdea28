"""A source that was added by mistake goes; one that delivered ends, and what it gave is told as having come from it."""

import json
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deliveries import small_extract
from hmpps_events import CREATED, event
from watchroom.entrances import commands
from watchroom.gate.askers import Asker
from watchroom.governance.feeds.show import every_in_words
from watchroom.ingest.alone import SourceEndedError
from watchroom.kernel.errors import UsageError
from watchroom.node.create import remove_node
from watchroom.node.ending_desk import EndingDesk
from watchroom.node.engineer_desk import EngineerDesk, engineer_desk_of
from watchroom.node.node import Node
from watchroom.node.push_desk import Told
from watchroom.node.source_secrets import keep_source_secret, source_secret
from watchroom.store.database import Principal

ENGINEER = Asker(name="eng", roles=("data_engineer",), organisation="HMPPS")


def run(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(commands(), [str(word) for word in words], input=answer, catch_exceptions=False)


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    with Node.open(folder) as node, node.database.connection(Principal.LOADER) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def listed(folder: Path) -> dict[str, dict[str, object]]:
    found = json.loads(run("source", "list", folder, "--json").stdout)["sources"]
    return {one["name"]: one for one in found}


def entered(folder: Path) -> str:
    with Node.open(folder) as node, node.database.connection(Principal.AUDIT) as connection:
        return " ".join(str(row[0]) for row in connection.execute("select body from audit.body").fetchall())


@pytest.fixture
def place(tmp_path: Path) -> Generator[tuple[Path, Path]]:
    """A node, and the folder of its source, which has delivered."""
    folder, delivery = tmp_path / "n", small_extract(tmp_path / "delivery")
    assert run("init", folder, "--agency", "HMPPS", "--name", "Prison").exit_code == 0
    try:
        given = ("--kind", "files", "--at", delivery, "--map", "nomis", "--every", "1d")
        assert run("source", "add", folder, "nomis", *given).exit_code == 0
        assert run("ingest", folder, "nomis").exit_code == 0
        yield folder, delivery
    finally:
        remove_node(folder)


def test_a_source_from_which_nothing_was_taken_goes_with_what_was_tried_and_leaves_its_name(
    place: tuple[Path, Path], tmp_path: Path
):
    folder, _ = place
    secret = tmp_path / "secret"
    secret.write_text("word\n")
    wrong = ("--kind", "folder", "--at", tmp_path / "nowhere", "--map", "custody_roll", "--secret-file", secret)
    assert run("source", "add", folder, "gym", *wrong).exit_code == 0
    assert run("source", "fetch", folder, "gym").exit_code == 1
    assert run("user", "add", folder, "eng", "--role", "data_engineer").exit_code == 0
    with Node.open(folder) as node:
        node.accounts.know_staff("eng", source_system="gym", staff_reference="7", operator="test")
    unsure = run("source", "remove", folder, "gym", answer="n\n")
    assert (unsure.exit_code, "gym" in listed(folder)) == (1, True)
    assert "that it names by its own reference\t1" in unsure.stdout
    done = run("source", "remove", folder, "gym", "--yes")
    assert (done.exit_code, "gym" in listed(folder)) == (0, False), done.output
    for table in ("fetch_try", "batch", "waiver"):
        assert asked(folder, f"select count(*) from ingest.{table} where source_system = 'gym'") == [(0,)]
    assert asked(folder, "select count(*) from gate.account_staff where source_system = 'gym'") == [(0,)]
    with Node.open(folder) as node:
        assert source_secret(node.folder, "gym") is None
    assert '"removed"' in entered(folder)
    assert run("source", "add", folder, "gym", *wrong).exit_code == 0
    assert run("source", "remove", folder, "nobody", "--yes").exit_code == 1


def test_a_refused_delivery_of_a_mistaken_source_goes_with_it(place: tuple[Path, Path], tmp_path: Path):
    folder, _ = place
    assert (
        run("source", "add", folder, "oops", "--kind", "files", "--at", tmp_path / "no", "--map", "nomis").exit_code
        == 0
    )
    assert run("ingest", folder, "oops").exit_code == 1
    assert asked(folder, "select count(*) from ingest.batch where source_system = 'oops'") == [(1,)]
    assert run("source", "remove", folder, "oops", "--yes").exit_code == 0
    assert asked(folder, "select count(*) from ingest.batch where source_system = 'oops'") == [(0,)]
    assert asked(folder, "select count(*) from ingest.issue where source_system = 'oops'") == [(0,)]


def test_a_source_that_delivered_can_only_be_ended_and_its_records_stay_to_be_read_in_the_history(
    place: tuple[Path, Path],
):
    folder, _ = place
    refused = run("source", "remove", folder, "nomis", "--yes")
    assert (refused.exit_code, "watchroom source end" in refused.stderr) == (2, True)
    ((alerts,),) = asked(folder, "select count(*) from record.alert")
    unsure = run("source", "end", folder, "nomis", answer="n\n")
    assert (unsure.exit_code, listed(folder)["nomis"]["state"] == "ended") == (1, False)
    assert f"records\talert\t{alerts}" in unsure.stdout
    assert "whom no other source has" in unsure.stdout
    done = run("source", "end", folder, "nomis", "--yes")
    assert done.exit_code == 0, done.output
    assert asked(folder, "select count(*) from record.alert") == [(0,)]
    kept = "select count(*), count(origin_file), count(distinct batch_id) from record.alert_history"
    assert asked(folder, kept) == [(alerts, alerts, 1)]
    assert asked(folder, "select count(*) > 0 from ingest.raw_row") == [(True,)]
    line = listed(folder)["nomis"]
    assert (line["state"], line["wrong"], bool(line["ended"])) == ("ended", "", True)
    assert '"state":"ended"' in entered(folder)
    assert run("source", "end", folder, "nomis", "--yes").exit_code == 2


def test_nothing_is_taken_from_a_source_that_has_ended_and_its_name_is_its_own(place: tuple[Path, Path]):
    folder, delivery = place
    assert run("source", "end", folder, "nomis", "--yes").exit_code == 0
    for words in (("ingest", folder, "nomis"), ("mapping", "rerun", folder, "nomis")):
        told = run(*words)
        assert (told.exit_code, "has ended" in told.stderr) == (1, True), words
    again = run("source", "add", folder, "nomis", "--kind", "files", "--at", delivery, "--map", "nomis")
    assert (again.exit_code, "source resume" in again.stderr) == (2, True)
    assert run("source", "resume", folder, "nobody").exit_code == 1


def test_a_source_that_is_taken_up_again_gives_its_records_their_ids_back(place: tuple[Path, Path]):
    folder, _ = place
    query = "select id, source_key, kind_code from record.alert order by 2"
    before = asked(folder, query)
    assert run("source", "end", folder, "nomis", "--yes").exit_code == 0
    assert run("source", "resume", folder, "nomis").exit_code == 0
    assert run("source", "resume", folder, "nomis").exit_code == 2
    assert run("ingest", folder, "nomis").exit_code == 0
    assert asked(folder, query) == before
    assert listed(folder)["nomis"]["state"] != "ended"


def test_what_opened_a_source_opens_it_no_more_though_the_command_that_ended_it_broke_off(
    place: tuple[Path, Path], tmp_path: Path
):
    folder, _ = place
    (tmp_path / "secret").write_text("word\n")
    given = ("--kind", "folder", "--at", tmp_path, "--map", "nomis", "--secret-file", tmp_path / "secret")
    assert run("source", "add", folder, "gym", *given).exit_code == 0
    assert run("source", "resume", folder, "gym").exit_code == 2
    with Node.open(folder) as node:
        secret = source_secret(node.folder, "gym")
        assert secret is not None, "what has not ended keeps it"
        EndingDesk(sources=node.sources).end("gym")
        # As if it had broken off right after it was committed.
        keep_source_secret(node.folder, "gym", secret)
        EndingDesk(sources=node.sources).resume("gym")
        assert source_secret(node.folder, "gym") is None


def test_a_source_from_which_something_is_taken_is_not_ended_meanwhile_nor_removed(place: tuple[Path, Path]):
    folder, _ = place
    with Node.open(folder) as node:
        desk, found = EndingDesk(sources=node.sources), list[str]()

        def progress(_step: object) -> None:
            if not found:
                for step in (desk.end, desk.remove):
                    with pytest.raises(Exception, match="just now") as told:
                        step("nomis")
                    found.append(str(told.value))

        assert not node.sources.ingest("nomis", progress=progress).is_refused
        assert len(found) == 2


def test_what_waited_for_its_turn_while_the_source_was_removed_takes_nothing(place: tuple[Path, Path]):
    folder, delivery = place
    with Node.open(folder) as node:
        node.sources.add("late", kind="files", at=str(delivery), mapping="nomis")
        found = node.sources.find("late")
        EndingDesk(sources=node.sources).remove("late")
        with pytest.raises(SourceEndedError):
            node.sources.intake().ingest(found)
        # Nor does another source under the same name have it taken for its own.
        node.sources.add("late", kind="files", at=str(delivery), mapping="custody_roll")
        with pytest.raises(SourceEndedError):
            node.sources.intake().ingest(found)


def test_a_source_that_pushes_opens_nothing_any_more_and_what_was_on_its_way_is_told(place: tuple[Path, Path]):
    folder, _ = place
    with Node.open(folder) as node:
        node.sources.add("events", kind="push", at="", mapping="hmpps_event")
        secret = node.pushes.new_secret("events")
        known = node.pushes.admits("events", secret)
        assert known is not None
        body = event(CREATED, now(), number="A1234AA", alertUuid="x", alertCode="XA")
        assert sent(node, known, body).status == 200
        EndingDesk(sources=node.sources).end("events")
        assert node.pushes.admits("events", secret) is None
        told = sent(node, known, body)
        assert (told.status, told.document) == (410, {"error": "ended"})
        with pytest.raises(UsageError, match="resume"):
            node.pushes.new_secret("events")
        EndingDesk(sources=node.sources).resume("events")
        assert node.pushes.admits("events", secret) is None
        node.pushes.close()
    # What `source resume` tells of it.
    words = ("mapping", "rerun", folder, "events")
    assert run(*words).exit_code == 2
    assert run(*words, "--also-before-it-ended", "--apply").exit_code == 0
    assert asked(folder, "select count(*) from record.alert where source_system = 'events'") == [(1,)]


def sent(node: Node, source: object, body: bytes) -> Told:
    given = {"media_type": "application/json", "headers": {}}
    return node.pushes.receive(source, body, **given).result(timeout=30)  # type: ignore[arg-type]


def test_a_source_that_has_ended_is_not_fetched_from_nor_called_late_and_its_page_says_so(
    place: tuple[Path, Path], tmp_path: Path
):
    folder, _ = place
    (tmp_path / "laid").mkdir()
    with Node.open(folder) as node:
        node.sources.add("laid", kind="folder", at=str(tmp_path / "laid"), mapping="nomis")
        assert [one.name for one in node.fetching.due()] == ["laid"]
        EndingDesk(sources=node.sources).end("laid")
        EndingDesk(sources=node.sources).end("nomis")
        assert node.fetching.due() == ()
        desk = engineer_desk_of(node, ENGINEER, what="source")
        assert isinstance(desk, EngineerDesk)
        feeds = {one.name: one for one in desk.feeds()}
        assert (feeds["nomis"].state, feeds["nomis"].may_be_fetched) == ("ended", False)
        assert every_in_words(feeds["nomis"], node.words) == node.words.phrase("feeds.every.ended")
    told = json.loads(run("quality", folder, "--json").stdout)["checks"]
    assert [one["bad"] for one in told if one["check"] == "source_is_stale" and one["bad"]] == []


def test_the_briefing_says_that_a_source_has_ended_and_one_of_before_does_not(place: tuple[Path, Path]):
    folder, _ = place
    assert run("user", "add", folder, "off", "--role", "wing_officer", "--unit", "LEI-A").exit_code == 0
    given = ("--kind", "push", "--map", "hmpps_event", "--every", "1h")
    assert run("source", "add", folder, "events", *given).exit_code == 0

    def told(at: datetime) -> tuple[dict[str, object], str]:
        asked = ("--post", "LEI-A", "--at", at.isoformat(), "--as", "off", "--purpose", "custody.care")
        made = run("brief", folder, *asked, "--format", "json")
        assert made.exit_code == 0, made.output
        page = run("brief", folder, *asked, "--format", "html").stdout
        return next(one for one in json.loads(made.stdout)["freshness"] if one["source"] == "EVENTS"), page

    before, page = told(earlier := now())
    assert (before["ended_at"], "has ended" in page, "Late or silent: EVENTS" in page) == (None, False, True)
    assert run("source", "end", folder, "events", "--yes").exit_code == 0
    after, page = told(now())
    assert (bool(after["ended_at"]), after["state"], after["age_seconds"]) == (True, "silent", None)
    assert "EVENTS has ended" in page
    assert "Late or silent" not in page
    assert "ended</b>" in page
    again, page = told(earlier)
    assert (again["ended_at"], "has ended" in page) == (None, False), "nobody knew it then"
    assert run("source", "resume", folder, "events").exit_code == 0
    resumed, page = told(now())
    assert (resumed["ended_at"], "has ended" in page) == (None, False)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251
