"""Whom an officer means who answers a person's request: by prison number or id. It shows nobody.

It reads the record beside the gate (ADR 7): whoever asks who has looked at them names themselves, and a number that is
mistyped would give an empty answer in which nothing is amiss. That it was asked is entered by the caller.
"""

from uuid import UUID

from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import id_in
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "known_people.sql")


def person_meant(database: Database, named: str, *, hidden: frozenset[UUID] = frozenset()) -> UUID:
    """The person of a prison number or an id, also one whom the record does not hold any more.

    Args:
        database: of the node.
        named: as it was typed.
        hidden: people who are not there for whoever asks.

    Raises:
        NotFoundError: nobody, or more than one person, is meant; it does not repeat what was typed.
    """
    text = named.strip()
    with database.connection(Principal.LOADER) as connection:
        if (person_id := id_in(text)) is not None:
            rows = connection.execute(_QUERIES["person_of_id"].text, {"person_id": person_id}).fetchall()
        else:
            number = text.upper().replace("\0", "")
            rows = connection.execute(_QUERIES["people_of_number"].text, {"number": number}).fetchall()
    rows = [row for row in rows if row[0] not in hidden]
    if not rows:
        raise NotFoundError(
            "the record holds, and held, nobody of that prison number or id that you may answer; look at it again,"
            " and if it is right, ask the head of security"
        )
    if len(rows) > 1:
        raise NotFoundError("the record holds several people of that prison number; name the id of the one who asks")
    return rows[0][0]
