"""What a codec is and what it gives: objects in the words of their standard, faults with a place, and what is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from watchroom.sources.faults import Fault

Values = Mapping[str, str | None]


class Kind(StrEnum):
    """What it means that something is not in a message."""

    MESSAGE = "message"
    """Nothing: it tells of what it holds."""
    SNAPSHOT = "snapshot"
    """That it is no longer reported, which does not mean that it is over."""


class Verb(StrEnum):
    """What an object asks to be done with what is known under its key."""

    UPSERT = "upsert"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    """It takes the place of other keys, named in `Object.supersedes`."""


class Realness(StrEnum):
    """Whether an object is about the real world; the values of the model's `realness`."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    TEST = "test"
    DRAFT = "draft"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One row of one of a codec's tables.

    Attributes:
        table: its name.
        key: of the thing in its source, the same in whatever message it comes; unique within the table of a message.
        place: the path of the element in the message.
        values: by column; a column that is not named holds nothing.
        verb: what to do with what is known under the key.
        realness: of the message, or of the object where it says so itself.
        handling: what the source says about passing it on, as it says it.
        supersedes: keys of the same table whose place it takes.
    """

    table: str
    key: str
    place: str
    values: Values
    verb: Verb = Verb.UPSERT
    realness: Realness = Realness.ACTUAL
    handling: str | None = None
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a message holds.

    Attributes:
        objects: in the order of the message.
        faults: what is wrong with it, each with its place; what has a fault and no object was left out.
        lost: paths of elements that no table has room for, without the numbers of repetitions, in order.
    """

    objects: tuple[Object, ...] = ()
    faults: tuple[Fault, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the message can be trusted."""
        return any(fault.refuses for fault in self.faults)

    @property
    def is_whole(self) -> bool:
        """Whether every object of the message was taken, so that what is not in it is not in the source."""
        return not any(fault.refuses or fault.leaves_out for fault in self.faults)

    def of(self, table: str) -> tuple[Object, ...]:
        """The objects of that table."""
        return tuple(one for one in self.objects if one.table == table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that a codec gives: one line of what a row is, and what each column holds by path of the standard."""

    row: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a message is taken; one with more is refused.

    Attributes:
        size: bytes.
        depth: how deep elements may lie in each other.
        elements: members, items and elements of all kinds, as counted by their marks in the text.
        objects: rows of all tables.
    """

    size: int = 16 << 20
    depth: int = 64
    elements: int = 2_000_000
    objects: int = 200_000


LIMITS = Limits()

Decode = Callable[[bytes, str, Limits], Decoded]
Encode = Callable[[Sequence[Object]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """A standard that can be read, and for some written.

    Attributes:
        name: as a source's settings name it.
        title: what a person calls it, with its version.
        media_types: under which it is sent, the usual one first.
        kind: what the absence of something means.
        tables: what `decode` gives, by name.
        lossy: what is never taken although it is understood, path and why.
        reads: bytes, the name of the file and limits to what the message holds; never raises.
        writes: objects of the same tables to bytes, where the standard is written as well.
    """

    name: str
    title: str
    media_types: tuple[str, ...]
    kind: Kind
    tables: Mapping[str, Table]
    lossy: tuple[tuple[str, str], ...]
    reads: Decode
    writes: Encode | None = field(default=None)

    def decode(self, content: bytes, *, file: str, limits: Limits = LIMITS) -> Decoded:
        """What the message holds; whatever is wrong with it is a fault of the answer.

        Args:
            content: the message.
            file: its name, for the faults; it says nothing about anybody.
            limits: how much of it is taken.
        """
        return self.reads(content, file, limits)
