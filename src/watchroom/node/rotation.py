"""Handing the signing of checkpoints over from one key to the next."""

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchroom.audit.checkpoints import checkpoint_lock, write_checkpoint_locked
from watchroom.audit.entries import Act, Entry
from watchroom.audit.log import AuditLog
from watchroom.audit.notes import Ed25519Signer, Verifier
from watchroom.node.keys import KeyFolder


def rotate_signing_key(
    keys: KeyFolder, *, log: AuditLog, checkpoint_dir: Path, at: datetime, entry: Entry | None = None
) -> Verifier:
    """Retire the signing key in favour of a fresh one; returns the public side of the fresh one.

    The log names the fresh key first, then the old key signs a last checkpoint over that entry: who trusts the
    old key can follow to the new one.

    Args:
        keys: of the node.
        log: where the rotation is entered.
        checkpoint_dir: where checkpoints are kept; locked, so that no process signs in between.
        at: machine instant.
        entry: who did it and why; its act and its detail are set here.

    Raises:
        AuditUnavailableError: the rotation could not be entered; nothing was changed.
    """
    old, fresh = keys.signer(), Ed25519PrivateKey.generate()
    new = Ed25519Signer(old.name, fresh)
    given = entry or Entry(act=Act.KEY_ROTATION, actor="node")
    log.append(
        Entry(
            act=Act.KEY_ROTATION,
            actor=given.actor,
            organisation=given.organisation,
            role=given.role,
            purpose=given.purpose,
            entity="signing_key",
            operator=given.operator,
            on_behalf_of=given.on_behalf_of,
            detail={"old": old.verifier.text(), "new": new.verifier.text()},
        )
    )
    with checkpoint_lock(checkpoint_dir):
        head = log.committed()
        for signer in (old, new):
            write_checkpoint_locked(checkpoint_dir, size=head.size, root=head.root(), signer=signer, day=at.date())
        # INVARIANT: whoever signs holds the lock and reads the key inside it, so no checkpoint beyond `upto` can
        # carry the old key.
        keys.replace_signing_key(fresh, upto=head.size, at=at)
    return new.verifier
