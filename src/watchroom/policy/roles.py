"""The roles that an account can have, and what kind of place each is assigned to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Post(StrEnum):
    """What a role is assigned to."""

    UNIT = "unit"
    SITE = "site"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role; what it may see is said by agreements alone.

    Attributes:
        name: snake_case.
        title: as people say it.
        post: what an account with this role must be assigned to.
    """

    name: str
    title: str
    post: Post


def _register(*roles: Role) -> Mapping[str, Role]:
    return {role.name: role for role in roles}


ROLES: Mapping[str, Role] = _register(
    Role(name="wing_officer", title="Wing officer", post=Post.UNIT),
    Role(name="nurse", title="Nurse", post=Post.SITE),
    Role(name="duty_governor", title="Duty governor", post=Post.SITE),
    Role(name="board", title="Board member", post=Post.NONE),
    Role(name="information_governance", title="Information governance officer", post=Post.NONE),
    Role(name="data_engineer", title="Data engineer", post=Post.NONE),
    # Roles of partners, to whom agreements give; an account with one sees what such an agreement says, and no more.
    Role(name="general_practitioner", title="General practitioner", post=Post.SITE),
    Role(name="responsible_officer", title="Responsible officer", post=Post.NONE),
    Role(name="duty_probation_officer", title="Duty probation officer", post=Post.NONE),
    Role(name="conference_member", title="Member of a case conference", post=Post.NONE),
    Role(name="control_room", title="Control room operator", post=Post.NONE),
    Role(name="tactical_commander", title="Tactical commander", post=Post.NONE),
    Role(name="prosecutor", title="Prosecutor", post=Post.NONE),
)
