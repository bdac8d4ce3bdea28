"""The tries of sources: the last of each is found without the others, for it is asked for every few seconds."""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

import pytest

from fetched_sources import NOW
from servers import TestServer
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.tries import last_heard, last_tries, source_ages_of
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database, Principal

KEPT, SOURCES = 4_000, 3


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    """Three sources with thousands of tries each, of which one in a hundred was taken and none confirmed lately."""
    with server.database(name="tries") as database:
        with database.connection(Principal.LOADER) as connection:
            for number in range(SOURCES):
                source = Source(name=f"s{number}", kind="folder", location="/x", mapping="nomis", agency_code="HMPPS")
                add_source(connection, source, at=NOW)
            connection.execute(
                "insert into ingest.fetch_try (source_system, began_at, ended_at, machine_at, outcome, code, message,"
                " byte_count, next_at, is_confirmed) select 's' || i %% %s, at.at, at.at, at.at, case"
                " when i %% 100 < 3 then 'taken' else 'nothing' end, 'c', 'm', 0, at.at, i %% 100 between 50 and 52"
                " from generate_series(1, %s) as i cross join lateral"
                " (select %s + i * interval '1 second' as at) as at",
                (SOURCES, KEPT * SOURCES, NOW),
            )
        with database.connection(Principal.MIGRATOR) as connection:
            connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
            connection.execute("analyze ingest.fetch_try")
        yield database


def test_the_last_try_and_when_a_source_was_last_heard_are_told_of_each(database: Database):
    with database.connection(Principal.LOADER) as connection:
        tried, heard, aged = last_tries(connection), last_heard(connection), source_ages_of(connection)
    at: dict[str, datetime] = {}
    for number in range(1, KEPT * SOURCES + 1):
        at[f"s{number % SOURCES}"] = NOW + timedelta(seconds=number)
    assert {name: row.began_at for name, row in tried.items()} == at
    latest = {
        f"s{number % SOURCES}": NOW + timedelta(seconds=number)
        for number in range(1, KEPT * SOURCES + 1)
        if number % 100 < 3 or 50 <= number % 100 <= 52
    }
    assert heard == latest
    assert [row.source_system for row in aged] == sorted(tried)


@pytest.mark.parametrize("name", ["last_tries", "last_heard", "source_ages"])
def test_nothing_goes_through_the_tries_of_a_source(database: Database, name: str):
    query = load_queries("watchroom.ingest", "fetching.sql")[name].text
    with database.connection(Principal.LOADER) as connection:
        row: Any = connection.execute("explain (analyze, buffers, format json) " + query).fetchone()  # type: ignore[operator]
    plan = row[0][0]["Plan"]
    # The table alone has over a hundred pages; a source is found in a few of its index.
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 20 * SOURCES, plan
