"""Messages for tests of codecs: our own examples, and samples of others where they stand beside the repository."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from watchroom.sources.codecs.contract import Codec, Decoded
from watchroom.sources.codecs.registry import CODECS

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples" / "codecs"


def example(name: str) -> bytes:
    """Our own message of a codec."""
    return next(EXAMPLES.glob(f"{name}.*")).read_bytes()


def decode(name: str, content: bytes | str) -> Decoded:
    """What the codec of that name makes of the message."""
    return CODECS[name].decode(content.encode() if isinstance(content, str) else content, file="message")


def told(decoded: Decoded) -> list[tuple[str, str | None]]:
    """Its faults, by kind and place."""
    return [(fault.code.value, fault.place) for fault in decoded.faults]


def written_again(codec: Codec, decoded: Decoded) -> Decoded:
    """What comes back from what is written."""
    assert codec.writes is not None
    return codec.decode(codec.writes(decoded.objects), file="message")


def samples(folder: str) -> list[Path]:
    """Files of others in a folder of `shared`; the test is skipped by name where they are not."""
    for above in ROOT.parents:
        if (above / "shared" / folder).is_dir():
            return sorted(path for path in (above / "shared" / folder).rglob("*") if path.is_file())
    pytest.skip(f"the samples of shared/{folder} are not beside the repository")


def tool(name: str) -> ModuleType:
    """A module of the folder `tools`."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return __import__(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))
