"""Laws of the loader: whatever is done to a text, it is read for what it says or refused with its line."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from agreements import SOUND
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import example_text, load_agreement
from watchroom.policy.clauses import Agreement
from watchroom.policy.conditions import ALWAYS
from watchroom.policy.errors import AgreementError

TEXTS = (SOUND, example_text("self_harm_support"), example_text("road_incidents"))
WORDS = (
    *("", " ", "~", "null", "true", "no", "1", "-1", "1.5", ".nan", ".inf", "2026-01-01", "12:30", "'*'", "*", "&a x"),
    *(
        "[]",
        "{}",
        "[*a]",
        "!!set {a}",
        "!!binary aGk=",
        "!x y",
        "<<: {a: 1}",
        "? a",
        "| x",
        "> x",
        "--- a",
        "%YAML 1.1",
    ),
    *(
        "\t",
        "\0",
        "\x85",
        "\u2028",
        "\ufeff",
        "\U0001f4a9",
        "[[[[",
        "((((",
        "not " * 400,
        "(" * 3000,
        "comment",
        "export",
    ),
    *(
        "where: is_restricted or not is_restricted",
        "subject: at_my_site",
        "entities: [alert]",
        "break_glass: {}",
        "on_request: []",
    ),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A sound text, of which some lines or words were lost, doubled, moved or replaced."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        place, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        line = lines[place]
        cut = draw(st.integers(0, len(line)))
        word = draw(st.sampled_from(WORDS) | st.text(max_size=5))
        match draw(st.sampled_from(["lose", "double", "swap", "insert", "cut", "value"])):
            case "lose" if len(lines) > 1:
                del lines[place]
            case "double":
                lines.insert(other, line)
            case "swap":
                lines[place], lines[other] = lines[other], lines[place]
            case "insert":
                lines[place] = line[:cut] + word + line[cut:]
            case "cut":
                lines[place] = line[:cut]
            case _:
                lines[place] = f"{line.partition(':')[0]}: {word}"
    return "\n".join(lines)


def read_or_refused(text: str) -> Agreement | None:
    try:
        return load_agreement(text, where="a.yaml", model=catalogue())
    except AgreementError as fault:
        assert 1 <= fault.line <= len(text.splitlines()) + 2  # noqa: PT017  a refusal is one of the two right answers
        return None


def as_it_stands(text: str) -> Any:
    """The text by another reader of YAML, which knows nothing of agreements."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(text)


# How long one text takes is not what is asked here: some of them are long.
@settings(deadline=None)
@given(text=mutated())
@example(text=SOUND + "extra: .nan\n")
@example(text=SOUND.replace("kind_code in ('HA', 'HA1')", "(" * 3000 + "is_active" + ")" * 3000))
@example(text=SOUND.replace("{where: is_restricted,", f"{{where: {'not ' * 4000} is_restricted,"))
@example(text=SOUND.replace("org: trust,", "org: &a trust,").replace("org: prison,", "org: &a prison,"))
@example(text="a: " + "[" * 3000)
@example(text="a:\n" + "- " * 3000)
@example(text="\n".join(" " * place + "a:" for place in range(400)))
def test_a_text_that_was_tampered_with_is_read_or_refused_and_opens_no_more_than_it_says(text: str) -> None:
    agreement = read_or_refused(text)
    if agreement is not None:
        _holds_what_stands(agreement, as_it_stands(text))


def _holds_what_stands(agreement: Agreement, document: Mapping[str, Any]) -> None:
    given_to = {(one["org"], role) for one in document["recipients"] for role in one["roles"]}
    assert {(one.organisation, role) for one in agreement.recipients for role in one.roles} == given_to
    assert len(agreement.clauses) == len(document["clauses"])
    for clause, stands in zip(agreement.clauses, document["clauses"], strict=True):
        assert clause.entity == stands["entity"]
        assert list(clause.fields) == stands["fields"]
        assert {right.value for right in clause.allow} == set(stands["allow"])
        assert list(clause.purposes) == stands.get("purposes", document["purposes"])
        assert set(clause.roles) == set(stands.get("roles", [role for _, role in given_to]))
        assert {name: mask.value for name, mask in clause.masks.items()} == stands.get("masks", {})
        assert (clause.condition == ALWAYS) is not ("where" in stands or "subject" in stands)
    assert len(agreement.exclusions) == len(document.get("exclude", []))
    assert len(agreement.on_request) == len(document.get("on_request", []))
    for asked, stands in zip(agreement.on_request, document.get("on_request", []), strict=True):
        assert asked.clause.entity == stands["entity"]
        assert list(asked.clause.fields) == stands["fields"]
        assert list(asked.clause.roles) == stands["roles"]
        assert list(asked.decided_by) == stands["decided_by"]
        assert ALWAYS not in (asked.about, asked.clause.condition)
    assert (agreement.break_glass is None) is ("break_glass" not in document)
    assert (agreement.valid_from, agreement.valid_to) == (document["valid"]["from"], document["valid"]["to"])


@given(text=st.text() | st.binary().map(lambda held: held.decode("latin-1")))
def test_a_text_that_never_was_an_agreement_is_refused(text: str) -> None:
    assert read_or_refused(text) is None


def test_what_nests_too_deep_is_refused_before_it_is_parsed() -> None:
    for text in ("a: " + "[" * 21, "a:\n" + "- " * 11 + "b", "a:\n" + " " * 101 + "b: 1"):
        with pytest.raises(AgreementError, match="nests too deep"):
            load_agreement(text, where="a.yaml", model=catalogue())
    with pytest.raises(AgreementError, match="is missing"):
        load_agreement("a: " + "[" * 20 + "]" * 20 + "\nb: '[[[[]]]]'", where="a.yaml", model=catalogue())
