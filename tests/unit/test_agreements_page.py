"""The page of agreements tells every key that the loader reads, and no other."""

import ast

import pytest

from agreements import SOUND, loaded
from source_tree import ROOT, called, calls
from watchroom.policy.agreement_keys import PARTS
from watchroom.policy.agreement_page import agreements_page
from watchroom.policy.errors import AgreementError

# How the loader asks a form for a key: the methods of a form, and our own functions that take the form first.
OF_A_FORM = {"text", "text_if_any", "name", "number", "truth", "day", "texts", "known", "known_one", "form", "forms"}
OF_A_FORM |= {"pairs", "has"}
WITH_A_FORM = {"read_period", "_hours", "_span", "_moment", "_classification", "_forms_if_any"}


def keys_of_the_loader() -> set[str]:
    found: set[str] = set()
    for where, call in calls("src"):
        if not where.startswith("src/watchroom/policy/") or called(call) not in OF_A_FORM | WITH_A_FORM:
            continue
        constants = [one.value for one in call.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        found.update(constants[:1])
    return found


def test_every_key_that_the_loader_reads_is_explained_and_no_other_is() -> None:
    # `subject` and `where` are read in one loop over both.
    assert {key.name for part in PARTS for key in part.keys} == keys_of_the_loader() | {"subject", "where"}


def test_the_page_is_the_one_that_the_code_makes() -> None:
    assert (ROOT / "docs" / "reference" / "agreements.md").read_text("utf-8") == agreements_page()


REQUIRED = [key.name for key in PARTS[0].keys if key.required]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_key_that_is_said_to_be_required_is(name: str) -> None:
    lines = SOUND.splitlines()
    begins = next(place for place, line in enumerate(lines) if line.startswith(f"{name}:"))
    ends = next(
        (place for place in range(begins + 1, len(lines)) if not lines[place].startswith((" ", "-"))), len(lines)
    )
    with pytest.raises(AgreementError, match=f"`{name}` is missing"):
        loaded("\n".join([*lines[:begins], *lines[ends:]]))


def test_an_agreement_of_required_keys_alone_is_sound() -> None:
    lines = SOUND.splitlines()
    kept: list[str] = []
    keeps = True
    for line in lines:
        if not line.startswith((" ", "-")):
            keeps = line.partition(":")[0] in REQUIRED
        kept += [line] if keeps else []
    assert loaded("\n".join(kept)).break_glass is None
