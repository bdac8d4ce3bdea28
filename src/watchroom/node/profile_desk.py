"""What a source looks like, for whoever writes its mapping: a profile, and a folder to begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue
from watchroom.node.settings import operator

if TYPE_CHECKING:
    from watchroom.ingest.profiling.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDesk:
    """Looks at deliveries.

    Attributes:
        folder: of the node.
        agency: its code.
        audit: its log.
        clock: the node's.
        zone: of the node.
        model: of the node.
    """

    folder: Path
    agency: str
    audit: AuditTrail
    clock: Clock
    zone: ZoneInfo
    model: Catalogue

    def of(self, path: Path) -> "Profile":
        """The profile of a folder with a delivery, or of one file; that it was made is an entry of the audit log.

        Raises:
            UsageError: there is nothing at that place.
            AuditUnavailableError: it could not be entered; nothing is told.
        """
        # DuckDB and Arrow are loaded by what reads deliveries; every other command would wait for them in vain.
        from watchroom.ingest.overflow import OVERFLOW_FOLDER
        from watchroom.ingest.profiling.profile import profile

        if not path.exists():
            raise UsageError(f"there is nothing at `{path}`; name the folder or the file that the source delivers")
        today = self.clock.now().astimezone(self.zone).date()
        found = profile(path, model=self.model, today=today, overflow=self.folder / OVERFLOW_FOLDER)
        who = operator()
        rows = sum(table.rows for table in found.tables)
        self.audit.append(
            Entry(act=Act.COUNT, actor=who, operator=who, organisation=self.agency, entity="source", count=rows)
        )
        return found

    def starter(self, found: "Profile", *, name: str) -> Mapping[str, str]:
        """Name and text of each file of a mapping to begin with.

        Raises:
            UsageError: the name is none that a mapping can have.
        """
        from watchroom.ingest.profiling.starter import starter_files

        return starter_files(found, kind=name, time_zone=self.zone.key, model=self.model)
