"""Which rows a check finds wrong, by id, with what that is told from. Nobody is shown them but by the gate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.quality.catalogue import check, checks
from watchroom.quality.counting import bad_keys, probes_of
from watchroom.quality.own_codes import own_codes
from watchroom.quality.probes import Around, Probe, column
from watchroom.store.database import Connection

# Of what these point to only whether it is there is looked at.
_LINKS = frozenset({"owner_missing", "link_broken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRows:
    """The rows of an entity that one probe finds wrong.

    Attributes:
        field: that is; None: the whole row.
        ids: of the rows.
        rests_on: fields of the row that it is told from.
        beside: references whose targets it is told from as well, with the fields of the target.
    """

    field: str | None
    ids: tuple[UUID, ...]
    rests_on: tuple[str, ...]
    beside: Mapping[str, tuple[str, ...]]


def bad_rows(
    connection: Connection, name: str, *, entity: str | None, model: Catalogue, now: datetime
) -> Mapping[Entity, tuple[BadRows, ...]]:
    """The rows that a check finds wrong, of one entity or of all.

    Args:
        connection: as loader.
        name: of the check.
        entity: of the model; None: all to which the check applies.
        model: of the node.
        now: node time, timezone-aware.

    Raises:
        NotFoundError: there is no such check or entity.
        UsageError: the check finds nothing wrong with single rows, or not with those of the entity.
    """
    check(name)
    if entity is not None and entity not in model.entities:
        raise NotFoundError(f"there is no entity `{entity}` in the model; `watchroom model list` names them")
    around = Around.of(model, now, own_codes(connection))
    found = {
        one: probes
        for one in model.entities.values()
        if entity in (None, one.name)
        and (probes := [probe for probe in probes_of(one, around) if probe.check.name == name])
    }
    if not found:
        raise UsageError(
            f"`{name}` names no rows{'' if entity is None else f' of `{entity}`'}; checks that ask each row do:"
            f" {', '.join(_that_name(model, around))}"
        )
    return {one: tuple(_bad(connection, one, probes, model=model)) for one, probes in found.items()}


def _bad(connection: Connection, entity: Entity, probes: list[Probe], *, model: Catalogue) -> Iterator[BadRows]:
    for probe in probes:
        keys = connection.execute(bad_keys(entity, probe, model=model)).fetchall()
        known = {field.name for field in entity.fields}
        rests_on = {name for name in (*probe.needs, probe.field) if name in known}
        # The source's own word of a code is withheld with the code.
        rests_on |= {one.name for one in entity.fields if one.source_value_name in probe.needs}
        links = () if probe.check.name in _LINKS else probe.joins
        yield BadRows(
            field=probe.field,
            ids=tuple(sorted(key for (key,) in keys)),
            rests_on=tuple(sorted(rests_on)),
            beside={name: _looked_at(probe, name, model.entity(entity.field(name).target or "")) for name in links},
        )


def _looked_at(probe: Probe, link: str, target: Entity) -> tuple[str, ...]:
    """The fields of a reference's target that stand in the conditions of a probe."""
    text = probe.text
    return tuple(one.name for one in target.fields if column(one.name, link).as_string() in text)


def _that_name(model: Catalogue, around: Around) -> list[str]:
    asking = {probe.check.name for one in model.entities.values() for probe in probes_of(one, around)}
    return [name for name in checks() if name in asking]
