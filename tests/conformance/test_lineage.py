"""Where a value came from: told as far as the asker may see what was made of it, and no further."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from batches import select
from gate_world import ENGINEER, GOVERNOR, NURSE, OFFICER, Asker, charter, gate_of
from lineage_world import ALERTS, FIRST, World, alert, asked, behind, origin, owner, rows, shown, world_at
from servers import TestServer
from watchroom.audit.entries import Act
from watchroom.gate.door import Refused, Seen
from watchroom.gate.held_rows import HeldPlace, HeldRows, HeldSought, held_rows
from watchroom.gate.lineage import KEPT, Origin, Sought, lineage
from watchroom.gate.lineage_document import as_json, as_lines
from watchroom.gate.restrictions import By, RestrictionKind, Restrictions
from watchroom.gate.see import SeenRow
from watchroom.ingest.column_lineage import lineage_of
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.policy.agreement import charter_text
from watchroom.store.raw import erase_raw

BY = By(actor="i.gov")


@pytest.fixture(scope="module")
def world(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    with world_at(server, tmp_path_factory.mktemp("lineage")) as made:
        yield made


def test_a_value_leads_to_delivery_file_row_column_code_list_and_mapping(world: World):
    found = origin(world, "alert", alert(world, 1), asker=GOVERNOR, field="kind_source_value")
    assert found.place is not None
    assert (found.place.file, found.place.table, found.place.row) == (ALERTS, "OFFENDER_ALERTS", 2)
    assert (found.delivery.source, found.delivery.kind, found.delivery.sequence) == ("nomis", "files", 2)
    assert found.delivery.sealed_at == FIRST + timedelta(days=1)
    (field,) = found.fields
    assert field.lineage is not None
    assert (field.field, field.lineage.gives, field.lineage.code_list) == (
        "kind_code",
        ("OFFENDER_ALERTS.ALERT_CODE",),
        "alert_kind",
    )
    assert (found.made_by.name, found.made_by.is_present) == ("nomis", True)
    assert shown(found) == {"ALERT_CODE": "XC"}
    assert found.row["kind_source_value"] == "XC"


def test_a_record_that_several_rows_speak_for_names_the_columns_of_each_and_shows_the_row_that_it_is_of(world: World):
    (dates,) = rows(world, GOVERNOR, "sentence_key_dates")
    found = origin(world, "sentence_key_dates", dates, asker=GOVERNOR)
    assert found.place is not None
    # The later calculation: row 3 of the file.
    assert (found.place.table, found.place.row) == ("OFFENDER_SENT_CALCULATIONS", 3)
    confirmed, conditional = behind(found, "confirmed_release_on"), behind(found, "conditional_release_on")
    assert confirmed.lineage is not None
    assert conditional.lineage is not None
    assert confirmed.lineage.gives == ("OFFENDER_RELEASE_DETAILS.RELEASE_DATE",)
    assert conditional.lineage.gives == (
        "OFFENDER_SENT_CALCULATIONS.CRD_CALCULATED_DATE",
        "OFFENDER_SENT_CALCULATIONS.CRD_OVERRIDED_DATE",
    )
    assert found.tables == ("OFFENDER_RELEASE_DETAILS", "OFFENDER_SENT_CALCULATIONS")
    assert "RELEASE_DATE" not in {column.name for column in found.raw or ()}


def test_a_value_that_stayed_names_the_delivery_that_gave_it(world: World):
    found = origin(world, "alert", alert(world, 1), asker=GOVERNOR)
    ends = behind(found, "active_to")
    assert found.row["active_to"] == "2026-12-01"
    assert {KEPT, "bad_date"} <= set(ends.flags)
    assert ends.given_by is not None
    assert (found.delivery.sequence, ends.given_by.sequence) == (2, 1)
    assert shown(found)["EXPIRY_DATE"] == "soon"
    assert behind(found, "kind_code").given_by is None


def test_asked_before_it_was_changed_it_is_the_row_of_the_delivery_before(world: World):
    before = FIRST + timedelta(hours=1)
    row = alert(world, 1, day=0)
    found = origin(world, "alert", row, asker=GOVERNOR, as_of=before)
    assert found.delivery.sequence == 1
    assert (shown(found)["EXPIRY_DATE"], shown(found)["ALERT_CODE"]) == ("2026-12-01", "XA")
    assert behind(found, "active_to").flags == ()


def test_a_record_that_ended_is_not_available_and_is_told_as_of_when_it_stood(world: World):
    row = alert(world, 2, day=1)
    assert asked(world, GOVERNOR, "alert", row["id"]).value is None
    found = origin(world, "alert", row, asker=GOVERNOR, as_of=FIRST + timedelta(days=1, hours=1))
    assert found.place is not None
    assert found.place.row == 3


def test_a_file_with_the_bytes_of_an_earlier_one_shows_the_rows_that_are_kept_there(world: World):
    files = select(
        world.database,
        "select count(*) from ingest.file where name = 'OFFENDER_RELEASE_DETAILS.csv' and same_as is not null",
    )
    assert files == [(2,)]
    with owner(world) as connection:
        # As if a version were of the third delivery: nothing else of it differs.
        connection.execute(
            "update record.sentence_key_dates set origin_file = (select max(id) from ingest.file where table_name ="
            " 'OFFENDER_SENT_CALCULATIONS' and same_as is not null)"
        )
    (dates,) = rows(world, GOVERNOR, "sentence_key_dates")
    found = origin(world, "sentence_key_dates", dates, asker=GOVERNOR)
    assert found.place is not None
    assert found.place.first_batch == found.delivery.batch
    assert shown(found)["CRD_OVERRIDED_DATE"] == "2027-03-01"


def test_what_came_from_no_file_says_so(world: World):
    typed = next(row for row in rows(world, GOVERNOR, "person") if row["source_system"] == "typed")
    found = asked(world, GOVERNOR, "person", typed["id"], field="family_name")
    assert found.value is not None
    assert (found.value.place, found.value.raw, found.value.made_by.name) == (None, None, None)
    assert "no file" in str(as_json(found, Words())["raw_note"])


def test_a_masked_field_masks_its_column_and_what_gives_no_field_is_withheld(world: World):
    (need,) = rows(world, OFFICER, "care_need")
    assert need["instruction_code"] is not None or "instruction_code" not in need["withheld"]  # type: ignore[operator]
    found = origin(world, "care_need", need)
    columns = {column.name: column.is_shown for column in found.raw or ()}
    # The instruction that an officer sees is read of the problem that they may not know.
    assert not any(columns[name] for name in ("PROBLEM_CODE", "PROBLEM_TYPE", "DESCRIPTION"))
    assert not columns["CASELOAD_TYPE"]
    assert "Told in confidence" not in str(found)
    (need,) = rows(world, NURSE, "care_need")
    assert shown(origin(world, "care_need", need, asker=NURSE))["DESCRIPTION"] == "Told in confidence"
    assert not behind(found, "description").is_shown
    assert behind(found, "description").flags == ()


def test_no_column_is_shown_that_is_behind_a_field_that_is_not(world: World):
    looked = 0
    for asker in (OFFICER, NURSE, GOVERNOR):
        for entity, row, found in every_origin(world, asker):
            withheld = set(row["withheld"])  # type: ignore[arg-type]
            if "source_key" not in row:
                withheld.add("source_key")
            made = lineage_of("nomis")
            assert made is not None
            assert found.place is not None
            for column in shown(found):
                place = f"{found.place.table}.{column.upper()}"
                fields = made.entities[entity].fields
                assert any(place in one.gives for one in fields.values())
                assert not {name for name, one in fields.items() if place in one.all} & withheld
                looked += 1
    assert looked > 100


def every_origin(world: World, asker: Asker) -> Iterator[tuple[str, SeenRow, Origin]]:
    made = lineage_of("nomis")
    assert made is not None
    for entity in made.entities:
        for row in rows(world, asker, entity):
            if row.get("source_system") == "nomis":
                yield entity, row, origin(world, entity, row, asker=asker)


def test_of_an_entity_that_no_clause_opens_nothing_is_told(world: World):
    seen = asked(world, OFFICER, "bail", uuid4())
    assert seen.value is None


def test_hidden_and_absent_are_the_same_document(world: World):
    elsewhere = Asker(name="x", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=("LEI-B",))
    hidden = as_json(asked(world, elsewhere, "alert", alert(world, 1)["id"]), Words())
    absent = as_json(asked(world, elsewhere, "alert", uuid4()), Words())
    assert hidden == absent
    assert (hidden["available"], "delivery" in hidden) == (False, False)
    assert as_lines(asked(world, elsewhere, "alert", uuid4()), Words())[0] == "Not available to you for this purpose."


def test_it_is_recorded_as_a_read_of_the_person_with_what_it_was(world: World):
    row = alert(world, 1)
    origin(world, "alert", row, asker=GOVERNOR, field="comment")
    entry = world.audit.entries[-1]
    assert (entry.act, entry.entity, entry.detail["lineage"]) == (Act.CONSULT, "alert", "comment")
    assert [str(one) for one in entry.subjects] == [str(row["person_id"])]
    assert "from_alert" in str(entry.query)


def test_there_is_no_such_field_and_no_such_entity(world: World):
    for entity, field, code in (("alert", "nonsense", "unknown_field"), ("nonsense", None, "unknown_entity")):
        sought = Sought(entity=entity, row_id=uuid4(), field=field)
        refused = lineage(world.gate, GOVERNOR, sought=sought, purpose="custody.care")
        assert isinstance(refused, Refused)
        assert refused.code == code


@contextmanager
def ended(world: World, person: str) -> Generator[None]:
    """As if the source had that person no more: their row is one of history."""
    columns = "select string_agg(quote_ident(column_name), ', ') from information_schema.columns where"
    with owner(world) as connection:
        row = connection.execute(f"{columns} table_schema = 'record' and table_name = 'person'").fetchone()  # type: ignore[call-overload]
        assert row is not None
        moves = (
            f"insert into record.person_history ({row[0]}, recorded_to, seq_to) select {row[0]}, now(), 99999"
            " from record.person where id = %s",
            "delete from record.person where id = %s",
        )
        back = (
            f"insert into record.person ({row[0]}) select {row[0]} from record.person_history"
            " where id = %s and seq_to = 99999",
            "delete from record.person_history where id = %s and seq_to = 99999",
        )
        for text in moves:
            connection.execute(text, (person,))
    try:
        yield
    finally:
        with owner(world) as connection:
            for text in back:
                connection.execute(text, (person,))


def test_a_raw_row_that_names_somebody_hidden_looks_like_one_that_is_not_kept(world: World):
    row = alert(world, 3)
    assert shown(origin(world, "alert", row, asker=GOVERNOR))["COMMENT_TEXT"] == "Not with a1234ab"
    two = next(one for one in rows(world, GOVERNOR, "person") if one["prison_number"] == "A1234AB")
    keeper = Restrictions(database=world.database, audit=world.audit, organisation="HMPPS", machine=SteppedClock(FIRST))
    keeper.restrict(UUID(str(two["id"])), kind=RestrictionKind.PROTECTED, by=BY)
    try:
        found = asked(world, GOVERNOR, "alert", row["id"])
        with ended(world, str(two["id"])):
            once = asked(world, GOVERNOR, "alert", row["id"])
    finally:
        keeper.lift(UUID(str(two["id"])), by=BY)
    assert once.value is not None
    assert once.value.raw is None, "also once the row of the hidden person has ended"
    assert found.value is not None
    assert found.value.raw is None
    assert "same for both" in str(as_json(found, Words())["raw_note"])


def test_an_erased_raw_row_leaves_its_place_and_says_when_it_went(world: World):
    row = alert(world, 3)
    found = origin(world, "alert", row, asker=GOVERNOR)
    held = select(world.database, "select file_id, row, fields from ingest.raw_row order by file_id, row")
    with owner(world) as connection:
        erase_raw(connection, batch_id=found.delivery.batch, machine_at=FIRST)
    try:
        erased = asked(world, GOVERNOR, "alert", row["id"])
    finally:
        # As it was, for the tests that come after.
        with owner(world) as connection:
            connection.execute("update ingest.file set erased_at = null")
            connection.execute("delete from ingest.raw_row")
            with connection.cursor() as cursor:
                cursor.executemany("insert into ingest.raw_row (file_id, row, fields) values (%s, %s, %s)", held)
    assert erased.value is not None
    assert (erased.value.raw, erased.value.erased_at, erased.value.place) == (None, FIRST, found.place)
    assert "erased" in str(as_json(erased, Words())["raw_note"])


def held(world: World, asker: Asker, *, purpose: str) -> Seen[HeldRows] | Refused:
    return held_rows(world.gate, asker, sought=HeldSought(source="nomis"), purpose=purpose)


def test_what_a_source_no_longer_gives_as_it_did_is_a_flag_of_the_fields_that_follow_it_as_of_then(world: World):
    one = alert(world, 1)
    since = FIRST + timedelta(days=1, hours=2)
    with owner(world) as connection:
        connection.execute(
            "insert into ingest.drift"
            " (source_system, table_name, column_name, entity, field, what, since, since_batch, ended_at)"
            " select 'nomis', 'OFFENDER_ALERTS', 'COMMENT_TEXT', 'alert', 'comment', 'fill_collapsed', %s, batch_id, %s"
            " from ingest.sealed where source_system = 'nomis' limit 1",
            (since, None),
        )
    try:
        found = origin(world, "alert", one, asker=GOVERNOR)
        assert "drift.fill_collapsed" in behind(found, "comment").flags
        assert not [flag for flag in behind(found, "kind_code").flags if flag.startswith("drift.")]
        notes = str(as_json(asked(world, GOVERNOR, "alert", one["id"]), Words()))
        assert "far more often than before" in notes
        before = origin(world, "alert", one, asker=GOVERNOR, as_of=since - timedelta(minutes=1))
        assert "drift.fill_collapsed" not in behind(before, "comment").flags
        masked = origin(world, "alert", one, asker=OFFICER)
        assert all(field.is_shown or not field.flags for field in masked.fields)
    finally:
        with owner(world) as connection:
            connection.execute("delete from ingest.drift where since = %s", (since,))


def test_held_rows_are_told_by_place_and_reason_and_shown_only_where_all_of_their_entity_may_be_seen(world: World):
    seen = held(world, ENGINEER, purpose="quality.data")
    assert isinstance(seen, Seen)
    assert not seen.value.is_more
    place, alert_row = sorted(seen.value.rows, key=lambda row: row.file)
    assert (place.table, place.row, place.entities, place.reasons) == (
        "AGENCY_INTERNAL_LOCATIONS",
        6,
        ("location",),
        (("value_missing", "DESCRIPTION"),),
    )
    # The engineer's clause shows every place and all of it; of people none.
    assert place.values is not None
    assert dict(zip(place.columns, place.values, strict=True))["INTERNAL_LOCATION_ID"] == "-9"
    assert (alert_row.table, alert_row.entities, alert_row.values) == ("OFFENDER_ALERTS", ("alert",), None)
    assert {code for code, _ in alert_row.reasons} == {"reference_missing"}
    assert "COMMENT_TEXT" in alert_row.columns
    entry = world.audit.entries[-1]
    assert (entry.act, entry.entity, entry.count) == (Act.LIST, "quarantine", 2)


def test_held_rows_go_on_where_a_page_of_them_ended_and_are_narrowed_by_table_and_reason(world: World):
    whole = held(world, ENGINEER, purpose="quality.data")
    assert isinstance(whole, Seen)
    found, after = [], None
    while True:
        sought = HeldSought(source="nomis", after=after, most=1)
        some = held_rows(world.gate, ENGINEER, sought=sought, purpose="quality.data")
        assert isinstance(some, Seen)
        found += some.value.rows
        if not some.value.is_more:
            break
        last = found[-1]
        after = HeldPlace(file=last.file, batch=last.batch, row=last.row)
    assert tuple(found) == whole.value.rows
    for row in whole.value.rows:
        for code, is_his in ((row.reasons[0][0], True), ("no_such_reason", False)):
            sought = HeldSought(source="nomis", table=row.table, code=code)
            some = held_rows(world.gate, ENGINEER, sought=sought, purpose="quality.data")
            assert isinstance(some, Seen)
            assert (row in some.value.rows) is is_his
            assert {one.table for one in some.value.rows} <= {row.table}


def test_who_does_not_keep_the_data_is_told_of_no_held_row(world: World):
    for asker, purpose in ((OFFICER, "custody.care"), (GOVERNOR, "custody.care"), (ENGINEER, "custody.care")):
        refused = held(world, asker, purpose=purpose)
        assert isinstance(refused, Refused), asker.name


def test_held_rows_about_people_are_shown_to_whoever_may_see_all_of_them_and_only_while_nobody_is_hidden(world: World):
    whole = ", ".join(["source_key", *(field.name for field in catalogue().entity("alert").fields)])
    clause = (
        "  - clause: engineer-alert\n    entity: alert\n    roles: [data_engineer]\n    purposes: [quality.data]\n"
        f"    allow: [read, list]\n    fields: [{whole}]\n"
    )
    text = charter_text()
    opened = charter(text.replace("  - clause: engineer-agency\n", f"{clause}  - clause: engineer-agency\n"))
    gate = gate_of(world.database, opened, at=FIRST + timedelta(days=5))

    def values() -> list[tuple[str | None, ...] | None]:
        seen = held_rows(gate, ENGINEER, sought=HeldSought(source="nomis"), purpose="quality.data")
        assert isinstance(seen, Seen)
        return [row.values for row in seen.value.rows if row.entities == ("alert",)]

    assert [one is not None for one in values()] == [True]
    two = next(one for one in rows(world, GOVERNOR, "person") if one["prison_number"] == "A1234AB")
    keeper = Restrictions(database=world.database, audit=world.audit, organisation="HMPPS", machine=SteppedClock(FIRST))
    keeper.restrict(UUID(str(two["id"])), kind=RestrictionKind.PROTECTED, by=BY)
    try:
        assert values() == [None]
    finally:
        keeper.lift(UUID(str(two["id"])), by=BY)


@pytest.mark.parametrize(
    ("where", "is_shown"),
    [
        ("is_restricted or not (realness = 'actual' and basis = 'fact')", True),
        ("is_restricted or not (realness = 'test')", False),
        ("is_restricted or source_key = '1'", False),
    ],
)
def test_a_held_row_is_shown_only_where_what_is_excluded_is_known_not_to_be_it(
    world: World, where: str, is_shown: bool
):
    text = charter_text().replace("  - where: is_restricted\n", f"  - where: {where}\n")
    gate = gate_of(world.database, charter(text), at=FIRST + timedelta(days=5))
    seen = held_rows(gate, ENGINEER, sought=HeldSought(source="nomis"), purpose="quality.data")
    assert isinstance(seen, Seen)
    (place,) = [row for row in seen.value.rows if row.entities == ("location",)]
    assert (place.values is not None) is is_shown
