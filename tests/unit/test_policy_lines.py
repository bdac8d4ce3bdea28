"""Whatever is wrong with a key of an agreement, wherever it stands, is told with its line, alone and among others."""

from datetime import date

import pytest

from agreements import line_of, read, refused, told_plainly
from spread_agreement import SPREAD, Place, places
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import KEYS_OF_AN_AGREEMENT, slips_of
from watchroom.policy.errors import AgreementError
from watchroom.policy.masks import Mask

PLACES = tuple(places())
# What may be left out.
LEFT_OUT = {
    *("no_persons", "recipients.clearance", "recipients.member_of"),
    *(f"law.{key}" for key in ("condition", "gateway", "dpia", "policy_document")),
    *(f"clauses.{key}" for key in ("roles", "purposes", "masks", "where", "subject", "regime")),
    *(f"on_request.{key}" for key in ("masks", "where", "regime")),
    *(f"break_glass.{key}" for key in ("purposes", "basis", "adds.roles", "adds.where", "adds.subject")),
    *(f"retention.{key}" for key in ("after", "at_end", "unless", "minutes")),
    *("on_request", "exclude", "obligations", "duties", "break_glass", "room", "signed_by.key"),
}
CROSSES = "the clause crosses from `uk-gdpr` to `dpa2018-part3` and must name a `basis` of its own"
NOT_ITS_OWN = {"clauses.basis", "on_request.basis", "exclude.entities"}
MAPPINGS = ("clauses.masks", "on_request.masks")
NO_MAPPING = "a mapping of keys and values is expected here"


def by_line(place: Place) -> str:
    return f"{place.line}-{place.part}"


def of_wrong_kind(place: Place) -> str:
    """What is said where a list of lists stands for the value."""
    if not place.value:
        return NO_MAPPING
    if place.top == "valid":
        return f"`{place.key}` must be a date such as 2026-04-01"
    if place.value.startswith("["):
        return f"`{place.key}` must be a list of texts"
    return {
        "version": "`version` must be a whole number from 1",
        "no_persons": "`no_persons` must be `true` or `false`",
    }.get(place.part, f"`{place.key}` must be a text that is not empty")


def slips(text: str, *, on: date | None = None) -> list[tuple[int, str]]:
    found = slips_of(text, where="a.yaml", model=catalogue(), on=on)
    for one in found:
        told_plainly(one, says="", line=one.line)
    return [(one.line, one.problem) for one in found]


def test_the_agreement_with_every_key_is_sound_and_has_every_key() -> None:
    assert {place.top for place in PLACES} == KEYS_OF_AN_AGREEMENT
    assert read(SPREAD).version == 2


@pytest.mark.parametrize("place", PLACES, ids=by_line)
def test_a_value_of_the_wrong_kind_is_told_at_the_line_of_its_key(place: Place) -> None:
    fault = refused(place.put("[[1]]"), says=of_wrong_kind(place), line=place.line, take=read)
    assert fault.problem == of_wrong_kind(place)


@pytest.mark.parametrize("place", [one for one in PLACES if one.value[:1] == "["], ids=by_line)
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("[]", "`{}` must be a list that is not empty; absent is not all"),
        ("word", "`{}` must be a list that is not empty; absent is not all"),
        ("[' ']", "`{}` must be a list of texts"),
        ("['*']", "`{}` must name each one; `*` is never allowed"),
        ("[reason, reason]", "`{}` names something twice"),
    ],
)
def test_a_list_that_cannot_be_is_told_at_its_line(place: Place, value: str, problem: str) -> None:
    fault = refused(place.put(value), says="", line=place.line, take=read)
    assert fault.problem == problem.format(place.key)


@pytest.mark.parametrize("place", [one for one in PLACES if not one.value], ids=by_line)
@pytest.mark.parametrize("value", ["", "word", "1", "[]", "[word]"])
def test_what_is_no_part_is_told_at_the_line_of_its_key(place: Place, value: str) -> None:
    problem = refused(place.put(value), says="", line=place.line, take=read).problem
    assert problem in (NO_MAPPING, f"`{place.key}` must be a list that is not empty; absent is not all")


@pytest.mark.parametrize("place", PLACES, ids=by_line)
def test_a_key_that_is_left_out_is_missed_at_the_line_of_its_mapping_or_not_at_all(place: Place) -> None:
    text = place.left_out()
    if place.part in LEFT_OUT:
        read(text)
    elif place.part not in NOT_ITS_OWN and not place.part.startswith(tuple(f"{one}." for one in MAPPINGS)):
        problem = refused(text, says="", line=place.opens, take=read).problem
        assert problem == f"`{place.key}` is missing"


@pytest.mark.parametrize("word", ["", "null", "~", "'null'"])
def test_a_mask_of_nothing_is_the_mask_that_leaves_nothing(word: str) -> None:
    (place,) = (one for one in PLACES if one.part == "clauses.masks.active_from")
    assert read(place.put(word)).clauses[0].masks == {"active_from": Mask.NULL}


@pytest.mark.parametrize("part", ["clauses", "on_request"])
def test_a_basis_that_is_owed_is_asked_for_at_the_regime(part: str) -> None:
    regime, basis = (next(one for one in PLACES if one.part == f"{part}.{key}") for key in ("regime", "basis"))
    assert refused(basis.left_out(), says="", line=regime.line, take=read).problem == CROSSES


