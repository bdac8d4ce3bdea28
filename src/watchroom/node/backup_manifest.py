"""The last part of a backup: what the others are, so that a restore knows it has all of them unchanged."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from watchroom.kernel.secrets import Secret
from watchroom.node.backup_file import BackupFileError, opened
from watchroom.node.backup_parts import PartSum, read_parts
from watchroom.node.settings import SETTINGS_FILE, Settings, read_settings
from watchroom.store.dump import DumpedTable

MANIFEST = "manifest.json"
TABLE, FILE = "table/", "file/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds.

    Attributes:
        version: of Watchroom, that made it.
        made_at: machine instant, as text in UTC.
        settings_text: `watchroom.toml`.
        migrations: digest of each numbered migration of the schema, by its name.
        tables: in the order in which they are to be loaded.
        rows: number of rows, by table.
        counters: last number given out, by `schema.table.column`.
        entries: number of audit entries.
        root: of the audit tree over them, hexadecimal.
        sums: size and digest of each other part, by its name.
        model: what the agency adds to the model: the texts of the files in `model`, by name; the tables need it.
        mappings: the agency's own mappings: the texts of the files in `mappings`, by their path below it.
    """

    version: str
    made_at: str
    settings_text: str
    migrations: Mapping[str, str]
    tables: tuple[DumpedTable, ...]
    rows: Mapping[str, int]
    counters: Mapping[str, int]
    entries: int
    root: str
    sums: Mapping[str, PartSum]
    model: Mapping[str, str] = field(default_factory=dict[str, str])
    mappings: Mapping[str, str] = field(default_factory=dict[str, str])

    def settings(self) -> Settings:
        """The settings of the node that was backed up."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / SETTINGS_FILE).write_text(self.settings_text, encoding="utf-8")
            return read_settings(Path(folder))

    def content(self) -> bytes:
        """As it stands in the backup."""
        return json.dumps(asdict(self), indent=1).encode()


def checked(file: Path, key: Secret[bytes]) -> Manifest:
    """The manifest of a backup of which every byte was read and found to be what was written.

    Raises:
        BackupFileError, PartsError: it was altered, is not whole, or does not open with this key.
    """
    manifest: Manifest | None = None
    sums: dict[str, PartSum] = {}
    with file.open("rb") as stream:
        for part in read_parts(opened(stream, key=key)):
            if part.name == MANIFEST:
                manifest = _manifest(part.content())
            else:
                sums[part.name] = part.sum()
    if manifest is None or manifest.sums != sums:
        raise BackupFileError("the parts of the backup are not those that it lists")
    return manifest


def _manifest(content: bytes) -> Manifest:
    try:
        document: dict[str, Any] = json.loads(content)
        document["tables"] = tuple(
            DumpedTable(name=table["name"], columns=tuple((name, kind) for name, kind in table["columns"]))
            for table in document["tables"]
        )
        document["sums"] = {name: PartSum(**known) for name, known in document["sums"].items()}
        return Manifest(**document)
    except (ValueError, KeyError, TypeError):
        raise BackupFileError("the backup is of a later form: restore it with the version that made it") from None
