"""Drafts of agreements, kept by the node so that a lock, a second tab or a second person loses nobody's work.

A draft is a text and no more: it may be unreadable, and gives nothing whatever it says.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.errors import NotTakenError
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.policy.agreement import read_agreement
from watchroom.policy.errors import AgreementError
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "drafts.sql")
# What stands there while the rest cannot be read.
_NAME: Final = re.compile(r"^agreement:[ ]+(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,63})[ ]*$", re.MULTILINE)
# The shipped charter has a quarter of it.
MOST_BYTES = 100_000


class DraftChangedError(UsageError):
    """Somebody has kept another text of the draft since it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as it was kept last.

    Attributes:
        name: of the agreement, as the text says; empty: it says none.
        document: the text, whatever it is.
        revision: from 1; whoever keeps another text names the one that they have read.
        written_by: account of who kept it last.
        written_at: machine instant.
        entered_as: digest of the version that it became; None while it is being written.
        is_dropped: somebody threw it away.
    """

    id: UUID
    name: str
    document: str
    revision: int
    written_by: str
    written_at: datetime
    entered_as: str | None
    is_dropped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsListed:
    """Some of the drafts that are being written.

    Attributes:
        drafts: those.
        of: how many there are at all.
        more: the last of them where the list goes on; None: it ends.
    """

    drafts: tuple[Draft, ...]
    of: int
    more: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """The drafts of one node. Who may have them is decided at the desk, which enters what is done."""

    database: Database
    machine: Clock
    model: Catalogue

    def open(self, *, most: int, after: UUID | None = None) -> DraftsListed:
        """So many of those that are being written, the one that was kept last first.

        Args:
            most: so many.
            after: those that come after the one of that id; None: from the beginning.
        """
        with self.database.connection(Principal.APP) as connection:
            rows = connection.execute(_QUERIES["drafts"].text, {"after": after, "most": most + 1})
            found = tuple(_draft(row) for row in rows)
            number = connection.execute(_QUERIES["count_drafts"].text).fetchone()
        page = found[:most]
        return DraftsListed(drafts=page, of=number[0] if number else 0, more=page[-1].id if len(found) > most else None)

    def draft(self, draft_id: UUID) -> Draft:
        """One draft, also one that was entered or thrown away.

        Raises:
            NotFoundError: there is none of that id.
        """
        with self.database.connection(Principal.APP) as connection:
            return _one(connection, draft_id)

    def begin(self, draft_id: UUID, document: str, *, by: Asker) -> Draft:
        """A new draft; begun twice under one id, as by a second press of a button, it is the first one.

        Raises:
            UsageError: the text is too long.
        """
        facts = {"id": draft_id, "account": by.name, "at": self.machine.now()}
        with self.database.connection(Principal.APP) as connection:
            connection.execute(_QUERIES["begin_draft"].text, {**facts, **self._said(document)})
            return _one(connection, draft_id)

    def write(self, held: Draft, document: str, *, by: Asker) -> Draft:
        """Keep another text of a draft.

        Args:
            held: as it was read.
            document: the text.
            by: who writes.

        Raises:
            DraftChangedError: somebody has kept it, entered it or thrown it away since.
            UsageError: the text is too long.
        """
        facts = {"id": held.id, "revision": held.revision, "account": by.name, "at": self.machine.now()}
        with self.database.connection(Principal.APP) as connection:
            if connection.execute(_QUERIES["write_draft"].text, {**facts, **self._said(document)}).fetchone() is None:
                raise _changed()
            return _one(connection, held.id)

    def drop(self, held: Draft) -> None:
        """Throw a draft away.

        Raises:
            DraftChangedError: somebody has kept it or entered it since.
        """
        self._close("drop_draft", held)

    def entered(self, held: Draft, digest: str) -> None:
        """Note which version a draft became.

        Raises:
            DraftChangedError: somebody has kept it or entered it since.
        """
        self._close("draft_entered", held, digest=digest)

    def _close(self, query: str, held: Draft, **more: str) -> None:
        facts: dict[str, object] = {"id": held.id, "revision": held.revision, **more}
        with self.database.connection(Principal.APP) as connection:
            if connection.execute(_QUERIES[query].text, facts).fetchone() is None:
                raise _changed()

    def _said(self, document: str) -> dict[str, str]:
        if len(document.encode()) > MOST_BYTES:
            raise NotTakenError(
                f"a draft holds {MOST_BYTES} bytes at most; split the agreement", why="too_long", most=MOST_BYTES
            )
        if "\x00" in document:
            raise NotTakenError("a draft is text; it holds a character that no text has", why="no_text")
        return {"document": document, "name": self._name(document)}

    def _name(self, document: str) -> str:
        try:
            return read_agreement(document, where="draft", model=self.model).name
        except AgreementError:
            written = _NAME.search(document)
            return written["name"] if written else ""


def _one(connection: Connection, draft_id: UUID) -> Draft:
    row = connection.execute(_QUERIES["draft"].text, {"id": draft_id}).fetchone()
    if row is None:
        raise NotFoundError("there is no such draft; the list of agreements names those there are")
    return _draft(row)


def _draft(row: tuple[object, ...]) -> Draft:
    names = ("id", "name", "document", "revision", "written_by", "written_at", "entered_as", "is_dropped")
    return Draft(**dict(zip(names, row, strict=True)))  # pyright: ignore[reportArgumentType]  as the query gives them


def _changed() -> DraftChangedError:
    return DraftChangedError("the draft was kept anew since it was read; read it again")
