"""Whom an asker may not meet in the record although a clause would show them.

People who are *protected* (a witness, a victim whose address kills) or of *limited access* (known to staff, notorious,
under an order of a court) do not exist for anybody who is not admitted. And nobody looks into their own matters: for
each account its own person, kin, and the cases in which they have a part do not exist either. The roll counts them all
the same. What is entered today holds for every instant that is asked about, from the next read on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.agreement_changes import By
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "restrictions.sql")


class RestrictionKind(StrEnum):
    """Why somebody's existence is hidden."""

    PROTECTED = "protected"
    LIMITED_ACCESS = "limited_access"


class Relation(StrEnum):
    """What a person of the record is to the holder of an account."""

    SELF = "self"
    KIN = "kin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrictions:
    """The restrictions of one node. Each change is an entry of the audit log before it is committed."""

    database: Database
    audit: AuditTrail
    organisation: str
    machine: Clock

    def restrict(self, person_id: UUID, *, kind: RestrictionKind, admits: Sequence[str] = (), by: By) -> None:
        """Hide a person from everybody but the accounts that are admitted.

        Raises:
            NotFoundError: there is no such person, or no such account.
            UsageError: the person is restricted already.
        """
        self._require_person(person_id)
        with self.database.connection(Principal.MIGRATOR) as connection:
            restriction = uuid7(at=self.machine.now())
            facts = {"id": restriction, "person_id": person_id, "kind": kind.value}
            said = {"entered_at": self.machine.now(), "entered_by": by.actor}
            if connection.execute(_QUERIES["restrict"].text, {**facts, **said}).fetchone() is None:
                raise UsageError("that person is restricted already; admit accounts, or lift the restriction first")
            self._admit(connection, restriction, admits)
            self._enter("restricted", person_id, by=by, kind=kind.value, admits=",".join(admits))

    def admit(self, person_id: UUID, account: str, *, by: By) -> None:
        """Let one account more know of a restricted person, as far as a clause shows them.

        Raises:
            NotFoundError: the person is not restricted, or there is no such account.
        """
        with self.database.connection(Principal.MIGRATOR) as connection:
            self._admit(connection, self._one(connection, person_id), [account])
            self._enter("admitted", person_id, by=by, admits=account)

    def is_restricted(self, person_id: UUID) -> bool:
        """Whether a person is hidden from everybody but who is admitted."""
        with self.database.connection(Principal.APP) as connection:
            return self._in_force(connection, person_id) is not None

    def admitted(self, person_id: UUID) -> tuple[str, ...]:
        """The accounts that are admitted to a restricted person; of a person who is not, none."""
        with self.database.connection(Principal.APP) as connection:
            rows = connection.execute(_QUERIES["admitted"].text, {"person_id": person_id})
            return tuple(account for (account,) in rows)

    def lift(self, person_id: UUID, *, by: By) -> None:
        """End the restriction of a person.

        Raises:
            NotFoundError: the person is not restricted.
        """
        with self.database.connection(Principal.MIGRATOR) as connection:
            facts = {"restriction_id": self._one(connection, person_id)}
            said = {"lifted_at": self.machine.now(), "lifted_by": by.actor}
            connection.execute(_QUERIES["lift"].text, {**facts, **said})
            self._enter("lifted", person_id, by=by)

    def link(self, account: str, person_id: UUID, *, relation: Relation, by: By) -> None:
        """Say that a person of the record is the holder of an account, or kin.

        Raises:
            NotFoundError: there is no such person, or no such account.
        """
        self._require_person(person_id)
        with self.database.connection(Principal.MIGRATOR) as connection:
            self._require_account(connection, account)
            facts = {"account": account, "person_id": person_id, "relation": relation.value}
            said = {"entered_at": self.machine.now(), "entered_by": by.actor}
            connection.execute(_QUERIES["link"].text, {**facts, **said})
            self._enter("linked", person_id, by=by, account=account, relation=relation.value)

    def unlink(self, account: str, person_id: UUID, *, by: By) -> None:
        """Say that a person is not, or no longer, the holder of an account or kin.

        Raises:
            NotFoundError: nobody had said so.
        """
        with self.database.connection(Principal.MIGRATOR) as connection:
            facts = {"account": account, "person_id": person_id, "ended_at": self.machine.now()}
            if not connection.execute(_QUERIES["unlink"].text, facts).rowcount:
                raise NotFoundError("that account is not linked with that person; look at both again")
            self._enter("unlinked", person_id, by=by, account=account)

    def require_accounts(self, accounts: Iterable[str]) -> None:
        """Nothing, where there are these accounts. Asked before whom something is about, it tells nothing of anybody.

        Raises:
            NotFoundError: one of them there is not.
        """
        with self.database.connection(Principal.APP) as connection:
            for account in accounts:
                self._require_account(connection, account)

    def _admit(self, connection: Connection, restriction: UUID, accounts: Sequence[str]) -> None:
        for account in accounts:
            self._require_account(connection, account)
            connection.execute(_QUERIES["admit"].text, {"restriction_id": restriction, "account": account})

    def _one(self, connection: Connection, person_id: UUID) -> UUID:
        found = self._in_force(connection, person_id)
        if found is None:
            raise NotFoundError("that person is not restricted; look at the id again")
        return found

    def _in_force(self, connection: Connection, person_id: UUID) -> UUID | None:
        row = connection.execute(_QUERIES["restriction_of"].text, {"person_id": person_id}).fetchone()
        return row[0] if row else None

    def _require_person(self, person_id: UUID) -> None:
        # A mistyped id would protect nobody, and nobody would hear of it.
        with self.database.connection(Principal.LOADER) as connection:
            if connection.execute(_QUERIES["person_is_known"].text, {"person_id": person_id}).fetchone() is None:
                raise NotFoundError("the record holds no person of that id, so nobody was hidden; look at the id again")

    def _require_account(self, connection: Connection, account: str) -> None:
        if connection.execute(_QUERIES["account_is_known"].text, {"account": account}).fetchone() is None:
            raise NotFoundError("there is no such account; `user list` names those that there are")

    def _enter(self, did: str, person_id: UUID, *, by: By, **detail: str) -> None:
        self.audit.append(
            Entry(
                act=Act.POLICY_CHANGE,
                actor=by.actor,
                operator=by.operator,
                organisation=self.organisation,
                role=by.role,
                entity="policy",
                subjects=(person_id,),
                detail={"did": did, **detail},
            )
        )
