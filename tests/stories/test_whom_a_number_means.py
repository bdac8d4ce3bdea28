"""An officer of records names a person by a number: it means one person of all who have it, or nobody is answered for.

In this node the number A1 went from one person to another by a corrected delivery; two people have A4 and nobody A9.
"""

from collections.abc import Generator
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from standing import standing_node
from test_commands import run

from gate_world import person, write
from log_reading import latest
from watchroom.audit.read import Recorded
from watchroom.gate.agreement_changes import By
from watchroom.gate.restrictions import RestrictionKind
from watchroom.node.node import Node
from watchroom.store.database import Principal

HIDDEN = ("--kind", "protected", "--admit", "keeper", "--as", "gov", "--yes")
HELD = ("--kind", "inquiry", "--authority", "the coroner", "--reason", "an inquest", "--as", "gov")
ERASED = ("--rule", "request", "--as", "gov", "--yes")
ASKED = ("--as", "gov", "--purpose", "governance.audit")
KEYS: dict[str, UUID] = {}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("whom") / "n"
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        for name in ("gov", "keeper"):
            assert run("user", "add", folder, name, "--role", "information_governance").exit_code == 0
        with Node.open(folder) as node:
            shared = [person("4", prison_number="A4"), person("5", prison_number="a 4")]
            write(node.database, {"person": [person("1"), person("2"), person("3"), *shared]})
            # What was the number of the first is the second's.
            mended = [person("1", prison_number="A7"), person("2", prison_number="A1"), person("3")]
            write(node.database, {"person": [*mended, *shared]}, hour=1)
            KEYS.update(people(node))
        yield folder


@pytest.fixture
def node(standing: Path) -> Generator[Path]:
    """The node, in which nobody is hidden before and after."""
    yield standing
    with Node.open(standing) as opened:
        for who in KEYS.values():
            if opened.restrictions.is_restricted(who):
                opened.restrictions.lift(who, by=By(actor="keeper"))


def people(node: Node) -> dict[str, UUID]:
    """The people whom the record holds, by the key of their source."""
    with node.database.connection(Principal.LOADER) as connection:
        return dict(connection.execute("select source_key, id from record.person").fetchall())


def hide(folder: Path, key: str) -> UUID:
    with Node.open(folder) as node:
        kind = RestrictionKind.PROTECTED
        node.restrictions.restrict(KEYS[key], kind=kind, admits=["keeper"], by=By(actor="keeper"))
    return KEYS[key]


def is_hidden(folder: Path, key: str) -> bool:
    with Node.open(folder) as node:
        return node.restrictions.is_restricted(KEYS[key])


def entries(folder: Path, count: int) -> list[Recorded]:
    with Node.open(folder) as node:
        return list(latest(node.database, most=count))


def size(folder: Path) -> int:
    with Node.open(folder) as node:
        return node.audit.committed().size


def said(found: Result) -> tuple[int, str, str]:
    return found.exit_code, found.stdout, found.stderr


def test_a_number_that_went_to_somebody_else_lifts_nobody_elses_protection(node: Path) -> None:
    hide(node, "1")
    lifted = run("restrict", "lift", node, "A1", "--as", "gov")
    assert (lifted.exit_code, lifted.stdout) == (1, "")
    assert is_hidden(node, "1")


@pytest.mark.parametrize(
    "command",
    [
        ("erase", "person", "A1", *ERASED),
        ("restrict", "add", "A1", *HIDDEN),
        ("restrict", "party", "keeper", "A1", "--relation", "kin", "--as", "gov"),
        ("audit", "subject", "A1", *ASKED),
        ("erase", "mentions", "A1", *ASKED),
        ("hold", "add", "--person", "A1", *HELD),
    ],
)
def test_where_who_has_the_number_is_hidden_nobody_is_meant_who_had_it_before(
    node: Path, command: tuple[str, ...]
) -> None:
    hide(node, "2")
    first, second, *more = command
    found = run(first, second, node, *more)
    absent = run(first, second, node, *("A9" if word == "A1" else word for word in more))
    assert found.exit_code == 1
    assert said(found) == said(absent)
    with Node.open(node) as opened:
        assert people(opened) == KEYS, "who had it before was not erased"
        assert not opened.restrictions.is_restricted(KEYS["1"])


