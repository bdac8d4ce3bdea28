"""A source ends, and is taken up again: that is one line of a handover, and no news of anybody."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from handover_world import OFFICER, World, changes, example_night, people

from watchroom.demo.night import MORNING, ZONE, write_exports
from watchroom.gate.door import Seen
from watchroom.handover.document import as_json
from watchroom.handover.posts.build import build_posts
from watchroom.handover.posts.show import PostsPage, posts_page
from watchroom.handover.show import BriefingPage
from watchroom.ingest.ending import SourceEnding
from watchroom.ingest.registry import Source, add_source, list_sources
from watchroom.ingest.run import Intake
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.store.database import Principal

WING = "LEI-A"
BEFORE, ENDED, RESUMED, GIVEN = (MORNING + timedelta(minutes=minutes) for minutes in (5, 10, 30, 40))
# A second time: it had ended when the night shift began, and gives again what it gave before.
EVENING_END, NIGHT_GIVEN, NEXT_MORNING = (MORNING + timedelta(hours=hours) for hours in (11, 15, 23))
# Of the first person of the wing: an alert that is new when the source gives again, and one that it gives no more.
NEW_ALERT = "2026-07-24 08:20:00,-1,-1,5,H,HA,ACTIVE,N,,Fictional,LEI,INST,,,,\n"
GONE_ALERT = "2020-06-01 01:02:03.4,-1,-1,2,H,HC,ACTIVE"
SOON = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The page of the wing before, while the source had ended, while nothing came yet, and once it gave again."""

    world: World
    before: BriefingPage
    ended: BriefingPage
    resumed: BriefingPage
    again: BriefingPage
    night: BriefingPage
    posts: PostsPage


@pytest.fixture(scope="module")
def story(server, tmp_path_factory: pytest.TempPathFactory) -> Generator[Story]:
    folder = tmp_path_factory.mktemp("ended")
    with example_night(server, folder, with_patch=True) as world:
        feed = Source(name="fires", kind="files", location="", mapping="geojson_incidents", agency_code="HMPPS")
        with world.database.connection(Principal.LOADER) as connection:
            add_source(connection, feed, at=MORNING)
        before = world.page(WING, at=BEFORE)
        end_of(world, at=ENDED)
        ended = world.page(WING, at=ENDED + SOON)
        posts = posts_of(world)
        world.clock.at = RESUMED
        ending_of(world).resume("nomis", witness=lambda: None)
        resumed = world.page(WING, at=RESUMED + SOON)
        export = changed_export(folder)
        deliver(world, export, at=GIVEN)
        again = world.page(WING, at=GIVEN + SOON)
        end_of(world, at=EVENING_END)
        ending_of(world).resume("nomis", witness=lambda: None)
        deliver(world, export, at=NIGHT_GIVEN)
        night = world.page(WING, at=NEXT_MORNING)
        yield Story(world=world, before=before, ended=ended, resumed=resumed, again=again, night=night, posts=posts)


def posts_of(world: World) -> PostsPage:
    seen = build_posts(world.gate, OFFICER, purpose="custody.care", at=world.clock.now())
    assert isinstance(seen, Seen)
    return posts_page(seen.value, Words(zone=ZONE))


def ending_of(world: World) -> SourceEnding:
    return SourceEnding(
        database=world.database, model=catalogue(), clock=world.clock, machine=world.clock, by="operator"
    )


def end_of(world: World, *, at: datetime) -> None:
    world.clock.at = at
    ending_of(world).end("nomis", witness=lambda _: None)


def changed_export(folder: Path) -> Path:
    """The morning's export once more, with one alert more and one less."""
    made = folder / "again"
    shutil.copytree(write_exports(folder / "anew")[1], made)
    alerts = made / "OFFENDER_ALERTS.csv"
    lines = alerts.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(GONE_ALERT)]
    assert len(kept) == len(lines) - 1
    alerts.write_text("".join([*kept, NEW_ALERT]), encoding="utf-8")
    return made


def deliver(world: World, export: Path, *, at: datetime) -> None:
    world.clock.at = at
    with world.database.connection(Principal.LOADER) as connection:
        (source,) = (one for one in list_sources(connection) if one.name == "nomis")
    report = Intake(database=world.database, clock=world.clock).ingest(source, [export], as_at=at)
    assert not report.is_refused, report


def told(page: BriefingPage) -> list[tuple[str, str]]:
    return sorted((line.name, line.text) for line in changes(page))


def test_the_end_of_a_source_is_one_line_of_news_and_nobody_s(story: Story) -> None:
    assert len(changes(story.before)) > 10
    for page in (story.ended, story.resumed):
        (line,) = [line for line in changes(page) if "NOMIS" in line.text]
        assert line.text == "NOMIS has ended: nothing that it gave is shown any more. This is no news of anybody."
        assert (line.name, line.person_id, line.source) == ("", None, "NOMIS")
        assert [one for one in changes(page) if "removed" in one.text or "no longer" in one.text.lower()] == []
        assert page.cleared == ()
    assert "NOMIS has ended" in (story.ended.staleness or "")
    assert "NOMIS is taken up again and has given nothing yet" in (story.resumed.staleness or "")


