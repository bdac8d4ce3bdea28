"""What the review of looks is told about the holders of accounts: their shifts, and marks of name and home.

A mark is the salted hash of a family name or postcode. It answers one question, whether it is the same as that of
somebody who was looked at; the word itself is kept nowhere. Who holds both the salt and a list of all postcodes can
find it out, so this keeps it from being read in passing and from nobody who sets out to.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "rota.sql")
_SALT_BYTES = 16
_LONGEST = timedelta(hours=26)


class MarkKind(StrEnum):
    """What is compared."""

    FAMILY_NAME = "family_name"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When and where somebody is on duty.

    Attributes:
        account: whose.
        from_at, to_at: node instants with a time zone; the second is not part of it.
        site, unit: as `LEI` and `LEI-A`; unit None: the whole establishment.

    Raises:
        UsageError: it ends before it begins, is longer than a shift can be, or its unit lies elsewhere.
    """

    account: str
    from_at: datetime
    to_at: datetime
    site: str
    unit: str | None = None

    def __post_init__(self) -> None:
        if not timedelta() < self.to_at - self.from_at <= _LONGEST:
            raise UsageError("a shift ends after it begins and lasts at most 26 hours; enter two for two days")
        if self.unit is not None and self.unit.partition("-")[0] != self.site:
            raise UsageError("the unit of a shift lies at its establishment, as `LEI-A` at `LEI`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A family name or a postcode of the holder of an account, before it is hashed; its `repr` does not show it."""

    kind: MarkKind
    word: str

    def __repr__(self) -> str:
        return f"Mark(kind={self.kind.value})"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFacts:
    """Shifts and marks of the accounts of one node. Each change is an entry of the log before it is committed."""

    database: Database
    audit: AuditTrail
    organisation: str
    machine: Clock

    def enter_shifts(self, shifts: Sequence[Shift], *, operator: str) -> None:
        """Enter shifts, all or none; one that overlaps an earlier one of the account takes its place.

        Raises:
            NotFoundError: there is no such account.
        """
        with self.database.connection(Principal.APP) as connection:
            for shift in shifts:
                _require_account(connection, shift.account)
                times = {"account": shift.account, "from_at": shift.from_at, "to_at": shift.to_at}
                connection.execute(_QUERIES["drop_shifts"].text, times)
                where = {"site_code": shift.site, "unit_code": shift.unit}
                said = {"at": self.machine.now(), "by": operator}
                connection.execute(_QUERIES["enter_shift"].text, {**times, **where, **said})
            accounts = ",".join(sorted({shift.account for shift in shifts}))
            self._enter("rota entered", operator, account=accounts, shifts=str(len(shifts)))

    def enter_marks(self, account: str, marks: Sequence[Mark], *, operator: str) -> None:
        """Put these marks in the place of all that the account had; none: it has none any more.

        Raises:
            NotFoundError: there is no such account.
            UsageError: a mark has no letter or digit.
        """
        with self.database.connection(Principal.APP) as connection:
            _require_account(connection, account)
            connection.execute(_QUERIES["drop_marks"].text, {"account": account})
            for mark in marks:
                facts = {"account": account, "kind": mark.kind.value, "word": mark.word}
                said = {"salt": secrets.token_bytes(_SALT_BYTES), "at": self.machine.now(), "by": operator}
                if connection.execute(_QUERIES["enter_mark"].text, {**facts, **said}).fetchone() is None:
                    raise UsageError(
                        f"a {mark.kind.value} without a letter or digit cannot be compared; nothing was kept"
                    )
            self._enter("marks entered", operator, account=account, marks=str(len(marks)))

    def _enter(self, did: str, operator: str, **detail: str) -> None:
        self.audit.append(
            Entry(
                act=Act.ACCOUNT,
                actor=operator,
                operator=operator,
                organisation=self.organisation,
                entity="account",
                detail={"did": did, **detail},
            )
        )


def _require_account(connection: Connection, name: str) -> None:
    if connection.execute(_QUERIES["account_of"].text, {"name": name}).fetchone() is None:
        raise NotFoundError("there is no such account; `user list` names those that there are")
