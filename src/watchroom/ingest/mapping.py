"""A mapping: which tables of a kind of source are taken, and the SQL that makes an entity's rows of them."""

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from watchroom.ingest.mapping_files import MappingError, MappingFiles, own_files, shipped_files, shipped_names
from watchroom.ingest.mapping_files import shared_macros as macros
from watchroom.kernel.errors import NotFoundError
from watchroom.sources.file_names import table_of

if TYPE_CHECKING:
    from watchroom.sources.codecs.contract import Codec

__all__ = [
    "OURS",
    "About",
    "CountsAs",
    "Known",
    "Mapping",
    "MappingError",
    "MappingVersion",
    "Mappings",
    "Messages",
    "NameColumn",
    "Role",
    "Snapshot",
    "TableRule",
    "load_mapping",
    "macros",
    "mapping_names",
]

_NOT_IN_MODEL = "not in model v1"
_UNKNOWN = "unknown: the mapping does not name it"


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
    """

    entity: str
    column: str
    keys: str
    give: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """That a source gives messages of a standard, whatever way they come.

    Attributes:
        codec: that reads them.
        key_table: the codec's table whose keys are those of messages; None: what comes twice is told by no key.
        known: what of the record the mapping looks at.
    """

    codec: "Codec"
    key_table: str | None = None
    known: tuple[Known, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One mapping, read from its folder.

    Attributes:
        kind: of source; the name of its folder.
        time_zone: in which the source writes times, when the source itself is not told otherwise.
        registers: code list -> (table, column) whose values are codes of it too: the source's own register.
        stamped: (table, column) where the source leaves its own instant as a default.
        tables: by name; a table that is not there is unknown.
        prelude: SQL run before all entities.
        findings: a query of disagreements between rows.
        macros: SQL run after the macros that all mappings share, such as another reading of dates.
        entities: SQL per entity.
        snapshot: what its rolls look like; None: it delivers records, not rolls.
        messages: how the messages that it gives are read; None: it delivers tables.
        when: entity -> a query that tells whether the delivery speaks of it at all; planning its mapping costs more.
        about: whose its rows are; None: nobody has said, so that of raw rows only whole batches can be erased.
        codes: (code list, source value, code) by which values of the source are read.
        version: which one it is.
        is_own: an agency wrote it, so that nobody has tried it but the agency.
    """

    kind: str
    time_zone: str
    registers: Dictionary[str, tuple[str, str]]
    stamped: tuple[tuple[str, str], ...]
    tables: Dictionary[str, TableRule]
    prelude: str
    findings: str
    macros: str
    entities: Dictionary[str, str] = field(repr=False)
    snapshot: Snapshot | None = None
    messages: Messages | None = None
    when: Dictionary[str, str] = field(default_factory=dict[str, str])
    about: About | None = None
    codes: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    version: MappingVersion = MappingVersion(name="", version="", digest="")
    is_own: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether a delivery never holds everything, so that what it does not name has not ended."""
        return self.snapshot is not None or self.messages is not None

    def table_of(self, name: str) -> str:
        """The table that a file of that name is to this mapping: of rolls there is one, whatever their day."""
        return table_of(name) if self.snapshot is None else self.snapshot.table

    def rule(self, table: str) -> TableRule:
        """What becomes of a table."""
        return self.tables.get(table) or TableRule(name=table, role=Role.UNMAPPED, reason=_UNKNOWN)

    def knows(self, table: str) -> bool:
        """Whether the mapping names a table, be it as one that is not taken."""
        return table in self.tables

    def fed_by(self, table: str) -> tuple[str, ...]:
        """The entities whose SQL names the table, in order. Tables are written in capitals there, and nothing else."""
        return tuple(sorted(entity for entity, text in self.entities.items() if _names(text, table)))

    def shared(self) -> frozenset[str]:
        """The tables with which records of others are made: those of the prelude, and those read beside another."""
        taken = [rule.name for rule in self.taken()]
        texts = [[name for name in taken if _names(text, name)] for text in self.entities.values()]
        beside = {name for named in texts if len(named) > 1 for name in named}
        return frozenset(beside | {name for name in taken if _names(self.prelude, name)})

    def taken(self) -> tuple[TableRule, ...]:
        """The tables whose columns the mapping names."""
        return tuple(rule for rule in self.tables.values() if rule.columns)


# Every delivery asks it of each pair again: fifteen hundred readings, a tenth of what a small one takes.
@cache
def _names(text: str, table: str) -> bool:
    """Whether SQL names a table outside its comments."""
    return re.search(rf"^(?:(?!--).)*\b{re.escape(table)}\b", text, re.MULTILINE) is not None


@dataclass(frozen=True, slots=True)
class Mappings:
    """The mappings that a node may use: those of this version, and the agency's own.

    Attributes:
        own: folder with a folder for each mapping of the agency; None: it has none.
    """

    own: Path | None = None

    def load(self, name: str) -> Mapping:
        """The mapping of that name, as its files are now.

        Raises:
            NotFoundError: there is none.
            MappingError: it contradicts itself, or has the name of one of ours.
        """
        folder = self._folder(name)
        if folder is None:
            return load_mapping(name, known=self.names())
        if name in shipped_names():
            raise MappingError(f"`{name}` is a mapping of this version; give the folder `{folder}` another name")
        return _mapping(own_files(folder), is_own=True)

    def names(self) -> tuple[str, ...]:
        """The names of all of them, in order."""
        return tuple(sorted({*shipped_names(), *self.own_names()}))

    def own_names(self) -> tuple[str, ...]:
        """The names of the agency's own, in order."""
        folders = self.own.iterdir() if self.own is not None and self.own.is_dir() else ()
        return tuple(sorted(folder.name for folder in folders if self._folder(folder.name) is not None))

    def _folder(self, name: str) -> Path | None:
        if self.own is None or not name.isidentifier():
            return None
        folder = self.own / name
        return folder if (folder / "mapping.toml").is_file() else None


