"""A record that is kept and not used is in no read of whoever is not admitted, nor what names it; the roll is whole."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from test_hidden_people_everywhere import ENTITIES, MADE, NURSE, everything, query

from gate_world import GOVERNOR, OFFICER, START, Rows, Seen, View, about, gate_of, ids, look, person, place, write
from watchroom.audit.entries import AuditUnavailableError, Entry, Receipt
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked
from watchroom.gate.mentions import Mentions, mentions
from watchroom.gate.record_restrictions import RecordRestrictions, Restricting, may_be_restricted
from watchroom.gate.restrictions import Relation, RestrictionKind, Restrictions
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import Entity, catalogue
from watchroom.store.database import Database, Principal

HIDDEN, SHOWN = "hidden", "shown"
BY, TODAY, LATER = By(actor="i.gov"), date(2026, 7, 25), date(2026, 8, 25)
CLOCK = SteppedClock(START + timedelta(days=1))
WING: Rows = {
    "location": [place("LEI-A", "WING"), place("LEI-A-1", "LAND"), place("LEI-A-1-1")],
    "person": [person("1"), person("2")],
    "custody_episode": [
        {
            **about(key, key),
            "book_number": f"B{key}",
            "is_active": True,
            "in_out_code": "IN",
            "location_key": "LEI-A-1-1",
        }
        for key in ("1", "2")
    ],
    "alert": [about(key, key, type_code="X", kind_code="XGANG", is_active=True) for key in ("1", "2")],
    "incident_report": [
        {"source_key": key, "reference": key, "site_code": "LEI", "unit_code": "LEI-A"} for key in ("100", "200")
    ],
    "incident_participant": [{**about("100.1", "1"), "incident_key": "100"}],
}


@pytest.fixture
def world(database: Database) -> Database:
    write(database, WING)
    accounts = Accounts(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=CLOCK)
    for asker in (OFFICER, GOVERNOR):
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return database


def kept(database: Database, audit: MemoryAuditLog | None = None) -> RecordRestrictions:
    return RecordRestrictions(
        database=database, audit=audit or MemoryAuditLog(), organisation="HMPPS", machine=CLOCK, model=catalogue()
    )


def id_of(database: Database, entity: str, key: str) -> UUID:
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute(f"select id from record.{entity} where source_key = %s".encode(), (key,)).fetchone()
    assert row is not None
    return row[0]


def restrict(database: Database, entity: str, key: str, *admits: str, audit: MemoryAuditLog | None = None) -> UUID:
    given = Restricting(
        entity=entity, record_id=id_of(database, entity, key), reason="contested", review_on=LATER, admits=admits
    )
    return kept(database, audit).restrict(given, today=TODAY, by=BY, asker=GOVERNOR)


def shown(database: Database, asker: Asker, entity: str, *, as_of: datetime | None = None) -> set[str]:
    """The source keys of the rows of an entity that somebody is shown."""
    with database.connection(Principal.LOADER) as connection:
        text = f"select id, source_key from record.{entity} union select id, source_key from record.{entity}_history"
        keys: dict[UUID, str] = dict(connection.execute(text.encode()).fetchall())
    found = look(gate_of(database), asker, f"select id from {entity}", as_of=as_of)
    return {keys[UUID(str(one["id"]))] for one in found}


def test_a_record_is_shown_to_whoever_is_admitted_and_to_nobody_else_and_again_once_it_is_lifted(
    world: Database,
) -> None:
    restriction = restrict(world, "alert", "1", "g.governor")
    assert shown(world, OFFICER, "alert") == {"2"}
    assert shown(world, GOVERNOR, "alert") == {"1", "2"}
    changes = look(gate_of(world), OFFICER, "select id from change where entity = 'alert'")
    assert ids(changes, "id") == {id_of(world, "alert", "2")}
    kept(world).lift(restriction, by=BY, asker=GOVERNOR)
    assert shown(world, OFFICER, "alert") == {"1", "2"}


def test_it_holds_for_the_past_too_and_when_the_record_has_changed_or_ended_since(world: Database) -> None:
    restrict(world, "alert", "1")
    write(world, WING | {"alert": []}, hour=2)
    then = START + timedelta(hours=1)
    assert shown(world, OFFICER, "alert", as_of=then) == {"2"}


def test_what_names_it_is_not_shown_either_and_the_roll_counts_as_before(world: Database) -> None:
    def roll() -> list[object]:
        return [one["on_roll"] for one in look(gate_of(world), OFFICER, "select on_roll from roll where on_roll > 0")]

    before = roll()
    restrict(world, "incident_report", "100")
    restrict(world, "custody_episode", "1")
    assert shown(world, OFFICER, "incident_report") == {"200"}
    assert shown(world, OFFICER, "incident_participant") == set()
    assert shown(world, OFFICER, "custody_episode") == {"2"}
    assert roll() == before


def test_nobody_restricts_reads_or_lifts_one_about_whom_they_may_not_meet(world: Database) -> None:
    restriction = restrict(world, "alert", "1")
    people = Restrictions(database=world, audit=MemoryAuditLog(), organisation="HMPPS", machine=CLOCK)
    people.link("g.governor", id_of(world, "person", "1"), relation=Relation.KIN, by=BY)
    people.restrict(id_of(world, "person", "2"), kind=RestrictionKind.PROTECTED, by=BY)
    assert kept(world).known_to(GOVERNOR) == ()
    with pytest.raises(NotFoundError):
        kept(world).lift(restriction, by=BY, asker=GOVERNOR)
    with pytest.raises(NotFoundError):
        restrict(world, "alert", "2")
    (one,) = kept(world).about(id_of(world, "person", "1"))
    assert (one.id, one.entity, one.reason, one.review_on) == (restriction, "alert", "contested", LATER)


@pytest.mark.parametrize(
    ("entity", "more"),
    [
        ("person", {}),
        ("location", {}),
        ("alert", {"reason": " "}),
        ("alert", {"reason": "x" * 501}),
        ("alert", {"review_on": TODAY}),
    ],
)
def test_what_means_nothing_restricts_nothing(world: Database, entity: str, more: dict[str, object]) -> None:
    given = {"reason": "contested", "review_on": LATER, **more}
    key = "LEI-A" if entity == "location" else "1"
    restricting = Restricting(entity=entity, record_id=id_of(world, entity, key), **given)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        kept(world).restrict(restricting, today=TODAY, by=BY, asker=GOVERNOR)
    assert kept(world).known_to(GOVERNOR) == ()


def test_twice_an_unknown_account_and_an_unknown_record_are_told(world: Database) -> None:
    restrict(world, "alert", "1")
    with pytest.raises(UsageError):
        restrict(world, "alert", "1")
    with pytest.raises(NotFoundError):
        restrict(world, "alert", "2", "nobody")
    unknown = Restricting(entity="alert", record_id=UUID(int=1), reason="x", review_on=LATER)
    with pytest.raises(NotFoundError):
        kept(world).restrict(unknown, today=TODAY, by=BY, asker=GOVERNOR)
    assert len(kept(world).known_to(GOVERNOR)) == 1


class _NoLog(MemoryAuditLog):
    def append(self, entry: Entry) -> Receipt:  # noqa: ARG002  whatever it is
        raise AuditUnavailableError("the disk of the log is full")


def test_without_its_entry_nothing_is_restricted_and_each_names_whom_the_record_is_about(world: Database) -> None:
    with pytest.raises(AuditUnavailableError):
        restrict(world, "alert", "1", audit=_NoLog())
    assert shown(world, OFFICER, "alert") == {"1", "2"}
    audit = MemoryAuditLog()
    restrict(world, "alert", "1", audit=audit)
    (entry,) = audit.entries
    assert entry.subjects == (id_of(world, "person", "1"),)


def test_texts_about_others_that_name_somebody_are_told_as_places_as_far_as_they_are_shown(world: Database) -> None:
    named = [{**one, "family_name": "QUILLFEATHER"} if one["source_key"] == "1" else one for one in WING["person"]]
    note = {"comment": "was seen with Quillfeather, again"}
    own = [{**WING["alert"][0], "comment": "Quillfeather himself"}, {**WING["alert"][1], **note}]
    write(world, WING | {"person": named, "alert": own}, hour=2)
    found = mentions(gate_of(world, everything()), NURSE, person=id_of(world, "person", "1"), purpose="custody.care")
    assert isinstance(found, Seen)
    assert [(one.entity, one.id, one.fields) for one in found.value.places] == [
        ("alert", id_of(world, "alert", "2"), ("comment",))
    ]
    restrict(world, "alert", "2")
    again = mentions(gate_of(world, everything()), NURSE, person=id_of(world, "person", "1"), purpose="custody.care")
    assert isinstance(again, Seen)
    assert again.value == Mentions(places=(), is_more=False, names=found.value.names, unsearched=())


def test_texts_that_the_asker_is_shown_none_of_are_said_to_be_searched_by_nobody(world: Database) -> None:
    # An officer is shown no addresses by the shipped charter.
    found = mentions(gate_of(world), OFFICER, person=id_of(world, "person", "1"), purpose="custody.care")
    assert isinstance(found, Seen)
    told = found.value.as_json()
    assert told["places"] == []
    assert "address" in found.value.unsearched
    assert set(told["unsearched"]) == set(found.value.unsearched)  # type: ignore[call-overload]


def test_of_two_who_lift_a_restriction_at_once_one_is_told_that_there_is_none(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    restriction = restrict(world, "alert", "1")
    (stood,) = kept(world).known_to(GOVERNOR)
    assert stood.as_json()["record_id"] == id_of(world, "alert", "1")
    kept(world).lift(restriction, by=BY, asker=GOVERNOR)
    monkeypatch.setattr(RecordRestrictions, "known_to", lambda *_: (stood,))
    with pytest.raises(NotFoundError):
        kept(world).lift(restriction, by=BY, asker=GOVERNOR)


def to_records(entity: Entity) -> list[str]:
    """The references of an entity to records that may be kept and not used."""
    return [
        field.name
        for field in entity.fields
        if field.target not in (None, entity.name) and may_be_restricted(ENTITIES[field.target or ""])
    ]


def row(entity: Entity, key: str, *, hidden: str = "") -> dict[str, object]:
    """A row in which that one reference leads to the record that is hidden, all others to one that is shown."""
    made: dict[str, object] = {"source_key": key}
    for field in entity.fields:
        if field.target is not None and field.target != entity.name:
            made[field.name.removesuffix("_id") + "_key"] = HIDDEN if field.name == hidden else SHOWN
        elif field.required:
            made[field.name] = MADE[field.kind]
    return made


def test_no_row_of_any_entity_is_or_names_a_record_that_is_kept_and_not_used(database: Database) -> None:
    rows: Rows = {}
    for entity in ENTITIES.values():
        rows[entity.name] = [row(entity, SHOWN)]
        if may_be_restricted(entity):
            rows[entity.name].append(row(entity, HIDDEN))
        rows[entity.name] += [row(entity, f"{HIDDEN} {name}", hidden=name) for name in to_records(entity)]
    write(database, rows)
    keys: dict[UUID, str] = {}
    with database.connection(Principal.LOADER) as connection:
        for name in ENTITIES:
            keys |= dict(connection.execute(f"select id, source_key from record.{name}".encode()).fetchall())
    hidden = [entity.name for entity in ENTITIES.values() if may_be_restricted(entity)]
    assert len(hidden) > 80
    for name in hidden:
        restrict(database, name, HIDDEN)

    def seen_keys(view: View) -> dict[str, set[str]]:
        return {
            name: {keys[UUID(str(seen["id"]))] for seen in view.records(query(f"select id from {name}", name))}
            for name in ENTITIES
        }

    seen = gate_of(database, everything()).read(
        NURSE, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=seen_keys
    )
    assert isinstance(seen, Seen)
    assert {name: found for name, found in seen.value.items() if found != {SHOWN}} == {}
