"""On which sources something rests, and whether it can be known from them now. Pure.

A source that has ended, or is taken up again and has given nothing yet, leaves nothing behind: an empty list says
nothing then. What a silent one gave still stands, and nobody knows whether it is still so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.priority.freshness import SourceAge, behind

# So long it is said above all else that a source has ended, and what others give as well is not taken for all of it.
ENDED_IS_NEWS = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """What some kinds of record rest on.

    Attributes:
        gone: kinds of which nothing stands, since all that give them have ended or gave nothing again yet.
        old: kinds of which all that give them are silent, or have ended.
        thin: kinds of which one that gives them is silent or has ended, and another is not.
        ended, silent, late: names of the sources that are the cause of that, or are late.
    """

    gone: frozenset[str] = frozenset()
    old: frozenset[str] = frozenset()
    thin: frozenset[str] = frozenset()
    ended: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    late: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """That there is none means that there is none."""
        return not (self.gone or self.old or self.thin)

    @property
    def is_firm(self) -> bool:
        """It is known, and no source of it is late."""
        return self.is_known and not self.late


FIRM = Footing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Which source gives what, at an instant.

    Attributes:
        at: UTC.
        sources: of the node.
        kinds: of record that each source gives, by its name; None: nobody has said what it gives.
    """

    at: datetime
    sources: Sequence[SourceAge]
    kinds: Mapping[str, frozenset[str] | None]

    def giving(self, kinds: Iterable[str]) -> tuple[SourceAge, ...]:
        """The sources that give something of these kinds, or of which nobody has said what they give."""
        wanted = frozenset(kinds)
        return tuple(
            source
            for source in self.sources
            if (given := self.kinds.get(source.system)) is None or not given.isdisjoint(wanted)
        )

    def footing(self, kinds: Iterable[str]) -> Footing:
        """On what these kinds rest. One that no source gives rests on nothing, and nothing is said of it."""
        late = behind(self.sources)
        gone, old, thin = set[str](), set[str](), set[str]()
        causes: dict[str, SourceAge] = {}
        slow: set[str] = set()
        for kind in set(kinds):
            givers = self._givers(kind)
            down = [one for one in givers if _is_down(one)]
            slow |= {one.system for one in givers if one.system in late and one.state == "late"}
            if not down:
                continue
            if len(down) < len(givers):
                thin.add(kind)
            else:
                (gone if all(one.away_at is not None for one in down) else old).add(kind)
            causes |= {one.system: one for one in down}
        return Footing(
            gone=frozenset(gone),
            old=frozenset(old),
            thin=frozenset(thin),
            ended=tuple(sorted(name for name, one in causes.items() if one.away_at is not None)),
            silent=tuple(sorted(name for name, one in causes.items() if one.away_at is None)),
            late=tuple(sorted(slow)),
        )

    def _givers(self, kind: str) -> list[SourceAge]:
        """The sources of a kind; where none is known to give it, those of which nobody has said what they give.

        One that ended long ago does not count beside another: that one gives in its stead.
        """
        told = [(source, self.kinds.get(source.system)) for source in self.sources]
        known = [source for source, kinds in told if kinds is not None and kind in kinds]
        known = known or [source for source, kinds in told if kinds is None]
        recent = [one for one in known if one.ended_at is None or self.at - one.ended_at < ENDED_IS_NEWS]
        return recent or known


def _is_down(age: SourceAge) -> bool:
    return age.away_at is not None or (age.is_judged and age.state == "silent")
