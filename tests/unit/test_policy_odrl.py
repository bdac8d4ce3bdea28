"""A policy in ODRL names what it is about by kind, and what is no such policy is refused with the file and the line."""

import json

import pytest

from agreements import SOUND, refused
from spread_agreement import SPREAD
from watchroom.model.catalogue import catalogue
from watchroom.policy.canonical import canonical, digest_of, digest_of_all
from watchroom.policy.odrl import export_odrl, import_odrl
from watchroom.policy.odrl_form import PROFILE

NO_JSON = "it is not valid JSON or names a key twice"
NO_POLICY = f"it is no policy of the profile `{PROFILE}`"
NO_SHAPE = "the policy has not the shape of the profile"


def exported(text: str) -> str:
    return export_odrl(text, where="a.yaml", model=catalogue())


def imported(text: str) -> str:
    return import_odrl(text, where="a.jsonld", model=catalogue())


POLICY = exported(SOUND)


def test_everything_is_named_by_its_kind_and_its_own_name() -> None:
    policy = json.loads(exported(SPREAD.replace("org: hospital", "org: St. Mary's & Co").replace("DSA-9", "DSA 9/1")))
    assert policy["uid"] == "urn:watchroom:agreement:DSA%209%2F1:2"
    assert policy["assigner"]["uid"] == "urn:watchroom:organisation:prison"
    organisations = ["urn:watchroom:organisation:trust", "urn:watchroom:organisation:St.%20Mary%27s%20%26%20Co"]
    assert [one["uid"] for one in policy["assignee"]] == organisations
    assert [one["wr:organisation"] for one in policy["assignee"]] == ["trust", "St. Mary's & Co"]
    assert [one["uid"] for one in policy["permission"]] == [
        "urn:watchroom:clause:DSA%209%2F1:2:1",
        "urn:watchroom:clause:DSA%209%2F1:2:2",
    ]
    for permission, entity in zip(policy["permission"], ("alert", "location"), strict=True):
        assert permission["assignee"] == organisations
        assert permission["target"] == {
            "@type": "AssetCollection",
            "uid": f"urn:watchroom:entity:{entity}",
            "wr:entity": entity,
        }
    assert [one["target"] for one in policy["prohibition"]] == [["urn:watchroom:entity:alert"]]
    assert [one["action"] for one in policy["prohibition"]] == ["use"]
    assert [one["action"] for one in policy["obligation"]] == ["wr:record-disclosure", "wr:apply-corrections-within"]
    assert (policy["@type"], policy["profile"], policy["assigner"]["@type"]) == ("Agreement", PROFILE, "Party")
    assert {one["@type"] for one in policy["assignee"]} == {"PartyCollection"}


def test_a_clause_is_limited_to_its_own_purposes_or_to_those_of_its_agreement() -> None:
    purposes = "urn:watchroom:purpose:custody.care", "urn:watchroom:purpose:care.suicide-prevention"
    narrow, wide = json.loads(exported(SPREAD))["permission"]
    for permission, named in ((narrow, purposes[:1]), (wide, purposes)):
        assert permission["constraint"] == [
            {"leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": list(named)},
            {"leftOperand": "dateTime", "operator": "gteq", "rightOperand": day("2026-01-01")},
            {"leftOperand": "dateTime", "operator": "lteq", "rightOperand": day("2026-12-31")},
        ]
    assert (narrow["wr:purposes"], "wr:purposes" in wide) == (["custody.care"], False)


def day(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}


def with_member(member: str) -> str:
    return POLICY.replace('{"', f'{{{member},"', 1)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (" " * 1_000_001, 1, "the file is larger than 1000000 bytes"),
        (" " * 1_000_000, 1, "it is not valid JSON"),
        ("", 1, "it is not valid JSON"),
        ('{"a": 1,\n\n"b": }', 3, "it is not valid JSON"),
        (with_member('"profile":"other"'), 1, NO_JSON),
        (POLICY.replace('"wr:fields":', '"wr:fields":["comment"],"wr:fields":'), 1, NO_JSON),
        (with_member('"wr:more":NaN'), 1, NO_JSON),
        (with_member('"wr:more":Infinity'), 1, NO_JSON),
        (with_member('"wr:more":-Infinity'), 1, NO_JSON),
        (with_member('"wr:more":1e999'), 1, NO_JSON),
        ("\ud800", 1, NO_JSON),
        ("[" * 100_000, 1, NO_JSON),
        ("[]", 1, NO_POLICY),
        ("1", 1, NO_POLICY),
        ("{}", 1, NO_POLICY),
        ('{"profile": "other"}', 1, NO_POLICY),
        (f'{{"profile": "{PROFILE}"}}', 1, NO_SHAPE),
        (POLICY.replace("2026-12-31", "soon"), 1, NO_SHAPE),
        (POLICY.replace('"action":["read"', '"action":["write"'), 1, NO_SHAPE),
        (
            POLICY.replace('"dpv:hasContact"', '"wr:more":1,"dpv:hasContact"'),
            1,
            "in term `assigner` something was dropped, added or changed; export it anew",
        ),
        (with_member('"wr:more":1'), 1, "in term `wr:more` something was dropped, added or changed; export it anew"),
    ],
    ids=range(21),
)
def test_what_is_no_policy_is_told_with_the_file_and_the_line(text: str, line: int, problem: str) -> None:
    told = refused(text, says=problem, line=line, take=imported, where="a.jsonld").problem
    assert told == problem


def test_what_the_loader_says_of_a_policy_names_the_file_that_came_in() -> None:
    text = POLICY.replace('"wr:entity":"alert"', '"wr:entity":"alarm"')
    refused(text, says="the model has no entity `alarm`", line=None, take=imported, where="a.jsonld, as YAML")


def test_what_goes_out_is_refused_with_its_own_file_and_line() -> None:
    refused(SOUND.replace("entity: alert\n", "entity: alarm\n"), says="no entity `alarm`", line=11, take=exported)


def test_what_comes_in_is_yaml_of_one_key_a_line_in_the_letters_of_the_author() -> None:
    found = imported(exported(SOUND.replace("Alerts for", f"Ymyriadau â {'hir ' * 60}")))
    assert f"title: Ymyriadau â {'hir ' * 60} the nurses of the trust\n" in found.replace("'", "")
    assert "  entity: alert\n" in found


def test_no_number_without_a_text_has_a_canonical_form() -> None:
    for number in (float("nan"), float("inf"), -float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            canonical({"a": [number]})
    assert canonical({"b": (1, None, True), "a": "â"}) == '{"a":"\\u00e2","b":[1,null,true]}'
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1}) != digest_of({"a": 1})
    assert digest_of_all(["b", "a"]) == digest_of_all(["a", "b"]) == digest_of(["a", "b"])
