"""Safety counts: the roll and who occupies which cell. Never reduced by a clause: a person who may not be known
is counted, and told as "occupied, details withheld"."""

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.suppression import shown_counts
from watchroom.gate.versions_sql import versions
from watchroom.model.catalogue import Catalogue, columns_of

# Kinds of residential places in which a person sleeps.
CELL_KINDS = ("CELL", "ROOM", "HCEL")

# Rows that are not about the real world.
_UNREAL = ("test", "draft", "system")

_PLACES = """
select
    l.id,
    l.site_code,
    l.unit_code,
    l.path,
    parent.path as landing,
    coalesce(l.is_residential, false) and coalesce(l.kind_code = any ({cell_kinds}), false) as is_cell,
    coalesce(l.is_active, true) as is_active,
    l.working_capacity,
    l.max_capacity
from {locations} as l
left join {locations} as parent on parent.id = l.parent_id
"""

_ROLL = """
with place as ({places}), counted as (
    select
        e.site_code,
        e.unit_code,
        case when place.is_cell then place.landing else place.path end as landing,
        1 as on_roll,
        (e.in_out_code is not distinct from 'IN')::int as in_now,
        (coalesce(e.in_out_code, 'IN') <> 'IN')::int as out_now,
        (e.in_out_code is null)::int as unknown_now,
        (place.is_cell is not true)::int as no_cell,
        0 as cells,
        null::bigint as capacity,
        null::bigint as max_capacity
    from {episodes} as e
    left join place on place.id = e.location_id
    where e.is_active and e.realness <> all ({unreal}) and e.site_code = any ({sites})
    union all
    select
        place.site_code, place.unit_code, place.landing, 0, 0, 0, 0, 0, 1, place.working_capacity, place.max_capacity
    from place
    where place.is_cell and place.is_active and place.site_code = any ({sites})
)
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
    'place' as counted,
    array[]::text[] as withheld
from counted
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
    shown.counted,
    case when shown.number is null then array['on_roll'] else array[]::text[] end
    || array['in_now', 'out_now', 'unknown_now', 'no_cell'] as withheld
from ({shown}) as shown
"""

_ROLL_BY_SITE = """
select e.site_code as name, count(*) filter (where e.is_active) as number
from {episodes} as e
where e.realness <> all ({unreal}) and {is_asked}
group by e.site_code
"""

_OCCUPANCY = """
with place as ({places}), held as (
    select e.id, e.person_id, e.unit_code, e.site_code, place.id as place_id, place.path, place.is_cell
    from {episodes} as e
    left join place on place.id = e.location_id
    where e.is_active and e.realness <> all ({unreal}) and e.site_code = any ({sites})
), known as (
    select held.*, (person.id is not null and episode.location_id is not distinct from held.place_id) as is_visible
    from held
    left join {seen}.person as person on person.id = held.person_id
    left join {seen}.custody_episode as episode on episode.id = held.id
)
select
    place.id as location_id,
    place.path,
    place.site_code,
    place.unit_code,
    true as is_cell,
    count(known.id) as occupants,
    coalesce(array_agg(known.person_id order by known.person_id) filter (where known.is_visible), '{{}}')
        as visible_person_ids,
    count(known.id) filter (where not known.is_visible) as withheld_count
from place
left join known on known.place_id = place.id
where place.is_cell and place.site_code = any ({sites})
group by place.id, place.path, place.site_code, place.unit_code
union all
select
    known.place_id,
    known.path,
    known.site_code,
    known.unit_code,
    false,
    1,
    case when known.is_visible then array[known.person_id] else '{{}}'::uuid[] end,
    (not known.is_visible)::int
from known
where known.is_cell is not true
"""

_NO_ROLL = """
select
    null::text as site_code, null::text as unit_code, null::text as landing, null::bigint as on_roll,
    null::bigint as in_now, null::bigint as out_now, null::bigint as unknown_now, null::bigint as no_cell,
    null::bigint as cells, null::bigint as capacity, null::bigint as max_capacity, null::text as counted,
    null::text[] as withheld
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

    def __init__(self, *, model: Catalogue, asking: Asking, seen: sql.Identifier) -> None:
        self._model = model
        self._asking = asking
        self._seen = seen

    def roll(self) -> sql.Composable:
        """The roll of the asker's establishments: one row per landing, or per place that is no cell."""
        return sql.SQL(_ROLL).format(
            places=self._places(), episodes=self._episodes(), unreal=_texts(_UNREAL), sites=self._asking.sites
        )

    def board_roll(self) -> sql.Composable:
        """The roll in numbers: the total, and each establishment as far as it may be told."""
        cells = sql.SQL(_ROLL_BY_SITE).format(
            episodes=self._episodes(), unreal=_texts(_UNREAL), is_asked=self._asking.is_asked
        )
        return sql.SQL(_BOARD_ROLL).format(shown=shown_counts(cells))

    def no_roll(self) -> sql.Composable:
        """No row, for purposes that do not need it."""
        return sql.SQL(_NO_ROLL)

    def occupancy(self) -> sql.Composable:
        """One row per cell of the asker's establishments, and one per person without a cell."""
        return sql.SQL(_OCCUPANCY).format(
            places=self._places(),
            episodes=self._episodes(),
            unreal=_texts(_UNREAL),
            sites=self._asking.sites,
            seen=self._seen,
        )

    def no_occupancy(self) -> sql.Composable:
        """No row, for those who are shown no places of persons."""
        return sql.SQL(_NO_OCCUPANCY)

    def _places(self) -> sql.Composed:
        return sql.SQL(_PLACES).format(locations=self._versions("location"), cell_kinds=_texts(CELL_KINDS))

    def _episodes(self) -> sql.Composed:
        return self._versions("custody_episode")

    def _versions(self, entity: str) -> sql.Composed:
        declared = self._model.entity(entity)
        return versions(declared, [column.name for column in columns_of(declared)], self._asking)


def _texts(values: tuple[str, ...]) -> sql.Composed:
    return sql.SQL("array[{}]::text[]").format(sql.SQL(", ").join(sql.Literal(value) for value in values))
