"""What an agency adds to the model, in the folder `model` of its node: its own files, and what is in force of them.

`model/*.yaml` is what somebody writes; `model/in_force.json` is what was applied last, and the only one that the node
goes by: an edited file changes nothing before `watchroom model apply`.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from watchroom.kernel.errors import NotFoundError, WatchroomError
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.model.extension import Extension, extended, extension_text, kept_extension, read_extension

MODEL_FOLDER = "model"
IN_FORCE_FILE = "in_force.json"


class ModelFileError(WatchroomError):
    """What an agency added to the model cannot be read."""


def extension_in_force(folder: Path) -> Extension:
    """What was applied last in the node of a folder; nothing where nothing was.

    Raises:
        ModelFileError: it cannot be read.
    """
    path = folder / MODEL_FOLDER / IN_FORCE_FILE
    try:
        return kept_extension(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Extension()
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelFileError(f"`{path}` cannot be read: put it back from a backup of the node") from None


def model_of(folder: Path) -> Catalogue:
    """The model that the node of a folder goes by.

    Raises:
        ModelFileError: what was applied cannot be read, or no longer fits this version.
    """
    return _joined(extension_in_force(folder))


def declared_extension(folder: Path) -> Extension:
    """What the agency's own files say at present, whether or not it was applied.

    Raises:
        ExtensionFault: a file says something that the model cannot mean; with file and line.
        ModelFileError: a file cannot be read.
    """
    texts: dict[str, str] = {}
    for path in sorted((folder / MODEL_FOLDER).glob("*.yaml")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ModelFileError(f"`{path}` cannot be read as UTF-8") from None
    return read_extension(texts, base=catalogue())


def declared_model(folder: Path) -> Catalogue:
    """The model as the agency's own files would have it; errors as for `declared_extension`."""
    return _joined(declared_extension(folder))


def put_in_force(folder: Path, extension: Extension) -> None:
    """Let the node go by that from its next opening on; whole, or not at all; where it does already, not."""
    place = folder / MODEL_FOLDER
    text = extension_text(extension)
    # INVARIANT: what is no news leaves the mark as it is, or everybody who serves the node would open it anew.
    if _kept_text(place / IN_FORCE_FILE) == text:
        return
    place.mkdir(exist_ok=True)
    fresh = place / f".{IN_FORCE_FILE}"
    with fresh.open("w", encoding="utf-8") as into:
        into.write(text)
        into.flush()
        # Or a machine that stops just now leaves an empty file, and a node that does not open.
        os.fsync(into.fileno())
    fresh.replace(place / IN_FORCE_FILE)


def _kept_text(path: Path) -> str:
    """What is kept as in force; where nothing was applied the text of nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return extension_text(Extension())


def model_mark(folder: Path) -> int:
    """Another one each time that something else is put in force; for a look at any time."""
    try:
        return (folder / MODEL_FOLDER / IN_FORCE_FILE).stat().st_mtime_ns
    except OSError:
        return 0


def model_texts(folder: Path) -> Mapping[str, str]:
    """The files that say what the agency adds, by name, for a backup; none where it adds nothing."""
    place = folder / MODEL_FOLDER
    paths = (*sorted(place.glob("*.yaml")), *place.glob(IN_FORCE_FILE))
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def write_model_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Put them back into a node that is made again."""
    for name, text in texts.items():
        place = folder / MODEL_FOLDER
        place.mkdir(exist_ok=True)
        # A name from a backup is no path.
        (place / Path(name).name).write_text(text, encoding="utf-8")


def _joined(extension: Extension) -> Catalogue:
    try:
        return extended(catalogue(), extension)
    except NotFoundError as fault:
        raise ModelFileError(f"{fault}; use the version that it was applied with, and take it out there") from None