OURS = Mappings()


def load_mapping(name: str, *, known: tuple[str, ...] = ()) -> Mapping:
    """The mapping of that name, of this version.

    Args:
        name: of the mapping.
        known: the names to tell whoever asks for one that is not there; ours, where it is not told.

    Raises:
        NotFoundError: there is none.
        MappingError: it contradicts itself.
    """
    if name not in shipped_names():
        raise NotFoundError(f"there is no mapping `{name}`; give `--map` one of: {', '.join(known or shipped_names())}")
    return _shipped(name)


@cache
def _shipped(name: str) -> Mapping:
    return _mapping(shipped_files(name), is_own=False)


def mapping_names() -> tuple[str, ...]:
    """The names of all mappings of this version, in order."""
    return shipped_names()


def _mapping(read: MappingFiles, *, is_own: bool) -> Mapping:
    declared, texts = deepcopy(dict(read.declared)), dict(read.texts)
    if declared.get("kind") != read.name:
        raise MappingError(f'`mapping.toml` of mapping `{read.name}` must say `kind = "{read.name}"`')
    if not isinstance(declared.get("version"), str) or not declared["version"].strip():
        raise MappingError(f'`mapping.toml` of mapping `{read.name}` must say which it is, as `version = "1"`')
    if declared.get("time_zone") not in available_timezones():
        raise MappingError(f"`mapping.toml` of mapping `{read.name}` must say a `time_zone` such as Europe/London")
    try:
        messages = _messages(declared, read.name)
        return Mapping(
            kind=read.name,
            time_zone=declared["time_zone"],
            registers={name: _column(register) for name, register in declared["registers"].items()},
            stamped=tuple(_column(stamp) for stamp in declared["stamped"]),
            tables=_tables(declared) if messages is None else _tables_of_messages(declared, messages.codec),
            prelude=texts.pop("prelude", ""),
            findings=texts.pop("findings", ""),
            macros=texts.pop("macros", ""),
            entities=texts,
            snapshot=Snapshot(**declared["snapshot"]) if "snapshot" in declared else None,
            messages=messages,
            when=declared.get("when", {}),
            about=_about(declared["about"]) if "about" in declared else None,
            codes=read.codes,
            version=MappingVersion(name=read.name, version=declared["version"].strip(), digest=read.digest),
            is_own=is_own,
        )
    except (TypeError, ValueError, AttributeError, KeyError):
        # What Python says of it names its own words, and not those of the file.
        raise MappingError(f"`mapping.toml` of mapping `{read.name}` is not of the form of ours; compare it") from None


