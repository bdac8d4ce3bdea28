"""What a desk for agreements does not take is told on a page in words, in every language that there is."""

import ast
from collections.abc import Iterator

import pytest

from source_tree import SOURCE
from watchroom.model.message_files import messages

# What decides on agreements, their signatures, keys and drafts.
DESKS = (
    "gate/agreement_changes.py",
    "gate/agreements.py",
    "gate/drafts.py",
    "gate/party_keys.py",
    "node/agreement_desk.py",
    "node/agreement_signing.py",
    "node/draft_desk.py",
)


def raised() -> Iterator[tuple[str, ast.Call]]:
    """The faults of usage that the desks raise, by the name of their class."""
    for path in DESKS:
        for node in ast.walk(ast.parse((SOURCE / path).read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                yield node.exc.func.id, node.exc


def reasons() -> set[str]:
    given = (word.value for name, call in raised() if name == "NotTakenError" for word in call.keywords)
    return {str(one.value) for one in given if isinstance(one, ast.Constant)}


def test_a_desk_gives_no_reason_that_a_page_could_not_tell() -> None:
    assert "UsageError" not in {name for name, _ in raised()}
    assert len(reasons()) >= 13


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_reason_of_a_desk_has_words_and_every_word_a_reason(language: str) -> None:
    told = {one for one in messages(language) if one.startswith("agreements.refused.")}
    assert told == {f"agreements.refused.{why}" for why in reasons()}
