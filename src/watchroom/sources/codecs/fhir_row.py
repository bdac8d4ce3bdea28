"""Rows of a FHIR resource and of the data types that lie in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watchroom.sources.codecs.contract import Object, Realness, Values, Verb
from watchroom.sources.codecs.instants import partial_date
from watchroom.sources.codecs.json_text import as_json
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part

Resolve = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """What the rows of a resource have in common, and to which row they belong.

    Attributes:
        key: of the row that they belong to.
        resolve: a written reference to the key of what it points to.
    """

    key: str
    resolve: Resolve
    verb: Verb = Verb.UPSERT
    realness: Realness = Realness.ACTUAL
    handling: str | None = None

    def at(self, key: str) -> "Owner":
        """The same for rows that belong to another row."""
        return Owner(key=key, resolve=self.resolve, verb=self.verb, realness=self.realness, handling=self.handling)

    def add(self, part: Part, table: str, values: Values, *, key: str) -> bool:
        """A row that stands where the part does."""
        return part.reading.add(
            Object(
                table=table,
                key=key,
                place=part.place,
                values=values,
                verb=self.verb,
                realness=self.realness,
                handling=self.handling,
            )
        )

    def below(self, part: Part, table: str, values: Values, *, path: str, numbers: tuple[int, ...]) -> str:
        """The key of a row that belongs to the owner: the element of that path and numbers."""
        key = key_of(self.key, path, *map(str, numbers))
        self.add(part, table, {"RESOURCE_KEY": self.key, "PATH": path, "NUMBER": str(numbers[0]), **values}, key=key)
        return key


def period(part: Part, name: str = "period", column: str = "PERIOD") -> dict[str, str | None]:
    """Start and end of a period, each perhaps partial."""
    given = part.part(name)
    return {f"{column}_START": partial_date(given, "start"), f"{column}_END": partial_date(given, "end")}


def several(part: Part, name: str) -> str | None:
    """A list of single values as JSON text."""
    given = part.texts(name)
    return as_json(list(given)) if given else None


def choice(part: Part, name: str, column: str) -> dict[str, str | None]:
    """The value of an element of several types, and which of them it is."""
    for given in part.names:
        kind = given.removeprefix(name)
        if given.startswith(name) and kind[:1].isupper() and part.has(given):
            value = part.value(given)
            is_single = not isinstance(value, dict | list)
            if kind == "DateTime":
                text = partial_date(part, given)
            else:
                text = part.text(given) if is_single else part.json(given)
            return {column: text, f"{column}_KIND": kind[:1].lower() + kind[1:]}
    return {}


def concepts(part: Part, owner: Owner, *names: str) -> None:
    """Codes of these elements, and the words of those that have none."""
    for name in names:
        for number, concept in enumerate(part.parts(name), start=1):
            said = concept.text("text")
            found = 0
            for nth, coding in enumerate(concept.parts("coding"), start=1):
                add_coding(coding, owner, path=name, numbers=(number, nth), text=said)
                found = nth
            if said is not None and not found:
                owner.below(concept, "FHIR_CODING", {"TEXT": said}, path=name, numbers=(number,))


def codings(part: Part, owner: Owner, *names: str) -> None:
    """The same for elements that are codes themselves."""
    for name in names:
        for number, coding in enumerate(part.parts(name), start=1):
            add_coding(coding, owner, path=name, numbers=(number, 1))


def add_coding(coding: Part, owner: Owner, *, path: str, numbers: tuple[int, int], text: str | None = None) -> None:
    """One code of a concept, which has words for all of its codes."""
    coding.ignore("userSelected")
    values = {name.upper(): coding.text(name) for name in ("system", "version", "code", "display")}
    owner.below(coding, "FHIR_CODING", {**values, "TEXT": text}, path=path, numbers=numbers)


def references(part: Part, owner: Owner, *names: str) -> None:
    """What these elements point to; the name that is shown for it is not kept."""
    for name in names:
        for number, one in enumerate(part.parts(name), start=1):
            add_reference(one, owner, path=name, number=number)


def add_reference(one: Part, owner: Owner, *, path: str, number: int) -> None:
    """One reference."""
    one.ignore("display")
    written = one.text("reference")
    identifier = one.part("identifier")
    values = {
        "TARGET": owner.resolve(written) if written else None,
        "REFERENCE": written,
        "TYPE": one.text("type"),
        "IDENTIFIER_SYSTEM": identifier.text("system"),
        "IDENTIFIER_VALUE": identifier.text("value"),
    }
    if any(values.values()):
        owner.below(one, "FHIR_REFERENCE", values, path=path, numbers=(number,))


def first_code(part: Part, name: str) -> str | None:
    """The first code of the concepts, or the words of the first that has words."""
    said: list[str | None] = []
    for concept in part.parts(name):
        for coding in concept.parts("coding"):
            coding.ignore("system", "version", "display", "userSelected")
            said.insert(0, coding.text("code"))
        said.append(concept.text("text"))
    return next((text for text in said if text), None)


def _identifier(part: Part) -> dict[str, str | None]:
    part.ignore("assigner")
    return {name.upper(): part.text(name) for name in ("use", "system", "value")} | {"TYPE": first_code(part, "type")}


def _name(part: Part) -> dict[str, str | None]:
    single = {name.upper(): part.text(name) for name in ("use", "text", "family")}
    return single | {name.upper(): several(part, name) for name in ("given", "prefix", "suffix")}


def _address(part: Part) -> dict[str, str | None]:
    names = ("use", "type", "text", "city", "district", "state", "country")
    single = {name.upper(): part.text(name) for name in names}
    return single | {"LINE": several(part, "line"), "POSTAL_CODE": part.text("postalCode")}


def _telecom(part: Part) -> dict[str, str | None]:
    return {name.upper(): part.text(name) for name in ("system", "value", "use", "rank")}


_OF_PEOPLE: Mapping[str, tuple[str, Callable[[Part], dict[str, str | None]]]] = {
    "identifier": ("FHIR_IDENTIFIER", _identifier),
    "name": ("FHIR_NAME", _name),
    "address": ("FHIR_ADDRESS", _address),
    "telecom": ("FHIR_TELECOM", _telecom),
}


def of_people(part: Part, owner: Owner, *names: str) -> None:
    """Identifiers, names, addresses and telephones."""
    for name in names:
        table, values_of = _OF_PEOPLE[name]
        for number, one in enumerate(part.parts(name), start=1):
            owner.below(one, table, {**values_of(one), **period(one)}, path=name, numbers=(number,))
