"""What a connector is asked, and what it answers.

A connector fetches and does not take: it lays files of a known format into a folder, says where its reading stands
then, and the usual way in takes the folder. Where the reading stands is kept by the batch's own commit. So whoever is
stopped between the two fetches again, and nothing is lost.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.kernel.secrets import Secret

if TYPE_CHECKING:
    # Arrow is loaded by what fetches; every command knows of the kinds.
    from watchroom.sources.arrow import ArrowTable


class FailureCode(StrEnum):
    """Why a source gave nothing that can be taken."""

    UNREACHABLE = "unreachable"
    """It does not answer, or what stands there is not it: nothing is known of what it holds."""
    UNAUTHORISED = "unauthorised"
    """It does not let the node in."""
    REFUSED_REQUEST = "refused_request"
    """It answers, and not with what was asked for."""
    OVERLOADED = "overloaded"
    """It asks to be left alone for a while."""
    REDIRECTED = "redirected"
    """It sends elsewhere, where neither question nor secret may go."""
    TOO_LARGE = "too_large"
    """It gives more than the settings let it."""
    TOO_SLOW = "too_slow"
    """It is not done within the time that the settings let it."""
    CHANGED_WHILE_READ = "changed_while_read"
    """What it holds changed while it was read, twice."""
    UNREADABLE = "unreadable"
    """What it gives is not of the form that was agreed."""


class FetchStoppedError(WatchroomError):
    """The node is being stopped while something is fetched; it is fetched again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """That a delivery was refused when it was here before.

    Attributes:
        code: why.
        is_passed_over: it is a roll that says nothing new or cannot be trusted, so the next one is taken.
        may_be_tried: a person asks, and it was not tried since.
    """

    code: str
    is_passed_over: bool = False
    may_be_tried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What became of deliveries when they were here before.

    Attributes:
        taken: of the marks and digests that were asked for those of deliveries that were taken.
        refused: the same of those that were refused.
        superseded: names of deliveries in whose place a later one was taken.
    """

    taken: frozenset[str] = frozenset()
    refused: Mapping[str, Refusal] = field(default_factory=dict[str, Refusal])
    superseded: frozenset[str] = frozenset()


class Known(Protocol):
    """What the node holds of a source already."""

    def before(self, marks: Sequence[str]) -> Before:
        """What became of deliveries that are known by such marks or digests."""
        ...

    def rows(self, table: str) -> "Iterator[ArrowTable] | None":
        """The rows of a table as they were last delivered, with `source_row`; None: they are not there any more."""
        ...

    def erased(self, table: str) -> int:
        """How many rows of that table were erased one by one since, so that `rows` does not give them."""
        ...


class NothingKnown:
    """Nothing is known of a source yet."""

    def before(self, marks: Sequence[str]) -> Before:
        """Nothing."""
        del marks
        return Before()

    def rows(self, table: str) -> "Iterator[ArrowTable] | None":
        """None."""
        del table

    def erased(self, table: str) -> int:
        """None."""
        del table
        return 0


def unwatched(_size: int) -> None:
    """Lets it go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAsked:
    """One table that the mapping of the source takes.

    Attributes:
        name: in capitals.
        required, optional: its columns, in capitals.
        key: columns whose combination stands once; none: nobody knows.
        changed: columns that tell when a row was made or changed; none: it is read whole each time.
        must_be_there: without it nothing can be taken.
    """

    name: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    must_be_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a connector is asked.

    Attributes:
        location: where the source is; never holds a secret.
        options: how it is asked, by the names that its kind declares, all of them.
        secret: what opens it; None: nothing is needed.
        cursor: where the reading stood when the last delivery was taken; empty: none was.
        now: the node's instant, on the wall of the source.
        into: an empty folder that nobody else may read; gone when the delivery was taken or refused.
        tables: that the mapping takes.
        is_whole: everything is to be read, whatever is known.
        by_file: to the mapping each file is a delivery of its own.
        is_each_whole: every delivery holds everything, so a later one takes the place of one that was refused.
        still: marks of deliveries that stood still for as long as they must; whoever waited for one adds it, and it is
            kept for as long as this fetching goes on.
        known: what the node holds of it.
        watch: told how many bytes came, as they come, and now and then that none did, also by another thread; raises
            `FetchStoppedError` when the node is being stopped.
        pause: waits for so many seconds, or until the node is being stopped.
        elapsed: seconds since some instant, by which the time that it takes is measured.
    """

    location: str
    options: Mapping[str, str]
    into: Path
    now: datetime
    secret: Secret[str] | None = None
    cursor: Mapping[str, object] = field(default_factory=dict[str, object])
    tables: tuple[TableAsked, ...] = ()
    is_whole: bool = False
    by_file: bool = False
    is_each_whole: bool = False
    still: set[str] = field(default_factory=set[str])
    known: Known = field(default_factory=NothingKnown)
    watch: Callable[[int], None] = unwatched
    pause: Callable[[float], object] = time.sleep
    elapsed: Callable[[], float] = time.monotonic

    def number(self, option: str) -> int:
        """A whole number among the options."""
        return int(self.options[option])


def nothing_more() -> None:
    """Nothing is left to do at the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A delivery was laid down.

    Attributes:
        folder: with its files.
        cursor: where the reading stands once it is taken.
        size: bytes that came.
        sha256: of what was laid down: the same again is the same delivery.
        mark: by which it is known at its place without being read again; empty: there is none.
        name: what it is called at its place, if nothing else comes under that name; empty: something may.
        supersedes: marks of refused deliveries whose place it takes, each with what is told of it.
        noted: what was odd about what was read, for people; no value.
        after: what is left to do at the source once it is taken; what it cannot do, it leaves.
    """

    folder: Path
    cursor: Mapping[str, object]
    size: int
    sha256: str
    mark: str = ""
    name: str = ""
    supersedes: Mapping[str, str] = field(default_factory=dict[str, str])
    noted: str = ""
    after: Callable[[], None] = nothing_more


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """There is nothing to take.

    Attributes:
        code, message: why, for people.
        is_confirmed: the source itself said that nothing has changed, so what is known of it is of now.
        size: bytes that came.
        marks: of deliveries that were taken before under another one, each with its digest.
        cursor: where the reading stands now that nothing new was found up to there; None: where it stood.
    """

    code: str
    message: str
    is_confirmed: bool = False
    size: int = 0
    marks: Mapping[str, str] = field(default_factory=dict[str, str])
    cursor: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What is there is what was refused before, and nothing can be taken past it.

    Attributes:
        message: what it is and what to do, for people; no value.
        size: bytes that came.
    """

    message: str
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing could be fetched.

    Attributes:
        code, message: why and what to do, for people; no value, no secret.
        retry_after: seconds for which it asks to be left alone; 0: it does not.
        size: bytes that came.
    """

    code: FailureCode
    message: str
    retry_after: int = 0
    size: int = 0


Answer = Laid | Nothing | Refused | Failed


class FetchError(WatchroomError):
    """Nothing can be fetched; raised within a connector, and told by it as an answer."""

    def __init__(self, code: FailureCode, message: str, *, retry_after: int = 0) -> None:
        self.code, self.message, self.retry_after = code, message, retry_after
        super().__init__(message)

    def answer(self, *, size: int = 0) -> Failed:
        """As an answer."""
        return Failed(code=self.code, message=self.message, retry_after=self.retry_after, size=size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that can be said of how a source is asked.

    Attributes:
        default: when nothing is said.
        told: what it means, for people.
        is_number: only a whole number can be said.
        one_of: only one of these can be said, and one has to be; empty: anything can.
    """

    default: str
    told: str
    is_number: bool = False
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of sources that are fetched from.

    Attributes:
        fetch: fetches from one.
        require: nothing, unless nothing can be fetched from such a location; raises UsageError.
        options: what can be said of how it is asked.
        poll_seconds: how often it is asked by itself, where nobody said otherwise.
        has_many: more than one delivery may wait, so it is asked until nothing does.
        may_shrink: how much shorter, in percent, a table may be than the last time before it is held; None: it is
            not looked at.
        is_of_now: what it gives is what it holds when it is asked.
    """

    fetch: Callable[[Asked], Answer]
    require: Callable[[str], None]
    options: Mapping[str, Option]
    poll_seconds: int
    has_many: bool = False
    may_shrink: int | None = None
    is_of_now: bool = False

    def whole(self, given: Mapping[str, str]) -> dict[str, str]:
        """The options that were given, with those that were not.

        Raises:
            UsageError: one is not known, or no number where there must be one, or has to be said and is not.
        """
        for name, text in given.items():
            if name not in self.options:
                known = ", ".join(f"`{one}`" for one in self.options)
                raise UsageError(f"there is no option `{name}` for sources of this kind; there are: {known}")
            if self.options[name].is_number and not (text.isdecimal() and text.isascii() and len(text) < 13):
                raise UsageError(f"option `{name}` is a whole number: {self.options[name].told}")
        for name, option in self.options.items():
            if option.one_of and given.get(name) not in option.one_of:
                raise UsageError(f"say the option `{name}`, {option.told}")
        return {name: given.get(name, option.default) for name, option in self.options.items()}
