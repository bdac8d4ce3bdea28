"""A record is kept and not used: on the page of the officer, at the terminal, and in the draft for its person."""

import json
import re
from collections.abc import Generator
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from abuse_record import run
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import Officer, opened
from web_seat import Seat, get

from watchroom.audit.entries import Act
from watchroom.gate.agreement_changes import By
from watchroom.store.database import Principal

HERE = "/kept-records"
AS = ("--as", "records")


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar]) -> Officer:
    return Officer(client, seat.sign_in(client, "records"))


@pytest.fixture
def alert(seat: Seat) -> tuple[UUID, UUID, str]:
    """An alert of somebody on a wing: its id, whose it is, and their number."""
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select a.id, p.id, p.prison_number from record.alert as a join record.person as p on p.id = a.person_id"
            " where p.unit_code = 'LEI-A' and a.is_active order by a.id limit 1"
        ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


@pytest.fixture(autouse=True)
def lifted(seat: Seat) -> Generator[None]:
    yield
    for one in seat.node.record_restrictions.known_to(seat.accounts.asker("records")):
        seat.node.record_restrictions.lift(one.id, by=By(actor="t"), asker=seat.accounts.asker("records"))


def form(seat: Seat, alert: UUID, more: dict[str, str] | None = None) -> dict[str, str]:
    day = (seat.clock.now() + timedelta(days=30)).date().isoformat()
    return {"entity": "alert", "record": str(alert), "reason": "contested", "review_on": day, **(more or {})}


def test_a_record_is_restricted_on_the_page_listed_and_lifted_and_each_step_is_an_entry(
    seat: Seat, officer: Officer, alert: tuple[UUID, UUID, str]
) -> None:
    record, person, number = alert
    before = seat.last_index()
    assert "There is no such record" in officer.get(HERE)
    unsure = officer.send(HERE, **form(seat, record))
    assert (unsure.status_code, "nothing says so" in unsure.text, "LEI-A" in unsure.text) == (400, True, True)
    assert "There is no such record that you may know of" in unsure.text, "it was asked first"
    assert "contested" in unsure.text, "what was typed stays"
    sent = officer.send(HERE, **form(seat, record, {"sure": "yes"}))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{HERE}?done=restricted")
    asked, _ = (one for one in seat.entries(before) if one.act == Act.CONSULT.value)
    assert asked.body is not None
    assert (asked.header["entity"], asked.body["detail"]["id"]) == ("record_restriction", str(record))
    before_list = seat.last_index()
    page = officer.get(f"{HERE}?done=restricted")
    (listed,) = [one for one in seat.entries(before_list) if one.header.get("entity") == "record_restriction"]
    assert listed.body is not None
    assert listed.body["subjects"] == [str(person)], "whoever is named by number is named in the log"
    assert "contested" in page
    assert str(record) in page
    assert f"Alert of {number}" in page, "whose it is, for an id says nothing to anybody"
    request = opened(seat, person=number, reference="REQ-8")
    draft = unescape(officer.get(f"/subject-access/{request}"))
    assert "1 record about this person is kept and not used (alert)" in draft
    (lift,) = re.findall(r'action="(/kept-records/[^"]+/lift)"', page)
    assert officer.send(lift).headers["location"] == f"{HERE}?done=lifted"
    assert str(record) not in officer.get(HERE)
    assert officer.send(lift).status_code == 404
    changes = [one for one in seat.entries(before) if one.act == Act.POLICY_CHANGE.value]
    assert [one.body["detail"]["did"] for one in changes if one.body] == ["record restricted", "record lifted"]
    assert all(one.body is not None and str(person) in str(one.body) for one in changes)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"entity": "location"}, "Choose the kind of record"),
        ({"record": "x"}, "Give the id of the record"),
        ({"record": str(uuid4())}, "There is no such record that you may restrict"),
        ({"reason": ""}, "Say why, in at most 500 letters"),
        ({"review_on": "2001-01-01"}, "Give a day after today"),
        ({"review_on": "soon"}, "Give a day after today"),
        ({"admits": "nobody-of-that-name"}, "One of these accounts is not there"),
    ],
)
def test_what_means_nothing_is_said_at_its_field_and_what_was_typed_stays(
    seat: Seat, officer: Officer, alert: tuple[UUID, UUID, str], more: dict[str, str], wrong: str
) -> None:
    reply = officer.send(HERE, **form(seat, alert[0], more))
    assert reply.status_code == 400
    assert wrong in unescape(reply.text)
    assert "There is no such record that you may know of" in reply.text, "nothing was restricted"
    kept = {name: value for name, value in more.items() if name != "entity"}
    assert all(value in unescape(reply.text) for value in kept.values()), "what was typed stays"


