"""What an erasure leaves in the files of the database: rows that nobody can read, until their room is freed."""

import psycopg
from psycopg import sql

from watchroom.model.catalogue import Catalogue
from watchroom.store.about import tables_of
from watchroom.store.database import Database, Principal
from watchroom.store.erasing import BESIDE


def sweep(database: Database, model: Catalogue, entities: tuple[str, ...]) -> bool:
    """Free the room of what was deleted from the tables of entities and beside them; False: not all of it could be.

    What is freed is written over in time. Until then the old bytes stand in the files of the database, its write-ahead
    log and whatever archives that: nobody reads them through it.

    Args:
        database: of the node; not within a transaction.
        model: of the node.
        entities: whose records were deleted.
    """
    tables = [sql.Identifier(*name.split(".")) for name in BESIDE]
    tables += [table for name in entities for table in tables_of(model.entity(name))]
    # INVARIANT: indexes too, however little there is to be freed: a key stands in them as well.
    statement = sql.SQL("vacuum (index_cleanup on, parallel 0) {}").format(sql.SQL(", ").join(tables))
    try:
        with psycopg.connect(database.conninfo(Principal.MIGRATOR), autocommit=True) as connection:
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(database.roles.owner)))
            connection.execute(statement)
    except psycopg.Error:
        return False
    return True
