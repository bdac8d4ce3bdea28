"""What the gate does where something that it stands on is gone: nothing is given, and what can be recorded is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from psycopg import sql
from test_gate import WINGS

from agreement_world import BY, TRUST, Party, signer, text
from gate_world import BOARD, GOVERNANCE, NURSE, OFFICER, ZONE, gate_of, query, write
from watchroom.audit.entries import Outcome
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Act, Asked, Gate, Refused, View
from watchroom.gate.errors import QuestionFailedError
from watchroom.gate.party_keys import Signature, statement
from watchroom.gate.preview import Preview, Seat
from watchroom.gate.vouching import NoVouchingError
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.policy.agreement import load_agreement
from watchroom.policy.clauses import Duty
from watchroom.store.database import Database, DatabaseUnavailableError, Principal

PEOPLE = query("select id from person")
LISTED = Asked(purpose="custody.care", act=Act.LIST, what="person")
AUDIT = "governance.audit"
Connecting = Callable[[Principal], AbstractContextManager[Any]]


@pytest.fixture
def filled(database: Database) -> Database:
    write(database, WINGS)
    return database


@pytest.fixture
def party(filled: Database) -> Party:
    return Party(filled)


def people(view: View) -> int:
    return len(view.records(PEOPLE))


def cut_off(database: Database, monkeypatch: pytest.MonkeyPatch, *principals: Principal) -> None:
    """Let nobody connect any more as one of these."""
    connect: Connecting = database.connection

    def connection(principal: Principal) -> AbstractContextManager[Any]:
        if principal in principals:
            raise DatabaseUnavailableError("no connection")
        return connect(principal)

    monkeypatch.setattr(database, "connection", connection)


def test_without_the_secret_that_vouches_for_askers_nothing_is_given_and_that_is_recorded(filled: Database) -> None:
    with filled.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(filled.roles.owner)))
        connection.execute("delete from gate.vouching")
    audit = MemoryAuditLog()
    with pytest.raises(NoVouchingError, match="restore the node"):
        gate_of(filled, audit=audit).read(OFFICER, asked=LISTED, look=people)
    (entry,) = audit.entries
    assert (entry.outcome, entry.count, entry.detail["fault"]) == (Outcome.FAILED, 0, "NoVouchingError")


def test_where_no_audience_can_be_made_the_read_fails_and_that_is_recorded(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = MemoryAuditLog()
    cut_off(filled, monkeypatch, Principal.MIGRATOR)
    with pytest.raises(DatabaseUnavailableError):
        gate_of(filled, audit=audit).read(OFFICER, asked=LISTED, look=people)
    (entry,) = audit.entries
    assert (entry.outcome, entry.count) == (Outcome.FAILED, 0)


def test_a_question_that_fails_where_it_cannot_be_found_out_whether_access_was_suspended_is_a_failure(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(filled, audit=audit)

    def look(view: View) -> object:
        people(view)
        cut_off(filled, monkeypatch, Principal.APP)
        return view.records(query("select cast(family_name as integer) as number from person"))

    with pytest.raises(QuestionFailedError):
        gate.read(OFFICER, asked=LISTED, look=look)
    assert [entry.outcome for entry in audit.entries] == [Outcome.FAILED]


def test_a_view_that_another_gate_made_meanwhile_is_used_as_it_stands(filled: Database) -> None:
    first, second = gate_of(filled), gate_of(filled)
    alerts = query("select id from alert")

    def made() -> list[tuple[Any, ...]]:
        with filled.connection(Principal.APP) as connection:
            return connection.execute("select oid from pg_class where relname = 'alert' and relkind = 'v'").fetchall()

    def shown(gate: Gate) -> object:
        found = gate.read(OFFICER, asked=LISTED, look=lambda view: view.records(alerts))
        assert not isinstance(found, Refused)
        return found.value

    for gate in (first, second):
        gate.read(OFFICER, asked=LISTED, look=people)
    seen, standing = shown(first), made()
    assert standing
    assert (shown(second), made()) == (seen, standing)


def test_within_questions_that_go_together_more_that_go_together_change_nothing(filled: Database) -> None:
    def nested(view: View) -> int:
        with view.together():
            with view.together():
                first = view.records_soon(PEOPLE)
            second = view.records_soon(PEOPLE)
        return len(first()) + len(second())

    gate = gate_of(filled)
    found = gate.read(OFFICER, asked=LISTED, look=nested)
    assert not isinstance(found, Refused)
    assert found.value == 4


def on_duty(gate: Gate) -> str | None:
    refused = gate.not_on_duty(GOVERNANCE, purpose=AUDIT, duty=Duty.EXPLAIN, what="explain")
    return None if refused is None else refused.code


def test_a_duty_that_was_suspended_is_back_with_another_policy_also_for_a_gate_that_held_the_old_one(
    party: Party,
) -> None:
    gate = party.gate()
    assert on_duty(gate) is None
    gate.suspend(GOVERNANCE, purpose=AUDIT, by="t")
    assert on_duty(gate) == "suspended"
    assert party.log.entries[-1].act is Act.REFUSE
    party.agreed(text())
    assert on_duty(gate) is None


def test_who_has_no_purpose_and_who_has_not_the_duty_do_not_do_it(filled: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(filled, audit=audit)
    codes = [
        gate.not_on_duty(asker, purpose=purpose, duty=Duty.EXPLAIN, what="explain")
        for asker, purpose in ((OFFICER, "custody.care"), (NURSE, AUDIT), (BOARD, "oversight.board"))
    ]
    assert [code.code for code in codes if code] == ["not_your_duty", "nothing_agreed", "not_your_duty"]
    said = [Words().say(code.reason) for code in codes if code]
    assert all("the duty to explain why" in one and "whoever keeps the accounts" in one for one in said)
    assert not [one for one in said if "another purpose" in one], "a duty takes no purpose that could be chosen"
    assert [entry.act for entry in audit.entries] == [Act.REFUSE] * 3
    assert [entry.detail["reason"] for entry in audit.entries] == [code.code for code in codes if code]


def test_an_instant_that_has_not_come_is_refused(filled: Database) -> None:
    gate = gate_of(filled)
    later = replace(LISTED, as_of=gate._clock.now() + timedelta(days=1))  # pyright: ignore[reportPrivateUsage]
    refused = gate.read(OFFICER, asked=later, look=people)
    assert isinstance(refused, Refused)
    assert refused.code == "not_yet"


@pytest.mark.parametrize("key", ["", "no key", "HMPPS/agreements+00000000+AAAA"])
def test_what_is_no_key_is_not_trusted(party: Party, key: str) -> None:
    with pytest.raises(UsageError, match="no verifier key"):
        party.agreements.trust("police", key, by=BY)


def test_nobody_enters_a_key_for_the_nodes_own_organisation(party: Party) -> None:
    with pytest.raises(UsageError, match="own key"):
        party.agreements.trust("HMPPS", signer("HMPPS").verifier.text(), by=BY)
    assert {one.organisation for one in party.agreements.party_keys()} == {TRUST}


def test_only_a_party_signs_and_the_nodes_own_organisation_only_with_its_own_key(party: Party) -> None:
    kept = party.entered(text())
    digest, police = kept.agreement.digest, signer("police")
    party.agreements.trust("police", police.verifier.text(), by=BY)
    for organisation, said in (("police", "no party"), ("HMPPS", "own key")):
        signature = Signature(
            organisation=organisation,
            signatory="Somebody",
            key=police.verifier,
            value=police.sign(statement(digest, organisation)),
            signed_at=party.clock.now(),
        )
        with pytest.raises(UsageError, match=said):
            party.agreements.countersign(digest, signature=signature, by=BY)
    assert party.agreements.kept()[0].unsigned == ("HMPPS", TRUST)


def test_of_two_versions_the_one_that_is_meant_is_signed(party: Party) -> None:
    first, second = party.entered(text()), party.entered(text(version=2))
    signed = party.agreements.sign(first.agreement.digest, by=BY)
    assert (signed.agreement.version, signed.unsigned) == (1, (TRUST,))
    assert {one.agreement.digest: one.unsigned for one in party.agreements.kept()} == {
        first.agreement.digest: (TRUST,),
        second.agreement.digest: ("HMPPS", TRUST),
    }


def test_signed_a_second_time_the_first_signature_stands_and_nothing_is_entered(party: Party) -> None:
    kept = party.agreed(text())
    before, entries = party.agreements.kept(), len(party.log.entries)
    party.agreements.sign(kept.agreement.digest, by=BY)
    assert (party.agreements.kept(), len(party.log.entries)) == (before, entries)


COUNTED = """  - clause: counted
    entity: alert
    roles: [nurse]
    purposes: [care.suicide-prevention]
    allow: [count]
    fields: [site_code]
  - clause: wings
    entity: location
    roles: [nurse]
    purposes: [care.suicide-prevention]
    allow: [read, list]
    fields: [path]
