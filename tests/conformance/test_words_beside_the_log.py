"""Words that somebody typed go with the entry of the log that made them; what was decided stays."""

from pathlib import Path

import psycopg
import pytest
from request_charter import ACCOUNTS, ROWS
from request_world import World

from agreement_world import BY, TRUST, Party, signer, text
from audit_node import DPO, LATE, AuditNode, audit_node
from gate_world import NURSE, OFFICER, START, write
from log_reading import latest
from watchroom.audit.erasure import erase_bodies
from watchroom.audit.memory import MemoryAuditLog
from watchroom.audit.ranges import IndexRange
from watchroom.audit.verify import Verified
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreements import AgreementState
from watchroom.gate.request_records import Request, RequestState
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal
from watchroom.store.schema import migrations

ASKED, ANSWERED = "kept words of the asker", "kept words of the answer"


class Kept:
    """Two requests that were asked and given with words; their entries stand in a log that can be verified."""

    def __init__(self, node: AuditNode, world: World) -> None:
        self.node, self.world = node, world
        made = [world.ask(number=number, words=ASKED) for number in ("A1", "A2")]
        requests = [one for one in made if isinstance(one, Request)]
        for one in requests:
            assert isinstance(world.decide(one, words=ANSWERED), Request)
        self.ids = [one.id for one in requests]
        with node.log(LATE) as log:
            # What the log of `World` kept: asked, asked, answered, answered.
            self.indices = [log.append(one).index for one in world.audit.entries if one.act.value in ("ask", "answer")]

    def erase(self, index: int) -> None:
        with self.node.log(LATE) as log:
            assert erase_bodies(
                self.node.database, log=log, what=IndexRange(first=index, last=index), by=DPO, reason="r"
            )

    def requests(self) -> list[Request]:
        mine = {one.id: one for one in self.world.requests.mine(OFFICER, most=50)}
        return [mine[one] for one in self.ids]

    def holding(self, words: str) -> list[str]:
        return holding(self.node, words)


def holding(node: AuditNode, words: str) -> list[str]:
    """Tables of the gate and of the log that hold the words anywhere."""
    found: list[str] = []
    with node.as_owner() as connection:
        tables = connection.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace in"
            " ('gate'::regnamespace, 'audit'::regnamespace)"
        ).fetchall()
        for (table,) in tables:
            query = psycopg.sql.SQL("select from {} as held where position(%s in held::text) > 0").format(
                psycopg.sql.SQL(table)
            )
            if connection.execute(query, (words,)).rowcount:
                found.append(table)
    return sorted(found)


@pytest.fixture
def kept(database: Database, server, tmp_path: Path) -> Kept:
    write(database, ROWS)
    accounts = Accounts(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=SteppedClock(START)
    )
    for asker in ACCOUNTS:
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return Kept(audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path), World(database))


def test_the_words_of_the_asker_go_with_the_entry_of_asking_and_no_others(kept: Kept) -> None:
    kept.erase(kept.indices[0])
    first, second = kept.requests()
    assert (first.words, first.answer, second.words, second.answer) == (None, ANSWERED, ASKED, ANSWERED)
    assert first.words_erased_at is not None
    assert first.answer_erased_at is None
    assert isinstance(kept.node.verify(), Verified)


def test_the_answer_goes_with_the_entry_of_answering_and_what_was_decided_stays(kept: Kept) -> None:
    kept.erase(kept.indices[2])
    first, second = kept.requests()
    assert (first.words, first.answer, second.answer) == (ASKED, None, ANSWERED)
    assert first.answer_erased_at is not None
    assert (first.decision, first.decided_by, first.state(kept.world.requests.now())) == (
        "given",
        NURSE.name,
        RequestState.GIVEN,
    )
    assert isinstance(kept.node.verify(), Verified)


def test_when_all_is_erased_no_table_of_the_gate_or_the_log_holds_the_words(kept: Kept) -> None:
    assert kept.holding(ASKED) == kept.holding(ANSWERED) == ["audit.body", "gate.request"]
    for index in kept.indices:
        kept.erase(index)
    assert kept.holding(ASKED) == kept.holding(ANSWERED) == []
    assert [entry.act for entry in latest(kept.node.database, most=4)] == ["erase"] * 4


WHY = "kept words of a reason"


