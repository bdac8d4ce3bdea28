"""Whatever is declared is used, shown and tried somewhere; whatever is used is declared."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache

import pytest

from source_tree import ROOT, SOURCE, called, calls, tracked_files
from watchroom.cli.reference import commands_of
from watchroom.entrances import commands
from watchroom.model.catalogue import Entity, catalogue
from watchroom.model.jurisdiction import pack
from watchroom.model.message_files import messages
from watchroom.model.words import FALLBACK

COMMANDS = dict(commands_of(commands()))
TEMPLATES = SOURCE / "web" / "templates"

# The rules of retention that there are.
RETENTIONS = {
    "arrest_record",
    "case_record",
    "custody_record",
    "duty_record",
    "event_record",
    "health_record",
    "incident_record",
    "reference",
    "staff_record",
    "supervision_record",
}

# Commands that are tried as a process of their own, and by which test.
TRIED_AS_A_PROCESS = {
    "watchroom clean": "tests/conformance/test_server_left.py",
    "watchroom demo": "tests/stories/test_by_hand.py",
    "watchroom serve": "tests/stories/test_by_hand.py",
}


@pytest.mark.parametrize("entity", list(catalogue().entities.values()), ids=lambda entity: entity.name)
def test_every_entity_says_how_long_it_is_kept_and_which_of_its_changes_are_told(entity: Entity) -> None:
    assert entity.retention in RETENTIONS
    assert entity.description.endswith(".")
    if entity.about_person:
        assert any(field.change_category for field in entity.fields), "nothing of it would ever be told"


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_every_command_is_tried(path: str) -> None:
    if path in TRIED_AS_A_PROCESS:
        assert (ROOT / TRIED_AS_A_PROCESS[path]).is_file()
        return
    words = tuple(path.split()[1:])
    assert any(texts[: len(words)] == words for texts in given_texts())


@cache
def given_texts() -> frozenset[tuple[str, ...]]:
    """The texts that each call in a test begins with."""
    found: set[tuple[str, ...]] = set()
    for _, call in calls("tests"):
        texts: list[str] = []
        for given in call.args:
            if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
                break
            texts.append(given.value)
        found.add(tuple(texts))
    return frozenset(found)


@pytest.mark.parametrize(
    "template", sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
)
def test_every_template_is_part_of_a_page_that_is_rendered(template: str) -> None:
    python = "\n".join(path.read_text("utf-8") for path in SOURCE.glob("web/*.py"))
    parts = "\n".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    is_named_by_another = re.search(
        rf"{{%[^%]*\b(?:extends|include|from|import)\b[^%]*[\"']{re.escape(template)}[\"']", parts
    )
    assert f'"{template}"' in python or is_named_by_another


ENGLISH = messages(FALLBACK)
TERMS = set(pack("england_and_wales").terms[FALLBACK])


def told() -> Iterator[tuple[str, str, set[str]]]:
    """Each call that says a message with all its parameters written out: where, which, and the parameters."""
    for where, call in calls("src"):
        if not call.args or not isinstance(call.args[0], ast.Constant) or call.args[0].value not in ENGLISH:
            continue
        if called(call) == "Text":
            params = call.args[1] if len(call.args) > 1 else ast.Dict(keys=[], values=[])
            if isinstance(params, ast.Dict) and all(isinstance(key, ast.Constant) for key in params.keys):
                yield where, call.args[0].value, {key.value for key in params.keys if isinstance(key, ast.Constant)}
        elif called(call) == "phrase" and all(keyword.arg for keyword in call.keywords):
            yield where, call.args[0].value, {str(keyword.arg) for keyword in call.keywords}


def test_every_message_is_given_what_it_names_and_nothing_else() -> None:
    wrong: list[str] = []
    for where, message, given in told():
        slots = {slot.name for slot in ENGLISH[message].slots} - TERMS
        if missing := slots - given:
            wrong.append(f"{where} {message} lacks {sorted(missing)}")
        # `count` may only choose between one and many.
        if unused := given - slots - {"count"}:
            wrong.append(f"{where} {message} does not name {sorted(unused)}")
    assert wrong == []


def test_every_message_of_a_template_is_given_what_it_names() -> None:
    said = re.compile(r"\bsay\(\s*['\"]([a-z_.]+)['\"]([^)]*)\)")
    for path in TEMPLATES.rglob("*.html"):
        for message, given in said.findall(path.read_text("utf-8")):
            slots = {slot.name for slot in ENGLISH[message].slots} - TERMS
            assert set(re.findall(r"(\w+)\s*=", given)) == slots, f"{path.name}: {message}"


def test_every_page_of_the_reference_is_made_or_held_against_the_code() -> None:
    tools = "\n".join(path.read_text("utf-8") for path in tracked_files() if path.match("tools/*.py"))
    tests = "\n".join(path.read_text("utf-8") for path in tracked_files() if path.match("tests/unit/*.py"))
    for page in (ROOT / "docs" / "reference").iterdir():
        if not page.name.startswith("bench-"):
            assert f'"{page.name}"' in tools + tests, page.name


def test_mutants_of_policy_meet_every_test_that_is_named_for_policy() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    found = {
        str(path.relative_to(ROOT))
        for folder in ("unit", "law")
        for path in (ROOT / "tests" / folder).glob("test_policy_*.py")
    }
    chosen = set(settings["pytest_add_cli_args_test_selection"])
    assert found <= chosen
    assert all((ROOT / path).is_file() for path in chosen)


def test_no_message_is_there_that_no_code_uses() -> None:
    """An id stands in code or in a template, whole or with places that are filled in; a place is one part or more."""
    kinds = (".py", ".html", ".js", ".typ", ".sql", ".json", ".yaml", ".toml")
    source = "\n".join(path.read_text("utf-8") for path in sorted(SOURCE.rglob("*")) if path.suffix in kinds)
    named = set(re.findall(r"[a-z_0-9]+(?:\.[a-z_0-9]+)*", source))
    made = set(re.findall(r"[\"']((?:[a-z_0-9.]|\{[^{}\n]+\})*\{[^{}\n]+\}(?:[a-z_0-9.]|\{[^{}\n]+\})*)[\"']", source))
    made |= {f"{stem}{{}}" for stem in re.findall(r"'([a-z_0-9.]+\.)' ~", source)}
    forms = [
        re.sub(r"\{[^{}]*\}", r"[a-zA-Z_0-9.-]+", one.replace(".", r"\."))
        for one in made
        if re.match(r"[a-z_]+\.", one)
    ]
    is_made = re.compile("|".join(f"(?:{form})" for form in sorted(set(forms))))
    assert [one for one in sorted(ENGLISH) if one not in named and not is_made.fullmatch(one)] == []
