"""How long a review of a busy node takes: a million entries by three hundred accounts at two thousand people."""

import sys
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from psycopg.conninfo import conninfo_to_dict

from gate_world import OFFICER, START, episode, gate_of, person, write
from look_seats import DirectLog
from look_world import reviewers
from servers import TestServer
from watchroom.audit.own_work import HELD_FOR
from watchroom.gate.looks import LookKeeper, Reviewed
from watchroom.governance.looks.build import Desk, review_looks
from watchroom.governance.my_work.build import build_my_work
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

ENTRIES = 1_000_000
PEOPLE, ACCOUNTS = 2_000, 300
WINGS = 20
RATE = 300

# As the log writes them; every fifth is the handover of a wing, every fiftieth at somebody of another wing.
_ENTRIES = """
insert into audit.entry (index, header, leaf_hash)
select
    n,
    '{"act":"' || case when n %% 5 = 0 then 'brief' else 'consult' end
    || '","actor":"staff.' || n %% %(accounts)s || '","at":"' || stamp
    || '","body":"' || repeat('0', 64) || '","count":1,"entity":"'
    || case when n %% 5 = 0 then 'handover' else 'person' end
    || '","format":1,"index":' || n || ',"machine_at":"' || stamp
    || '","organisation":"HMPPS","policy_hash":"' || repeat('0', 64)
    || '","purpose":"custody.care","role":"wing_officer"}',
    decode(repeat('00', 32), 'hex')
from (
    select n, to_char(%(start)s::timestamptz + n * interval '1 s' / %(rate)s, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as stamp
    from generate_series(0, %(entries)s - 1) as n
) as made
"""
_BODIES = """
insert into audit.body (index, salt, body)
select
    n,
    decode(repeat('00', 16), 'hex'),
    '{"detail":{"looked_up":"' || who.id || '"},"fields":["person.birth_date","person.family_name"],"subjects":["'
    || who.id || '"]}'
from generate_series(0, %(entries)s - 1) as n
join who on who.place = (n %% %(accounts)s %% %(wings)s)
    + %(wings)s * ((n / %(accounts)s * 7) %% (%(people)s / %(wings)s))
    + case when n %% 50 = 1 then 1 else 0 end
"""


@pytest.fixture(scope="module")
def busy(server: TestServer) -> Generator[str]:
    """The name of a database with such a log, made once: each test has a copy."""
    with server.database(name="busy") as database:
        write(
            database,
            {
                "person": [person(f"{n:04}", f"LEI-W{n % WINGS}") for n in range(PEOPLE)],
                "custody_episode": [episode(f"{n:04}", f"LEI-W{n % WINGS}") for n in range(PEOPLE)],
            },
        )
        _fill(database)
        name = str(conninfo_to_dict(database.conninfo(Principal.APP))["dbname"])
        database.close()
        yield name


@pytest.fixture
def database(server: TestServer, busy: str) -> Generator[Database]:
    with server.database(of=busy, name="busy_copy") as database:
        yield database


@pytest.mark.timing
def test_a_million_entries_are_looked_through_in_less_time_than_they_take_to_be_made(database: Database) -> None:
    clock = SteppedClock(START + timedelta(seconds=ENTRIES / RATE))
    log = DirectLog(database, clock=clock)
    keeper = LookKeeper(database=database, audit=log, machine=clock)
    desk = Desk(gate=gate_of(database, at=clock.now()), keeper=keeper, asker=reviewers(database)[0])
    begun = perf_counter()
    found = review_looks(desk, since=START)
    taken = perf_counter() - begun
    log.close()
    assert isinstance(found, Reviewed)
    sys.stdout.write(f"\n{ENTRIES} entries, {found.looks} looks, {found.stood_out} with a fact, {taken:.1f} s\n")
    assert found.looks == ENTRIES - ENTRIES // 5
    assert taken < ENTRIES / RATE


@pytest.mark.timing
def test_the_page_of_own_work_is_there_in_seconds_however_long_the_log(database: Database) -> None:
    # So that readings are old enough to be told: both parts of the page look through as much as they ever do.
    clock = SteppedClock(START + HELD_FOR + timedelta(hours=1))
    log = DirectLog(database, clock=clock)
    keeper = LookKeeper(database=database, audit=log, machine=clock)
    begun = perf_counter()
    work = build_my_work(keeper, replace(OFFICER, name="staff.1"))
    held = perf_counter() - begun
    clock.move(-HELD_FOR)
    begun = perf_counter()
    work = build_my_work(keeper, replace(OFFICER, name="staff.1"))
    fresh = perf_counter() - begun
    log.close()
    sys.stdout.write(f"\n{ENTRIES} entries: own {fresh:.1f} s, readings {held:.1f} s\n")
    assert sum(one.count for one in work.days) > ENTRIES // ACCOUNTS - 100
    assert held + fresh < 10


def _fill(database: Database) -> None:
    given = {
        "entries": ENTRIES,
        "accounts": ACCOUNTS,
        "people": PEOPLE,
        "wings": WINGS,
        "rate": RATE,
        "start": datetime(2026, 7, 24, 7, tzinfo=UTC),
    }
    with database.connection(Principal.APP) as connection:
        connection.execute(
            "insert into gate.account (name, roles, organisation, sites, units, password_hash, created_at,"
            " password_set_at) select 'staff.' || n, '{wing_officer}', 'HMPPS', '{LEI}', array['LEI-W' || n %% %s],"
            " 'none', now(), now() from generate_series(0, %s - 1) as n",
            (WINGS, ACCOUNTS),
        )
    with database.connection(Principal.LOADER) as connection:
        ids = connection.execute("select id::text from record.person order by source_key").fetchall()
    values = ",".join(f"({place}, '{row[0]}')" for place, row in enumerate([*ids, ids[0]]))
    with database.connection(Principal.AUDIT) as connection:
        connection.execute(_ENTRIES, given)  # type: ignore[arg-type]
        # `insert` stands first, and its rows come from the list of people.
        head, _, rest = _BODIES.partition("select")
        connection.execute(f"{head} with who (place, id) as (values {values}) select{rest}", given)  # type: ignore[arg-type]
        connection.execute(
            "update audit.frontier set size = %s, hashes = array_fill(decode(repeat('00', 32), 'hex'), array[%s])",
            (ENTRIES, ENTRIES.bit_count()),
        )
