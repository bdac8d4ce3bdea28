"""Reading the log: who did what and when, and who looked at whom. Reading it is itself an entry of the caller."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from watchroom.audit.entries import instant_text
from watchroom.audit.witness import Witness, witnessed
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database

_QUERIES = load_queries("watchroom.audit")
_BEYOND_ANY = (1 << 63) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One entry as the log holds it.

    Attributes:
        index: place in the log.
        at: node instant, in UTC.
        machine_at: machine instant, in UTC.
        act: what was done; text, as a later version may know more acts.
        actor: account or job.
        header: everything that the header says.
        body: everything that the body says; None when it was erased.
    """

    index: int
    at: datetime
    machine_at: datetime
    act: str
    actor: str
    header: dict[str, Any]
    body: dict[str, Any] | None

    @property
    def subjects(self) -> tuple[UUID, ...]:
        """Ids of the persons concerned; empty when the body was erased."""
        return tuple(UUID(subject) for subject in (self.body or {}).get("subjects", ()))


def latest(database: Database, *, witness: Witness, before: int | None = None, most: int = 100) -> tuple[Recorded, ...]:
    """The latest entries, the last one first; the witness's own is among them.

    Args:
        database: of the node.
        witness: that this reading was entered.
        before: only entries below this index; None: from the end.
        most: how many.

    Raises:
        UnwitnessedError: the witness is none of this log, or was used before.
    """
    with witnessed(database, witness) as connection:
        rows = connection.execute(
            _QUERIES["latest_entries"].text, {"before": _BEYOND_ANY if before is None else before, "most": most}
        )
        return _recorded(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What entries are sought by; empty or None: by anything.

    Attributes:
        actor: account or job, whole.
        act: what was done.
        agreement: whose clauses allowed it.
        since, until: node instants with a time zone, the first included.
    """

    actor: str = ""
    act: str = ""
    agreement: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def words(self) -> list[str]:
        """The texts that the header of such an entry holds."""
        found = [f"{json.dumps(key)}:{json.dumps(value)}" for key, value in self._whole() if value]
        # A clause is named `agreement#clause`, and stands in quotes in a list.
        return [*found, f"{json.dumps(self.agreement)[:-1]}#"] if self.agreement else found

    def _whole(self) -> tuple[tuple[str, str], ...]:
        return (("actor", self.actor), ("act", self.act))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Entries that were sought, the last one first, and the entry of the last verification; None: none was made."""

    entries: tuple[Recorded, ...]
    verification: Recorded | None


def found_by(
    database: Database, search: Search, *, witness: Witness, before: int | None = None, most: int = 50
) -> Found:
    """The latest entries that are sought, and when the log was last verified.

    Args:
        database: of the node.
        search: what is sought.
        witness: that this reading was entered.
        before: only entries below this index; None: those before this reading.
        most: how many.

    Raises:
        UnwitnessedError: the witness is none of this log, or was used before.
    """
    end = witness.receipt.index if before is None else min(before, witness.receipt.index)
    asked = {
        "words": search.words(),
        "since": None if search.since is None else instant_text(search.since),
        "until": None if search.until is None else instant_text(search.until),
        "before": end,
        "most": most,
    }
    last = {"words": Search(act="verify").words(), "since": None, "until": None, "before": _BEYOND_ANY, "most": 1}
    with witnessed(database, witness) as connection:
        entries = _recorded(connection.execute(_QUERIES["entries_with"].text, asked))
        verified = _recorded(connection.execute(_QUERIES["entries_with"].text, last))
    return Found(entries=entries, verification=next(iter(verified), None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerning:
    """What the log holds about one person.

    Attributes:
        entries: that name them, or that exported one which does; the last one first.
        upto: entries below this index were looked through.
        erased: so many of these have no body any more; whether they named the person cannot be told.
    """

    entries: tuple[Recorded, ...]
    upto: int
    erased: int


def about(database: Database, person_id: UUID, *, witness: Witness) -> Concerning:
    """Every entry before this reading that concerns the person.

    Raises:
        UnwitnessedError: the witness does not name the person, is none of this log, or was used before.
    """
    before = witness.receipt.index
    with witnessed(database, witness, subject=person_id) as connection:
        wanted = {"person_id": str(person_id), "before": before}
        entries = _recorded(connection.execute(_QUERIES["entries_about"].text, wanted))
        erased = connection.execute(_QUERIES["erased_bodies"].text, {"before": before}).fetchone()
    return Concerning(entries=entries, upto=before, erased=erased[0] if erased else 0)


MOST_OF_OPENING: Final = 1_000
"""Whoever shows so many entries of an opening says that there may be more."""


def of_opening(database: Database, opening: UUID, *, since: int, witness: Witness) -> tuple[Recorded, ...]:
    """Entries that were made under an opening, or are about it, the first one first; at most MOST_OF_OPENING.

    Args:
        database: of the node.
        opening: its id.
        since: index of the earliest that can be meant.
        witness: that this reading was entered.

    Raises:
        UnwitnessedError: the witness is none of this log, or was used before.
    """
    with witnessed(database, witness) as connection:
        wanted = {"opening": str(opening), "since": since, "most": MOST_OF_OPENING}
        return _recorded(connection.execute(_QUERIES["entries_of_opening"].text, wanted))


def _recorded(rows: Iterable[tuple[Any, ...]]) -> tuple[Recorded, ...]:
    return tuple(_one(index, json.loads(header), body) for index, header, body in rows)


def _one(index: int, header: dict[str, Any], body: str | None) -> Recorded:
    return Recorded(
        index=index,
        at=datetime.fromisoformat(header["at"]),
        machine_at=datetime.fromisoformat(header["machine_at"]),
        act=header["act"],
        actor=header["actor"],
        header=header,
        body=None if body is None else cast(dict[str, Any], json.loads(body)),
    )
