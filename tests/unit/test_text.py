"""Every text has a message: none is missing, none is left over, and every message can be said."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchroom.handover.ended import CATEGORY
from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import pack, pack_names
from watchroom.model.message_files import languages, messages
from watchroom.model.words import FALLBACK, STYLES
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES
from watchroom.priority.reasons import Level

SOURCE = Path(__file__).parents[2] / "src" / "watchroom"
ENGLISH = messages(FALLBACK)
TERMS = set(pack("england_and_wales").terms[FALLBACK])
# Ids made from what is enumerated elsewhere; the last tests of this file say that each of those has its message.
FROM_ENUMERATIONS = ("code.", "category.", "shift.", "purpose.", "role.", "level.")


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Where each id is given to `Text(...)` or `.phrase(...)`."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _names_a_message(node.func):
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node.args[0]


def _names_a_message(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in {"Text", "phrase"}
    return isinstance(function, ast.Attribute) and function.attr == "phrase"


def literals(expression: ast.expr) -> Iterator[str]:
    """The ids that an expression can be, as far as it says so itself: a text, or the sides of a condition."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from literals(expression.body)
        yield from literals(expression.orelse)


def pattern(expression: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r".+" for part in expression.values
    )


def test_every_text_that_is_named_has_an_english_message():
    missing = [
        f"{where} {message_id}"
        for where, expression in calls()
        for message_id in literals(expression)
        if message_id not in ENGLISH and message_id not in TERMS
    ]
    assert not missing, "\n".join(missing)


# A field is called what the model calls it; a message of that id is needed only where another language says otherwise.
OF_THE_MODEL = r"field\..+\..+"


def test_every_text_whose_id_is_put_together_leads_to_a_message():
    lost = [
        f"{where} {pattern(expression)}"
        for where, expression in calls()
        if isinstance(expression, ast.JoinedStr)
        and pattern(expression) != OF_THE_MODEL
        and not any(re.fullmatch(pattern(expression), message_id) for message_id in ENGLISH)
    ]
    assert not lost, "\n".join(lost)


def test_no_message_is_left_over():
    told: set[str] = set()
    patterns: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                told.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                patterns.add(pattern(node))
    pages = "\n".join(
        path.read_text(encoding="utf-8") for kind in ("html", "typ") for path in SOURCE.rglob(f"*.{kind}")
    )
    known = re.compile("|".join(sorted(one for one in patterns if re.match(r"[a-z_]+\\\.", one))) or r"(?!)")
    left_over = [
        message_id
        for message_id in ENGLISH
        if message_id not in told
        and not message_id.startswith(FROM_ENUMERATIONS)
        and not known.fullmatch(message_id)
        and message_id not in pages
    ]
    assert not left_over, "\n".join(left_over)


def test_every_term_in_a_message_is_one_of_the_packs():
    for language in languages():
        for message_id, message in messages(language).items():
            terms = {slot.name for slot in message.slots if slot.name.startswith("term.")}
            assert terms <= TERMS, message_id


def test_every_style_in_a_message_is_one_that_words_know():
    for language in languages():
        for message_id, message in messages(language).items():
            assert {slot.style for slot in message.slots} <= STYLES, message_id


def test_a_translation_names_nothing_that_the_english_message_does_not():
    for language in languages():
        for message_id, message in messages(language).items():
            assert message_id in ENGLISH, f"{language}: {message_id}"
            assert message.slots <= ENGLISH[message_id].slots, f"{language}: {message_id}"


def test_messages_stand_in_the_folder_of_their_language():
    stray = [path.name for path in (SOURCE / "model" / "messages").glob("*.po")]
    assert stray == [], "move them to messages/<language>/<room>.po"


def test_every_purpose_role_level_and_kind_of_news_has_a_name_and_no_other_has():
    enumerated = {
        *(f"purpose.{name}" for name in PURPOSES),
        *(f"role.{name}" for name in ROLES),
        *(f"level.{level}" for level in Level),
        *(f"category.{name}" for name in catalogue().change_categories),
        # What a source does is news of no record.
        f"category.{CATEGORY}",
    }
    named = {name for name in ENGLISH if name.startswith(("purpose.", "role.", "level.", "category."))}
    assert named == enumerated


@pytest.mark.parametrize("key", pack_names())
def test_every_shift_of_a_pack_has_a_name(key: str):
    assert {f"shift.{shift.name}" for shift in pack(key).shifts} <= set(ENGLISH)
