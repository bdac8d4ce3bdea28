"""What a check found: counts only."""

from dataclasses import dataclass

from watchroom.quality.catalogue import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check, or one field of it.

    Attributes:
        check: which.
        entity: that was counted.
        field: of the entity; None: the whole row.
        bad: rows that are wrong.
        of: rows that were looked at.
    """

    check: Check
    entity: str | None
    bad: int
    of: int
    field: str | None = None

    @property
    def share(self) -> float:
        """Bad rows as a share of those that were looked at; 0 when there was none."""
        return self.bad / self.of if self.of else 0.0

    @property
    def is_met(self) -> bool:
        """Whether the share is within the check's threshold."""
        return self.share <= self.check.threshold and (self.bad == 0 or self.of > 0)

    def as_json(self) -> dict[str, object]:
        """The result for a JSON document."""
        return {
            "check": self.check.name,
            "title": self.check.title,
            "category": self.check.category.value,
            "severity": self.check.severity,
            "entity": self.entity,
            "field": self.field,
            "bad": self.bad,
            "of": self.of,
            "share": round(self.share, 4),
            "threshold": self.check.threshold,
            "met": self.is_met,
            "counts": {"bad": self.check.bad, "of": self.check.of},
            "advice": self.check.advice,
        }
