"""The way to a database: nowhere but where its address says, past no certificate, as of one instant."""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import event, exc

from fetched_sources import NOW
from servers import TestServer
from watchroom.kernel.errors import UsageError
from watchroom.kernel.secrets import Secret
from watchroom.sources.connectors import sql as sql_connector
from watchroom.sources.connectors import sql_engine
from watchroom.sources.connectors.addresses import require_database
from watchroom.sources.connectors.contract import Answer, Asked, Failed, Laid, TableAsked
from watchroom.sources.connectors.registry import KINDS

NUMBERS = count()


def asking(
    at: str,
    place: Path,
    *,
    tables: tuple[str, ...] = ("T",),
    changed: tuple[str, ...] = (),
    secret: Secret[str] | None = None,
) -> Asked:
    into = place / f"into-{next(NUMBERS)}"
    into.mkdir()
    return Asked(
        location=at,
        options=KINDS["sql"].whole({}),
        into=into,
        now=NOW,
        secret=secret,
        tables=tuple(TableAsked(name=name, required=("ID", "NAME"), key=("ID",), changed=changed) for name in tables),
    )


def asked_of(at: str, place: Path, **more: Any) -> Answer:
    return KINDS["sql"].fetch(asking(at, place, **more))


def test_a_database_that_keeps_no_encoding_gives_text_all_the_same(server: TestServer, tmp_path: Path):
    server.run("create database {} encoding 'SQL_ASCII' locale 'C' template template0", "old_encoding")
    try:
        with psycopg.connect(server.dsn("old_encoding"), autocommit=True) as connection:
            connection.execute("create table t as select 1 as id, 'Fictional'::text as name")
        parts = conninfo_to_dict(server.dsn("old_encoding"))
        at = f"postgresql://{parts['user']}@/old_encoding?host={parts['host']}&port={parts.get('port', 5432)}"
        secret = Secret(str(parts["password"])) if "password" in parts else None
        laid = asked_of(at, tmp_path, secret=secret)
        assert isinstance(laid, Laid), laid
        assert pq.read_table(laid.folder / "T.parquet").to_pylist() == [{"ID": "1", "NAME": "Fictional"}]
    finally:
        server.drop("old_encoding")


def test_all_tables_of_sqlite_are_of_one_instant_and_its_values_are_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    place = tmp_path / "case.db"
    with closing(sqlite3.connect(place, isolation_level=None)) as writer:
        writer.execute("pragma journal_mode = wal")
        writer.execute("create table t (id integer, name datetime, changed datetime)")
        writer.execute("create table u (id integer, name text)")
        writer.execute("insert into t values (1, 'no instant', 'yesterday')")
        texts = sql_connector.texts

        def written_meanwhile(values: Any, *, table: str, column: str) -> Any:
            writer.execute("insert into u values (1, 'later')")
            return texts(values, table=table, column=column)

        monkeypatch.setattr(sql_connector, "texts", written_meanwhile)
        laid = asked_of(f"sqlite:///{place}", tmp_path, tables=("T", "U"), changed=("CHANGED",))
    assert isinstance(laid, Laid), laid
    assert pq.read_table(laid.folder / "T.parquet").to_pylist() == [{"ID": "1", "NAME": "no instant"}]
    assert pq.read_table(laid.folder / "U.parquet").num_rows == 0
    missing = asked_of(f"sqlite:///{tmp_path}/none.db", tmp_path)
    assert isinstance(missing, Failed)
    assert missing.code == "unreachable"
    assert not (tmp_path / "none.db").exists(), "to look at a database does not make one"


@pytest.mark.parametrize("address", ["postgresql://u:p@h/d", "postgresql://u@h/d?password=p", "h/d", "postgresql://["])
def test_an_address_with_a_password_is_refused_and_not_repeated(address: str):
    with pytest.raises(UsageError) as refused:
        require_database(address)
    assert address not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u@localhost/d?host=remote.example",
        "postgresql://u@/d?host=remote.example",
        "postgresql://u@/d?host=/tmp,remote.example",
        "postgresql://u@/d?host=/tmp&host=remote.example",
        "postgresql://u@localhost/d?hostaddr=192.0.2.1",
        "postgresql://u@localhost/d?service=remote",
        "postgresql://u@h/d?sslmode=disable",
        "postgresql://u@localhost/d#?host=remote.example",
        "postgresql:///d",
        "postgresql+psycopg2://u@localhost/d",
        "mysql://u@remote.example/d",
        "oracle://u@remote.example/d",
        "sqlite://",
        "sqlite:///",
        "sqlite://remote.example/file",
    ],
)
def test_an_address_leads_nowhere_but_where_it_says_and_past_no_certificate(address: str, tmp_path: Path):
    with pytest.raises(UsageError) as refused:
        require_database(address)
    assert "remote.example" not in str(refused.value)
    # One that was registered before is judged again when it is asked.
    failed = asked_of(address, tmp_path)
    assert isinstance(failed, Failed)
    assert failed.code == "refused_request"


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgresql://u@remote.example/d", "verify-full"),
        ("postgresql://u@localhost,remote.example/d", "verify-full"),
        ("postgresql://u@localhost/d", "prefer"),
        ("postgresql://u@/d?host=/tmp", "prefer"),
    ],
)
def test_whoever_is_not_this_machine_has_to_show_its_certificate(address: str, mode: str, tmp_path: Path):
    engine = sql_engine._engine(asking(address, tmp_path))
    _, given = engine.dialect.create_connect_args(engine.url)
    seen: dict[str, Any] = {}

    def noted(_dialect: Any, _record: Any, _args: Any, keywords: dict[str, Any]) -> None:
        seen.update(keywords)
        raise psycopg.OperationalError

    event.listen(engine, "do_connect", noted)
    with pytest.raises((psycopg.OperationalError, exc.SQLAlchemyError)):
        engine.connect()
    assert (seen["sslmode"], seen["hostaddr"]) == (mode, ""), given
