"""The messages of control rooms: what is taken, what is left out for good reason, and what nobody has room for."""

import json
from typing import Any

import pytest

from codec_samples import decode, example, told
from watchroom.sources.codecs.contract import Realness


def changed(part: str, **members: object) -> str:
    """The worked example with other members of one of its parts; None takes one away."""
    message: dict[str, dict[str, Any]] = json.loads(example("cad-incident"))
    for name, value in members.items():
        message[part][name] = value
        if value is None:
            del message[part][name]
    return json.dumps(message)


def test_an_incident_is_read_with_its_lines_units_and_links_under_its_number() -> None:
    decoded = decode("cad-incident", example("cad-incident"))
    assert (decoded.faults, decoded.lost) == ((), ())
    assert {one.table: one.values.get("INCIDENT_KEY") for one in decoded.objects} == {
        "CAD_MESSAGE": "OP-20261128-0412",
        "CAD_INCIDENT": None,
        "CAD_LINE": "OP-20261128-0412",
        "CAD_UNIT": "OP-20261128-0412",
        "CAD_LINK": "OP-20261128-0412",
    }
    (incident,) = decoded.of("CAD_INCIDENT")
    assert (incident.key, incident.values["TYPE_CODE"], incident.values["LATITUDE"]) == (
        "OP-20261128-0412",
        "T51",
        "54.76231",
    )
    assert [one.values["NUMBER"] for one in decoded.of("CAD_LINE")] == ["2", "3"]


@pytest.mark.parametrize(("part", "name"), [("header", "messageId"), ("incident", "urn"), ("incident", "updatedAt")])
def test_a_message_that_names_no_message_incident_or_instant_is_left_out_whole(part: str, name: str) -> None:
    decoded = decode("cad-incident", changed(part, **{name: None}))
    assert told(decoded) == [("element_missing", f"{part}.{name}")]
    assert decoded.objects == ()
    assert not decoded.is_whole


@pytest.mark.parametrize(
    ("mode", "realness"), [("LIVE", Realness.ACTUAL), ("exercise", Realness.EXERCISE), ("TEST", Realness.TEST)]
)
def test_an_exercise_is_never_taken_for_real(mode: str, realness: Realness) -> None:
    decoded = decode("cad-incident", changed("header", mode=mode))
    assert {one.realness for one in decoded.objects} == {realness}


def test_a_mode_that_nobody_knows_is_left_out_and_not_taken_for_real() -> None:
    decoded = decode("cad-incident", changed("header", mode="TRAINING WING"))
    assert (told(decoded), decoded.objects) == ([("element_not_understood", "header.mode")], ())


def test_what_has_no_room_is_named_and_a_line_without_a_number_is_left_out() -> None:
    lines = [{"at": "2026-11-28T05:29:02Z", "text": "WORDS", "mood": "calm"}]
    decoded = decode("cad-incident", changed("incident", log=lines, caller={"name": "x"}))
    assert told(decoded) == [("element_missing", "incident.log[0].line")]
    assert decoded.lost == ("message.incident.caller", "message.incident.log.mood")
    assert decoded.of("CAD_LINE") == ()


@pytest.mark.parametrize("content", ["{}", '{"header": {}}', "[]", '{"eventType": "x"}'])
def test_another_document_is_refused_as_that(content: str) -> None:
    assert decode("cad-incident", content).is_refused
