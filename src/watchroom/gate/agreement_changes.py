"""Changing what is agreed: entering a version, signing it, suspending it; and putting what holds then in force.

Each change is one transaction, under one lock for all processes of the node. Where it can widen what somebody sees, its
audit entry is kept before it is committed; what closes is committed first, for it must bite even where nothing can be
recorded.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from psycopg import sql

from watchroom.audit.entries import Act, AuditTrail, Entry, storable
from watchroom.audit.notes import Ed25519Signer, NoteError, Verifier, parse_verifier
from watchroom.gate.agreements import Kept, in_force, kept_agreements, parties, require_next_version
from watchroom.gate.audiences import take_away
from watchroom.gate.errors import NotTakenError
from watchroom.gate.party_keys import QUERIES, Keys, PartyKey, Signature, keys_of_parties, party_keys, statement
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import Catalogue
from watchroom.policy.agreement import load_agreement
from watchroom.policy.clauses import Agreement
from watchroom.policy.decision import policy_hash
from watchroom.store.database import Connection, Database, Principal


class AgreementKeys(Protocol):
    """Where the keys are with which the node's own organisation signs agreements."""

    def agreement_signer(self) -> Ed25519Signer:
        """The key that signs now."""
        ...

    def agreement_verifiers(self) -> Sequence[Verifier]:
        """The public sides of all that ever did."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who changes something.

    Attributes:
        actor: account, or the user of the operating system.
        operator: user of the operating system, for commands.
        role: the roles in which they act, as an entry of the log says them; None: nobody's account.
    """

    actor: str
    operator: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """The agreements of one node.

    Attributes:
        database, audit, model: of the node.
        organisation: whose node it is.
        machine: clock of the machine; signatures use it.
        today: gives the day of the node.
        charter: gives the charter as it stands now.
        keys: of the organisation.
    """

    database: Database
    audit: AuditTrail
    organisation: str
    machine: Clock
    today: Callable[[], date]
    charter: Callable[[], Agreement]
    keys: AgreementKeys
    model: Catalogue

    def kept(self) -> tuple[Kept, ...]:
        """Every version that was entered, by name, the latest first.

        Raises:
            AgreementDamagedError: one is not what was entered and signed.
        """
        with self.database.connection(Principal.APP) as connection:
            return self._kept(connection)

    def party_keys(self) -> tuple[PartyKey, ...]:
        """The keys of partners, by organisation, those that were taken back too."""
        with self.database.connection(Principal.APP) as connection:
            return party_keys(connection)

    def in_force(self) -> tuple[Agreement, ...]:
        """The charter and the agreements that hold now."""
        return (self.charter(), *in_force(self.kept(), on=self.today()))

    def settle(self) -> tuple[Agreement, ...]:
        """Put in force what holds now, where something else was: the charter was edited, or a day has passed.

        Returns:
            what holds now.
        """
        with self._changing() as connection:
            agreements = self._holding(connection)
            if self._put_in_force(connection, agreements):
                self._enter("in_force", agreements[0], by=By(actor="charter"))
        return agreements

    def enter(self, document: str, *, where: str, by: By) -> Kept:
        """Keep a version of an agreement, so that it can be signed; it gives nothing until every party has.

        Args:
            document: YAML.
            where: name of its file, for errors.
            by: who enters it.

        Raises:
            AgreementError: it cannot be read, or its last day is past.
            UsageError: it is not the node's own, or that version is here with another text.
        """
        agreement = load_agreement(document, where=where, model=self.model, on=self.today())
        if self.organisation not in parties(agreement):
            raise NotTakenError(
                "the node's own organisation is no party of that agreement; enter it where one is", why="not_ours"
            )
        if agreement.name == self.charter().name:
            raise NotTakenError(
                "that is the name of the node's own charter; an agreement with others needs another one",
                why="charter_name",
            )
        with self._changing() as connection:
            if all(one.agreement.digest != agreement.digest for one in self._kept(connection)):
                require_next_version(connection, agreement)
                facts = {"digest": agreement.digest, "name": agreement.name, "version": agreement.version}
                said = {"document": document, "entered_at": self.machine.now(), "entered_by": by.actor}
                connection.execute(QUERIES["enter_agreement"].text, {**facts, **said})
                self._enter("entered", agreement, by=by)
            return self._one(connection, agreement.digest)

    def sign(self, digest: str, *, by: By) -> Kept:
        """Sign a version for the node's own organisation.

        Raises:
            NotFoundError: it was not entered.
            KeyFolderError: the key is missing.
        """
        signer = self.keys.agreement_signer()
        signature = Signature(
            organisation=self.organisation,
            signatory=by.actor,
            key=signer.verifier,
            value=signer.sign(statement(digest, self.organisation)),
            signed_at=self.machine.now(),
        )
        return self._signed(digest, signature, by=by)

    def countersign(self, digest: str, *, signature: Signature, by: By) -> Kept:
        """Keep a partner's signature; their key was entered before.

        Raises:
            NotFoundError: the version was not entered.
            UsageError: it is not a signature of that party under it.
        """
        if signature.organisation == self.organisation:
            raise NotTakenError(
                "the node's own organisation signs with its own key; see `agreement sign`", why="own_signature"
            )
        return self._signed(digest, signature, by=by)

    def trust(self, organisation: str, key: str, *, by: By) -> Verifier:
        """Take a key as a partner's; whoever does it has compared it with them on another way.

        Raises:
            UsageError: it is no key, or one for the node's own organisation, or it was taken back before.
        """
        try:
            verifier = parse_verifier(key)
        except NoteError:
            raise NotTakenError("that is no verifier key; it reads `name+key id+base64`", why="no_key") from None
        if organisation == self.organisation:
            raise NotTakenError("the node's own keys stand in its key folder; name a partner", why="own_organisation")
        with self._changing() as connection:
            if any(one.is_revoked and one.key == verifier for one in party_keys(connection)):
                raise NotTakenError(
                    "that key was taken back and is never trusted again; ask them for a fresh one", why="key_revoked"
                )
            facts = {"organisation": organisation, "key": verifier.text()}
            said = {"entered_at": self.machine.now(), "entered_by": by.actor}
            connection.execute(QUERIES["enter_party_key"].text, {**facts, **said})
            self.audit.append(self._entry("trusted", by=by, party=organisation, key=verifier.key_id.hex()))
        return verifier

    def revoke(self, organisation: str, key_id: str, *, by: By, reason: str) -> PartyKey:
        """Take a partner's key back: nothing under it holds from now on, in reads that are running too.

        What everybody had signed gives nothing until the partner signs it with another key; what it excludes holds.

        Args:
            organisation: the partner.
            key_id: of the key, eight hexadecimal digits.
            by: who does it.
            reason: in their words.

        Raises:
            NotFoundError: no such key of theirs was entered.
            AuditUnavailableError: it is taken back, and that could not be recorded.
        """
        with self._changing() as connection:
            meant = [one for one in party_keys(connection) if (one.organisation, one.key_id) == (organisation, key_id)]
            if not meant:
                raise NotFoundError("no key of that id was trusted for that organisation; `agreement keys` lists them")
            for one in meant:
                facts = {"organisation": organisation, "key": one.key.text(), "reason": storable(reason)}
                said = {"revoked_at": self.machine.now(), "revoked_by": by.actor}
                connection.execute(QUERIES["revoke_party_key"].text, {**facts, **said})
            self._put_in_force(connection, self._holding(connection))
            revoked = next(one for one in party_keys(connection) if one.key == meant[0].key)
        self.audit.append(self._entry("revoked", by=by, party=organisation, key=key_id, reason=reason))
        return revoked

    def suspend(self, name: str, *, by: By, reason: str = "") -> Kept:
        """Let what is agreed under a name give nothing any more, at once, in reads that are running too.

        Every version that all have signed is meant, also one that has not begun and the one that holds until then.

        Args:
            name: of the agreement.
            by: who does it.
            reason: in their words.

        Returns:
            the latest of them.

        Raises:
            NotFoundError: nothing was agreed under that name.
            AuditUnavailableError: it is suspended, and that could not be recorded.
        """
        with self._changing() as connection:
            agreed = [one for one in self._kept(connection) if one.agreement.name == name and one.is_agreed]
            if not agreed:
                raise NotFoundError(
                    "nothing that every party has signed stands under that name, so it gives nothing; `agreement list`"
                    " shows the state of each"
                )
            for one in agreed:
                facts = {"digest": one.agreement.digest, "organisation": self.organisation}
                said = {"suspended_by": by.actor, "suspended_at": self.machine.now(), "reason": storable(reason)}
                connection.execute(QUERIES["enter_suspension"].text, {**facts, **said})
            self._put_in_force(connection, self._holding(connection))
            suspended = self._one(connection, agreed[0].agreement.digest)
        self._enter("suspended", suspended.agreement, by=by, reason=reason)
        return suspended

    def _signed(self, digest: str, signature: Signature, *, by: By) -> Kept:
        with self._changing() as connection:
            held, party = self._one(connection, digest), signature.organisation
            if party not in parties(held.agreement):
                raise NotTakenError("that organisation is no party of the agreement", why="no_party")
            if not self._keys_of_parties(connection).accepts(digest, signature=signature):
                raise NotTakenError(
                    "that is no signature of a known key of theirs under this version; compare the keys",
                    why="no_signature",
                )
            if party in held.unsigned:
                facts = {"digest": digest, "organisation": party, "signatory": signature.signatory}
                said = {"key": signature.key.text(), "signature": signature.value, "signed_at": self.machine.now()}
                connection.execute(QUERIES["enter_signature"].text, {**facts, **said})
                self._put_in_force(connection, self._holding(connection))
                self._enter("signed", held.agreement, by=by, party=party)
            return self._one(connection, digest)

    @contextmanager
    def _changing(self) -> Generator[Connection]:
        with self.database.connection(Principal.MIGRATOR) as connection:
            connection.execute(QUERIES["lock_agreements"].text)
            yield connection

    def _kept(self, connection: Connection) -> tuple[Kept, ...]:
        return kept_agreements(connection, self._keys_of_parties(connection), model=self.model, on=self.today())

    def _keys_of_parties(self, connection: Connection) -> Keys:
        own = self.keys.agreement_verifiers()
        return keys_of_parties(connection, organisation=self.organisation, own=own)

    def _one(self, connection: Connection, digest: str) -> Kept:
        for one in self._kept(connection):
            if one.agreement.digest == digest:
                return one
        raise NotFoundError("that version was not entered; enter its file first")

    def _holding(self, connection: Connection) -> tuple[Agreement, ...]:
        return (self.charter(), *in_force(self._kept(connection), on=self.today()))

    def _put_in_force(self, connection: Connection, agreements: Sequence[Agreement]) -> bool:
        """Whether another policy was in force; its audiences have lost everything then."""
        facts = {"policy_hash": policy_hash(agreements)}
        row = connection.execute(QUERIES["put_in_force"].text, {**facts, "since": self.machine.now()}).fetchone()
        if row is None:
            return False
        others = connection.execute(QUERIES["audiences_of_others"].text, facts).fetchall()
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(self.database.roles.owner)))
        for role, schema in others:
            take_away(connection, role=role, schema=schema)
        connection.execute("reset role")
        # A node begins with its charter, and that is no change of it.
        return bool(row[0])

    def _enter(self, did: str, agreement: Agreement, *, by: By, **more: str) -> None:
        named = {"agreement": f"{agreement.name}.{agreement.version}", "digest": agreement.digest}
        self.audit.append(self._entry(did, by=by, **named, **more))

    def _entry(self, did: str, *, by: By, **detail: str) -> Entry:
        return Entry(
            act=Act.POLICY_CHANGE,
            actor=by.actor,
            operator=by.operator,
            organisation=self.organisation,
            entity="policy",
            detail={"did": did, **detail},
        )
