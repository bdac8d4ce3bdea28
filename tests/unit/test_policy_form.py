"""A text that is not of the form of an agreement is refused with the file and the line."""

import pytest

from agreements import read, refused
from spread_agreement import SPREAD, with_fault
from watchroom.policy.form import MAX_BYTES

DEEP, YAML = "it nests too deep", "it is not valid YAML 1.2 or names a key twice"
TAG = "tags are not allowed: write the value as it is"
ANCHOR = "anchors are not allowed: write out what is agreed"


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("duty of care", "&a duty of care", 21, ANCHOR),
        ("law:\n", "law: &a\n", 17, ANCHOR),
        ("  - clause: 2", "  - &a\n    clause: 2", 37, ANCHOR),
        ("fields: [path]", "fields: &a [path]", 40, ANCHOR),
        ("fields: [path]", "fields: [&a path]", 40, ANCHOR),
        ("fields: [path]", "fields: !x [path]", 40, TAG),
        ("duty of care", "!!str duty of care", 21, TAG),
        ("fields: [path]", f"fields: {'[' * 21}{']' * 21}", 40, DEEP),
        ("fields: [path]", f"fields: {'[' * 20}{']' * 20}", 40, "`fields` must be a list of texts"),
        ("fields: [path]", "fields: {a: [{b: [{c: [{d: [{e: [{f: [{g: [{h: [{i: [{j: [{", 40, DEEP),
        ("fields: [path]", f"fields: {'- ' * 11}x", 40, YAML),
        ("    fields: [path]", f"{'- ' * 10}fields: x", 40, DEEP),
        ("    fields: [path]", f"{' ' * 101}fields: x", 40, DEEP),
        ("    fields: [path]", f"{' ' * 100}fields: x", 40, YAML),
        ("fields: [path]", "fields: @path", 40, YAML),
        ("fields: [path]", "fields: [path", 41, YAML),
        ("fields: [path]", "fields: [path]\n    1: x", 37, "key `1` must be text"),
        ("title: Alerts", "title: Alerts\n1: x #", 1, "key `1` must be text"),
    ],
)
def test_a_text_of_the_wrong_form_is_told_with_the_file_and_the_line(
    old: str, new: str, line: int, problem: str
) -> None:
    assert refused(with_fault(old, new), says=problem, line=line, take=read).problem == problem


def test_brackets_that_are_closed_do_not_add_up() -> None:
    read(f"{SPREAD}# {'[]{}' * 30}\n# {']' * 30}{'[' * 20}{']' * 20}\n")
    again = f"{SPREAD}# {'[' * 11}\n# {'{' * 10}\n"
    refused(again, says=DEEP, line=len(SPREAD.splitlines()) + 2, take=read)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("#" * (MAX_BYTES + 1), 1, f"the file is larger than {MAX_BYTES} bytes; split the agreement"),
        ("#" * MAX_BYTES, 1, "a mapping of keys and values is expected here"),
        ("a: 1\n---\nb: 1", 2, YAML),
        ("a: 1\n\na: 2", 3, YAML),
        ("\n\na: b: c", 3, YAML),
        ("a: 2026-13-45", 1, "it is not valid YAML 1.2"),
        ("a: \x00", 1, "it is not valid YAML 1.2"),
        ("- a", 1, "a mapping of keys and values is expected here"),
    ],
)
def test_what_is_no_document_is_told_with_the_file_and_the_line(text: str, line: int, problem: str) -> None:
    assert refused(text, says=problem, line=line, take=read).problem == problem
