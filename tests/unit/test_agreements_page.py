"""The page of agreements tells every key that the loader reads, and no other: by its source, so no test of mutants."""

import ast

from source_tree import called, calls
from watchroom.policy.agreement_keys import PARTS

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
