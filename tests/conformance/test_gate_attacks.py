"""Attacks on an audience: by whoever can make it run any SQL, and by whoever writes the query of a page."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from test_gate import WINGS

from gate_world import BOARD, GOVERNOR, NURSE, OFFICER, START, Asker, about, gate_of, ids, look, person, query, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.gate.errors import QuestionError
from watchroom.gate.see import see
from watchroom.store.database import Connection, Database, Principal

SECRETS = {
    **WINGS,
    "person": [
        person("1", prison_number="1", family_name="10"),
        person("2", prison_number="2", family_name="20"),
        person("3", "LEI-B", prison_number="SECRET-B", family_name="SECRET-B"),
        person("4", "MDI-A", prison_number="SECRET-M", family_name="SECRET-M"),
    ],
    "alert": [
        about("1", "1", kind_code="HA", type_code="H", comment="1"),
        about("2", "3", "LEI-B", kind_code="HA", type_code="H", comment="SECRET-ALERT"),
    ],
}


def as_audience(gate: Gate, asker: Asker, attack: Any, *, purpose: str = "custody.care") -> Any:
    """What `attack` makes of the bare connection, in the very transaction in which a page asks."""
    warm = query("select count(*) as n from person, alert, custody_episode, change")

    def run(view: Any) -> Any:
        view.records(warm)
        return attack(view._reading._connection)

    seen = gate.read(asker, asked=Asked(purpose=purpose, act=Act.LIST, what="person"), look=run)
    assert isinstance(seen, Seen)
    return seen.value


def attempt(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    cursor = connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
    # INVARIANT: what gives no rows succeeds all the same; an error of the driver would pass for a refusal.
    return cursor.fetchall() if cursor.description is not None else []


@pytest.fixture
def gate(database: Database) -> Gate:
    write(database, SECRETS)
    return gate_of(database)


FORBIDDEN = [
    "select * from record.person",
    "select * from record.person_history",
    "select * from ingest.change",
    "select * from ingest.raw_row",
    "select * from ingest.source",
    "select * from gate.asking",
    "select * from gate.account",
    "select * from gate.session",
    "select * from audit.entry",
    "update gate.asking set units = array['LEI-B']",
    "insert into gate.asking (backend_pid, xact) values (1, '1')",
    "delete from gate.asking",
    "update gate.account set roles = '{duty_governor}'",
    "insert into person (id) values (uuidv7())",
    "delete from person",
    "create table stolen (a text)",
    "create temporary table stolen as select * from person",
    "create view stolen as select * from person",
    "create function leak(text) returns boolean language sql cost 0.0001 return true",
    "create schema stolen",
    "copy person to '/tmp/stolen'",
    "copy person to program 'cat'",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('.')",
    "alter role current_user superuser",
    "drop view person",
    "alter view person set (security_barrier = false)",
    "select pg_stat_statements_reset()",
    "set session authorization postgres",
    "load 'x'",
    "select * from pg_authid",
    "select rolpassword from pg_authid",
    "select pg_reload_conf()",
    "truncate person",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_audience_cannot(gate: Gate, statement: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        as_audience(gate, OFFICER, lambda connection: attempt(connection, statement))
    assert "SECRET" not in str(caught.value)


def test_a_grant_of_an_audience_gives_nobody_anything(gate: Gate, database: Database) -> None:
    """The server warns of it, and does nothing."""
    as_audience(gate, OFFICER, lambda connection: attempt(connection, "grant all on person to public"))
    with database.connection(Principal.MIGRATOR) as connection:
        found = connection.execute(
            "select from pg_class as c, aclexplode(c.relacl) as one, pg_namespace as n"
            " where c.relnamespace = n.oid and n.nspname like 'seen\\_%' and one.grantee = 0"
        )
        assert found.fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        "select family_name from person where cast(prison_number as integer) > 0",
        "select family_name from person where 1 / (length(prison_number) - 8) < 0 and prison_number::int > 0",
        "select p.family_name from person as p join alert as a on a.person_id = p.id where p.prison_number::int > 0",
        "with p as materialized (select * from person) select family_name from p where prison_number::int > 0",
        "select family_name from (select * from person offset 0) as p where prison_number::int > 0",
        "select family_name from person, lateral (select prison_number::int as n) as l where l.n > 0",
        "select family_name from person where prison_number::int = any (select prison_number::int from person)",
        "select max(family_name::int)::text from person group by prison_number::int",
        "select family_name from person order by prison_number::int",
        "select comment from alert where comment::int > 0",
        "select comment from alert where comment ~ '^SECRET' or comment::int > 0",
        "select comment from alert where case when comment like 'SECRET%' then 1 / (length(id::text) - 36) > 0 end",
        "select family_name from person where family_name similar to '%(SECRET)%' or family_name::int > 0",
        "select before::text from change where (before ->> 'family_name')::int > 0",
        "select categories::text from change where id in (select id from person where prison_number::int > 0)",
    ],
)
def test_a_test_that_would_fail_on_a_hidden_row_never_meets_one(gate: Gate, statement: str) -> None:
    rows = as_audience(gate, OFFICER, lambda connection: attempt(connection, statement))
    assert "SECRET" not in str(rows)


def test_statistics_of_the_record_are_closed(gate: Gate, database: Database) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        connection.execute("analyze record.person")

    def read(connection: Connection) -> list[tuple[Any, ...]]:
        # By the server where the catalogues are closed; elsewhere the view itself shows none to who may not read.
        try:
            return attempt(connection, "select * from pg_stats where schemaname = 'record'")
        except psycopg.errors.InsufficientPrivilege:
            connection.rollback()
            return []

    assert as_audience(gate, OFFICER, read) == []


def test_the_text_of_a_view_names_no_subject(gate: Gate, database: Database) -> None:
    for relation in gate.model.entities:
        look(gate, OFFICER, f"select count(*) as n from {relation}")
    with database.connection(Principal.APP) as connection:
        texts = attempt(connection, "select definition from pg_views where schemaname like 'seen\\_%'")
    assert len(texts) >= len(gate.model.entities)
    for (text,) in texts:
        assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text) is None
        assert "LEI" not in text
        assert "SECRET" not in text


def test_every_view_is_a_barrier_of_the_owner(gate: Gate, database: Database) -> None:
    look(gate, OFFICER, "select count(*) as n from occupancy")
    with database.connection(Principal.APP) as connection:
        rows = connection.execute(
            "select c.relname, r.rolname, c.reloptions from pg_class as c join pg_namespace as n on n.oid ="
            " c.relnamespace join pg_roles as r on r.oid = c.relowner where n.nspname like 'seen\\_%'"
        ).fetchall()
    assert {row[0] for row in rows} == {"hidden_people", "own_cases", "own_people", "occupancy"}
    assert all(row[1:] == (database.roles.owner, ["security_barrier=true"]) for row in rows)


def audiences(database: Database) -> list[tuple[str, str]]:
    with database.connection(Principal.APP) as connection:
        return connection.execute("select role_name, schema_name from gate.audience order by 1").fetchall()


def test_an_audience_without_the_gate_sees_nothing(gate: Gate, database: Database) -> None:
    for asker in (OFFICER, GOVERNOR, NURSE):
        look(gate, asker, "select count(*) as n from person as p, agency as a, roll as r, change as c, occupancy as o")
    for role, schema in audiences(database):
        with database.connection(Principal.READER) as connection:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            for relation in ("person", "agency", "roll", "change", "occupancy"):
                rows = connection.execute(sql.SQL("select * from {}").format(sql.Identifier(schema, relation)))
                assert rows.fetchall() == []


def test_the_facts_of_one_audience_do_not_open_another(gate: Gate, database: Database) -> None:
    look(gate, GOVERNOR, "select id from person")
    others = audiences(database)

    def climb(connection: Connection) -> list[Any]:
        found: list[Any] = []
        for role, schema in others:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            found += connection.execute(sql.SQL("select * from {}").format(sql.Identifier(schema, "person"))).fetchall()
        return found

    assert as_audience(gate, OFFICER, climb) == []


def test_the_facts_of_one_transaction_do_not_reach_into_the_next(gate: Gate, database: Database) -> None:
    look(gate, OFFICER, "select id from person")
    ((role, schema),) = audiences(database)
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        kept = connection.execute("select backend_pid from gate.asking where hidden_people is not null").fetchall()
    with database.connection(Principal.READER) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        rows = [pretended(connection, schema, pid) for (pid,) in kept]
    assert rows
    assert rows == [[]] * len(kept)


def pretended(connection: Connection, schema: str, pid: int) -> list[tuple[Any, ...]]:
    """Who is seen by somebody who says that they are another backend."""
    connection.execute(sql.SQL("set local watchroom.backend = {}").format(sql.Literal(str(pid))))
    return connection.execute(sql.SQL("select id from {}").format(sql.Identifier(schema, "person"))).fetchall()


def test_who_says_they_are_another_backend_sees_nothing_of_what_that_one_may(gate: Gate, database: Database) -> None:
    def other(view: View) -> tuple[int, list[Any]]:
        pid = view._reading._connection.info.backend_pid
        ((_, schema),) = audiences(database)
        seen = len(view.records(query("select id from person")))
        found = as_audience(gate, OFFICER, lambda connection: pretended(connection, schema, pid))
        return seen, found

    answer = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=other)
    assert isinstance(answer, Seen)
    assert answer.value[0] > 0
    assert answer.value[1] == []


def test_a_view_of_the_present_shows_nothing_when_the_past_is_asked_for(gate: Gate, database: Database) -> None:
    look(gate, OFFICER, "select id from person")
    ((role, schema),) = audiences(database)
    write(database, SECRETS | {"person": [*SECRETS["person"], person("9", prison_number="9")]}, hour=1)

    def mixed(view: View) -> tuple[int, list[Any]]:
        seen = len(view.at(START).records(query("select id from person")))
        connection = view._reading._connection
        connection.execute("set local role none")
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        rows = connection.execute(sql.SQL("select id from {}").format(sql.Identifier(schema, "person"))).fetchall()
        return seen, rows

    answer = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=mixed)
    assert isinstance(answer, Seen)
    assert answer.value == (2, [])


@pytest.mark.parametrize("login", Principal)
def test_no_login_inherits_anything_of_an_audience(gate: Gate, database: Database, login: Principal) -> None:
    look(gate, OFFICER, "select id from person")
    ((_, schema),) = audiences(database)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection(login) as connection:
        connection.execute(sql.SQL("select * from {}").format(sql.Identifier(schema, "person")))


@pytest.mark.parametrize(
    "text",
    [
        "select * from record.person",
        "select * from pg_roles",
        "select * from information_schema.tables",
        "select * from why_person",
        "select * from nothing",
        "with pg_roles as (select 1) select * from pg_roles",
        "select * from (with pg_stats as (select 1 as a) select a from pg_stats) as x, pg_stats",
        "select set_config('role', 'none', true) as a",
        "select current_setting('role') as a",
        "select pg_sleep(10) as a",
        "select pg_advisory_lock(1) as a",
        "select query_to_xml('select * from record.person', true, true, '') as a",
        "select lo_create(0) as a",
        "select now() as a",
        "select current_user as a",
        "select * from person for update",
        "select * into stolen from person",
        "with gone as (delete from person returning *) select * from gone",
        "update person set family_name = ''",
        "set role none",
        "reset role",
        "select 1 as a; reset role",
        "do $$ begin end $$",
        "copy person to stdout",
        "call x()",
        "listen x",
        "explain select * from person",
        "values (1)",
        "select nextval('x') as a",
        "select dblink('x', 'y') as a",
        "not sql at all",
        "",
    ],
)
def test_a_page_can_only_ask_relations_of_the_audience_with_known_functions(database: Database, text: str) -> None:
    with pytest.raises(QuestionError):
        look(gate_of(database), OFFICER, text)


def test_values_of_a_question_stay_values(gate: Gate) -> None:
    text = "select prison_number, id from person where family_name = :name"
    for name in ("' or true --", "10' union select 1, null --", "%s", ":name", "$1", "\\"):
        assert look(gate, OFFICER, text, name=name) == []
    assert ids(look(gate, OFFICER, text, name="10"), "prison_number") == {"1"}


def test_many_that_need_the_same_new_audience_at_once_all_get_it(database: Database) -> None:
    write(database, SECRETS)

    def one(number: int) -> list[dict[str, object]]:
        own = Database(
            database.conninfo(Principal.APP),
            credentials=database._credentials,  # pyright: ignore[reportPrivateUsage]
            pool_size=2,
        )
        try:
            asker = (OFFICER, GOVERNOR)[number % 2]
            return look(gate_of(own), asker, "select p.id from person as p join occupancy as o on true limit 1")
        finally:
            own.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(one, range(8)))
    assert all(len(answer) == 1 for answer in answers)
    assert len(audiences(database)) == 2


def test_one_gate_serves_many_threads(gate: Gate) -> None:
    def one(number: int) -> set[object]:
        asker, purpose = ((OFFICER, "custody.care"), (GOVERNOR, "custody.safety"), (BOARD, "oversight.board"))[
            number % 3
        ]
        return ids(look(gate, asker, "select prison_number, id from person", purpose=purpose), "prison_number")

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(one, range(30)))
    assert answers == [{"1", "2"}, {"1", "2", "SECRET-B"}, set()] * 10


def test_looking_up_somebody_hidden_leaves_their_id_in_the_log(gate: Gate, database: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    hidden = UUID("01900000-0000-7000-8000-00000000abcd")
    seen = see(gate, OFFICER, entity="person", purpose="custody.care", row_id=hidden)
    assert isinstance(seen, Seen)
    assert seen.value.rows == []
    assert audit.entries[-1].subjects == (hidden,)


def test_an_instant_in_the_future_is_refused(gate: Gate) -> None:
    asked = query("select id from person")
    refused = gate.read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.LIST, what="person", as_of=datetime(2999, 1, 1, tzinfo=UTC)),
        look=lambda view: view.records(asked),
    )
    assert isinstance(refused, Refused)
    assert refused.code == "not_yet"
