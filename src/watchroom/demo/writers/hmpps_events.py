"""HMPPS domain events: what the prison's systems tell others as it happens, one message each.

An event is a pointer: to whom something happened, when, and where to ask for the rest. Its types are the service's;
most of the day, such as observations, bells and shifts, has none.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from watchroom.demo.world import happenings_custody as custody
from watchroom.demo.world import happenings_regime as regime
from watchroom.demo.world import happenings_safety as safety
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import ZONE
from watchroom.demo.world.happening import Day, Happening
from watchroom.demo.world.happenings_custody import Errand
from watchroom.demo.world.happenings_regime import Visited
from watchroom.demo.world.identifiers import nomis_number

MEDIA_TYPE = "application/json"
_ADDRESS = "https://example.org"
Details = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """A message on its way.

    Attributes:
        at: when it is sent, UTC.
        body: the notification, JSON in UTF-8.
        media_type: of the body.
        headers: beside the media type.
    """

    at: datetime
    body: bytes
    media_type: str = MEDIA_TYPE
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What an event says: its type, in words, of whom, where to ask, its details; `at`: if not the happening's own."""

    kind: str
    words: str
    life: int | None
    path: str
    details: Details
    at: datetime | None = None


class HmppsEvents:
    """What the prison's systems publish of a day."""

    def __init__(self, chance: Chance) -> None:
        """Events of a world with that chance, which decides how long each takes."""
        self._chance = chance
        self._alerts: dict[tuple[int, str], str] = {}
        self._by_kind: dict[type[Happening], Callable[..., Iterator[_Told]]] = {
            custody.Received: _received,
            custody.PrisonChanged: _transferred,
            custody.WentOut: _went_out,
            custody.CameBack: _came_back,
            custody.Released: _released,
            custody.MovedAfar: _moved_afar,
            custody.DatesCalculated: _dates,
            custody.CellClosed: _cell_closed,
            custody.CellOpened: _cell_opened,
            safety.AlertRaised: self._alert_raised,
            safety.AlertEnded: self._alert_ended,
            safety.KeptApart: _kept_apart,
            safety.Charged: _charged,
            safety.ChargeHeard: _charge_heard,
            regime.LevelSet: _level,
            regime.NoteWritten: _note,
            regime.VisitBooked: _visit_booked,
            regime.VisitEnded: _visit_ended,
        }

    def of(self, day: Day) -> Iterator[DomainEvent]:
        """The events of a day, in the order in which what they tell of happened; most are sent within seconds."""
        stream = self._chance.stream("hmpps events", day.date.toordinal())
        for one in day.happenings:
            told = self._by_kind.get(type(one))
            if told is None:
                continue
            for event in told(one):
                happened = event.at or one.at
                at = happened + timedelta(milliseconds=int(200 + stream.expovariate(1 / 2500)))
                yield DomainEvent(at=at, body=_notification(event, happened, at, key=self._key(one, event)))

    def _key(self, one: Happening, event: _Told) -> str:
        return self._identifier("message", event.kind, event.path, one.at.isoformat(), event.life or 0)

    def _identifier(self, *words: str | int) -> str:
        digest = blake2b(repr((self._chance.seed, words)).encode(), digest_size=16).digest()
        return str(UUID(bytes=digest, version=4))

    def _alert_raised(self, one: safety.AlertRaised) -> Iterator[_Told]:
        key = self._identifier("alert", one.life, one.code, one.at.isoformat())
        self._alerts[(one.life, one.code)] = key
        yield _alert("created", "An alert has been created in the alerts service", one, key=key)

    def _alert_ended(self, one: safety.AlertEnded) -> Iterator[_Told]:
        key = self._alerts.pop((one.life, one.code), None)
        if key is None:
            return
        yield _alert("updated", "An alert has been updated in the alerts service", one, key=key)
        yield _alert("inactive", "An alert has become inactive in the alerts service", one, key=key)


def _notification(event: _Told, happened: datetime, sent: datetime, *, key: str) -> bytes:
    """The event as its queue delivers it: JSON within JSON."""
    inner: Details = {
        "eventType": event.kind,
        "version": 1,
        "description": event.words,
        "detailUrl": f"{_ADDRESS}/{event.path}",
        "occurredAt": happened.astimezone(ZONE).isoformat(timespec="milliseconds"),
        "additionalInformation": event.details,
    }
    if event.life is not None:
        number = nomis_number(event.life)
        inner["personReference"] = {"identifiers": [{"type": "NOMS", "value": number}]}
    outer = {
        "Type": "Notification",
        "MessageId": key,
        "TopicArn": "arn:example:domain-events",
        "Message": json.dumps(inner, separators=(",", ":")),
        "Timestamp": f"{sent.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
        "MessageAttributes": {"eventType": {"Type": "String", "Value": event.kind}},
    }
    return json.dumps(outer, separators=(",", ":")).encode()


def _movement(way: str, words: str, one: Happening, *, reason: str) -> Iterator[_Told]:
    life, prison = getattr(one, "life", 0), str(getattr(one, "prison", ""))
    number = nomis_number(life)
    details: Details = {"nomsNumber": number, "reason": reason, "prisonId": prison}
    kind = f"prison-offender-events.prisoner.{way}"
    yield _Told(kind=kind, words=words, life=life, path=f"prisoner/{number}", details=details)


