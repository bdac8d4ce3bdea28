"""The principals of a database and the names of their roles."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from watchroom.kernel.secrets import Secret


class Principal(StrEnum):
    """A login of the running system; none is superuser.

    The reader has no right of its own but to become an audience: whoever sends SQL through a reading connection can
    always go back to it.
    """

    MIGRATOR = "migrator"
    APP = "app"
    LOADER = "loader"
    AUDIT = "audit"
    READER = "reader"

    @property
    def is_staff(self) -> bool:
        """Whether it may use the catalogues and functions that PostgreSQL gives to every role; see `Roles.staff`."""
        return self is not Principal.READER


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
        """The role without login that the owner and the logins belong to, but not the reader, and no audience.

        It holds what PostgreSQL otherwise gives to every role; it is there only where a superuser made the node.
        """
        return f"{self.prefix}_staff"

    def login(self, principal: Principal) -> str:
        """The role with which a principal connects."""
        return f"{self.prefix}_{principal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens the logins of a node.

    Attributes:
        prefix: of the role names.
        passwords: one for each principal; kept by the node beside its keys.
    """

    prefix: str
    passwords: Mapping[Principal, Secret[str]]

    @classmethod
    def of(cls, prefix: str, passwords: Mapping[Principal, Secret[str]]) -> "Credentials":
        """What was kept of a node, also by a version that had no login of its own for reads.

        That one's password follows from the migrator's, who may set it anyway: nothing has to be written, and all
        processes of the node come to the same.

        Raises:
            KeyError: another password is missing.
        """
        known = {one: passwords[one] for one in Principal if one is not Principal.READER or one in passwords}
        if Principal.READER not in known:
            migrator = known[Principal.MIGRATOR].reveal().encode()
            derived = hmac.digest(migrator, f"{prefix} {Principal.READER}".encode(), "sha256")
            known[Principal.READER] = Secret(derived.hex())
        return cls(prefix=prefix, passwords=known)

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
