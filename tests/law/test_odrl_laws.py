"""Laws of the exchange with ODRL: what goes out comes in with the same digest, and a term that is lost is refused."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements import SOUND, changed
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import charter_text, example_names, example_text, read_agreement
from watchroom.policy.errors import AgreementError
from watchroom.policy.odrl import export_odrl, import_odrl
from watchroom.policy.odrl_form import PROFILE

MODEL = catalogue()
TEXTS = {name: example_text(name) for name in example_names()} | {"sound": SOUND, "charter": charter_text()}
# What an author could put into a text of an agreement, also what YAML or JSON could take for something else.
AWKWARD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1).filter(
    str.strip
) | st.sampled_from(
    [
        "no",
        "12:30",
        "2026-01-01",
        "1.0",
        "~",
        "null",
        "'",
        '"',
        "- a",
        "a: b",
        "#",
        "%",
        "0o7",
        "=",
        "<<",
        "\N{SNOWMAN}",
    ]
)


def exported(text: str) -> str:
    return export_odrl(text, where="a.yaml", model=MODEL)


def imported(text: str) -> str:
    return import_odrl(text, where="a.jsonld", model=MODEL)


def digest(text: str) -> str:
    return read_agreement(text, where="a.yaml", model=MODEL).digest


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_goes_out_comes_in_with_the_same_digest(name: str) -> None:
    assert digest(imported(exported(TEXTS[name]))) == digest(TEXTS[name])


@settings(deadline=None)
@given(title=AWKWARD, basis=AWKWARD, reason=AWKWARD)
def test_no_text_of_an_author_is_lost_on_the_way(title: str, basis: str, reason: str) -> None:
    text = changed(
        ("title: Alerts for the nurses of the trust", f"title: {json.dumps(title)}"),
        ("basis: Art 6", f"basis: {json.dumps(basis)}"),
        ("reason: ask", f"reason: {json.dumps(reason)}"),
    )
    assert digest(imported(exported(text))) == digest(text)


def test_the_export_is_one_text_whatever_the_layout() -> None:
    other = changed(
        (
            "purposes: [custody.care, care.suicide-prevention]",
            "purposes:\n  - custody.care\n  - care.suicide-prevention",
        )
    )
    assert exported(other) == exported(SOUND)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document at which something stands."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    for key in keys:
        yield (*path, key)
        yield from places(node[key], (*path, key))


def without(document: Any, path: tuple[Any, ...]) -> Any:
    copy = deepcopy(document)
    node = copy
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return copy


@pytest.mark.parametrize("name", [*example_names(), "sound"])
def test_an_import_that_has_dropped_a_term_is_refused(name: str) -> None:
    document = json.loads(exported(TEXTS[name]))
    for path in places(document):
        with pytest.raises(AgreementError):
            imported(json.dumps(without(document, path)))


@settings(deadline=None)
@given(data=st.data(), value=st.sampled_from([None, True, 1, 0.5, "", "x", [], {}, ["read"], "wr:export"]))
def test_an_import_in_which_a_term_was_changed_or_added_is_refused(data: st.DataObject, value: object) -> None:
    document = json.loads(exported(SOUND))
    path = data.draw(st.sampled_from(list(places(document))))
    node = document
    for key in path[:-1]:
        node = node[key]
    if isinstance(node, list):
        node.insert(path[-1], value)
    elif data.draw(st.booleans()):
        node["wr:more"] = value
    elif node[path[-1]] != value:
        node[path[-1]] = value
    else:
        return
    with pytest.raises(AgreementError):
        imported(json.dumps(document))


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "1", "null", "{", '{"profile": "other"}', f'{{"profile": "{PROFILE}"}}'),
        *('{"a": 1, "a": 1}', '{"a": NaN}', '"\\ud800"', "[" * 5000, "\ud800", " " * 1_000_001),
    ],
)
def test_what_is_no_policy_of_the_profile_is_refused(text: str) -> None:
    with pytest.raises(AgreementError):
        imported(text)


def test_a_policy_is_limited_by_days_and_purposes_for_whoever_knows_odrl_alone() -> None:
    policy = json.loads(exported(SOUND))
    (permission,) = policy["permission"]
    limits = {(one["leftOperand"], one["operator"]): one["rightOperand"] for one in permission["constraint"]}
    assert limits[("dateTime", "gteq")]["@value"] == "2026-01-01"
    assert limits[("dateTime", "lteq")]["@value"] == "2026-12-31"
    assert limits[("purpose", "isAnyOf")] == [
        "urn:watchroom:purpose:custody.care",
        "urn:watchroom:purpose:care.suicide-prevention",
    ]
    assert permission["target"]["uid"] == "urn:watchroom:entity:alert"
    assert permission["action"] == ["read", "wr:list"]
    assert policy["@type"] == "Agreement"
    assert policy["prohibition"][0]["target"] == ["urn:watchroom:entity:%2A"]
    assert [one["action"] for one in policy["obligation"]] == ["wr:record-disclosure", "wr:apply-corrections-within"]


def test_the_term_at_fault_is_named_and_its_value_is_not() -> None:
    policy = json.loads(exported(SOUND))
    policy["assigner"]["dpv:hasContact"] = "somebody else"
    policy["assigner"]["wr:more"] = "secret"
    with pytest.raises(AgreementError, match="in term `assigner` something") as caught:
        imported(json.dumps(policy))
    assert "secret" not in str(caught.value)


def test_a_policy_is_held_to_the_digest_that_it_names() -> None:
    policy = json.loads(exported(SOUND))
    policy["wr:digest"] = "0" * 64
    with pytest.raises(AgreementError, match="in term `wr:digest`"):
        imported(json.dumps(policy))
