"""The keys with which a node's organisation signs agreements: apart from those that sign the audit's checkpoints."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchroom.audit.entries import instant_text
from watchroom.audit.notes import Ed25519Signer, Verifier
from watchroom.kernel.clock import Clock
from watchroom.kernel.secrets import Secret
from watchroom.node.keys import KeyFolder, KeyFolderError

AGREEMENT_FILE = "agreement.json"


class SigningOrganisation:
    """An organisation that signs agreements, with its keys in a node's key folder.

    The first key is made when it is first needed. A fresh one signs from then on; what earlier ones signed still
    verifies, since an agreement lives longer than a key.
    """

    def __init__(self, keys: KeyFolder, *, organisation: str, machine: Clock) -> None:
        self._keys = keys
        self._name = f"{organisation}/agreements"
        self._machine = machine

    def agreement_signer(self) -> Ed25519Signer:
        """The key that signs now; made, where there is none yet.

        Raises:
            KeyFolderError: it is damaged, or others may read it.
        """
        found = self._private()
        if not found:
            found = self._renewed(found)
        return Ed25519Signer(self._name, found[-1])

    def agreement_verifiers(self) -> Sequence[Verifier]:
        """The public sides of all keys, the earliest first; none before the first was made."""
        return [Ed25519Signer(self._name, private).verifier for private in self._private()]

    def renew(self) -> Verifier:
        """Sign with a fresh key from now on; its public side."""
        return Ed25519Signer(self._name, self._renewed(self._private())[-1]).verifier

    def _renewed(self, found: Sequence[Ed25519PrivateKey]) -> list[Ed25519PrivateKey]:
        keys = [*found, Ed25519PrivateKey.generate()]
        known = self._ring()
        at: datetime = self._machine.now()
        fresh = {"private": b64encode(keys[-1].private_bytes_raw()).decode(), "from": instant_text(at)}
        self._keys.write(AGREEMENT_FILE, Secret(json.dumps([*known, fresh], indent=1).encode()))
        return keys

    def _private(self) -> list[Ed25519PrivateKey]:
        try:
            return [
                Ed25519PrivateKey.from_private_bytes(b64decode(key["private"], validate=True)) for key in self._ring()
            ]
        except (KeyError, TypeError, ValueError):
            raise self._damaged() from None

    def _ring(self) -> list[dict[str, Any]]:
        if not (self._keys.folder / AGREEMENT_FILE).exists():
            return []
        try:
            ring = json.loads(self._keys.read(AGREEMENT_FILE).reveal())
        except ValueError:
            raise self._damaged() from None
        if not isinstance(ring, list):
            raise self._damaged()
        return cast(list[dict[str, Any]], ring)

    def _damaged(self) -> KeyFolderError:
        return KeyFolderError(f"key file `{self._keys.folder / AGREEMENT_FILE}` is damaged; restore it from a backup")
