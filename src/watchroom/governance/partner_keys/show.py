"""What the page of partners' keys shows, every word ready."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchroom.audit.notes import NoteError, Verifier, parse_verifier
from watchroom.gate.party_keys import PartyKey, fingerprint
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One key of a partner. `revoked` says when, by whom and why it was taken back; empty: it holds."""

    organisation: str
    key_id: str
    fingerprint: str
    trusted: str
    word: str
    shape: str
    revoked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the fields for a key: as it was typed, and the message id of what is wrong with it."""

    organisation: str = ""
    key: str = ""
    error: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPage:
    """The page. `to_compare` is what to read to the partner before the key is trusted; empty: none is given yet."""

    title: str
    done: str
    own: str
    own_fingerprint: str
    keys: tuple[KeyLine, ...]
    organisation: str
    key: str
    error: str
    error_field: str
    to_compare: str


def keys_page(
    found: Sequence[PartyKey], own: Verifier, *, words: Words, typed: Typed | None = None, done: str = ""
) -> KeysPage:
    """The page of all keys, with what was typed to trust another one."""
    typed = typed or Typed()
    given = verifier_in(typed.key)
    return KeysPage(
        title=words.phrase("keys.title"),
        done=words.phrase(f"keys.done.{done}") if done else "",
        own=own.text(),
        own_fingerprint=fingerprint(own),
        keys=tuple(_line(one, words) for one in found),
        organisation=typed.organisation,
        key=typed.key,
        error=words.phrase(typed.error) if typed.error else "",
        error_field=typed.field,
        to_compare="" if given is None or typed.field in ("organisation", "key") else fingerprint(given),
    )


def verifier_in(text: str) -> Verifier | None:
    """The key that a text holds; None: it holds none."""
    try:
        return parse_verifier(text.strip())
    except NoteError:
        return None


def _line(one: PartyKey, words: Words) -> KeyLine:
    revoked = ""
    if one.revoked_at is not None:
        revoked = words.phrase("keys.revoked", at=one.revoked_at, name=one.revoked_by)
        why = words.phrase("agreements.suspended_why", reason=one.reason)
        if one.reason_erased_at is not None:
            why = words.phrase("agreements.reason_erased", at=one.reason_erased_at)
        revoked = f"{revoked} {why}"
    return KeyLine(
        organisation=one.organisation,
        key_id=one.key_id,
        fingerprint=fingerprint(one.key),
        trusted=words.phrase("keys.trusted", at=one.entered_at, name=one.entered_by),
        word=words.phrase("keys.word.revoked" if one.is_revoked else "keys.word.holds"),
        shape="closed" if one.is_revoked else "done",
        revoked=revoked,
    )
