"""Subject access at the pages: open, decide line by line and together, second officer, the answer that is given."""

import json
import re
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import HOME, Officer, form_of, indices_on, opened, somebody, unseen
from web_seat import Seat, get

from watchroom.audit.entries import Act, Entry
from watchroom.audit.verdicts import MOST_OF_A_REASON
from watchroom.gate.agreement_changes import By
from watchroom.gate.restrictions import Relation
from watchroom.governance.subject.rules import LINES_A_PAGE
from watchroom.kernel.errors import NotFoundError
from watchroom.node.account_desk import add_account
from watchroom.node.audit_desk import Officer as Desk
from watchroom.node.audit_desk import subject_draft
from watchroom.node.node import Node

SECOND = "records.second"


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar]) -> Officer:
    return Officer(client, seat.sign_in(client, "records"))


@pytest.fixture
def second(seat: Seat, node: Node, client: TestClient[Litestar]) -> Officer:
    """Another officer at the same machine: whoever signed in last is there."""
    if SECOND not in {one.asker.name for one in node.accounts.every()}:
        second = node.accounts.new_asker(SECOND, roles=("information_governance",))
        add_account(node, second, password="a long enough one")
    return Officer(client, seat.sign_in(client, SECOND))


def looks(seat: Seat, person: UUID, *headers: dict[str, str]) -> list[int]:
    """Entries of looks at a person, as a page makes them; their indices."""
    usual = {"act": Act.LIST, "actor": "officer.called.smith", "organisation": "HMPPS", "role": "wing_officer"}
    return [
        seat.node.audit.append(
            Entry(**{**usual, "subjects": (person,), **header})  # type: ignore[arg-type]
        ).index
        for header in headers
    ]


CARE = {"purpose": "custody.care", "entity": "person"}
ALERTS = {"purpose": "custody.care", "entity": "alert"}
INQUIRY = {"purpose": "investigation.death", "entity": "person"}


def waiting(html: str) -> int:
    found = re.search(r"Without a verdict \((\d[\d,]*)\)", html)
    assert found is not None
    return int(found[1].replace(",", ""))


def rest_decided(officer: Officer, path: str) -> None:
    """Take everything that still waits as it is proposed."""
    page = officer.get(path)
    batches = re.findall(r'name="(batch-[a-z_]+)" value', page)
    if batches:
        reply = officer.send(f"{path}/proposals", reason="as proposed", **dict.fromkeys(batches, "yes"))
        assert reply.status_code == 303


def test_a_request_is_opened_by_prison_number_and_no_address_or_list_names_anybody(
    seat: Seat, officer: Officer
) -> None:
    person, number = somebody(seat.node)
    today = seat.clock.now().date().isoformat()
    before = seat.last_index()
    reply = officer.send(HOME, person=f" {number.lower()} ", reference="REQ-2026-1", received_on=today)
    assert reply.status_code == 303
    place = reply.headers["location"]
    assert number not in place
    assert str(person) not in place
    (entry,) = seat.entries(before)
    assert (entry.act, entry.header["entity"], entry.subjects) == ("consult", "subject_access", (person,))
    assert number not in json.dumps(entry.body)
    listed = officer.get(HOME)
    assert "REQ-2026-1" in listed
    assert number not in listed
    assert str(person) not in listed
    page = officer.get(place)
    assert "24 August 2026" in page, "due a month later"
    assert number not in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"person": "A0000ZZ"}, "person"),
        ({"person": str(uuid4())}, "person"),
        ({"person": ""}, "person"),
        ({"person": "\0"}, "person"),
        ({"reference": "Smith"}, "reference"),
        ({"reference": "<b>1</b>"}, "reference"),
        ({"received_on": "2026-07-25"}, "received_on"),
        ({"received_on": "2020-01-01"}, "received_on"),
        ({"received_on": "yesterday"}, "received_on"),
    ],
)
def test_what_was_typed_wrong_is_said_at_its_field_and_kept(
    seat: Seat, officer: Officer, changed: dict[str, str], field: str
) -> None:
    typed = {"person": somebody(seat.node)[1], "reference": "REQ-2", "received_on": "2026-07-20", **changed}
    reply = officer.send(HOME, **typed)
    assert reply.status_code == 400
    assert f'href="#{field}"' in reply.text
    assert f'id="{field}-error"' in reply.text
    for name, value in typed.items():
        if value.isalnum():
            assert f'name="{name}" type="{"date" if name == "received_on" else "text"}" value="{value}"' in reply.text