def test_all_that_is_wrong_with_the_form_is_said_at_once(seat: Seat, officer: Officer) -> None:
    reply = officer.send(HERE, entity="", record="x", reason="", review_on="soon", admits="nobody-of-that-name")
    said = unescape(reply.text)
    wrong = (
        "Choose the kind",
        "Give the id",
        "Say why",
        "Give a day after today",
        "One of these accounts is not there",
    )
    assert [one for one in wrong if one not in said] == []


def test_kinds_of_record_are_told_in_words(officer: Officer) -> None:
    choices = re.findall(r"<option value=\"[a-z_]+\">([^<]+)</option>", officer.get(HERE))
    assert len(choices) > 20
    assert [one for one in choices if "_" in one or one[0].islower()] == []


def test_a_record_of_which_no_handover_tells_is_restricted_without_being_asked(
    seat: Seat, officer: Officer, alert: tuple[UUID, UUID, str]
) -> None:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id from record.alert where not is_active order by id limit 1").fetchone()
    assert row is not None
    assert officer.send(HERE, **form(seat, row[0])).status_code == 303


def test_whoever_has_not_the_duty_is_shown_no_page_and_no_way_to_it(seat: Seat, client: TestClient[Litestar]) -> None:
    token = seat.sign_in(client, "officer.a")
    assert HERE not in get(client, "/posts").text
    assert get(client, HERE).status_code == 403
    assert Officer(client, token).send(HERE, **form(seat, uuid4())).status_code == 403


def test_at_the_terminal_a_record_is_restricted_listed_and_lifted(seat: Seat, alert: tuple[UUID, UUID, str]) -> None:
    record, person, _ = alert
    folder = seat.node.folder
    day = (seat.clock.now() + timedelta(days=30)).date().isoformat()
    restrict = ("restrict", "record", folder, "alert", record, "--reason", "contested", "--review-on", day, *AS)
    unsure = run(*restrict)
    assert unsure.exit_code == 1
    assert "handovers of LEI-A tell of it today" in unsure.stderr
    assert json.loads(run("restrict", "records", folder, *AS, "--json").stdout)["restrictions"] == []
    told = run(*restrict, "--yes")
    assert told.exit_code == 0, told.stderr
    (one,) = json.loads(run("restrict", "records", folder, *AS, "--json").stdout)["restrictions"]
    assert (one["record_id"], one["review_on"]) == (str(record), day)
    draft = run("audit", "subject", folder, person, *AS, "--purpose", "governance.audit", "--json")
    assert [kept["record_id"] for kept in json.loads(draft.stdout)["kept_and_not_used"]] == [str(record)]
    seen = run("see", folder, "alert", "--as", "officer.a", "--purpose", "custody.care", "--json")
    assert str(record) not in seen.stdout
    named = run("erase", "mentions", folder, person, "--as", "officer.a", "--purpose", "custody.care", "--json")
    assert json.loads(named.stdout)["names"] > 0
    assert run("restrict", "lift-record", folder, one["id"], *AS).exit_code == 0
    assert run("restrict", "lift-record", folder, one["id"], *AS).exit_code == 1
    assert run("restrict", "records", folder, "--as", "officer.a").exit_code == 1