def test_a_number_lifts_and_admits_for_the_one_who_has_it_today_and_says_who_that_is(node: Path) -> None:
    who = hide(node, "2")
    for asked in (("admit", "A1", "gov"), ("lift", "a 1")):
        word, *more = asked
        found = run("restrict", word, node, *more, "--as", "gov")
        assert found.exit_code == 0, found.stderr
        assert str(who) in found.stderr
    assert not is_hidden(node, "2")


def test_of_a_number_of_several_nobody_is_admitted_to_or_lifted_and_no_id_is_told(node: Path) -> None:
    both = [hide(node, key) for key in ("4", "5")]
    for asked in (("admit", "A4", "gov"), ("lift", "A4")):
        word, *more = asked
        absent = run("restrict", word, node, *("A9" if one == "A4" else one for one in more), "--as", "gov")
        found = run("restrict", word, node, *more, "--as", "gov")
        assert said(found) == said(absent)
        assert not [one for one in both if str(one) in found.stderr]
    assert run("restrict", "lift", node, both[1], "--as", "gov").exit_code == 0
    assert run("restrict", "lift", node, "A4", "--as", "gov").exit_code == 1, "one of several is hidden: still not one"
    assert is_hidden(node, "4")


def test_whether_somebody_is_hidden_is_not_told_by_an_account_that_there_is_not(node: Path) -> None:
    hide(node, "3")
    for name in ("A3", "A1", "A9"):
        found = run("restrict", "admit", node, name, "nosuch", "--as", "gov")
        assert (found.exit_code, "there is no such account" in found.stderr) == (1, True)
        for words in (
            ("add", node, name, "--kind", "protected", "--admit", "nosuch", "--yes"),
            ("party", node, "nosuch", name, "--relation", "kin"),
        ):
            assert said(run("restrict", *words, "--as", "gov")) == said(found)


@pytest.mark.parametrize("name", ["A3", "A1", "A9"])
@pytest.mark.parametrize("word", ["add", "admit", "lift", "party"])
def test_who_is_looked_up_to_hide_or_to_show_is_an_entry_whatever_comes_of_it(node: Path, word: str, name: str) -> None:
    hide(node, "3")
    before = size(node)
    words = {
        # Nobody answers whether to hide them all the same.
        "add": (node, name, "--kind", "protected"),
        "admit": (node, name, "keeper"),
        "lift": (node, name),
        "party": (node, "keeper", name, "--relation", "kin", "--end"),
    }
    run("restrict", word, *words[word], "--as", "gov")
    looked = entries(node, size(node) - before)[-1]
    assert (looked.act, looked.actor, looked.header["entity"]) == ("consult", "gov", "policy")
    assert looked.body is not None
    assert looked.body["detail"] == {"did": "looked up", "for": word}


@pytest.mark.parametrize(
    ("command", "thing"),
    [
        (("hold", "add", "--person", "A9", *HELD), "hold"),
        (("erase", "person", "A9", *ERASED), "erasure"),
        (("erase", "mentions", "A9", *ASKED), "erasure"),
        (("audit", "subject", "A9", *ASKED), "subject_access"),
    ],
)
def test_who_is_looked_up_in_vain_is_entered_with_what_for(node: Path, command: tuple[str, ...], thing: str) -> None:
    first, second, *more = command
    before = size(node)
    assert run(first, second, node, *more).exit_code == 1
    entry = entries(node, size(node) - before)[0]
    assert (entry.act, entry.header["entity"], entry.header["count"]) == ("consult", thing, 0)


def test_an_account_whose_own_person_or_kin_is_hidden_counts_as_none_that_may_act_for_them(node: Path) -> None:
    who = KEYS["3"]
    party = ("restrict", "party", node, "keeper", who, "--relation", "kin", "--as", "gov")
    assert run(*party).exit_code == 0
    try:
        asked = run("restrict", "add", node, who, *HIDDEN[:-1])
        assert "nobody who is admitted may erase them" in asked.stderr
        assert run("restrict", "add", node, who, *HIDDEN).exit_code == 0
        admitted = run("restrict", "admit", node, who, "keeper", "--as", "gov")
        assert "nobody who is admitted may erase them" in admitted.stderr
        able = run("restrict", "admit", node, who, "gov", "--as", "gov")
        assert (able.exit_code, "nobody who is admitted" in able.stderr) == (0, False)
    finally:
        run(*party, "--end")
