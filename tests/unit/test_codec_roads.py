"""TfL disruptions and WZDx feeds: snapshots, positions within strings, sources that contradict themselves."""

import json

import pytest

from codec_samples import decode, example, samples, told
from watchroom.sources.codecs.contract import Decoded, Kind
from watchroom.sources.codecs.registry import CODECS

DISRUPTION = json.loads(example("tfl-disruption"))[0]
FEED = json.loads(example("wzdx"))


def disruption(**members: object) -> Decoded:
    return decode("tfl-disruption", json.dumps([{**DISRUPTION, **members}]))


def feed(*features: object, **info: object) -> Decoded:
    content = {**FEED, "feed_info": {**FEED["feed_info"], **info}, "features": list(features) or FEED["features"]}
    return decode("wzdx", json.dumps(content))


def test_both_are_snapshots_so_that_nothing_ends_by_being_absent() -> None:
    assert {CODECS[name].kind for name in ("tfl-disruption", "wzdx")} == {Kind.SNAPSHOT}


def test_a_closure_that_is_said_and_denied_is_told_and_both_are_kept() -> None:
    decoded = disruption()
    assert told(decoded) == [("values_disagree", "disruptions[0].hasClosures")]
    assert decoded.of("ROAD_DISRUPTION")[0].values["HAS_CLOSURES"] == "false"
    assert decoded.of("ROAD_DISRUPTION_STREET")[0].values["CLOSURE"] == "Closed"


def test_a_position_within_a_string_is_read_where_no_shape_is_given() -> None:
    values = disruption(geography=None, hasClosures=True).of("ROAD_DISRUPTION")[0].values
    assert values["GEOMETRY"] == '{"type":"Point","coordinates":[-0.1201,51.5101]}'


@pytest.mark.parametrize("point", ["[51.5101,-0.1201]", "nonsense", "[[[[[[0]]]]]]", "[NaN,1]"])
def test_a_position_that_is_none_or_turned_is_told(point: str) -> None:
    assert [code for code, _ in told(disruption(geography=None, point=point, hasClosures=True))] in (
        ["swapped_axes"],
        ["bad_geometry"],
    )


def test_an_error_of_the_service_is_refused_and_does_not_look_like_empty_roads() -> None:
    """The story of a broken feed: an error in place of a list closes no disruption."""
    assert told(decode("tfl-disruption", '{"httpStatusCode":429,"message":"secret"}')) == [("not_this_standard", None)]
    assert decode("tfl-disruption", "[]").faults == ()


def test_a_disruption_without_an_id_is_left_out_and_told() -> None:
    assert told(disruption(id=None)) == [("element_missing", "disruptions[0].id")]


def test_what_ends_before_it_starts_is_told() -> None:
    decoded = disruption(endDateTime="2026-01-01T00:00:00Z", hasClosures=True)
    assert told(decoded) == [("values_disagree", "disruptions[0].endDateTime")]


@pytest.mark.parametrize(
    "content", [{"road_event_feed_info": {"version": "3.1"}}, {"feedInfo": {}}, {"feed_info": {"version": "1.0"}}]
)
def test_a_feed_of_another_version_is_refused_and_not_half_understood(content: dict[str, object]) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [], **content})
    assert [code for code, _ in told(decode("wzdx", text))] == ["not_this_standard"]


def test_names_of_people_who_run_a_feed_are_not_kept() -> None:
    assert "secret" not in str(feed(contact_name="secret", contact_email="secret@example.org"))


def test_lanes_and_what_they_forbid_go_with_their_zone() -> None:
    lanes = feed().of("WORK_ZONE_LANE")
    assert [one.values["STATUS"] for one in lanes] == ["closed", "open"]
    assert {one.values["ZONE_KEY"] for one in lanes} == {"wz-1"}
    assert '"value":3.0' in str(lanes[1].values["RESTRICTIONS"])


def test_a_feature_that_is_neither_zone_nor_device_is_left_out_and_told() -> None:
    decoded = feed({**FEED["features"][0], "properties": {}}, FEED["features"][0])
    assert told(decoded) == [("element_missing", "features[0].properties")]
    assert len(decoded.of("WORK_ZONE")) == 1


def test_every_feed_of_version_4_among_the_samples_is_read_and_the_others_refused() -> None:
    decoded = [
        CODECS["wzdx"].decode(path.read_bytes(), file="message")
        for folder in ("standards/wzdx/samples", "data/wzdx")
        for path in samples(folder)
        if path.suffix in (".json", ".geojson")
    ]
    assert (len(decoded), sum(one.is_refused for one in decoded)) == (21, 2)


def test_the_published_disruptions_are_read_whole() -> None:
    path = samples("standards/tfl/samples")[0]
    decoded = CODECS["tfl-disruption"].decode(path.read_bytes(), file="message")
    assert (decoded.faults, decoded.lost) == ((), ())