_IN, _OUT = "A prisoner has been received into prison", "A prisoner has been released from prison"


def _received(one: custody.Received) -> Iterator[_Told]:
    yield from _movement("received", _IN, one, reason="ADMISSION")


def _transferred(one: custody.PrisonChanged) -> Iterator[_Told]:
    number = nomis_number(one.life)
    yield _Told(
        kind="prison-offender-events.prisoner.released",
        words=_OUT,
        life=one.life,
        path=f"prisoner/{number}",
        details={"nomsNumber": number, "reason": "TRANSFERRED", "prisonId": one.from_prison},
        at=one.left,
    )
    yield from _movement("received", _IN, one, reason="TRANSFERRED")


def _went_out(one: custody.WentOut) -> Iterator[_Told]:
    reason = "SENT_TO_COURT" if one.errand is Errand.COURT else "TEMPORARY_ABSENCE_RELEASE"
    yield from _movement("released", _OUT, one, reason=reason)


def _came_back(one: custody.CameBack) -> Iterator[_Told]:
    reason = "RETURN_FROM_COURT" if one.errand is Errand.COURT else "TEMPORARY_ABSENCE_RETURN"
    yield from _movement("received", _IN, one, reason=reason)


def _released(one: custody.Released) -> Iterator[_Told]:
    yield from _movement("released", _OUT, one, reason="RELEASED")


def _moved_afar(one: custody.MovedAfar) -> Iterator[_Told]:
    yield from _movement("released", _OUT, one, reason="TRANSFERRED")


def _alert(done: str, words: str, one: safety.AlertRaised | safety.AlertEnded, *, key: str) -> _Told:
    details: Details = {"alertUuid": key, "alertCode": one.code, "source": "DPS"}
    return _Told(kind=f"person.alert.{done}", words=words, life=one.life, path=f"alerts/{key}", details=details)


def _dates(one: custody.DatesCalculated) -> Iterator[_Told]:
    number = nomis_number(one.life)
    yield _Told(
        kind="calculate-release-dates.prisoner.changed",
        words="Prisoners release dates have been re-calculated",
        life=one.life,
        path=f"calculation/{number}",
        details={"prisonerId": number},
    )


def _cell(one: custody.CellClosed | custody.CellOpened, done: str) -> _Told:
    return _Told(
        kind=f"location.inside.prison.{done}",
        words=f"Location {done}",
        life=None,
        path=f"locations/key/{one.cell}",
        details={"key": one.cell, "source": "DPS"},
    )


def _cell_closed(one: custody.CellClosed) -> Iterator[_Told]:
    yield _cell(one, "deactivated")


def _cell_opened(one: custody.CellOpened) -> Iterator[_Told]:
    yield _cell(one, "reactivated")


def _kept_apart(one: safety.KeptApart) -> Iterator[_Told]:
    numbers = (nomis_number(one.life), nomis_number(one.other))
    yield _Told(
        kind="non-associations.created",
        words="A non-association has been created",
        life=None,
        path=f"non-associations/between/{'-'.join(numbers)}",
        details={"nsPrisonerNumber1": numbers[0], "nsPrisonerNumber2": numbers[1], "source": "DPS"},
    )


def _charge(kind: str, words: str, one: safety.Charged | safety.ChargeHeard) -> _Told:
    details: Details = {"chargeNumber": f"{one.prison}-{one.charge:06d}", "prisonId": one.prison}
    details["prisonerNumber"] = nomis_number(one.life)
    return _Told(kind=kind, words=words, life=one.life, path=f"reported-adjudications/{one.charge}", details=details)


def _charged(one: safety.Charged) -> Iterator[_Told]:
    yield _charge("adjudication.report.created", "An adjudication has been created", one)


def _charge_heard(one: safety.ChargeHeard) -> Iterator[_Told]:
    yield _charge("adjudication.hearingCompleted.created", "An adjudication hearing has been completed", one)


def _level(one: regime.LevelSet) -> Iterator[_Told]:
    number = nomis_number(one.life)
    yield _Told(
        kind="incentives.iep-review.inserted",
        words="An IEP review has been added",
        life=one.life,
        path=f"incentive-reviews/prisoner/{number}",
        details={"nomsNumber": number, "reason": "USER_CREATED_NOMIS"},
    )


def _note(one: regime.NoteWritten) -> Iterator[_Told]:
    number = nomis_number(one.life)
    yield _Told(
        kind="person.case-note.created",
        words="A case note has been created",
        life=one.life,
        path=f"case-notes/{number}",
        details={"source": "DPS", "syscon": False},
    )


def _visit(kind: str, words: str, one: regime.VisitBooked | regime.VisitEnded) -> _Told:
    details: Details = {"reference": f"v{one.number:08d}"}
    return _Told(kind=kind, words=words, life=one.life, path=f"visits/v{one.number:08d}", details=details)


def _visit_booked(one: regime.VisitBooked) -> Iterator[_Told]:
    if not one.is_official:
        yield _visit("prison-visit.booked", "Prison Visit Booked", one)


def _visit_ended(one: regime.VisitEnded) -> Iterator[_Told]:
    if one.ended in (Visited.CANCELLED, Visited.STOPPED):
        yield _visit("prison-visit.cancelled", "Prison Visit Cancelled", one)
