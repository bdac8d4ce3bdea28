"""The mappings of a node: ours and the agency's own, checked, tried, and run again over what is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchroom.ingest.mapping import Mapping, MappingVersion
from watchroom.kernel.errors import UsageError
from watchroom.node.source_desk import SourceDesk

if TYPE_CHECKING:
    from watchroom.ingest.difference import Difference
    from watchroom.ingest.mapping_check import Flaw
    from watchroom.ingest.mapping_trial import Tried
    from watchroom.ingest.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A mapping that a node may use.

    Attributes:
        version: which one it is; of one that cannot be read only its name.
        is_own: the agency wrote it.
        sources: names of the sources that it reads.
        stale: of those the ones of which another version made what stands.
        fault: why it cannot be read; empty: it can.
    """

    version: MappingVersion
    is_own: bool
    sources: tuple[str, ...]
    stale: tuple[str, ...] = ()
    fault: str = ""

    def as_json(self) -> dict[str, object]:
        """The mapping for a JSON document."""
        return {
            **self.version.as_json(),
            "own": self.is_own,
            "sources": list(self.sources),
            "stale": list(self.stale),
            "fault": self.fault or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingDesk:
    """What an operator does with mappings.

    Attributes:
        sources: of the node.
    """

    sources: SourceDesk

    def every(self) -> tuple[Listed, ...]:
        """The mappings that the node may use, by name."""
        from watchroom.ingest.mapping import MappingError

        sources, made = self.sources.every(), self.sources.made_by()
        mappings = self.sources.mappings
        own = frozenset(mappings.own_names())
        found: list[Listed] = []
        for name in mappings.names():
            reads = tuple(source.name for source in sources if source.mapping == name)
            try:
                version = mappings.load(name).version
            except MappingError as fault:
                nothing = MappingVersion(name=name, version="", digest="")
                found.append(Listed(version=nothing, is_own=name in own, sources=reads, fault=str(fault)))
                continue
            stale = tuple(one for one in reads if one in made and made[one].digest != version.digest)
            found.append(Listed(version=version, is_own=name in own, sources=reads, stale=stale))
        return tuple(found)

    def find(self, name: str) -> Mapping:
        """The mapping of that name.

        Raises:
            NotFoundError: there is none.
            MappingError: it contradicts itself.
        """
        return self.sources.mappings.load(name)

    def check(self, name: str) -> "tuple[Flaw, ...]":
        """Everything for which a mapping may not run; errors as for `find`."""
        from watchroom.ingest.mapping_trial import flaws_when_run

        return flaws_when_run(self.find(name), self.sources.model)

    def test(self, name: str) -> "Sequence[Tried]":
        """What becomes of the examples that stand beside an own mapping.

        Raises:
            NotFoundError, MappingError: see `find`; or it may not run, or an example cannot be read.
            UsageError: it is one of ours, whose examples are tests of the project.
        """
        from watchroom.ingest.mapping_check import require_sound
        from watchroom.ingest.mapping_trial import try_examples

        mapping = self.find(name)
        place = self.sources.mappings.own
        if place is None or not mapping.is_own:
            raise UsageError(
                f"`{name}` is a mapping of this version, which the tests of the project try; name an own one"
            )
        require_sound(mapping, self.sources.model)
        return try_examples(mapping, self.sources.model, place / name)

    def map_again(
        self, source: str, *, is_trial: bool, progress: "Progress | None" = None, is_from_the_first: bool = False
    ) -> "Difference":
        """What mapping the kept raw rows of a source again changes, or would; see `SourceDesk.map_again`."""
        return self.sources.map_again(source, is_trial=is_trial, progress=progress, is_from_the_first=is_from_the_first)
