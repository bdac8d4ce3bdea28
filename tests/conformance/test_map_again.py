"""A changed mapping: the kept raw rows are mapped again, and what that changes is shown before it is applied."""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from batches import select
from custody_rolls import day, person, roll_intake, write_roll
from deliveries import NOW, copy_of, edit, small_extract
from extensions import model_with
from hmpps_events import CREATED, alert, event_intake, post_of
from own_mappings import CARDS, DECLARED, DELIVERED, keep_mapping
from servers import TestServer
from watchroom.ingest.difference import Difference, MovedOnError
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.report import Counts
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import UsageError
from watchroom.store.database import Database, Principal
from watchroom.store.raw import erase_raw
from watchroom.store.schema import migrate

MODEL = model_with()
ALERT = "OFFENDER_ALERTS"


class Desk:
    """A source of the small extract with key cards, read by the agency's own mapping."""

    def __init__(self, database: Database, place: Path, *, spoiled: Callable[[Path], None] = lambda _: None) -> None:
        self.database, self.place = database, place
        self.extract = small_extract(place / "small")
        (self.extract / "X_KEY_CARDS.csv").write_text(DELIVERED, encoding="utf-8")
        spoiled(self.extract)
        keep_mapping(place / "mappings")
        self.source = Source(
            name="nomis", kind="files", location=str(self.extract), mapping="leeds", agency_code="HMPPS"
        )
        self.clock = SteppedClock(NOW)
        self.intake = Intake(database=database, clock=self.clock, mappings=Mappings(place / "mappings"), model=MODEL)
        with database.connection(Principal.LOADER) as connection:
            add_source(connection, self.source, at=NOW, mappings=self.intake.mappings)
        self.first = self.intake.ingest(self.source).batches[0]

    def rewrite(self, file: str, text: str) -> None:
        keep_mapping(self.place / "mappings", {file: text})

    def again(self, *, is_trial: bool = True) -> Difference:
        self.clock.move(timedelta(hours=1))
        return self.intake.map_again(self.source, is_trial=is_trial)

    def counts(self) -> list[tuple[object, ...]]:
        tables = ("record.person", "record.alert", "record.hmpps_x_key_card", "record.alert_history", "ingest.batch")
        tables += ("ingest.change", "ingest.file", "ingest.issue", "ingest.quarantine", "ingest.sealed")
        return select(self.database, f"select {', '.join(f'(select count(*) from {name})' for name in tables)}")


@pytest.fixture(scope="module")
def template(server: TestServer) -> Generator[str]:
    """A database with the agency's own entities, made once."""
    with server.database(name="cards") as made:
        migrate(made, model=MODEL)
        name = str(conninfo_to_dict(made.conninfo(Principal.APP))["dbname"])
        made.close()
        yield name


@pytest.fixture
def database(server: TestServer, template: str) -> Generator[Database]:
    with server.database(of=template, name="again") as made:
        yield made


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def test_a_mapping_that_did_not_change_changes_nothing_and_a_trial_leaves_nothing(desk: Desk):
    assert desk.first.seq == 1
    assert [(one.table, one.code, one.rows) for one in desk.first.held] == [("X_KEY_CARDS", "value_missing", 1)]
    before = desk.counts()
    found = desk.again()
    assert (found.is_refused, found.is_any, found.new_tables, found.is_unnamed) == (False, False, (), False)
    assert found.report.counts == Counts(unchanged=desk.first.counts.new)
    assert desk.counts() == before


