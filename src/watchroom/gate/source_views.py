"""What is told of the sources themselves: how fresh each is, what the checks of it and what ingest found."""

from collections.abc import Mapping
from typing import LiteralString

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import TRUE
from watchroom.store.sealing import SUFFIX

# By which a batch is known that ended what stood of a source.
ENDING: Mapping[str, sql.Composable] = {
    "ending": sql.Literal(SUFFIX),
    "ending_length": sql.Literal(len(SUFFIX)),
}

_FRESHNESS = """
select
    source.name as source_system,
    last.sealed_at as last_sealed_at,
    greatest(batch.as_at, heard.at) as extract_as_at,
    source.expected_every_seconds,
    refused.at as refused_at,
    batch.finished_at as loaded_at,
    batch.dated_by,
    case when ending.is_still then ending.at end as ended_at,
    case
        when ending.is_still or coalesce(last.seq < ending.seq, last.sealed_at <= ending.at, true) then ending.at
    end as away_at,
    source.mapping,
    batch.is_full as is_whole,
    last.seq
from {asking}
cross join ingest.source as source
left join lateral (
    select sealed.seq, sealed.sealed_at, sealed.batch_id
    from ingest.sealed as sealed
    where sealed.source_system = source.name and {is_sealed}
    order by sealed.seq desc
    limit 1
) as last on true
left join ingest.batch as batch on batch.id = last.batch_id
left join lateral (
    select max(late.finished_at) as at
    from ingest.batch as late
    where
        late.source_system = source.name
        and late.status = 'refused'
        and not late.is_set_aside
        and (
            batch.id is null
            or late.machine_started_at > batch.machine_started_at and late.as_at >= batch.as_at
        )
        and {was_known}
) as refused on true
left join lateral (
    select max(tried.began_at) as at
    from ingest.fetch_try as tried
    where tried.source_system = source.name and tried.is_confirmed and batch.id is not null and {was_heard}
) as heard on true
left join lateral (
    select
        ended.ended_at as at,
        ended.resumed_at is null or not {was_resumed} as is_still,
        (select gone.seq from ingest.batch as gone where gone.id = ended.batch_id) as seq
    from ingest.source_ending as ended
    where ended.source_system = source.name and {had_ended}
    order by ended.id desc
    limit 1
) as ending on true
where {mine} and source.kind <> 'staff'
"""

# INVARIANT: of what a run found nothing is told as known before it was made, nor of one over what was not known then.
_QUALITY = """
select
    source.name as source_system,
    run.ran_at as checked_at,
    run.seq >= last.seq as is_current,
    found.entity,
    found.field,
    found.check_name,
    found.severity,
    found.bad,
    found.of
from {asking}
cross join ingest.source as source
left join lateral (
    select max(sealed.seq) as seq
    from ingest.sealed as sealed
    where sealed.source_system = source.name and {is_sealed}
) as last on true
left join lateral (
    select quality_run.id, quality_run.ran_at, quality_run.seq
    from ingest.quality_run as quality_run
    where {was_known} and {is_seen}
    order by quality_run.seq desc, quality_run.ran_at desc, quality_run.id desc
    limit 1
) as run on true
left join ingest.quality_finding as found
    on found.run_id = run.id and found.source_system = source.name and {is_told}
where {mine} and source.kind <> 'staff'
"""

_ISSUES = """
select
    source.name as source_system,
    issue.entity,
    issue.field,
    issue.code,
    issue.severity,
    count(*) as count
from {asking}
cross join ingest.source as source
cross join lateral (
    select sealed.batch_id as id
    from ingest.sealed as sealed
    where sealed.source_system = source.name and {is_sealed}
    order by sealed.seq desc
    limit 1
) as latest
join ingest.issue as issue on issue.batch_id = latest.id
where
    {mine}
    and not exists (
        select from ingest.source_ending as ended
        where
            ended.source_system = source.name
            and {had_ended}
            and (ended.resumed_at is null or not {was_resumed})
    )
group by source.name, issue.entity, issue.field, issue.code, issue.severity
"""


class SourceViews:
    """Composes the views of the sources."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def freshness(self) -> sql.Composable:
        """One row per source system; `refused_at` only of a delivery after the one that is in the record.

        `away_at`: since when nothing of it stands, for it ended and has delivered nothing since.
        """
        return self._of_sources(_FRESHNESS)

    def quality(self, *, is_whole: bool) -> sql.Composable:
        """One row per source system, or per finding of the last run where it found something in what the source gave.

        Args:
            is_whole: with the findings; without them only when it was checked.
        """
        asking = self._asking
        return sql.SQL(_QUALITY).format(
            asking=asking.source,
            mine=asking.is_mine,
            is_sealed=asking.was_sealed(sql.Identifier("sealed", "seq")),
            was_known=asking.was_known(sql.Identifier("quality_run", "ran_at")),
            is_seen=asking.was_sealed(sql.Identifier("quality_run", "seq")),
            is_told=TRUE if is_whole else sql.SQL("false"),
        )

    def issues(self) -> sql.Composable:
        """One row per kind of fault in the latest batch of each source; numbers, never a value."""
        return self._of_sources(_ISSUES)

    def _of_sources(self, text: LiteralString) -> sql.Composed:
        asking = self._asking
        is_sealed = asking.was_sealed(sql.Identifier("sealed", "seq"))
        was_known = asking.was_known(sql.Identifier("late", "finished_at"))
        was_heard = asking.was_known(sql.Identifier("tried", "ended_at"))
        had_ended = asking.was_known(sql.Identifier("ended", "ended_at"))
        was_resumed = asking.was_known(sql.Identifier("ended", "resumed_at"))
        return sql.SQL(text).format(
            asking=asking.source,
            mine=asking.is_mine,
            is_sealed=is_sealed,
            was_known=was_known,
            was_heard=was_heard,
            had_ended=had_ended,
            was_resumed=was_resumed,
        )
