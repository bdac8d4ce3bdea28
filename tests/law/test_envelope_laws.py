"""Whatever is pushed ends in messages, and each of them in objects or faults: nothing is raised and nothing is lost."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from hmpps_events import CREATED, alert
from watchroom.sources.codecs.registry import CODECS
from watchroom.sources.envelopes import opened
from watchroom.sources.messages import hear

HMPPS = CODECS["hmpps-event"]
KINDS = st.sampled_from(
    ["application/json", "application/x-ndjson", "application/cloudevents-batch+json", "text/plain", "", "json; a=b"]
)
EVENTS = st.lists(st.integers(0, 999).map(lambda number: alert(CREATED, number)), max_size=6)


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode())), kind=KINDS)
@settings(max_examples=150)
def test_whatever_bytes_are_pushed_each_message_ends_in_objects_or_in_faults(content: bytes, kind: str):
    for codec in CODECS.values():
        for message in opened(content, codec, media_type=kind, headers={}):
            heard = hear(message, codec)
            assert (
                heard.decoded.objects or heard.decoded.faults or heard.decoded.lost or not content.strip(b"[] \n\r\t")
            )


@given(events=EVENTS, cut=st.integers(0, 400))
@settings(max_examples=100)
def test_a_list_is_taken_apart_as_it_is_written_and_one_that_is_cut_off_is_one_message(events: list[bytes], cut: int):
    whole = b"[ " + b" ,\n".join(events) + b"]"
    found = opened(whole, HMPPS, media_type="application/json", headers={})
    assert [message.content for message in found] == events
    torn = whole[: min(cut, len(whole) - 1)]
    assert [message.content for message in opened(torn, HMPPS, media_type="application/json", headers={})] == [torn]


@given(events=EVENTS)
@settings(max_examples=50)
def test_lines_are_named_by_their_number_and_blank_ones_are_none(events: list[bytes]):
    found = opened(b"\n\n".join(events), HMPPS, media_type="application/x-ndjson", headers={})
    assert [(message.name, message.content) for message in found] == [
        (f"line {2 * number + 1}", body) for number, body in enumerate(events)
    ]


@given(event=st.integers(0, 999).map(lambda number: alert(CREATED, number)), number=st.text(min_size=1, max_size=20))
@settings(max_examples=50)
def test_an_event_in_an_envelope_says_what_it_says_without(event: bytes, number: str):
    around = {"specversion": "1.0", "id": number, "source": "urn:x", "type": "t", "data": json.loads(event)}
    (message,) = opened(json.dumps(around).encode(), HMPPS, media_type="application/cloudevents+json", headers={})
    assert hear(message, HMPPS).decoded == hear(opened(event, HMPPS, media_type="", headers={})[0], HMPPS).decoded
