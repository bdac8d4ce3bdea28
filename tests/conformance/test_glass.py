"""Breaking the glass: who may, what has to be given, who is told, how it is reviewed; and while nothing is recorded."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from test_openings import GLASS_TEXT, NAME, NEEDS, ROWS, WITH_GLASS, ZONE, told

from broken_glass import every_glass
from gate_world import GOVERNANCE, GOVERNOR, NURSE, OFFICER, START, charter, look, write
from watchroom.audit.entries import Act, AuditUnavailableError
from watchroom.audit.memory import MemoryAuditLog
from watchroom.audit.read import MOST_OF_OPENING, Recorded
from watchroom.audit.spool import Spool
from watchroom.gate.accounts import Accounts
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate
from watchroom.gate.glass import MOST_WORDS, Glass, Said
from watchroom.gate.glass_kept import Broken, Listed, Outcome, Span
from watchroom.gate.glass_reading import glasses_for, record_of
from watchroom.gate.view import Refused
from watchroom.governance.glass.build import glasses_of
from watchroom.governance.glass.show import review_page
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.words import Words
from watchroom.policy.clauses import Agreement, Duty
from watchroom.store.database import Database, Principal

SECOND_GOVERNOR = replace(GOVERNOR, name="h.governor")
ELSEWHERE = replace(GOVERNOR, name="m.governor", sites=("MDI",))
OTHER_OFFICE = replace(GOVERNANCE, name="p.gov", organisation="police")
SAID = Said(reason="medical_emergency", words="found without breath in B2-14", incident="IR-2026/14")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A node with a glass to break."""

    database: Database
    clock: SteppedClock
    log: MemoryAuditLog
    spool: Spool
    gate: Gate
    glass: Glass

    def told(self, asker: Asker = GOVERNOR) -> set[object]:
        return told(self.gate, asker)


def world_of(database: Database, folder: Path, *agreements: Agreement) -> World:
    clock = SteppedClock(START + timedelta(days=1))
    log, spool = MemoryAuditLog(clock=clock), Spool(folder, clock=clock, machine_clock=clock)
    gate = Gate(database=database, audit=log, agreements=agreements, clock=clock, zone=ZONE, machine=clock, spool=spool)
    glass = Glass(gate=gate, database=database, audit=log, spool=spool, clock=clock, machine=clock)
    return World(database=database, clock=clock, log=log, spool=spool, gate=gate, glass=glass)


@pytest.fixture
def filled(database: Database) -> Database:
    write(database, ROWS)
    for asker in (OFFICER, NURSE, GOVERNOR, SECOND_GOVERNOR, ELSEWHERE, GOVERNANCE, OTHER_OFFICE):
        accounts = Accounts(
            database=database,
            audit=MemoryAuditLog(),
            organisation=asker.organisation,
            machine_clock=SteppedClock(START),
        )
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return database


@pytest.fixture
def world(filled: Database, tmp_path: Path) -> World:
    return world_of(filled, tmp_path, WITH_GLASS)


def test_who_may_break_it_is_shown_more_and_it_is_entered_with_who_was_told(world: World) -> None:
    assert world.told() == set()
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    assert world.told() == {"told 1", "told 2"}
    entry = next(one for one in world.log.entries if one.act is Act.GLASS_BREAK)
    assert (entry.actor, entry.clauses, entry.entity) == (GOVERNOR.name, (NAME,), "glass")
    assert entry.detail["words"] == SAID.words
    assert entry.detail["told"] == "i.gov"
    assert (broken.reason, broken.incident, broken.told) == (SAID.reason, SAID.incident, ("i.gov",))
    assert broken.review_by == world.clock.now() + timedelta(hours=72)


def test_the_words_are_kept_in_the_audit_body_and_nowhere_else(world: World) -> None:
    world.glass.break_(GOVERNOR, NAME, SAID)
    with world.database.connection(Principal.MIGRATOR) as connection:
        rows = connection.execute("select opening::text, glass::text from gate.opening, gate.glass").fetchall()
    assert "breath" not in str(rows)
    assert not any("breath" in header for header in world.log.headers())


def refusals(world: World) -> list[tuple[str, str]]:
    """Who was refused a glass, and why, in the order of the log."""
    kept = [one for one in world.log.entries if one.act is Act.REFUSE and one.entity == "glass"]
    return [(one.actor, one.detail["reason"]) for one in kept]


