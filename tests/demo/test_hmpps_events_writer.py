"""HMPPS domain events of the example world: their form, and what a node makes of them."""

import json
from collections import Counter
from datetime import datetime, timedelta

from batches import select
from hmpps_events import event_intake, post_of
from prison_world import days, prisons
from watchroom.demo.world.happenings_custody import Received
from watchroom.demo.world.happenings_safety import AlertRaised
from watchroom.demo.world.identifiers import nomis_number
from watchroom.demo.writers.hmpps_events import MEDIA_TYPE, DomainEvent, HmppsEvents
from watchroom.sources.codecs.registry import CODECS
from watchroom.store.database import Database

KINDS = {
    *("person.alert.created", "person.alert.updated", "person.alert.inactive", "person.case-note.created"),
    *("prison-offender-events.prisoner.received", "prison-offender-events.prisoner.released"),
    *("incentives.iep-review.inserted", "prison-visit.booked", "prison-visit.cancelled"),
    *("adjudication.report.created", "adjudication.hearingCompleted.created", "non-associations.created"),
    *("location.inside.prison.deactivated", "location.inside.prison.reactivated"),
    "calculate-release-dates.prisoner.changed",
}
REASONS = {
    *("ADMISSION", "TRANSFERRED", "RETURN_FROM_COURT", "TEMPORARY_ABSENCE_RETURN"),
    *("RELEASED", "SENT_TO_COURT", "TEMPORARY_ABSENCE_RELEASE"),
}


def _events(number: int, people: int = 300) -> tuple[list[DomainEvent], list[object]]:
    part, _, chance = prisons(people)
    writer = HmppsEvents(chance)
    list(writer.of(part.past))
    lived = list(days(part, number))
    happened: list[object] = [one for day in lived for one in day.happenings]
    return [event for day in lived for event in writer.of(day)], happened


def _inner(event: DomainEvent) -> dict[str, object]:
    return json.loads(json.loads(event.body)["Message"])


def _details(event: DomainEvent) -> dict[str, object]:
    details: dict[str, object] = json.loads(json.loads(event.body)["Message"])["additionalInformation"]
    return details


def test_the_same_seed_sends_the_same_bytes() -> None:
    assert _events(3, 60)[0] == _events(3, 60)[0]


def test_every_event_is_of_a_type_of_the_service_and_wrapped_as_its_queue_wraps_it() -> None:
    events, _ = _events(20)
    kinds: Counter[str] = Counter()
    for event in events:
        outer = json.loads(event.body)
        inner = _inner(event)
        assert event.media_type == MEDIA_TYPE
        assert outer["Type"] == "Notification"
        assert outer["MessageAttributes"]["eventType"]["Value"] == inner["eventType"]
        assert inner["version"] == 1
        kinds[str(inner["eventType"])] += 1
    assert set(kinds) <= KINDS
    assert len(kinds) >= 10
    numbers = [json.loads(event.body)["MessageId"] for event in events]
    assert len(numbers) == len(set(numbers))


def test_our_reader_finds_no_fault_in_any() -> None:
    codec = CODECS["hmpps-event"]
    for event in _events(5)[0]:
        decoded = codec.decode(event.body, file="message")
        assert decoded.faults == ()
        assert len(decoded.of("DOMAIN_EVENT")) == 1


def test_each_reception_and_each_alert_is_told_of_its_person() -> None:
    events, happened = _events(15)
    told = [(inner["eventType"], inner.get("personReference")) for inner in map(_inner, events)]
    for one in happened:
        if isinstance(one, (Received, AlertRaised)):
            kind = "prison-offender-events.prisoner.received" if isinstance(one, Received) else "person.alert.created"
            assert (kind, {"identifiers": [{"type": "NOMS", "value": nomis_number(one.life)}]}) in told
    reasons = {_details(event).get("reason") for event in events}
    assert reasons - {None, "USER_CREATED_NOMIS"} <= REASONS


def test_an_event_is_sent_seconds_after_it_happened() -> None:
    for event in _events(5)[0]:
        late = event.at - datetime.fromisoformat(str(_inner(event)["occurredAt"]))
        assert timedelta() < late < timedelta(minutes=2)


def test_a_node_takes_the_events_of_a_week_in(database: Database) -> None:
    """Movements and alerts become records; all other types are pointers that are counted as left out."""
    events, happened = _events(7, 60)
    intake, source = event_intake(database)
    report = intake.take_post(source, post_of(event.body for event in events)).report
    assert report is not None
    assert [issue for issue in report.issues if issue.severity.value == "fatal"] == []
    received = sum(isinstance(one, Received) for one in happened)
    told = select(database, "select count(*) from record.movement where kind_source_value = 'ADMISSION'")
    assert told == [(received,)]
    alerts = {_details(event)["alertUuid"] for event in events if "alertUuid" in _details(event)}
    assert select(database, "select count(*) from record.alert") == [(len(alerts),)]