@pytest.mark.parametrize("place", [one for one in PLACES if not one.part.startswith(MAPPINGS)], ids=by_line)
def test_a_key_that_nobody_knows_is_told_at_its_line(place: Place) -> None:
    text = place.beside("surprise: 1")
    problem = refused(text, says="", line=line_of("surprise: 1", text=text), take=read).problem
    assert problem == "unknown key `surprise`; remove it or see docs/reference/agreements.md"


@pytest.mark.parametrize("place", PLACES, ids=by_line)
def test_a_key_that_stands_twice_is_told_with_the_file(place: Place) -> None:
    text = place.beside(f"{place.key}: 1")
    refused(text, says="it is not valid YAML 1.2 or names a key twice", line=None, take=read)


@pytest.mark.parametrize("place", PLACES, ids=by_line)
def test_a_slip_of_any_key_is_told_beside_that_of_another_part(place: Place) -> None:
    """The classification is read first, the signatories last: what is between is told with either."""
    last = next(one for one in PLACES if one.part == "signed_by.name")
    first = "OFFICIAL-SENSITIVE\nobligations"
    alone = (place.line, of_wrong_kind(place))
    wrong = place.put("[[1]]")
    assert slips(wrong) == [alone]
    if place.top != "max_classification":
        found = slips(wrong.replace(first, "TOP\nobligations"))
        assert found[1:] == [alone]
        assert (found[0][0], found[0][1].split(";")[0]) == (
            line_of("max_classification", text=wrong),
            "`top` is no classification",
        )
    if place.top != "signed_by":
        signed = wrong.replace("  - org: prison\n    name: Governor", "  - org: prison\n    name: [[1]]")
        moved = len(wrong.splitlines()) - len(SPREAD.splitlines())
        unsigned = (last.line + moved, "`name` must be a text that is not empty")
        assert sorted(slips(signed)) == [alone, unsigned]


# Parts that are read by themselves, each with a slip: in the order in which they are read.
BY_THEMSELVES = (
    ("review_by: 2026-06-30", "review_by: 2027-06-30", "must follow one another"),
    ("fields: [path]", "fields: [road]", "has no field `road`"),
    ("decided_by: [duty_governor]", "decided_by: [board]", "has no site"),
    ("may: [explain]", "may: [enter]", "`enter` is not known in `may`"),
    ("needs: [reason, incident]", "needs: [incident]", "must ask for a `reason`"),
    ("agreement: DSA-9", "agreement: ' '", "`agreement` must be a text"),
    ("version: 2", "version: 0", "whole number from 1"),
    ("title: Alerts", "title: ' ' #", "`title` must be a text"),
    ("controller: Prison Service", "controller: ' '", "`controller` must be a text"),
    ("PT15M", "soon", "is no duration"),
    ("name: Governor", "name: ' '", "`name` must be a text"),
    ("reason: ask", "reason: ' '", "`reason` must be a text"),
    ("version: ", "surprise: 1\nversion: ", "unknown key `surprise`"),
)


def with_slips(*these: tuple[str, str, str]) -> str:
    text = SPREAD
    for old, new, _ in these:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_the_slips_of_all_parts_are_told_in_the_order_in_which_they_are_read() -> None:
    text = with_slips(*BY_THEMSELVES)
    first, *found = slips(text)
    told = [first, *found]
    assert len(told) == len(BY_THEMSELVES), told
    for (line, problem), (_, new, says) in zip(told, BY_THEMSELVES, strict=True):
        assert (line, says in problem) == (line_of(new, text=text), True), problem


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("closes: P14D after active_from", "closes: P14D after noon", "`noon` is no date of a record"),
        ("after: active_to", "after: noon", "`noon` is not known in `after`"),
        ("clause: 2", "clause: 1", "clause `1` is named twice; rename one"),
    ],
)
def test_what_is_judged_with_the_clauses_is_told_beside_other_slips(old: str, new: str, says: str) -> None:
    text = with_slips((old, new, says), ("title: Alerts", "title: ' ' #", ""))
    line = line_of("clauses:" if "clause" in old else new, text=text)
    found = dict(slips(text))
    assert set(found) == {line, 3}
    assert says in found[line]
    last = slips(with_slips((old, new, says), ("may: [explain]", "may: [enter]", "")))
    assert {one[0] for one in last} == {line, line_of("may:", text=SPREAD)}


def test_a_slip_of_the_day_it_is_to_begin_is_told_beside_others() -> None:
    found = slips(with_slips(("title: Alerts", "title: ' ' #", "")), on=date(2027, 1, 1))
    assert found == [
        (line_of("  to: 2026", text=SPREAD), "`to` lies in the past; agree a new version"),
        (3, "`title` must be a text that is not empty"),
    ]


def test_a_text_that_cannot_be_read_at_all_has_one_slip_and_a_sound_one_none() -> None:
    (slip,) = slips_of("a: [", where="a.yaml", model=catalogue())
    assert isinstance(slip, AgreementError)
    sound = next(one for one in PLACES if one.part == "room").left_out()
    sound = sound.replace("    member_of: case_room\n", "")
    assert slips(sound) == []
