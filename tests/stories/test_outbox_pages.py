"""What staff write about a person: written at a page, seen by others at once, and followed to its legal record."""

import json
import re
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from outbox_node import CARE, NOT_YET, Desk, Wing, desks_at, field, run, wing_at
from unsent_work import Page
from web_seat import seat_at

from deliveries import edit
from watchroom.ingest.staff import ENTRY
from watchroom.kernel.clock import SteppedClock
from watchroom.policy.clauses import Duty
from watchroom.store.database import Principal


@pytest.fixture(scope="module")
def wing(tmp_path_factory: pytest.TempPathFactory) -> Generator[Wing]:
    with wing_at(tmp_path_factory.mktemp("outbox") / "n") as made:
        yield made


@pytest.fixture
def desks(wing: Wing) -> Generator[dict[str, Desk]]:
    with desks_at(wing.node, "officer.a", "officer.b", "officer.x", "governor", "nurse") as seated:
        yield seated


@pytest.fixture
def officer(desks: dict[str, Desk]) -> Desk:
    return desks["officer.a"]


def test_a_note_is_seen_by_others_at_once_with_who_and_when_and_that_nomis_has_it_not(
    wing: Wing, desks: dict[str, Desk]
) -> None:
    officer, who = desks["officer.a"], wing.people[0]
    before = officer.seat.last_index()
    assert "Write a note" in officer.page(f"/people/{who}?{CARE}")
    sent = officer.writes(who, "Quiet at unlock, ate nothing.")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/outbox?{CARE}&done=written"), sent.text
    for name in ("officer.a", "officer.b", "governor"):
        page = desks[name].page(f"/people/{who}?{CARE}")
        assert "Quiet at unlock, ate nothing. (officer.a)" in page
        assert NOT_YET in page
        assert NOT_YET in desks[name].page(f"/outbox?{CARE}").partition("Quiet at unlock")[0]
    assert "not yet in NOMIS" in desks["officer.b"].page(f"/handover/LEI-A?{CARE}")
    written = [one for one in officer.seat.entries(before) if one.act == "record"]
    assert [(one.actor, one.header["entity"], one.header["purpose"]) for one in written] == [
        ("officer.a", "case_note", "custody.care")
    ]
    # Whoever answers the person later says which role wrote about them, not that nobody had one.
    assert [one.header.get("role") for one in written] == ["wing_officer"]
    assert "Quiet" not in desks["nurse"].page(f"/people/{who}?{CARE}")
    # It is a record like any other: its source, its basis, its batch, and the change feed.
    facts = "select source_system, basis, realness, staff_reference from record.case_note where text like 'Quiet%%'"
    assert wing.rows(facts) == [("staff", "fact", "actual", "officer.a")]
    fed = "select op, person_id from ingest.change where entity = 'case_note' order by seq desc limit 1"
    assert wing.rows(fed) == [("new", who)]


def test_whoever_may_not_see_a_person_or_has_not_the_duty_writes_nothing_about_them(
    wing: Wing, desks: dict[str, Desk]
) -> None:
    who, entry = wing.people[0], str(uuid4())
    typed = {"kind": "OBSERVE/OBS_GEN", "occurred": "2026-07-24T07:00", "system": "NOMIS", "words": "x", "entry": entry}
    count = "select count(*) from record.case_note"
    before, index = wing.rows(count), desks["nurse"].seat.last_index()
    hidden = desks["officer.x"].post(f"/people/{who}/note", **typed)
    absent = desks["officer.x"].post(f"/people/{uuid4()}/note", **typed)
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert re.sub(r"[0-9a-f-]{32,36}", "", hidden.text) == re.sub(r"[0-9a-f-]{32,36}", "", absent.text)
    assert desks["nurse"].post(f"/people/{who}/note", **typed).status_code == 403
    assert "Write a note" not in desks["nurse"].page(f"/people/{who}?{CARE}")
    assert "refuse" in [one.act for one in desks["nurse"].seat.entries(index)]
    assert wing.rows(count) == before


