"""What the pages for whoever looks after the data decide: which source, which check and which word comes first."""

from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.governance.checks.rules import HEIGHT, SEVERITIES, WIDTH, Choice, chosen, points, unmet
from watchroom.governance.dictionary.rules import finds
from watchroom.governance.dictionary_entry.show import CODES_A_PAGE, code_list_page, entity_page
from watchroom.governance.feeds.rules import Feed, KeptUp, Load, has_to_be_looked_at, worst_first
from watchroom.governance.feeds.show import feeds_page, figures_of, load_in_words
from watchroom.ingest.history import BatchKept
from watchroom.ingest.progress import Step
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import catalogue
from watchroom.model.code_lists import code_list, code_list_names
from watchroom.model.jurisdiction import pack
from watchroom.model.words import Words
from watchroom.node.beside import Beside, Working
from watchroom.quality.catalogue import checks
from watchroom.quality.results import Result, Status
from watchroom.quality.runs import Found, Seen
from watchroom.quality.told import RunKept

NOW = datetime(2026, 7, 24, 7, 0, tzinfo=UTC)
ENGLISH = Words(language="en", jurisdiction=pack("england_and_wales"), zone=pack("england_and_wales").zone)
RESULTS = st.builds(
    Result,
    check=st.sampled_from(list(checks().values())),
    entity=st.sampled_from(["alert", "person"]),
    bad=st.integers(0, 9),
    of=st.integers(0, 9),
    is_error=st.booleans(),
)


def feed(name: str, state: str = "fresh", *, last: str = "sealed", wrong: str = "") -> Feed:
    batch = BatchKept(
        source=name,
        id=UUID(int=1),
        status=last,
        seq=None,
        as_at=NOW,
        dated_by="told",
        started_at=NOW,
        finished_at=NOW,
        read=5,
        new=1,
        changed=0,
        ended=0,
        quarantined=2,
    )
    return Feed(
        name=name,
        kind="files",
        location="/a",
        mapping="nomis",
        every_seconds=None,
        poll_seconds=None,
        state=state,
        heard_at=None,
        as_of=None,
        next_at=None,
        wrong=wrong,
        last=batch,
    )


def seen(bad: int, of: int, status: Status = Status.FAILED) -> Seen:
    return Seen(ran_at=NOW, bad=bad, of=of, status=status)


@given(st.lists(RESULTS))
def test_no_result_that_is_not_met_is_left_out_and_no_other_is_listed(results: list[Result]) -> None:
    listed = unmet(results)
    assert len(listed) == sum(not one.is_met for one in results)
    assert not any(one.is_met for one in listed)
    failed = [SEVERITIES.index(one.check.severity) for one in listed if one.status is Status.FAILED]
    assert failed == sorted(failed)
    assert [one.is_error for one in listed] == sorted((one.is_error for one in listed), reverse=True)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: seen(*pair)), max_size=12))
def test_a_trend_never_leaves_its_box_and_has_a_point_for_each_run(runs: list[Seen]) -> None:
    drawn = [tuple(map(float, one.split(","))) for one in points(runs).split()]
    assert len(drawn) == (len(runs) if len(runs) > 1 else 0)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)


def test_a_greater_share_stands_higher_and_a_run_that_could_not_be_made_leaves_no_point() -> None:
    (_, low), (_, high) = (tuple(map(float, one.split(","))) for one in points([seen(1, 9), seen(8, 9)]).split())
    assert high < low, "an SVG counts from the top"
    assert points([seen(1, 9), seen(0, 0, Status.ERROR)]) == ""


def test_of_one_source_only_what_its_own_rows_fail_is_shown() -> None:
    check = checks()["required_blank"]
    whole, own = (Result(check=check, entity="alert", bad=bad, of=9) for bad in (5, 2))
    run = RunKept(
        ran_at=NOW, is_outdated=False, results=(whole,), findings=(Found(source="delius", result=own),), trend={}
    )
    assert chosen(run, Choice()) == (whole,)
    assert chosen(run, Choice(source="delius")) == (own,)
    assert chosen(run, Choice(source="nomis")) == ()
    assert chosen(run, Choice(entity="person")) == ()


def test_what_has_to_be_looked_at_stands_first_and_a_refused_delivery_is_never_well() -> None:
    feeds = [feed("a"), feed("b", last="refused"), feed("c", "late"), feed("d", "unreachable"), feed("e", wrong="x")]
    assert [one.name for one in worst_first(feeds)] == ["d", "c", "b", "e", "a"]
    assert [has_to_be_looked_at(one) for one in feeds] == [False, True, True, True, True]
    page = feeds_page(feeds, ENGLISH, upkeep=())
    assert page.finding == "4 of 5 sources have to be looked at."
    assert "refused" in next(line for line in page.lines if line.name == "b").notes[0]


def test_a_source_that_has_ended_is_told_last_and_nobody_has_to_look_at_it() -> None:
    ended = replace(feed("a", "ended", last="refused", wrong="x"), ended_at=NOW)
    feeds = [ended, feed("b")]
    assert [one.name for one in worst_first(feeds)] == ["b", "a"]
    (line,) = (one for one in feeds_page(feeds, ENGLISH, upkeep=()).lines if one.name == "a")
    assert (line.state, line.tone) == ("ended", "empty")
    assert len(line.notes) == 1
    assert "has ended" in line.notes[0]


