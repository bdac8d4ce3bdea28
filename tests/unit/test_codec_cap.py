"""CAP: each trap that real alerts hold, by name."""

import re

import pytest

from codec_samples import decode, example, samples, told, written_again
from watchroom.kernel.errors import UsageError
from watchroom.sources.codecs.cap_write import refused_by_uk_alerts
from watchroom.sources.codecs.contract import Decoded, Realness, Verb
from watchroom.sources.codecs.registry import CODECS

CAP = CODECS["cap"]
TEXT = example("cap").decode()


def changed(old: str, new: str) -> Decoded:
    assert old in TEXT
    return decode("cap", TEXT.replace(old, new))


def area(polygon: str) -> Decoded:
    return decode("cap", re.sub("<polygon>.*</polygon>", polygon, TEXT))


def test_an_alert_is_known_by_sender_identifier_and_the_instant_however_utc_is_written() -> None:
    for written in ("2026-11-28T05:30:00-00:00", "2026-11-28T05:30:00+00:00", "2026-11-28T05:30:00Z"):
        alert = changed("2026-11-28T05:30:00-00:00", written).of("ALERT")[0]
        assert alert.key == "floods@example.org,EX-2026-0042,2026-11-28T05:30:00+00:00"
        assert alert.values["SENT"] == written


def test_latitude_comes_first_in_cap_and_last_in_geojson() -> None:
    found = decode("cap", TEXT).of("ALERT_AREA")[0].values
    assert str(found["GEOMETRY"]).startswith('{"type":"Polygon","coordinates":[[[-1.150,52.950],')
    assert found["CIRCLES"] == "[[-1.145,52.955,0.5]]"


def test_two_orders_of_axes_in_one_area_are_told_for_the_polygon_that_is_turned() -> None:
    right, turned = "52.1,0.1 52.1,0.2 52.2,0.2 52.1,0.1", "-0.5,53.2 -0.6,53.2 -0.6,53.3 -0.5,53.2"
    decoded = area(f"<polygon>{right}</polygon><polygon>{turned}</polygon>")
    assert told(decoded) == [("swapped_axes", "alert.info.area.polygon[1]")]


@pytest.mark.parametrize(
    ("polygon", "fault", "located_by"),
    [
        ("<polygon/>", "mended_geometry", "shape"),
        ("<polygon>52.1,-0.1 52.1,-0.2 52.2,-0.2</polygon>", "mended_geometry", "shape"),
        ("<polygon>52.1,-0.1 52.1,-0.2 52.1,-0.1</polygon>", "bad_geometry", "shape"),
        ("<polygon>52.1,-0.1 52.2,-0.2 52.1,-0.2 52.2,-0.1 52.1,-0.1</polygon>", "bad_geometry", "shape"),
        ("<polygon>54.5,-2.95 54.6,-2.95268... 54.5,-2.9 54.5,-2.95</polygon>", "bad_geometry", "shape"),
        ("<polygon>152.1,-0.1 52.1,-0.2 52.2,-0.2 152.1,-0.1</polygon>", "bad_geometry", "shape"),
    ],
)
def test_a_polygon_is_mended_where_that_is_sure_and_else_kept_as_it_was_sent(
    polygon: str, fault: str, located_by: str
) -> None:
    decoded = area(polygon)
    values = decoded.of("ALERT_AREA")[0].values
    assert [code for code, _ in told(decoded)] == [fault]
    assert (values["GEOMETRY_UNSOUND"] is not None) == (fault == "bad_geometry")
    assert values["LOCATED_BY"] == located_by  # the circle still says where


def test_an_area_may_be_located_by_code_or_by_words_alone() -> None:
    bare = re.sub("<(polygon|circle)>.*</(polygon|circle)>", "", TEXT)
    assert decode("cap", bare).of("ALERT_AREA")[0].values["LOCATED_BY"] == "code"
    words = re.sub("<geocode>.*</geocode>", "", bare)
    assert decode("cap", words).of("ALERT_AREA")[0].values["LOCATED_BY"] == "words"


