"""Who runs the server: the one who calls, or, when that is root, an unprivileged user made for it.

PostgreSQL refuses to run as root. As root everything of the cluster therefore lies in a folder of the machine's
own for services, because a private folder above the node (root's home) would hide both from the other user; no
permission of any other folder is touched.
"""

import os
import pwd
from dataclasses import dataclass

from watchroom.kernel.errors import WatchroomError
from watchroom.store.programs import ProgramError, RunAs, run_program

SERVICE_USER = "watchroom"


class ServerUserError(WatchroomError):
    """There is no user who may run the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUser:
    """A user of the machine who runs the server.

    Attributes:
        uid, gid: as the system numbers them.
        is_self: the calling user; privileges need not be dropped.
    """

    uid: int
    gid: int
    is_self: bool

    def run_as(self) -> RunAs:
        """What makes the program this user's."""
        return RunAs() if self.is_self else RunAs(user=self.uid, group=self.gid, extra_groups=[])


def is_root() -> bool:
    """Whether the calling user may become another."""
    return os.geteuid() == 0


def calling_user() -> ServerUser:
    """The calling user, who is not root.

    Raises:
        ServerUserError: the uid has no name, which `initdb` cannot do without.
    """
    uid = os.geteuid()
    if _named(uid) is None:
        raise ServerUserError(
            f"uid `{uid}` has no entry in the user database, and PostgreSQL does not start without one:"
            " add the entry (`/etc/passwd`), run as another user, or give a database with a DSN"
        )
    return ServerUser(uid=uid, gid=os.getegid(), is_self=True)


def owner_of_cluster(uid: int, gid: int) -> ServerUser:
    """The user who owns a cluster that is there already, for root to run it as them.

    Raises:
        ServerUserError: root itself owns it.
    """
    if uid == 0:
        raise ServerUserError("the cluster belongs to root, as whom PostgreSQL does not start: restore a backup")
    return ServerUser(uid=uid, gid=gid, is_self=uid == os.geteuid())


def service_user() -> ServerUser:
    """The unprivileged user of the machine for our servers, made if there is none. For root only.

    Raises:
        ServerUserError: there is none and none can be made.
    """
    found = _by_name(SERVICE_USER) or _made()
    if found is None or found.pw_uid == 0:
        raise ServerUserError(
            f"PostgreSQL does not start as root and the user `{SERVICE_USER}` cannot be made here:"
            f" make it (`useradd --system {SERVICE_USER}`), run as an ordinary user, or give a database with a DSN"
        )
    return ServerUser(uid=found.pw_uid, gid=found.pw_gid, is_self=False)


def _made() -> pwd.struct_passwd | None:
    no_login = ["--shell", "/usr/sbin/nologin", "--home-dir", "/nonexistent"]
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", *no_login, SERVICE_USER],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", SERVICE_USER],
    ):
        try:
            run_program(command)
        except ProgramError:
            continue
        # Asked again whatever the answer: another of our commands may have made the user at the same moment.
        found = _by_name(SERVICE_USER)
        if found is not None:
            return found
    return None


def _by_name(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _named(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None
