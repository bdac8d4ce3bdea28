"""An ingest that is killed leaves nothing half-loaded, whatever it did; the next one is as if it had never run."""

import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from textwrap import dedent

import pytest
from psycopg import sql

from watchroom.audit.verify import Verified
from watchroom.model.catalogue import catalogue
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.store.roles import Principal

# Kills itself as the operating system would, in the middle of what it is told to be doing.
KILLED = dedent("""
    import os, signal, sys
    from pathlib import Path
    from watchroom.node.node import Node
    from watchroom.node.source_desk import SourceDesk

    def progress(step):
        if step.what == sys.argv[2] and step.done >= int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

    with Node.open(Path(sys.argv[1])) as node:
        if sys.argv[2] == "witness":
            SourceDesk._witness = lambda desk, batch: os.kill(os.getpid(), signal.SIGKILL)
        node.sources.ingest("nomis", progress=progress)
""")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("killed") / "n"
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service"))
    with Node.open(folder) as node:
        node.sources.add("nomis", kind="files", at=str(nomis), mapping="nomis")
    try:
        yield folder
    finally:
        remove_node(folder)


def counts(folder: Path) -> dict[str, int]:
    """How many rows stand in every table that an ingest writes."""
    found: dict[str, int] = {}
    tables = [("ingest", name) for name in ("batch", "file", "raw_row", "sealed", "change", "issue")]
    tables += [("record", name) for name in catalogue().entities]
    with Node.open(folder) as node, node.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(node.database.roles.owner)))
        for schema, name in tables:
            query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))
            row = connection.execute(query).fetchone()
            found[f"{schema}.{name}"] = row[0] if row else -1
    return found


STEPS = (("read", 0), ("stage", 10), ("write", 0), ("write", 10), ("witness", 0))


def test_a_killed_ingest_leaves_nothing_and_the_next_one_loads_everything(folder: Path) -> None:
    for what, done in STEPS:
        killed = subprocess.run([sys.executable, "-c", KILLED, str(folder), what, str(done)], check=False, timeout=120)
        assert killed.returncode == -signal.SIGKILL, f"{what} {done}: it came to its end"
        assert {table: number for table, number in counts(folder).items() if number} == {}, what
    with Node.open(folder) as node:
        first, again = (node.sources.ingest("nomis").batches[0].counts for _ in range(2))
        assert isinstance(node.verify_audit(), Verified)
    records = sum(number for table, number in counts(folder).items() if table.startswith("record."))
    assert (first.new, first.changed, first.ended) == (records, 0, 0)
    assert (again.new, again.changed, again.ended) == (0, 0, 0)
    assert records > 500
