"""What is read of a delivery on its way to the mapper, counted for whoever watches."""

from watchroom.ingest.progress import Progress, Step
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.source_file import Take


class Reading:
    """Hands the rows of tables on as they are read, and tells how many they are."""

    def __init__(self, progress: Progress, take: Take) -> None:
        """A reading of which nothing was read yet.

        Args:
            progress: told of each part.
            take: is given the rows.
        """
        self._progress = progress
        self._take = take
        self._rows: dict[str, int] = {}
        progress(Step(what="read", done=0, of=0))

    def __call__(self, table: str, rows: ArrowTable) -> None:
        """Hand on some rows of a table."""
        self._rows[table] = self._rows.get(table, 0) + rows.num_rows
        self._progress(Step(what="read", done=len(self._rows) - 1, of=0, name=table, rows=self._rows[table]))
        self._take(table, rows)
