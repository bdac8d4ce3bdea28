"""What the page on which a source is mapped again is made of. Pure."""

from dataclasses import dataclass
from datetime import datetime

from watchroom.ingest.difference import Difference
from watchroom.ingest.progress import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """One time that somebody had a source mapped again.

    Attributes:
        began_at, ended_at: node time; None: it runs.
        by: account of whoever began it.
        fault: the kind of fault that it ended in; empty: none, or it runs.
        said: what the fault says; empty: it is none of ours, which might say a value.
        found: what it would change, or changed; None: it runs, or did not come to its end.
    """

    began_at: datetime
    by: str
    ended_at: datetime | None = None
    fault: str = ""
    said: str = ""
    found: Difference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunLooked:
    """How mapping a source again stands.

    Attributes:
        source, mapping: names.
        work: the last time; None: nobody did since the process began.
        step: how far it has come; None: it does not run, or has just begun.
        is_taken_from: something else takes from the source just now.
    """

    source: str
    mapping: str
    work: Rerun | None = None
    step: Step | None = None
    is_taken_from: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return self.work is not None and self.work.ended_at is None
