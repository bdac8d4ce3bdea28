"""The pages of case rooms: one room's life in the hands of two officers, and what a member sees meanwhile."""

import re
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from conference_node import PASSWORD, Conference, Officer, conference_at

from watchroom.gate.agreement_changes import By
from watchroom.gate.case_rooms import Member
from watchroom.gate.door import Refused
from watchroom.gate.errors import NoRoomError, RoomFaultError
from watchroom.gate.restrictions import RestrictionKind
from watchroom.node.room_desk import RoomDesk, room_desk_of
from watchroom.web import room_routes

CASES = (f"P-{number}" for number in count(1))


@pytest.fixture(scope="module")
def conference(tmp_path_factory: pytest.TempPathFactory) -> Generator[Conference]:
    with conference_at(tmp_path_factory.mktemp("rooms") / "n") as made:
        yield made


@pytest.fixture
def officers(conference: Conference) -> Generator[dict[str, Officer]]:
    seat = conference.seat
    with seat.client() as first, seat.client() as second, seat.client() as third:
        clients = {"records": first, "records.b": second, "governor": third}
        yield {name: Officer(client, seat.sign_in(client, name)) for name, client in clients.items()}


@pytest.fixture
def officer(officers: dict[str, Officer]) -> Officer:
    return officers["records"]


def desk_of(conference: Conference, name: str = "records") -> RoomDesk:
    desk = room_desk_of(conference.seat, conference.seat.accounts.asker(name))
    assert isinstance(desk, RoomDesk)
    return desk


def member(account: str = "member") -> dict[str, str]:
    return {"organisation": "HMPPS", "account": account}


def test_a_form_that_comes_back_without_a_password_is_no_try_at_ones_own_account(
    conference: Conference, officer: Officer
) -> None:
    """As a browser sends what was kept of it; so many tries would lock the account."""
    room = officer.opens("C-1", conference.soon())
    before = conference.seat.last_index()
    for _ in range(6):
        asked = officer.admits(room, password="", **member())
        assert asked.status_code == 400
        assert 'value="member"' in asked.text
    assert "sign_in_refused" not in [one.act for one in conference.seat.entries(before)]
    assert officer.admits(room, **member()).status_code == 303
    officer.post(f"{room}/close")


def test_a_room_lives_in_the_hands_of_two_officers_and_a_member_sees_its_case_only_meanwhile(
    conference: Conference, officers: dict[str, Officer]
) -> None:
    first, second = officers["records"], officers["records.b"]
    before = conference.seat.last_index()
    assert conference.shown() == []
    room = first.opens("C-1", conference.soon())
    assert "The room is open. Nobody is in it yet." in first.get(f"{room}?done=opened").text
    assert conference.shown() == [], "it is open, for nobody yet"

    mistyped = first.admits(room, **member("membre"))
    assert mistyped.status_code == 400
    assert 'id="account-error"' in mistyped.text
    assert 'value="membre"' in mistyped.text, "nobody loses what they typed"
    admitted = first.admits(room, **member())
    assert (admitted.status_code, admitted.headers["location"]) == (303, f"{room}?done=admitted")
    assert "is in the room" in first.get(admitted.headers["location"]).text
    assert conference.shown() == ["C-1-offer"], "its case, and no other"
    assert conference.shown("other") == []

    page = second.get(room).text
    for told in ("member", "by records", "the room closes", "EXAMPLE-DSA-033, version 7", "what EXAMPLE-DSA-033 gives"):
        assert told in page, told
    assert "action offered" in page, "what it opens is said in words"
    assert second.post(f"{room}/leave", **member()).headers["location"] == f"{room}?done=left"
    assert conference.shown() == []
    late = first.post(f"{room}/leave", **member())
    assert late.status_code == 400
    assert "not in the room any more" in late.text
    assert "taken out" in late.text

    assert first.admits(room, **member()).status_code == 303
    assert conference.shown() == ["C-1-offer"]
    assert second.post(f"{room}/close").headers["location"] == f"{room}?done=closed"
    assert conference.shown() == []
    for done, fields in (("admit", member() | {"password": PASSWORD}), ("leave", member()), ("close", {})):
        late = first.post(f"{room}/{done}", **fields)
        assert late.status_code == 400, done
        assert "The room is not open any more" in late.text, done
        assert "<form" not in late.text.partition("<main")[2], "nothing can be done in it"
    changes = [entry for entry in conference.seat.entries(before) if entry.act == "policy_change"]
    dids = [entry.body["detail"]["did"] for entry in changes if entry.body]
    assert dids == ["room_opened", "room_admitted", "room_left", "room_admitted", "room_closed"]


