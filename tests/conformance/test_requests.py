"""What is asked for is given once, for a time, of one person, by somebody who may; and nothing is told on the way."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from request_charter import BOTH, CARE, FAR_NURSE, NAME, OTHER, ROWS, SECOND_NURSE, SECTION, TEXT
from request_world import World, code, world_of

from gate_world import BOARD, GOVERNOR, NURSE, OFFICER, charter, ids, look, write
from watchroom.audit.entries import AuditUnavailableError
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.request_records import AskReason, Request, RequestState
from watchroom.gate.request_rows import requests_at
from watchroom.gate.requests import LEAST_GIVEN, MOST_WAITING
from watchroom.gate.restrictions import Relation, RestrictionKind
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal


@pytest.fixture
def world(database: Database) -> World:
    return world_of(database)


def test_another_reason_is_said_in_words_or_nothing_is_asked(world: World) -> None:
    refused = world.ask(reason=AskReason.OTHER, words=" ")
    assert isinstance(refused, Refused)
    assert refused.code == "asked_without_words"
    assert isinstance(world.ask(reason=AskReason.OTHER, words="the dentist asks"), Request)


def test_what_is_given_is_shown_of_that_person_to_that_asker_for_that_purpose_and_nothing_else(world: World) -> None:
    assert world.told() == set()
    given = world.given()
    assert world.state(given) is RequestState.GIVEN
    assert world.told() == {"told 1"}
    assert world.told(OTHER) == set()
    assert world.told(purpose="custody.safety") == set()
    (row,) = look(world.gate, OFFICER, "select problem_code, withheld from care_need where description is not null")
    assert row["problem_code"] is None
    assert "problem_code" in str(row["withheld"])


def test_nothing_is_shown_while_it_waits_or_when_it_is_refused(world: World) -> None:
    request = world.asked()
    assert (world.told(), world.state(request)) == (set(), RequestState.WAITING)
    refused = world.decide(request, hours=None, words="ask the ward")
    assert isinstance(refused, Request)
    assert (world.told(), world.state(request), refused.answer) == (set(), RequestState.REFUSED, "ask the ward")


def test_it_ends_by_itself(world: World) -> None:
    given = world.given(hours=2)
    world.clock.move(timedelta(hours=2) - timedelta(seconds=1))
    assert world.told() == {"told 1"}
    world.clock.move(timedelta(seconds=1))
    assert (world.told(), world.state(given)) == (set(), RequestState.ENDED)


def test_it_ends_when_the_person_leaves_the_unit(world: World) -> None:
    world.given()
    moved = [*ROWS["care_need"][1:5], {**ROWS["care_need"][0], "unit_code": "LEI-B"}]
    write(world.database, {"care_need": moved}, hour=2)
    assert world.told() == set()


@pytest.mark.parametrize("who", [OFFICER, NURSE, SECOND_NURSE], ids=lambda who: who.name)
def test_the_asker_and_whoever_decides_on_it_may_end_it_early(world: World, who: Asker) -> None:
    given = world.given()
    ended = world.requests.end(who, given.id, purpose=CARE)
    assert isinstance(ended, Request)
    assert (world.told(), world.state(given), ended.closed_by) == (set(), RequestState.ENDED, who.name)
    assert code(world.requests.end(who, given.id, purpose=CARE)) == "not_open"


@pytest.mark.parametrize("who", [OTHER, GOVERNOR, FAR_NURSE], ids=lambda who: who.name)
def test_nobody_else_may_read_decide_withdraw_or_end_it(world: World, who: Asker) -> None:
    request = world.asked()
    who = replace(who, roles=("duty_governor",)) if who is OTHER else who
    assert request not in world.requests.mine(who, most=50)
    assert request not in world.requests.for_decider(who)
    assert code(world.decide(request, who)) == "no_such_request"
    assert code(world.requests.withdraw(who, request.id, purpose=CARE)) == "no_such_request"
    world.decide(request)
    assert code(world.requests.end(who, request.id, purpose=CARE)) == "no_such_request"
    assert world.told() == {"told 1"}


def test_nobody_decides_on_their_own_request_whatever_their_roles(world: World) -> None:
    request = world.asked(BOTH)
    assert code(world.decide(request, BOTH)) == "no_such_request"
    assert world.requests.for_decider(BOTH) == ()
    assert world.requests.count_waiting(BOTH) == 0
    assert isinstance(world.decide(request, NURSE), Request)
    assert world.state(request, BOTH) is RequestState.GIVEN


def test_it_is_decided_once(world: World) -> None:
    request = world.asked()
    assert isinstance(world.decide(request), Request)
    assert code(world.decide(request, SECOND_NURSE, hours=None, words="no")) == "decided_already"
    assert world.state(request) is RequestState.GIVEN
    assert code(world.requests.withdraw(OFFICER, request.id, purpose=CARE)) == "decided_already"


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    request, start = world.asked(), Barrier(2)

    def decide(by: Asker) -> Request | Refused:
        start.wait()
        return world.decide(request, by) if by is NURSE else world.decide(request, by, hours=None, words="no")

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(decide, (NURSE, SECOND_NURSE)))
    (won,) = (one for one in found if isinstance(one, Request))
    (lost,) = (one for one in found if isinstance(one, Refused))
    assert lost.code == "decided_already"
    assert world.state(request) is (RequestState.GIVEN if won.decided_by == NURSE.name else RequestState.REFUSED)
    assert world.acts().count("answer") == 1


def test_what_nobody_answers_in_time_comes_to_nothing(world: World) -> None:
    request = world.asked()
    world.clock.move(timedelta(hours=4))
    assert world.state(request) is RequestState.UNANSWERED
    assert code(world.decide(request)) == "answered_late"
    assert world.requests.for_decider(NURSE) == ()
    assert isinstance(world.ask(), Request), "it can be asked again"


def test_what_is_withdrawn_is_decided_by_nobody(world: World) -> None:
    request = world.asked()
    assert isinstance(world.requests.withdraw(OFFICER, request.id, purpose=CARE), Request)
    assert world.state(request) is RequestState.WITHDRAWN
    assert code(world.decide(request)) == "decided_already"
    assert world.told() == set()


@pytest.mark.parametrize("hours", [25, 0, -1, 0.01])
def test_nothing_is_given_for_longer_than_agreed_or_for_no_time(world: World, hours: float) -> None:
    request = world.asked()
    assert code(world.decide(request, hours=hours)) == "given_too_long"
    assert (world.told(), world.state(request)) == (set(), RequestState.WAITING)


@pytest.mark.parametrize("lasts", [LEAST_GIVEN, timedelta(days=1)], ids=["shortest", "longest"])
def test_the_shortest_time_and_the_longest_that_is_agreed_can_be_given(world: World, lasts: timedelta) -> None:
    world.given(hours=lasts / timedelta(hours=1))
    assert world.told() == {"told 1"}
    world.clock.move(lasts)
    assert world.told() == set()


def test_a_refusal_without_words_is_none(world: World) -> None:
    request = world.asked()
    assert code(world.decide(request, hours=None, words="  ")) == "refused_without_words"
    assert world.state(request) is RequestState.WAITING


# --- what an ask tells ----------------------------------------------------------------------------------------------


def hidden_ways(world: World) -> dict[str, UUID]:
    """People whom the officer may not ask about, each for another reason."""
    world.restrictions.restrict(world.person("A2"), kind=RestrictionKind.PROTECTED, by=By(actor="i.gov"))
    return {
        "protected": world.person("A2"),
        "restricted": world.person("A4"),
        "on another unit": world.person("A3"),
        "elsewhere": world.person("A5"),
        "absent": uuid4(),
    }


def test_to_ask_about_somebody_hidden_and_about_nobody_gives_the_same_answer_and_the_same_entry(world: World) -> None:
    answers: set[object] = set()
    for who in hidden_ways(world).values():
        before = len(world.audit.entries)
        found = world.ask(person_id=who, words="why I ask")
        assert isinstance(found, Refused)
        (entry,) = world.audit.entries[before:]
        assert entry.subjects == (who,)
        detail = {name: value for name, value in entry.detail.items() if name != "request"}
        kept = replace(entry, subjects=(), detail=detail)
        answers.add(repr((found, kept)))
    assert len(answers) == 1
    assert world.requests.mine(OFFICER, most=50) == ()


def test_kin_cannot_be_asked_about(world: World) -> None:
    world.restrictions.link(OFFICER.name, world.person("A1"), relation=Relation.KIN, by=By(actor="i.gov"))
    assert code(world.ask()) == "not_askable"


def test_somebody_of_whom_nothing_else_is_shown_cannot_be_asked_about(world: World) -> None:
    wider = SECTION.replace("subject: on_my_unit", "subject: at_my_site")
    wide = World(world.database, charter(TEXT.replace(SECTION, wider)))
    assert code(wide.ask(number="A3")) == "not_askable"
    assert isinstance(wide.ask(number="A1"), Request)


def test_whoever_is_shown_somebody_may_ask_only_about_those_of_whom_it_is_agreed(world: World) -> None:
    assert world.person("A3") in ids(look(world.gate, BOTH, "select id from person", purpose=CARE), "id")
    assert code(world.ask(BOTH, number="A3")) == "not_askable"
    assert isinstance(world.ask(BOTH, number="A1"), Request)


def test_whoever_is_shown_people_of_all_sites_decides_at_their_own_alone(world: World) -> None:
    clause = "sex_code, birth_date]\n    subject: at_my_site\n  - clause: nurse-name"
    assert clause in TEXT
    everywhere = World(
        world.database, charter(TEXT.replace(clause, clause.replace("subject: at_my_site", "where: site_code <> ''")))
    )
    request = everywhere.asked()
    seen = look(everywhere.gate, FAR_NURSE, "select id from person", purpose=CARE)
    assert request.person_id in ids(seen, "id")
    assert code(everywhere.decide(request, FAR_NURSE)) == "no_such_request"
    assert isinstance(everywhere.decide(request), Request)


def test_whoever_decides_is_told_of_nobody_whom_they_may_not_know_of(world: World) -> None:
    request = world.asked()
    assert world.requests.count_waiting(NURSE) == 1
    world.restrictions.link(NURSE.name, request.person_id, relation=Relation.KIN, by=By(actor="i.gov"))
    assert world.requests.count_waiting(NURSE) == 0
    assert code(world.decide(request)) == "no_such_request"
    assert world.requests.count_waiting(SECOND_NURSE) == 1
    world.restrictions.restrict(request.person_id, kind=RestrictionKind.PROTECTED, admits=["s.nurse"], by=By(actor="x"))
    assert world.requests.count_waiting(SECOND_NURSE) == 1
    assert isinstance(world.decide(request, SECOND_NURSE), Request)
    assert world.told() == set(), "who is hidden from the asker by now stays hidden"


def test_who_may_not_ask_for_it_cannot_ask_about_anybody(world: World) -> None:
    assert code(world.ask(NURSE)) == "not_askable"
    assert code(world.ask(purpose="custody.safety")) == "not_askable"
    assert code(world.ask(name="PRISON-CHARTER.1#request-none")) == "not_askable"


def test_the_same_is_not_asked_twice_and_an_inbox_is_not_flooded(world: World) -> None:
    world.asked()
    assert code(world.ask()) == "asked_already"
    world.requests.withdraw(OFFICER, world.requests.mine(OFFICER, most=50)[0].id, purpose=CARE)
    with world.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(
            "insert into gate.request (id, asked_by, organisation, digest, name, person_id, site_code, purpose, reason,"
            " words, asked_at, answer_by, machine_asked_at, machine_answer_by) select uuidv7(), asked_by,"
            " organisation, digest, name, gen_random_uuid(), site_code, purpose, reason, words, asked_at, answer_by,"
            " machine_asked_at, machine_answer_by from gate.request, generate_series(1, %s)",
            (MOST_WAITING,),
        )
    assert code(world.ask()) == "too_many_asked"


# --- what is recorded, and what happens when it cannot be -----------------------------------------------------------


def test_each_step_is_one_entry_and_what_somebody_typed_stands_in_no_header(world: World) -> None:
    typed = "Smith told me so"
    request = world.ask(words=typed)
    assert isinstance(request, Request)
    world.decide(request, words=typed)
    world.requests.end(OFFICER, request.id, purpose=CARE)
    second = world.asked()
    world.requests.withdraw(OFFICER, second.id, purpose=CARE)
    assert world.acts() == ["ask", "answer", "end", "ask", "withdraw"]
    assert all(typed not in header for header in world.audit.headers())
    assert [entry.detail["request"] for entry in world.audit.entries[:3]] == [str(request.id)] * 3
    assert {entry.entity for entry in world.audit.entries} == {"request"}


def test_a_read_under_it_names_it(world: World) -> None:
    world.given()
    world.told()
    assert NAME in world.audit.entries[-1].clauses


def test_nothing_is_asked_or_given_that_cannot_be_recorded_and_what_closes_bites_all_the_same(world: World) -> None:
    waiting, given = world.asked(number="A2"), world.given()
    world.audit.is_available = False
    with pytest.raises(AuditUnavailableError):
        world.ask(OTHER)
    with pytest.raises(AuditUnavailableError):
        world.decide(waiting)
    with pytest.raises(AuditUnavailableError):
        world.requests.end(OFFICER, given.id, purpose=CARE)
    world.audit.is_available = True
    assert world.requests.mine(OTHER, most=50) == ()
    assert world.state(waiting) is RequestState.WAITING
    assert (world.state(given), world.told()) == (RequestState.ENDED, set())
    world.audit.is_available = False
    with pytest.raises(AuditUnavailableError):
        world.requests.withdraw(OFFICER, waiting.id, purpose=CARE)
    assert world.state(waiting) is RequestState.WITHDRAWN


def test_what_is_agreed_in_another_form_by_now_is_not_given(world: World) -> None:
    request = world.asked()
    fields, others = "[person_id, description]\n    subject: on_my", "[person_id, problem_code]\n    subject: on_my"
    later = World(world.database, charter(TEXT.replace(fields, others)))
    assert code(later.decide(request)) == "no_longer_agreed"
    assert isinstance(world.decide(request), Request)
    assert look(later.gate, OFFICER, "select problem_code from care_need where problem_code is not null") == []


def test_no_audience_may_read_requests(world: World) -> None:
    world.asked()
    world.told()
    with world.database.connection(Principal.APP) as connection:
        role = connection.execute("select role_name from gate.audience limit 1").fetchone()
    assert role is not None
    with world.database.connection(Principal.READER) as connection:
        connection.execute(psycopg.sql.SQL("set local role {}").format(psycopg.sql.Identifier(role[0])))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select words from gate.request")


def test_what_no_table_can_hold_stops_neither_asking_nor_deciding(world: World) -> None:
    request = world.ask(words="wo\0rds")
    assert isinstance(request, Request)
    refused = world.decide(request, hours=None, words="no\0")
    assert isinstance(refused, Request)
    assert (refused.words, refused.answer) == ("wo\ufffdrds", "no\ufffd")


def test_what_nobody_answered_in_time_is_not_read_again_with_every_page(world: World) -> None:
    world.asked()
    assert len(world.requests.for_decider(NURSE)) == 1
    world.clock.move(timedelta(hours=4))
    with world.database.connection(Principal.APP) as connection:
        found = requests_at(connection, names=[NAME], sites=NURSE.all_sites, at=world.requests.now())
    assert found == ()


def test_what_is_over_by_the_clock_of_the_node_alone_waits_for_nobody(world: World) -> None:
    world.asked()
    ahead = replace(world.requests, clock=SteppedClock(world.clock.now() + timedelta(hours=4)))
    for requests, waiting in ((world.requests, 1), (ahead, 0)):
        assert len(requests.for_decider(NURSE)) == waiting
        assert len(requests.standing(OFFICER)) == waiting
        assert requests.count_waiting(NURSE) == waiting


def test_what_waits_is_counted_for_who_decides_on_it_and_is_nothing_for_others(world: World) -> None:
    world.asked()
    counted = {asker.name: world.requests.count_waiting(asker) for asker in (NURSE, FAR_NURSE, OFFICER, BOARD)}
    assert counted == {NURSE.name: 1, FAR_NURSE.name: 0, OFFICER.name: 0, BOARD.name: 0}
    assert world.requests.known().keys() >= {NAME}
