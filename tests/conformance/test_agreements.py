"""What is agreed with others holds when every party has signed it, and no longer than until somebody suspends it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from psycopg import sql
from test_gate import WINGS

from agreement_world import BY, TRUST, TRUST_NURSE, Party, signer, text
from gate_world import OFFICER, START, ZONE, query, write
from watchroom.audit.entries import Act
from watchroom.gate.agreements import AgreementState
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused
from watchroom.gate.party_keys import AgreementDamagedError, statement
from watchroom.gate.preview import Preview, seats_of
from watchroom.governance.standing.rules import waiting_for
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import load_agreement
from watchroom.policy.errors import AgreementError
from watchroom.store.database import Database, Principal

PEOPLE = query("select person.id, person.prison_number, person.withheld from person order by person.id asc")
EXCLUDE = "exclude:\n  - {where: prison_number = 'A1', entities: [person], reason: example}\n"


@pytest.fixture
def party(database: Database) -> Party:
    write(database, WINGS)
    return Party(database)


def seen(gate: Gate, asker: Asker = TRUST_NURSE, purpose: str = "care.suicide-prevention") -> list[object] | str:
    found = gate.read(
        asker,
        asked=Asked(purpose=purpose, act=Act.LIST, what="person"),
        look=lambda view: [row["prison_number"] for row in view.records(PEOPLE)],
    )
    return found.code if isinstance(found, Refused) else list(found.value)


def by_hand(party: Party, statement: str) -> None:
    """As somebody does who owns the database."""
    with party.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(party.database.roles.owner)))
        connection.execute(sql.SQL(statement))  # type: ignore[arg-type]


def test_it_gives_nothing_until_every_party_has_signed(party: Party) -> None:
    gate = party.gate()
    kept = party.entered(text())
    assert (kept.state, kept.unsigned) == (AgreementState.UNSIGNED, ("HMPPS", TRUST))
    assert seen(gate) == "nothing_agreed"
    assert party.agreements.sign(kept.agreement.digest, by=BY).unsigned == (TRUST,)
    assert seen(party.gate()) == "nothing_agreed"
    with pytest.raises(NotFoundError, match="every party has signed"):
        party.agreements.suspend("DSA-012", by=BY)
    signed = party.agreements.countersign(kept.agreement.digest, signature=party.of_trust(kept), by=BY)
    assert signed.state is AgreementState.IN_FORCE
    assert len(seen(party.gate())) > 1


def test_a_gate_that_runs_hears_of_what_is_agreed_with_its_next_read(party: Party) -> None:
    gate = party.gate()
    before = seen(gate, OFFICER, "custody.care")
    party.agreed(text())
    assert seen(gate, OFFICER, "custody.care") == before
    assert len(seen(gate)) > 1


def test_a_signature_that_is_none_of_the_partners_is_refused(party: Party) -> None:
    kept = party.entered(text())
    stranger, own = signer(TRUST), party.keys.agreement_signer()
    for forged in (
        party.of_trust(kept, stranger),
        party.of_trust(kept, own),
        replace(party.of_trust(kept), value=party.trust.sign(statement("0" * 64, TRUST))),
        replace(party.of_trust(kept), value=party.trust.sign(statement(kept.agreement.digest, "HMPPS"))),
    ):
        with pytest.raises(UsageError):
            party.agreements.countersign(kept.agreement.digest, signature=forged, by=BY)
    assert party.agreements.kept()[0].unsigned == ("HMPPS", TRUST)


def test_nobody_signs_for_the_nodes_own_organisation_with_a_key_from_the_database(party: Party) -> None:
    kept = party.entered(text())
    stranger = signer("HMPPS")
    by_hand(
        party,
        "insert into gate.party_key (organisation, key, entered_at, entered_by)"
        f" values ('HMPPS', '{stranger.verifier.text()}', now(), 'dba')",
    )
    value = stranger.sign(statement(kept.agreement.digest, "HMPPS"))
    by_hand(
        party,
        "insert into gate.agreement_signature (digest, organisation, signatory, key, signature, signed_at)"
        f" values ('{kept.agreement.digest}', 'HMPPS', 'dba', '{stranger.verifier.text()}', '\\x{value.hex()}', now())",
    )
    with pytest.raises(AgreementDamagedError, match="signature of `HMPPS`"):
        party.agreements.kept()


@pytest.mark.parametrize(
    "change",
    [
        "update gate.agreement set document = replace(document, 'prison_number', 'sex_code')",
        "update gate.agreement_signature set signature = overlay(signature placing '\\x00' from 3)",
    ],
)
def test_an_agreement_that_was_changed_in_the_database_gives_nothing_and_says_so(party: Party, change: str) -> None:
    party.agreed(text())
    gate = party.gate()
    assert len(seen(gate)) > 1
    by_hand(party, change)
    with pytest.raises(AgreementDamagedError, match="DSA-012"):
        seen(party.gate())


def test_suspended_it_gives_nothing_to_any_gate_and_keeps_what_it_excludes(party: Party) -> None:
    hidden = seen(party.gate(), OFFICER, "custody.care")
    party.agreed(text(more=EXCLUDE))
    gates = [party.gate(), party.gate()]
    assert all("A1" not in seen(gate) and len(seen(gate)) >= 1 for gate in gates)
    assert party.agreements.suspend("DSA-012", by=BY).state is AgreementState.SUSPENDED
    assert [seen(gate) for gate in (*gates, party.gate())] == ["nothing_agreed"] * 3
    assert "A1" in hidden
    assert "A1" not in seen(party.gate(), OFFICER, "custody.care")


def test_it_is_suspended_within_a_read_that_runs(party: Party) -> None:
    party.agreed(text())

    def look(view: object) -> int:
        party.agreements.suspend("DSA-012", by=BY)
        return 1

    asked = Asked(purpose="care.suicide-prevention", act=Act.LIST, what="person")
    found = party.gate().read(TRUST_NURSE, asked=asked, look=lambda view: (look(view), len(view.records(PEOPLE)))[1])
    assert isinstance(found, Refused)


def test_a_later_version_takes_the_place_of_a_suspended_one(party: Party) -> None:
    party.agreed(text())
    party.agreements.suspend("DSA-012", by=BY)
    party.agreed(text(version=2, fields=("prison_number", "birth_date")))
    assert len(seen(party.gate())) > 1
    assert [one.state for one in party.agreements.kept()] == [AgreementState.IN_FORCE, AgreementState.SUPERSEDED]


def test_an_unsigned_version_that_a_later_one_has_passed_by_waits_for_nobody(party: Party) -> None:
    passed_by = party.entered(text()).agreement
    party.agreed(text(version=2))
    later, earlier = party.agreements.kept()
    assert (later.state, earlier.agreement.digest) == (AgreementState.IN_FORCE, passed_by.digest)
    assert earlier.state is AgreementState.SUPERSEDED
    assert waiting_for(earlier, organisation="HMPPS", on=START.date()) is None


def test_a_version_holds_until_the_day_before_its_successor_begins(party: Party) -> None:
    party.agreed(text())
    party.agreed(text(version=2, fields=("birth_date",), first="2026-07-27"))
    states = [one.state for one in party.agreements.kept()]
    assert states == [AgreementState.AGREED, AgreementState.IN_FORCE]
    numbers = seen(party.gate())
    assert numbers
    assert None not in numbers
    gate = party.gate()
    party.clock.move(timedelta(days=2))
    for later in (gate, party.gate()):
        assert set(seen(later)) == {None}


def test_suspended_before_its_successor_begins_neither_gives_anything_any_more(party: Party) -> None:
    party.agreed(text())
    party.agreed(text(version=2, fields=("birth_date",), first="2026-07-27"))
    assert seen(party.gate()) != "nothing_agreed"
    party.agreements.suspend("DSA-012", by=BY)
    assert seen(party.gate()) == "nothing_agreed"
    party.clock.move(timedelta(days=2))
    assert seen(party.gate()) == "nothing_agreed"


def test_a_version_that_has_run_out_is_told_as_ended(party: Party) -> None:
    party.agreed(text())
    party.clock.move(timedelta(days=800))
    assert [one.state for one in party.agreements.kept()] == [AgreementState.ENDED]


def test_a_version_holds_on_its_first_day_and_on_its_last_and_on_no_other_beside(party: Party) -> None:
    party.agreed(text(first="2026-07-26"))
    (kept,) = party.agreements.kept()
    first, last = kept.agreement.valid_from, kept.agreement.valid_to

    def found(day: date) -> tuple[AgreementState, bool]:
        party.clock.move(day - party.clock.now().date())
        (one,) = party.agreements.kept()
        return one.state, isinstance(seen(party.gate()), list)

    assert found(first - timedelta(days=1)) == (AgreementState.AGREED, False)
    assert found(first) == (AgreementState.IN_FORCE, True)
    assert found(last) == (AgreementState.IN_FORCE, True)
    assert found(last + timedelta(days=1)) == (AgreementState.ENDED, False)


def test_a_version_is_entered_once_and_only_upwards(party: Party) -> None:
    kept = party.entered(text(version=2))
    assert party.entered(text(version=2)).agreement.digest == kept.agreement.digest
    for other in (text(version=2, fields=("birth_date",)), text(version=1)):
        with pytest.raises(UsageError, match="version: 3"):
            party.entered(other)


def test_what_is_not_the_nodes_own_or_has_ended_is_not_entered(party: Party) -> None:
    with pytest.raises(UsageError, match="no party"):
        party.entered(text().replace("org: HMPPS,", "org: police,"))
    with pytest.raises(AgreementError, match="past"):
        party.entered(text(first="2024-04-01").replace("2028-03-31", "2026-03-31").replace("2027-03-31", "2025-03-31"))
    with pytest.raises(UsageError, match="charter"):
        party.entered(text().replace("DSA-012", party.charter.name))
    with pytest.raises(NotFoundError):
        party.agreements.sign("0" * 64, by=BY)
    with pytest.raises(NotFoundError):
        party.agreements.suspend("DSA-099", by=BY)


def test_an_edited_charter_holds_for_every_gate_once_one_has_read_it(party: Party) -> None:
    old = party.gate()
    assert len(seen(old, OFFICER, "custody.care")) > 1
    party.charter = replace(party.charter, clauses=(), assignments=(), digest="edited")
    new = party.gate()
    assert seen(new, OFFICER, "custody.care") == "nothing_agreed"
    assert seen(old, OFFICER, "custody.care") == "nothing_agreed"


def test_every_change_is_entered_with_what_was_done_and_by_whom(party: Party) -> None:
    party.agreed(text())
    party.agreements.suspend("DSA-012", by=BY)
    said = [
        (entry.actor, entry.detail["did"])
        for entry in party.log.entries
        if entry.act is Act.POLICY_CHANGE and entry.actor == BY.actor
    ]
    assert said == [("i.gov", did) for did in ("trusted", "entered", "signed", "signed", "suspended")]


def preview_of(party: Party) -> Preview:
    return Preview(
        database=party.database,
        model=catalogue(),
        machine=party.clock,
        clock=party.clock,
        zone=ZONE,
        sites=("LEI", "MDI"),
        units=("LEI-A", "LEI-B", "MDI-A"),
        in_force=tuple(party.agreements.in_force()),
    )


def schemas(party: Party) -> set[object]:
    with party.database.connection(Principal.APP) as connection:
        return {name for (name,) in connection.execute("select nspname from pg_namespace where nspname ~ '^seen_'")}


def test_a_version_in_force_is_counted_beside_a_policy_that_was_left_behind(party: Party) -> None:
    """Without the version there is the policy of yesterday, on which nothing is given any more."""
    alone = tuple(party.agreements.in_force())
    party.agreed(text())
    held = party.agreements.in_force()
    (agreed,) = [one for one in held if one not in alone]
    (reach,) = preview_of(party).compared(alone, held, seats=seats_of(agreed))
    assert (reach.people_before, reach.people_after) == (0, 4)


def test_a_preview_counts_who_would_be_seen_beyond_today_and_leaves_nothing_behind(party: Party) -> None:
    now = party.agreements.in_force()
    draft = load_agreement(text(), where="draft", model=catalogue())
    standing = schemas(party)
    (reach,) = preview_of(party).compared(now, [*now, draft], seats=seats_of(draft))
    assert (reach.people_before, reach.people_after, reach.people_added) == (0, 4, 4)
    assert reach.fields_added == ("person.prison_number",)
    assert schemas(party) == standing
    assert seen(party.gate()) == "nothing_agreed"


def test_a_preview_tells_a_narrower_version_from_a_wider_one(party: Party) -> None:
    held = party.agreed(text()).agreement
    now = party.agreements.in_force()
    wider = load_agreement(text(version=2, fields=("prison_number", "birth_date")), where="draft", model=catalogue())
    narrower = load_agreement(text(version=2, more=EXCLUDE), where="draft", model=catalogue())
    charter_only = [one for one in now if one is not held and one.name != held.name]
    (more,) = preview_of(party).compared(now, [*charter_only, wider], seats=seats_of(held, wider))
    (less,) = preview_of(party).compared(now, [*charter_only, narrower], seats=seats_of(held, narrower))
    assert (more.people_added, more.people_removed, more.fields_added) == (0, 0, ("person.birth_date",))
    assert (less.people_added, less.people_removed, less.fields_removed) == (0, 1, ())


def test_a_preview_can_be_of_the_record_as_it_was(party: Party) -> None:
    now = party.agreements.in_force()
    draft = load_agreement(text(), where="draft", model=catalogue())
    before_anything = START - timedelta(hours=1)
    (reach,) = preview_of(party).compared(now, [*now, draft], seats=seats_of(draft), as_of=before_anything)
    assert reach.people_after == 0
