"""The look before an erasure, for whoever erases: where texts about others name the person, and entries of the log.

Whoever erases is shown no text of the record by that duty, nor a name. So both are looked for beside the gate, and they
are told places: which record, which field. Who reads the place is a person whom a clause shows it.
"""

from dataclasses import replace
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.mentions import MOST_PLACES, Mentions, Place
from watchroom.node.erasure import THING
from watchroom.node.erasure_desk import ErasureDesk
from watchroom.store.about import people_of
from watchroom.store.called import called
from watchroom.store.database import Connection, Principal
from watchroom.store.mentioning import places_naming, texts_of


def mentions_before(desk: ErasureDesk, person: UUID) -> Mentions:
    """Where texts about others name a person whom the officer may erase, in no record that does not exist for them.

    Raises:
        AuditUnavailableError: the look could not be entered; nothing is told.
    """
    with desk.node.database.connection(Principal.LOADER) as connection:
        theirs = called(connection, [person])
        found, is_more = _places(desk, connection, person, pattern=theirs.pattern) if theirs.pattern else ([], False)
        places = _known(desk, connection, found)
    entries = desk.entries_about([person])
    entry = replace(desk.officer.entry(Act.LIST, THING), count=len(places), subjects=(person,))
    desk.node.audit.append(replace(entry, detail={"searched": "mentions"}))
    number = len(theirs.family_names | theirs.numbers)
    return Mentions(places=tuple(places), is_more=is_more, names=number, unsearched=(), entries=entries)


def _places(desk: ErasureDesk, connection: Connection, person: UUID, *, pattern: str) -> tuple[list[Place], bool]:
    places, is_more = list[Place](), False
    for entity in desk.model.entities.values():
        if texts_of(entity):
            found = places_naming(connection, entity, pattern=pattern, people=[person], most=MOST_PLACES + 1)
            is_more = is_more or len(found) > MOST_PLACES
            places += [Place(entity=entity.name, id=record, fields=fields) for record, fields in found[:MOST_PLACES]]
    return places, is_more


def _known(desk: ErasureDesk, connection: Connection, places: list[Place]) -> list[Place]:
    """Those in records that exist for the officer (ADR 14)."""
    asker, gate = desk.officer.asker, desk.node.gate
    people, records = gate.hidden_from(asker), gate.records_hidden_from(asker)
    about = people_of(connection, desk.model, [(one.entity, one.id) for one in places])

    def is_known(one: Place) -> bool:
        return one.id not in records and people.isdisjoint(about.get((one.entity, one.id), ()))

    return [one for one in places if is_known(one)]