@pytest.mark.parametrize(
    "asker", [NURSE, GOVERNANCE, replace(GOVERNOR, organisation="police")], ids=lambda one: one.name
)
def test_nobody_else_may_break_it(world: World, asker: Asker) -> None:
    assert world.glass.offers(asker) == ()
    with pytest.raises(NotFoundError):
        world.glass.break_(asker, NAME, SAID)
    assert refusals(world) == [(asker.name, "not_your_glass")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "curiosity"},
        {"words": "  "},
        {"words": "x" * (MOST_WORDS + 1)},
        {"incident": ""},
        {"incident": "JOHN SMITH 1990"},
        {"incident": "John.Smith"},
    ],
)
def test_it_does_not_break_without_what_the_agreement_asks_for(world: World, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        world.glass.break_(GOVERNOR, NAME, replace(SAID, **wrong))  # type: ignore[arg-type]
    assert world.told() == set()
    assert every_glass(world.glass) == ()


def test_where_two_are_needed_one_is_not_enough(filled: Database, tmp_path: Path) -> None:
    text = GLASS_TEXT.replace("needs: [reason, incident]", "needs: [reason, second_person]")
    world = world_of(filled, tmp_path, charter(text))
    for second, entered in ((None, []), (GOVERNOR, [(GOVERNOR.name, "no_second_person")])):
        with pytest.raises(UsageError, match="second person"):
            world.glass.break_(GOVERNOR, NAME, replace(SAID, second=second))
        assert refusals(world) == entered
    assert world.glass.break_(GOVERNOR, NAME, replace(SAID, second=SECOND_GOVERNOR)).second == "h.governor"
    with pytest.raises(UsageError, match="somebody else"):
        world.glass.review(SECOND_GOVERNOR, every_glass(world.glass)[0].id, outcome=Outcome.JUSTIFIED, words="ok")
    assert refusals(world)[-1] == (SECOND_GOVERNOR.name, "own_glass")


def test_the_review_of_a_glass_that_there_is_not_is_refused_and_entered(world: World) -> None:
    assert Duty.REVIEW_GLASS in world.glass.gate.duties(GOVERNANCE)
    with pytest.raises(NotFoundError):
        world.glass.review(GOVERNANCE, uuid4(), outcome=Outcome.JUSTIFIED, words="all well")
    assert refusals(world) == [(GOVERNANCE.name, "not_your_glass")]


def test_a_second_break_while_one_is_open_is_refused_also_at_the_same_time(world: World) -> None:
    def attempt(_: int) -> Broken | UsageError:
        try:
            return world.glass.break_(GOVERNOR, NAME, SAID)
        except UsageError as refused:
            return refused

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(attempt, range(4)))
    assert sum(isinstance(one, Broken) for one in found) == 1
    assert len(every_glass(world.glass)) == 1
    assert sum(one.act is Act.GLASS_BREAK for one in world.log.entries) == 1
    world.clock.move(timedelta(hours=4))
    assert world.glass.break_(GOVERNOR, NAME, SAID)


