"""What an officer of information governance does with agreements: look, sign, countersign, suspend, keep the keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.audit.notes import NoteError, Verifier, parse_verifier
from watchroom.gate.agreement_changes import Agreements, By
from watchroom.gate.agreements import Kept, parties
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused
from watchroom.gate.errors import NotTakenError
from watchroom.gate.party_keys import PartyKey, Signature, fingerprint
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.words import Words
from watchroom.policy.clauses import Agreement, Duty
from watchroom.store.database import Database

PURPOSE = "governance.audit"


class AgreementNode(Protocol):
    """The node, as far as this desk and those beside it need it."""

    @property
    def agreements(self) -> Agreements:
        """What is agreed."""
        ...

    @property
    def database(self) -> Database:
        """Its database."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """Its log."""
        ...

    @property
    def gate(self) -> Gate:
        """The one door."""
        ...

    @property
    def clock(self) -> Clock:
        """The node's clock."""
        ...

    @property
    def machine_clock(self) -> Clock:
        """For signatures and drafts."""
        ...

    @property
    def jurisdiction(self) -> Jurisdiction:
        """The pack of its rules."""
        ...

    @property
    def words(self) -> Words:
        """The texts, in its language."""
        ...


def desk_of(node: AgreementNode, asker: Asker) -> "AgreementDesk | Refused":
    """The desk of somebody who keeps agreements; else a recorded refusal."""
    refused = node.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.AGREEMENTS, what="policy")
    return refused or AgreementDesk(node=node, asker=asker)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDesk:
    """The agreements of a node in the hands of one person. What they do is entered in the audit log."""

    node: AgreementNode
    asker: Asker

    @property
    def organisation(self) -> str:
        """The node's own."""
        return self.node.agreements.organisation

    def kept(self) -> tuple[Kept, ...]:
        """Every version that was entered, by name, the latest first."""
        return self.node.agreements.kept()

    def one(self, digest: str) -> Kept:
        """The version of that digest.

        Raises:
            NotFoundError: it was not entered.
        """
        found = next((one for one in self.kept() if one.agreement.digest == digest), None)
        if found is None:
            raise NotFoundError("no version of that digest was entered here; the list names those there are")
        return found

    def charter(self) -> Agreement:
        """The node's charter as it stands now."""
        return self.node.agreements.charter()

    def sign(self, document: str, *, where: str) -> Kept:
        """Enter a version and sign it for the node's own organisation."""
        return self.sign_kept(self.enter(document, where=where).agreement.digest)

    def enter(self, document: str, *, where: str) -> Kept:
        """Enter a version, so that it can be signed."""
        return self.node.agreements.enter(document, where=where, by=self.by)

    def sign_kept(self, digest: str) -> Kept:
        """Sign a version that was entered, for the node's own organisation."""
        return self.node.agreements.sign(digest, by=self.by)

    def countersign(self, document: str, *, where: str, signature: str) -> Kept:
        """Enter a version with a partner's signature, as `signature_document` of their node gives it.

        Raises:
            UsageError: the signature cannot be read, or is none of theirs under this version.
        """
        signature_in(signature)
        return self.countersign_kept(self.enter(document, where=where).agreement.digest, signature=signature)

    def countersign_kept(self, digest: str, *, signature: str) -> Kept:
        """The same under a version that was entered.

        Raises:
            NotFoundError: it was not entered.
            UsageError: the signature cannot be read, or is none of theirs under this version.
        """
        return self.node.agreements.countersign(digest, signature=signature_in(signature), by=self.by)

    def suspend(self, name: str, *, reason: str = "") -> Kept:
        """Let the agreement of that name give nothing any more, at once."""
        return self.node.agreements.suspend(name, by=self.by, reason=reason)

    def trust(self, organisation: str, key: str) -> str:
        """Take a key as a partner's; its key id."""
        return self.node.agreements.trust(organisation, key, by=self.by).key_id.hex()

    def distrust(self, organisation: str, key_id: str, *, reason: str) -> PartyKey:
        """Take a partner's key back; nothing under it holds from now on."""
        return self.node.agreements.revoke(organisation, key_id, by=self.by, reason=reason)

    def party_keys(self) -> tuple[PartyKey, ...]:
        """The keys of partners, those that were taken back too."""
        return self.node.agreements.party_keys()

    def own_key(self) -> Verifier:
        """The key with which the node's own organisation signs."""
        return self.node.agreements.keys.agreement_signer().verifier

    def look(self, act: Act, did: str, *, about: Agreement | None = None, **detail: str) -> None:
        """Enter that something of the agreements was looked at; it may be shown after that.

        Raises:
            AuditUnavailableError: it could not be recorded; nothing may be shown.
        """
        named: Mapping[str, str] = {}
        if about is not None:
            named = {"agreement": f"{about.name}.{about.version}", "digest": about.digest}
        self.note(act, {"did": did, **named, **detail})

    def note(self, act: Act, detail: Mapping[str, str]) -> None:
        """Enter one act of this person about agreements.

        Raises:
            AuditUnavailableError: it could not be recorded.
        """
        self.node.audit.append(
            Entry(
                act=act,
                actor=self.asker.name,
                operator=self.asker.operator,
                organisation=self.asker.organisation,
                purpose=PURPOSE,
                entity="policy",
                detail=detail,
            )
        )

    @property
    def by(self) -> By:
        """Who it is, as changes name them."""
        return By(actor=self.asker.name, operator=self.asker.operator)


