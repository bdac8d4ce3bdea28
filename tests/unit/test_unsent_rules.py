"""What is kept of a form whose session has ended: every route is named, and nothing secret is ever in it."""

import re
from functools import cache
from pathlib import Path

import pytest

from watchroom.governance.unsent.rules import KEPT, NOT_KEPT, is_secret, is_worth_keeping, page_of, typed_of
from watchroom.model.words import Words
from watchroom.web.app import app_over
from watchroom.web.house import House

TEMPLATES = Path(__file__).parents[2] / "src" / "watchroom" / "web" / "templates"
WORDS = Words()
FORM = re.compile(r"""<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>""", re.DOTALL)
FIELD = re.compile(r"<(?:input|textarea|select|button)\b[^>]*>", re.DOTALL)


def never() -> House:
    raise AssertionError("nothing is asked of the application")


@cache
def routes(method: str) -> frozenset[str]:
    """The routes that take a method."""
    return frozenset(route.path_format for route in app_over(never).routes if method in getattr(route, "methods", []))


def secret_fields() -> set[str]:
    """The names of all fields of type `password` or `file`, in any template."""
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        for tag in FIELD.findall(path.read_text("utf-8")):
            if re.search(r"""type=["']?(password|file)\b""", tag):
                name = re.search(r'name="([^"]+)"', tag)
                assert name is not None, f"{path.name}: a secret field without a name"
                found.add(name[1])
    return found


def test_every_route_that_takes_a_form_is_kept_or_named_with_the_reason_why_not() -> None:
    assert routes("POST") == KEPT.keys() | NOT_KEPT.keys()
    assert not KEPT.keys() & NOT_KEPT.keys()
    assert all(NOT_KEPT.values())


def test_no_field_that_a_page_hides_while_it_is_typed_is_kept() -> None:
    names = secret_fields()
    assert {"password", "second_password", "file"} <= names
    assert [name for name in names if not is_secret(name)] == []
    for route in KEPT:
        kept = typed_of(route, route, [(name, "hunter2") for name in names], is_finished=True)
        assert kept.fields == ()


def test_a_field_whose_type_is_worked_out_is_never_a_password() -> None:
    """Else the walk over the templates would pass it by."""
    python = "\n".join(path.read_text("utf-8") for path in TEMPLATES.parents[1].rglob("*.py"))
    assert re.findall(r"""kind\s*=\s*["'](?:password|file)["']""", python) == []


def test_the_token_and_the_id_of_an_earlier_keeping_are_not_part_of_what_was_typed() -> None:
    sent = [("csrf_token", "a"), ("unsent", "b"), ("words", "c"), ("upload", object())]
    assert typed_of("/break-glass", "/break-glass", sent, is_finished=True).fields == (("words", "c"),)


@pytest.mark.parametrize(
    ("fields", "is_worth"),
    [
        ([("reason-7", "because")], True),
        ([("reason-7", "  "), ("seen-7", "abc"), ("begin", "0")], False),
        ([("verdict-7", "released")], True),
        ([], False),
    ],
)
def test_a_form_into_which_nobody_put_anything_is_not_kept(fields: list[tuple[str, str]], *, is_worth: bool) -> None:
    route = "/subject-access/{request_id}"
    assert is_worth_keeping(typed_of(route, "/subject-access/1", fields, is_finished=True)) is is_worth


@pytest.mark.parametrize("route", sorted(KEPT))
def test_every_kept_form_has_its_words_and_the_names_of_fields_that_its_page_has(route: str) -> None:
    kind = KEPT[route]
    wanted = [kind.title, *kind.labels.values(), *([kind.why_again] if kind.why_again else [])]
    assert [one for one in wanted if not WORDS.knows(one)] == []
    templates = "\n".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    # Some pages name their fields in a loop; those stand in a part of `show.py` or as a call in the template.
    named = set(re.findall(r'name="([a-z_]+)', templates)) | set(re.findall(r"(?:field|tick)\('([a-z_]+)'", templates))
    looped = {"person", "reference", "received_on"}
    assert set(kind.labels) | kind.again <= named | looped
    assert kind.codes.keys() <= kind.labels.keys()
    assert bool(kind.again) is bool(kind.why_again)


def test_every_kept_form_that_asks_for_a_password_says_that_it_is_given_anew() -> None:
    asks: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        for action, inside in FORM.findall(path.read_text("utf-8")):
            if "password" in inside:
                asks.add(re.sub(r"\{\{.*?\}\}", "{}", action))
    found = {route for route in KEPT if re.sub(r"\{.*?\}", "{}", route) in asks}
    assert found == {"/agreements/keys", "/break-glass", "/rooms/{room_id}/admit"}
    assert [route for route in found if not KEPT[route].again] == []


@pytest.mark.parametrize("route", sorted(KEPT))
def test_every_kept_form_leads_to_a_page_that_there_is(route: str) -> None:
    assert page_of(typed_of(route, route, (), is_finished=True)) in routes("GET")


def test_what_a_page_sends_by_itself_is_kept_as_a_form_whose_button_nobody_pressed() -> None:
    sent = [("document", "name: X"), ("act", "keep")]
    kept = typed_of("/agreements/drafts/{draft_id}", "/agreements/drafts/7", sent, is_finished=True)
    assert (kept.fields, kept.is_finished) == ((("document", "name: X"),), False)
    pressed = typed_of("/agreements/drafts/{draft_id}", "/agreements/drafts/7", [("act", "enter")], is_finished=True)
    assert (pressed.fields, pressed.is_finished) == ((("act", "enter"),), True)