def test_it_is_closed_by_who_broke_it_and_that_is_entered(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    with pytest.raises(NotFoundError):
        world.glass.close(SECOND_GOVERNOR, broken.id)
    with pytest.raises(NotFoundError):
        world.glass.close(SECOND_GOVERNOR, uuid4())
    tried = [one for one in world.log.entries if one.act is Act.REFUSE]
    assert refusals(world) == [(SECOND_GOVERNOR.name, "not_your_glass")] * 2
    assert tried[0] == tried[1], "another's and none are one entry"
    assert world.told() != set()
    world.glass.close(GOVERNOR, broken.id)
    assert world.told() == set()
    assert [one.act for one in world.log.entries if one.act is Act.GLASS_CLOSE] == [Act.GLASS_CLOSE]
    with pytest.raises(UsageError, match="already"):
        world.glass.close(GOVERNOR, broken.id)


def test_closing_bites_also_where_nothing_can_be_recorded(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    world.log.close()
    world.glass.close(GOVERNOR, broken.id)
    assert world.spool.waiting() == 1
    with pytest.raises(AuditUnavailableError):
        world.told()


def test_who_keeps_agreements_and_other_governors_here_are_told_and_nobody_elsewhere(
    filled: Database, tmp_path: Path
) -> None:
    text = GLASS_TEXT.replace("tell: [information-governance]", "tell: [information-governance, duty-governor]")
    world = world_of(filled, tmp_path, charter(text))
    assert world.glass.break_(GOVERNOR, NAME, SAID).told == ("h.governor", "i.gov")
    assert world.glass.break_(OFFICER, NAME, SAID).told == ("g.governor", "h.governor", "i.gov")


def test_it_is_reviewed_once_and_never_by_who_broke_it(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    world.glass.close(GOVERNOR, broken.id)
    with pytest.raises(UsageError, match="somebody else"):
        world.glass.review(GOVERNOR, broken.id, outcome=Outcome.JUSTIFIED, words="all well")
    with pytest.raises(UsageError, match="own words"):
        world.glass.review(GOVERNANCE, broken.id, outcome=Outcome.JUSTIFIED, words=" ")
    done = world.glass.review(GOVERNANCE, broken.id, outcome=Outcome.NOT_JUSTIFIED, words="no emergency that day")
    assert done.review is not None
    assert done.review.outcome is Outcome.NOT_JUSTIFIED
    with pytest.raises(UsageError, match="already"):
        world.glass.review(GOVERNANCE, broken.id, outcome=Outcome.JUSTIFIED, words="changed my mind")
    entry = world.log.entries[-1]
    assert (entry.act, entry.detail["outcome"]) == (Act.GLASS_REVIEW, "not_justified")


def test_a_review_waits_until_it_is_over_so_that_no_read_under_it_comes_after(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    with pytest.raises(UsageError, match="still open"):
        world.glass.review(GOVERNANCE, broken.id, outcome=Outcome.JUSTIFIED, words="all well")
    assert world.glass.one(broken.id).review is None
    world.clock.move(timedelta(hours=4))
    assert world.glass.review(GOVERNANCE, broken.id, outcome=Outcome.JUSTIFIED, words="all well").review is not None


def test_what_waits_is_counted_for_who_was_told_or_may_review_it_and_never_ones_own(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)

    def waits() -> list[int]:
        seats = ((GOVERNANCE, True), (GOVERNANCE, False), (GOVERNOR, True), (GOVERNOR, False), (OFFICER, True))
        return [world.glass.count_unreviewed(asker, is_owner=is_owner) for asker, is_owner in seats]

    assert waits() == [1, 1, 0, 0, 1]
    world.glass.close(GOVERNOR, broken.id)
    world.glass.review(GOVERNANCE, broken.id, outcome=Outcome.JUSTIFIED, words="all well")
    assert waits() == [0, 0, 0, 0, 0]


def test_who_may_not_review_is_refused_alike_be_there_such_a_glass_or_none(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    found = [record_of(world.glass, NURSE, one) for one in (broken.id, uuid4())]
    assert all(isinstance(one, Refused) for one in found)
    assert found[0] == found[1]
    entered = [one for one in world.log.entries if one.actor == NURSE.name]
    assert len(entered) == 2
    assert replace(entered[0], detail={}) == replace(entered[1], detail={})


def test_a_review_that_cannot_be_recorded_is_none(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    world.glass.close(GOVERNOR, broken.id)
    world.log.close()
    with pytest.raises(AuditUnavailableError):
        world.glass.review(GOVERNANCE, broken.id, outcome=Outcome.JUSTIFIED, words="all well")
    assert world.glass.one(broken.id).review is None


def test_a_review_is_late_after_its_time_and_the_rate_counts_by_person(world: World) -> None:
    world.glass.break_(GOVERNOR, NAME, SAID)
    world.clock.move(timedelta(hours=5))
    late = world.glass.break_(GOVERNOR, NAME, SAID)
    world.glass.break_(OFFICER, NAME, SAID)
    assert world.glass.rate().overdue == 0
    world.clock.move(timedelta(hours=72, seconds=1))
    assert world.glass.one(late.id).is_overdue(machine_now=world.clock.now())
    assert (world.glass.rate().broken, world.glass.rate().overdue) == (3, 3)
    assert world.glass.rate().by_account == (("g.governor", 2), ("o.officer", 1))
    world.glass.review(GOVERNANCE, late.id, outcome=Outcome.JUSTIFIED, words="all well")
    assert world.glass.rate().overdue == 2
    world.clock.move(timedelta(days=30))
    assert (world.glass.rate().broken, world.glass.rate().overdue) == (0, 2)


def test_a_review_page_that_shows_not_all_reads_says_so(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    at, words = world.clock.now(), Words()
    read = Recorded(
        index=1, at=at, machine_at=at, act="list", actor=GOVERNOR.name, header={"entity": "alert"}, body=None
    )
    glasses = glasses_of(world.glass, GOVERNANCE, Listed(broken=(broken,)))
    assert review_page(glasses, [read] * (MOST_OF_OPENING - 1), words).more == ""
    assert str(MOST_OF_OPENING) in review_page(glasses, [read] * MOST_OF_OPENING, words).more.replace(",", "")


# --- while the log cannot be written ---------------------------------------------------------------------------------


def test_while_the_log_cannot_be_written_the_break_and_reads_under_it_are_kept_in_the_spool_and_nothing_else_is_given(
    world: World,
) -> None:
    world.log.close()
    with pytest.raises(AuditUnavailableError):
        world.told()
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    assert broken.recorded_in is None
    assert world.told() == {"told 1", "told 2"}
    assert world.spool.waiting() == 2
    for asker, purpose in ((OFFICER, "custody.care"), (SECOND_GOVERNOR, "custody.care"), (GOVERNOR, "custody.safety")):
        with pytest.raises(AuditUnavailableError):
            look(world.gate, asker, NEEDS, purpose=purpose)
    world.clock.move(timedelta(hours=4))
    with pytest.raises(AuditUnavailableError):
        world.told()


def test_a_break_that_neither_can_keep_opens_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise AuditUnavailableError("the disk is full")

    world.log.close()
    monkeypatch.setattr(Spool, "append", full)
    with pytest.raises(AuditUnavailableError):
        world.glass.break_(GOVERNOR, NAME, SAID)
    assert every_glass(world.glass) == ()


def test_a_break_that_is_cut_off_before_its_commit_opens_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("watchroom.gate.glass.enter_opening", killed)
    with pytest.raises(KeyboardInterrupt):
        world.glass.break_(GOVERNOR, NAME, SAID)
    assert every_glass(world.glass) == ()
    assert world.told() == set()
    assert [one.act for one in world.log.entries][:1] == [Act.GLASS_BREAK], "it is in the log, and nothing is open"


def test_broken_glasses_are_listed_a_page_at_a_time_what_is_late_first_and_each_once(world: World) -> None:
    reviewed, late, waiting = [], [], []
    for kept, hours in ((reviewed, 5), (late, 80), (waiting, 5)):
        for _ in range(3):
            kept.insert(0, world.glass.break_(GOVERNOR, NAME, SAID).id)
            world.clock.move(timedelta(hours=hours))
    for one in reviewed:
        world.glass.review(GOVERNANCE, one, outcome=Outcome.JUSTIFIED, words="all well")

    pages, after = [], None
    while not pages or after is not None:
        found = glasses_for(world.glass, GOVERNANCE, span=Span(most=4, after=after))
        assert isinstance(found, Listed)
        pages.append([one.id for one in found.broken])
        after = found.more
    assert [len(page) for page in pages] == [4, 4, 1]
    assert [one for page in pages for one in page] == [*late, *waiting, *reviewed]


def test_a_list_goes_on_from_ones_own_glasses_alone_and_nobody_is_refused_at_its_end(world: World) -> None:
    others = world.glass.break_(OFFICER, NAME, SAID)
    own = world.glass.break_(GOVERNOR, NAME, SAID)
    for after in (others.id, uuid4()):
        found = glasses_for(world.glass, OTHER_OFFICE, span=Span(most=4, after=after))
        assert isinstance(found, Refused)
    told = glasses_for(world.glass, SECOND_GOVERNOR, span=Span(most=4, after=uuid4()))
    assert isinstance(told, Listed)
    assert told.broken == ()
    first = glasses_for(world.glass, GOVERNOR, span=Span(most=1))
    assert isinstance(first, Listed)
    assert [one.id for one in first.broken] == [own.id]
    assert world.glass.listed(OFFICER, span=Span(most=4, after=own.id)).broken == ()
