"""Accounts of the people who may sign in at this node, kept by the node itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.askers import Asker
from watchroom.gate.passwords import Passwords
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.policy.clauses import CLASSIFICATIONS
from watchroom.policy.roles import ROLES, Post
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "accounts.sql")
_NAME: Final = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$")
_PLACE: Final = re.compile(r"^[A-Z0-9]{1,12}(-[A-Z0-9]{1,12})*$")
_UNKNOWN: Final = "unknown"
# No account can have it.
_NOBODY: Final = "-"
_CHANGED: Final = "password changed meanwhile"
# How often a password is checked that another one takes the place of while it is checked.
_TRIES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account.

    Attributes:
        asker: who the gate takes this person for.
        is_demo: an identity of the example, refused on a live node.
        locked_until: machine instant until which sign-in is refused after too many failures.
        is_disabled: sign-in is refused for ever.
    """

    asker: Asker
    is_demo: bool
    locked_until: datetime | None
    is_disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOut:
    """When an account is locked: after so many failures on end, for so long on machine time."""

    failures: int = 5
    lasts: timedelta = timedelta(minutes=15)


class Accounts:
    """The accounts of one node; safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditTrail,
        organisation: str,
        machine_clock: Clock | None = None,
        passwords: Passwords | None = None,
        lock_out: LockOut | None = None,
    ) -> None:
        self._database = database
        self._audit = audit
        self._organisation = organisation
        self._clock = machine_clock or MachineClock()
        self._passwords = passwords or Passwords()
        self._lock_out = lock_out or LockOut()

    def new_asker(
        self,
        name: str,
        *,
        roles: Sequence[str],
        sites: Sequence[str] = (),
        units: Sequence[str] = (),
        clearance: str = CLASSIFICATIONS[-1],
    ) -> Asker:
        """A person of this node's organisation, not yet with an account.

        Raises:
            UsageError: the name is none, a role or place is unknown, or a role lacks its place.
        """
        asker = Asker(
            name=name,
            roles=tuple(roles),
            organisation=self._organisation,
            sites=tuple(sites),
            units=tuple(units),
            clearance=clearance,
        )
        _require_sound(asker)
        return asker

    def add(self, asker: Asker, *, password: str, is_demo: bool = False, operator: str | None = None) -> None:
        """Add an account; `operator` is the user of the operating system who does it.

        Raises:
            UsageError: the name is taken, or the password will not do; or as `new_asker`.
        """
        _require_sound(asker)
        given = {
            "name": asker.name,
            "roles": list(asker.roles),
            "organisation": asker.organisation,
            "sites": list(asker.sites),
            "units": list(asker.units),
            "clearance": asker.clearance,
            "password_hash": self._passwords.hash_of(password),
            "is_demo": is_demo,
            "at": self._clock.now(),
        }
        with self._database.connection(Principal.APP) as connection:
            if connection.execute(_QUERIES["add_account"].text, given).fetchone() is None:
                raise UsageError(f"there is already an account `{asker.name}`; choose another name")
            self._record(Act.ACCOUNT, asker.name, operator, did="added", roles="+".join(asker.roles))

    def every(self) -> list[Account]:
        """All accounts, by name."""
        with self._database.connection(Principal.APP) as connection:
            rows = connection.execute(_QUERIES["accounts"].text).fetchall()
        names = ("name", "roles", "organisation", "sites", "units", "clearance", "is_demo", "locked_until", "disabled")
        return [_account(dict(zip(names, row, strict=True))) for row in rows]

    def asker(self, name: str, *, operator: str | None = None) -> Asker:
        """Who the gate takes the person of this account for, when an operator asks in their name.

        Raises:
            NotFoundError: there is no such account, or it is disabled.
        """
        with self._database.connection(Principal.APP) as connection:
            found = _found(connection, "account", name)
        if found is None or found["disabled_at"] is not None:
            raise NotFoundError(
                f"there is no account `{name}` that may ask; `watchroom user list` shows those there are"
            )
        return _asker(found, operator=operator)

    def check(self, name: str, password: str) -> Asker | None:
        """The person behind a name and a password; None, in the same time, whatever is wrong.

        The hash is worked out while nothing is locked, so that guesses at one name make nobody wait; what comes of it
        is decided afterwards, one guess after the other. Both outcomes are entries of the audit log, there before
        this returns.
        """
        # What no account can be called is not sought, for the database could not even be asked; the work is the same.
        name = name if _NAME.fullmatch(name) else _NOBODY
        found, outcome = self._tried(name, password)
        for _ in range(_TRIES - 1):
            if outcome == _CHANGED:
                found, outcome = self._tried(name, password)
        if found is None or outcome != "signed_in":
            # What was typed as a name may be a password: it is not recorded.
            self._record(Act.SIGN_IN_REFUSED, _UNKNOWN if found is None else name, None, reason=outcome)
            return None
        self._record(Act.SIGN_IN, name, None)
        return _asker(found, operator=None)

    def set_password(self, name: str, password: str, *, operator: str | None = None) -> None:
        """Give an account another password; it ends its sessions and its lock.

        Raises:
            NotFoundError: there is no such account.
            UsageError: the password will not do.
        """
        parameters = {"name": name, "password_hash": self._passwords.hash_of(password), "at": self._clock.now()}
        self._change("set_password", parameters, did="password set", operator=operator)

    def know_staff(self, name: str, *, source_system: str, staff_reference: str, operator: str) -> None:
        """Enter how a source system names the holder of an account; whose key worker they are follows from it.

        Raises:
            NotFoundError: there is no such account.
        """
        facts = {"name": name, "source_system": source_system, "staff_reference": staff_reference}
        with self._database.connection(Principal.APP) as connection:
            said = {"at": self._clock.now(), "by": operator}
            if connection.execute(_QUERIES["know_staff"].text, {**facts, **said}).fetchone() is None:
                raise NotFoundError(f"there is no account `{name}`; `watchroom user list` shows those there are")
            # Before the commit: without its entry they see nobody more.
            self._record(Act.ACCOUNT, name, operator, did="known to a source", source=source_system)

    def disable(self, name: str, *, operator: str | None = None) -> None:
        """Refuse every further sign-in of an account, end its sessions and forget what was kept for it.

        Raises:
            NotFoundError: there is no such account.
        """
        self._change("disable_account", {"name": name, "at": self._clock.now()}, did="disabled", operator=operator)

    def _change(self, query: str, parameters: Mapping[str, object], *, did: str, operator: str | None) -> None:
        name = str(parameters["name"])
        with self._database.connection(Principal.APP) as connection:
            if connection.execute(_QUERIES[query].text, parameters).fetchone() is None:
                raise NotFoundError(f"there is no account `{name}`; `watchroom user list` shows those there are")
            connection.execute(_QUERIES["end_sessions"].text, {"name": name, "at": self._clock.now()})
            if query == "disable_account":
                connection.execute(_QUERIES["forget_unsent_of"].text, {"name": name})
            self._record(Act.ACCOUNT, name, operator, did=did)

    def _tried(self, name: str, password: str) -> tuple[Mapping[str, object] | None, str]:
        """The account of a name, and what one attempt comes to. The work is the same in every case."""
        kept = self._kept_hash(name)
        is_right = self._passwords.is_right(password, kept)
        renewed = self._passwords.renewed(password, kept) if is_right and kept is not None else None
        with self._database.connection(Principal.APP) as connection:
            found = _found(connection, "lock_account", name)
            return found, self._outcome(connection, found, kept=kept, renewed=renewed)

    def _kept_hash(self, name: str) -> str | None:
        with self._database.connection(Principal.APP) as connection:
            found = _found(connection, "account", name)
        return None if found is None else str(found["password_hash"])

    def _outcome(
        self, connection: Connection, found: Mapping[str, object] | None, *, kept: str | None, renewed: str | None
    ) -> str:
        """What the attempt comes to, for an account that is locked until it is noted.

        Args:
            connection: that holds the lock.
            found: the account as it is now.
            kept: the hash against which the password was checked.
            renewed: the hash to keep from now on; None: the password was wrong.
        """
        now = self._clock.now()
        if found is None:
            return "no such account"
        if found["disabled_at"] is not None:
            return "disabled"
        locked_until = found["locked_until"]
        if isinstance(locked_until, datetime) and now < locked_until:
            return "locked"
        # INVARIANT: a password opens an account only if it is the one that the account has now.
        if found["password_hash"] != kept:
            return _CHANGED
        if renewed is not None:
            connection.execute(_QUERIES["note_success"].text, {"name": found["name"], "password_hash": renewed})
            return "signed_in"
        failures = int(str(found["failures"])) + 1
        is_full = failures >= self._lock_out.failures
        connection.execute(
            _QUERIES["note_failure"].text,
            {
                "name": found["name"],
                "failures": 0 if is_full else failures,
                "locked_until": now + self._lock_out.lasts if is_full else None,
            },
        )
        return "wrong password"

    def _record(self, act: Act, name: str, operator: str | None, **detail: str) -> None:
        by = operator if operator is not None else name
        self._audit.append(
            Entry(act=act, actor=by, entity="account", operator=operator, detail={"account": name, **detail})
        )


def _found(connection: Connection, query: str, name: str) -> Mapping[str, object] | None:
    cursor = connection.execute(_QUERIES[query].text, {"name": name})
    row = cursor.fetchone()
    names = [column.name for column in cursor.description or ()]
    return None if row is None else dict(zip(names, row, strict=True))


def _asker(row: Mapping[str, object], *, operator: str | None) -> Asker:
    return Asker(
        name=str(row["name"]),
        roles=_texts(row["roles"]),
        organisation=str(row["organisation"]),
        sites=_texts(row["sites"]),
        units=_texts(row["units"]),
        clearance=str(row["clearance"]),
        operator=operator,
    )


def _account(row: Mapping[str, object]) -> Account:
    locked_until = row["locked_until"]
    return Account(
        asker=_asker(row, operator=None),
        is_demo=row["is_demo"] is True,
        locked_until=locked_until if isinstance(locked_until, datetime) else None,
        is_disabled=row["disabled"] is not None,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(entry) for entry in value) if isinstance(value, list) else ()  # type: ignore[reportUnknownVariableType]


def _require_sound(asker: Asker) -> None:
    if not _NAME.fullmatch(asker.name):
        raise UsageError("a name of an account is of small letters, digits, `.`, `_` and `-`, at most 64")
    if not asker.roles or any(role not in ROLES for role in asker.roles):
        raise UsageError(f"a role is one of {', '.join(ROLES)}")
    if asker.clearance not in CLASSIFICATIONS:
        raise UsageError(f"a clearance is one of {', '.join(CLASSIFICATIONS)}")
    if not all(_PLACE.fullmatch(place) for place in (*asker.sites, *asker.units)):
        raise UsageError("a site is a code such as `LEI`, a unit a path such as `LEI-A`")
    posts = {ROLES[role].post for role in asker.roles}
    if Post.UNIT in posts and not asker.units:
        raise UsageError("this role works on a unit; name it with `--unit`, as `LEI-A`")
    if Post.SITE in posts and not asker.sites:
        raise UsageError("this role works at an establishment; name it with `--site`, as `LEI`")
