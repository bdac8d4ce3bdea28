"""CloudEvents and HMPPS domain events: what is an event, what is known again, what a wrapper hides."""

import json
from collections.abc import Mapping

import pytest

from codec_samples import decode, example, told, written_again
from watchroom.sources.codecs.contract import Decoded
from watchroom.sources.codecs.registry import CODECS

CLOUD = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
HMPPS = json.loads(example("hmpps-event"))


def cloud(**members: object) -> Decoded:
    return decode("cloudevents", json.dumps({**CLOUD, **members}))


def notification(event: Mapping[str, object], **members: object) -> Decoded:
    return decode("hmpps-event", json.dumps({**HMPPS, "Message": json.dumps(event), **members}))


def test_what_is_written_is_read_as_it_was() -> None:
    decoded = decode("cloudevents", example("cloudevents"))
    assert told(decoded) == []
    assert written_again(CODECS["cloudevents"], decoded) == decoded


@pytest.mark.parametrize("name", ["id", "source", "type"])
def test_an_event_without_what_it_needs_is_left_out_and_told(name: str) -> None:
    decoded = cloud(**{name: ""})
    assert (told(decoded), decoded.objects) == ([("element_missing", name)], ())


def test_another_version_is_not_guessed_at() -> None:
    decoded = cloud(specversion="0.3")
    assert (told(decoded), decoded.objects) == ([("element_not_understood", "specversion")], ())


def test_data_is_json_text_or_words_or_base64_by_what_the_event_says() -> None:
    said = [
        cloud(data="x"),
        cloud(data="x", datacontenttype="text/plain"),
        cloud(data={"a": 1}, datacontenttype="application/vnd.x+json; charset=utf-8"),
        cloud(data_base64="AAAA"),
        cloud(data="x", data_base64="AAAA"),
    ]
    values = [one.objects[0].values for one in said]
    assert [(one.get("DATA"), one.get("DATA_KIND")) for one in values] == [
        *(('"x"', "json"), ("x", "text"), ('{"a":1}', "json"), ("AAAA", "base64"), (None, None))
    ]
    assert told(said[-1]) == [("values_disagree", "data")]


def test_an_extension_has_a_name_of_small_letters_and_a_single_value() -> None:
    decoded = cloud(sequence=7, Traceparent="x", purpose={"a": 1}, classification="official")
    assert told(decoded) == [("element_unreadable", "Traceparent"), ("element_unreadable", "purpose")]
    assert [one.values["NAME"] for one in decoded.of("EVENT_EXTENSION")] == ["sequence", "classification"]
    assert decoded.of("EVENT")[0].handling == "official"


def test_a_batch_with_one_broken_event_still_gives_the_others() -> None:
    """The story of a broken feed: one sender forgets an id, and nobody else's event waits for it."""
    decoded = decode("cloudevents", json.dumps([{**CLOUD, "id": None}, CLOUD, 7]))
    assert [one.place for one in decoded.of("EVENT")] == ["[1]"]
    assert [place for _, place in told(decoded) if place] == [
        *("[0].id", "[2]", "[2].id", "[2].source", "[2].type", "[2].specversion")
    ]


def test_an_event_is_the_same_alone_in_a_notification_and_in_a_message_of_a_queue() -> None:
    event = json.loads(HMPPS["Message"])
    queued = {"Messages": [{"MessageId": "q", "Body": json.dumps(HMPPS)}]}
    keys = {decode("hmpps-event", json.dumps(one)).of("DOMAIN_EVENT")[0].key for one in (event, HMPPS, queued, [event])}
    assert len(keys) == 1


def test_an_event_that_is_published_again_is_known_and_one_that_says_more_is_another() -> None:
    event = json.loads(HMPPS["Message"])
    again = notification(event, MessageId="another").of("DOMAIN_EVENT")[0]
    more = notification({**event, "additionalInformation": {"alert": 2}}).of("DOMAIN_EVENT")[0]
    first = decode("hmpps-event", example("hmpps-event")).of("DOMAIN_EVENT")[0]
    assert again.key == first.key
    assert again.values["MESSAGE_ID"] != first.values["MESSAGE_ID"]
    assert more.key != first.key


def test_a_request_to_confirm_a_subscription_is_no_event_and_its_address_is_not_told() -> None:
    decoded = notification({}, Type="SubscriptionConfirmation", SubscribeURL="https://example.org/secret")
    assert told(decoded) == [("element_not_understood", "Type")]
    assert "secret" not in str(decoded)


def test_a_notification_that_names_another_type_is_told_and_the_event_counts() -> None:
    attributes = {"eventType": {"Type": "String", "Value": "other"}}
    decoded = notification(json.loads(HMPPS["Message"]), MessageAttributes=attributes)
    assert told(decoded) == [("values_disagree", "Message.eventType")]
    assert decoded.of("DOMAIN_EVENT")[0].values["EVENT_TYPE"] == "prison-offender-events.prisoner.received"


@pytest.mark.parametrize("inner", ["not json", "[" * 5000, '{"a":', "", "7"])
def test_a_message_within_a_message_that_cannot_be_read_is_a_fault_of_its_own(inner: str) -> None:
    decoded = decode("hmpps-event", json.dumps({**HMPPS, "Message": inner}))
    assert decoded.objects == ()
    assert decoded.faults


def test_wrappers_without_end_are_not_followed() -> None:
    text = HMPPS["Message"]
    for _ in range(6):
        text = json.dumps({"Message": text})
    assert [code for code, _ in told(decode("hmpps-event", text))] == ["element_not_understood"]