def test_what_comes_back_as_it_was_is_no_news_and_what_changed_meanwhile_is(story: Story) -> None:
    given = ("", "NOMIS had ended and gives again: what is as it was before is not told as news.")
    fresh = [one for one in told(story.again) if one not in told(story.before)]
    gone = [one for one in told(story.before) if one not in told(story.again)]
    assert (gone, given in fresh, len(fresh)) == ([], True, 3), fresh
    (added,) = [text for name, text in fresh if "ACCT Open" in text]
    (removed,) = [text for _, text in fresh if text.startswith("Alert removed")]
    assert added.startswith("Alert: ")
    assert removed
    assert [row.text for row in story.again.cleared] == [row.text for row in story.before.cleared]
    turns = {row.prison_number: row.change.kind for row in people(story.before)}
    now = {row.prison_number: row.change.kind for row in people(story.again)}
    differing = {number for number in turns | now if turns.get(number) != now.get(number)}
    assert len(differing) == 1, "only whose alert is new"


def test_a_shift_that_began_while_nothing_stood_finds_nobody_new_on_the_wing(story: Story) -> None:
    assert "since 23 Jul" not in story.night.subtitle
    assert told(story.night) == [("", "NOMIS had ended and gives again: what is as it was before is not told as news.")]
    assert story.night.cleared == ()
    assert len(people(story.night)) > 5
    assert {row.change.word for row in people(story.night)} == {"Nothing to compare with"}
    assert all(" new" not in tile.note for tile in story.night.tiles[:2])


def test_a_handover_of_before_the_end_is_as_it_was(story: Story) -> None:
    assert story.world.page(WING, at=BEFORE).hash == story.before.hash


def test_what_a_source_that_ended_gave_is_not_known_and_no_number_says_zero(story: Story) -> None:
    for page in (story.ended, story.resumed):
        tiles = {tile.key: tile for tile in page.tiles}
        for key in ("act_now", "this_shift", "roll", "incidents", "tasks"):
            assert (tiles[key].value, tiles[key].of) == ("–", None), key
            assert tiles[key].note == "not known: NOMIS ended and gives nothing now", key
        for key in ("attention", "movements", "incidents", "tasks"):
            assert page.sections[key].count == "–", key
        for key in ("movements", "incidents", "tasks", "roll", "everyone"):
            assert page.sections[key].none_listed == "Not known: NOMIS ended and gives nothing now.", key
        assert {group.none_listed for group in page.attention} == {"Not known: NOMIS ended and gives nothing now."}
        assert {group.count for group in page.attention} == {"–"}
        assert page.sections["attention"].notes == (), "its groups say it"
        assert page.sources[0].quality.text == "Nothing of it stands, so there is nothing to check."
        assert page.roll.sentence == "Roll not known"
        assert (page.roll.lines, page.roll.unlisted) == ((), "")


def test_the_document_of_an_ended_source_has_no_zero_either(story: Story) -> None:
    found = as_json(story.ended)
    roll, completeness = found["roll"], found["completeness"]
    assert isinstance(roll, dict)
    assert isinstance(completeness, dict)
    assert roll["is_known"] is False
    assert [roll[key] for key in ("on_roll", "in", "out", "no_cell_recorded")] == [None] * 4
    assert {"people", "roll", "movements", "incidents", "alerts"} <= set(completeness["missing"])
    assert completeness["notes"]["people"] == "NOMIS ended and gives nothing now"
    assert as_json(story.before)["roll"]["is_known"] is True  # type: ignore[index]


def test_the_banner_and_the_list_of_sources_name_those_of_which_a_handover_tells_and_no_others(story: Story) -> None:
    for page in (story.before, story.ended, story.again):
        assert "FIRES" not in (page.staleness or ""), "no page of a wing tells of a feed of incidents"
        assert [line.source for line in page.sources] == ["NOMIS"]


def test_what_a_silent_source_gave_is_marked_wherever_it_stands_and_where_there_is_none_that_is_not_known(
    story: Story,
) -> None:
    page = story.world.page(WING, at=MORNING + timedelta(hours=5))
    assert "Late or silent: NOMIS" in (page.staleness or "")
    tiles = {tile.key: tile for tile in page.tiles}
    for key in ("act_now", "this_shift", "roll", "incidents", "tasks"):
        assert tiles[key].note.endswith("NOMIS is silent"), key
        assert tiles[key].value != "0", key
    assert int(tiles["roll"].value) > 0, "what it gave still stands"
    for key in ("attention", "movements", "incidents", "tasks", "roll"):
        section = page.sections[key]
        assert section.count != "0", key
        assert "NOMIS is silent" in " ".join((*section.notes, section.none_listed)), key
    assert {text for _, _, text in page.roll.key} & {"No listed item, by a source that is silent (NOMIS)"}
    document = as_json(page)
    assert document["roll"]["ground"] == "NOMIS is silent"  # type: ignore[index]
    assert {"people", "roll", "movements"} <= set(document["completeness"]["missing"])  # type: ignore[index]


def test_an_officer_whose_wings_nobody_tells_of_is_told_that_and_not_sent_to_a_command(story: Story) -> None:
    assert (story.posts.posts, story.posts.duties) == ((), ())
    assert story.posts.none_listed.startswith("Not known: NOMIS ended")
