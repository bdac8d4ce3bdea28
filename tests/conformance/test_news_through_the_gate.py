"""What changed on a unit, through the gate: of every entity that a clause shows, with what may be said, and no more."""

from datetime import timedelta

from gate_world import NURSE, OFFICER, START, Rows, Seen, about, episode, gate_of, person, place, write
from policy_cases import agreement_of
from watchroom.audit.entries import Act
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Asked, View
from watchroom.handover import rows
from watchroom.handover.unit import PRESENT
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.policy.clauses import NAMED_BASE, Agreement, Clause, Exclusion, Right
from watchroom.policy.conditions import ALWAYS, Holds
from watchroom.policy.masks import Mask
from watchroom.store.database import Database

WING: Rows = {
    "location": [place("LEI-A", "WING"), place("LEI-A-1", "CELL")],
    "person": [person("1"), person("2", is_restricted=True), person("3")],
    "custody_episode": [episode("1", cell="LEI-A-1"), episode("2"), episode("3")],
}
SOON = START + timedelta(days=1)


def plan(key: str, person_key: str, **more: object) -> dict[str, object]:
    return about(key, person_key, status_code="OPEN", risk_code="LOW", concern="in confidence", **more)


NIGHT: Rows = {
    "care_plan": [plan("p1", "1", next_review_at=SOON), plan("p2", "2", next_review_at=SOON)],
    "non_association": [about("n1", "1", other_person_key="3", is_open=True)],
}
MORNING: Rows = {"care_plan": [plan("p1", "1", next_review_at=SOON + timedelta(days=1)), plan("p2", "2")]}


def everything(masks: dict[str, Mask] | None = None) -> Agreement:
    """Every row and field of this record to a nurse, the plan of care with masks, and nobody who is restricted."""
    clauses = [
        Clause(
            name=name,
            entity=name,
            roles=("nurse",),
            purposes=("custody.care",),
            allow=frozenset({Right.READ, Right.LIST}),
            fields=(*(field.name for field in catalogue().entity(name).fields), *NAMED_BASE),
            masks=masks or {} if name == "care_plan" else {},
            condition=ALWAYS,
            regime="uk-gdpr",
        )
        for name in (*WING, *NIGHT)
    ]
    return agreement_of(
        clauses, exclusions=[Exclusion(conditions={"person": Holds(column="is_restricted")}, reason="x")]
    )


def changes(database: Database, agreement: Agreement, *, audit: MemoryAuditLog | None = None) -> list[rows.ChangeRow]:
    def look(view: View) -> list[rows.ChangeRow]:
        return view.rows(PRESENT["changes"], rows.ChangeRow, site_code="LEI", unit_code="LEI-A", after=1)

    asked = Asked(purpose="custody.care", act=Act.BRIEF, what="handover")
    seen = gate_of(database, agreement, audit=audit).read(NURSE, asked=asked, look=look)
    assert isinstance(seen, Seen)
    return seen.value


def test_what_changed_is_told_with_what_may_be_said_of_it_and_entered_field_by_field(database: Database) -> None:
    for hour, told in enumerate((WING, NIGHT, MORNING)):
        write(database, told, hour=hour)
    audit = MemoryAuditLog(clock=SteppedClock(SOON))

    found = changes(database, everything(), audit=audit)

    assert [(one.entity, one.op) for one in found] == [
        ("care_plan", "changed"),
        ("care_plan", "new"),
        ("non_association", "new"),
    ], "the plan of who is restricted is not told"
    changed, new, apart = found
    assert changed.record is not None
    assert new.record is not None
    assert apart.record is not None
    assert (changed.before or {}).keys() == {"next_review_at"}
    assert (changed.record["next_review_at"], new.record["next_review_at"]) == (
        (SOON + timedelta(days=1)).isoformat(),
        SOON.isoformat(),
    ), "each change has the record as it was after it"
    assert "concern" not in changed.record
    assert "person_id" not in changed.record
    assert "other_person_id" not in apart.record
    assert apart.other_person_id is not None
    (entry,) = audit.entries
    assert "care_plan.risk_code" in entry.fields
    assert apart.other_person_id in entry.subjects


def test_what_a_clause_masks_is_no_part_of_what_is_said(database: Database) -> None:
    for hour, told in enumerate((WING, NIGHT, MORNING)):
        write(database, told, hour=hour)

    found = changes(database, everything({"risk_code": Mask.NULL}))

    plans = [one.record or {} for one in found if one.entity == "care_plan"]
    assert [("risk_code" in one, one["status_code"]) for one in plans] == [(False, "OPEN"), (False, "OPEN")]


def seen_at(key: str, minutes: int, *, done: int | None = None) -> dict[str, object]:
    """An observation of the first person that was due so many minutes before the morning, and when it was done."""
    done_at = None if done is None else SOON - timedelta(minutes=done)
    due_at = SOON - timedelta(minutes=minutes)
    return about(key, "1", kind_code="OBSERVATION", due_at=due_at, done_at=done_at)


def test_an_observation_is_late_when_it_was_due_after_the_last_that_was_done(database: Database) -> None:
    observations = [
        *(seen_at("a", 130, done=131), seen_at("b", 100), seen_at("c", 70, done=69)),
        *(seen_at("d", 40), seen_at("e", 10), seen_at("f", -20), seen_at("of the day before", 900)),
    ]
    write(database, {**WING, "observation": observations})
    asked = {"site_code": "LEI", "unit_code": "LEI-A", "since": SOON - timedelta(hours=12), "until": SOON}

    seen = gate_of(database, at=SOON).read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.BRIEF, what="handover"),
        look=lambda view: view.rows(PRESENT["observations"], rows.ObservationRow, **asked),
    )

    assert isinstance(seen, Seen)
    (found,) = seen.value
    assert (found.late_count, found.late_since) == (2, SOON - timedelta(minutes=40))
    assert (found.missed, found.missed_since) == (1, SOON - timedelta(minutes=100))
    assert found.next_at == SOON + timedelta(minutes=20)
    assert found.last_done_at == SOON - timedelta(minutes=69)
