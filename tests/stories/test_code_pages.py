"""The pages of values that are in no code list: masked where they may be free text, decided by whoever has the duty."""

import re
from collections.abc import Generator

import pytest
from steward_node import SENTENCE, Sat, Stewarded, stewarded_at

from watchroom.ingest.code_queue import CodeValue


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stewarded]:
    with stewarded_at(tmp_path_factory.mktemp("codes")) as made:
        yield made


@pytest.fixture
def engineer(kept: Stewarded) -> Generator[Sat]:
    with kept.sat("engineer") as sat:
        yield sat


def value(kept: Stewarded, text: str | None = "NEWONE") -> CodeValue:
    """The value; None: the one that is masked."""
    found = kept.node.codes.revealed(kept.node.asker("engineer"))
    assert isinstance(found, tuple)
    return next(one for one in found if one.value == (SENTENCE if text is None else text))


def path(kept: Stewarded, text: str | None = "NEWONE") -> str:
    return f"/codes/{value(kept, text).id}"


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_value_that_may_be_free_text_is_masked_in_the_list_and_its_own_page_is_an_entry_without_it(
    kept: Stewarded, engineer: Sat
) -> None:
    masked = path(kept, None)
    before = kept.seat.last_index()
    listed = engineer.get("/codes")
    assert "NEWONE" in listed.text
    assert SENTENCE not in listed.text
    assert f"masked, {len(SENTENCE)} characters" in listed.text
    page = engineer.get(masked)
    assert SENTENCE in page.text
    assert SENTENCE not in page.text.partition("</title>")[0]
    entries = kept.seat.entries(before)
    assert [(one.act, one.actor, one.header["entity"]) for one in entries] == [
        ("list", "engineer", "code_value"),
        ("consult", "engineer", "code_value"),
    ]
    assert "Zebedee" not in str([one.body for one in entries])


def test_who_has_not_the_duty_is_refused_and_decides_nothing(kept: Stewarded) -> None:
    with kept.sat("governor") as governor:
        for one in ("/codes", path(kept), "/codes/999", "/codes/none"):
            assert governor.get(one).status_code == 403, one
        assert governor.post(path(kept), what="own", seen="").status_code == 403
        assert 'href="/codes"' not in governor.get("/my-work").text
    assert value(kept).state.value == "open"


def test_a_value_that_is_none_is_not_found(engineer: Sat) -> None:
    for one in ("/codes/999", "/codes/none"):
        assert engineer.get(one).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "decided"),
        ({"what": "to"}, "code"),
        ({"what": "to", "code": "NOT-IN-IT"}, "code"),
        ({"what": "ignore", "reason": " "}, "reason"),
        ({"what": "own", "from": "soon"}, "from"),
        ({"what": "own", "seen": "something else"}, "decided"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_decided(
    kept: Stewarded, engineer: Sat, typed: dict[str, str], field: str
) -> None:
    reply = engineer.post(path(kept), **{"seen": "", **typed})
    assert reply.status_code == 400
    assert f'id="{field}-error"' in reply.text
    assert value(kept).state.value == "open"


def test_codes_are_found_by_part_of_their_meaning_and_what_was_typed_stays(kept: Stewarded, engineer: Sat) -> None:
    page = engineer.post(path(kept), find="yes", search="arson", what="to", seen="", reason="kept")
    assert page.status_code == 200
    offered = re.findall(r'<option value="([^"]+)"', page.text)
    assert 0 < len(offered) < 10
    assert 'value="arson"' in page.text
    assert ">kept</textarea>" in page.text
    assert re.search(r'value="to" checked', page.text)


def test_a_value_is_mapped_what_stands_follows_and_a_second_person_does_not_undo_it_unseen(
    kept: Stewarded, engineer: Sat
) -> None:
    one = path(kept, "NEWTWO")
    form = {"seen": seen(engineer.get(one).text), "what": "to", "code": "XA"}
    before = kept.seat.last_index()
    done = engineer.post(one, **form)
    assert (done.status_code, done.headers["location"]) == (303, "/codes?done=mapped")
    (entry,) = [found for found in kept.seat.entries(before) if found.act == "settings"]
    assert (entry.actor, entry.header["count"]) == ("engineer", 1)
    assert "NEWTWO" not in str(entry.body)
    assert "What stands has followed it" in engineer.get("/codes?done=mapped").text
    with kept.sat("engineer.b") as second:
        late = second.post(one, **{**form, "what": "own"})
        assert late.status_code == 400
        assert "somebody else decided meanwhile" in late.text
        assert "Decided by engineer" in late.text
        # Whoever has seen that decision may take it back by another one.
        assert second.post(one, seen=seen(late.text), what="own").headers["location"] == "/codes?done=own"
    assert "own. Decided by engineer.b" in engineer.get("/codes").text
    undone = engineer.post(one, seen=seen(engineer.get(one).text), what="open")
    assert undone.headers["location"] == "/codes?done=open"
    assert "The value waits again" in engineer.get("/codes?done=open").text
    history = engineer.get(one).text.partition("What was decided before")[2]
    told = (
        "What was decided was taken back. Decided by engineer",
        "own. Decided by engineer.b",
        "(XA). Decided by engineer",
    )
    places = [history.find(one) for one in told]
    assert -1 not in places
    assert places == sorted(places), "the last one first"


def test_a_sentence_is_ignored_for_a_reason(kept: Stewarded, engineer: Sat) -> None:
    one = path(kept, None)
    assert engineer.post(one, seen="", what="ignore", reason="free text").status_code == 303
    page = engineer.get("/codes").text
    assert "It is ignored. Decided by engineer" in page
    assert SENTENCE not in page
