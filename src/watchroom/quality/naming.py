"""What a check asks of single rows, for who wants to know which ones it finds wrong: shown to nobody but by the gate.

Nothing of the record is read here, but for links that point to nothing: to whom their target is hidden, it looks as if
it were not there, so that who may be told has to be asked first, and then the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql

from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.quality.catalogue import check, checks
from watchroom.quality.counting import bad_keys, probes_of
from watchroom.quality.own_codes import OwnCodes
from watchroom.quality.probes import Around, Probe, column
from watchroom.store.database import Connection

# Of what these point to only whether it is there is looked at.
_LINKS = frozenset({"owner_missing", "link_broken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What one probe asks of the rows of an entity.

    Attributes:
        probe: that asks.
        field: that is wrong; None: the whole row.
        condition: of the rows that are, over the entity as `t` and what `beside` names, each under its own name.
        rests_on: fields of the row that it is told from.
        beside: references whose targets it is told from as well, with the fields of the target.
        is_link: it is that a reference points to nothing, which only the whole record tells: see `broken_links`.
    """

    probe: Probe
    condition: sql.Composable
    rests_on: tuple[str, ...]
    beside: Mapping[str, tuple[str, ...]]
    is_link: bool

    @property
    def field(self) -> str | None:
        """That is wrong; None: the whole row."""
        return self.probe.field


def faults_of(
    name: str,
    *,
    entity: str | None,
    model: Catalogue,
    now: datetime,
    own: OwnCodes = frozenset(),
) -> Mapping[Entity, tuple[Fault, ...]]:
    """What a check asks of the rows of one entity, or of all.

    Args:
        name: of the check.
        entity: of the model; None: all to which the check applies.
        model: of the node.
        now: node time, in the zone of the node.
        own: source, code list and code of those that are a source's own; see `own_codes`.

    Raises:
        NotFoundError: there is no such check or entity.
        UsageError: the check finds nothing wrong with single rows, or not with those of the entity.
    """
    check(name)
    if entity is not None and entity not in model.entities:
        raise NotFoundError(f"there is no entity `{entity}` in the model; `watchroom model docs` lists them")
    around = Around.of(model, now, own)
    found = {
        one: tuple(_fault(one, probe, model=model) for probe in probes_of(one, around) if probe.check.name == name)
        for one in model.entities.values()
        if entity in (None, one.name)
    }
    found = {one: faults for one, faults in found.items() if faults}
    if not found:
        raise UsageError(
            f"`{name}` names no rows{'' if entity is None else f' of `{entity}`'}; checks that ask each row do:"
            f" {', '.join(_that_name(model, around))}"
        )
    return found


def broken_links(
    connection: Connection, entity: Entity, fault: Fault, *, model: Catalogue, at_most: int
) -> Sequence[UUID]:
    """Rows whose reference points to nothing, by id, as loader; only for who may be told of rows of the entity."""
    text = sql.SQL("{} order by t.id limit {}").format(bad_keys(entity, fault.probe, model=model), sql.Literal(at_most))
    return [key for (key,) in connection.execute(text)]


def _fault(entity: Entity, probe: Probe, *, model: Catalogue) -> Fault:
    is_link = probe.check.name in _LINKS
    named = {*probe.needs, *probe.joins, *([probe.field] if probe.field else [])}
    # The source's own word of a code is withheld with the code.
    rests_on = {
        one.name
        for one in entity.fields
        if {one.name, one.source_value_name} & named
        or any(_stands_in(probe, column(name)) for name in (one.name, one.source_value_name) if name)
    }
    return Fault(
        probe=probe,
        condition=sql.SQL("{} and {}").format(probe.of, probe.bad),
        rests_on=tuple(sorted(rests_on)),
        beside={}
        if is_link
        else {name: _looked_at(probe, name, model.entity(entity.field(name).target or "")) for name in probe.joins},
        is_link=is_link,
    )


def _looked_at(probe: Probe, link: str, target: Entity) -> tuple[str, ...]:
    """The fields of a reference's target that stand in the conditions of a probe."""
    return tuple(one.name for one in target.fields if _stands_in(probe, column(one.name, link)))


def _stands_in(probe: Probe, named: sql.Identifier) -> bool:
    return named.as_string() in probe.text


def _that_name(model: Catalogue, around: Around) -> list[str]:
    asking = {probe.check.name for one in model.entities.values() for probe in probes_of(one, around)}
    return [name for name in checks() if name in asking]
