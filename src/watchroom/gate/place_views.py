"""Safety counts: the roll and who occupies which cell. Never reduced by a clause: a person who may not be known
is counted, and told as "occupied, details withheld"."""

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import every
from watchroom.gate.entity_views import EntityViews
from watchroom.gate.suppression import shown_counts
from watchroom.gate.versions_sql import lookup_of, version_of
from watchroom.model.catalogue import Catalogue, Entity, columns_of

# Kinds of residential places in which a person sleeps.
CELL_KINDS = ("CELL", "ROOM")

# Rows that are not about the real world: whoever is only in an exercise is in no cell and leaves by no fire exit.
_UNREAL = ("exercise", "test", "draft", "system")

_IS_CELL = "(coalesce(l.is_residential, false) and coalesce(l.kind_code = any ({kinds}), false))"

_ROLL = """
select
    counted.site_code,
    counted.unit_code,
    counted.landing,
    sum(counted.on_roll) as on_roll,
    sum(counted.in_now) as in_now,
    sum(counted.out_now) as out_now,
    sum(counted.unknown_now) as unknown_now,
    sum(counted.no_cell) as no_cell,
    sum(counted.cells) as cells,
    sum(counted.capacity)::bigint as capacity,
    sum(counted.max_capacity)::bigint as max_capacity,
    sum(counted.places)::bigint as places,
    'place' as counted,
    array[]::text[] as withheld
from (
    select
        e.site_code,
        e.unit_code,
        case when {is_cell} then above.path else l.path end as landing,
        1 as on_roll,
        (e.in_out_code is not distinct from 'IN')::int as in_now,
        (coalesce(e.in_out_code, 'IN') <> 'IN')::int as out_now,
        (e.in_out_code is null)::int as unknown_now,
        ({is_cell} is not true)::int as no_cell,
        0 as cells,
        null::bigint as capacity,
        null::bigint as max_capacity,
        null::bigint as places
    from {source}
    cross join {episodes} as e
    left join {place_of_episode} as l on true
    left join {place_above} as above on true
    where {mine} and e.is_active and e.realness <> all ({unreal}) and {is_mine_e}
    union all
    select
        l.site_code, l.unit_code, above.path, 0, 0, 0, 0, 0, 1, l.working_capacity, l.max_capacity,
        -- Where the source contradicts itself the maximum counts, so that no place is told that is not there.
        case when l.working_capacity > l.max_capacity then l.max_capacity else l.working_capacity end
    from {source}
    cross join {locations} as l
    left join {place_above} as above on true
    where {mine} and {is_cell} and coalesce(l.is_active, true) and {is_mine_l}
) as counted
group by counted.site_code, counted.unit_code, counted.landing
"""

_BOARD_ROLL = """
select
    shown.name as site_code,
    null::text as unit_code,
    null::text as landing,
    shown.number as on_roll,
    null::bigint as in_now,
    null::bigint as out_now,
    null::bigint as unknown_now,
    null::bigint as no_cell,
    null::bigint as cells,
    null::bigint as capacity,
    null::bigint as max_capacity,
    null::bigint as places,
    shown.counted,
    case when shown.number is null then array['on_roll'] else array[]::text[] end
    || array['in_now', 'out_now', 'unknown_now', 'no_cell'] as withheld
from ({shown}) as shown
"""

_ROLL_BY_SITE = """
select e.site_code as name, count(*) filter (where e.is_active) as number
from {source}
cross join {episodes} as e
where {mine} and e.realness <> all ({unreal})
group by e.site_code
"""

_OCCUPANCY = """
select
    l.id as location_id,
    l.path,
    l.site_code,
    l.unit_code,
    true as is_cell,
    count(e.id) as occupants,
    coalesce(array_agg(e.person_id order by e.person_id) filter (where {is_visible}), '{{}}') as visible_person_ids,
    count(e.id) filter (where not {is_visible}) as withheld_count
from {source}
cross join {locations} as l
left join {episodes_in_place} as e on e.is_active and e.realness <> all ({unreal}) and {is_mine_e}
left join {person_of_episode} as p on true
where {mine} and {is_cell} and {is_mine_l}
group by l.id, l.path, l.site_code, l.unit_code
union all
select
    l.id,
    l.path,
    e.site_code,
    e.unit_code,
    false,
    1,
    case when {is_visible} then array[e.person_id] else '{{}}'::uuid[] end,
    (not {is_visible})::int
from {source}
cross join {episodes} as e
left join {place_of_episode} as l on true
left join {person_of_episode} as p on true
where
    {mine} and e.is_active and e.realness <> all ({unreal}) and {is_mine_e}
    and {is_cell} is not true
"""