def test_what_the_node_does_by_itself_is_told_with_when_it_was_last_done_and_why_it_was_not() -> None:
    steps = [
        KeptUp(name="audiences"),
        KeptUp(name="log", done_at=NOW),
        KeptUp(name="checks", done_at=NOW, fault="KeyError", failed_at=NOW),
    ]
    never, well, failed = feeds_page([], ENGLISH, upkeep=steps).upkeep
    assert (never.tone, never.note, "not since" in never.done) == ("unjudged", "", True)
    assert (well.tone, well.note) == ("fresh", "")
    assert (failed.tone, failed.done) == ("late", well.done)
    assert "KeyError" in failed.note


def test_of_a_refused_delivery_no_count_is_a_reassuring_zero() -> None:
    last = feed("b", last="refused").last
    assert last is not None
    assert (figures_of(last).new, figures_of(last).changed, figures_of(last).ended) == ("-", "-", "-")
    assert figures_of(last).quarantined == "2"


def test_every_entity_and_every_code_list_has_a_page() -> None:
    for name in catalogue().entities:
        page = entity_page(catalogue(), name, ENGLISH)
        assert [line.name for line in page.fields] == [field.name for field in catalogue().entities[name].fields]
    for name in code_list_names():
        page = code_list_page(catalogue(), name, ENGLISH, begin=0, today=NOW.date())
        assert len(page.lines) == min(len(code_list(name).codes), CODES_A_PAGE)
    for unknown in ("nobody", ""):
        with pytest.raises(NotFoundError):
            entity_page(catalogue(), unknown, ENGLISH)


def test_a_long_code_list_goes_on_until_every_code_was_shown() -> None:
    shown: list[str] = []
    begin: int | None = 0
    while begin is not None:
        page = code_list_page(catalogue(), "town", ENGLISH, begin=begin, today=NOW.date())
        shown += [line.code for line in page.lines]
        begin = page.more
    assert shown == list(code_list("town").codes)


def test_a_field_names_the_columns_of_each_mapping_that_gives_it() -> None:
    page = entity_page(catalogue(), "alert", ENGLISH)
    kind = next(line for line in page.fields if line.name == "kind_code")
    assert ("nomis", "OFFENDER_ALERTS.ALERT_CODE") in [(one.mapping, one.columns) for one in kind.origins]
    assert kind.path == "/dictionary/codes/alert_kind"


def test_a_search_finds_what_holds_every_word_and_nothing_is_found_of_no_word() -> None:
    found = list(finds(catalogue(), "Release_date"))
    assert any(one.field is not None and one.field.name == "conditional_release_on" for one in found)
    assert all(
        one.entity is None or one.field is None or "release" in (one.field.name + one.field.description).lower()
        for one in found
    )
    assert list(finds(catalogue(), "  ")) == []
    assert list(finds(catalogue(), "release nosuchword")) == []


def test_one_piece_of_work_of_a_name_runs_at_a_time_and_one_that_fails_says_so() -> None:
    beside, free, done = Beside(SteppedClock(NOW)), Event(), Event()

    def work() -> None:
        done.set()
        free.wait(10)
        raise LookupError("a value that must not be told")

    assert beside.start("a", work, by="engineer")
    assert done.wait(10)
    assert beside.all() == {"a": Working(began_at=NOW, by="engineer")}
    assert not beside.start("a", work, by="engineer")
    assert not beside.start("b", work, by="engineer", never_with="a")
    free.set()
    ended(beside, "a")
    over = beside.all()["a"]
    assert (over.fault, over.said, over.ended_at) == ("LookupError", "", NOW)
    assert beside.start("a", lambda: 7, by="another", never_with="b")
    ended(beside, "a")
    assert beside.all()["a"] == Working(began_at=NOW, by="another", ended_at=NOW, result=7)


def test_how_far_a_load_is_is_told_by_table_and_rows() -> None:
    told = [
        load_in_words(load, ENGLISH)
        for load in (
            Load(step=Step(what="read", done=2, of=0, name="OFFENDERS", rows=1)),
            Load(step=Step(what="write", done=3, of=22, name="custody_episode", rows=1200)),
            Load(step=Step(what="read", done=0, of=0)),
            Load(fault="LookupError", began_at=NOW),
            Load(fault="StoppedError", began_at=NOW),
            Load(step=Step(what="fetch", done=0, of=0, rows=2_500_000)),
            Load(step=Step(what="replay", done=3, of=82, name="ROLL_1.csv", rows=1)),
        )
    ]
    assert told[0] == "It is being taken: reading OFFENDERS, 1 row."
    assert told[1] == "It is being taken: written 3 of 22 kinds of record, now custody episode, 1200 rows."
    assert told[2] == "It is being taken: it has begun."
    assert "did not come to its end (LookupError)" in told[3]
    assert told[4].endswith("was stopped. Nothing of it is in the record.")
    assert told[5] == "It is being fetched: 2.5 MB so far."
    assert told[6] == "It is being mapped again: 3 of 82 rolls, now ROLL_1.csv, 1 row."


def ended(beside: Beside, name: str) -> None:
    """Until the work of that name is over."""
    pause = Event()
    for _ in range(500):
        if beside.all()[name].is_over:
            return
        pause.wait(0.01)
    raise AssertionError("it did not end")