def test_a_room_closes_by_itself_by_the_clock_of_the_node(conference: Conference, officer: Officer) -> None:
    room = officer.opens("C-2", conference.soon(days=1))
    officer.admits(room, **member())
    assert conference.shown() == ["C-2-offer"]
    conference.clock.move(timedelta(days=1))
    assert conference.shown() == []
    page = officer.get(room).text
    assert "Over" in page
    assert "by itself" in page
    assert officer.admits(room, **member("other")).status_code == 400
    another = officer.opens("C-2", conference.soon())
    assert "by itself" in officer.get(room).text, "nobody has closed it, though another one was opened"
    assert officer.admits(room, **member("other")).status_code == 400, "a page of the old room changes no other"
    assert "Nobody is in it yet" in officer.get(another).text
    officer.post(f"{another}/close")


def test_a_page_is_one_entry_and_who_has_not_the_duty_is_refused_and_changes_nothing(
    conference: Conference, officers: dict[str, Officer]
) -> None:
    officer, governor, seat = officers["records"], officers["governor"], conference.seat
    room = officer.opens(next(CASES), conference.soon())
    for path, act in (("/rooms", "list"), (room, "consult")):
        before = seat.last_index()
        assert officer.get(path).status_code == 200
        (entry,) = seat.entries(before)
        assert (entry.act, entry.actor, entry.header["entity"]) == (act, "records", "case_room")
    for path in ("/rooms", room, f"/rooms/{uuid4()}", "/rooms/none"):
        before = seat.last_index()
        assert governor.get(path).status_code == 403, path
        assert [entry.act for entry in seat.entries(before)] == ["refuse"], path
    replies = [
        governor.post("/rooms", case=next(CASES), closes=conference.soon()),
        *(governor.post(f"{room}/{done}", **member()) for done in ("admit", "leave", "close")),
    ]
    assert {reply.status_code for reply in replies} == {403}
    assert officer.client.post(f"{room}/close", follow_redirects=False).status_code == 403, "a form brings its token"
    assert "Nobody is in it yet" in officer.get(room).text
    assert "Case rooms" not in governor.get("/my-work").text
    assert "Case rooms" in officer.get("/my-work").text


def test_a_hidden_room_and_one_that_is_not_there_are_told_alike(
    conference: Conference, officers: dict[str, Officer]
) -> None:
    officer, admitted, seat = officers["records"], officers["records.b"], conference.seat
    room = officer.opens("C-66-HIDDEN", conference.soon())
    assert "C-66-HIDDEN" in officer.get("/rooms").text
    who = conference.person_of("C-66-HIDDEN")
    restrictions = conference.node.restrictions
    restrictions.restrict(who, kind=RestrictionKind.PROTECTED, admits=["records.b"], by=By(actor="head"))
    try:
        assert "C-66-HIDDEN" in admitted.get(room).text
        assert "C-66-HIDDEN" not in officer.get("/rooms").text
        for path, fields in (
            ("", None),
            ("/admit", member() | {"password": PASSWORD}),
            ("/leave", member()),
            ("/close", {}),
        ):
            told = []
            for one in (room, f"/rooms/{uuid4()}", "/rooms/none"):
                before = seat.last_index()
                reply = officer.get(one) if fields is None else officer.post(one + path, **fields)
                # The token of the form is the one thing that may differ, and is the same for one session.
                told.append((reply.status_code, reply.text))
                # Their own password is taken before it is looked whether there is such a room.
                expected = ["sign_in", "refuse"] if path == "/admit" else ["refuse"]
                assert [entry.act for entry in seat.entries(before)] == expected, (one, path)
            assert told[0] == told[1] == told[2], path
            assert told[0][0] == 403
        again = officer.post("/rooms", case="C-66-HIDDEN", closes=conference.soon())
        assert again.status_code == 400
        assert "another officer has to open it" in again.text
        with pytest.raises(NoRoomError, match="no room that is open"):
            desk_of(conference).of_case("C-66-HIDDEN")
        with pytest.raises(RoomFaultError, match="another officer"):
            desk_of(conference).open("C-66-HIDDEN", closes_at=conference.clock.now() + timedelta(days=1))
        assert admitted.post(f"{room}/close").status_code == 303
    finally:
        restrictions.lift(who, by=By(actor="head"))


def test_somebody_of_another_organisation_has_no_rooms_to_look_after(conference: Conference) -> None:
    asker = replace(conference.seat.accounts.asker("records"), organisation="probation")
    assert isinstance(room_desk_of(conference.seat, asker), Refused)


