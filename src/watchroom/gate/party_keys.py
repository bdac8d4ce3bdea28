"""Who signed what, and with which key: the keys that may sign for an organisation, and those that were taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from watchroom.audit.notes import NoteError, Verifier, parse_verifier
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

QUERIES = load_queries("watchroom.gate", "agreements.sql")
# 128 bits: nobody makes a second key that reads the same.
_FINGERPRINT_DIGITS: Final = 32
_GROUP: Final = 4


class AgreementDamagedError(WatchroomError):
    """A kept agreement is not what was entered and signed; nothing is given on it, nor in spite of its exclusions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One party's word under an agreement.

    Attributes:
        organisation: the party.
        signatory: account here, or the name that a partner gave.
        key: that signed.
        value: 64 bytes over `statement`.
        signed_at: machine instant, timezone-aware.
    """

    organisation: str
    signatory: str
    key: Verifier
    value: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyKey:
    """A key of a partner.

    Attributes:
        organisation: that signs with it.
        key: public side.
        entered_at, entered_by: when, on machine time, and by which account it was trusted.
        revoked_at, revoked_by, reason: when, by whom and why it was taken back; None, None, empty: it was not.
        reason_erased_at: machine instant at which the reason was erased with the entry of the log; None: it was not.
    """

    organisation: str
    key: Verifier
    entered_at: datetime
    entered_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    reason: str = ""
    reason_erased_at: datetime | None = None

    @property
    def key_id(self) -> str:
        """Eight hexadecimal digits by which it is named."""
        return self.key.key_id.hex()

    @property
    def is_revoked(self) -> bool:
        """Whether nothing under it holds any more."""
        return self.revoked_at is not None


def fingerprint(key: Verifier) -> str:
    """What two people read to each other to compare a key: 32 hexadecimal digits in groups of four."""
    digits = sha256(key.text().encode()).hexdigest()[:_FINGERPRINT_DIGITS]
    return " ".join(digits[place : place + _GROUP] for place in range(0, len(digits), _GROUP))


def statement(digest: str, organisation: str) -> bytes:
    """The bytes that a party signs: the digest of the canonical form, and in whose name."""
    return f"watchroom agreement v1\n{digest}\n{organisation}\n".encode()


class Keys:
    """The public keys that may sign for an organisation, and those that once did.

    Args:
        organisation: whose node it is.
        own: keys of the node's own organisation, from its key folder and not from the database.
        partners: entered by somebody who compared them with the partner.
    """

    def __init__(self, *, organisation: str, own: Sequence[Verifier], partners: Iterable[PartyKey] = ()) -> None:
        self._holding: dict[str, list[Verifier]] = {organisation: list(own)}
        self._revoked: dict[str, list[Verifier]] = {}
        for one in partners:
            # INVARIANT: who can write in the database cannot sign for the node's own organisation.
            if one.organisation != organisation:
                known = self._revoked if one.is_revoked else self._holding
                known.setdefault(one.organisation, []).append(one.key)

    def accepts(self, digest: str, *, signature: Signature) -> bool:
        """Whether it is that organisation's signature under the agreement of that digest, with a key that holds."""
        return _is_by(self._holding, digest, signature)

    def accepted(self, digest: str, *, signature: Signature) -> bool:
        """Whether it was one: made with a key that was taken back since."""
        return _is_by(self._revoked, digest, signature)

    def was_revoked(self, signature: Signature) -> bool:
        """Whether its key was taken back, whatever it signs."""
        return signature.key in self._revoked.get(signature.organisation, ())


def keys_of_parties(connection: Connection, *, organisation: str, own: Sequence[Verifier]) -> Keys:
    """The keys of all parties: the own ones, and those of partners that were entered."""
    return Keys(organisation=organisation, own=own, partners=party_keys(connection))


def party_keys(connection: Connection) -> tuple[PartyKey, ...]:
    """The keys of partners that were entered, by organisation, those that were taken back too.

    Raises:
        AgreementDamagedError: one cannot be read.
    """
    rows = connection.execute(QUERIES["party_keys"].text).fetchall()
    return tuple(
        PartyKey(
            organisation=organisation,
            key=kept_key(key),
            entered_at=entered_at,
            entered_by=entered_by,
            revoked_at=revoked_at,
            revoked_by=revoked_by,
            reason=reason or "",
            reason_erased_at=erased_at,
        )
        for organisation, key, entered_at, entered_by, revoked_at, revoked_by, reason, erased_at in rows
    )


def kept_key(text: str) -> Verifier:
    """A key as it stands in the database.

    Raises:
        AgreementDamagedError: it cannot be read.
    """
    try:
        return parse_verifier(text)
    except NoteError:
        raise AgreementDamagedError("a kept key of a party cannot be read; restore it from a backup") from None


def _is_by(known: dict[str, list[Verifier]], digest: str, signature: Signature) -> bool:
    party, key = signature.organisation, signature.key
    return key in known.get(party, ()) and key.accepts(statement(digest, party), signature.value)
