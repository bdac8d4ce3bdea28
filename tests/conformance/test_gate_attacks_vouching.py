"""Facts about an asker that the node's process did not vouch for: changed, sent again, sent elsewhere."""

import json
from typing import Any

import psycopg
import pytest
from psycopg import sql
from test_gate_attacks import SECRETS, as_audience, attempt
from test_gate_attacks_reader import schema_of

from gate_world import GOVERNOR, OFFICER, gate_of, look, write
from watchroom.gate.door import Gate
from watchroom.gate.vouching import Vouching
from watchroom.store.database import Connection, Database, Principal


@pytest.fixture
def gate(database: Database) -> Gate:
    write(database, SECRETS)
    return gate_of(database)


class Overheard:
    """Everything that was vouched for, by whoever could listen in."""

    def __init__(self, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[tuple[str, bytes]] = []
        vouching = gate._audiences.vouching
        honest = vouching.vouched

        def vouched(facts: Any) -> tuple[str, bytes]:
            self.heard.append(honest(facts))
            return self.heard[-1]

        monkeypatch.setattr(vouching, "vouched", vouched)


def entered(connection: Connection, schema: str, facts: str, voucher: bytes) -> None:
    """Say who asks, as the login of reads, and be the audience again."""
    ((role,),) = attempt(connection, "select current_user")
    connection.execute("reset role")
    call = sql.SQL("select {}.enter(%s, %s)").format(sql.Identifier(schema))
    connection.execute(call, (facts, voucher))
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(str(role))))


@pytest.mark.parametrize(
    "forged",
    [
        {"units": ["LEI-B"]},
        {"sites": ["LEI", "MDI"]},
        {"asker": "g.governor"},
        {"organisation": "POLICE"},
        {"as_of_at": "2030-01-01T00:00:00+00:00"},
        {"today": "1999-01-01"},
        {"statement": "0"},
    ],
    ids=str,
)
def test_facts_that_were_changed_are_not_believed(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, forged: dict[str, object]
) -> None:
    overheard = Overheard(gate, monkeypatch)

    def attack(connection: Connection) -> None:
        facts, voucher = overheard.heard[-1]
        changed = json.dumps({**json.loads(facts), **forged})
        for one in (voucher, bytes(32), b"", voucher[:31], voucher + b"\0"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not vouched"), connection.transaction():
                entered(connection, schema_of(connection), changed, one)
        connection.execute("reset role")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not vouched"), connection.transaction():
            attempt(connection, f"select {schema_of(connection)}.enter('{facts}', null)")

    as_audience(gate, OFFICER, attack)


def test_what_was_vouched_for_in_one_read_is_not_believed_in_the_next(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in another transaction of the same connection, nor for another audience in the same one."""
    overheard = Overheard(gate, monkeypatch)
    look(gate, GOVERNOR, "select id from person")
    ((facts, voucher),) = overheard.heard
    of_governor = f"seen_{json.loads(facts)['audience']}"

    def attack(connection: Connection) -> None:
        for schema in (of_governor, schema_of(connection)):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another read"), connection.transaction():
                entered(connection, schema, facts, voucher)
        own, its_voucher = overheard.heard[-1]
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another read"), connection.transaction():
            entered(connection, of_governor, own, its_voucher)

    as_audience(gate, OFFICER, attack)


def test_what_was_vouched_for_says_the_same_when_it_is_sent_again(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    overheard = Overheard(gate, monkeypatch)

    def attack(connection: Connection) -> list[Any]:
        entered(connection, schema_of(connection), *overheard.heard[-1])
        return attempt(connection, "select family_name from person order by 1")

    assert as_audience(gate, OFFICER, attack) == [("10",), ("20",)]


def test_the_secret_is_for_the_process_of_the_node_alone(gate: Gate, database: Database) -> None:
    for principal in set(Principal) - {Principal.APP}:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection(principal) as connection:
            connection.execute("select inner_key from gate.vouching")
    text, voucher = Vouching(database).vouched({"audience": "x"})
    assert json.loads(text) == {"audience": "x"}
    assert len(voucher) == 32
    inner, outer = Vouching(database)._secret().reveal()
    assert len({inner, outer, inner[:32], inner[32:]}) == 4
    assert inner.hex() not in repr(Vouching(database).__dict__)
