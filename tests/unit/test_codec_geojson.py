"""GeoJSON: longitude first, rings closed, nothing located by a shape that is unsound, nothing dropped."""

import json

import pytest

from codec_samples import decode, example, told, written_again
from watchroom.sources.codecs.contract import Decoded
from watchroom.sources.codecs.registry import CODECS


def shape(kind: str, coordinates: object) -> Decoded:
    content = {"type": "Feature", "id": "a", "geometry": {"type": kind, "coordinates": coordinates}, "properties": {}}
    return decode("geojson", json.dumps(content))


def geometry(decoded: Decoded) -> object:
    return json.loads(str(decoded.objects[0].values["GEOMETRY"]))["coordinates"]


def test_what_is_written_is_read_as_it_was() -> None:
    decoded = decode("geojson", example("geojson"))
    assert written_again(CODECS["geojson"], decoded) == decoded


def test_a_ring_that_is_open_is_closed_and_told() -> None:
    decoded = shape("Polygon", [[[0, 51], [1, 51], [1, 52]]])
    assert told(decoded) == [("mended_geometry", "geometry")]
    assert geometry(decoded) == [[[0, 51], [1, 51], [1, 52], [0, 51]]]


def test_outer_rings_run_against_the_clock_and_holes_with_it() -> None:
    outer, hole = [[0, 51], [0, 52], [1, 52], [0, 51]], [[0.1, 51.5], [0.2, 51.8], [0.1, 51.8], [0.1, 51.5]]
    assert geometry(shape("Polygon", [outer, hole])) == [outer[::-1], hole[::-1]]


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Point", [181, 0]),
        ("Point", [0, 91]),
        ("Point", ["0", 51]),
        ("Point", [0]),
        ("Point", [0, 51, 1, 1]),
        ("Point", [[0, 51]]),
        ("Point", None),
        ("LineString", [[0, 51]]),
        ("Polygon", []),
        ("Polygon", [[[0, 51], [1, 51], [0, 51]]]),
        ("Polygon", [[[0, 51], [1, 52], [1, 51], [0, 52], [0, 51]]]),
        ("Polygon", [[[0, 51], [1, 51], [0, 51], [0, 52], [0, 51]]]),
        ("Circle", [0, 51]),
        (["Point"], [0, 51]),
        ({"a": 1}, [0, 51]),
    ],
)
def test_an_unsound_shape_is_told_and_kept_as_it_was_sent(kind: str, coordinates: object) -> None:
    decoded = shape(kind, coordinates)
    assert told(decoded) == [("bad_geometry", "geometry")]
    values = decoded.objects[0].values
    assert values.get("GEOMETRY") is None
    assert json.loads(str(values["GEOMETRY_UNSOUND"])) == {"type": kind, "coordinates": coordinates}


def test_points_that_lie_in_the_kingdom_only_when_turned_are_told_and_not_turned() -> None:
    decoded = shape("Point", [52.95, -1.15])
    assert told(decoded) == [("swapped_axes", "geometry")]
    assert geometry(decoded) == [52.95, -1.15]


def test_a_type_that_is_no_text_is_refused() -> None:
    for kind in ([], {}, [["Feature"]]):
        assert told(decode("geojson", json.dumps({"type": kind}))) == [("not_this_standard", None)]


@pytest.mark.parametrize("bbox", [[1, 2, 3], [0, 52, 1, 51], ["0", 51, 1, 52], [0, 51, 200, 52], {"a": 1}])
def test_a_bounding_box_that_is_none_is_told_and_not_taken(bbox: object) -> None:
    decoded = decode("geojson", json.dumps({"type": "Feature", "bbox": bbox, "geometry": None, "properties": {}}))
    assert told(decoded) == [("bad_geometry", "bbox")]


def test_a_bounding_box_may_cross_the_antimeridian() -> None:
    content = {"type": "Feature", "bbox": [177, -20, -178, -16], "geometry": None, "properties": None}
    assert told(decode("geojson", json.dumps(content))) == []


def test_the_crs_of_the_older_draft_is_not_taken() -> None:
    content = {"type": "FeatureCollection", "crs": {"type": "name"}, "features": []}
    assert decode("geojson", json.dumps(content)).faults == ()


def test_a_shape_that_stands_alone_and_features_without_an_id_are_known_by_their_place() -> None:
    alone = decode("geojson", '{"type":"Point","coordinates":[0,51]}')
    assert alone.objects[0].key == '["place","0"]'


def test_rings_of_very_many_points_are_taken_within_a_bounded_time_and_told_as_unchecked() -> None:
    ring = [[index / 1000, 51 + (index % 2) / 1e6] for index in range(3000)] + [[1.5, 55]]
    decoded = shape("MultiPolygon", [[ring]] * 40)
    assert told(decoded) == [("mended_geometry", "geometry")]


def test_a_feed_with_one_broken_feature_still_gives_the_others() -> None:
    """The story of a broken feed: one shape is nonsense, and everybody else's cordon stays on the map."""
    content = json.loads(example("geojson"))
    content["features"].insert(0, {"type": "Feature", "id": "broken", "geometry": {"type": "Point"}, "properties": {}})
    content["features"].insert(1, "nonsense")
    decoded = decode("geojson", json.dumps(content))
    assert [one.values["ID"] for one in decoded.of("FEATURE")] == ["broken", "cordon-1", "7"]
    assert [place for _, place in told(decoded)] == ["features[0].geometry", "features[1]", "features[1].type"]
