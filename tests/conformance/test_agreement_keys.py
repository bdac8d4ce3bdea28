"""A partner's key that is taken back: what it signed holds no more, at once, and nothing opens by that."""

import pytest
from test_agreements import EXCLUDE, PEOPLE, by_hand, seen
from test_gate import WINGS

from agreement_world import BY, TRUST, TRUST_NURSE, Party, signer, text
from gate_world import OFFICER, write
from watchroom.audit.entries import Act, AuditUnavailableError
from watchroom.audit.notes import Ed25519Signer
from watchroom.gate.agreements import AgreementState, Kept
from watchroom.gate.door import Asked, Refused, View
from watchroom.gate.party_keys import AgreementDamagedError, fingerprint
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.store.database import Database


@pytest.fixture
def party(database: Database) -> Party:
    write(database, WINGS)
    return Party(database)


def taken_back(party: Party, key: Ed25519Signer | None = None) -> None:
    key_id = (key or party.trust).verifier.key_id.hex()
    party.agreements.revoke(TRUST, key_id, by=BY, reason="their laptop was lost")


def the_one(party: Party) -> Kept:
    (kept,) = party.agreements.kept()
    return kept


def test_what_a_key_signed_that_was_taken_back_gives_nothing_to_any_gate_and_keeps_what_it_excludes(
    party: Party,
) -> None:
    party.agreed(text(more=EXCLUDE))
    gates = [party.gate(), party.gate()]
    assert all(len(seen(gate)) >= 1 for gate in gates)
    taken_back(party)
    kept = the_one(party)
    assert (kept.state, kept.unsigned, kept.is_agreed) == (AgreementState.LAPSED, (TRUST,), True)
    assert [one.organisation for one in kept.lapsed] == [TRUST]
    assert [seen(gate) for gate in (*gates, party.gate())] == ["nothing_agreed"] * 3
    assert "A1" not in seen(party.gate(), OFFICER, "custody.care")


def test_a_key_is_taken_back_within_a_read_that_runs(party: Party) -> None:
    party.agreed(text())
    asked = Asked(purpose="care.suicide-prevention", act=Act.LIST, what="person")

    def look(view: View) -> int:
        taken_back(party)
        return len(view.records(PEOPLE))

    assert isinstance(party.gate().read(TRUST_NURSE, asked=asked, look=look), Refused)


def test_a_partner_signs_the_same_version_again_with_another_key_and_it_holds(party: Party) -> None:
    kept = party.agreed(text())
    taken_back(party)
    fresh = signer(TRUST)
    party.agreements.trust(TRUST, fresh.verifier.text(), by=BY)
    again = party.agreements.countersign(kept.agreement.digest, signature=party.of_trust(kept, fresh), by=BY)
    assert (again.state, again.unsigned) == (AgreementState.IN_FORCE, ())
    assert len(seen(party.gate())) > 1


def test_a_key_that_was_taken_back_signs_nothing_more_and_is_never_trusted_again(party: Party) -> None:
    kept = party.entered(text())
    taken_back(party)
    with pytest.raises(UsageError):
        party.agreements.countersign(kept.agreement.digest, signature=party.of_trust(kept), by=BY)
    with pytest.raises(UsageError, match="never trusted again"):
        party.agreements.trust(TRUST, party.trust.verifier.text(), by=BY)
    with pytest.raises(UsageError, match="never trusted again"):
        party.agreements.trust("another-trust", party.trust.verifier.text(), by=BY)


def test_an_earlier_version_does_not_come_back_when_the_key_of_the_later_one_is_taken_back(party: Party) -> None:
    party.agreed(text(fields=("prison_number", "birth_date")))
    second = signer(TRUST)
    party.agreements.trust(TRUST, second.verifier.text(), by=BY)
    later = party.entered(text(version=2))
    party.agreements.sign(later.agreement.digest, by=BY)
    party.agreements.countersign(later.agreement.digest, signature=party.of_trust(later, second), by=BY)
    taken_back(party, second)
    states = [(one.agreement.version, one.state) for one in party.agreements.kept()]
    assert states == [(2, AgreementState.LAPSED), (1, AgreementState.SUPERSEDED)]
    assert seen(party.gate()) == "nothing_agreed"


def test_what_nobody_else_has_signed_stays_unsigned_when_the_key_is_taken_back(party: Party) -> None:
    kept = party.entered(text())
    party.agreements.countersign(kept.agreement.digest, signature=party.of_trust(kept), by=BY)
    taken_back(party)
    assert (the_one(party).state, the_one(party).unsigned) == (AgreementState.UNSIGNED, ("HMPPS", TRUST))


def test_it_closes_also_for_a_reason_that_no_table_can_hold(party: Party) -> None:
    kept = party.agreed(text())
    assert kept.state is AgreementState.IN_FORCE
    assert party.agreements.suspend("DSA-012", by=BY, reason="no\0 answer").state is AgreementState.SUSPENDED


def test_a_kept_key_that_cannot_be_read_is_damage_and_gives_nothing(party: Party) -> None:
    party.agreed(text())
    by_hand(party, f"update gate.party_key set key = replace(key, '+', '') where organisation = '{TRUST}'")
    with pytest.raises(AgreementDamagedError, match="restore it from a backup"):
        party.agreements.kept()


def test_it_can_be_suspended_too(party: Party) -> None:
    party.agreed(text())
    taken_back(party)
    assert party.agreements.suspend("DSA-012", by=BY, reason="no answer").state is AgreementState.SUSPENDED
    assert the_one(party).reason == "no answer"


def test_a_signature_that_was_changed_in_the_database_is_found_under_a_revoked_key_too(party: Party) -> None:
    party.agreed(text())
    taken_back(party)
    by_hand(party, "update gate.agreement_signature set signature = overlay(signature placing '\\x00' from 3)")
    with pytest.raises(AgreementDamagedError):
        party.agreements.kept()


def test_taking_a_key_back_bites_even_where_it_cannot_be_recorded(party: Party) -> None:
    party.agreed(text())
    party.log.is_available = False
    with pytest.raises(AuditUnavailableError):
        taken_back(party)
    party.log.is_available = True
    assert seen(party.gate()) == "nothing_agreed"


def test_it_is_entered_in_the_log_by_whom_and_for_whom(party: Party) -> None:
    taken_back(party)
    (entry,) = [one for one in party.log.entries if one.detail.get("did") == "revoked"]
    assert (entry.actor, entry.detail["party"], entry.act) == ("i.gov", TRUST, Act.POLICY_CHANGE)


def test_a_key_that_was_never_trusted_cannot_be_taken_back(party: Party) -> None:
    with pytest.raises(NotFoundError):
        party.agreements.revoke(TRUST, "00000000", by=BY, reason="x")


def test_two_keys_read_otherwise_and_one_key_always_the_same() -> None:
    one, other = signer(TRUST).verifier, signer(TRUST).verifier
    assert fingerprint(one) == fingerprint(one) != fingerprint(other)
    assert [len(group) for group in fingerprint(one).split(" ")] == [4] * 8
