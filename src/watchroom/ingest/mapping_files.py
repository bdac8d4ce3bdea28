"""The files of a mapping, read as they stand: ours in the package, an agency's own in a folder of its node.

An agency's own mapping is a folder of the same form. It may say `extends = "nomis"`: it then has every
file of that one, but for those that it writes itself, and the tables that it declares beside the others.
"""

import csv
import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from watchroom.kernel.errors import WatchroomError
from watchroom.model.code_lists import crosswalk_rows

PACKAGE = "watchroom.ingest.mappings"
DECLARING, LEFT_OUT, CODES = "mapping.toml", "left_out.toml", "crosswalk.csv"
_HEADER = ["list", "source_value", "code"]
# What `mapping.toml` and `left_out.toml` may say; those that a folder of its own may leave out, with what then holds.
_LISTS = ("stamped", "reference", "not_in_model")
_TABLES = ("registers", "reasons", "tables", "columns")
_WORDS = (
    "kind",
    "version",
    "time_zone",
    "extends",
    "snapshot",
    "codec",
    "key_table",
    "known",
    "made_at",
    "reported",
    "withdrawn",
    "when",
    "about",
    "changed",
    "references",
)


class MappingError(WatchroomError):
    """A mapping that contradicts itself or the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFiles:
    """What the files of a mapping say, before anybody asks whether it makes sense.

    Attributes:
        name: of the mapping.
        declared: of `mapping.toml` and `left_out.toml`.
        texts: SQL, by the name of its file without its suffix.
        codes: (code list, source value, code) by which source values are read.
        digest: of every file that it is made of and of those codes, hexadecimal; another one: another mapping.
    """

    name: str
    declared: Mapping[str, Any]
    texts: Mapping[str, str]
    codes: tuple[tuple[str, str, str], ...]
    digest: str


@cache
def shared_macros() -> str:
    """The macros that all mappings share."""
    return files(PACKAGE).joinpath("macros.sql").read_text(encoding="utf-8")


@cache
def shipped_names() -> tuple[str, ...]:
    """The names of the mappings of this version, in order."""
    return tuple(sorted(entry.name for entry in files(PACKAGE).iterdir() if entry.joinpath(DECLARING).is_file()))


@cache
def shipped_files(name: str) -> MappingFiles:
    """The files of a mapping of this version.

    Raises:
        MappingError: they cannot be read.
    """
    return _read(files(PACKAGE).joinpath(name), name, codes=tuple(crosswalk_rows(name)), beneath=None)


def own_files(folder: Path) -> MappingFiles:
    """The files of an agency's own mapping.

    Raises:
        MappingError: they cannot be read, or extend what is not there.
    """
    extends = _declared(folder, folder.name).get("extends")
    if extends is None:
        return _read(folder, folder.name, codes=tuple(_own_codes(folder)), beneath=None)
    if extends not in shipped_names():
        known = ", ".join(shipped_names())
        raise MappingError(f"mapping `{folder.name}` extends `{extends}`, which is not there; give one of: {known}")
    beneath = shipped_files(str(extends))
    own = {(name, value): code for name, value, code in _own_codes(folder)}
    codes = {(name, value): code for name, value, code in beneath.codes} | own
    return _read(folder, folder.name, codes=tuple((*key, code) for key, code in codes.items()), beneath=beneath)


def _read(
    folder: Traversable, name: str, *, codes: tuple[tuple[str, str, str], ...], beneath: MappingFiles | None
) -> MappingFiles:
    declared = _declared(folder, name)
    texts = {entry.name.removesuffix(".sql"): _text(entry, name) for entry in _sorted(folder, ".sql")}
    parts = [(entry.name, _text(entry, name)) for entry in _sorted(folder, ".toml", ".sql")]
    if beneath is not None:
        declared, texts = _joined(beneath.declared, declared), {**beneath.texts, **texts}
        parts.append((f"extends {beneath.name}", beneath.digest))
    parts.append(("macros", shared_macros()))
    parts += sorted((f"code {listed} {value}", code) for listed, value, code in codes)
    digest = hashlib.sha256()
    for part, content in parts:
        digest.update(f"{len(part)} {part} {len(content)} {content}\n".encode())
    return MappingFiles(name=name, declared=declared, texts=texts, codes=codes, digest=digest.hexdigest())


def _sorted(folder: Traversable, *suffixes: str) -> list[Traversable]:
    found = (entry for entry in folder.iterdir() if entry.name.endswith(suffixes) and not entry.name.startswith("."))
    return sorted(found, key=lambda entry: entry.name)


def _declared(folder: Traversable, name: str) -> dict[str, Any]:
    declared: dict[str, Any] = {"extends": None}
    declared |= {one: list[str]() for one in _LISTS} | {one: dict[str, Any]() for one in _TABLES}
    for file in (DECLARING, LEFT_OUT):
        if file == LEFT_OUT and not folder.joinpath(file).is_file():
            continue
        try:
            said = tomllib.loads(_text(folder.joinpath(file), name))
        except tomllib.TOMLDecodeError as fault:
            raise MappingError(f"`{file}` of mapping `{name}` is no TOML: {fault}") from None
        unknown = sorted(said.keys() - {*_LISTS, *_TABLES, *_WORDS})
        if unknown:
            raise MappingError(f"`{file}` of mapping `{name}` says `{unknown[0]}`, which means nothing; take it out")
        declared |= said
    return declared


def _joined(beneath: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What is declared beneath, with what an own mapping declares beside it or in its place."""
    tables = own["tables"].keys()
    joined: dict[str, Any] = {**beneath, **{word: own[word] for word in _WORDS if own.get(word) is not None}}
    # INVARIANT: which version it is, the own one says itself.
    joined["version"] = own.get("version")
    for word in _LISTS:
        joined[word] = [*(one for one in beneath[word] if one not in tables), *own[word]]
    for word in _TABLES:
        joined[word] = {**beneath[word], **own[word]}
    # INVARIANT: a table that the own mapping takes is none that is left out with a reason.
    reasons: dict[str, str] = joined["reasons"]
    joined["reasons"] = {name: why for name, why in reasons.items() if name not in tables}
    return joined


def _text(entry: Traversable, name: str) -> str:
    try:
        return entry.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MappingError(f"mapping `{name}` has no `{entry.name}`; write one") from None
    except (OSError, UnicodeDecodeError):
        raise MappingError(f"`{entry.name}` of mapping `{name}` cannot be read as UTF-8; mend it") from None


def _own_codes(folder: Path) -> Iterator[tuple[str, str, str]]:
    path = folder / CODES
    if not path.is_file():
        return
    rows: Sequence[list[str]] = list(csv.reader(_text(path, folder.name).splitlines()))
    if not rows or rows[0] != _HEADER:
        raise MappingError(f"`{CODES}` of mapping `{folder.name}` must begin with the line `{','.join(_HEADER)}`")
    for number, row in enumerate(rows[1:], start=2):
        if not row or row[0].startswith("#"):
            # A question that nobody has answered, as a starter asks it.
            continue
        if len(row) != len(_HEADER):
            raise MappingError(f"`{CODES}` of mapping `{folder.name}`, line {number}: give list, source value and code")
        yield row[0], row[1], row[2]
