"""The checks of quality as a command tells them: counts and advice, never a value or a key."""

from collections import Counter
from datetime import datetime

from watchroom.model.catalogue import Catalogue
from watchroom.quality.results import Status
from watchroom.quality.run import quality
from watchroom.quality.runs import trend
from watchroom.store.database import Database
from watchroom.store.roles import Principal


def checked_quality(
    database: Database, *, now: datetime, model: Catalogue, with_trend: bool = False
) -> dict[str, object]:
    """Run all checks and keep the run.

    Args:
        database: of the node.
        now: node time, timezone-aware.
        model: of the node.
        with_trend: with what the runs before found.

    Returns:
        `checks`, those not met first, with `trend` where it was asked for (this run is the last of it); `summary`, how
        many have each status; `stops`, whether one of them is fatal or could not be run. Of those with nothing to look
        at only the number is told.
    """
    results = quality(database, now=now, model=model, keeps=True)
    told = [result.as_json() for result in results if result.status is not Status.NOT_APPLICABLE]
    if with_trend:
        with database.connection(Principal.LOADER) as connection:
            seen = trend(connection)
        for result, one in zip((r for r in results if r.status is not Status.NOT_APPLICABLE), told, strict=True):
            one["trend"] = [earlier.as_json() for earlier in seen.get(result.key, ())]
    counts = Counter(result.status for result in results)
    return {
        "checks": told,
        "summary": {status.value: counts[status] for status in Status},
        "stops": any(
            one.status is Status.ERROR or (one.status is Status.FAILED and one.check.is_fatal) for one in results
        ),
    }