def kept_document(kept: Kept) -> dict[str, object]:
    """What the node says of one version."""
    agreement = kept.agreement
    return {
        "agreement": agreement.name,
        "version": agreement.version,
        "title": agreement.title,
        "parties": list(parties(agreement)),
        "state": kept.state.value,
        "unsigned": list(kept.unsigned),
        "lapsed": sorted({one.organisation for one in kept.lapsed}),
        "valid_from": agreement.valid_from,
        "valid_to": agreement.valid_to,
        "review_by": agreement.review_by,
        "digest": agreement.digest,
    }


def signature_document(kept: Kept, *, organisation: str) -> dict[str, object]:
    """The signature of the node's own organisation, for the partner's node.

    Raises:
        NotFoundError: the organisation has not signed it.
    """
    own = next((one for one in kept.signatures if one.organisation == organisation), None)
    if own is None:
        raise NotFoundError("the node's own organisation has not signed that version; sign it first")
    return {
        "agreement": kept.agreement.name,
        "version": kept.agreement.version,
        "digest": kept.agreement.digest,
        "organisation": own.organisation,
        "signatory": own.signatory,
        "key": own.key.text(),
        "signature": own.value.hex(),
        "signed_at": own.signed_at,
        "state": kept.state.value,
        "unsigned": list(kept.unsigned),
    }


def key_document(key: PartyKey) -> dict[str, object]:
    """What the node says of a partner's key."""
    return {
        "organisation": key.organisation,
        "key_id": key.key_id,
        "fingerprint": fingerprint(key.key),
        "key": key.key.text(),
        "trusted_at": key.entered_at,
        "revoked_at": key.revoked_at,
    }


def signature_in(text: str) -> Signature:
    """A partner's signature, as their node wrote it.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        given = json.loads(text)
        signature = Signature(
            organisation=str(given["organisation"]),
            signatory=str(given["signatory"]),
            key=parse_verifier(str(given["key"])),
            value=bytes.fromhex(given["signature"]),
            signed_at=datetime.fromisoformat(given["signed_at"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError, NoteError):
        raise NotTakenError(
            "the signature cannot be read; give the file that `agreement sign` wrote there", why="unreadable"
        ) from None
    if signature.signed_at.tzinfo is None:
        raise NotTakenError(
            "the signature does not say in which zone it was made; give the file as their node wrote it", why="no_zone"
        )
    return signature
