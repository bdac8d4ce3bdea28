"""The principals of a database and the names of their roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from watchroom.kernel.secrets import Secret


class Principal(StrEnum):
    """A login of the running system; none is superuser."""

    MIGRATOR = "migrator"
    APP = "app"
    LOADER = "loader"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The role names of one node; roles are shared by all databases of a server, hence the prefix.

    Attributes:
        prefix: `wr_` and eight hexadecimal digits of the node's id.
    """

    prefix: str

    @property
    def owner(self) -> str:
        """The role without login that owns schemas, tables and views."""
        return f"{self.prefix}_owner"

    @property
    def staff(self) -> str:
        """The role without login that the owner and the logins belong to, and no audience.

        It holds what PostgreSQL otherwise gives to every role; it is there only where a superuser made the node.
        """
        return f"{self.prefix}_staff"

    def login(self, principal: Principal) -> str:
        """The role with which a principal connects."""
        return f"{self.prefix}_{principal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens the four logins of a node.

    Attributes:
        prefix: of the role names.
        passwords: one for each principal; kept by the node beside its keys.
    """

    prefix: str
    passwords: Mapping[Principal, Secret[str]]

    @property
    def roles(self) -> Roles:
        """The names that these passwords belong to."""
        return Roles(prefix=self.prefix)


def prefix_of(node_id: UUID) -> str:
    """The prefix of the role names of a node.

    The last digits are taken: the first ones of a version 7 id are its time, so two nodes made in the same
    minute would share them.
    """
    return f"wr_{node_id.hex[-8:]}"
