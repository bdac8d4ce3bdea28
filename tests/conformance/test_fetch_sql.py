"""A case-management system's database, a real PostgreSQL: one instant of all tables, news only, deletions found."""

import csv
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from batches import select
from deliveries import SMALL
from fetched_sources import Desk, codes, desk_of, last
from servers import TestServer
from watchroom.kernel.secrets import Secret
from watchroom.sources.connectors import sql as sql_connector
from watchroom.sources.connectors import sql_engine
from watchroom.sources.connectors.contract import FetchStoppedError
from watchroom.store.database import Database, Principal

STAMPED = ("OFFENDER_ALERTS", "OFFENDER_CASE_NOTES")
Remote = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    with server.database(name="asks") as database:
        yield database


@pytest.fixture
def remote(server: TestServer) -> Generator[Remote]:
    """A system with tables as NOMIS has them, of which two say when a row was made or changed."""
    server.run("create database {} template template0", "case_management")
    try:
        with psycopg.connect(server.dsn("case_management"), autocommit=True) as connection:
            for table, text in SMALL.items():
                rows = list(csv.reader(StringIO(text.lstrip())))
                stamps = ["create_datetime timestamp not null default '2026-07-01'", "modify_datetime timestamp"]
                columns = [f"{name.lower()} text" for name in rows[0]] + (stamps if table in STAMPED else [])
                connection.execute(f"create table {table} ({', '.join(columns)})")  # type: ignore[arg-type]
                marks = sql.SQL(", ").join(sql.SQL("nullif(%s, '')") for _ in rows[0])
                names = sql.SQL(", ").join(sql.Identifier(name.lower()) for name in rows[0])
                for row in rows[1:]:
                    wide = row + [""] * (len(rows[0]) - len(row))
                    into = sql.SQL("insert into {} ({}) values ({})").format(
                        sql.Identifier(table.lower()), names, marks
                    )
                    connection.execute(into, wide)
            yield connection
    finally:
        server.drop("case_management")


@pytest.fixture
def desk(server: TestServer, database: Database, remote: Remote, tmp_path: Path) -> Desk:
    return desk_at(server, database, tmp_path)


def desk_at(server: TestServer, database: Database, tmp_path: Path, **options: str) -> Desk:
    parts = conninfo_to_dict(server.dsn("case_management"))
    address = f"postgresql://{parts['user']}@/case_management?host={parts['host']}&port={parts.get('port', 5432)}"
    desk = desk_of(database, tmp_path / "fetched", kind="sql", at=address, **options)
    desk.secret = Secret(str(parts["password"])) if "password" in parts else None
    return desk


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables of which only news are asked for."""
    asked: list[str] = []
    news = sql_connector._Reading._news

    def noted(reading: Any, connection: Any, rule: Any, found: Any, *, before: Any) -> Any:
        asked.append(found.name)
        return news(reading, connection, rule, found, before=before)

    monkeypatch.setattr(sql_connector._Reading, "_news", noted)
    return asked


@pytest.fixture
def read_whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that are read whole."""
    read: list[str] = []
    whole = sql_connector._Reading._whole

    def noted(reading: Any, connection: Any, rule: Any, found: Any) -> Any:
        read.append(found.name)
        return whole(reading, connection, rule, found)

    monkeypatch.setattr(sql_connector._Reading, "_whole", noted)
    return read


def erase_one_row(database: Database, file: str, *, source: str, is_told: bool = True) -> None:
    """The first row that is kept of a file, as where a rule erases it."""
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        found = connection.execute(
            "select file.id from ingest.file join ingest.batch on batch.id = file.batch_id"
            " where batch.source_system = %s and file.name = %s order by file.id desc limit 1",
            (source, file),
        ).fetchone()
        assert found is not None
        connection.execute("delete from ingest.raw_row where file_id = %s and row = 1", found)
        if is_told:
            connection.execute("update ingest.file set rows_erased = rows_erased + 1 where id = %s", found)


