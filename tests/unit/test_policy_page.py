"""The page of agreements is the one that the code makes, and says of each key whether it must be there."""

import pytest

from agreements import SOUND, loaded, refused
from source_tree import ROOT
from watchroom.policy.agreement_keys import PARTS
from watchroom.policy.agreement_page import agreements_page


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
    refused("\n".join([*lines[:begins], *lines[ends:]]), says=f"`{name}` is missing", line=1)


def test_an_agreement_of_required_keys_alone_is_sound() -> None:
    lines = SOUND.splitlines()
    kept: list[str] = []
    keeps = True
    for line in lines:
        if not line.startswith((" ", "-")):
            keeps = line.partition(":")[0] in REQUIRED
        kept += [line] if keeps else []
    assert loaded("\n".join(kept)).break_glass is None
