"""What somebody had typed when their session ended: kept for minutes, for them alone, and never acted on by itself.

It gives nothing: who sends it again asks the route, which decides as it always does. The database holds it encrypted
with a key that only the node's own folder has; the log says that something was kept, sent again or thrown away, and
by which route, never a word of it.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.kernel.clock import Clock
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.kernel.secrets import Secret
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "unsent.sql")
_NONCE_BYTES: Final = 12
# The longest form that a route takes, an agreement's text, is no longer than this once it is taken apart.
MOST_BYTES: Final = 400_000
# Of one account: a page of verdicts in each of some tabs. What is kept first goes first.
MOST_KEPT: Final = 8
# So long a form that is being sent again may not be sent once more; afterwards nobody knows whether it arrived.
_BEING_SENT: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as it was typed.

    Attributes:
        route: that takes it, without what stands in its address.
        path: the address of its route.
        fields: name and text of each, in the order of the form; no password, no file, no token.
        is_finished: its button was pressed; False: it stood open when its page was locked.
    """

    route: str
    path: str
    fields: tuple[tuple[str, str], ...]
    is_finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A kept form.

    Attributes:
        id: opaque.
        typed: what it holds.
        kept_at, ends_at: machine instants; it is gone at the second.
        taken_at: machine instant at which it was sent again, and it is not known whether it arrived; None: it was not.
    """

    id: UUID
    typed: Typed
    kept_at: datetime
    ends_at: datetime
    taken_at: datetime | None

    def stays_for(self, typed: Typed) -> bool:
        """Whether there is nothing in a form that this one does not say: the same words, and no button that is new."""
        return self.typed.fields == typed.fields and (self.typed.is_finished or not typed.is_finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentForms:
    """The kept forms of one node; safe to share between threads.

    Attributes:
        database, audit: of the node.
        machine: the machine's clock.
        key: gives the key that opens them, 32 bytes.
        lasts: for how long each is kept; nothing at all when that is no time.
    """

    database: Database
    audit: AuditTrail
    machine: Clock
    key: Callable[[], Secret[bytes]]
    lasts: timedelta

    def keep(self, account: str, typed: Typed, *, instead_of: UUID | None = None) -> bool:
        """Keep a form for an account; whether it is kept. One that is kept already is kept for longer, and not twice.

        Args:
            account: whose it is.
            typed: the form.
            instead_of: the kept form of which this one is what was made of it; it goes, unless it was sent meanwhile.

        Raises:
            AuditUnavailableError: that could not be entered; nothing is kept.
        """
        if not self.lasts or len(_content(typed)) > MOST_BYTES:
            return False
        now = self.machine.now()
        with self.database.connection(Principal.APP) as connection:
            connection.execute(_QUERIES["forget_unsent"].text, {"before": now})
            if connection.execute(_QUERIES["lock_owner"].text, {"account": account}).fetchone() is None:
                return False
            earlier = _earlier(self._read(connection, account, at=now), typed, instead_of=instead_of)
            if earlier is not None and earlier.stays_for(typed):
                longer = {"id": earlier.id, "account": account, "ends_at": now + self.lasts}
                connection.execute(_QUERIES["keep_longer"].text, longer)
                self._enter(account, typed.route, did="kept longer")
                return True
            gone = list[str]()
            if earlier is not None and earlier.taken_at is None:
                # First, or another would have to make room for what only takes its place.
                connection.execute(_QUERIES["drop_unsent"].text, {"id": earlier.id, "account": account})
                gone.append(earlier.typed.route)
            gone += self._put(connection, account, typed, at=now)
            # INVARIANT: entered before the commit, so that without its entry nothing is kept.
            self._enter(account, typed.route, did="kept")
            for route in gone:
                self._enter(account, route, did="made room")
        return True

    def of(self, account: str) -> tuple[Unsent, ...]:
        """What is kept for an account, the latest first. That somebody reads their own is an entry.

        Raises:
            AuditUnavailableError: it could not be entered; nothing is shown.
        """
        with self.database.connection(Principal.APP) as connection:
            found = self._read(connection, account, at=self.machine.now())
        self.audit.append(
            Entry(act=Act.UNSENT, actor=account, entity="unsent_form", count=len(found), detail={"did": "read"})
        )
        return found

    def count(self, account: str) -> int:
        """How many are kept for an account."""
        with self.database.connection(Principal.APP) as connection:
            asked = {"account": account, "at": self.machine.now()}
            row = connection.execute(_QUERIES["count_unsent"].text, asked).fetchone()
        return 0 if row is None else int(row[0])

    def take(self, account: str, form: UUID) -> bool:
        """Take one up to be sent again; False: it is not there, not theirs, or is being sent just now.

        Whoever takes one ends it: `settle` when its route has taken it or shows it again, else `put_back`.

        Raises:
            AuditUnavailableError: it could not be entered; it is not taken.
        """
        now = self.machine.now()
        asked = {"id": form, "account": account, "at": now, "taken_before": now - _BEING_SENT}
        return self._done("take_unsent", asked, did="sent again")

    def put_back(self, account: str, form: UUID) -> None:
        """It was not taken by its route after all, and may be sent again."""
        with self.database.connection(Principal.APP) as connection:
            connection.execute(_QUERIES["put_back_unsent"].text, {"id": form, "account": account})

    def settle(self, account: str, form: UUID) -> None:
        """Its route has answered it: it is gone from here. That it was sent is entered already."""
        with self.database.connection(Principal.APP) as connection:
            connection.execute(_QUERIES["drop_unsent"].text, {"id": form, "account": account})

    def throw_away(self, account: str, form: UUID) -> bool:
        """Delete one; False: it is not there, or not theirs.

        Raises:
            AuditUnavailableError: it could not be entered; it is still there.
        """
        return self._done("drop_unsent", {"id": form, "account": account}, did="thrown away")

    def forget(self) -> None:
        """Delete what is past its time."""
        with self.database.connection(Principal.APP) as connection:
            connection.execute(_QUERIES["forget_unsent"].text, {"before": self.machine.now()})

    def forget_naming(self, words: frozenset[str]) -> int:
        """Delete what holds one of these words, and what nobody can open; how many.

        Who is erased from the record may stand in what somebody typed about them. Owners are not told which words.
        """
        sought = [word.casefold() for word in words if word.strip()]
        with self.database.connection(Principal.APP) as connection:
            rows = connection.execute(_QUERIES["every_unsent"].text).fetchall()
            gone = [
                form
                for form, account, route, sealed in rows
                if (typed := self._opened(account, form, route=route, sealed=sealed)) is None
                or any(word in _content(typed).decode().casefold() for word in sought)
            ]
            connection.execute(_QUERIES["drop_these"].text, {"forms": gone})
            for _form, account, route, _sealed in (row for row in rows if row[0] in gone):
                self._enter(account, route, did="erased with a person")
        return len(gone)

    def _put(self, connection: Connection, account: str, typed: Typed, *, at: datetime) -> list[str]:
        """Keep a form; the route of each that has to make room."""
        fresh = uuid7(at=at)
        row = {
            "id": fresh,
            "account": account,
            "route": typed.route,
            "sealed": self._sealed(account, fresh, typed),
            "at": at,
            "ends_at": at + self.lasts,
        }
        connection.execute(_QUERIES["keep_unsent"].text, row)
        too_many = {"account": account, "most": MOST_KEPT}
        return [str(route) for (route,) in connection.execute(_QUERIES["drop_beyond"].text, too_many)]

    def _done(self, query: str, asked: Mapping[str, object], *, did: str) -> bool:
        with self.database.connection(Principal.APP) as connection:
            row = connection.execute(_QUERIES[query].text, asked).fetchone()
            if row is None:
                return False
            self._enter(str(asked["account"]), str(row[0]), did=did)
        return True

    def _enter(self, account: str, route: str, *, did: str) -> None:
        detail = {"did": did, "route": route}
        self.audit.append(Entry(act=Act.UNSENT, actor=account, entity="unsent_form", detail=detail))

    def _read(self, connection: Connection, account: str, *, at: datetime) -> tuple[Unsent, ...]:
        rows = connection.execute(_QUERIES["unsent_of"].text, {"account": account, "at": at}).fetchall()
        found: list[Unsent] = []
        for form, route, sealed, kept_at, ends_at, taken_at in rows:
            typed = self._opened(account, form, route=route, sealed=sealed)
            # What another key sealed, or somebody altered, is as if it were not there.
            if typed is not None:
                found.append(Unsent(id=form, typed=typed, kept_at=kept_at, ends_at=ends_at, taken_at=taken_at))
        return tuple(found)

    def _sealed(self, account: str, form: UUID, typed: Typed) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = _bound(account, form, typed.route)
        return nonce + AESGCM(self.key().reveal()).encrypt(nonce, _content(typed), bound)

    def _opened(self, account: str, form: UUID, *, route: str, sealed: bytes) -> Typed | None:
        nonce, rest = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
        try:
            content = AESGCM(self.key().reveal()).decrypt(nonce, rest, _bound(account, form, route))
        except (InvalidTag, ValueError):
            # The second where what stands there is shorter than a nonce.
            return None
        held = json.loads(content)
        fields = tuple((str(name), str(text)) for name, text in held["fields"])
        return Typed(route=route, path=held["path"], fields=fields, is_finished=held["is_finished"])


def _earlier(kept: Iterable[Unsent], typed: Typed, *, instead_of: UUID | None) -> Unsent | None:
    """The kept form with the same words for the same route, else the one that was written on; None: there is none."""
    alike = [one for one in kept if (one.typed.route, one.typed.path) == (typed.route, typed.path)]
    same = [one for one in alike if one.typed.fields == typed.fields]
    return next(iter([*same, *(one for one in alike if one.id == instead_of)]), None)


def _bound(account: str, form: UUID, route: str) -> bytes:
    """What a sealed form is bound to: moved to another account, id or route it cannot be opened."""
    return json.dumps([account, str(form), route]).encode()


def _content(typed: Typed) -> bytes:
    fields: Sequence[Sequence[str]] = [list(field) for field in typed.fields]
    return json.dumps({"path": typed.path, "fields": fields, "is_finished": typed.is_finished}).encode()
