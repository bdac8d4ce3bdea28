"""What stories know of the example node."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The folder of the example node and the password of its identities."""

    folder: Path
    password: str