def test_a_look_for_somebody_who_is_not_there_leaves_a_trace_without_what_was_typed(
    seat: Seat, officer: Officer
) -> None:
    before = seat.last_index()
    officer.send(HOME, person="A0000ZZ", reference="REQ-3", received_on="2026-07-20")
    entry, *_ = seat.entries(before)
    assert (entry.act, entry.header["entity"], entry.header["count"]) == ("consult", "subject_access", 0)
    assert "A0000ZZ" not in json.dumps([entry.header, entry.body])


def test_a_line_is_decided_with_a_reason_and_says_by_whom_and_when(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node)
    (look,) = looks(seat, person, CARE)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    page = officer.get(f"{path}?begin={look}")
    assert "officer.called.smith" not in page
    assert "wing officer, Example Prison Service" in page
    sent = {**form_of(page), f"verdict-{look}": "withheld:crime", f"reason-{look}": "looked at it myself"}
    reply = officer.send(path, **sent)
    assert reply.status_code == 303
    again = officer.get(reply.headers["location"].replace("begin=0", f"begin={look}"))
    assert "Withheld: crime, s.45(4)(b), by records, 24 Jul, 08:00" in again
    assert 'value="looked at it myself"' in again
    assert "Your verdicts are kept" in again
    before = seat.last_index()
    reply = officer.send(path, **form_of(again))
    assert "done=nothing" in reply.headers["location"]
    assert seat.entries(before) == [], "a page that is sent as it is decides nothing"


def test_a_verdict_without_a_reason_keeps_what_was_typed_on_every_line_and_records_none(
    seat: Seat, officer: Officer
) -> None:
    person, _ = somebody(seat.node)
    first, other = looks(seat, person, CARE, CARE)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    sent = {
        **form_of(officer.get(f"{path}?begin={first}")),
        f"verdict-{first}": "released",
        f"verdict-{other}": "neither:inquiry",
        f"reason-{other}": 'a "reason"',
    }
    for wrong in ("", "x" * (MOST_OF_A_REASON + 1)):
        reply = officer.send(path, **sent, **{f"reason-{first}": wrong} if wrong else {})
        assert reply.status_code == 400
        assert f'href="#reason-{first}"' in reply.text
        kept = form_of(reply.text)
        assert (kept[f"verdict-{first}"], kept[f"verdict-{other}"]) == ("released", "neither:inquiry")
        assert kept[f"reason-{other}"] == 'a "reason"'
        assert kept[f"seen-{other}"] == ""
        sent.pop(f"reason-{first}", None)


def test_nobody_decides_over_another_without_seeing_it(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node)
    (look,) = looks(seat, person, CARE)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    mine = {**form_of(officer.get(f"{path}?begin={look}")), f"verdict-{look}": "released", f"reason-{look}": "mine"}
    theirs = {**mine, f"verdict-{look}": "neither:inquiry", f"reason-{look}": "theirs"}
    assert officer.send(path, **theirs).status_code == 303
    reply = officer.send(path, **mine)
    assert reply.status_code == 400
    assert "Somebody decided on this entry" in reply.text
    assert "Neither confirmed nor denied: inquiry" in reply.text
    kept = form_of(reply.text)
    assert (kept[f"verdict-{look}"], kept[f"reason-{look}"]) == ("released", "mine")
    assert officer.send(path, **kept).status_code == 303, "now it was seen"


def test_a_long_list_is_paged_by_sending_it_and_no_verdict_is_lost_or_passed_over(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node, "LEI-H")
    made = looks(seat, person, *[CARE] * (2 * LINES_A_PAGE + 3))
    path = f"{HOME}/{opened(seat, person=str(person))}"
    seen: list[int] = []
    page = officer.get(f"{path}?show=undecided")
    everything = waiting(page)
    while on_page := indices_on(page):
        seen += on_page
        sent = form_of(page)
        for index in on_page:
            sent |= {f"verdict-{index}": "released", f"reason-{index}": "ordinary"}
        after = re.search(r'name="go" value="(\d+)">Keep and go on', page)
        reply = officer.send(path, **sent, **({"go": after[1]} if after else {}))
        assert reply.status_code == 303, "every letter of a whole page has room"
        page = officer.get(reply.headers["location"])
    assert len(seen) == len(set(seen)) == everything
    assert set(made) <= set(seen)
    assert "Every entry has a verdict." in page


