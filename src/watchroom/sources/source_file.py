"""What is known of a file once it was read, and how its rows are handed on."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from watchroom.sources.arrow import ArrowTable
from watchroom.sources.faults import Fault, FaultCode

Take = Callable[[str, ArrowTable], None]
"""Is given the name of a table and some of its rows; of a file that is refused in the end perhaps some, too.

Parts of a table may have different columns, each stands in at least one: where a part lacks a column, its rows have no
value in it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One table of a delivery, as it was found in a file.

    Attributes:
        name: of the file, without its folder. Of a table that is a part of a file the file's name, a slash and the
            part's own name: `roll.xlsx/Alerts`, `people.json/people_alerts`, `night.zip/ALERTS.csv`.
        table_name: the table that it is, by `table_of` of its name.
        sha256: of the file's bytes as they were delivered, hexadecimal; of a part that of the file's and the part's
            name together; of a file in an archive that of its own bytes.
        size: of the file in bytes.
        header: column names in order.
        faults: what is wrong with it; of more than `BAD_ROWS_AT_MOST` bad rows the first tells the number.
        rows_read: rows, good and bad.
        bad_rows: how many of them were not given to whoever takes the rows.
        is_plain: no value holds a line end, a tab or a backslash.
        is_bare: no value begins or ends with a blank.
    """

    name: str
    table_name: str
    sha256: str = ""
    size: int = 0
    header: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    rows_read: int = 0
    bad_rows: int = 0
    is_plain: bool = True
    is_bare: bool = True

    @property
    def is_refused(self) -> bool:
        """Whether no row of it can be trusted."""
        return any(fault.refuses for fault in self.faults)

    @property
    def good_rows(self) -> int:
        """How many rows were given to whoever takes them."""
        return self.rows_read - self.bad_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What one delivered file held.

    Attributes:
        files: its tables.
        faults: of the file itself, where it is one that may hold any table.
        sha256: of its bytes as they were delivered, hexadecimal; empty: they could not be read.
    """

    files: tuple[SourceFile, ...] = ()
    faults: tuple[Fault, ...] = ()
    sha256: str = ""

    def stamped(self, name: str, *, sha256: str, size: int) -> "Contents":
        """The same with digest and size of the file of that name; what has its own, out of an archive, keeps it."""
        files = tuple(
            file if file.sha256 else replace(file, sha256=_digest_of(file.name, name, sha256), size=size)
            for file in self.files
        )
        return replace(self, files=files, sha256=sha256)


class Once:
    """Which tables were given so far: a table that a second file gives as well is refused there."""

    def __init__(self, take: Take) -> None:
        """None; what is given for the first time goes on to `take`."""
        self._take = take
        self._given: set[str] = set()

    def taking(self) -> Take:
        """Takes the rows of one file; those of a table that was given before go nowhere."""
        before = frozenset(self._given)

        def take(table: str, rows: ArrowTable) -> None:
            if table not in before:
                self._take(table, rows)

        return take

    def kept(self, contents: Contents) -> Contents:
        """Of what such a file held the tables that no other gave; the others as faults."""
        fresh: list[SourceFile] = []
        faults = list(contents.faults)
        for file in contents.files:
            if file.table_name in self._given:
                message = f"`{file.table_name}` was delivered twice; deliver it once"
                faults.append(Fault(code=FaultCode.DUPLICATE_FILE, file=file.name, message=message))
            else:
                self._given.add(file.table_name)
                fresh.append(file)
        return replace(contents, files=tuple(fresh), faults=tuple(faults))


def _digest_of(part: str, name: str, sha256: str) -> str:
    # INVARIANT: raw rows are kept once per digest, so two tables of one file must not have the same.
    return sha256 if part == name else hashlib.sha256(f"{sha256}\n{part[len(name) :]}".encode()).hexdigest()
