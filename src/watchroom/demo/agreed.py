"""What the example node has agreed with a made-up health trust: one agreement in force, its next version unsigned.

Both are the worked example, whose legal lines are illustrative. The trust is nobody; its key is made and forgotten.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchroom.audit.notes import Ed25519Signer
from watchroom.gate.agreement_changes import By
from watchroom.gate.party_keys import Signature, statement
from watchroom.node.node import Node
from watchroom.policy.agreement import example_text

TRUST = "health-trust"
EXAMPLE = "self_harm_support"
# The demo identity that keeps agreements.
KEEPER = "records"
_SIGNATORY = "Caldicott Guardian (example)"
# What the next version would show beside: the year of birth, so that a nurse does not take one for another.
_NEXT = (
    ("version: 3", "version: 4"),
    ("    fields: [prison_number]\n", "    fields: [prison_number, birth_date]\n    masks: {birth_date: year}\n"),
)


def agree(node: Node, *, by: str) -> None:
    """Put the example agreement in force, and leave its next version to be signed by the node's own organisation.

    Args:
        node: the example node, open.
        by: user of the operating system who makes it.
    """
    trust = Ed25519Signer(f"{TRUST}/agreements", Ed25519PrivateKey.generate())
    maker, text = By(actor=KEEPER, operator=by), example_text(EXAMPLE)
    node.agreements.trust(TRUST, trust.verifier.text(), by=maker)
    node.agreements.sign(_signed_by_trust(node, text, trust=trust, by=maker), by=maker)
    for old, new in _NEXT:
        text = text.replace(old, new)
    _signed_by_trust(node, text, trust=trust, by=maker)


def _signed_by_trust(node: Node, document: str, *, trust: Ed25519Signer, by: By) -> str:
    """The digest of a version that was entered with the trust's signature."""
    digest = node.agreements.enter(document, where="example", by=by).agreement.digest
    signature = Signature(
        organisation=TRUST,
        signatory=_SIGNATORY,
        key=trust.verifier,
        value=trust.sign(statement(digest, TRUST)),
        signed_at=node.machine_clock.now(),
    )
    return node.agreements.countersign(digest, signature=signature, by=by).agreement.digest
