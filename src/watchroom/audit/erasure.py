"""Lawful erasure: the bodies go, the tree stays valid, and a later entry says which ones went and why."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from psycopg import sql

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.audit.ranges import IndexRange
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit")
_OF_WORDS = load_queries("watchroom.audit", "erasing.sql")
_OF_LOOKS = load_queries("watchroom.audit", "look_cases.sql")


def erasable_bodies(database: Database, what: IndexRange) -> int:
    """How many bodies of a range are there that `erase_bodies` would take."""
    asked = {"first_index": what.first, "last_index": what.last}
    with database.connection(Principal.AUDIT) as connection:
        row = connection.execute(_QUERIES["erasable_bodies"].text, asked).fetchone()
    return int(row[0]) if row else 0


def is_any_erased(database: Database) -> bool:
    """Whether any entry has no body any more; it reads the whole log."""
    with database.connection(Principal.AUDIT) as connection:
        row = connection.execute(_OF_WORDS["any_erased"].text).fetchone()
    return bool(row and row[0])


def typed_about(connection: Connection, people: Collection[UUID], *, pattern: str) -> tuple[int, ...]:
    """Which entries hold words that somebody typed about people, as owner; `erase_bodies` takes them.

    Args:
        connection: as owner of the tables.
        people: whom the words are about.
        pattern: what they are called, over capitals; empty: not looked for.
    """
    given = {"people": [str(one) for one in people], "pattern": pattern}
    return tuple(int(index) for (index,) in connection.execute(_OF_WORDS["typed_about"].text, given))


def subjects_of(database: Database, ranges: Sequence[IndexRange], *, most: int) -> frozenset[UUID]:
    """Whom the entries of ranges name; of each range no more than `most`."""
    found: set[UUID] = set()
    with database.connection(Principal.AUDIT) as connection:
        for what in ranges:
            given = {"first_index": what.first, "last_index": what.last, "most": most}
            found |= {person for (person,) in connection.execute(_OF_WORDS["subjects_of"].text, given)}
    return frozenset(found)


def erase_bodies(database: Database, *, log: AuditTrail, what: IndexRange, by: Entry, reason: str) -> int:
    """Erase the bodies of a range of entries; returns how many there were.

    The entry comes first: an erasure without its entry is a fault, an entry whose erasure did not happen is not.
    Bodies of erasures and of key rotations stay, because verification reads them. Words that stand beside the log, of
    a request, or why an agreement was suspended or a key taken back, go with the entry that says them; what was done,
    by whom and when stays.

    Args:
        database: of the node; the audit writer itself may not delete, so the owner does it.
        log: where the erasure is entered.
        what: the range.
        by: who does it, and for which purpose; its act, thing and detail are set here.
        reason: the rule or the request that asks for it, without a word about a person.

    Raises:
        AuditUnavailableError: the erasure could not be entered; nothing was erased.
    """
    said = {"indices": str(what), "reason": reason}
    log.append(replace(by, act=Act.ERASE, entity="audit_body", detail=said))
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        these = {"first_index": what.first, "last_index": what.last}
        # INVARIANT: words first, for the bodies say whose they are; and no request is half kept meanwhile.
        connection.execute(_QUERIES["await_requests"].text)
        connection.execute(_QUERIES["erase_words"].text, these)
        connection.execute(_QUERIES["erase_reasons"].text, these)
        erased = connection.execute(_QUERIES["erase_bodies"].text, these)
        # What was made of these entries names the same people.
        connection.execute(_OF_LOOKS["erase_looks"].text, these)
        connection.execute(_OF_LOOKS["erase_empty_cases"].text)
        return erased.rowcount