def test_a_hole_that_hides_in_a_code_is_told() -> None:
    assert told(changed("TargetAreaCode", "EXCLUDE_POLYGON")) == [("element_not_understood", "alert.info.area.geocode")]


def test_nothing_is_needed_that_the_standard_makes_optional() -> None:
    bare = re.sub("<info>.*</info>", "", TEXT, flags=re.DOTALL)
    assert told(decode("cap", bare)) == []
    for optional in ("language", "headline", "expires", "instruction"):
        assert told(decode("cap", re.sub(f"<{optional}>.*</{optional}>", "", TEXT))) == []


@pytest.mark.parametrize("version", ["urn:oasis:names:tc:emergency:cap:1.1", "http://www.incident.com/cap/1.0"])
def test_older_namespaces_are_read(version: str) -> None:
    decoded = changed("urn:oasis:names:tc:emergency:cap:1.2", version)
    assert decoded.of("ALERT")[0].values["VERSION"] == version[-3:]


def test_a_code_of_cap_1_0_is_one_text() -> None:
    decoded = changed("<valueName>gauge</valueName><value>2.41 m</value>", "gauge=2.41 m")
    code = next(one for one in decoded.of("ALERT_CODE") if one.values["KIND"] == "parameter")
    assert (code.values["NAME"], code.values["VALUE"]) == ("gauge", "2.41 m")


def test_an_alert_in_no_namespace_of_cap_is_left_out_and_told() -> None:
    assert told(changed("cap:1.2", "cap:9.9")) == [("element_not_understood", "alert")]


def test_elements_in_the_wrong_order_are_read_alike() -> None:
    line = re.search(" *<references>.*</references>\n", TEXT)
    assert line
    moved = TEXT.replace(line[0], "").replace("  <scope>", line[0] + "  <scope>")
    assert decode("cap", moved) == decode("cap", TEXT)


def test_an_update_takes_the_place_of_what_it_names_and_a_cancellation_withdraws_it() -> None:
    update = decode("cap", TEXT).of("ALERT")[0]
    cancel = changed("<msgType>Update", "<msgType>Cancel").of("ALERT")[0]
    assert (update.verb, cancel.verb) == (Verb.SUPERSEDE, Verb.WITHDRAW)
    assert update.supersedes == cancel.supersedes == ("floods@example.org,EX-2026-0041,2026-11-27T22:00:00+00:00",)


def test_a_reference_that_cannot_be_read_and_an_update_of_nothing_are_told() -> None:
    decoded = decode("cap", re.sub("<references>.*</references>", "<references>nonsense</references>", TEXT))
    assert told(decoded) == [
        ("element_unreadable", "alert.references"),
        ("element_missing", "alert.references"),
    ]


def test_a_receipt_changes_no_alert() -> None:
    decoded = changed("<msgType>Update", "<msgType>Ack")
    assert not decoded.of("ALERT")
    assert len(decoded.of("ALERT_RECEIPT")) == 1


@pytest.mark.parametrize(
    ("status", "realness"), [("Actual", Realness.ACTUAL), ("Test", Realness.TEST), ("Perhaps", Realness.DRAFT)]
)
def test_only_what_says_that_it_is_actual_is_taken_for_real(status: str, realness: Realness) -> None:
    decoded = changed("<status>Exercise", f"<status>{status}")
    assert {one.realness for one in decoded.objects} == {realness}
    assert (told(decoded) != []) == (status == "Perhaps")


def test_scope_and_restriction_go_with_every_row_of_the_alert() -> None:
    assert {one.handling for one in decode("cap", TEXT).objects} == {"Restricted: Category 1 responders"}


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "hostname">]>',
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_encoding(declared: str, encoding: str) -> None:
    text = (
        TEXT.replace("?>", f"?>{declared}")
        .replace("UTF-8", encoding)
        .replace("Marsh Lane</areaDesc>", "&x;</areaDesc>")
    )
    assert told(decode("cap", text.encode(encoding))) == [("forbidden_content", None)]


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "utf-32", "iso-2022-jp"])
def test_an_encoding_in_which_a_document_type_could_hide_is_refused(encoding: str) -> None:
    decoded = decode("cap", TEXT.replace("UTF-8", encoding).encode(encoding))
    assert [code for code, _ in told(decoded)] == ["wrong_encoding"]


