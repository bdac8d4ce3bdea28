"""On what audiences stand; it is what may be suspended, for audiences come and go.

A footing is looked up under the lock under which audiences are made, so nothing is made or granted on one that is
suspended.
"""

from dataclasses import dataclass

from watchroom.policy.decision import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """On what audiences stand, however their views are made."""

    policy_hash: str
    organisation: str
    roles: tuple[str, ...]
    purpose: str

    @classmethod
    def of(cls, decision: Decision) -> "Footing":
        """The footing of a decision."""
        return cls(
            policy_hash=decision.policy_hash,
            organisation=decision.organisation,
            roles=decision.roles,
            purpose=decision.purpose,
        )

    @property
    def lock(self) -> str:
        """What makers and suspenders lock: it is without the roles, since fewer of them suspend more."""
        return f"{self.policy_hash} {self.organisation} {self.purpose}"

    @property
    def parameters(self) -> dict[str, object]:
        """As the queries take it."""
        return {
            "policy_hash": self.policy_hash,
            "organisation": self.organisation,
            "roles": list(self.roles),
            "purpose": self.purpose,
        }
