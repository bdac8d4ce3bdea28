"""Rows that stand, staged with another code for a value of their source; all else of them stays as it is."""

from collections.abc import Iterator, Sequence

from psycopg import sql

from watchroom.model.catalogue import Column, Entity, Field, FieldKind
from watchroom.store.composing import any_of, bare, commas, of
from watchroom.store.database import Connection
from watchroom.store.staging import compared, key_name, staging_of, staging_table
from watchroom.store.tables import names, table_name


def unread_values(
    connection: Connection, entity: Entity, fields: Sequence[Field]
) -> Sequence[tuple[str, str, str, int]]:
    """Code list, `entity.field`, value and number of staged rows whose value became no code.

    Rows that are held count too, but for those about whom was erased: nothing of them is kept.
    """
    parts = [
        sql.SQL(
            "select {list}, {place}, {value}, count(*) from {stage} as s"
            " where {code} is null and {value} <> '' and not exists (select from pg_temp.noted as refused"
            " where refused.entity = {entity} and refused.code in ('erased_before', 'erased_in_custody')"
            " and refused.file = s.file and refused.row = s.row) group by 3"
        ).format(
            entity=sql.Literal(entity.name),
            list=sql.Literal(field.code_list),
            place=sql.Literal(f"{entity.name}.{field.name}"),
            value=bare(of("s", field.source_value_name or "")),
            code=of("s", field.name),
            stage=staging_table(staging_of(entity)),
        )
        for field in fields
    ]
    return connection.execute(sql.SQL(" union all ").join(parts)).fetchall() if parts else []


def to_recode(connection: Connection, entity: Entity, fields: Sequence[Field], *, given: dict[str, str | None]) -> int:
    """How many rows of a source stand with a value that would become another code.

    Args:
        connection: as loader.
        entity: of the catalogue.
        fields: of it, coded, of one list.
        given: `source_system`, `value`, and `code`, which may be none.
    """
    query = sql.SQL("select count(*) from {} as t where {}").format(table_name(entity.name), _differs(fields))
    row = connection.execute(query, given).fetchone()
    return int(row[0]) if row else 0


def stage_recoded(
    connection: Connection, entity: Entity, fields: Sequence[Field], *, given: dict[str, str | None]
) -> None:
    """Fill the staging table of the entity with those rows; write it with `keeps` and `is_typed`. See `to_recode`."""
    columns = list(_staged(entity, fields))
    kept = [column.name for column in compared(entity) if column.name not in {field.name for field in fields}]
    query = sql.SQL("insert into {} ({}) select {} from {} as t where {}").format(
        staging_table(staging_of(entity)),
        names(["source_key", *(name for name, _ in columns), "kept"]),
        commas([of("t", "source_key"), *(value for _, value in columns), sql.Literal(kept)]),
        table_name(entity.name),
        _differs(fields),
    )
    connection.execute(query, given)


def _differs(fields: Sequence[Field]) -> sql.Composable:
    return sql.SQL("t.source_system = %(source_system)s and ({})").format(
        any_of(
            [
                sql.SQL("({} = %(value)s and {} is distinct from %(code)s::text)").format(
                    bare(of("t", field.source_value_name or "")), of("t", field.name)
                )
                for field in fields
            ]
        )
    )


def _staged(entity: Entity, fields: Sequence[Field]) -> Iterator[tuple[str, sql.Composable]]:
    """What is staged beside the key: the codes, and whatever a row must have in order to be written."""
    for field in fields:
        yield (
            field.name,
            sql.SQL("case when {} = %(value)s then %(code)s else {} end").format(
                bare(of("t", field.source_value_name or "")), of("t", field.name)
            ),
        )
    recoded = {field.name for field in fields}
    for column in compared(entity):
        if column.field is not None and column.field.required and column.name not in recoded:
            yield _needed(column)


def _needed(column: Column) -> tuple[str, sql.Composable]:
    field = column.field
    if field is None or field.kind is not FieldKind.REFERENCE:
        return column.name, of("t", column.name)
    # By its id: what it points to may be another source's.
    return key_name(field), sql.SQL("{}::text").format(of("t", column.name))