"""


def preview_of(party: Party) -> Preview:
    return Preview(
        database=party.database,
        model=catalogue(),
        machine=party.clock,
        clock=party.clock,
        zone=ZONE,
        sites=("LEI",),
        units=("LEI-A",),
        in_force=tuple(party.agreements.in_force()),
    )


def test_the_share_of_people_is_told_of_clauses_that_show_rows_about_people_alone(party: Party) -> None:
    draft = load_agreement(text(more=COUNTED), where="draft", model=catalogue())
    shares = preview_of(party).shares(draft)
    assert shares.keys() == {"people"}
    assert 0 < shares["people"] <= 1


def test_a_seat_that_neither_policy_gives_anything_changes_nothing(party: Party) -> None:
    held = party.agreements.in_force()
    seat = Seat(organisation="nobody", role="nurse", purpose="custody.care")
    (reach,) = preview_of(party).compared(held, held, seats=[seat])
    assert (reach.people_before, reach.people_after, reach.fields_added, reach.fields_removed) == (0, 0, (), ())


def test_clauses_that_name_nobody_add_fields_and_no_people(party: Party) -> None:
    wings = text().replace("entity: person", "entity: location").replace("[prison_number]", "[path]")
    draft = load_agreement(wings.replace("    subject: at_my_site\n", ""), where="draft", model=catalogue())
    seat = Seat(organisation=TRUST, role="nurse", purpose="care.suicide-prevention")
    (reach,) = preview_of(party).compared([], [draft], seats=[seat])
    assert (reach.people_after, reach.fields_added) == (0, ("location.path",))
