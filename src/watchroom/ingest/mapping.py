"""A mapping: which tables of a kind of source are taken, and the SQL that makes an entity's rows of them."""

import re
from collections.abc import Mapping as Dictionary
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from watchroom.ingest.mapping_files import MappingError, MappingFiles, own_files, shipped_files, shipped_names
from watchroom.ingest.mapping_files import shared_macros as macros
from watchroom.ingest.mapping_form import (
    about_of,
    column_of,
    messages_of,
    references_of,
    tables_of,
    tables_of_messages,
)
from watchroom.ingest.mapping_parts import (
    About,
    CountsAs,
    Known,
    MappingVersion,
    Messages,
    NameColumn,
    Role,
    Snapshot,
    TableRule,
)
from watchroom.kernel.errors import NotFoundError
from watchroom.sources.file_names import table_of
from watchroom.store.identifying import Rules

if TYPE_CHECKING:
    pass

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

_UNKNOWN = "unknown: the mapping does not name it"


_NO_VERSION = MappingVersion(name="", version="", digest="")


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
        references: by which its references are found among the rows of other sources of the agency.
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
    references: Rules = ()
    about: About | None = None
    codes: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    version: MappingVersion = _NO_VERSION
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
        messages = messages_of(declared, read.name)
        return Mapping(
            kind=read.name,
            time_zone=declared["time_zone"],
            registers={name: column_of(register) for name, register in declared["registers"].items()},
            stamped=tuple(column_of(stamp) for stamp in declared["stamped"]),
            tables=tables_of(declared) if messages is None else tables_of_messages(declared, messages.codec),
            prelude=texts.pop("prelude", ""),
            findings=texts.pop("findings", ""),
            macros=texts.pop("macros", ""),
            entities=texts,
            snapshot=Snapshot(**declared["snapshot"]) if "snapshot" in declared else None,
            messages=messages,
            when=declared.get("when", {}),
            references=references_of(declared.get("references", {}), read.name),
            about=about_of(declared["about"]) if "about" in declared else None,
            codes=read.codes,
            version=MappingVersion(name=read.name, version=declared["version"].strip(), digest=read.digest),
            is_own=is_own,
        )
    except (TypeError, ValueError, AttributeError, KeyError):
        # What Python says of it names its own words, and not those of the file.
        raise MappingError(f"`mapping.toml` of mapping `{read.name}` is not of the form of ours; compare it") from None
