"""What the planner is told of a large write."""

from collections.abc import Mapping

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue, Entity, columns_of
from watchroom.store.database import Connection
from watchroom.store.tables import history_of, names, table_name
from watchroom.store.writes import Written

_QUERIES = load_queries("watchroom.store", "writes.sql")
_FROM_ROWS = 500
_CHANGES_CHOSEN_BY = ("seq", "entity", "op", "person_id", "site_code", "unit_code")


def keep_statistics(connection: Connection, written: Mapping[str, Written], *, model: Catalogue) -> None:
    """Let the planner know of a large write at once: the first page after it must not wait for autovacuum.

    It learns of the columns by which rows are chosen; of the others autovacuum tells it in its own time.

    Args:
        connection: as loader, in the transaction that wrote.
        written: by name of the entity.
        model: that has the entities.
    """
    touched: dict[str, tuple[int, sql.Composed]] = {}
    for name, outcome in written.items():
        columns = names(_chosen_by(model.entity(name)))
        superseded = outcome.changed + outcome.ended
        for table, number in ((name, outcome.new + superseded), (history_of(model.entity(name)), superseded)):
            if number >= _FROM_ROWS:
                target = table_name(table)
                touched[target.as_string(connection)] = (number, sql.SQL("{} ({})").format(target, columns))
    told = sum(outcome.new + outcome.changed + outcome.ended for outcome in written.values())
    if told >= _FROM_ROWS:
        touched["ingest.change"] = (told, sql.SQL("ingest.change ({})").format(names(_CHANGES_CHOSEN_BY)))
    if not touched:
        return
    known = connection.execute(_QUERIES["known_rows"].text, {"tables": list(touched)}).fetchall()
    grown = [touched[table][1] for table, rows in known if touched[table][0] * 10 >= rows]
    if grown:
        connection.execute(sql.SQL("analyze {}").format(sql.SQL(", ").join(grown)))


def _chosen_by(entity: Entity) -> tuple[str, ...]:
    """The columns by which rows are chosen and joined: not what stands for a row itself, nor its text."""
    left_out = {"id", "source_key", "batch_id", "unreliable_dates"}
    companions = {field.source_value_name for field in entity.fields}
    return tuple(
        column.name
        for column in columns_of(entity)
        if column.name not in left_out | companions and not (column.field is not None and column.field.free_text)
    )
