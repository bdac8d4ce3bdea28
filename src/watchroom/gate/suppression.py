"""Numbers for those who may not know of persons: none under ten, and none that a total gives away.

A table of numbers is one row per place (or code) and one total. Where a cell is under ten, it is hidden, and
with it every cell of the smallest size that could be shown. What is shown is then the same however the numbers
of the hidden cells are dealt out among them, and one of those numbers is ten or more: so no hidden cell can be
told from a bigger one, and none can be worked out from the total.
"""

from collections.abc import Mapping

from psycopg import sql

LEAST = 10

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
) as judged
union all
select
    null,
    'total',
    case when sum(cells.number) >= {least} then sum(cells.number)::bigint end
from ({cells}) as cells
"""


def shown_counts(cells: sql.Composable) -> sql.Composed:
    """The query of the numbers that may be shown: `name`, `counted` (`group` or `total`), `number` or NULL.

    Args:
        cells: query with one row per cell: `name` text, `number` bigint; cells of nobody among them.
    """
    return sql.SQL(_SHOWN).format(cells=cells, least=sql.Literal(LEAST))


def shown_numbers(cells: Mapping[str, int], *, least: int = LEAST) -> tuple[dict[str, int | None], int | None]:
    """The same in Python: each cell's number or None, and the total or None. The oracle of the laws."""
    total = sum(cells.values())
    if total < least:
        return dict.fromkeys(cells), None
    if all(number >= least for number in cells.values()):
        return dict(cells), total
    smallest = min((number for number in cells.values() if number >= least), default=None)
    shown = {name: number if smallest is not None and number > smallest else None for name, number in cells.items()}
    return shown, total
