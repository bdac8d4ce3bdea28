"""What the checks compare with what others say: earlier deliveries of the source, and the source's own totals."""

from collections.abc import Iterator

from psycopg import sql

from watchroom.model.catalogue import Catalogue
from watchroom.quality.catalogue import check
from watchroom.quality.drift import Compared, compared
from watchroom.quality.profiles import profiled_sources, profiles_of
from watchroom.quality.results import Result
from watchroom.quality.runs import Found, last_totals
from watchroom.store.database import Connection
from watchroom.store.tables import table_name

_COUNT = sql.SQL("select count(*) from {} as t where t.source_system = {}")


def drift_found(connection: Connection) -> list[Found]:
    """The last delivery of each source beside those before it, one line per comparison; none where there is none."""
    return [
        Found(source=source, result=_result(one))
        for source in profiled_sources(connection)
        for one in compared(profiles_of(connection, source))
    ]


def _result(one: Compared) -> Result:
    return Result(check=one.check, entity=one.entity, field=one.field, bad=one.bad, of=one.of)


def of_all_sources(found: list[Found]) -> Iterator[Result]:
    """The same, of all sources together."""
    told: dict[tuple[str, str | None, str | None], Result] = {}
    for one in found:
        result, earlier = one.result, told.get(one.result.key)
        if earlier is not None:
            result = Result(
                check=result.check,
                entity=result.entity,
                field=result.field,
                bad=result.bad + earlier.bad,
                of=result.of + earlier.of,
            )
        told[result.key] = result
    yield from told.values()


def totals_found(connection: Connection, model: Catalogue) -> Iterator[Found]:
    """What each source says that it has, beside what stands of it, by entity."""
    for source, name, number in last_totals(connection):
        if name in model.entities:
            row = connection.execute(_COUNT.format(table_name(name), sql.Literal(source))).fetchone()
            differ = abs((row[0] if row else 0) - number)
            result = Result(check=check("total_differs"), entity=name, bad=differ, of=number)
            yield Found(source=source, result=result)