def test_a_whole_page_of_the_longest_reasons_has_room(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node, "LEI-H")
    looks(seat, person, *[CARE] * LINES_A_PAGE)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    page = officer.get(f"{path}?show=undecided")
    sent = form_of(page)
    for index in indices_on(page):
        sent |= {f"verdict-{index}": "released", f"reason-{index}": "ŵ" * MOST_OF_A_REASON}
    assert officer.send(path, **sent).status_code == 303


def test_lines_with_one_proposal_are_decided_together_by_one_entry(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node)
    looks(seat, person, *[CARE] * 30, ALERTS)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    assert officer.send(f"{path}/proposals", reason="r").status_code == 400
    reply = officer.send(f"{path}/proposals", batch__ordinary="yes", reason=" ")
    assert reply.status_code == 400
    assert 'name="batch-ordinary" value="yes" checked' in reply.text
    before = seat.last_index()
    assert officer.send(f"{path}/proposals", batch__ordinary="yes", reason="all looked at").status_code == 303
    assert [one.act for one in seat.entries(before)] == ["consult", "decide"]
    page = officer.get(f"{path}?show=undecided")
    assert "A look for a purpose that anybody in custody expects." not in page
    assert "may hold intelligence" in page


def test_what_came_since_is_said_and_is_new_once_the_draft_is_brought_up_to_date(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    assert "came since the draft was drawn" not in officer.get(path)
    (look,) = looks(seat, person, CARE)
    page = officer.get(path)
    assert "1 entry about this person came since the draft was drawn." in page
    reply = officer.send(f"{path}/draft")
    assert reply.status_code == 303
    page = officer.get(reply.headers["location"])
    assert look in indices_on(page)
    assert "came since the draft was drawn" not in page


def test_nothing_is_given_while_a_line_waits_or_the_identity_was_not_compared(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node)
    looks(seat, person, CARE)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    before = seat.last_index()
    reply = officer.send(f"{path}/letter", confirm="yes", form="json")
    assert reply.headers["content-type"].startswith("text/html")
    assert "Nothing is released" in reply.text
    assert "export" not in {one.act for one in seat.entries(before)}
    rest_decided(officer, path)
    assert officer.send(f"{path}/letter", form="json").status_code == 400


def test_an_answer_holds_what_was_released_and_is_entered_as_given(seat: Seat, officer: Officer) -> None:
    person, number = somebody(seat.node, place=2)
    shown, held, kept_back = looks(seat, person, CARE, ALERTS, INQUIRY)
    path = f"{HOME}/{opened(seat, person=str(person), reference='REQ-77')}"
    assert shown < held < kept_back
    rest_decided(officer, path)
    before = seat.last_index()
    reply = officer.send(f"{path}/letter", confirm="yes", form="json")
    assert reply.headers["content-disposition"].startswith("attachment")
    answer = json.loads(reply.text)
    assert [one.act for one in seat.entries(before)] == ["consult", "export"]
    assert "REQ-77" in answer["reference"]
    assert any("looked at in a list (person)" in line["what"] for line in answer["lines"])
    assert answer["withheld"]
    for word in ("officer.called.smith", "records", "as proposed", "inquiry into a death", number):
        assert word not in reply.text
    preview = officer.get(f"{path}/letter")
    for word in (*answer["statement"], *answer["withheld"], *(line["what"] for line in answer["lines"])):
        assert word.replace("'", "&#39;") in preview
    paper = officer.send(f"{path}/letter", confirm="yes", form="pdf")
    assert paper.content.startswith(b"%PDF-1.7")
    assert "An answer was given" in officer.get(path)


def test_held_back_without_a_word_and_nothing_there_are_the_same_letter(seat: Seat, officer: Officer) -> None:
    """The only look at one person was for an inquiry; at the other nobody has looked."""
    answers: list[str] = []
    papers: list[bytes] = []
    for headers in ([INQUIRY], []):
        person = unseen(seat.node)
        looks(seat, person, *headers)
        path = f"{HOME}/{opened(seat, person=str(person), reference='REQ-9')}"
        page = officer.get(path)
        sent = form_of(page)
        for index in indices_on(page):
            sent |= {f"verdict-{index}": "neither:inquiry", f"reason-{index}": "an inquiry"}
        if headers:
            assert officer.send(path, **sent).status_code == 303
        answers.append(officer.send(f"{path}/letter", confirm="yes", form="json").text)
        papers.append(officer.send(f"{path}/letter", confirm="yes", form="pdf").content)
    assert "There is nothing that we can tell you." in answers[0]
    assert answers[0] == answers[1]
    assert papers[0] == papers[1]


def test_what_is_told_against_the_proposal_waits_for_another_officer(
    seat: Seat, client: TestClient[Litestar], second: Officer
) -> None:
    person, _ = somebody(seat.node, place=12)
    (look,) = looks(seat, person, ALERTS)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    first = Officer(client, seat.sign_in(client, "records"))
    page = first.get(f"{path}?begin={look}")
    first.send(path, **{**form_of(page), f"verdict-{look}": "released", f"reason-{look}": "no intelligence in it"})
    rest_decided(first, path)
    page = first.get(f"{path}?show=second")
    assert "Wait for a second officer (1)" in page
    assert f'name="agree-{look}"' not in page, "nobody seconds themselves"
    assert "a second officer has not decided the same" in first.send(f"{path}/letter", confirm="yes", form="pdf").text
    second = Officer(client, seat.sign_in(client, SECOND))
    page = second.get(f"{path}?show=second")
    assert second.send(path, **form_of(page), **{f"agree-{look}": "yes"}).status_code == 303
    assert "Wait for a second officer (0)" in second.get(path)
    reply = second.send(f"{path}/letter", confirm="yes", form="json")
    assert reply.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("who", ["officer.a", "governor", "board"])
def test_whoever_has_not_the_duty_is_refused_every_page_and_form_of_it(
    seat: Seat, client: TestClient[Litestar], who: str
) -> None:
    person, number = somebody(seat.node)
    path = f"{HOME}/{opened(seat, person=str(person), reference='REQ-SECRET-1')}"
    other = Officer(client, seat.sign_in(client, who))
    asked = [lambda one=one: get(client, one) for one in (HOME, path, f"{path}/letter")]
    sends = [(HOME, {"person": number, "reference": "R1", "received_on": "2026-07-20"}), (path, {})]
    sends += [(f"{path}/{end}", {"confirm": "yes", "reason": "r"}) for end in ("proposals", "draft", "letter")]
    asked += [lambda at=at, data=data: other.send(at, **data) for at, data in sends]
    for ask in asked:
        before = seat.last_index()
        reply = ask()
        assert reply.status_code == 403
        assert "REQ-SECRET" not in reply.text
        assert [(one.act, one.actor) for one in seat.entries(before)] == [("refuse", who)]


def test_an_entry_about_somebody_else_takes_no_verdict(seat: Seat, officer: Officer) -> None:
    person, _ = somebody(seat.node)
    path = f"{HOME}/{opened(seat, person=str(person))}"
    before = seat.last_index()
    reply = officer.send(path, **{"verdict-0": "released", "reason-0": "r", "seen-0": ""})
    assert reply.status_code == 400
    assert seat.entries(before) == []


def test_a_request_that_is_not_there_is_not_found_and_that_is_entered(seat: Seat, officer: Officer) -> None:
    before = seat.last_index()
    assert get(officer.client, f"{HOME}/{uuid4()}").status_code == 404
    assert [(one.act, one.header["count"]) for one in seat.entries(before)] == [("consult", 0)]


def test_nobody_works_the_request_of_their_own_person_or_kin_and_it_is_as_if_there_were_none(
    seat: Seat, officer: Officer
) -> None:
    person, number = somebody(seat.node, place=3)
    request = opened(seat, person=number, reference="REQ-OWN-1")
    assert "REQ-OWN-1" in officer.get(HOME)
    kept, by = seat.node.restrictions, By(actor="t")
    kept.link("records", person, relation=Relation.KIN, by=by)
    try:
        assert "REQ-OWN-1" not in officer.get(HOME)
        answers = [get(officer.client, f"{HOME}/{one}") for one in (request, uuid4())]
        assert [one.status_code for one in answers] == [404, 404]
        typed = {"reference": "REQ-2", "received_on": "2026-07-24"}
        mine, nobody = (officer.send(HOME, person=one, **typed) for one in (number, "A0000ZZ"))
        assert (mine.status_code, nobody.status_code) == (400, 400)
        assert mine.text.replace(number, "") == nobody.text.replace("A0000ZZ", "")
        asker = replace(seat.accounts.asker("records"), operator="somebody")
        with pytest.raises(NotFoundError):
            subject_draft(seat.node, Desk(asker=asker, purpose="governance.audit"), person)
    finally:
        kept.unlink("records", person, by=by)