def test_a_signature_is_a_field_and_no_gate() -> None:
    signed = changed(
        "</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="a b"><x/></Signature></alert>'
    )
    assert signed.of("ALERT")[0].values["SIGNATURE"] == "not checked"
    assert told(signed) == []


def test_a_file_within_an_alert_stays_there_and_is_told() -> None:
    held = "<resource><resourceDesc>map</resourceDesc><derefUri>AAAA</derefUri></resource>"
    decoded = changed("<area>", f"{held}<area>")
    assert decoded.of("ALERT_RESOURCE")[0].values["HAS_CONTENT"] == "true"
    assert "AAAA" not in str(decoded)


def test_alerts_within_other_documents_are_each_read_in_place() -> None:
    bare = TEXT.partition("?>")[2]
    feed = f"<feed><entry><content>{bare}</content></entry><x>{bare.replace('0042', '0043')}</x></feed>"
    decoded = decode("cap", feed)
    assert [one.place for one in decoded.of("ALERT")] == ["alert[0]", "alert[1]"]
    assert decoded.lost == ("(what lies around the alerts)",)


def test_a_feed_that_only_links_to_alerts_is_refused_with_words() -> None:
    assert told(decode("cap", "<feed><entry><link href='x'/></entry></feed>")) == [("not_this_standard", None)]


def test_what_is_written_is_read_as_it_was() -> None:
    decoded = decode("cap", TEXT)
    assert written_again(CAP, decoded) == decoded


def test_every_alert_that_is_written_is_valid_by_the_schema_of_cap_1_2() -> None:
    from watchroom.sources.codecs.xml_text import etree

    schema_file = next(path for path in samples("standards/cap/schema") if path.name == "CAP-v1.2.xsd")
    schema = etree.XMLSchema(etree.parse(str(schema_file)))
    written = 0
    for path in samples("standards/cap/samples"):
        decoded = CAP.decode(path.read_bytes(), file="message")
        alerts = decoded.of("ALERT")
        # What 1.1 does not need, 1.2 may.
        if len(alerts) == 1 and alerts[0].values["VERSION"] == "1.2" and not decoded.faults:
            schema.assertValid(etree.fromstring(CAP.writes(decoded.objects)))  # type: ignore[misc]
            written += 1
    assert written == 17


def test_no_utc_is_written_with_a_z() -> None:
    decoded = changed("2026-11-28T05:30:00-00:00", "2026-11-28T05:30:00Z")
    assert b"2026-11-28T05:30:00-00:00" in CAP.writes(decoded.objects)  # type: ignore[misc]


def test_two_alerts_are_not_written_into_one_document() -> None:
    objects = decode("cap", TEXT).objects
    with pytest.raises(UsageError):
        CAP.writes((*objects, *objects))  # type: ignore[misc]


def test_what_the_uk_alerts_service_would_refuse_is_known_before_it_is_sent() -> None:
    assert len(refused_by_uk_alerts(decode("cap", TEXT).objects)) == 1
    alert = changed("<msgType>Update", "<msgType>Alert")
    assert refused_by_uk_alerts(alert.objects) == ()
    assert refused_by_uk_alerts(changed("<msgType>Update", "<msgType>Cancel").objects) == ()
    unlocated = decode("cap", re.sub("<polygon>.*</polygon>", "", TEXT.replace(">Update<", ">Alert<")))
    assert len(refused_by_uk_alerts(unlocated.objects)) == 1


def test_every_alert_among_the_samples_is_read_and_every_other_document_refused() -> None:
    read = refused = 0
    for path in samples("standards/cap/samples"):
        decoded = CAP.decode(path.read_bytes(), file=path.name)
        read += len(decoded.of("ALERT"))
        refused += decoded.is_refused
    assert (read, refused) == (50, 9)
