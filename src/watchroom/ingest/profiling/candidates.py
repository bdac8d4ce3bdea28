"""Which field of the model a column probably is, with the reasons: they are put before people, who decide. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from watchroom.ingest.profiling.column_words import telling, words_of
from watchroom.ingest.profiling.columns import ColumnProfile
from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind

# What a column of a kind may be in the model; a kind that is not named may be anything that is text.
_FITS: Mapping[FieldKind, frozenset[str]] = {
    FieldKind.DATE: frozenset({"date", "instant", "empty"}),
    FieldKind.INSTANT: frozenset({"date", "instant", "empty"}),
    FieldKind.INTEGER: frozenset({"whole number", "code", "identifier", "empty", "yes/no"}),
    FieldKind.NUMBER: frozenset({"whole number", "decimal", "code", "identifier", "empty"}),
    FieldKind.BOOLEAN: frozenset({"yes/no", "code", "whole number", "empty"}),
    FieldKind.CODE: frozenset({"code", "yes/no", "text", "whole number", "identifier", "empty"}),
    FieldKind.REFERENCE: frozenset({"identifier", "whole number", "code", "text", "empty"}),
    FieldKind.TEXT: frozenset({"text", "free text", "code", "identifier", "whole number", "time of day", "empty"}),
    FieldKind.GEOMETRY: frozenset({"free text", "empty"}),
}
_SHOWN = 3
# A weak word alone is in a hundred names.
_WEAK = frozenset(
    {"type", "kind", "status", "reason", "number", "name", "category", "level", "comment", "outcome", "note"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a mapping of ours makes of a column: which table and column, which field."""

    mapping: str
    table: str
    column: str
    entity: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A field that a column may be.

    Attributes:
        entity, field: of the model.
        reasons: why, the weightiest first.
        weight: how many of them, and how weighty: for the order alone, shown to nobody.
    """

    entity: str
    field: str
    reasons: tuple[str, ...]
    weight: int

    def as_json(self) -> dict[str, object]:
        """The candidate for a JSON document."""
        return {"entity": self.entity, "field": self.field, "reasons": list(self.reasons)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    entity: Entity
    field: Field
    words: frozenset[str]
    standard: tuple[tuple[str, frozenset[str]], ...]


@dataclass(kw_only=True)
class FieldFinder:
    """Finds fields of a model for columns.

    Attributes:
        model: of the node.
        known: what mappings that there are make of their columns.
    """

    model: Catalogue
    known: Sequence[Known]

    def candidates(self, table: str, columns: Sequence[ColumnProfile]) -> dict[str, tuple[Candidate, ...]]:
        """For each column of a table up to three fields; those of the entity that most columns speak of come first."""
        found = {column.name: self._of(table, column) for column in columns}
        votes: Counter[str] = Counter()
        for several in found.values():
            best: dict[str, int] = {}
            for one in several:
                best[one.entity] = max(best.get(one.entity, 0), one.weight)
            votes.update(best)
        named = telling(words_of(table))
        for entity in self.model.entities:
            if named and telling(words_of(entity)) <= named:
                votes[entity] += 6
        return {
            name: tuple(sorted(several, key=lambda one: _order(one, votes))[:_SHOWN]) for name, several in found.items()
        }

    def _of(self, table: str, column: ColumnProfile) -> list[Candidate]:
        words = telling(words_of(column.name))
        near: dict[tuple[str, str], _Place] = {
            (place.entity.name, place.field.name): place for word in words for place in self._places.get(word, ())
        }
        mapped = self._known.get(column.name.upper(), ())
        near |= {(one.entity, one.field): self._all[one.entity, one.field] for one in mapped}
        found: list[Candidate] = []
        for place in near.values():
            known = [one for one in mapped if _is_of(one, place)]
            reasons = list(_reasons(column, words, place, mapped=known, table=table))
            if reasons and column.kind in _FITS[place.field.kind]:
                found.append(
                    Candidate(
                        entity=place.entity.name,
                        field=place.field.name,
                        reasons=tuple(text for _, text in sorted(reasons, key=lambda one: -one[0])),
                        weight=sum(weight for weight, _ in reasons),
                    )
                )
        return found

    @cached_property
    def _places(self) -> Mapping[str, list[_Place]]:
        found: dict[str, list[_Place]] = {}
        for place in self._all.values():
            for word in {*place.words, *(word for _, words in place.standard for word in words)}:
                found.setdefault(word, []).append(place)
        return found

    @cached_property
    def _all(self) -> Mapping[tuple[str, str], _Place]:
        return {
            (entity.name, one.name): _Place(
                entity=entity, field=one, words=telling(words_of(one.name)), standard=tuple(_standard(one))
            )
            for entity in self.model.entities.values()
            for one in entity.fields
        }

    @cached_property
    def _known(self) -> Mapping[str, list[Known]]:
        found: dict[str, list[Known]] = {}
        for one in self.known:
            if (one.entity, one.field) in self._all:
                found.setdefault(one.column, []).append(one)
        return found


def _standard(one: Field) -> Iterator[tuple[str, frozenset[str]]]:
    for path in (one.niem, one.fhir):
        if path:
            last = path.replace("/", ".").rsplit(".", 1)[-1].rsplit(":", 1)[-1]
            yield path, telling(words_of(last))


def _is_of(one: Known, place: _Place) -> bool:
    return (one.entity, one.field) == (place.entity.name, place.field.name)


def _reasons(
    column: ColumnProfile, words: frozenset[str], place: _Place, *, mapped: Iterable[Known], table: str
) -> Iterator[tuple[int, str]]:
    """Each reason with its weight."""
    for one in mapped:
        same = one.table == table.upper()
        where = f"the table `{one.table}`" if same else f"another table, `{one.table}`"
        yield (10 if same else 3), f"mapping `{one.mapping}` makes it of the column of this name in {where}"
    if place.words and place.words <= words and not place.words <= _WEAK:
        yield 4 + len(place.words), f"the name says {_said(place.words)}"
    elif place.words and place.words <= words:
        yield 1, f"the name says {_said(place.words)}, as many do"
    elif len(place.words & words - _WEAK) > 0 and words <= place.words | telling(words_of(place.entity.name)):
        yield 3, f"the name says {_said(place.words & words)}"
    for path, said in place.standard:
        if said and said <= words and not said <= _WEAK:
            yield 3, f"`{path}` of a standard is called so"
    held = column.lists.get(place.field.code_list or "", 0)
    if held and held * 2 >= column.different:
        yield 5, f"code list `{place.field.code_list}` holds {held} of its {column.different} values"


def _said(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in sorted(words))


def _order(one: Candidate, votes: Counter[str]) -> tuple[int, int, str, str]:
    # An entity that the whole table speaks of wins over a better name elsewhere.
    return (-one.weight * 4 - min(votes[one.entity], 40), -one.weight, one.entity, one.field)