def add_alert(remote: Remote, key: str, comment: str, *, made: str) -> None:
    text = "insert into offender_alerts values (%s, %s, 'X', 'XA', 'ACTIVE', '2026-07-24', null, %s, %s)"
    remote.execute(text, (*key.split("/"), comment, made))


def alerts(desk: Desk) -> list[tuple[object, ...]]:
    text = "select source_key, comment from record.alert where source_system = '{}' order by 1"
    return select(desk.database, text.format(desk.source.name))


def test_what_changed_is_asked_for_and_takes_the_place_of_what_is_known(
    desk: Desk, remote: Remote, asked_for: list[str]
):
    assert codes(desk.fetch()) == ["taken"]
    assert asked_for == []
    quiet = last(desk.fetch())
    assert (quiet.code, quiet.is_confirmed) == ("nothing_new", False), "what it does not tell of is not known"
    assert set(asked_for) == set(STAMPED)
    remote.execute(
        "update offender_alerts set comment_text = 'told anew', modify_datetime = '2026-07-24'"
        " where offender_book_id = '-2'"
    )
    add_alert(remote, "-2/2", "second", made="2026-07-24")
    taken = desk.fetch()
    assert codes(taken) == ["taken"]
    assert {name: taken.report.batches[0].totals[name] for name in ("new", "changed", "ended")} == {
        "new": 1,
        "changed": 1,
        "ended": 0,
    }
    assert alerts(desk) == [("-1/1", "Fire raised"), ("-2/1", "told anew"), ("-2/2", "second"), ("-3/1", "Fictional")]


def test_rows_at_the_edge_and_rows_that_are_committed_late_are_not_lost(desk: Desk, remote: Remote):
    remote.execute("update offender_alerts set create_datetime = '2026-07-24 08:00'")
    desk.fetch()
    add_alert(remote, "-1/2", "at the edge", made="2026-07-24 08:00")
    add_alert(remote, "-1/3", "late", made="2026-07-24 07:56")
    assert desk.fetch().report.batches[0].totals["new"] == 2
    # Later than any overlap: the number of rows tells that one is missing, so the table is read whole at once.
    add_alert(remote, "-1/4", "long late", made="2026-01-01")
    assert desk.fetch().report.batches[0].totals["new"] == 1


def test_a_deletion_is_found_by_the_number_of_rows_and_one_beside_a_late_row_by_the_sweep(desk: Desk, remote: Remote):
    desk.fetch()
    remote.execute("delete from offender_alerts where offender_book_id = '-3'")
    assert desk.fetch().report.batches[0].totals["ended"] == 1
    remote.execute("delete from offender_alerts where offender_book_id = '-2'")
    add_alert(remote, "-1/9", "long late", made="2020-01-01")
    assert codes(desk.fetch()) == ["nothing_new"], "one went, one came long late: no count tells it"
    swept = desk.fetch(is_whole=True).report.batches[0].totals
    assert (swept["new"], swept["ended"]) == (1, 1)


def test_all_tables_are_of_one_instant_whatever_is_written_meanwhile(
    desk: Desk, remote: Remote, monkeypatch: pytest.MonkeyPatch
):
    seen: list[str] = []
    texts = sql_connector.texts

    def written_meanwhile(values: Any, *, table: str, column: str) -> Any:
        if not seen:
            seen.append(table)
            remote.execute(
                "insert into offender_bookings select '-9', booking_begin_date, null, 'A9', offender_id, booking_seq,"
                " in_out_status, active_flag, agy_loc_id, living_unit_id from offender_bookings limit 1"
            )
            add_alert(remote, "-9/1", "of a booking that was not there", made="2026-07-24")
        return texts(values, table=table, column=column)

    monkeypatch.setattr(sql_connector, "texts", written_meanwhile)
    report = desk.fetch().report.batches[0]
    assert [issue.code for issue in report.issues if issue.code == "reference_missing"] == []
    assert report.entities["alert"].new == 3
    assert desk.fetch().report.batches[0].entities["alert"].new == 1


