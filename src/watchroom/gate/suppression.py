"""Numbers for those who may not know of persons: none under ten, and none that a total gives away.

A table of numbers is one row per place (or code) and one total. Where a cell is under ten, it is hidden, and
with it every cell of the smallest size that could be shown. What is shown is then the same however the numbers
of the hidden cells are dealt out among them, and one of those numbers is ten or more: so no hidden cell can be
told from a bigger one, and none can be worked out from the total.

Of the past nothing is told but that it is withheld: two readings of one number, each of ten or more, would give the
few by whom it grew. So there is one reading of every delivery, made while it is the present, and it is in the audit.
"""

from psycopg import sql

from watchroom.gate.asking import Asking

LEAST = 10

_IS_PRESENT = "exists (select from {source} where {mine} and {sequence} is null)"

_SHOWN = """
select
    judged.name,
    'group' as counted,
    case
        when judged.total < {least} then null
        when judged.has_small and judged.number <= coalesce(judged.smallest, judged.number) then null
        else judged.number
    end as number
from (
    select
        cells.name,
        cells.number,
        sum(cells.number) over () as total,
        min(cells.number) filter (where cells.number >= {least}) over () as smallest,
        bool_or(cells.number < {least}) over () as has_small
    from ({cells}) as cells
    where {is_present}
) as judged
union all
select
    null,
    'total',
    case when {is_present} and sum(cells.number) >= {least} then sum(cells.number)::bigint end
from ({cells}) as cells
"""

# The line that says that more is withheld is there always, so that it tells nothing.
_SHOWN_ISSUES = """
select
    issues.source_system,
    issues.entity,
    issues.field,
    issues.code,
    issues.severity,
    issues.count
from ({issues}) as issues
where issues.count >= {least} and {is_present}
union all
select source.name, null::text, null::text, 'withheld', null::text, null::bigint
from {source}
cross join ingest.source as source
where {mine}
"""


def shown_counts(cells: sql.Composable, *, asking: Asking) -> sql.Composed:
    """The query of the numbers that may be shown: `name`, `counted` (`group` or `total`), `number` or NULL.

    Of the past it is one row: the total, NULL.

    Args:
        cells: query with one row per cell: `name` text, `number` bigint; cells of nobody among them.
        asking: of the audience.
    """
    return sql.SQL(_SHOWN).format(cells=cells, least=sql.Literal(LEAST), is_present=_is_present(asking))


def shown_issues(issues: sql.Composable, *, asking: Asking) -> sql.Composed:
    """The query of the faults of deliveries as far as those may know them who see no person, nor keep the data.

    One row per kind of which there are ten or more, now; and for each source one, of the code `withheld`, that says
    that more is not told.

    Args:
        issues: query of all of them.
        asking: of the audience.
    """
    return sql.SQL(_SHOWN_ISSUES).format(
        issues=issues,
        least=sql.Literal(LEAST),
        is_present=_is_present(asking),
        source=asking.source,
        mine=asking.is_mine,
    )


def _is_present(asking: Asking) -> sql.Composed:
    """Whether the present is asked for, by somebody whom the gate has written down."""
    return sql.SQL(_IS_PRESENT).format(source=asking.source, mine=asking.is_mine, sequence=asking.sequence)
