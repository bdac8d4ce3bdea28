"""Messages laid down as they came, for the codec that the mapping names; nothing of them is read here."""

from pathlib import Path

from watchroom.sources.file_names import PACKED

FEED = "feed"
_GZIP = b"\x1f\x8b"


def message_name(held: Path, stem: str) -> str:
    """The name of the file of a message that stands in `held`; one that is packed is named so."""
    with held.open("rb") as stream:
        return f"{stem}{PACKED}" if stream.read(len(_GZIP)) == _GZIP else stem
