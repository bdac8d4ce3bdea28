"""Who asks: what the gate knows of a person, from their account and never from a request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """One person with the posts to which they are assigned.

    Attributes:
        name: of the account.
        roles: at least one, from `policy.roles`.
        organisation: code of the agency that employs them.
        sites: establishments, as `LEI`.
        units: units, as `LEI-A`.
        clearance: highest classification that they are cleared for.
        operator: user of the operating system who asks in their name, for commands.
    """

    name: str
    roles: tuple[str, ...]
    organisation: str
    sites: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    clearance: str = "official"
    operator: str | None = None

    @property
    def role(self) -> str:
        """Their roles, as an entry of the log says them: in order, joined by plus signs."""
        return "+".join(sorted(set(self.roles)))

    @property
    def all_sites(self) -> tuple[str, ...]:
        """The asker's establishments, with those in which their units lie: the first part of a unit's path."""
        return tuple(sorted({*self.sites, *(unit.partition("-")[0] for unit in self.units)}))