def _column(text: str) -> tuple[str, str]:
    table, column = text.split(".")
    return table, column


def _about(said: dict[str, Any]) -> About:
    person: str = said["person"]
    passes = frozenset(_column(text) for text in said["passes"])
    kinds: dict[str, list[str]] = {name: [name] for name in (person, *(column for _, column in passes))}
    for name, others in said["same"].items():
        kinds[name] += others
    columns = [_named("person" if kind == person else kind, text) for kind, texts in kinds.items() for text in texts]
    return About(columns=tuple(columns), passes=passes)


def _named(kind: str, text: str) -> NameColumn:
    """A column as it is written: `COLUMN`, `TABLE.COLUMN`, or `TABLE.COLUMN if OTHER = VALUE`."""
    place, _, condition = text.partition(" if ")
    table, _, column = place.rpartition(".")
    other, _, value = condition.partition(" = ")
    return NameColumn(kind=kind, table=table or None, column=column, when=(other, value) if condition else None)


def _tables(declared: dict[str, Any]) -> dict[str, TableRule]:
    rules = {name: TableRule(name=name, role=Role.REFERENCE) for name in declared["reference"]}
    rules |= {
        name: TableRule(name=name, role=Role.UNMAPPED, reason=reason) for name, reason in declared["reasons"].items()
    }
    rules |= {name: TableRule(name=name, role=Role.UNMAPPED, reason=_NOT_IN_MODEL) for name in declared["not_in_model"]}
    # Columns that are not taken may stand beside the tables that are not.
    columns = declared["columns"]
    for name, said in declared["tables"].items():
        if name in rules:
            raise MappingError(f"mapping `{declared['kind']}` names table `{name}` twice; keep one")
        rules[name] = _rule(name, {"left_out": columns.get(name, ()), "changed": declared.get("changed", ()), **said})
    return rules


def _messages(declared: dict[str, Any], name: str) -> Messages | None:
    if "codec" not in declared:
        return None
    # Arrow is loaded by what reads messages; every command that only names a mapping would wait for it in vain.
    from watchroom.sources.codecs.registry import CODECS

    codec = CODECS.get(declared["codec"])
    if codec is None:
        raise MappingError(
            f"mapping `{name}` names a codec that is not there; give one of: {', '.join(sorted(CODECS))}"
        )
    known = tuple(Known(**one) for one in declared.get("known", ()))
    return Messages(codec=codec, key_table=declared.get("key_table"), known=known)


def _tables_of_messages(declared: dict[str, Any], codec: "Codec") -> dict[str, TableRule]:
    """The rules of the codec's tables: what a mapping does not name of one is left out, and all have what all have."""
    from watchroom.sources.codecs.tables import MESSAGE_COLUMN, OBJECT_COLUMNS
    from watchroom.sources.messages import MESSAGE_TABLE

    common = (*OBJECT_COLUMNS, MESSAGE_COLUMN)
    said: dict[str, Any] = {}
    for name, given in declared["tables"].items():
        if name not in codec.tables:
            raise MappingError(f"mapping `{declared['kind']}` names table `{name}`, which codec `{codec.name}` lacks")
        columns = list(given.get("optional", ()))
        left = [column for column in codec.tables[name].columns if column not in columns]
        said[name] = {**given, "optional": [*columns, *common], "left_out": left}
    rules = _tables({**declared, "tables": said})
    return rules | {MESSAGE_TABLE: TableRule(name=MESSAGE_TABLE, role=Role.REFERENCE)}


def _rule(name: str, said: dict[str, Any]) -> TableRule:
    also = tuple(CountsAs(**entry) for entry in said.pop("also", ()))
    lists = {key: tuple(said.pop(key, ())) for key in ("key", "required", "optional", "left_out", "changed")}
    rule = TableRule(name=name, role=Role(said.pop("role")), also=also, **lists, **said)
    columns = (*rule.columns, *rule.left_out)
    if len(set(columns)) < len(columns) or not set(rule.key) <= set(rule.required):
        raise MappingError(f"table `{name}` of a mapping names a column twice, or a key that is not required")
    return rule
