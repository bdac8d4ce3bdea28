"""The worked agreements run: what each gives on a real record is what its sheet says, and nothing else."""

from datetime import UTC, date, datetime, timedelta

from gate_world import START, about, charter, episode, gate_of, look, person, write
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate
from watchroom.policy.agreement import example_text
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Database

NOW = START + timedelta(days=1)
TODAY = NOW.date()
TRUST_NURSE = Asker(name="t.nurse", roles=("nurse",), organisation="health-trust", sites=("LEI",))
PROBATION = Asker(name="p.officer", roles=("responsible_officer",), organisation="probation")
FIRE = Asker(name="f.control", roles=("control_room",), organisation="fire")


def example(name: str) -> Agreement:
    return charter(example_text(name))


def gate(database: Database, name: str, *, at: datetime = NOW) -> Gate:
    return gate_of(database, charter(), example(name), at=at)


def test_health_is_given_the_open_care_plans_of_who_is_in_custody_there_and_of_ended_ones_the_month(
    database: Database,
) -> None:
    ended = TODAY - timedelta(days=20)
    write(
        database,
        {
            "person": [person("1"), person("2", "MDI-A"), person("3", is_restricted=True), person("4")],
            "custody_episode": [
                episode("1"),
                episode("2", "MDI-A"),
                episode("3"),
                episode("4", is_active=False, ended_at=NOW),
            ],
            "alert": [
                about("open", "1", kind_code="HA", is_active=True, comment="note", active_from=date(2026, 7, 1)),
                about("ended", "1", kind_code="HA2", is_active=False, active_to=ended),
                about("long-ended", "1", kind_code="HA2", is_active=False, active_to=TODAY - timedelta(days=91)),
                about("other", "1", kind_code="XA", is_active=True),
                about("elsewhere", "2", "MDI-A", kind_code="HA", is_active=True),
                about("restricted", "3", kind_code="HA", is_active=True),
                about("released", "4", kind_code="HA", is_active=True),
            ],
        },
    )
    told = look(
        gate(database, "self_harm_support"),
        TRUST_NURSE,
        "select kind_code, active_from, active_to, comment, withheld from alert order by kind_code",
        purpose="care.suicide-prevention",
    )
    assert [row["kind_code"] for row in told] == ["HA", "HA2"]
    assert [row["active_from"] for row in told] == [date(2026, 7, 1), None]
    assert told[1]["active_to"] == ended.replace(day=1)
    assert all(row["comment"] is None for row in told), "the glass is not broken"
    people = look(
        gate(database, "self_harm_support"),
        TRUST_NURSE,
        "select prison_number, family_name from person",
        purpose="care.suicide-prevention",
    )
    assert people == [{"prison_number": "A1", "family_name": None}]


def test_probation_is_given_the_arrests_of_28_days_and_none_of_a_covert_operation(database: Database) -> None:
    def arrest(key: str, *, days: int, covert: bool | None = False) -> dict[str, object]:
        at = NOW - timedelta(days=days)
        return about(key, "1", arrested_at=at, disposal_code="BAIL", custody_suite=key, is_covert_operation=covert)

    write(
        database,
        {
            "person": [person("1")],
            "arrest": [
                arrest("recent", days=1),
                arrest("old", days=29),
                arrest("covert", days=1, covert=True),
                arrest("unknown", days=1, covert=None),
            ],
        },
    )
    told = look(
        gate(database, "arrests_under_supervision"),
        PROBATION,
        "select custody_suite, custody_reference from arrest",
        purpose="public-protection.supervision",
    )
    assert told == [{"custody_suite": "recent", "custody_reference": None}]


def test_a_control_room_is_given_what_is_released_of_the_roads_and_no_note(database: Database) -> None:
    def disruption(key: str, status: str | None) -> dict[str, object]:
        return {
            "source_key": key,
            "reference": key,
            "status_code": status,
            "public_text": "closed",
            "control_note": "n",
        }

    write(
        database,
        {"road_disruption": [disruption("T-1", "ACTIVE"), disruption("T-2", "DRAFT"), disruption("T-3", None)]},
    )
    told = look(
        gate(database, "road_incidents"),
        FIRE,
        "select reference, public_text, control_note from road_disruption",
        purpose="operations.incident-response",
    )
    assert told == [{"reference": "T-1", "public_text": "closed", "control_note": None}]


def test_no_example_gives_anything_after_its_last_day(database: Database) -> None:
    write(database, {"road_disruption": [{"source_key": "T-1", "reference": "T-1", "status_code": "ACTIVE"}]})
    late = gate(database, "road_incidents", at=datetime(2028, 1, 1, 12, tzinfo=UTC))
    assert "operations.incident-response" not in late.purposes(FIRE)


def test_the_case_conference_gives_nothing_by_itself(database: Database) -> None:
    """With a room and its members: `test_case_rooms.py`."""
    member = Asker(name="m", roles=("conference_member",), organisation="police", clearance="official_sensitive")
    heard = datetime(2026, 11, 20, 9, tzinfo=UTC)
    brought = {"case_reference": "C-1", "conference_at": heard, "contributed_at": heard, "is_victim_contact": False}
    write(database, {"person": [person("1")], "case_contribution": [about("a", "1", **brought)]})
    conference = gate(database, "case_conference", at=heard)
    asked = "select case_contribution.case_reference from case_contribution"
    assert look(conference, member, asked, purpose="safeguarding.domestic-abuse") == []
