"""What an officer of information governance does with agreements: check, preview, sign, countersign, suspend."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from watchroom.audit.entries import Act, Entry
from watchroom.audit.notes import NoteError, parse_verifier
from watchroom.gate.agreement_changes import By
from watchroom.gate.agreements import Kept, Signature, parties
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.preview import Preview, Reach, seats_of
from watchroom.ingest.places import known_places
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.node.node import Node
from watchroom.policy.agreement import load_agreement
from watchroom.policy.clauses import Agreement, Duty
from watchroom.policy.difference import Difference, difference
from watchroom.store.roles import Principal

PURPOSE = "governance.audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A draft beside what is in force.

    Attributes:
        agreement: the draft.
        before: the version of that name that is in force; None: there is none.
        reaches: what changes, by who asks.
        as_of: of which state of the record; None: the present.
    """

    agreement: Agreement
    before: Agreement | None
    reaches: tuple[Reach, ...]
    as_of: datetime | None

    @property
    def difference(self) -> Difference:
        """What the draft says otherwise than the version in force; of a first one, nothing."""
        return difference(self.before or self.agreement, self.agreement, model=catalogue())

    def as_json(self, words: Words) -> dict[str, object]:
        """The form that the command gives; more keys may come, these keep their names."""
        said = self.difference
        return {
            "agreement": self.agreement.name,
            "version": self.agreement.version,
            "digest": self.agreement.digest,
            "before": None if self.before is None else self.before.version,
            "as_of": self.as_of,
            "is_wider": said.is_wider or self.before is None,
            "is_narrower": said.is_narrower,
            "difference": [
                {"direction": one.direction.value, "clause": one.clause, "text": words.say(one.whole_text)}
                for one in said.changes
            ],
            "changes": [
                {
                    "organisation": one.seat.organisation,
                    "role": one.seat.role,
                    "purpose": one.seat.purpose,
                    "people": {
                        "before": one.people_before,
                        "after": one.people_after,
                        "added": one.people_added,
                        "removed": one.people_removed,
                    },
                    "fields": {"added": list(one.fields_added), "removed": list(one.fields_removed)},
                }
                for one in self.reaches
            ],
        }


def desk_of(node: Node, asker: Asker) -> "AgreementDesk | Refused":
    """The desk of somebody who keeps agreements; else a recorded refusal."""
    refused = node.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.AGREEMENTS, what="policy")
    return refused or AgreementDesk(node=node, asker=asker)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDesk:
    """The agreements of a node in the hands of one person. What they do is entered in the audit log."""

    node: Node
    asker: Asker

    def kept(self) -> tuple[Kept, ...]:
        """Every version that was entered, by name, the latest first."""
        return self.node.agreements.kept()

    def preview(self, document: str, *, where: str, as_of: datetime | None = None) -> Previewed:
        """What a draft would change if it were in force.

        Args:
            document: YAML.
            where: name of its file, for errors.
            as_of: on the record as known then, timezone-aware; None: as known now.

        Raises:
            AgreementError: it cannot be read, or its last day is past.
        """
        node = self.node
        today = node.clock.now().astimezone(node.jurisdiction.zone).date()
        draft = load_agreement(document, where=where, model=catalogue(), on=today)
        now = node.agreements.settle()
        held = next((one for one in now if one.name == draft.name), None)
        preview = self.preview_of_places()
        # As if it began today: what it gives is the question, whatever its first day.
        begun = replace(draft, valid_from=min(draft.valid_from, today))
        after = [*(one for one in now if one.name != draft.name), begun]
        seats = seats_of(draft) if held is None else seats_of(held, draft)
        reaches = preview.compared(now, after, seats=seats, as_of=as_of)
        self._enter_look("previewed", draft)
        return Previewed(agreement=draft, before=held, reaches=reaches, as_of=as_of)

    def preview_of_places(self) -> Preview:
        """A preview for somebody assigned to every place that deliveries have named."""
        node = self.node
        with node.database.connection(Principal.LOADER) as connection:
            places = known_places(connection)
        return Preview(
            database=node.database,
            model=catalogue(),
            machine=node.machine_clock,
            clock=node.clock,
            zone=node.jurisdiction.zone,
            sites=places.sites,
            units=places.units,
        )

    def sign(self, document: str, *, where: str) -> Kept:
        """Enter a version and sign it for the node's own organisation."""
        kept = self.node.agreements.enter(document, where=where, by=self._by)
        return self.node.agreements.sign(kept.agreement.digest, by=self._by)

    def countersign(self, document: str, *, where: str, signature: str) -> Kept:
        """Enter a version with a partner's signature, as `signature_document` of their node gives it.

        Raises:
            UsageError: the signature cannot be read, or is none of theirs under this version.
        """
        read = _signature_in(signature)
        kept = self.node.agreements.enter(document, where=where, by=self._by)
        return self.node.agreements.countersign(kept.agreement.digest, signature=read, by=self._by)

    def suspend(self, name: str) -> Kept:
        """Let the agreement of that name give nothing any more, at once."""
        return self.node.agreements.suspend(name, by=self._by)

    def trust(self, organisation: str, key: str) -> str:
        """Take a key as a partner's; its key id."""
        return self.node.agreements.trust(organisation, key, by=self._by).key_id.hex()

    @property
    def _by(self) -> By:
        return By(actor=self.asker.name, operator=self.asker.operator)

    def _enter_look(self, did: str, agreement: Agreement) -> None:
        self.node.audit.append(
            Entry(
                act=Act.COUNT,
                actor=self.asker.name,
                operator=self.asker.operator,
                organisation=self.asker.organisation,
                purpose=PURPOSE,
                entity="policy",
                detail={"did": did, "agreement": f"{agreement.name}.{agreement.version}", "digest": agreement.digest},
            )
        )


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
        "valid_from": agreement.valid_from,
        "valid_to": agreement.valid_to,
        "review_by": agreement.review_by,
        "digest": agreement.digest,
    }


def signature_document(kept: Kept, *, organisation: str) -> dict[str, object]:
    """The signature of the node's own organisation, for the partner's node."""
    own = next(one for one in kept.signatures if one.organisation == organisation)
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


def _signature_in(text: str) -> Signature:
    try:
        given = json.loads(text)
        return Signature(
            organisation=str(given["organisation"]),
            signatory=str(given["signatory"]),
            key=parse_verifier(str(given["key"])),
            value=bytes.fromhex(given["signature"]),
            signed_at=datetime.fromisoformat(given["signed_at"]),
        )
    except (KeyError, TypeError, ValueError, NoteError):
        raise UsageError("the signature cannot be read; give the file that `agreement sign` wrote there") from None
