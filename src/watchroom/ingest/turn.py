"""What a roll makes of each time in custody: it goes on, it begins, it is no longer reported."""

from collections.abc import Sequence
from datetime import UTC, datetime

from watchroom.ingest.duck import Duck
from watchroom.ingest.mapping import Snapshot

STANDING = "ACTIVE IN"
ABSENT = "NOT REPORTED"
CONFIRMED = "NOT REPORTED TWICE"
EARLIER = "earlier"
EARLIER_COLUMNS = ("person_key", "episode_key", "first_at", "last_at", "begun_at", "status", "legal_status", "category")

# One row per person of the roll, whose time in custody goes on or begins, and one per time that it no longer reports.
# The time of who is back is a new one; so is that of who was admitted anew between two rolls. Who is absent for the
# first time is only not reported; a second roll without them, or a later admission, confirms that it ended. Neither
# says that anybody was released.
_TURN = """
create table turn as
with given as (
    select
        t.source_table,
        t.source_row,
        t.{person} as person_key,
        wall_clock(bare(t.{began})) as wall,
        point_of(wall_clock(bare(t.{began}))) as began
    from {table} as t
),
met as (
    select
        given.*,
        earlier.episode_key as was_key,
        earlier.first_at as was_first,
        offset_point(earlier.begun_at) as was_began,
        coalesce(earlier.status = '{standing}', false)
        and not coalesce(given.began > offset_point(earlier.begun_at), false) as goes_on
    from given
    left join earlier on given.person_key = earlier.person_key
)
select
    met.source_table,
    met.source_row,
    true as is_standing,
    met.person_key,
    case
        when met.goes_on then met.was_key
        else concat_ws('/', met.person_key, $1, strftime(met.wall, '%Y%m%dT%H%M%S'))
    end as episode_key,
    case when met.goes_on then met.was_first else $2 end as first_at,
    cast(null as varchar) as last_at,
    '{standing}' as status,
    'Y' as is_active,
    cast(null as varchar) as begun_at,
    cast(null as varchar) as legal_status,
    cast(null as varchar) as category,
    not met.goes_on and met.began is not null and coalesce(met.began <> met.was_began, true) as is_admitted,
    not met.goes_on and coalesce(met.began = met.was_began, false) as is_back
from met
union all
select
    'ABSENT',
    null,
    false,
    earlier.person_key,
    earlier.episode_key,
    earlier.first_at,
    case when earlier.status = '{standing}' then $3 else earlier.last_at end,
    case
        when earlier.status = '{absent}' or given.began > offset_point(earlier.begun_at) then '{confirmed}'
        else '{absent}'
    end,
    'N',
    earlier.begun_at,
    earlier.legal_status,
    earlier.category,
    false,
    false
from earlier
left join given on earlier.person_key = given.person_key
where
    earlier.status <> '{confirmed}'
    and (
        (given.person_key is null and $4)
        or coalesce(given.began > offset_point(earlier.begun_at), false)
    )
"""


def turn_statement(snapshot: Snapshot) -> str:
    """The statement that makes `turn` of a roll and of `earlier`; its parameters are those that `make_turn` gives."""
    return _TURN.format(
        table=snapshot.table,
        person=snapshot.person,
        began=snapshot.began,
        standing=STANDING,
        absent=ABSENT,
        confirmed=CONFIRMED,
    )


def make_turn(
    duck: Duck,
    snapshot: Snapshot,
    episodes: Sequence[Sequence[str]],
    *,
    moment: tuple[datetime, datetime],
    may_end: bool,
) -> None:
    """Make the table `turn` of the roll and of the last time in custody of each person.

    Args:
        duck: that holds the roll.
        snapshot: what it looks like.
        episodes: as the named query `earlier_episodes` gives them.
        moment: the instant of this roll and that of the one before, timezone-aware.
        may_end: who is not in it is no longer reported; otherwise it has rows that nobody can read.
    """
    duck.fill(EARLIER, EARLIER_COLUMNS, episodes)
    at, last_at = (instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for instant in moment)
    duck.run(turn_statement(snapshot), at[:19], at, last_at, may_end)
