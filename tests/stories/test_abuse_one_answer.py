"""Inference from absence, at the entrances: a restricted person and nobody are one answer, byte for byte."""

from uuid import uuid4

import pytest
from abuse_record import CARE, first_of, restricted, run, stored
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from watchroom.node.node import Node


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar]) -> TestClient[Litestar]:
    seat.sign_in(client, "officer.a")
    return client


@pytest.mark.parametrize("at", ["", "2026-07-23T22:00"], ids=["now", "then"])
def test_a_restricted_person_and_nobody_are_one_answer_on_every_page(
    officer: TestClient[Litestar], seat: Seat, node: Node, at: str
) -> None:
    someone = first_of(node, "LEI-A")
    assert get(officer, f"/people/{someone}?purpose={CARE}&at={at}").status_code == 200
    with restricted(node, someone):
        before = seat.last_index()
        of_them, of_nobody = (get(officer, f"/people/{one}?purpose={CARE}&at={at}") for one in (someone, uuid4()))
        entries = seat.entries(before)
        pages = [f"/handover/LEI-A?purpose={CARE}&at={at}", f"/handover/LEI-A.json?purpose={CARE}&at={at}"]
        told = [get(officer, page).text for page in pages]
        # A paper of one person does not exist; of neither of them.
        papers = [get(officer, f"/people/{one}/print.pdf").content for one in (someone, uuid4())]
        with_json = [get(officer, f"/people/{one}.json?purpose={CARE}").content for one in (someone, uuid4())]
    assert (of_them.status_code, of_them.content) == (404, of_nobody.content)
    assert of_them.headers == of_nobody.headers
    assert papers[0] == papers[1]
    assert with_json[0] == with_json[1]
    assert all(str(someone) not in page for page in told)
    kept = [(one.act, one.actor, one.header["entity"], one.header.get("purpose")) for one in entries]
    assert len(kept) == 2
    assert kept[0] == kept[1]


def test_a_restricted_person_and_nobody_are_one_answer_of_every_command(node: Node, example: Example) -> None:
    someone = first_of(node, "LEI-A")
    asked = ("--as", "officer.a", "--purpose", CARE)
    with restricted(node, someone):
        for words in (("see", "person"), ("explain", "person"), ("see", "alert"), ("explain", "alert")):
            for more in ((), ("--json",)):
                answers = [run(words[0], example.folder, words[1], one, *asked, *more) for one in (someone, uuid4())]
                told = [(one.exit_code, one.stdout, one.stderr) for one in answers]
                assert told[0] == told[1], (words, more)
        lists = run("see", example.folder, "person", *asked, "--json").stdout
        brief = run("brief", example.folder, "--post", "LEI-A", "--at", "2026-07-24T08:00", *asked).stdout
    assert str(someone) not in lists
    assert str(someone) not in brief


def test_a_restricted_person_s_name_is_on_no_paper(officer: TestClient[Litestar], node: Node) -> None:
    """Two papers of one wing, of which only the second holds a restricted person under two names: the same bytes."""
    someone = first_of(node, "LEI-A")
    papers: list[bytes] = []
    for name in ("ZZYXMARKER", "QQWVMARKER"):
        with stored(node, someone, name), restricted(node, someone):
            papers.append(get(officer, f"/handover/LEI-A/print.pdf?purpose={CARE}").content)
    assert papers[0].startswith(b"%PDF")
    assert papers[0] == papers[1]
