"""What a mapping says of the tables of its source: which it takes, whose rows are, which are rolls or messages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from watchroom.sources.file_names import table_of

if TYPE_CHECKING:
    from watchroom.sources.codecs.contract import Codec


class Role(StrEnum):
    """What becomes of a table."""

    MAPPED = "mapped"
    REFERENCE = "reference"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsAs:
    """Rows of a mapped table that become no record of their own, by a condition in SQL.

    Attributes:
        counts_as: `loaded` (they speak through another row) or `unmapped` (left out by design).
        where: the condition; the table's alias is `t`.
        reason: why.
    """

    counts_as: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """What a mapping says of one table.

    Attributes:
        name: of the table.
        role: what becomes of it.
        reason: why it is not taken.
        must_be_there: a delivery without its file is refused.
        key: columns whose combination stands once.
        required: columns without which the delivery is refused.
        optional: columns that may be missing; what was known of their fields then stands.
        left_out: columns that are known and not taken.
        changed: columns that tell when a row was made or last changed, for connectors that ask for what is new.
        link: the column to name when no mapping took a row; what was known under its key then stands.
        also: rows that become no record of their own.
    """

    name: str
    role: Role
    reason: str = ""
    must_be_there: bool = False
    key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    link: str | None = None
    also: tuple[CountsAs, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the mapping's SQL may name."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """That a source delivers rolls: each file tells who stands in it on one day, and nothing of those who left.

    Attributes:
        table: under which every file is mapped, whatever day its name tells.
        person: the column that tells people apart; the only column of the table's key.
        began: the column that tells when the time in custody began.
        file: pattern of a file's name without its suffix, in capitals; its group `day` is the day as YYYYMMDD.
    """

    table: str
    person: str
    began: str
    file: str

    def day_of(self, name: str) -> date | None:
        """The day that the name of a file tells; None: it tells none."""
        found = re.fullmatch(self.file, table_of(name))
        try:
            return datetime.strptime(found["day"], "%Y%m%d").date() if found else None  # noqa: DTZ007  a day has no zone
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameColumn:
    """A column that holds the name of a person, or of something of theirs.

    Attributes:
        kind: of the names; those of a person are the keys of `person`.
        table: None: of whatever table has the column.
        column: in capitals.
        when: another column of the table and what must stand there; None: it always counts.
    """

    kind: str
    table: str | None
    column: str
    when: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose a row of the source is, also one that becomes no record of its own.

    Attributes:
        columns: by which a row is somebody's.
        passes: (table, column) that a row which is somebody's passes on to the rows that name it.
    """

    columns: tuple[NameColumn, ...]
    passes: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Rows that stand in the record and that a mapping of messages looks at, as the table `known_ENTITY`.

    Attributes:
        entity: of which they are.
        column: by which they are found; `source_key`: rows of this source, any other: rows of the other sources.
        keys: a query of the values, in one column, over the tables of the delivery.
        give: the columns that the mapping reads of them, as text.
        is_own: rows of this source, whatever the column.
    """

    entity: str
    column: str
    keys: str
    give: Sequence[str]
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """That a source gives messages of a standard, whatever way they come.

    Attributes:
        codec: that reads them.
        key_table: the codec's table whose keys are those of messages; None: what comes twice is told by no key.
        known: what of the record the mapping looks at.
        made_at: the column that tells when a message was made; None: none does.
        reported: entity -> a query of the keys that a snapshot names, in one column; by the first one it is judged
            whether the snapshot is whole. What stands under others is no longer reported. Empty: absence says nothing.
        withdrawn: entity -> a query of the keys of records that messages take back, in one column; these end.
    """

    codec: "Codec"
    key_table: str | None = None
    known: tuple[Known, ...] = ()
    made_at: tuple[str, str] | None = None
    reported: Mapping[str, str] = field(default_factory=dict[str, str])
    withdrawn: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def queries(self) -> Mapping[str, str]:
        """The SQL that it holds, by what it is for."""
        known = {f"keys of known {one.entity}": one.keys for one in self.known}
        reported = {f"reported {entity}": text for entity, text in self.reported.items()}
        return known | reported | {f"withdrawn {entity}": text for entity, text in self.withdrawn.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingVersion:
    """Which mapping made something.

    Attributes:
        name: of the mapping.
        version: that its author gave it.
        digest: of all that it is made of, hexadecimal: two of the same version may yet differ.
    """

    name: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.digest[:12]})"

    def as_json(self) -> dict[str, object]:
        """The version for a JSON document."""
        return {"name": self.name, "version": self.version, "digest": self.digest}