def test_after_erasure_of_all_raw_rows_a_table_of_which_something_changed_is_read_whole(
    desk: Desk, remote: Remote, read_whole: list[str]
):
    desk.fetch()
    with desk.database.connection(Principal.LOADER) as connection:
        connection.execute("update ingest.file set erased_at = now()")
    assert codes(desk.fetch()) == ["nothing_new"]
    add_alert(remote, "-1/2", "second", made="2026-07-24")
    read_whole.clear()
    totals = desk.fetch().report.batches[0].totals
    assert (totals["new"], totals["ended"]) == (1, 0)
    assert "OFFENDER_ALERTS" in read_whole


@pytest.mark.parametrize("is_at_the_edge", [False, True], ids=["long known", "read once more each time"])
def test_a_row_that_was_erased_here_costs_no_reading_of_the_whole_table(
    desk: Desk, remote: Remote, read_whole: list[str], is_at_the_edge: bool
):
    if not is_at_the_edge:
        remote.execute("update offender_alerts set create_datetime = '2026-07-20' where offender_book_id = '-2'")
    desk.fetch()
    erase_one_row(desk.database, "OFFENDER_ALERTS.parquet", source=desk.source.name)
    read_whole.clear()
    assert [codes(desk.fetch()) for _ in range(3)] == [["nothing_new"]] * 3
    assert "OFFENDER_ALERTS" not in read_whole
    add_alert(remote, "-2/2", "second", made="2026-07-24")
    assert desk.fetch().report.batches[0].totals["new"] == 1
    assert ("OFFENDER_ALERTS" in read_whole) is is_at_the_edge, "where it may be either, it is read whole"
    read_whole.clear()
    assert [codes(desk.fetch()) for _ in range(2)] == [["nothing_new"]] * 2
    remote.execute("delete from offender_alerts where offender_book_id = '-3'")
    assert desk.fetch().report.batches[0].totals["ended"] == 1, "a deletion is seen all the same"


def test_raw_rows_that_are_missing_for_another_reason_end_nothing(desk: Desk, remote: Remote, read_whole: list[str]):
    desk.fetch()
    erase_one_row(desk.database, "OFFENDER_ALERTS.parquet", source=desk.source.name, is_told=False)
    add_alert(remote, "-1/2", "second", made="2026-07-24")
    read_whole.clear()
    totals = desk.fetch().report.batches[0].totals
    assert (totals["new"], totals["ended"]) == (1, 0)
    assert "OFFENDER_ALERTS" in read_whole


def test_a_row_of_a_day_to_come_hides_no_change_and_is_told(desk: Desk, remote: Remote):
    remote.execute("update offender_alerts set modify_datetime = '2099-01-01' where offender_book_id = '-3'")
    told = "in table `OFFENDER_ALERTS`, `MODIFY_DATETIME` of 1 rows is later than now"
    assert told in last(desk.fetch()).message
    remote.execute(
        "update offender_alerts set comment_text = 'risk changed', modify_datetime = %s where offender_book_id = '-2'",
        (desk.clock.now(),),
    )
    changed = desk.fetch()
    assert changed.report.batches[0].totals["changed"] == 1
    assert told in last(changed).message
    assert told in last(desk.fetch()).message


def test_only_a_reading_of_everything_confirms_and_finds_what_the_source_does_not_tell(desk: Desk, remote: Remote):
    desk.source = replace(desk.source, options={**desk.source.options, "sweep": "3600"})
    remote.execute("update offender_alerts set create_datetime = '2026-07-20' where offender_book_id = '-1'")
    desk.fetch()
    remote.execute("update offender_alerts set comment_text = 'in silence' where offender_book_id = '-2'")
    quiet = last(desk.fetch())
    assert (quiet.code, quiet.is_confirmed) == ("nothing_new", False)
    assert "when all is read again" in quiet.message
    desk.clock.move(timedelta(hours=1))
    assert desk.fetch().report.batches[0].totals["changed"] == 1
    desk.clock.move(timedelta(hours=1))
    swept = last(desk.fetch())
    assert (swept.code, swept.is_confirmed) == ("nothing_new", True)


