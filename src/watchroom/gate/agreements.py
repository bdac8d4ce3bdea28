"""The agreements that a node holds beside its charter: entered, signed by every party, in force, suspended.

What holds is decided from the documents and the signatures each time, and from nothing that stands beside them: a row
that was changed in the database gives nothing, and stops the gate until somebody has looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from watchroom.gate.errors import NotTakenError
from watchroom.gate.party_keys import QUERIES, AgreementDamagedError, Keys, Signature, kept_key
from watchroom.model.catalogue import Catalogue
from watchroom.policy.agreement import load_agreement
from watchroom.policy.canonical import digest_of
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Connection


class AgreementState(StrEnum):
    """How far a version of an agreement has come."""

    UNSIGNED = "unsigned"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One version of an agreement as a node holds it.

    Attributes:
        agreement: as it reads.
        document: its YAML.
        signatures: verified, by organisation; with keys that hold.
        lapsed: verified, by organisation; with keys that were taken back since, so that they hold no more.
        state: how far it has come.
        entered_at, suspended_at: machine instants.
        reason: why it was suspended, in the words of who did it; empty where none were given, or they were erased.
        reason_erased_at: machine instant at which they were erased with the entry of the log; None: they were not.
    """

    agreement: Agreement
    document: str
    signatures: tuple[Signature, ...]
    lapsed: tuple[Signature, ...]
    state: AgreementState
    entered_at: datetime
    suspended_at: datetime | None
    reason: str
    reason_erased_at: datetime | None = None

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The parties of whom no signature holds, in order."""
        return self._without(self.signatures)

    @property
    def is_agreed(self) -> bool:
        """Whether every party has signed it at some time, whatever became of the keys since."""
        return not self._without((*self.signatures, *self.lapsed))

    def _without(self, signatures: Sequence[Signature]) -> tuple[str, ...]:
        signed = {signature.organisation for signature in signatures}
        return tuple(party for party in parties(self.agreement) if party not in signed)


def parties(agreement: Agreement) -> tuple[str, ...]:
    """The organisations that must sign: who gives, and everybody who receives."""
    return tuple(dict.fromkeys((agreement.provider, *(one.organisation for one in agreement.recipients))))


def kept_agreements(connection: Connection, keys: Keys, *, model: Catalogue, on: date) -> tuple[Kept, ...]:
    """Every version that was entered, by name, the latest first; each read and verified anew.

    Args:
        connection: as app or migrator.
        keys: of the parties.
        model: of the node.
        on: day of the node.

    Raises:
        AgreementDamagedError: a document does not give its digest, or a signature is none.
        AgreementError: a document names what the model no longer has.
    """
    given: dict[str, list[Signature]] = {}
    for digest, party, signatory, key, value, signed_at in connection.execute(QUERIES["signatures"].text):
        signature = Signature(
            organisation=party, signatory=signatory, key=kept_key(key), value=bytes(value), signed_at=signed_at
        )
        given.setdefault(digest, []).append(signature)
    rows = [_Row(*row) for row in connection.execute(QUERIES["kept_agreements"].text)]
    found = [_kept(row, given.get(row.digest, ()), keys=keys, model=model) for row in rows]
    kept: list[Kept] = []
    # The first day of the earliest later version that all have signed.
    next_of: dict[str, date] = {}
    for one in found:
        name, first = one.agreement.name, one.agreement.valid_from
        state = _state(one, on=on, following=next_of.get(name))
        kept.append(replace(one, state=state))
        if one.is_agreed:
            next_of[name] = min(first, next_of.get(name, first))
    return tuple(kept)


def _state(one: Kept, *, on: date, following: date | None) -> AgreementState:
    # Also one that nobody signed: whoever signed it now would give nothing by it.
    if following is not None and following <= on:
        return AgreementState.SUPERSEDED
    if not one.is_agreed:
        return AgreementState.UNSIGNED
    if one.suspended_at is not None:
        return AgreementState.SUSPENDED
    if one.unsigned:
        return AgreementState.LAPSED
    if on < one.agreement.valid_from:
        return AgreementState.AGREED
    return AgreementState.ENDED if one.agreement.valid_to < on else AgreementState.IN_FORCE


def in_force(kept: Sequence[Kept], *, on: date) -> tuple[Agreement, ...]:
    """What of the agreements binds decisions, as the gate takes it.

    A suspended version, and one under which a signature holds no more, gives nothing, and its exclusions hold. A
    version whose successor has not begun holds until then; one that nobody or not everybody has signed does not exist.

    Args:
        kept: of the node.
        on: day of the node.
    """
    holding: list[Agreement] = []
    next_of: dict[str, Agreement] = {}
    for one in kept:
        agreement, following = one.agreement, next_of.get(one.agreement.name)
        if not one.is_agreed or (following is not None and following.valid_from <= on):
            continue
        if one.suspended_at is not None or one.unsigned:
            holding.append(_emptied(agreement))
        elif following is not None:
            holding.append(_until(agreement, following.valid_from - timedelta(days=1)))
        else:
            holding.append(agreement)
        next_of[agreement.name] = agreement
    return tuple(holding)


def is_same_text(agreement: Agreement, digest: str) -> bool:
    """Whether what holds now says what the version of that digest says, or would until its successor begins."""
    return agreement.digest in (digest, _digest_until(digest, agreement.valid_to))


def require_next_version(connection: Connection, agreement: Agreement) -> None:
    """Nothing, unless that version or a later one was entered.

    Raises:
        UsageError: it was, with another text.
    """
    row = connection.execute(QUERIES["latest_version"].text, {"name": agreement.name}).fetchone()
    latest = row[0] if row else None
    if latest is not None and agreement.version <= latest:
        raise NotTakenError(
            f"version {latest} of that agreement is here already, with another text; what is to be changed gets a "
            f"version of its own: write `version: {latest + 1}`",
            why="version_taken",
            latest=latest,
            next=latest + 1,
        )


class _Row(NamedTuple):
    """One row of `kept_agreements`."""

    digest: str
    document: str
    entered_at: datetime
    suspended_at: datetime | None
    reason: str | None
    reason_erased_at: datetime | None


def _kept(row: _Row, signatures: Sequence[Signature], *, keys: Keys, model: Catalogue) -> Kept:
    agreement = load_agreement(row.document, where="a kept agreement", model=model)
    if agreement.digest != row.digest:
        raise _damaged(agreement, "its document is not the one that was entered")
    holding = [one for one in signatures if not keys.was_revoked(one)]
    lapsed = [one for one in signatures if keys.was_revoked(one)]
    for one in signatures:
        if not (keys.accepts(row.digest, signature=one) or keys.accepted(row.digest, signature=one)):
            raise _damaged(agreement, f"the signature of `{one.organisation}` under it is not one of theirs")
    return Kept(
        agreement=agreement,
        document=row.document,
        signatures=tuple(holding),
        lapsed=tuple(lapsed),
        state=AgreementState.UNSIGNED,
        entered_at=row.entered_at,
        suspended_at=row.suspended_at,
        reason=row.reason or "",
        reason_erased_at=row.reason_erased_at,
    )


def _damaged(agreement: Agreement, what: str) -> AgreementDamagedError:
    return AgreementDamagedError(
        f"agreement `{agreement.name}` version {agreement.version} cannot be trusted: {what}; nothing is given until it"
        " is restored from a backup"
    )


def _emptied(agreement: Agreement) -> Agreement:
    digest = digest_of({"agreement": agreement.digest, "state": AgreementState.SUSPENDED})
    return replace(agreement, clauses=(), assignments=(), break_glass=None, on_request=(), digest=digest)


def _until(agreement: Agreement, day: date) -> Agreement:
    last = min(agreement.valid_to, day)
    return replace(agreement, valid_to=last, digest=_digest_until(agreement.digest, last))


def _digest_until(digest: str, last: date) -> str:
    return digest_of({"agreement": digest, "until": last})