# What somebody may change of a mapping, with what it does to which entity.
CHANGES = {
    "a value is read otherwise": ("hmpps_x_key_card", ("as number", "|| 'K' as number"), Counts(changed=2)),
    "a row that was held back has a value": (
        "hmpps_x_key_card",
        ("offender.person_key,", "coalesce(offender.person_key, '-1003') as person_key,"),
        Counts(new=1, unchanged=2),
    ),
    "a row is no longer taken": (
        "hmpps_x_key_card",
        ("from X_KEY_CARDS as c", "from (from X_KEY_CARDS where CARD_ID <> '1') as c"),
        Counts(unchanged=1, ended=1),
    ),
    "keys are made otherwise": (
        "hmpps_x_key_card",
        ("c.CARD_ID as source_key", "'card ' || c.CARD_ID as source_key"),
        Counts(new=2, ended=2),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_shown_is_what_applying_then_does(desk: Desk, change: str):
    entity, (was, becomes), counts = CHANGES[change]
    known = select(desk.database, f"select source_key, number, seq_from from record.{entity} order by 1")
    desk.rewrite(f"{entity}.sql", CARDS.replace(was, becomes))
    desk.rewrite("mapping.toml", DECLARED.replace('"1"', '"2"'))
    shown, done = desk.again(), desk.again(is_trial=False)
    assert shown.report.entities[entity] == counts
    told = [{**one.as_json(), "batch": None, "applied": None, "seconds": None} for one in (shown, done)]
    assert told[0] == told[1]
    assert str(done.was.mapping) != str(done.mapping.version)
    # As known yesterday: what stood then, of the current rows and those that were superseded.
    yesterday = f"""
        select source_key, number, seq_from from record.{entity} where seq_from <= 1
        union all
        select source_key, number, seq_from from record.{entity}_history where seq_from <= 1 and seq_to > 1
        order by 1
    """
    assert select(desk.database, yesterday) == known
    kept = "select mapping_version, rerun_of = %s, as_at = %s from ingest.batch where seq = 2"
    with desk.database.connection(Principal.LOADER) as connection:
        assert connection.execute(kept, (desk.first.id, desk.first.as_at)).fetchall() == [("2", True, True)], (
            "the extract is as old as before"
        )
    assert not desk.again().is_any, "it is done"


def test_fields_that_change_are_told_by_number(desk: Desk):
    desk.rewrite("hmpps_x_key_card.sql", CARDS.replace("as number", "|| 'K' as number"))
    found = desk.again()
    assert found.report.fields == {"hmpps_x_key_card": {"number": 2}}
    assert found.is_unnamed, "it still says that it is version 1"
    assert list(found.lines())[:2] == [
        "hmpps_x_key_card\tnew 0\tchanged 2\tunchanged 0\tended 0",
        "hmpps_x_key_card.number\tchanged 2",
    ]


def test_the_next_delivery_with_another_mapping_says_so(desk: Desk):
    desk.rewrite("hmpps_x_key_card.sql", CARDS + "\n")
    (batch,) = desk.intake.ingest(desk.source).batches
    assert [issue.code for issue in batch.issues if "mapping" in issue.code] == ["mapping_changed"]
    (batch,) = desk.intake.ingest(desk.source).batches
    assert [issue.code for issue in batch.issues if "mapping" in issue.code] == []


def test_a_table_that_was_not_taken_then_cannot_be_had_from_what_is_kept(desk: Desk):
    locks = '[tables.X_LOCKS]\nrole = "mapped"\nkey = ["LOCK_ID"]\nrequired = ["LOCK_ID"]\n'
    desk.rewrite("mapping.toml", f"{DECLARED}\n{locks}")
    desk.rewrite(
        "hmpps_x_lock.sql", "select source_table, source_row, LOCK_ID as source_key, LOCK_ID as number from X_LOCKS"
    )
    found = desk.again(is_trial=False)
    assert found.new_tables == ("STAFF_MEMBERS", "X_LOCKS"), "nobody can say of the former whether it was delivered"
    assert [issue.file for issue in found.report.issues if issue.code == "table_not_kept"] == ["X_LOCKS.csv"]
    assert not found.is_refused
    desk.rewrite("mapping.toml", f"{DECLARED}\n{locks}must_be_there = true\n")
    refused = desk.again()
    assert refused.is_refused, "a mapping that cannot do without"


def test_a_mapping_that_fails_over_the_rows_is_refused_without_a_word_of_them(desk: Desk):
    failing = CARDS.replace("c.GIVEN as given_on", "cast(c.GIVEN as date) as given_on")
    desk.rewrite("hmpps_x_key_card.sql", failing)
    before = desk.counts()
    found = desk.again(is_trial=False)
    (issue,) = (issue for issue in found.report.issues if issue.code == "mapping_failed")
    assert found.is_refused
    assert "hmpps_x_key_card.sql" in issue.message
    assert "yesterday" not in issue.message
    after = desk.counts()
    assert (after[0][0:4], after[0][5:7]) == (before[0][0:4], before[0][5:7]), "the refusal, and nothing else"


def erase(desk: Desk, table: str, *, row: int | None = None) -> None:
    with desk.database.connection(Principal.LOADER) as connection:
        connection.execute(
            "delete from ingest.raw_row using ingest.file where file.id = raw_row.file_id and file.name = %s"
            " and (%s::bigint is null or row = %s)",
            (f"{table}.csv", row, row),
        )


def test_of_rows_that_were_erased_nothing_ends_and_it_is_said(desk: Desk):
    erase(desk, ALERT, row=2)
    found = desk.again(is_trial=False)
    assert found.was.missing == {f"{ALERT}.csv": 1}
    assert found.report.entities["alert"] == Counts(unchanged=2)
    assert ("raw_row_missing", 1) in [(one.code, one.rows) for one in found.report.held]
    assert select(desk.database, "select count(*) from record.alert") == [(3,)]
    erase(desk, ALERT)
    assert desk.again(is_trial=False).report.entities["alert"] == Counts()
    assert select(desk.database, "select count(*) from record.alert") == [(3,)]


def test_where_others_are_made_with_the_erased_it_is_refused(desk: Desk):
    erase(desk, "OFFENDER_BOOKINGS", row=2)
    found = desk.again()
    assert found.is_refused
    assert "row_unreadable" in {issue.code for issue in found.report.issues}


def test_rows_that_could_not_be_read_end_nothing_the_second_time_either(desk: Desk, tmp_path: Path):
    torn = copy_of(desk.extract, tmp_path / "torn")
    path = torn / f"{ALERT}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("-2,1,H,HA", "-2,1,H"), encoding="utf-8")
    (batch,) = desk.intake.ingest(desk.source, [torn]).batches
    held = [("OFFENDER_ALERTS", "ragged_row", 1), ("X_KEY_CARDS", "value_missing", 1)]
    assert [(one.table, one.code, one.rows) for one in batch.held] == held
    found = desk.again(is_trial=False)
    assert [(one.table, one.code, one.rows) for one in found.report.held] == held
    assert (f"{ALERT}.csv", 3, "ragged_row") in [(one.file, one.row, one.code) for one in found.report.issues]
    assert select(desk.database, "select count(*) from record.alert") == [(3,)]
    later = copy_of(torn, tmp_path / "later")
    edit(later, "X_KEY_CARDS", lambda rows: rows.pop(1))
    assert not desk.intake.ingest(desk.source, [later]).batches[0].is_refused, "it is compared with what was delivered"


def test_what_has_moved_on_since_it_was_shown_is_not_done(desk: Desk):
    desk.rewrite("hmpps_x_key_card.sql", CARDS.replace("as number", "|| 'K' as number"))
    shown = desk.again()
    assert shown.may_be_applied
    desk.rewrite("hmpps_x_key_card.sql", CARDS.replace("as number", "|| 'L' as number"))
    before = desk.counts()
    with pytest.raises(MovedOnError):
        desk.intake.map_again(desk.source, is_trial=False, shown=shown)
    desk.rewrite("hmpps_x_key_card.sql", CARDS.replace("as number", "|| 'K' as number"))
    # Something else that it would do than what was shown, though nothing was delivered since.
    fewer = replace(shown, report=replace(shown.report, entities={}))
    with pytest.raises(MovedOnError):
        desk.intake.map_again(desk.source, is_trial=False, shown=fewer)
    assert desk.counts() == before
    assert desk.intake.map_again(desk.source, is_trial=False, shown=shown).report.entities == shown.report.entities
    desk.clock.move(timedelta(hours=1))
    desk.intake.ingest(desk.source)
    with pytest.raises(MovedOnError):
        desk.intake.map_again(desk.source, is_trial=False, shown=shown)


def test_a_roll_whose_rows_were_erased_leaves_the_others_nothing_to_be_compared_with(
    database: Database, tmp_path: Path
):
    intake, source = roll_intake(database, tmp_path)
    with pytest.raises(UsageError, match="ingest it"):
        intake.map_again(source, is_trial=True)
    for number, keys in enumerate(("12", "13", "3"), 1):
        made = write_roll(tmp_path / "rolls", day(number), [person(f"{key}{n}") for key in keys for n in range(50)])
        first = Intake(database=database, clock=intake.clock, accepted="so").ingest(source, [made]).batches[0]
        assert first.seq is not None
    found = intake.map_again(source, is_trial=True)
    assert (len(found.was.rolls), found.is_any, found.is_refused) == (3, False, False)
    with database.connection(Principal.LOADER) as connection:
        batch = found.was.rolls[0].batch_id
        erase_raw(connection, batch_id=batch, machine_at=NOW)
    with pytest.raises(UsageError, match="comparing each with the one before"):
        intake.map_again(source, is_trial=True)


def test_of_messages_that_were_erased_what_they_gave_stands(database: Database):
    intake, source = event_intake(database)
    for key in ("one", "two"):
        report = intake.take_post(source, post_of([alert(CREATED, 5, key=key)])).report
        assert report is not None
    assert not intake.map_again(source, is_trial=False).is_any
    with database.connection(Principal.LOADER) as connection:
        erase_raw(connection, batch_id=report.id, machine_at=NOW)
    found = intake.map_again(source, is_trial=False)
    assert (found.was.unheard, found.is_any, found.is_refused) == (1, False, False)
    assert select(database, "select source_key from record.alert order by 1") == [("one",), ("two",)]
    assert select(database, "select count(*) from ingest.message") == [(2,)], "each is kept once"
