"""The files of an agency's own mappings, in the folder `mappings` of its node, for a backup and a restore."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

MAPPING_FOLDER = "mappings"
_KINDS = frozenset({".toml", ".sql", ".csv", ".yaml", ".json", ".ndjson"})
_MOST = 1 << 20


def mapping_texts(folder: Path) -> Mapping[str, str]:
    """The files of the own mappings of the node in a folder, by their path below `mappings`; examples of them too.

    What is no text of a kind that a mapping has, or is larger than a mapping can be, is none of them.
    """
    place = folder / MAPPING_FOLDER
    found = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else []
    texts: dict[str, str] = {}
    for path in found:
        name = path.relative_to(place).as_posix()
        if path.suffix in _KINDS and path.stat().st_size <= _MOST and not name.startswith("."):
            try:
                texts[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                # The backup names it among what it leaves out.
                continue
    return texts


def write_mapping_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Put them back into a node that is made again."""
    for name, text in texts.items():
        parts = PurePosixPath(name).parts
        # A name from a backup may not lead out of the folder.
        if any(part in ("", "/", "..") for part in parts):
            continue
        path = folder.joinpath(MAPPING_FOLDER, *parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
