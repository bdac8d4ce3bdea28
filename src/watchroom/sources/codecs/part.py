"""Walking through a message: what is asked for is taken, what nobody asked for is named as lost."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from watchroom.sources.codecs.contract import Decoded, Limits, Object
from watchroom.sources.codecs.json_text import Members, Number, as_json, members_twice
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.faults import Fault, FaultCode

LOST_AT_MOST = 200
FAULTS_AT_MOST = 1000
_NAME = re.compile(r"[A-Za-z_@#$][\w.:$-]{0,63}")
# What PostgreSQL or Arrow cannot hold, or XML and JSON cannot carry to others.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def shown(name: str) -> str:
    """A name as it may stand in a place: one that is no word of a standard could be anything, and is not repeated."""
    return name if _NAME.fullmatch(name) and name.isascii() else "(a name)"


class Reading:
    """What is found in a message so far."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.file = file
        self._limits = limits
        self._objects: dict[tuple[str, str], Object] = {}
        self._faults: list[Fault] = []
        self._told: set[tuple[FaultCode, str]] = set()
        self._unsaid = 0
        self._parts: list[Part] = []
        self._lost: set[str] = set()

    def fault(self, code: FaultCode, message: str, *, place: str) -> None:
        """Something is wrong at that place; after `FAULTS_AT_MOST` faults the rest are told by their number."""
        if (code, place) in self._told:
            return
        self._told.add((code, place))
        if len(self._faults) < FAULTS_AT_MOST:
            self._faults.append(Fault(code=code, file=self.file, message=message, place=place or "(root)"))
        else:
            self._unsaid += 1

    def lose(self, path: str) -> None:
        """What is at that path has no room in any table."""
        self._lost.add(path)

    def add(self, found: Object) -> bool:
        """Take an object; not one whose key an earlier object of the table has, which is a fault.

        Raises:
            RefusalError: there are more objects than the limits allow.
        """
        if (found.table, found.key) in self._objects:
            message = f"a {found.table} with the same key stands before it in the message; the earlier one is taken"
            self.fault(FaultCode.OBJECT_TWICE, message, place=found.place)
            return False
        if len(self._objects) >= self._limits.objects:
            raise RefusalError(
                FaultCode.TOO_LARGE, f"the message has more than {self._limits.objects} objects; split it"
            )
        self._objects[found.table, found.key] = found
        return True

    def part(self, value: object, *, place: str, path: str) -> "Part":
        """The object at that place; where none is, an empty one and a fault."""
        if not isinstance(value, Members):
            self.fault(
                FaultCode.ELEMENT_UNREADABLE, "here an object is due; what stands here was not read", place=place
            )
            value = Members()
        part = Part(self, value, place=place, path=path)
        self._parts.append(part)
        return part

    def let_go(self) -> None:
        """Let go of the message: its parts know this and this knows them, and Python seldom looks for such rings."""
        self._parts.clear()

    def decoded(self) -> Decoded:
        """All of it."""
        for part in self._parts:
            self._lost.update(part.rest())
        lost = sorted(self._lost)
        if len(lost) > LOST_AT_MOST:
            lost = [*lost[:LOST_AT_MOST], f"({len(lost) - LOST_AT_MOST} more paths)"]
        faults = list(self._faults)
        if self._unsaid:
            message = f"{self._unsaid} more faults are not told one by one; mend these first"
            faults.append(Fault(code=FaultCode.ELEMENT_UNREADABLE, file=self.file, message=message, place="(root)"))
        return Decoded(objects=tuple(self._objects.values()), faults=tuple(faults), lost=tuple(lost))


@dataclass(frozen=True, slots=True)
class Said:
    """A value and where it stands."""

    value: object
    place: str


