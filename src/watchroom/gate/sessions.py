"""Sign-in sessions, kept by the server: an opaque token at the browser, its hash here, two limits on machine time."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.accounts import Accounts
from watchroom.gate.askers import Asker
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "sessions.sql")
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 128
_KEPT: Final = timedelta(days=30)

# A shift and its handover.
ABSOLUTE: Final = timedelta(hours=12, minutes=30)
IDLE_SECONDS: Final = 15 * 60
# By so much a clock is set right while people are at work, and two requests at once see it in either order.
_SET_RIGHT: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An open session.

    Attributes:
        asker: who is signed in, as their account stands now and not as it stood at sign-in.
        signed_in_at: machine instant.
        ends_at: machine instant at which it ends if nobody does anything.
        unsent: how many forms are kept that an earlier session of theirs ended before.
    """

    asker: Asker
    signed_in_at: datetime
    ends_at: datetime
    unsent: int = 0


class Sessions:
    """The sign-in sessions of one node; safe to share between threads.

    Attributes:
        idle_seconds: a session in which nobody does anything ends after so long.
    """

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditTrail,
        accounts: Accounts,
        machine_clock: Clock | None = None,
        idle_seconds: int = IDLE_SECONDS,
        absolute: timedelta = ABSOLUTE,
    ) -> None:
        self._database = database
        self._audit = audit
        self._accounts = accounts
        self._clock = machine_clock or MachineClock()
        self.idle_seconds = idle_seconds
        self._absolute = absolute

    def begin(self, asker: Asker) -> str:
        """Start a session for somebody whose password was checked; the token, which is kept nowhere here."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._clock.now()
        with self._database.connection(Principal.APP) as connection:
            connection.execute(_QUERIES["forget_sessions"].text, {"before": now - _KEPT})
            connection.execute(
                _QUERIES["begin_session"].text,
                {
                    "token_hash": _hashed(token),
                    "account": asker.name,
                    "csrf_hash": _hashed(form_token(token)),
                    "at": now,
                    "expires_at": now + self._absolute,
                },
            )
        return token

    def resume(self, token: str, *, is_activity: bool) -> SignedIn | None:
        """The open session of a token; None when it has ended or never was.

        Args:
            token: as `begin` gave it.
            is_activity: a person did something; what a page does by itself never makes a session longer.
        """
        if len(token) > _LONGEST_TOKEN:
            return None
        now = self._clock.now()
        with self._database.connection(Principal.APP) as connection:
            row = connection.execute(_QUERIES["session"].text, {"token_hash": _hashed(token), "at": now}).fetchone()
            if row is None:
                return None
            account, signed_in_at, last_seen_at, expires_at, unsent = row
            ends_at = min(last_seen_at + timedelta(seconds=self.idle_seconds), expires_at)
            # A clock that went back must not make a session longer than its limits.
            if not signed_in_at <= now < ends_at or now < last_seen_at - _SET_RIGHT:
                return None
            if is_activity:
                connection.execute(_QUERIES["note_activity"].text, {"token_hash": _hashed(token), "at": now})
                ends_at = min(now + timedelta(seconds=self.idle_seconds), expires_at)
        try:
            asker = self._accounts.asker(account)
        except NotFoundError:
            return None
        return SignedIn(asker=asker, signed_in_at=signed_in_at, ends_at=ends_at, unsent=unsent)

    def ended(self, given_form_token: str) -> str | None:
        """The account of a session that has ended, by the token that its forms carry; None: no such one is known.

        None too for a session that is open, that ended longer ago than one may last, or whose account is disabled.
        """
        if len(given_form_token) > _LONGEST_TOKEN:
            return None
        now = self._clock.now()
        asked = {"csrf_hash": _hashed(given_form_token)}
        with self._database.connection(Principal.APP) as connection:
            row = connection.execute(_QUERIES["session_of_form"].text, asked).fetchone()
        if row is None:
            return None
        account, last_seen_at, expires_at, signed_out_at = row
        ends_at = min(last_seen_at + timedelta(seconds=self.idle_seconds), expires_at)
        ended_at = ends_at if signed_out_at is None else min(ends_at, signed_out_at)
        return account if ended_at <= now < ended_at + self._absolute else None

    def end(self, token: str) -> None:
        """End a session; of one that is not open, nothing."""
        with self._database.connection(Principal.APP) as connection:
            row = connection.execute(
                _QUERIES["end_session"].text, {"token_hash": _hashed(token[:_LONGEST_TOKEN]), "at": self._clock.now()}
            ).fetchone()
        # The session has ended whatever becomes of the entry.
        if row is not None:
            self._audit.append(Entry(act=Act.SIGN_OUT, actor=row[0], entity="account"))


def form_token(token: str) -> str:
    """The token of a form that only the browser with this session, or with this cookie of a visit, was given.

    It is derived, so nothing has to be kept; it does not tell the session's own.
    """
    return hmac.new(token.encode(), b"watchroom form", sha256).hexdigest()


def _hashed(token: str) -> bytes:
    """What is kept of a token: it has 256 random bits, so a plain hash cannot be turned back."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
