"""Keys of objects that are made of several values of the standard."""

from watchroom.sources.codecs.json_text import as_json


def key_of(*values: str | None) -> str:
    """One key for these values, different for different ones: a JSON list, since no mark is safe to join by."""
    return as_json(list(values))