def test_a_long_list_is_shown_a_page_at_a_time_those_that_are_open_first(
    conference: Conference, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [officer.opens(next(CASES), conference.soon()) for _ in range(5)]
    for room in made[3:]:
        officer.post(f"{room}/close")
    whole = re.findall(r'href="(/rooms/[^"]+)"', officer.get("/rooms").text)
    assert set(made) <= set(whole)
    assert max(map(whole.index, made[:3])) < min(map(whole.index, made[3:]))
    monkeypatch.setattr(room_routes, "LINES_A_PAGE", 2)
    found, path = list[str](), "/rooms"
    while path:
        page = officer.get(path).text
        found += re.findall(r'href="(/rooms/[^"]+)"', page)
        more = re.search(r'href="(/rooms\?after=[^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert found == whole, "each once"


@pytest.mark.parametrize("closes", ["", "soon", "2026-11-18T08:00", "2027-11-18T08:00", "9999-01-01T00:00"])
def test_an_end_that_is_none_is_said_at_its_field_and_what_was_typed_is_kept(
    conference: Conference, officer: Officer, closes: str
) -> None:
    case = next(CASES)
    reply = officer.post("/rooms", case=case, closes=closes)
    assert reply.status_code == 400
    assert "Name a day and a time" in reply.text.partition('id="closes-error"')[2]
    assert f'value="{case}"' in reply.text
    assert 'id="case-error"' not in reply.text


def test_an_hour_in_which_the_clocks_change_is_said(conference: Conference, officer: Officer) -> None:
    stood = conference.clock.at
    conference.clock.at = stood.replace(year=2026, month=10, day=20)
    try:
        reply = officer.post("/rooms", case=next(CASES), closes="2026-10-25T01:30")
    finally:
        conference.clock.at = stood
    assert "The clocks are changed in that hour" in reply.text


@pytest.mark.parametrize("case", ["", "  ", "C" * 65, "C\0-1", "C\u202e-1"])
def test_a_reference_that_is_none_is_said_at_its_field(conference: Conference, officer: Officer, case: str) -> None:
    reply = officer.post("/rooms", case=case, closes=conference.soon())
    assert reply.status_code == 400
    assert 'id="case-error"' in reply.text


def test_a_case_with_an_open_room_and_an_organisation_that_is_none_are_said(
    conference: Conference, officer: Officer
) -> None:
    case = next(CASES)
    room = officer.opens(case, conference.soon())
    again = officer.post("/rooms", case=case, closes=conference.soon())
    assert again.status_code == 400
    assert "The case has an open room" in again.text
    wrong = officer.admits(room, organisation="nobody", account="member")
    assert wrong.status_code == 400
    assert 'id="organisation-error"' in wrong.text
    assert officer.admits(room, **member()).status_code == 303
    twice = officer.admits(room, **member())
    assert "That account is in the room already" in twice.text
    assert officer.post(f"{room}/leave", organisation="HMPPS", account="a\0b").status_code == 400


def test_nobody_is_let_in_without_the_own_password_once_more(conference: Conference, officer: Officer) -> None:
    room = officer.opens(next(CASES), conference.soon())
    for given in ({}, {"password": ""}, {"password": "wrong"}):
        before = conference.seat.last_index()
        reply = officer.post(f"{room}/admit", **member("other"), **given)
        assert reply.status_code == 400, given
        assert 'id="password-error"' in reply.text
        assert 'value="other"' in reply.text, "nobody loses what they typed"
        assert "wrong" not in re.findall(r'value="([^"]*)"', reply.text), "but their password is not shown"
        assert "policy_change" not in [entry.act for entry in conference.seat.entries(before)]
    assert "Nobody is in it yet" in officer.get(room).text
    for _ in range(20):
        reply = officer.admits(room, password="wrong", **member("other"))
    assert "Too many tries" in reply.text
    assert "Too many tries" in officer.admits(room, **member("other")).text, "whatever is typed next"
    # So many wrong ones lock the account; the other tests need it.
    conference.node.accounts.set_password("records", PASSWORD)


def test_a_member_who_is_shown_nothing_in_the_room_is_said_to_be(conference: Conference, officer: Officer) -> None:
    desk, room = desk_of(conference), officer.opens(next(CASES), conference.soon())
    officer.admits(room, **member("governor"))
    officer.admits(room, organisation="probation", account="p.partner")
    desk.admit(UUID(room.rpartition("/")[2]), Member(organisation="elsewhere", account="e.partner"))
    page = officer.get(room).text
    assert "none of the roles" in page
    assert "no agreement in force gives that organisation anything" in page
    assert page.count("what EXAMPLE-DSA-033 gives") == 1


def test_the_members_of_a_room_go_on_page_by_page_and_the_numbers_are_of_all(
    conference: Conference, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_routes, "LINES_A_PAGE", 2)
    desk, case = desk_of(conference), next(CASES)
    until = conference.clock.now() + timedelta(days=2)
    room = desk.open(case, closes_at=until)
    accounts = [f"partner-{number}" for number in range(5)]
    for one in accounts:
        desk.admit(room, Member(organisation="probation", account=one))
    for one in accounts[3:]:
        desk.leave(room, Member(organisation="probation", account=one))
    path, listed = f"/rooms/{room}", list[str]()
    while path:
        page = officer.get(path).text
        assert re.findall(r'<span class="wr-count">(\d+)</span>', page)[0] == "3"
        found = re.findall(r'<th scope="row">(partner-\d)', page)
        assert len(found) <= 2
        listed += found
        further = re.search(r'href="(/rooms/[^"]+begin=\d+)"', page)
        path = further[1] if further else ""
    assert listed == accounts
