"""A node made by its own command, whose server stands for all that is asked of it meanwhile."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from servers import QUICK
from watchroom.entrances import commands
from watchroom.node.create import remove_node
from watchroom.node.settings import postgresql_programs
from watchroom.store.server import EmbeddedServer


@contextmanager
def standing_node(folder: Path, *words: str) -> Generator[Result]:
    """What `watchroom init` said of the node in `folder`, which is removed afterwards.

    Each command would start and stop a server of its own, and wait for the disk: that they do is tested in
    `test_by_hand.py` and where the server is the subject.
    """
    begun = CliRunner().invoke(commands(), ["init", str(folder), *words], catch_exceptions=False)
    assert begun.exit_code == 0, begun.stderr
    try:
        with EmbeddedServer(folder / "database", binaries=postgresql_programs(), settings=QUICK):
            yield begun
    finally:
        remove_node(folder)
