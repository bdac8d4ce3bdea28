"""The FHIR R4 subset: what is unsafe to take is left out, what was entered in error withdraws, dates may be partial."""

import json

import pytest

from codec_samples import decode, example, samples, told
from watchroom.sources.codecs.contract import Decoded, Realness, Verb
from watchroom.sources.codecs.registry import CODECS

FLAG = {
    "resourceType": "Flag",
    "id": "f",
    "status": "active",
    "code": {"text": "x"},
    "subject": {"reference": "Patient/p"},
}


def resource(**members: object) -> Decoded:
    return decode("fhir-r4", json.dumps(members))


def flag(**members: object) -> Decoded:
    return resource(**{**FLAG, **members})


def bundle(*entries: object) -> Decoded:
    return resource(resourceType="Bundle", type="transaction", entry=list(entries))


def test_what_was_entered_in_error_is_withdrawn() -> None:
    assert flag(status="entered-in-error").of("FLAG")[0].verb is Verb.WITHDRAW
    condition = resource(
        resourceType="Condition",
        id="c",
        subject={"reference": "Patient/p"},
        verificationStatus={"coding": [{"code": "entered-in-error"}]},
    )
    assert {one.verb for one in condition.objects} == {Verb.WITHDRAW}


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"modifierExtension": [{"url": "urn:x"}]}, "modifierExtension"),
        ({"implicitRules": "urn:x"}, "implicitRules"),
        ({"period": {"modifierExtension": [{"url": "urn:x"}]}}, "period.modifierExtension"),
        ({"status": "perhaps"}, "status"),
    ],
)
def test_what_changes_the_meaning_and_is_not_understood_keeps_the_resource_out(
    members: dict[str, object], place: str
) -> None:
    decoded = flag(**members)
    assert (told(decoded), decoded.objects) == ([("element_not_understood", place)], ())


@pytest.mark.parametrize("name", ["status", "code", "subject"])
def test_a_resource_without_what_it_needs_is_left_out_and_told(name: str) -> None:
    decoded = flag(**{name: None})
    assert (told(decoded), decoded.objects) == ([("element_missing", name)], ())


@pytest.mark.parametrize("status", [["active"], {"a": 1}, [["entered-in-error"]]])
def test_a_status_that_is_no_text_raises_nothing(status: object) -> None:
    assert told(flag(status=status)) != []


@pytest.mark.parametrize("written", ["1987", "1987-03", "1987-03-21"])
def test_a_date_may_be_partial_and_stays_so(written: str) -> None:
    decoded = resource(resourceType="Patient", id="p", birthDate=written)
    assert told(decoded) == []
    assert decoded.of("PATIENT")[0].values["BIRTH_DATE"] == written


def test_a_date_that_is_none_is_told_and_kept_as_it_was_sent() -> None:
    decoded = resource(resourceType="Patient", id="p", birthDate="1987-02-30", _birthDate={"extension": []})
    assert told(decoded) == [("element_unreadable", "birthDate")]
    assert decoded.lost == ("Patient._birthDate",)


def test_security_labels_go_with_every_row_of_the_resource_and_tests_are_no_facts() -> None:
    label = {"system": "urn:c", "code": "R"}
    assert {one.handling for one in flag(meta={"security": [label]}).objects} == {"urn:c|R"}
    test = flag(meta={"security": [{"system": "urn:r", "code": "HTEST"}]})
    assert {one.realness for one in test.objects} == {Realness.TEST}


def test_a_reference_finds_what_it_means_however_it_is_written() -> None:
    written = [
        *("Patient/p", "Patient/p/_history/3", "https://example.org/fhir/Patient/p", "urn:uuid:1", "#inside"),
    ]
    patient = {"resourceType": "Patient", "id": "p"}
    entries = [
        {"fullUrl": "https://example.org/fhir/Patient/p", "resource": patient},
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient"}},
        *({"resource": {**FLAG, "id": f"f{n}", "subject": {"reference": one}}} for n, one in enumerate(written)),
    ]
    found = [one.values["TARGET"] for one in bundle(*entries).of("FHIR_REFERENCE")]
    assert found == ["Patient/p", "Patient/p", "Patient/p", "urn:uuid:1", "Flag/f4#inside"]


def test_two_servers_with_one_id_are_two_people() -> None:
    entries = [
        {"fullUrl": f"https://{server}.example.org/Patient/1", "resource": {"resourceType": "Patient", "id": "1"}}
        for server in ("a", "b")
    ]
    decoded = bundle(*entries)
    assert [one.key for one in decoded.of("PATIENT")] == ["Patient/1", "https://b.example.org/Patient/1"]


def test_what_lies_within_a_resource_is_known_by_it() -> None:
    decoded = decode("fhir-r4", example("fhir-r4"))
    assert [one.key for one in decoded.of("LOCATION")] == ["Encounter/e1#ward"]
    place = next(one for one in decoded.of("FHIR_REFERENCE") if one.values["PATH"] == "location")
    assert place.values["TARGET"] == "Encounter/e1#ward"


def test_a_deletion_withdraws() -> None:
    decoded = bundle({"request": {"method": "DELETE", "url": "Flag/f"}})
    assert [(one.key, one.verb) for one in decoded.objects] == [("Flag/f", Verb.WITHDRAW)]


def test_provisions_within_provisions_stay_in_their_order() -> None:
    found = decode("fhir-r4", example("fhir-r4")).of("CONSENT_PROVISION")
    assert [one.values["TYPE"] for one in found] == ["permit", "deny"]
    assert found[1].values["RESOURCE_KEY"] == found[0].key


def test_notes_narrative_and_names_beside_references_are_kept_nowhere() -> None:
    text = {"status": "generated", "div": "<div>secret</div>"}
    decoded = flag(text=text, author={"reference": "Practitioner/1", "display": "secret"})
    assert "secret" not in str(decoded)


def test_a_resource_of_a_kind_that_is_not_taken_is_named() -> None:
    assert bundle({"resource": {"resourceType": "Observation", "id": "o"}}).lost == ("Bundle.entry(Observation)",)


def test_a_bundle_with_one_unsafe_resource_still_gives_the_others() -> None:
    """The story of a broken feed: one flag says something unknown, and the people around it are still known."""
    decoded = bundle(
        {"resource": {**FLAG, "modifierExtension": [{}]}}, {"resource": {"resourceType": "Patient", "id": "p"}}
    )
    assert [one.key for one in decoded.objects] == ["Patient/p"]
    assert told(decoded) == [("element_not_understood", "entry[0].resource.modifierExtension")]


def test_every_published_example_of_the_subset_is_read_without_a_refusal() -> None:
    kinds = {"Patient", "Encounter", "Flag", "Condition", "CarePlan", "Consent", "Location", "Bundle"}
    files = [path for path in samples("standards/fhir-r4/samples") if path.parent.name in kinds]
    faults = [told(CODECS["fhir-r4"].decode(path.read_bytes(), file="message")) for path in files]
    assert len(files) == 68
    assert sum(bool(one) for one in faults) <= 2
