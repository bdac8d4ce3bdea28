"""Clauses, masks, exclusions and the audit entry of a read: examples for what the laws say in general."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from test_gate import WINGS

from gate_world import (
    ENGINEER,
    GOVERNOR,
    NURSE,
    OFFICER,
    START,
    about,
    charter,
    episode,
    gate_of,
    ids,
    look,
    person,
    query,
    write,
)
from policy_cases import TODAY, agreement_of
from watchroom.audit.entries import AuditUnavailableError
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Act, Asked, Asker, Refused, Seen
from watchroom.kernel.clock import SteppedClock
from watchroom.policy.clauses import Clause, Exclusion, Recipient, Right
from watchroom.policy.condition_text import read_condition
from watchroom.policy.conditions import ALWAYS, Comparator, Compare
from watchroom.policy.masks import Mask
from watchroom.store.database import Database

NURSE_ANYWHERE = Asker(name="n.any", roles=("nurse",), organisation="HMPPS", sites=("LEI",))


def clause(name: str, entity: str, fields: tuple[str, ...], where: str = "", **masks: Mask) -> Clause:
    columns = {"kind_code": "text", "unit_code": "text", "type_code": "text", "is_active": "boolean"}
    return Clause(
        name=name,
        entity=entity,
        roles=("nurse",),
        purposes=("custody.care",),
        allow=frozenset({Right.READ, Right.LIST}),
        fields=fields,
        masks=masks,
        condition=read_condition(where, columns=columns) if where else ALWAYS,
        regime="uk-gdpr",
    )


def test_each_row_shows_what_its_own_clauses_show_and_no_mixture(database: Database) -> None:
    write(database, WINGS)
    agreement = agreement_of(
        [
            clause("a", "alert", ("kind_code",), "kind_code = 'HA'"),
            clause("b", "alert", ("comment",), "kind_code = 'XGANG'"),
        ]
    )
    rows = look(gate_of(database, agreement), NURSE, "select kind_code, comment, withheld from alert order by 1")
    assert [(row["kind_code"], row["comment"]) for row in rows] == [("HA", None), (None, "gang")]
    assert all("type_code" in row["withheld"] for row in rows)  # type: ignore[operator]


def test_what_two_agreements_open_is_never_put_together(database: Database) -> None:
    alerts = [
        about("1", "1", type_code="H", kind_code="HA", comment="one"),
        about("2", "2", type_code="X", kind_code="XGANG", comment="two"),
        about("3", "1", type_code="M", kind_code="HA", comment="three", classification="official_sensitive"),
        about("4", "2", type_code="M", kind_code="MEP", comment="four", classification="official_sensitive"),
    ]
    write(database, {**WINGS, "alert": alerts})
    shared = {"highest": "official"}
    one = agreement_of(
        [clause("kinds", "alert", ("source_key", "kind_code"), "kind_code = 'HA'")], name="ONE", **shared
    )
    two = agreement_of(
        [clause("comments", "alert", ("source_key", "comment"), "kind_code = 'XGANG' or type_code = 'M'")], name="TWO"
    )
    over = agreement_of([clause("types", "alert", ("type_code",))], name="OVER", valid_to=TODAY - timedelta(days=1))
    soon = agreement_of([clause("dates", "alert", ("active_from",))], name="SOON", valid_from=TODAY + timedelta(days=1))
    text = "select source_key, kind_code, type_code, comment from alert order by source_key"
    for agreements in ((one, two, over, soon), (soon, over, two, one)):
        rows = look(gate_of(database, *agreements), replace(NURSE, clearance="official_sensitive"), text)
        assert [tuple(row.values()) for row in rows] == [
            ("1", "HA", None, None),
            ("2", None, None, "two"),
            # Its kind is agreed in the one agreement, but not for a row of this classification.
            ("3", None, None, "three"),
            ("4", None, None, "four"),
        ]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_where_two_clauses_mask_a_field_the_one_that_shows_more_counts(
    database: Database, names: tuple[str, str]
) -> None:
    write(database, {**WINGS, "alert": [about("1", "1", kind_code="HA", type_code="H", active_from=date(2026, 3, 17))]})
    agreement = agreement_of(
        [
            clause(names[0], "alert", ("active_from",), active_from=Mask.YEAR),
            clause(names[1], "alert", ("active_from",), "kind_code = 'HA'", active_from=Mask.MONTH),
        ]
    )
    rows = look(gate_of(database, agreement), NURSE, "select active_from, withheld from alert")
    assert rows[0]["active_from"] == date(2026, 3, 1)
    assert "active_from" in rows[0]["withheld"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        (Mask.DAY, datetime(2026, 3, 17, tzinfo=UTC)),
        (Mask.MONTH, datetime(2026, 3, 1, tzinfo=UTC)),
        (Mask.YEAR, datetime(2026, 1, 1, tzinfo=UTC)),
        (Mask.NULL, None),
    ],
)
def test_an_instant_is_cut_as_agreed(database: Database, mask: Mask, expected: datetime | None) -> None:
    at = datetime(2026, 3, 17, 23, 59, 59, 999_999, tzinfo=UTC)
    write(database, {**WINGS, "case_note": [about("1", "1", occurred_at=at, text="a")]})
    agreement = agreement_of([clause("a", "case_note", ("occurred_at", "text"), occurred_at=mask, text=Mask.REDACT)])
    rows = look(gate_of(database, agreement), NURSE, "select occurred_at, text, withheld from case_note")
    assert rows[0]["occurred_at"] == expected
    assert rows[0]["text"] == "[withheld]"
    assert {"occurred_at", "text"} <= set(rows[0]["withheld"])  # type: ignore[call-overload]


def test_a_postal_code_is_cut_to_its_area(database: Database) -> None:
    codes = ["LS1 2AB", "LS12AB", "BD219XY", "A"]
    write(database, {**WINGS, "address": [about(str(n), "1", postal_code=code) for n, code in enumerate(codes)]})
    agreement = agreement_of([clause("a", "address", ("postal_code",), postal_code=Mask.AREA)])
    rows = look(gate_of(database, agreement), NURSE, "select postal_code from address")
    assert ids(rows, "postal_code") == {"LS1", "BD21", ""}


def test_an_exclusion_whose_condition_is_unknown_excludes(database: Database) -> None:
    write(database, WINGS)
    unknown = Exclusion(
        conditions={"custody_episode": read_condition("category_code = 'A'", columns={"category_code": "text"})},
        reason="x",
    )
    agreement = agreement_of([clause("a", "custody_episode", ("person_id",))], exclusions=[unknown])
    assert look(gate_of(database, agreement), NURSE, "select * from custody_episode") == []
    cleared = {**WINGS, "custody_episode": [episode("1", category_code="B"), episode("2", category_code="A")]}
    write(database, cleared, hour=1)
    assert len(look(gate_of(database, agreement), NURSE, "select * from custody_episode")) == 1


def test_a_restricted_person_is_hidden_in_every_relation_also_of_the_past_but_counted_in_the_roll(
    database: Database,
) -> None:
    write(database, WINGS)
    apart = [about("1", "2", other_person_key="1", is_open=True), about("2", "1", other_person_key="2", is_open=True)]
    hidden = {**WINGS, "person": [person("1", is_restricted=True), *WINGS["person"][1:]], "non_association": apart}
    write(database, hidden, hour=2)
    gate = gate_of(database)
    before = START + timedelta(hours=1)
    for as_of in (None, before):
        assert ids(look(gate, OFFICER, "select prison_number from person", as_of=as_of), "prison_number") == {"A2"}
        assert ids(look(gate, GOVERNOR, "select prison_number from person", as_of=as_of), "prison_number") == {
            "A2",
            "A3",
        }
        assert len(look(gate, OFFICER, "select * from custody_episode", as_of=as_of)) == 1
        assert ids(look(gate, OFFICER, "select kind_code from alert", as_of=as_of), "kind_code") == {None}
        assert look(gate, NURSE, "select * from care_need", as_of=as_of) == []
        assert look(gate, OFFICER, "select * from non_association", as_of=as_of) == []
        roll = look(gate, OFFICER, "select on_roll from roll where unit_code = 'LEI-A'", as_of=as_of)
        assert roll == [{"on_roll": 2}]
        cells = look(gate, OFFICER, "select * from occupancy where path = 'LEI-A-1-1'", as_of=as_of)
        assert [(cell["occupants"], len(cell["visible_person_ids"]), cell["withheld_count"]) for cell in cells] == [  # type: ignore[arg-type]
            (2, 1, 1)
        ]
    told = look(gate, OFFICER, "select entity, id, person_id, changed_fields, before from change")
    people = ids(look(gate, OFFICER, "select id from person"), "id")
    assert {row["person_id"] for row in told if row["entity"] != "location"} - {None} == people


def test_who_is_no_longer_restricted_is_seen_again_also_of_the_past(database: Database) -> None:
    write(database, {**WINGS, "person": [person("1", is_restricted=True), *WINGS["person"][1:]]})
    gate = gate_of(database)
    assert ids(look(gate, OFFICER, "select prison_number from person"), "prison_number") == {"A2"}
    write(database, WINGS, hour=2)
    then = START + timedelta(hours=1)
    for as_of in (None, then):
        found = look(gate, OFFICER, "select prison_number, is_restricted from person", as_of=as_of)
        assert ids(found, "prison_number") == {"A1", "A2"}
    told = look(gate, OFFICER, "select * from change where op = 'changed'")
    assert all("is_restricted" not in str(row) for row in told)


def test_a_restricted_person_who_has_left_stays_hidden(database: Database) -> None:
    write(database, {**WINGS, "person": [person("1", is_restricted=True), *WINGS["person"][1:]]})
    gone = {**WINGS, "person": WINGS["person"][1:], "custody_episode": WINGS["custody_episode"][1:], "alert": []}
    write(database, {**gone, "care_need": []}, hour=2)
    gate = gate_of(database)
    then = START + timedelta(hours=1)
    assert ids(look(gate, OFFICER, "select prison_number from person", as_of=then), "prison_number") == {"A2"}
    assert len(look(gate, OFFICER, "select * from alert", as_of=then)) == 1


def test_a_person_without_a_cell_is_told_and_another_wing_is_only_counted(database: Database) -> None:
    rows = {**WINGS, "custody_episode": [episode("1"), *WINGS["custody_episode"][1:]]}
    write(database, rows)
    gate = gate_of(database)
    cells = look(gate, OFFICER, "select path, unit_code, occupants, withheld_count, is_cell from occupancy order by 1")
    assert cells == [
        {"path": "LEI-A-1-1", "unit_code": "LEI-A", "occupants": 1, "withheld_count": 0, "is_cell": True},
        {"path": "LEI-A-1-2", "unit_code": "LEI-A", "occupants": 0, "withheld_count": 0, "is_cell": True},
        {"path": "LEI-B-1-1", "unit_code": "LEI-B", "occupants": 1, "withheld_count": 1, "is_cell": True},
        {"path": None, "unit_code": "LEI-A", "occupants": 1, "withheld_count": 0, "is_cell": False},
    ]
    roll = look(gate, OFFICER, "select landing, on_roll, no_cell from roll where unit_code = 'LEI-A' order by 1")
    assert roll == [
        {"landing": "LEI-A-1", "on_roll": 1, "no_cell": 0},
        {"landing": None, "on_roll": 1, "no_cell": 1},
    ]


def test_somebody_who_leaves_the_unit_is_told_without_where_to(database: Database) -> None:
    write(database, WINGS)
    moved = {
        **WINGS,
        "person": [person("1", "LEI-B"), *WINGS["person"][1:]],
        "custody_episode": [episode("1", "LEI-B", cell="LEI-B-1-1"), *WINGS["custody_episode"][1:]],
    }
    write(database, moved, hour=1)
    gate = gate_of(database)
    text = "select * from change where op = 'changed' and entity = 'custody_episode'"
    (told,) = look(gate, OFFICER, text)
    assert told["unit_code"] == "LEI-A"
    assert told["changed_fields"] == ["location_id", "unit_code"]
    assert told["categories"] == ["LOCATION"]
    assert told["before"]["unit_code"] == "LEI-A"  # type: ignore[index]
    assert "LEI-B" not in str(told)
    other = replace(OFFICER, units=("LEI-B",))
    (arrived,) = look(gate, other, text)
    assert arrived["unit_code"] == "LEI-B"
    assert arrived["before"] is None


def test_a_change_of_what_is_not_shown_is_not_told(database: Database) -> None:
    write(database, WINGS)
    worse = about("1", "1", type_code="PHY", problem_code="CAN", description="worse", instruction_code="LOW_BED")
    write(database, {**WINGS, "care_need": [worse]}, hour=1)
    gate = gate_of(database)
    text = "select * from change where op = 'changed' and entity = 'care_need'"
    assert look(gate, OFFICER, text) == []
    (told,) = look(gate, NURSE, text)
    assert told["before"] == {"description": "epilepsy", "problem_code": "EPI"}


def test_fresh_and_faulty_is_told_to_those_who_have_no_records(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    (source,) = look(gate, ENGINEER, "select * from source_freshness", purpose="quality.data")
    assert (source["source_system"], source["seq"], source["expected_every_seconds"]) == ("nomis", 1, 3600)
    assert look(gate, ENGINEER, "select * from ingest_issue_count", purpose="quality.data") == []


def test_the_end_of_an_agreement_bites_in_the_view_itself(database: Database) -> None:
    write(database, WINGS)
    audit = MemoryAuditLog()
    clock = SteppedClock(datetime(2028, 12, 31, 23, 59, tzinfo=UTC))
    gate = gate_of(database, audit=audit)
    gate._clock = clock  # pyright: ignore[reportPrivateUsage]
    assert len(look(gate, OFFICER, "select * from person")) == 2
    clock.move(timedelta(minutes=1))
    refused = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="see"), look=lambda view: view)
    assert isinstance(refused, Refused)
    assert refused.code == "expired"
    assert audit.entries[-1].act is Act.REFUSE
    assert gate.purposes(OFFICER) == ()


def test_the_exclusion_of_an_agreement_with_somebody_else_hides_here_too(database: Database) -> None:
    write(database, WINGS)
    hidden = Exclusion(
        conditions={"person": Compare(column="source_key", comparator=Comparator.EQUAL, operand="1")}, reason="x"
    )
    elsewhere = replace(
        charter(),
        name="POLICE",
        recipients=(Recipient(organisation="police", roles=("nurse",)),),
        clauses=(),
        assignments=(),
        exclusions=(hidden,),
        digest="0" * 64,
    )
    assert len(look(gate_of(database), OFFICER, "select id from person")) == 2
    left = look(gate_of(database, charter(), elsewhere), OFFICER, "select id, prison_number from person")
    assert ids(left, "prison_number") == {"A2"}
    named = look(gate_of(database, charter(), elsewhere), OFFICER, "select id from custody_episode")
    assert len(named) == len(look(gate_of(database), OFFICER, "select id from custody_episode")) - 1


def test_an_officer_may_act_for_the_purposes_of_the_charter_only(database: Database) -> None:
    gate = gate_of(database)
    assert gate.purposes(OFFICER) == ("custody.care", "custody.safety")
    assert gate.purposes(replace(OFFICER, organisation="police")) == ()
    for purpose in ("oversight.board", "curiosity", "", "custody.care "):
        assert isinstance(
            gate.read(OFFICER, asked=Asked(purpose=purpose, act=Act.LIST, what="see"), look=lambda view: view), Refused
        )


def test_an_export_needs_the_right_to_export(database: Database) -> None:
    notes = {**WINGS, "case_note": [about("1", "1", text="note", is_sensitive=False)]}
    write(database, notes)
    gate = gate_of(database)

    def counted(act: Act) -> int:
        asked = query("select id from case_note")
        seen = gate.read(
            OFFICER,
            asked=Asked(purpose="custody.care", act=act, what="see"),
            look=lambda view: len(view.records(asked)),
        )
        assert isinstance(seen, Seen)
        return seen.value

    assert (counted(Act.LIST), counted(Act.EXPORT)) == (1, 0)


def test_a_read_without_an_entry_gives_nothing(database: Database) -> None:
    write(database, WINGS)
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    audit.is_available = False
    with pytest.raises(AuditUnavailableError):
        look(gate, OFFICER, "select * from person")
    with pytest.raises(AuditUnavailableError):
        gate.read(OFFICER, asked=Asked(purpose="curiosity", act=Act.LIST, what="see"), look=lambda view: view)


def test_the_entry_names_everybody_who_was_shown(database: Database) -> None:
    write(database, WINGS)
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    people = look(gate, OFFICER, "select person.id as who, person.family_name from person")
    assert set(audit.entries[-1].subjects) == ids(people, "who")
    assert audit.entries[-1].fields == ("person.family_name", "person.id")
    look(gate, OFFICER, "select person_id, kind_code from alert where kind_code = 'HA'")
    assert len(audit.entries[-1].subjects) == 1
    look(gate, OFFICER, "select visible_person_ids from occupancy where cardinality(visible_person_ids) > 1")
    assert set(audit.entries[-1].subjects) == ids(people, "who")
    someone = "alert.person_id = person.id and alert.kind_code = 'HA'"
    look(gate, OFFICER, f"select alert.person_id from person left join alert on {someone}")
    assert len(audit.entries[-1].subjects) == 1
    look(gate, OFFICER, "select count(*) as n from alert")
    assert audit.entries[-1].subjects == ()
