"""Builds the page of where a value came from: asks the gate once."""

from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused, Seen
from watchroom.gate.lineage import Origin, Sought, lineage


def build_origin(gate: Gate, asker: Asker, *, sought: Sought, purpose: str) -> Seen[Origin | None] | Refused:
    """Where a row or one of its values came from, as far as the asker may see it; None: hidden, or not there."""
    return lineage(gate, asker, sought=sought, purpose=purpose)
