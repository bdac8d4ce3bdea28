"""Where values of the record came from, for commands and pages."""

from dataclasses import dataclass

from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused, Seen
from watchroom.gate.held_rows import HeldRows, HeldSought, held_rows
from watchroom.gate.lineage import Origin, Sought, lineage


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageDesk:
    """Where values of the record came from.

    Attributes:
        gate: the node's door.
    """

    gate: Gate

    def of(self, asker: Asker, *, sought: Sought, purpose: str) -> Seen[Origin | None] | Refused:
        """Where a row or one of its values came from, as far as the asker may see it; see `gate.lineage`."""
        return lineage(self.gate, asker, sought=sought, purpose=purpose)

    def held(self, asker: Asker, *, sought: HeldSought, purpose: str) -> Seen[HeldRows] | Refused:
        """Rows of a source that are held back; see `gate.held_rows`."""
        return held_rows(self.gate, asker, sought=sought, purpose=purpose)