def test_under_a_charter_of_before_the_pages_stand_and_nobody_can_write(wing: Wing, officer: Desk) -> None:
    officer.writes(wing.people[0], "Under the older charter")
    charter = officer.seat.agreements.charter()
    clauses = tuple(one for one in charter.clauses if one.entity != ENTRY)
    duties = tuple(one for one in charter.assignments if Duty.RECORD not in one.duties)
    older = replace(charter, clauses=clauses, assignments=duties, digest=sha256(b"older").hexdigest())
    seat = seat_at(wing.node, charter=lambda: older)
    with seat.client() as client:
        desk = Desk(seat, client, seat.sign_in(client, "officer.a"))
        page = desk.page(f"/people/{wing.people[0]}?{CARE}")
        assert "Under the older charter (officer.a)" in page
        assert "Write a note" not in page
        assert "Under the older charter" not in desk.page(f"/outbox?{CARE}")
        assert "1-1" in desk.page(f"/handover/LEI-A?{CARE}")
        assert desk.post(f"/people/{wing.people[0]}/note", words="x", entry=str(uuid4())).status_code == 403


def test_what_is_missing_is_said_beside_what_was_typed(wing: Wing, officer: Desk) -> None:
    later = (wing.node.clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = officer.writes(wing.people[0], "Kept while mending", kind="ALERT/ACTIVE", occurred=later, system="HERE")
    assert sent.status_code == 400
    for words in ("Choose what kind of note", "later than now", "Choose the record", "Kept while mending"):
        assert words in sent.text
    old = (wing.node.clock.now() - timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
    assert "more than 31 days ago" in officer.writes(wing.people[0], "x" * 4001, occurred=old).text


def test_the_same_form_twice_is_one_note(wing: Wing, officer: Desk) -> None:
    entry = str(uuid4())
    first = officer.writes(wing.people[1], "Pressed twice", entry=entry)
    second = officer.writes(wing.people[1], "Pressed twice", entry=entry)
    assert [one.headers["location"].rpartition("=")[2] for one in (first, second)] == ["written", "again"]
    assert wing.rows("select count(*) from record.case_note where text = 'Pressed twice'") == [(1,)]


def test_the_longest_note_in_any_letters_is_taken(wing: Wing, officer: Desk) -> None:
    sent = officer.writes(wing.people[2], "\N{SNOWMAN}" * 4000)
    assert sent.headers["location"].endswith("written")


def test_what_was_typed_when_the_session_ended_is_kept_and_written_once(wing: Wing, officer: Desk) -> None:
    path = f"/people/{wing.people[2]}/note"
    form = officer.page(f"{path}?{CARE}")
    typed = {"kind": "OBSERVE/OBS_GEN", "occurred": field(form, "occurred"), "system": "NOMIS"}
    typed |= {"words": "Typed as the session ended", "entry": field(form, "entry")}
    officer.seat.machine_clock.move(timedelta(hours=1))
    assert officer.post(path, **typed).status_code == 401
    count = "select count(*) from record.case_note where text = 'Typed as the session ended'"
    assert wing.rows(count) == [(0,)]
    officer.token = officer.seat.sign_in(officer.client, "officer.a")
    page = Page(officer.page("/unsent"))
    assert "Writing a note about a person" in page.html
    ((name, number),) = wing.rows("select family_name, prison_number from record.person where id = %s", wing.people[2])
    assert f"About {name.title()}," in page.html, "nobody sends a note about another"
    assert number in page.html
    assert "OBSERVE/OBS_GEN</dd>" not in page.html
    assert f"{typed['occurred']}</dd>" not in page.html
    ((action, fields),) = page.kept()
    assert officer.client.post(action, data=fields, follow_redirects=False).headers["location"].endswith("written")
    assert officer.post(path, **typed).headers["location"].endswith("again")
    assert wing.rows(count) == [(1,)]


def test_a_correction_is_another_version_by_whoever_wrote_it_and_waits_anew(wing: Wing, desks: dict[str, Desk]) -> None:
    officer = desks["officer.a"]
    officer.writes(wing.people[1], "Refused his diner.")
    assert officer.says("Refused his diner.", "COPIED") == "copied"
    entry, version = officer.entry("Refused his diner.")
    form = officer.page(f"/outbox/{entry}/correct?{CARE}")
    typed = {"kind": "NEG/NEG_GEN", "occurred": field(form, "occurred"), "system": "NOMIS", "version": version}
    own = {**typed, "words": "Refused his dinner."}
    other = desks["officer.b"].post(f"/outbox/{entry}/correct", **own)
    assert other.headers["location"].endswith("overtaken"), "its words are those of somebody else"
    assert officer.post(f"/outbox/{entry}/correct", **own).headers["location"].endswith("corrected")
    late = officer.post(f"/outbox/{entry}/correct", **{**own, "words": "Refused his dinner, twice."})
    assert late.status_code == 400, "an older version: their other window was quicker"
    assert ">Refused his dinner, twice.</textarea>" in late.text, "what they typed is not lost"
    assert "<q>Refused his dinner.</q>" in late.text
    again = {**own, "words": "Refused his dinner.", "version": field(late.text, "version")}
    assert officer.post(f"/outbox/{entry}/correct", **again).headers["location"].endswith("corrected")
    stood = "select text, recorded_to is not null from record.case_note_history where text like 'Refused his%%'"
    assert wing.rows(stood) == [("Refused his diner.", True)]
    page = officer.page(f"/people/{wing.people[1]}?{CARE}")
    assert "Refused his dinner. (officer.a)" in page
    assert "Refused his diner." not in page
    assert "Waiting since" in officer.page(f"/outbox?{CARE}").partition("Refused his dinner.")[0].rpartition("<li")[2]


def test_of_two_at_once_the_second_is_told_and_nothing_of_theirs_stands(wing: Wing, desks: dict[str, Desk]) -> None:
    desks["officer.a"].writes(wing.people[1], "Two at once")
    _, version = desks["officer.a"].entry("Two at once")
    assert desks["officer.a"].says("Two at once", "REFUSED", reason="NOT_ACCEPTED") == "refused"
    assert desks["officer.b"].says("Two at once", "COPIED", version=version) == "overtaken"
    assert desks["officer.b"].says("Two at once", "WITHDRAWN") == "overtaken", "without a reason"
    assert "Reason: The legal record does not take it." in desks["officer.b"].page(f"/outbox?{CARE}")


def test_what_is_taken_back_is_gone_from_the_present_and_stands_in_the_past(wing: Wing, officer: Desk) -> None:
    who = wing.people[1]
    officer.writes(who, "About somebody else")
    then = wing.node.clock.now()
    assert officer.says("About somebody else", "WITHDRAWN", reason="WRONG_PERSON") == "withdrawn"
    assert "About somebody else" not in officer.page(f"/people/{who}?{CARE}")
    outbox = officer.page(f"/outbox?{CARE}")
    assert "Taken back by officer.a" in outbox
    assert "Reason: It is about somebody else." in outbox
    past = f"{then:%Y-%m-%dT%H:%M:%S.%f}%2B00:00"
    assert "About somebody else (officer.a)" in officer.page(f"/people/{who}?{CARE}&at={past}")
    then_page = officer.page(f"/outbox?{CARE}&at={past}")
    assert "About somebody else" in then_page
    assert 'action="/outbox/' not in then_page, "nothing is done in the past"
    assert f"/people/{who}?purpose=custody.care&amp;at=" in then_page, "its links stay in that past"


def test_without_the_log_nothing_stands_and_the_page_says_so(wing: Wing, officer: Desk) -> None:
    key = str(uuid4())
    form = officer.page(f"/people/{wing.people[0]}/note?{CARE}")
    typed = {"kind": "OBSERVE/OBS_GEN", "occurred": field(form, "occurred"), "system": "NOMIS", "entry": key}
    officer.seat.trail.is_broken = True
    try:
        sent = officer.post(f"/people/{wing.people[0]}/note", words="Not entered", **typed)
        assert sent.status_code == 503
    finally:
        officer.seat.trail.is_broken = False
    assert wing.rows("select count(*) from record.case_note where text = 'Not entered'") == [(0,)]
    assert wing.rows("select count(*) from ingest.batch where status = 'open'") == [(0,)]


def test_what_the_delivery_of_nomis_holds_is_one_fact_and_no_longer_waits(wing: Wing, desks: dict[str, Desk]) -> None:
    officer, who = desks["officer.a"], wing.people[0]
    form = officer.page(f"/people/{who}/note?{CARE}")
    at = field(form, "occurred")
    officer.writes(who, "Asked to see the\nchaplain twice.", occurred=at)
    assert officer.says("Asked to see", "COPIED") == "copied"
    assert NOT_YET in officer.page(f"/outbox?{CARE}").partition("Asked to see")[0].rpartition("<li")[2]
    note = {"CASE_NOTE_ID": "77", "OFFENDER_BOOK_ID": "-1", "CONTACT_TIME": f"{at.replace('T', ' ')}:00"}
    kind = {"CASE_NOTE_TYPE": "OBSERVE", "CASE_NOTE_SUB_TYPE": "OBS_GEN"}
    wing.delivers(**note, **kind, CASE_NOTE_TEXT="Asked to see the  Chaplain twice.")
    standing = wing.rows("select source_system, source_key from record.case_note where text ilike 'asked%%'")
    assert standing == [("nomis", "77")]
    entry = (
        "select status_code, legal_reference, status_by_reference from record.outbox_item"
        " where legal_reference is not null"
    )
    assert wing.rows(entry) == [("ACKNOWLEDGED", "77", None)]
    page = officer.page(f"/people/{who}?{CARE}")
    assert page.count("Asked to see") == 1
    assert "its delivery of" in officer.page(f"/outbox?{CARE}").partition("Asked to see")[0].rpartition("<li")[2]
    # The same delivery again, and what NOMIS has of somebody else, change nothing.
    wing.delivers(**{**note, "CASE_NOTE_ID": "78", "OFFENDER_BOOK_ID": "-2"}, **kind, CASE_NOTE_TEXT="Asked to see")
    assert len(wing.rows(entry)) == 1


def test_a_note_goes_with_its_person_to_another_wing(wing: Wing, desks: dict[str, Desk]) -> None:
    officer, other, who = desks["officer.a"], desks["officer.x"], wing.people[1]
    officer.writes(who, "Says that he is threatened")

    def moved(rows: list[dict[str, str]]) -> None:
        rows[1]["LIVING_UNIT_ID"] = "-9"

    def back(rows: list[dict[str, str]]) -> None:
        rows[1]["LIVING_UNIT_ID"] = "-4"

    try:
        edit(wing.delivery, "OFFENDER_BOOKINGS", moved)
        assert run("ingest", wing.folder, "nomis").exit_code == 0
        assert "Says that he is threatened (officer.a)" in other.page(f"/people/{who}?{CARE}")
        assert "Says that he is threatened" in other.page(f"/outbox?{CARE}")
        assert "Says that he is threatened" not in officer.page(f"/outbox?{CARE}")
    finally:
        edit(wing.delivery, "OFFENDER_BOOKINGS", back)
        assert run("ingest", wing.folder, "nomis").exit_code == 0


def test_what_waits_is_exported_once_as_a_file_of_its_owner_alone(
    wing: Wing, desks: dict[str, Desk], tmp_path: Path
) -> None:
    desks["officer.a"].writes(wing.people[2], "Helped with the breakfasts.", kind="POS/QUAL_WK")
    by = ("--as", "governor", "--purpose", "custody.care")
    assert (
        "nothing waits" in run("outbox", "export", wing.folder, "--to", tmp_path, "--as", "officer.a", *by[2:]).stderr
    )
    done = run("outbox", "export", wing.folder, "--to", tmp_path, *by)
    assert done.exit_code == 0, done.output
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    (line,) = [one for one in lines if one["text"] == "Helped with the breakfasts."]
    assert (line["personIdentifier"], line["type"], line["subType"]) == ("A1234AC", "POS", "QUAL_WK")
    listed = json.loads(run("outbox", "list", wing.folder, *by, "--json").stdout)["entries"]
    assert {one["status_code"] for one in listed if one["entry_id"] == line["reference"]} == {"EXPORTED"}
    assert "Helped" not in json.dumps(listed)
    assert "nothing waits" in run("outbox", "export", wing.folder, "--to", tmp_path, *by).stderr
    assert run("outbox", "export", wing.folder, "--to", tmp_path, "--system", "X", *by).exit_code == 2
    assert run("outbox", "list", wing.folder, "--as", "nurse", *by[2:]).exit_code == 1


def test_what_waits_goes_in_one_batch_and_what_cannot_go_or_is_for_another_record_holds_nothing_up(
    wing: Wing, desks: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = ("--as", "governor", "--purpose", "custody.care")
    assert run("outbox", "export", wing.folder, "--to", tmp_path / "before", *by).exit_code == 0
    monkeypatch.setattr("watchroom.handover.outbox.build.EXPORTED_AT_MOST", 2)
    for number in range(3):
        desks["officer.a"].writes(wing.people[2], f"For the other record {number}", system="CARE_PLAN")
    for number in range(3):
        desks["officer.a"].writes(wing.people[2], f"Has to go {number}")
    count = "select count(*) from ingest.sealed where source_system = 'staff'"
    ((sealed,),) = wing.rows(count)
    done = run("outbox", "export", wing.folder, "--to", tmp_path / "first", *by)
    assert (done.exit_code, "more wait that can go: 1" in done.stderr) == (0, True), done.stderr
    assert (tmp_path / "first").read_text("utf-8").count("Has to go") == 2
    assert wing.rows(count) == [(sealed + 1,)], "one seal for all of them"
    again = run("outbox", "export", wing.folder, "--to", tmp_path / "second", *by)
    assert "Has to go 2" in (tmp_path / "second").read_text("utf-8")
    assert "more wait" not in again.stderr


def test_a_note_of_somebody_without_a_number_waits_and_that_is_said(wing: Wing, officer: Desk, tmp_path: Path) -> None:
    by = ("--as", "governor", "--purpose", "custody.care")
    officer.writes(wing.people[1], "Cannot be sent")

    def numbered(number: str) -> None:
        with wing.node.database.connection(Principal.LOADER) as connection:
            connection.execute("update record.person set prison_number = %s where id = %s", (number, wing.people[1]))

    numbered("")
    try:
        assert run("outbox", "export", wing.folder, "--to", tmp_path / "first", *by).exit_code == 0
        done = run("outbox", "export", wing.folder, "--to", tmp_path / "second", *by)
        assert "nothing waits that can go" in done.stderr
        assert re.search(r"no prison number that this account sees: [1-9]", done.stderr)
    finally:
        numbered("A1234AB")
    assert run("outbox", "export", wing.folder, "--to", tmp_path / "third", *by).exit_code == 0
    assert "Cannot be sent" in (tmp_path / "third").read_text("utf-8")


def test_what_has_not_arrived_after_a_shift_is_late_on_the_outbox_and_a_task_of_the_handover(
    wing: Wing, officer: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer.writes(wing.people[2], "Long on its way")
    assert "Bring a note of" not in officer.page(f"/handover/LEI-A?{CARE}")
    clock = SteppedClock(wing.node.clock.now() + timedelta(hours=13))
    monkeypatch.setattr(wing.node, "clock", clock)
    monkeypatch.setattr(officer.seat.gate, "_clock", clock)
    assert "late" in officer.page(f"/outbox?{CARE}").partition("Long on its way")[0].rpartition("<li")[2]
    assert "Bring a note of" in officer.page(f"/handover/LEI-A?{CARE}")
