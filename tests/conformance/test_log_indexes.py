"""However long the log is, one's own work and the review of a broken glass look through a few entries of it."""

import pytest

from audit_node import AT
from watchroom.audit.entries import instant_text
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database, Principal

ENTRIES = 60_000
OPENING = "00000000-0000-7000-8000-000000000001"
BEYOND = 1 << 62
# Four kinds of entry, of which but the first is rare, by many actors.
FILL = """
insert into audit.entry (index, header, leaf_hash)
select
    i,
    format(
        '{"act":"%%s","actor":"staff.%%s","at":"%%s","entity":"%%s",'
        '"machine_at":"2026-07-24T08:00:00.000000Z"}',
        case when i %% 5000 = 0 then 'export' when i %% 5000 = 1 then 'consult' else 'list' end,
        i %% 900,
        to_char(timestamp '2026-07-20' + i * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        case when i %% 5000 = 0 then 'audit' when i %% 5000 = 1 then 'subject_access' else 'person' end
    ),
    decode(repeat('00', 32), 'hex')
from generate_series(0, %(entries)s - 1) as i;
"""
BODIES = """
insert into audit.body (index, salt, body)
select
    i,
    decode(repeat('00', 16), 'hex'),
    case
        when i %% 5000 = 2 then '{"detail":{"opened":"' || %(opening)s::text || '"},"fields":[],"subjects":[]}'
        else '{"detail":{"first_index":"0","last_index":"9"},"fields":[],'
            '"subjects":["00000000-0000-7000-8000-000000000009"]}'
    end
from generate_series(0, %(entries)s - 1) as i;
"""
# A hundred of the entries, which are a second apart by the clock of the node.
SINCE, UNTIL = "2026-07-20T08:00:00.000000Z", "2026-07-20T08:01:40.000000Z"
MINE = {"actor_text": '"actor":"staff.7"', "actor": "staff.7", "first_index": 0, "before": BEYOND}
ASKED = {
    ("own_work.sql", "own_entries"): {**MINE, "most": 40},
    ("own_work.sql", "own_by_day"): MINE,
    ("own_work.sql", "exports_over_own"): MINE,
    ("own_work.sql", "readings_over_own"): {
        **MINE,
        "own_first": 0,
        "first_reading": 0,
        "last_reading": BEYOND,
        "held_before": instant_text(AT),
    },
    ("queries.sql", "range_between"): {"since": SINCE, "until": UNTIL, "before": BEYOND},
    ("queries.sql", "entries_of_opening"): {"opening": OPENING, "since": 0, "most": 1000},
}


@pytest.fixture
def long_log(database: Database) -> Database:
    facts = {"entries": ENTRIES, "opening": OPENING}
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute(FILL, facts)
        connection.execute(BODIES, facts)
        # As autovacuum does after a while; what it has not come to is looked through.
        connection.execute("select brin_summarize_new_values('audit.entry_of_time')")
        connection.execute("analyze audit.entry, audit.body")
    return database


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked[1])
def test_no_question_scans_the_log(long_log: Database, asked: tuple[str, str]) -> None:
    file, name = asked
    text = load_queries("watchroom.audit", file)[name].text
    with long_log.connection(Principal.AUDIT) as connection:
        # As it runs, with how many rows each step touched.
        lines = [
            row[0]
            for row in connection.execute("explain (analyze, costs off, timing off) " + text, ASKED[asked])  # type: ignore[operator]
        ]
    plan = "\n".join(lines)
    assert "Seq Scan on entry" not in plan, plan
    assert "Seq Scan on body" not in plan, plan
    removed = [int(line.rpartition(":")[2]) for line in lines if "Rows Removed by" in line]
    assert sum(removed) < ENTRIES / 100, plan
