"""A case-management system's database, a real PostgreSQL: one instant of all tables, news only, deletions found."""

import csv
from collections.abc import Generator
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
from watchroom.kernel.errors import UsageError
from watchroom.kernel.secrets import Secret
from watchroom.sources.connectors import sql as sql_connector
from watchroom.sources.connectors.addresses import require_database
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
    since = sql_connector._Found.since

    def noted(found: Any, news: Any) -> Any:
        asked.append(found.name)
        return since(found, news)

    monkeypatch.setattr(sql_connector._Found, "since", noted)
    return asked


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
    assert (quiet.code, quiet.is_confirmed) == ("nothing_new", True)
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


def test_after_files_of_an_operator_and_after_erasure_everything_is_read_again(
    desk: Desk, remote: Remote, asked_for: list[str]
):
    desk.fetch()
    with desk.database.connection(Principal.LOADER) as connection:
        connection.execute("update ingest.file set erased_at = now()")
    desk.fetch()
    assert asked_for == []


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


@pytest.mark.parametrize("address", ["postgresql://u:p@h/d", "postgresql://u@h/d?password=p", "h/d", "postgresql://["])
def test_an_address_with_a_password_is_refused_and_not_repeated(address: str):
    with pytest.raises(UsageError) as refused:
        require_database(address)
    assert address not in str(refused.value)
