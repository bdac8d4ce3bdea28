"""A draft of subject access in groups: what is to decide first, one decision for many, and taken back."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import HOME, Officer, form_of, indices_on, opened, unseen
from web_seat import Seat

from waiters import wait_for_waiters
from watchroom.audit.entries import Act, Entry
from watchroom.audit.subject_requests import one_request
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Principal


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar]) -> Officer:
    return Officer(client, seat.sign_in(client, "records"))


def drawn(seat: Seat, *seen: tuple[str, str, int]) -> str:
    """A request of somebody nobody has looked at before, with looks: purpose, entity, how many others."""
    person = unseen(seat.node)
    for purpose, entity, others in seen:
        named = (person, *(UUID(int=number + 1) for number in range(others)))
        entry = Entry(
            act=Act.LIST,
            actor="a.b",
            organisation="HMPPS",
            role="nurse",
            purpose=purpose,
            entity=entity,
            subjects=named,
        )
        seat.node.audit.append(entry)
    return f"{HOME}/{opened(seat, person=str(person))}"


def heads(page: str) -> list[str]:
    """The headings of the groups."""
    found = re.findall(r'<h3 id="group-\d+">(.*?)</h3>', page)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in found]


def held(page: str, key: str) -> str:
    found = re.search(rf'name="held-{key}" value="([^"]*)"', page)
    assert found is not None, key
    return found[1]


LOOKS = (
    ("custody.care", "person", 0),
    ("custody.care", "alert", 2),
    ("custody.care", "person", 0),
    ("investigation.death", "person", 0),
)


def test_a_draft_begins_with_what_is_to_decide_by_kind_of_record_and_then_by_what_was_decided(
    seat: Seat, officer: Officer
) -> None:
    path = drawn(seat, *LOOKS)
    assert heads(officer.get(path)) == ["To decide: alert 1", "To decide: person 3"]
    for key in ("ordinary", "intelligence"):
        assert officer.send(f"{path}/proposals", **{f"batch-{key}": "yes"}, reason="looked at").status_code == 303
    assert heads(officer.get(path)) == ["To decide: person 1"], "what is to decide comes first"
    assert heads(officer.get(f"{path}?show=all")) == ["To decide: person 1", "Released: person 2", "Withheld: alert 1"]
    assert heads(officer.get(f"{path}?show=released")) == ["Released: person 2"]


def test_many_are_decided_otherwise_at_once_and_back_again_and_never_over_somebody_else(
    seat: Seat, officer: Officer
) -> None:
    path = drawn(seat, *LOOKS)
    sent = {"batch-ordinary": "yes", "choice": "withheld:crime", "reason": "a mistake"}
    assert officer.send(f"{path}/proposals", **sent).status_code == 303
    page = officer.get(f"{path}?show=all")
    assert "Withheld: person 2" in heads(page)
    key = "decided-withheld-crime"
    back = {f"batch-{key}": "yes", f"held-{key}": held(page, key), "choice": "", "reason": "taken back"}
    before = seat.last_index()
    assert officer.send(f"{path}/proposals", **back).status_code == 303
    assert [one.act for one in seat.entries(before)] == ["consult", "decide"], "one entry for all of them"
    assert "Released: person 2" in heads(officer.get(f"{path}?show=all"))

    page = officer.get(path)
    again = {"batch-decided-released": "yes", "held-decided-released": "0.0", "choice": "", "reason": "not seen"}
    refused = officer.send(f"{path}/proposals", **again)
    assert refused.status_code == 400
    assert "Somebody decided on some of these entries" in refused.text
    assert "not seen" in refused.text, "what was typed is kept"


def test_other_people_of_an_entry_are_struck_out_visibly_and_the_person_is_told_that_they_are_left_out(
    seat: Seat, officer: Officer
) -> None:
    path = drawn(seat, ("custody.care", "person", 2))
    page = officer.get(path)
    assert "wr-struck__bar" in page
    assert "2 other people, left out of the answer" in page
    officer.send(f"{path}/proposals", **{"batch-ordinary": "yes"}, reason="looked at")
    letter = officer.get(f"{path}/letter")
    assert "[other people: left out]" in letter
    assert "2 other" not in letter


def test_a_preview_of_what_is_not_decided_yet_says_that_it_is_no_answer(seat: Seat, officer: Officer) -> None:
    path = drawn(seat, *LOOKS)
    letter = officer.get(f"{path}/letter")
    assert letter.index("What stands below is not the answer yet.") < letter.index("There is nothing that we can tell")


def test_what_all_have_decided_meanwhile_is_refused_in_words_and_not_called_unticked(
    seat: Seat, officer: Officer
) -> None:
    path = drawn(seat, *LOOKS)
    sent = {"batch-ordinary": "yes", "choice": "", "reason": "mine"}
    assert officer.send(f"{path}/proposals", **sent).status_code == 303
    before = seat.last_index()
    reply = officer.send(f"{path}/proposals", **sent | {"reason": "another reason"})
    assert reply.status_code == 400
    assert "Somebody decided on some of these entries" in reply.text
    assert [one.act for one in seat.entries(before) if one.act == "decide"] == []


@pytest.mark.parametrize("form", ["lines", "proposals"])
def test_of_two_who_send_their_verdicts_at_once_one_is_taken_and_the_other_told_so_in_words(
    seat: Seat, officer: Officer, form: str
) -> None:
    path = drawn(seat, LOOKS[0])
    page = officer.get(path)
    (index,) = indices_on(page)
    person_id = one_request(seat.node.database, UUID(path.rpartition("/")[2])).person_id
    lines = {**form_of(page), f"verdict-{index}": "released"}
    forms = {
        "lines": ("", [{**lines, f"reason-{index}": why} for why in ("mine", "yours")]),
        "proposals": ("/proposals", [{"batch-ordinary": "yes", "choice": "", "reason": why} for why in ("m", "y")]),
    }
    end, data = forms[form]
    before = seat.last_index()
    with ThreadPoolExecutor(2) as pool:
        with seat.node.database.connection(Principal.AUDIT) as connection:
            connection.execute(
                load_queries("watchroom.audit", "verdicts.sql")["take_turn_of"].text, {"person_id": str(person_id)}
            )
            sent = [pool.submit(officer.send, path + end, **one) for one in data]
            # Both have read the request; neither knows of the other's verdict.
            wait_for_waiters(seat.node.database, 2)
        replies = [one.result(timeout=30) for one in sent]
    assert sorted(one.status_code for one in replies) == [303, 400]
    assert any("Somebody decided on" in one.text for one in replies)
    assert [one.act for one in seat.entries(before)].count("decide") == 1
