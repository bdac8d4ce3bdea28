"""What gives an audience its form, in one digest: the modules and queries of this room, and the model."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from watchroom.model.catalogue import Catalogue, columns_of
from watchroom.policy.canonical import digest_of

# What a file of this room ends with whose text may shape a view.
_SHAPING = (".py", ".sql")


@cache
def _form() -> str:
    return form_of(files("watchroom.gate"))


def form_of(room: Traversable) -> str:
    """A digest of every module and query of a room: whatever may shape a view is in it, and more."""
    digest = sha256()
    for file in sorted(room.iterdir(), key=lambda file: file.name):
        if file.name.endswith(_SHAPING):
            content = file.read_bytes()
            digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def shape_of_views(model: Catalogue) -> str:
    """A digest of all that shapes views, whoever they are for."""
    entities = {
        entity.name: [[column.name, column.sql_type] for column in columns_of(entity)]
        for entity in model.entities.values()
    }
    return digest_of({"form": _form(), "entities": entities})
