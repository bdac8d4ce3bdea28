"""Passwords: kept as argon2id, and refused in the same time whether or not there is such an account."""

from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from watchroom.kernel.errors import UsageError

SHORTEST: Final = 12
LONGEST: Final = 1024


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash_of(self, password: str) -> str:
        """The argon2id hash of a new password.

        Raises:
            UsageError: it is too short, or absurdly long.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters")
        if any("\ud800" <= character <= "\udfff" for character in password):
            raise UsageError("a password is text in UTF-8; this one holds other bytes")
        return self._hasher.hash(password)

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one that was kept; False for None, after as much work."""
        # Asked for whether it is needed or not: the first check of a process makes it, whoever is checked.
        nobodys = self._nobodys
        try:
            self._hasher.verify(kept or nobodys, password[:LONGEST].encode("utf-8", "surrogatepass"))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return kept is not None

    def renewed(self, password: str, kept: str) -> str:
        """The hash to keep from now on: a fresh one, when the old one was made with weaker settings."""
        return self._hasher.hash(password) if self._hasher.check_needs_rehash(kept) else kept

    @cached_property
    def _nobodys(self) -> str:
        """The hash of no account: checked where there is none. Most commands check nobody and need not make it."""
        return self._hasher.hash("the password of nobody")
