"""Which fields were read by which clause, from the log: what nobody reads need not be shared.

An entry names the clauses that allowed a read and the fields that it gave, not which clause gave which field. So a
field counts as read under each clause of its entity that took part: what is called unused was read under none of them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchroom.audit.looks import first_index_since
from watchroom.audit.witness import Witness, witnessed
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database

_QUERIES = load_queries("watchroom.audit", "field_use.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """What the log tells of a period.

    Attributes:
        used: by clause, as `agreement.version#clause`, the fields that were given, as `entity.field`.
        reaches_back_to: machine instant of the first entry of the log; None: it is empty.
        erased: entries of reads without a body: which fields they gave cannot be told.
    """

    used: Mapping[str, frozenset[str]]
    reaches_back_to: datetime | None
    erased: int


def field_use(database: Database, *, witness: Witness, since: datetime) -> FieldUse:
    """The fields that were read since a machine instant.

    Raises:
        UnwitnessedError: the witness is none of this log, or was used before.
    """
    first = {"first_index": first_index_since(database, since)}
    used: dict[str, set[str]] = defaultdict(set)
    with witnessed(database, witness) as connection:
        for clauses, fields in connection.execute(_QUERIES["used_together"].text, first):
            for clause in clauses:
                used[clause].update(fields or ())
        row = connection.execute(_QUERIES["reach"].text, first).fetchone()
    begun, erased = row or (None, 0)
    return FieldUse(
        used={clause: frozenset(fields) for clause, fields in used.items()},
        reaches_back_to=None if begun is None else datetime.fromisoformat(begun),
        erased=erased,
    )
