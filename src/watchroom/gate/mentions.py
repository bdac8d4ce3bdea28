"""Where free text about others names somebody: places for an officer to look at before that person is erased.

An erasure takes the records of a person. What a colleague wrote about somebody else may name them too, and whether
that may go only a reader can say. So nobody deletes it: it is found by the names and numbers that the asker is shown
of that person, in the texts that the asker is shown, and told as places, without a word of what stands there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import LiteralString, cast
from uuid import UUID

from psycopg import sql

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen, View
from watchroom.gate.see import rows_about
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Entity
from watchroom.store.about import PERSON

# What is shorter stands in too many words.
_SHORTEST_NAME = 3
_SHORTEST_NUMBER = 5
MOST_PLACES = 500
_NAMES = (("person", "family_name"), ("person_name", "family_name"))
_NUMBERS = (("person", "prison_number"), ("person_identifier", "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A record of others whose free text names the person: which one, and in which fields."""

    entity: str
    id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Where somebody may be named.

    Attributes:
        places: by entity and id; at most `MOST_PLACES` of an entity.
        is_more: of some entity there are more.
        names: by how many names and numbers it was looked for; 0: the asker is shown none, so nothing was found.
        unsearched: entities with free text of which the asker is shown none: somebody else has to look there.
        entries: indices of entries of the log that hold words typed about the person, for whoever may erase them.
    """

    places: tuple[Place, ...]
    is_more: bool
    names: int
    unsearched: tuple[str, ...]
    entries: tuple[int, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The places for a JSON document."""
        return {
            "places": [{"entity": one.entity, "id": one.id, "fields": list(one.fields)} for one in self.places],
            "more": self.is_more,
            "names": self.names,
            "unsearched": list(self.unsearched),
            "log_entries": list(self.entries),
        }


def mentions(gate: Gate, asker: Asker, *, person: UUID, purpose: str) -> Seen[Mentions] | Refused:
    """Where texts about others that the asker is shown name a person whom they are shown; recorded as any read."""
    return gate.read(
        asker,
        asked=Asked(purpose=purpose, act=Act.LIST, what=PERSON, detail={"searched": "mentions"}),
        look=partial(_look, person=person),
    )


def _look(view: View, *, person: UUID) -> Mentions:
    names = frozenset(_names_shown(view, person))
    places, unsearched, is_more = list[Place](), list[str](), False
    pattern = rf"\m({'|'.join(sorted(map(re.escape, names)))})\M"
    for entity in view.model.entities.values():
        written = [field.name for field in entity.fields if field.free_text]
        shown = tuple(name for name in written if view.may_see(entity.name, name))
        if written and not (shown and view.decision.rows_of(entity.name)):
            unsearched.append(entity.name)
        elif shown and names:
            found = view.records(_search(entity, shown), pattern=pattern, person=person, most=MOST_PLACES + 1)
            is_more = is_more or len(found) > MOST_PLACES
            places += [_place(entity, row) for row in found[:MOST_PLACES]]
    return Mentions(places=tuple(places), is_more=is_more, names=len(names), unsearched=tuple(unsearched))


def _place(entity: Entity, row: dict[str, object]) -> Place:
    return Place(entity=entity.name, id=cast(UUID, row["id"]), fields=tuple(cast("list[str]", row["fields"])))


def _names_shown(view: View, person: UUID) -> Iterator[str]:
    """The family names and numbers of a person that the view shows, in capitals."""
    for named, shortest in ((_NAMES, _SHORTEST_NAME), (_NUMBERS, _SHORTEST_NUMBER)):
        for entity, field in named:
            if not view.decision.rows_of(entity):
                continue
            for row in rows_about(view, view.model.entity(entity), person):
                value, withheld = row.get(field), cast("list[str] | None", row.get("withheld"))
                # What is masked is no name of theirs.
                if isinstance(value, str) and field not in (withheld or ()) and len(value.strip()) >= shortest:
                    yield value.strip().upper()


@cache
def _search(entity: Entity, fields: Sequence[str]) -> Query:
    names = [sql.SQL("upper({}) ~ :pattern").format(sql.Identifier(name)) for name in fields]
    stands = [
        sql.SQL("case when {} then {} end").format(found, sql.Literal(name))
        for found, name in zip(names, fields, strict=True)
    ]
    theirs = ["id"] if entity.name == PERSON else [one.name for one in entity.fields if one.target == PERSON]
    others = [sql.SQL("{} is distinct from :person").format(sql.Identifier(name)) for name in theirs]
    text = sql.SQL(
        "select id, array_remove(array[{}]::text[], null) as fields from {} where ({}) and {} order by id limit :most"
    ).format(
        sql.SQL(", ").join(stands),
        sql.Identifier(entity.name),
        sql.SQL(" or ").join(names),
        sql.SQL(" and ").join([*others, sql.SQL("true")]),
    )
    written = text.as_string()
    translated = written
    for parameter in ("pattern", "person", "most"):
        translated = translated.replace(f":{parameter}", f"%({parameter})s")
    # Composed from names of the model alone.
    return Query(
        name=f"mentions_{entity.name}",
        parameters=("pattern", "person", "most"),
        text=cast(LiteralString, translated),
        sql=written,
    )
