"""A draft of subject access in groups: what is to decide first, one decision for many, and taken back."""

import re
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import HOME, Officer, opened, unseen
from web_seat import Seat

from watchroom.audit.entries import Act, Entry


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
