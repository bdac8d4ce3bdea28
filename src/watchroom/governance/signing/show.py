"""What the page shows on which a version is signed, every word ready."""

from dataclasses import dataclass

from watchroom.gate.agreements import Kept, parties
from watchroom.gate.party_keys import Signature, fingerprint, statement
from watchroom.governance.standing.rules import Waiting, closed_by, waiting_for
from watchroom.governance.standing.show import Asker, Line, line_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One party: what it has signed, or that it has not. `is_ours`: it is the node's own organisation."""

    organisation: str
    word: str
    detail: str
    fingerprint: str
    shape: str
    is_ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPage:
    """What is signed and by whom. `statement` are the very lines; `waiting` are partners whose signature is missing.

    `compare` leads to what changes against the version that is agreed now; empty: none is, or it is this one.
    `closed` says why nobody signs it any more; empty: it may be signed.
    """

    line: Line
    done: str
    statement: str
    key: str
    signatures: tuple[SignatureLine, ...]
    is_signed_by_us: bool
    can_sign: bool
    closed: str
    waiting: tuple[str, ...]
    compare: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was typed, what is wrong with it (`error` in words, at `field`), and what was `done`; empty: nothing."""

    done: str = ""
    error: str = ""
    field: str = ""
    read: str = ""
    text: str = ""


def sign_page(one: Kept, own_key: str, *, asker: Asker, agreed: Kept | None = None, done: str = "") -> SignPage:
    """The page on which a version is signed and partners' signatures are taken; `agreed`: what it would follow."""
    ours, closed = asker.organisation, closed_by(one, on=asker.on)
    return SignPage(
        line=line_of(one, asker),
        done=asker.words.phrase(f"agreements.done.{done}") if done else "",
        statement=statement(one.agreement.digest, ours).decode(),
        key=own_key,
        signatures=signature_lines(one, asker=asker),
        is_signed_by_us=ours not in one.unsigned,
        can_sign=waiting_for(one, organisation=ours, on=asker.on) is Waiting.SIGN,
        closed=asker.words.phrase(f"agreements.sign.closed.{closed.value}") if closed else "",
        compare="" if agreed is None else f"/agreements/{agreed.agreement.digest}/compare/{one.agreement.digest}",
        waiting=tuple(party for party in one.unsigned if party != ours),
    )


def signature_lines(one: Kept, *, asker: Asker) -> tuple[SignatureLine, ...]:
    """What every party has signed, in the order of the agreement."""
    holding = {signature.organisation: signature for signature in one.signatures}
    lapsed = {signature.organisation: signature for signature in one.lapsed}
    return tuple(
        _signature(party, holding.get(party), lapsed.get(party), asker=asker) for party in parties(one.agreement)
    )


def _signature(party: str, held: Signature | None, lapsed: Signature | None, *, asker: Asker) -> SignatureLine:
    phrase = asker.words.phrase
    signed = held or lapsed
    kind = "signed" if held else "lapsed" if lapsed else "missing"
    detail = ""
    if signed is not None:
        detail = phrase("agreements.signature.by", name=signed.signatory, at=signed.signed_at)
    return SignatureLine(
        organisation=party,
        word=phrase(f"agreements.signature.{kind}"),
        detail=detail,
        fingerprint="" if signed is None else fingerprint(signed.key),
        shape={"signed": "done", "lapsed": "late", "missing": "plain"}[kind],
        is_ours=party == asker.organisation,
    )
