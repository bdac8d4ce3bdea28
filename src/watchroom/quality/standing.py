"""Whether what stands in the database is what the model says: tables, columns, types and what holds keys unique."""

from collections.abc import Iterator, Mapping

from watchroom.model.catalogue import Catalogue
from watchroom.quality.catalogue import check
from watchroom.quality.results import Result
from watchroom.store.tables import Shape, Standing, shapes


def missing_columns(model: Catalogue, standing: Mapping[str, Standing]) -> frozenset[tuple[str, str]]:
    """Table and column of each column of the model that is not there although its table is."""
    return frozenset(
        (shape.table, column.name)
        for shape in shapes(model)
        if shape.table in standing
        for column in shape.columns
        if column.name not in standing[shape.table].columns
    )


def standing_results(model: Catalogue, standing: Mapping[str, Standing]) -> Iterator[Result]:
    """The results of the checks of the tables themselves, histories among them under the name of their table."""
    for shape in shapes(model):
        there = standing.get(shape.table)
        yield Result(check=check("table_missing"), entity=shape.table, bad=int(there is None), of=1)
        if there is not None:
            found = [there.columns[column.name][0] for column in shape.columns if column.name in there.columns]
            types = [column.sql_type for column in shape.columns if column.name in there.columns]
            others = sum(one != other for one, other in zip(found, types, strict=True))
            gone = len(shape.columns) - len(found)
            yield Result(check=check("field_missing"), entity=shape.table, bad=gone, of=len(shape.columns))
            yield Result(check=check("type_differs"), entity=shape.table, bad=others, of=len(found))
            yield _keys(shape, there)


def _keys(shape: Shape, there: Standing) -> Result:
    needed = {f"{shape.table}_pkey", *(index.name for index in shape.indexes if index.unique)}
    return Result(check=check("key_not_held"), entity=shape.table, bad=len(needed - there.indexes), of=len(needed))
