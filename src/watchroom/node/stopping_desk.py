"""Stopping what takes from a source, for an operator at a terminal or somebody with the duty at the pages."""

from dataclasses import dataclass, replace

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.node.audit_desk import Officer
from watchroom.node.settings import operator
from watchroom.node.source_desk import SourceDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingDesk:
    """What stops loads.

    Attributes:
        sources: of the node.
        audit: its log.
        officer: at the pages; None: the operator at a terminal.
    """

    sources: SourceDesk
    audit: AuditTrail
    officer: Officer | None = None

    def stop(self, name: str) -> int:
        """Stop whatever takes from a source, in whatever process of this machine; how many were asked to stop.

        Nothing stands of a delivery that is stopped. One that is being sealed just then still comes to stand.

        Args:
            name: of the source.

        Raises:
            NotFoundError: there is no source of that name.
            AuditUnavailableError: it could not be entered; nothing is stopped.
        """
        # DuckDB and Arrow are loaded by what takes deliveries; whatever only asks need not wait for them.
        from watchroom.ingest.stopping import ask_to_stop

        self.sources.find(name)
        self.audit.append(replace(self._by(), detail={"source": name, "state": "stop"}))
        return sum(ask_to_stop(place, name) for place in self.sources.at_work)

    def _by(self) -> Entry:
        if self.officer is not None:
            return self.officer.entry(Act.INGEST, "source")
        who, agency = operator(), self.sources.agency
        return Entry(act=Act.INGEST, actor=who, operator=who, organisation=agency, entity="source")
