"""What the page of a person says of each fact."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from watchroom.handover.person.rules import PARTS, FactRow, Person, PersonRow, past_of
from watchroom.handover.person.show import FactLine, person_page
from watchroom.model.jurisdiction import pack
from watchroom.model.words import Words

PACK = pack("england_and_wales")
ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 24, 8, 0, tzinfo=ZONE).astimezone(UTC)
MIDNIGHT = datetime(2026, 7, 24, 0, 0, tzinfo=ZONE)
BY_KEY = {part.key: part for part in PARTS}
ONE = UUID(int=1)


def fact(**row: object) -> FactRow:
    usual: dict[str, object] = {
        "row_id": ONE,
        "person_id": ONE,
        "other_person_id": None,
        "what_code": "SOC",
        "what_source": "SOC",
        "detail_code": None,
        "detail_source": None,
        "status_code": "SCH",
        "status_source": "SCH",
        "note": None,
        "told_at": None,
        "told_on": date(2026, 7, 24),
        "ends_at": None,
        "is_unreliable": False,
        "source_system": "nomis",
        "recorded_from": NOW,
        "withheld": [],
    }
    return FactRow(**(usual | row))  # pyright: ignore[reportArgumentType]


def somebody(found: Mapping[str, list[FactRow] | None]) -> Person:
    who = PersonRow(
        person_id=ONE,
        prison_number="A0001AA",
        family_name="SMITH",
        given_names="PAT",
        site_code="LEI",
        unit_code="LEI-A",
        withheld=[],
        cell_path="LEI-A-1-4",
    )
    return Person(
        at=NOW,
        purpose="custody.safety",
        person=who,
        attention=None,
        is_weighed=True,
        parts=found,
        past={part.key: past_of(part, found[part.key] or (), at=NOW, pack=PACK) for part in PARTS},
        sources=(),
    )


def line_of(key: str, row: FactRow) -> FactLine:
    found: dict[str, list[FactRow] | None] = {part.key: [row] if part.key == key else [] for part in PARTS}
    (part,) = person_page(somebody(found), Words(zone=ZONE)).parts
    (line,) = part.lines
    return line


def test_a_part_that_was_given_and_is_empty_is_told_apart_from_one_that_is_not_given() -> None:
    found: dict[str, list[FactRow] | None] = {part.key: [] for part in PARTS}
    found["incidents"] = None
    page = person_page(somebody(found), Words(zone=ZONE), given={"adjustments", "incidents"})
    told = {empty.title: empty.names for empty in page.empty}
    assert told["Given to you, and nothing is on record that you may see"] == "Adjustments"
    assert "Alerts" in told["No listed item"]
    assert "Adjustments" not in told["No listed item"]
    assert told["Not available to you for this purpose"] == "Incidents", "what cannot be seen is not said to be empty"


@pytest.mark.parametrize("key", ["visits", "events", "court", "incidents", "movements"])
@pytest.mark.parametrize("told_at", [MIDNIGHT, MIDNIGHT.astimezone(UTC), None])
def test_midnight_is_told_as_the_day_without_a_time(key: str, told_at: datetime | None) -> None:
    assert line_of(key, fact(told_at=told_at)).at == "24 July 2026, no time recorded"


def test_midnight_is_read_by_the_clock_of_the_place_and_not_in_utc() -> None:
    assert line_of("incidents", fact(told_at=datetime(1999, 7, 1, 23, 0, tzinfo=UTC), told_on=None)).at == (
        "2 July 1999, no time recorded"
    )
    assert line_of("incidents", fact(told_at=datetime(1999, 7, 1, 0, 0, tzinfo=UTC), told_on=None)).at == (
        "1 July 1999, 01:00"
    )


def test_a_time_that_is_withheld_is_not_said_to_be_missing() -> None:
    assert line_of("visits", fact(withheld=["starts_at"])).at == "24 July 2026"


def test_what_holds_since_a_day_asks_for_no_time() -> None:
    assert line_of("alerts", fact()).at == "24 July 2026"


@pytest.mark.parametrize("key", ["visits", "events", "court"])
def test_what_was_listed_and_has_passed_without_an_outcome_says_so(key: str) -> None:
    begun = fact(told_at=NOW - timedelta(hours=1))

    assert line_of(key, begun).status.startswith("Time has passed; how it went is not recorded (")
    assert not line_of(key, begun._replace(ends_at=NOW + timedelta(hours=1))).status.startswith("Time has passed")
    assert not line_of(key, begun._replace(told_at=MIDNIGHT)).status.startswith("Time has passed")
    assert not line_of(key, begun._replace(status_code="CANC")).status.startswith("Time has passed")