@pytest.mark.parametrize(
    "change",
    [
        "alter table offender_alerts alter modify_datetime type text",
        "alter table offender_alerts alter modify_datetime type bytea using '\\x00'::bytea",
        "alter table offender_alerts alter modify_datetime type double precision using 'nan'::float",
        "update offender_alerts set modify_datetime = 'infinity'",
        "update offender_alerts set modify_datetime = '0044-03-15 BC'",
    ],
    ids=["text", "bytes", "no number", "without end", "before our era"],
)
def test_a_column_that_cannot_tell_changes_makes_its_table_read_whole(desk: Desk, remote: Remote, change: str):
    remote.execute(change)  # type: ignore[arg-type]
    assert codes(desk.fetch()) == ["taken"]
    remote.execute("update offender_alerts set comment_text = 'told anew' where offender_book_id = '-2'")
    assert desk.fetch().report.batches[0].totals["changed"] == 1


def test_a_value_that_the_driver_cannot_read_is_told_by_table_and_column_and_never_by_itself(
    desk: Desk, remote: Remote
):
    remote.execute("alter table offenders alter birth_date type date using '12044-03-15'::date")
    found = last(desk.fetch())
    assert (found.outcome, found.code) == ("failed", "unreadable")
    assert "`OFFENDERS`" in found.message
    assert "`BIRTH_DATE`" in found.message
    assert "12044" not in found.message


def test_a_source_that_holds_its_tables_or_answers_no_more_is_left_alone(
    server: TestServer, desk: Desk, remote: Remote, monkeypatch: pytest.MonkeyPatch
):
    with psycopg.connect(server.dsn("case_management")) as locker:
        locker.execute("lock table offenders in access exclusive mode")
        monkeypatch.setattr(sql_engine, "_LOCK_MILLISECONDS", 200)
        assert codes(desk.fetch()) == ["overloaded"]
        monkeypatch.setattr(sql_engine, "_LOCK_MILLISECONDS", 600_000)
        desk.source = replace(desk.source, options={**desk.source.options, "deadline": "1"})
        assert codes(desk.fetch()) == ["too_slow"]
        desk.source = replace(desk.source, options={})
        stopping = threading.Event()

        def watch(_size: int) -> None:
            if stopping.is_set():
                raise FetchStoppedError("the node is being stopped")

        timer = threading.Timer(0.5, stopping.set)
        timer.start()
        began = time.monotonic()
        with pytest.raises(FetchStoppedError):
            replace(desk.fetching(), watch=watch).fetch()
        assert time.monotonic() - began < 8
        timer.join()
    assert codes(desk.fetch()) == ["taken"]


def test_what_the_environment_says_of_databases_leads_nowhere_else(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    # The node's own connections are there before: they are not what is asked about.
    assert codes(desk.fetch()) == ["taken"]
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    assert codes(desk.fetch(is_whole=True)) == ["taken"]


def test_a_database_that_denies_is_told_by_what_to_do_and_never_by_a_value(
    server: TestServer, database: Database, remote: Remote, tmp_path: Path
):
    address = "postgresql://nobody@127.0.0.1:1/none"
    nobody = desk_of(database, tmp_path / "fetched", kind="sql", at=address)
    nobody.secret = Secret("s3cret")
    found = last(nobody.fetch())
    assert found.code == "unreachable"
    assert "s3cret" not in found.message
    elsewhere = desk_at(server, database, tmp_path, schema="pg_toast")
    assert last(elsewhere.fetch()).code == "refused_request"
