"""What the custody suites give of who is in them: a file of JSON as of an instant, asked for every few minutes."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_police_custody import (
    Arrested,
    CellVisited,
    ChargedWith,
    CustodyRiskAssessed,
    DetentionAuthorised,
    DetentionReviewed,
    HelpAsked,
    HelpCame,
    HurtInCell,
    LeftCustody,
    OfCustody,
)
from watchroom.demo.world.identifiers import pnc_number
from watchroom.demo.world.partners.society import Society
from watchroom.demo.writers.sent import Sent

MEDIA_TYPE = "application/json"
# Who has left stands in the file until the end of the tour of duty.
_STAYS = timedelta(hours=12)
_CLOCK, _FIRST, _NEXT = timedelta(hours=24), timedelta(hours=6), timedelta(hours=9)


class CustodyRecords:
    """The custody records of all suites, as the system of the police has them."""

    def __init__(self, society: Society) -> None:
        """No record."""
        self._society = society
        self._records: dict[int, dict[str, Any]] = {}
        self._left: dict[int, datetime] = {}
        self._kinds: dict[type, Callable[[Any, dict[str, Any]], None]] = {
            DetentionAuthorised: _authorised,
            CustodyRiskAssessed: _assessed,
            HelpAsked: _asked,
            HelpCame: _came,
            CellVisited: _visited,
            HurtInCell: _hurt,
            DetentionReviewed: _reviewed,
            ChargedWith: _charged,
            LeftCustody: _left,
        }

    def hear(self, one: Happening) -> None:
        """Enter what happened in a suite; anything else changes nothing."""
        if isinstance(one, Arrested):
            self._records[one.custody] = self._begun(one)
        elif isinstance(one, OfCustody):
            # A record that was open when the world began is not in the system.
            record = self._records.get(one.custody)
            enter = self._kinds.get(type(one))
            if record is not None and enter is not None:
                enter(one, record)
                if isinstance(one, LeftCustody):
                    self._left[one.custody] = one.at

    def snapshot(self, at: datetime) -> Sent:
        """Everybody who is in a suite at an instant, and who has left in the last hours; then they are forgotten.

        Args:
            at: UTC; not before the last happening that was heard.
        """
        for custody in [custody for custody, left in self._left.items() if left < at - _STAYS]:
            del self._left[custody], self._records[custody]
        arrived = [record for record in self._records.values() if record["arrivedAt"] <= _clock(at)]
        told = {"system": "CUSTODY", "force": "Orrinshire Police", "asAt": _clock(at), "detainees": arrived}
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return Sent(at=at, content=content, media_type=MEDIA_TYPE, name="custody_records.json")

    def _begun(self, one: Arrested) -> dict[str, Any]:
        life = self._society.lives.of(one.life)
        return {
            "custodyRef": f"{one.suite}/{one.custody:06d}/{wall(one.at):%y}",
            "suite": one.suite,
            "surname": life.family.upper(),
            "forenames": " ".join(life.given),
            "dateOfBirth": f"{life.born:%d/%m/%Y}",
            "sex": life.sex,
            "pncId": pnc_number(life.number, year=life.born.year + 17) if not life.is_first_time else None,
            "language": life.language if life.needs_interpreter else None,
            "arrestedAt": _clock(one.at),
            "arrivedAt": _clock(one.arrives),
            "relevantTime": _clock(one.arrives),
            "clockEndsAt": _clock(one.arrives + _CLOCK),
            "offence": one.offence.value,
            "status": "BOOKING IN",
            "help": {},
            "reviews": [],
            "log": [],
        }


def _authorised(one: DetentionAuthorised, record: dict[str, Any]) -> None:
    record |= {
        "status": "DETAINED",
        "cell": one.cell,
        "authorisedAt": _clock(one.at),
        "grounds": one.grounds.value,
        "reviewDueAt": _clock(one.at + _FIRST),
    }


def _assessed(one: CustodyRiskAssessed, record: dict[str, Any]) -> None:
    record |= {
        "observationLevel": int(one.watch),
        "rouse": "Y" if one.is_to_be_roused else "N",
        "warnings": [marker.value for marker in one.warnings],
    }
    if one.note:
        record["log"].append({"at": _clock(one.at), "entry": one.note})


def _hurt(one: HurtInCell, record: dict[str, Any]) -> None:
    record["log"].append({"at": _clock(one.at), "entry": f"SELF-HARM. {one.note}"})


def _asked(one: HelpAsked, record: dict[str, Any]) -> None:
    record["help"][one.help.value] = {"requestedAt": _clock(one.at), "arrivedAt": None}


def _came(one: HelpCame, record: dict[str, Any]) -> None:
    record["help"][one.help.value]["arrivedAt"] = _clock(one.at)
    if one.is_fit is not None:
        record |= {"fitToDetain": "Y" if one.is_fit else "N", "fitToInterview": "Y" if one.is_fit else "N"}


def _visited(one: CellVisited, record: dict[str, Any]) -> None:
    record["lastVisitAt"] = _clock(one.at)


def _reviewed(one: DetentionReviewed, record: dict[str, Any]) -> None:
    how = "telephone" if one.by_telephone else "in person"
    record["reviews"].append({"dueAt": _clock(one.due), "heldAt": _clock(one.at), "how": how})
    record["reviewDueAt"] = _clock(one.due + _NEXT)


def _charged(one: ChargedWith, record: dict[str, Any]) -> None:
    record |= {"status": "CHARGED", "court": one.court, "appearsOn": f"{one.appears_on:%d/%m/%Y}", "reviewDueAt": None}


def _left(one: LeftCustody, record: dict[str, Any]) -> None:
    record |= {
        "status": "LEFT",
        "leftAt": _clock(one.at),
        "disposal": one.disposal.value,
        "bailUntil": None if one.bail_until is None else f"{one.bail_until:%d/%m/%Y}",
        "preReleaseRisk": "Y" if one.is_at_risk else "N",
        "reviewDueAt": None,
    }


def _clock(at: datetime) -> str:
    """An instant by the clocks of the county, without a zone, as the system writes it."""
    return f"{wall(at):%Y-%m-%dT%H:%M:%S}"
