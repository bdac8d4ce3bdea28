"""A DuckDB with everything in it that a batch of messages needs before any comes: macros, codes, empty tables.

To make one takes a third of what a batch of one event takes. Whoever takes messages all day makes the next one while
nobody waits; it serves one batch and is thrown away, so that nothing of one delivery is there in the next.
"""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.duck import Duck
from watchroom.ingest.mapper import Mapper
from watchroom.ingest.mapping import Mapping
from watchroom.ingest.overflow import overflow_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The room that a batch may take.

    Attributes:
        overflow: folder of the folders in which batches keep what they do not hold in memory; None: where the machine
            keeps temporary files.
        memory: bytes that it may hold.
        is_small: few rows come.
    """

    overflow: Path | None
    memory: int
    is_small: bool = False


class Ready:
    """What one batch works in; a context that leaves nothing behind.

    Attributes:
        overflow: folder for what is not held in memory.
        duck: empty of rows.
        mapper: on it.
    """

    def __init__(self, mapping: Mapping, *, zone: str, room: Room, gone: frozenset[str] = frozenset()) -> None:
        """Made ready; see `Mapper` for what is given.

        Args:
            room: that the batch may take.
        """
        self._stack = ExitStack()
        try:
            self._made_for = (mapping.version, zone, gone)
            self.overflow = self._stack.enter_context(overflow_folder(room.overflow))
            duck = Duck(overflow=self.overflow, memory=room.memory, is_small=room.is_small)
            self.duck = self._stack.enter_context(closing(duck))
            self.mapper = Mapper(self.duck, mapping, zone=zone, gone=gone)
            if mapping.messages is not None:
                self.mapper.delivered.expect(mapping.messages.codec)
                if duck.is_small:
                    self.mapper.rehearse()
        except BaseException:
            self._stack.close()
            raise

    def fits(self, around: Circumstances) -> bool:
        """Whether it was made as that batch needs it: its mapping may have been mended since, or its source changed."""
        return self._made_for == (around.mapping.version, around.source.time_zone, around.gone)

    def __enter__(self) -> "Ready":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything."""
        self._stack.close()