_NO_ROLL = """
select
    null::text as site_code, null::text as unit_code, null::text as landing, null::bigint as on_roll,
    null::bigint as in_now, null::bigint as out_now, null::bigint as unknown_now, null::bigint as no_cell,
    null::bigint as cells, null::bigint as capacity, null::bigint as max_capacity, null::bigint as places,
    null::text as counted, null::text[] as withheld
where false
"""

_NO_OCCUPANCY = """
select
    null::uuid as location_id, null::text as path, null::text as site_code, null::text as unit_code,
    null::boolean as is_cell, null::bigint as occupants, null::uuid[] as visible_person_ids,
    null::bigint as withheld_count
where false
"""


class PlaceViews:
    """Composes the views of the safety counts."""

    def __init__(self, *, model: Catalogue, asking: Asking, views: EntityViews) -> None:
        self._model = model
        self._asking = asking
        self._views = views

    def roll(self) -> sql.Composable:
        """The roll of the asker's establishments: one row per landing, or per place that is no cell."""
        return sql.SQL(_ROLL).format(**self._parts())

    def board_roll(self) -> sql.Composable:
        """The roll in numbers: the total, and each establishment as far as it may be told."""
        parts = self._parts()
        cells = sql.SQL(_ROLL_BY_SITE).format(**parts)
        return sql.SQL(_BOARD_ROLL).format(shown=shown_counts(cells, asking=self._asking))

    def no_roll(self) -> sql.Composable:
        """No row, for purposes that do not need it."""
        return sql.SQL(_NO_ROLL)

    def occupancy(self) -> sql.Composable:
        """One row per cell of the asker's establishments, and one per person without a cell."""
        return sql.SQL(_OCCUPANCY).format(**self._parts(), is_visible=self._is_visible())

    def no_occupancy(self) -> sql.Composable:
        """No row, for those who are shown no places of persons."""
        return sql.SQL(_NO_OCCUPANCY)

    def _is_visible(self) -> sql.Composable:
        """Whether the asker may know who the person is, and that they are here."""
        shown: list[sql.Composable] = []
        for name, alias in (("person", "p"), ("custody_episode", "e")):
            entity = self._model.entity(name)
            rules, exclusions = self._views.rules(entity), self._views.exclusions
            shown += [
                rules.is_granted(alias),
                exclusions.is_open_today(entity, alias),
                exclusions.names_nobody_hidden(entity, alias),
            ]
            if name == "custody_episode":
                shown.append(sql.SQL("('location_id' = any ({}))").format(rules.whole_columns(alias)))
        return sql.SQL("coalesce({}, false)").format(every(shown))

    def _parts(self) -> dict[str, sql.Composable]:
        location = self._model.entity("location")
        episode, person = self._model.entity("custody_episode"), self._model.entity("person")
        return {
            "source": self._asking.source,
            "mine": self._asking.is_mine,
            "is_mine_e": self._asking.is_among(sql.Identifier("e", "site_code"), "my_sites"),
            "is_mine_l": self._asking.is_among(sql.Identifier("l", "site_code"), "my_sites"),
            "unreal": _texts(_UNREAL),
            "is_cell": sql.SQL(_IS_CELL).format(kinds=_texts(CELL_KINDS)),
            "locations": self._version_of(
                location, self._asking.is_among(sql.Identifier("v", "site_code"), "my_sites")
            ),
            "place_of_episode": self._lookup_of(location, sql.SQL("v.id = e.location_id")),
            "place_above": self._lookup_of(location, sql.SQL("v.id = l.parent_id")),
            "episodes": self._version_of(episode, sql.SQL("true")),
            "episodes_in_place": self._lookup_of(episode, sql.SQL("v.location_id = l.id")),
            "person_of_episode": self._lookup_of(person, sql.SQL("v.id = e.person_id")),
        }

    def _version_of(self, entity: Entity, where: sql.Composable) -> sql.Composed:
        columns = [column.name for column in columns_of(entity)]
        return version_of(entity, columns, self._asking, where=where)

    def _lookup_of(self, entity: Entity, where: sql.Composable) -> sql.Composed:
        return lookup_of(entity, [column.name for column in columns_of(entity)], self._asking, where=where)


def _texts(values: tuple[str, ...]) -> sql.Composed:
    return sql.SQL("array[{}]::text[]").format(sql.SQL(", ").join(sql.Literal(value) for value in values))
