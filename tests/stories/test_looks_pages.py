"""The pages of the review of looks and of one's own work, as a reviewer and an officer meet them."""

import re
from uuid import UUID

from abuse_record import CARE, first_of
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from watchroom.gate.agreement_changes import By
from watchroom.gate.restrictions import RestrictionKind
from watchroom.store.database import Principal


def snooped(seat: Seat, client: TestClient[Litestar]) -> str:
    """Officer A looks up somebody of H wing, of whom they see nothing; the log is looked through; the case."""
    neighbour = first_of(seat.node, "LEI-H")
    with seat.node.database.connection(Principal.APP) as connection:
        connection.execute("delete from gate.rota")
        # With a rota nobody need ask whether it was cover.
        connection.execute(
            "insert into gate.rota (account, from_at, to_at, site_code, unit_code, entered_at, entered_by)"
            " values ('officer.a', '2026-07-24 05:00+00', '2026-07-24 13:00+00', 'LEI', 'LEI-A', now(), 'test')"
        )
    with seat.node.database.connection(Principal.AUDIT) as connection:
        connection.execute("delete from audit.look_case_entry")
        connection.execute("update audit.look_case set account = 'nobody' where account = 'officer.a'")
    seat.sign_in(client, "officer.a")
    assert get(client, f"/people/{neighbour}?purpose={CARE}").status_code == 404
    token = seat.sign_in(client, "records")
    before = seat.last_index()
    found = client.post("/looks", data={"csrf_token": token}, follow_redirects=False)
    assert found.status_code == 303
    assert [(one.act, one.header["entity"]) for one in seat.entries(before)] == [("count", "looks")]
    page = get(client, found.headers["location"])
    assert "looked through" in page.text
    with seat.node.database.connection(Principal.AUDIT) as connection:
        (row,) = connection.execute(
            "select id::text from audit.look_case where account = 'officer.a' and person_id = %s", (neighbour,)
        ).fetchall()
    assert f"/looks/{row[0]}" in page.text
    return str(row[0])


def test_a_reviewer_finds_opens_and_decides_a_case_and_the_officer_is_told(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    case = snooped(seat, client)
    token = re.search(r'name="csrf_token" value="([^"]+)"', get(client, f"/looks/{case}").text)
    assert token is not None
    shown = get(client, f"/looks/{case}").text
    assert 'data-reason="no_relation"' in shown
    assert "nothing was shown" in shown
    gap = client.post(
        f"/looks/{case}",
        data={"csrf_token": token[1], "note": "asked <her>"},
        follow_redirects=False,
    )
    assert gap.status_code == 422
    assert "asked &lt;her&gt;" in gap.text
    assert 'href="#outcome"' in gap.text
    assert 'id="outcome"' in gap.text
    before = seat.last_index()
    form = {"csrf_token": token[1], "outcome": "explained", "note": "asked her"}
    done = client.post(f"/looks/{case}", data=form, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/looks?done=1")
    (entry,) = seat.entries(before)
    assert (entry.act, entry.actor, entry.body["detail"]["outcome"]) == ("decide", "records", "explained")
    after = get(client, "/looks?done=1").text
    assert "The case is off the queue" in after
    assert f"/looks/{case}" not in after
    seat.sign_in(client, "officer.a")
    own = get(client, "/my-work").text
    assert "Explained" in own
    assert "asked her" not in own
    assert ">records<" not in own


def test_without_the_form_token_nothing_is_found_or_decided(seat: Seat, client: TestClient[Litestar]) -> None:
    case = snooped(seat, client)
    before = seat.last_index()
    for address, form in (("/looks", {}), (f"/looks/{case}", {"outcome": "explained", "note": "x"})):
        assert client.post(address, data=form, follow_redirects=False).status_code == 403
    assert seat.entries(before) == []


def test_only_a_reviewer_is_shown_the_way_and_let_in_and_everybody_has_their_own_work(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    for who, may in (("records", True), ("officer.a", False), ("governor", False), ("board", False)):
        token = seat.sign_in(client, who)
        own = get(client, "/my-work")
        assert own.status_code == 200
        assert ('href="/looks"' in own.text) is may
        assert get(client, "/looks").status_code == (200 if may else 403)
        found = client.post("/looks", data={"csrf_token": token}, follow_redirects=False)
        assert found.status_code == (303 if may else 403)


def test_an_address_that_counts_nothing_says_nothing(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "records")
    plain = get(client, "/looks")
    for found in ("9" * 5000, "\u0663", "-1", "x"):
        told = get(client, f"/looks?found={found}")
        assert (told.status_code, told.text) == (200, plain.text)


def test_a_look_from_before_a_person_was_hidden_is_none_at_a_hidden_person(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    inmate = first_of(seat.node, "LEI-A")
    seat.sign_in(client, "officer.a")
    assert get(client, f"/people/{inmate}?purpose={CARE}").status_code == 200
    seat.node.restrictions.restrict(inmate, kind=RestrictionKind.PROTECTED, by=By(actor="records"))
    try:
        assert hidden_looks(seat, client, inmate) == []
        seat.sign_in(client, "officer.a")
        assert get(client, f"/people/{inmate}?purpose={CARE}").status_code == 404
        ((shown, account),) = hidden_looks(seat, client, inmate)
        assert (shown, account) == (False, "officer.a")
    finally:
        seat.node.restrictions.lift(inmate, by=By(actor="records"))


def hidden_looks(seat: Seat, client: TestClient[Litestar], person: UUID) -> list[tuple[bool, str]]:
    """The log is looked through; which looks at that person stand out as looks at somebody hidden."""
    token = seat.sign_in(client, "records")
    assert client.post("/looks", data={"csrf_token": token}, follow_redirects=False).status_code == 303
    with seat.node.database.connection(Principal.AUDIT) as connection:
        return connection.execute(
            "select (one.facts ->> 'was_shown')::boolean, look_case.account from audit.look_case"
            " join audit.look_case_entry as one on one.case_id = look_case.id"
            " where look_case.person_id = %s and 'restricted' = any(one.reasons)",
            (person,),
        ).fetchall()


def test_looking_through_the_log_says_the_same_whether_a_case_about_the_reviewer_is_new_or_not(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    snooped(seat, client)
    with seat.node.database.connection(Principal.AUDIT) as connection:
        connection.execute("delete from audit.look_case_entry")
        connection.execute("delete from audit.look_case where decided_at is null")
    told = []
    for _ in ("something is new", "nothing is"):
        token = seat.sign_in(client, "records")
        found = client.post("/looks", data={"csrf_token": token}, follow_redirects=False)
        page = get(client, found.headers["location"]).text
        told.append((found.headers["location"], re.findall(r"The log of the last seven days[^<]*", page)))
    assert told[0] == told[1]
    assert len(told[0][1]) == 1


def test_an_address_that_is_no_case_and_one_that_names_none_give_the_same_page(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    seat.sign_in(client, "records")
    none, absent = (get(client, f"/looks/{one}") for one in ("nothing", "01983a2c-0000-7000-8000-000000000001"))
    assert (none.status_code, none.text) == (absent.status_code, absent.text)
    assert none.status_code == 404