class Closed:
    """An agreement that was suspended in two versions, and a partner's key that was taken back; then the same again
    with other words, in a log that can be verified."""

    def __init__(self, node: AuditNode) -> None:
        self.node, self.party = node, Party(node.database)
        for version, first in ((1, "2026-04-01"), (2, "2027-01-01")):
            self.party.agreed(text(version=version, first=first))
        agreements, key_id = self.party.agreements, self.party.trust.verifier.key_id.hex()
        other = signer(TRUST)
        agreements.trust(TRUST, other.verifier.text(), by=BY)
        agreements.suspend("DSA-012", by=BY, reason=WHY)
        agreements.suspend("DSA-012", by=BY, reason="said once more")
        agreements.revoke(TRUST, key_id, by=BY, reason=WHY)
        agreements.revoke(TRUST, other.verifier.key_id.hex(), by=BY, reason="another key")
        with node.log(LATE) as log:
            made = {
                one.detail["did"] + one.detail.get("reason", ""): log.append(one).index
                for one in self.party.log.entries
            }
        self.suspended, self.again = made["suspended" + WHY], made["suspendedsaid once more"]
        self.revoked = made["revoked" + WHY]

    def erase(self, index: int) -> None:
        with self.node.log(LATE) as log:
            erase_bodies(self.node.database, log=log, what=IndexRange(first=index, last=index), by=DPO, reason="r")


@pytest.fixture
def closed(database: Database, server, tmp_path: Path) -> Closed:
    return Closed(audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path))


def test_why_an_agreement_was_suspended_goes_with_its_entry_for_every_version_and_it_stays_suspended(
    closed: Closed,
) -> None:
    closed.erase(closed.again)
    assert [one.reason for one in closed.party.agreements.kept()] == [WHY, WHY], "other words are of another entry"
    closed.erase(closed.suspended)
    kept = closed.party.agreements.kept()
    assert [(one.reason, one.reason_erased_at is None, one.state) for one in kept] == [
        ("", False, AgreementState.SUSPENDED)
    ] * 2
    assert isinstance(closed.node.verify(), Verified)


def test_why_a_key_was_taken_back_goes_with_its_entry_and_it_stays_taken_back(closed: Closed) -> None:
    closed.erase(closed.revoked)
    found = {one.reason: (one.is_revoked, one.reason_erased_at is None) for one in closed.party.agreements.party_keys()}
    assert found == {"": (True, False), "another key": (True, True)}
    assert holding(closed.node, WHY) == ["audit.body", "gate.agreement_suspension"]
    closed.erase(closed.suspended)
    assert holding(closed.node, WHY) == []


def test_reasons_whose_entries_were_erased_before_this_version_go_when_the_node_is_brought_forward(
    closed: Closed,
) -> None:
    (migration,) = [one for one in migrations() if one.name == "0023_told_and_erased"]
    _, catching_up = migration.text.split("-- Erased before this", 1)
    closed.node.tamper("delete from audit.body where index = %s", (closed.suspended,))
    closed.node.tamper(f"-- Erased before this{catching_up}")
    assert holding(closed.node, WHY) == ["audit.body", "gate.party_key_revocation"], "what the log says stays"
    assert {one.reason for one in closed.party.agreements.kept()} == {""}


def test_words_are_gone_or_there_and_never_both(kept: Kept) -> None:
    for change in ("words = null", "words_erased_at = now()", "answer = null", "answer_erased_at = now()"):
        with pytest.raises(psycopg.errors.CheckViolation), kept.node.as_owner() as connection:
            connection.execute(psycopg.sql.SQL("update gate.request set " + change))  # type: ignore[arg-type]
    with kept.world.database.connection(Principal.APP) as connection:
        assert connection.execute("select count(*) from gate.request").fetchone() == (2,)


def test_what_was_erased_before_this_version_takes_its_words_along_when_the_node_is_brought_forward(kept: Kept) -> None:
    (migration,) = [one for one in migrations() if one.name == "0021_words_beside_the_log"]
    _, catching_up = migration.text.split("-- Erased before this", 1)
    kept.node.tamper("delete from audit.body where index = %s", (kept.indices[0],))
    kept.node.tamper("delete from audit.body where index = %s", (kept.indices[3],))
    kept.node.tamper(f"-- Erased before this{catching_up}")
    first, second = kept.requests()
    assert (first.words, first.answer, second.words, second.answer) == (None, ANSWERED, ASKED, None)
