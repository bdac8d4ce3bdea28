"""What the handover asks of the gate: since when an incident is known here, where its kind is told, whose day it is."""

from datetime import UTC, datetime, timedelta

from gate_world import GOVERNANCE, OFFICER, START, about, charter, episode, gate_of, look, person, place, write
from watchroom.audit.entries import Act
from watchroom.gate.door import Asked, Seen
from watchroom.handover.posts.build import build_posts
from watchroom.handover.unit import QUERIES
from watchroom.policy.agreement import charter_text
from watchroom.policy.clauses import Duty
from watchroom.store.database import Database

WING = {"location": [place("LEI-A", "WING"), place("LEI-H", "WING")], "custody_episode": [episode("1")]}


def _report(**more: object) -> dict[str, object]:
    return {
        "source_key": "r1",
        "reference": "-1",
        "type_code": "ASSAULT",
        "site_code": "LEI",
        "unit_code": None,
        **more,
    }


def _part(unit: str = "LEI-A") -> dict[str, object]:
    return about("p1", "1", unit, incident_key="r1", incident_type_code="ASSAULT", role_code="VICTIM")


def test_who_moves_to_another_wing_makes_no_old_undated_incident_recent(database: Database) -> None:
    write(
        database,
        {
            **WING,
            "person": [person("1", "LEI-H")],
            "incident_report": [_report()],
            "incident_participant": [_part("LEI-H")],
        },
    )
    write(
        database,
        {**WING, "person": [person("1")], "incident_report": [_report()], "incident_participant": [_part()]},
        hour=90,
    )
    gate = gate_of(database, at=START + timedelta(hours=96))

    def parts_since(hour: int) -> list[datetime]:
        wing = {"site_code": "LEI", "unit_code": "LEI-A", "ids": None}
        seen = gate.read(
            OFFICER,
            asked=Asked(purpose="custody.care", act=Act.LIST, what="person"),
            look=lambda view: view.records(QUERIES["incident_parts"], since=START + timedelta(hours=hour), **wing),
        )
        assert isinstance(seen, Seen)
        return [row["recorded_from"] for row in seen.value]

    assert parts_since(24) == []
    assert parts_since(0) == [START], "it is known since the first delivery that told of it"


def test_an_officer_is_not_told_of_what_kind_an_incident_at_another_establishment_is(database: Database) -> None:
    report = _report(site_code="MDI")
    write(database, {**WING, "person": [person("1")], "incident_report": [report], "incident_participant": [_part()]})
    gate = gate_of(database)

    assert look(gate, OFFICER, "select incident_report.type_code from incident_report order by 1") == []
    text = "select role_code, incident_type_code from incident_participant order by 1"
    assert look(gate, OFFICER, text) == [{"role_code": "VICTIM", "incident_type_code": None}]


def test_the_day_of_a_duty_is_that_of_the_node(database: Database) -> None:
    at = datetime(2026, 7, 23, 23, 30, tzinfo=UTC)
    gate = gate_of(database, charter(charter_text().replace("from: 2026-01-01", "from: 2026-07-24")), at=at)

    seen = build_posts(gate, GOVERNANCE, purpose="governance.audit", at=at)

    assert isinstance(seen, Seen)
    assert Duty.EXPLAIN in seen.value.duties