class Part:
    """An object of the message, which remembers what of it was asked for.

    Attributes:
        reading: of which it is a part.
        place: its path with numbers, for faults.
        path: its path by kind, for what is lost.
    """

    def __init__(self, reading: Reading, members: Members, *, place: str, path: str) -> None:
        self.reading, self.place, self.path = reading, place, path
        self._members = members
        self._asked: set[str] = set()
        for name in [name for name in members if _UNWRITABLE.search(name)]:
            message = "the name holds a NUL or half a character; the member was not taken, mend it at the source"
            reading.fault(FaultCode.ELEMENT_UNREADABLE, message, place=self.at(name))
            del members[name]
        for name in members.twice:
            message = "the member is given more than once, so nobody knows which is meant; none was taken"
            reading.fault(FaultCode.MEMBER_TWICE, message, place=self.at(name))

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing."""
        return not self._members

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its members."""
        return tuple(self._members)

    def has(self, name: str) -> bool:
        """Whether it has a member of that name that is not null; asked so, it counts as not taken yet."""
        return self._members.get(name) is not None

    def at(self, name: str) -> str:
        """The place of a member."""
        return f"{self.place}.{shown(name)}" if self.place else shown(name)

    def fault(self, code: FaultCode, message: str, *, name: str | None = None) -> None:
        """Something is wrong with it, or with the member of that name."""
        self.reading.fault(code, message, place=self.at(name) if name else self.place)

    def ignore(self, *names: str) -> None:
        """These are understood and rightly not kept: the codec's `lossy` says so, or they say nothing of their own."""
        self._asked.update(names)

    def peek(self, name: str) -> object:
        """The member as it stands, which counts as not taken yet."""
        return self._members.get(name)

    def path_is(self, path: str) -> None:
        """Name what is lost of it from here on by this path."""
        self.path = path

    def value(self, name: str) -> object:
        """The member as it stands; None: there is none."""
        self._asked.add(name)
        return self._members.get(name)

    def text(self, name: str) -> str | None:
        """The member as text: numbers as written, yes and no as `true` and `false`; an empty text is None."""
        return self._said(self.value(name), self.at(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """The members of a list of single values, or the one that stands alone."""
        said = (self._said(one.value, one.place) for one in self.all(name))
        return tuple(text for text in said if text is not None)

    def all(self, name: str) -> Sequence[Said]:
        """The items of a list, or what stands alone, each with its place."""
        value = self.value(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            return (Said(value, self.at(name)),)
        items = cast("list[object]", value)
        return [Said(one, f"{self.at(name)}[{index}]") for index, one in enumerate(items)]

    def part(self, name: str) -> "Part":
        """The object of that name; an empty one where there is none."""
        value = self.value(name)
        path = f"{self.path}.{shown(name)}"
        if value is None or value == "":
            return Part(self.reading, Members(), place=self.at(name), path=path)
        return self.reading.part(value, place=self.at(name), path=path)

    def parts(self, name: str) -> Iterator["Part"]:
        """The objects of a list, or the one that stands alone."""
        for one in self.all(name):
            yield self.reading.part(one.value, place=one.place, path=f"{self.path}.{shown(name)}")

    def json(self, name: str) -> str | None:
        """The member whole as JSON text."""
        value = self.value(name)
        for place in members_twice(value, self.at(name)):
            message = "the member is given more than once, so nobody knows which is meant; none was taken"
            self.reading.fault(FaultCode.MEMBER_TWICE, message, place=place)
        return None if value is None else self._said(as_json(value), self.at(name))

    def rest(self) -> Iterator[str]:
        """Paths of members that nobody asked for."""
        for name in self._members:
            if name not in self._asked:
                yield f"{self.path}.{shown(name)}"

    def _said(self, value: object, place: str) -> str | None:
        match value:
            case None | "":
                return None
            case bool():
                return "true" if value else "false"
            case Number():
                return str(value)
            case str():
                if _UNWRITABLE.search(value):
                    message = "the text holds a NUL or half a character; it was not taken, mend it at the source"
                    self.reading.fault(FaultCode.ELEMENT_UNREADABLE, message, place=place)
                    return None
                return value
            case _:
                message = "here a single value is due; what stands here was not read"
                self.reading.fault(FaultCode.ELEMENT_UNREADABLE, message, place=place)
                return None
