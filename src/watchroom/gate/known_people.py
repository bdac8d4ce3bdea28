"""Whom an officer means who answers a person's request, holds, hides or erases: by number or id. It shows nobody.

It reads the record beside the gate (ADR 7): whoever asks who has looked at them names themselves, and a number that is
mistyped would give an empty answer in which nothing is amiss. That it was asked is entered by the caller.
"""

from collections.abc import Mapping
from uuid import UUID

from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import id_in
from watchroom.kernel.named_sql import load_queries
from watchroom.model.code_lists import code_list
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "known_people.sql")
_KINDS = "identifier_kind"
# So many are named where several are meant.
_NAMED = 5


def people_meant(database: Database, named: str) -> Mapping[UUID, str]:
    """The people of a prison number, an id, or a number of another kind as `KIND:NUMBER`, each with their source.

    Who has a number today goes before who had it once, or is not held any more: these are meant only where nobody has
    it today. Blanks and capitals tell no two numbers apart. Nobody is left out because they are hidden.

    Args:
        database: of the node.
        named: as it was typed.

    Raises:
        NotFoundError: the kind is none.
    """
    text = named.strip().replace("\0", "")
    kind, mark, rest = text.upper().partition(":")
    with database.connection(Principal.LOADER) as connection:
        if (person_id := id_in(text)) is not None:
            rows = connection.execute(_QUERIES["person_of_id"].text, {"person_id": person_id}).fetchall()
        elif mark:
            known = code_list(_KINDS).codes
            if kind.strip() not in known:
                # What was typed is not said again: it may be anything.
                raise NotFoundError(f"before the colon stands no kind of number; kinds: {', '.join(sorted(known))}")
            rows = connection.execute(
                _QUERIES["people_of_identifier"].text, {"kind": kind.strip(), "number": rest.replace(" ", "")}
            ).fetchall()
        else:
            number = text.upper().replace(" ", "")
            rows = connection.execute(_QUERIES["people_of_number"].text, {"number": number}).fetchall()
    return dict(rows)


def person_meant(database: Database, named: str, *, hidden: frozenset[UUID] = frozenset()) -> UUID:
    """The one person of a number or an id; see `people_meant`.

    Where one of several is hidden nobody is meant: who is left would be taken for the one who is.

    Args:
        database: of the node.
        named: as it was typed.
        hidden: people who are not there for whoever asks.

    Raises:
        NotFoundError: nobody, more than one person or somebody who is hidden is meant, or the kind is none; what was
            typed is not repeated.
    """
    meant = people_meant(database, named)
    # INVARIANT: who is meant is judged over all, and only then who is hidden; the other way round two people's number
    # would mean the one who is not hidden.
    if not meant or not hidden.isdisjoint(meant):
        raise NotFoundError(
            "the record holds, and held, nobody of that prison number, identifier or id that you may answer; look at it"
            " again, or name the id; if it is right, ask the head of security"
        )
    if len(meant) > 1:
        ids = ", ".join(f"{one} of source `{source}`" for one, source in list(meant.items())[:_NAMED])
        raise NotFoundError(
            "the record holds several people of that prison number or identifier; name the id of the one who is meant:"
            f" {ids}"
        )
    return next(iter(meant))
