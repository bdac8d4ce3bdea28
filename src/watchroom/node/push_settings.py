"""How much a source may push: `[push]` of `watchroom.toml`."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from watchroom.kernel.errors import UsageError

LARGEST = 16 << 20
_MOST_REQUESTS = 600_000
_LONGEST_GATHERING = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSettings:
    """Limits of what is pushed, for each source.

    Attributes:
        bytes_at_most: of one body; more is refused before it is read to its end.
        requests_a_minute: of one source; more are told when to come again.
        gather_milliseconds: what comes within so long after the first is taken as one batch.
    """

    bytes_at_most: int = 1 << 20
    requests_a_minute: int = 12_000
    gather_milliseconds: int = 0


def push_settings(given: dict[str, Any]) -> PushSettings:
    """The section as it was read.

    Raises:
        UsageError: a setting is unknown or malformed.
    """
    limits = {"bytes_at_most": LARGEST, "requests_a_minute": _MOST_REQUESTS, "gather_milliseconds": _LONGEST_GATHERING}
    known = {one.name for one in fields(PushSettings)}
    if set(given) - known:
        raise UsageError(f"unknown setting in [push]; it has {', '.join(sorted(known))}")
    for name, value in given.items():
        least = 0 if name == "gather_milliseconds" else 1
        if type(value) is not int or not least <= value <= limits[name]:
            raise UsageError(f"{name} in [push] is a whole number from {least} to {limits[name]}")
    return PushSettings(**given)


def push_document(settings: PushSettings) -> dict[str, int]:
    """The section as it is written."""
    return asdict(settings)
