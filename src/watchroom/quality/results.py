"""What a check found: counts only."""

from dataclasses import dataclass
from enum import StrEnum

from watchroom.quality.catalogue import Check


class Status(StrEnum):
    """What became of a check."""

    MET = "met"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    """There was nothing to look at."""
    ERROR = "error"
    """It could not be run, so nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check, or one entity or field of it.

    Attributes:
        check: which.
        entity: that was counted.
        field: of the entity; None: the whole row.
        bad: rows that are wrong.
        of: rows that were looked at.
        is_error: it could not be run.
    """

    check: Check
    entity: str | None
    bad: int
    of: int
    field: str | None = None
    is_error: bool = False

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What tells it apart from the other results of a run."""
        return self.check.name, self.entity, self.field

    @property
    def share(self) -> float:
        """Bad rows as a share of those that were looked at; 0 when there was none."""
        return self.bad / self.of if self.of else 0.0

    @property
    def status(self) -> Status:
        """What became of it; bad rows of none that were looked at are a failure, not nothing."""
        if self.is_error:
            return Status.ERROR
        if not self.of and not self.bad:
            return Status.NOT_APPLICABLE
        return Status.MET if self.of and self.share <= self.check.threshold else Status.FAILED

    @property
    def is_met(self) -> bool:
        """Whether nothing is to be done: it is met, or there was nothing to look at."""
        return self.status in (Status.MET, Status.NOT_APPLICABLE)

    def as_json(self) -> dict[str, object]:
        """The result for a JSON document."""
        return {
            "check": self.check.name,
            "title": self.check.title,
            "category": self.check.category.value,
            "subcategory": self.check.subcategory,
            "level": self.check.level.value,
            "severity": self.check.severity,
            "context": self.check.context,
            "entity": self.entity,
            "field": self.field,
            "bad": self.bad,
            "of": self.of,
            "share": round(self.share, 4),
            "threshold": self.check.threshold,
            "status": self.status.value,
            "met": self.is_met,
            "counts": {"bad": self.check.bad, "of": self.check.of},
            "advice": self.check.advice,
        }
