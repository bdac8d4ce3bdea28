"""Agreements for tests: a node of the prison service, a health trust that receives, and the keys of both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gate_world import START, ZONE, charter
from watchroom.audit.memory import MemoryAuditLog
from watchroom.audit.notes import Ed25519Signer, Verifier
from watchroom.gate.agreement_changes import Agreements, By
from watchroom.gate.agreements import Kept
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate
from watchroom.gate.party_keys import Signature, statement
from watchroom.kernel.clock import Clock, SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Database

TRUST = "health-trust"
TRUST_NURSE = Asker(name="t.nurse", roles=("nurse",), organisation=TRUST, sites=("LEI",))
BY = By(actor="i.gov")
NOW = datetime(2026, 7, 25, 8, 0, tzinfo=UTC)

TEXT = """
agreement: DSA-012
version: {version}
title: Prison to health, open support plans
provider: {{org: HMPPS, controller: Prison Service, contact: dpo@prison.example}}
recipients:
  - {{org: health-trust, roles: [nurse]}}
purposes: [care.suicide-prevention]
law: {{provider_regime: uk-gdpr, basis: Art 6(1)(e); example only}}
clauses:
  - clause: people
    entity: person
    roles: [nurse]
    purposes: [care.suicide-prevention]
    allow: [read, list]
    fields: {fields}
    subject: at_my_site
{more}max_classification: OFFICIAL-SENSITIVE
retention: {{keep: P90D}}
valid: {{from: {first}, to: 2028-03-31, review_by: 2027-03-31}}
signed_by:
  - {{org: HMPPS, name: Director of Operations}}
  - {{org: health-trust, name: Caldicott Guardian}}
"""


def text(
    *, version: int = 1, fields: Sequence[str] = ("prison_number",), first: str = "2026-04-01", more: str = ""
) -> str:
    return TEXT.format(version=version, fields=f"[{', '.join(fields)}]", first=first, more=more)


def signer(name: str) -> Ed25519Signer:
    return Ed25519Signer(f"{name}/agreements", Ed25519PrivateKey.generate())


@dataclass
class KeysInMemory:
    """Keys of an organisation that a test holds."""

    keys: list[Ed25519Signer] = field(default_factory=lambda: [signer("HMPPS")])

    def agreement_signer(self) -> Ed25519Signer:
        return self.keys[-1]

    def agreement_verifiers(self) -> list[Verifier]:
        return [key.verifier for key in self.keys]


@dataclass
class Party:
    """A node's agreements, its log and its clock, and the partner's key."""

    database: Database
    clock: SteppedClock = field(default_factory=lambda: SteppedClock(NOW))
    keys: KeysInMemory = field(default_factory=KeysInMemory)
    trust: Ed25519Signer = field(default_factory=lambda: signer(TRUST))
    charter: Agreement = field(default_factory=charter)

    def __post_init__(self) -> None:
        self.log = MemoryAuditLog(clock=self.clock)
        self.agreements = self.of_another_process()
        self.agreements.trust(TRUST, self.trust.verifier.text(), by=BY)

    def of_another_process(self) -> Agreements:
        return Agreements(
            database=self.database,
            audit=self.log,
            organisation="HMPPS",
            machine=self.clock,
            today=self.today,
            charter=lambda: self.charter,
            keys=self.keys,
            model=catalogue(),
        )

    def today(self) -> date:
        return self.clock.now().astimezone(ZONE).date()

    def gate(self, clock: Clock | None = None) -> Gate:
        agreements = self.of_another_process()
        return Gate(
            database=self.database, audit=self.log, agreements=agreements.settle, clock=clock or self.clock, zone=ZONE
        )

    def entered(self, document: str) -> Kept:
        return self.agreements.enter(document, where="dsa.yaml", by=BY)

    def of_trust(self, kept: Kept, key: Ed25519Signer | None = None) -> Signature:
        key = key or self.trust
        value = key.sign(statement(kept.agreement.digest, TRUST))
        return Signature(
            organisation=TRUST, signatory="Caldicott Guardian", key=key.verifier, value=value, signed_at=START
        )

    def agreed(self, document: str) -> Kept:
        """Entered and signed by both."""
        kept = self.entered(document)
        self.agreements.sign(kept.agreement.digest, by=BY)
        return self.agreements.countersign(kept.agreement.digest, signature=self.of_trust(kept), by=BY)
