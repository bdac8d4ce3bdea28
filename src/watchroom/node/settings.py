"""What a node is told about itself: `watchroom.toml` in its folder, read once and passed in.

This room is the only reader of the environment, and it reads two variables: `WATCHROOM_POSTGRESQL` (folder of
PostgreSQL's programs, when not the bundled ones) and `WATCHROOM_OPERATOR` (who runs a command, when the
operating system's user is a shared one).
"""

import getpass
import os
import tomllib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import tomli_w

from watchroom.kernel.clock import Clock, MachineClock, RecordedClock
from watchroom.kernel.errors import UsageError

SETTINGS_FILE = "watchroom.toml"


class SettingsError(UsageError):
    """The node's settings cannot be read or do not fit together."""


class Environment(StrEnum):
    """What a node is for; demo identities exist in `demo` only."""

    DEMO = "demo"
    TEST = "test"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSettings:
    """Which clock the node lives on.

    Attributes:
        recorded_start: node instant at which a recording starts; None: the machine's clock.
        machine_start: machine instant at which the recording was started.
        speed: node seconds per machine second; 0 stands still.
    """

    recorded_start: datetime | None = None
    machine_start: datetime | None = None
    speed: float = 1.0

    def clock(self) -> Clock:
        """The clock that these settings describe."""
        if self.recorded_start is None or self.machine_start is None:
            return MachineClock()
        return RecordedClock(recorded_start=self.recorded_start, machine_start=self.machine_start, speed=self.speed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that `watchroom.toml` says.

    Attributes:
        node_id: opaque; its first eight hexadecimal digits prefix the node's roles in the database server.
        agency: code of the agency whose node this is.
        name: of the agency.
        environment: demo, test or live.
        jurisdiction: name of the jurisdiction pack.
        language: of pages and briefs.
        epoch: changed by a restore, so that partners re-read.
        clock: the node's clock.
        external_database: True when the database is a server of the agency's own (its address is a secret and
            stands in the key folder, not here).
    """

    node_id: UUID
    agency: str
    name: str
    environment: Environment
    jurisdiction: str
    language: str
    epoch: UUID
    clock: ClockSettings
    external_database: bool


def read_settings(folder: Path) -> Settings:
    """The settings of the node in `folder`.

    Raises:
        SettingsError: there is no node there, or a setting is missing, unknown or malformed.
    """
    file = folder / SETTINGS_FILE
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"no node in `{folder}`; make one with `watchroom init {folder} --agency CODE --name TEXT`"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{SETTINGS_FILE} in `{folder}` cannot be read: {error}; correct that line") from None
    try:
        return _settings(document)
    except (KeyError, ValueError, TypeError) as error:
        raise SettingsError(
            f"{SETTINGS_FILE} in `{folder}`: setting {error} is missing or malformed; correct it"
        ) from None


def _settings(document: dict[str, Any]) -> Settings:
    unknown = set(document) - {"node", "clock", "database"}
    if unknown:
        raise SettingsError(f"{SETTINGS_FILE}: unknown section {sorted(unknown)}; remove it")
    node = cast(dict[str, Any], document["node"])
    clock = cast(dict[str, Any], document.get("clock", {}))
    database = cast(dict[str, Any], document.get("database", {}))
    known = {"id", "agency", "name", "environment", "jurisdiction", "language", "epoch"}
    _require_clock(clock, environment=str(node["environment"]))
    if set(database) - {"external"}:
        raise SettingsError(f"{SETTINGS_FILE}: unknown setting in [database]; it has external only")
    if set(node) - known:
        raise SettingsError(f"{SETTINGS_FILE}: unknown setting {sorted(set(node) - known)} in [node]; remove it")
    return Settings(
        node_id=UUID(node["id"]),
        agency=str(node["agency"]),
        name=str(node["name"]),
        environment=Environment(node["environment"]),
        jurisdiction=str(node["jurisdiction"]),
        language=str(node["language"]),
        epoch=UUID(node["epoch"]),
        clock=ClockSettings(
            recorded_start=clock.get("recorded_start"),
            machine_start=clock.get("machine_start"),
            speed=float(clock.get("speed", 1.0)),
        ),
        external_database=bool(database.get("external", False)),
    )


def _require_clock(clock: dict[str, Any], *, environment: str) -> None:
    """A clock is the machine's, or a recording with both its instants; a live node has the machine's."""
    if set(clock) - {"recorded_start", "machine_start", "speed"}:
        raise SettingsError(f"{SETTINGS_FILE}: unknown setting in [clock]; it has recorded_start, machine_start, speed")
    given = [clock.get("recorded_start"), clock.get("machine_start")]
    if any(instant is not None for instant in given):
        if environment == Environment.LIVE:
            raise SettingsError(f"{SETTINGS_FILE}: a live node has no recorded clock; remove recorded_start")
        if not all(isinstance(instant, datetime) and instant.tzinfo is not None for instant in given):
            raise SettingsError(
                f"{SETTINGS_FILE}: recorded_start and machine_start go together and have an offset; correct them"
            )


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `watchroom.toml`, whole, replacing what was there."""
    clock: dict[str, Any] = {"speed": settings.clock.speed}
    if settings.clock.recorded_start is not None and settings.clock.machine_start is not None:
        clock |= {
            "recorded_start": settings.clock.recorded_start,
            "machine_start": settings.clock.machine_start,
        }
    document: dict[str, Any] = {
        "node": {
            "id": str(settings.node_id),
            "agency": settings.agency,
            "name": settings.name,
            "environment": settings.environment.value,
            "jurisdiction": settings.jurisdiction,
            "language": settings.language,
            "epoch": str(settings.epoch),
        },
        "clock": clock,
        "database": {"external": settings.external_database},
    }
    replacement = folder / f"{SETTINGS_FILE}.tmp"
    replacement.write_text(tomli_w.dumps(document), encoding="utf-8")
    replacement.replace(folder / SETTINGS_FILE)


def operator() -> str:
    """Who runs this command: the operating system's user, or the name in `WATCHROOM_OPERATOR`."""
    named = os.environ.get("WATCHROOM_OPERATOR")  # noqa: TID251  this room reads the environment
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def postgresql_programs() -> Path | None:
    """Folder of PostgreSQL's programs that the environment names, if it does."""
    named = os.environ.get("WATCHROOM_POSTGRESQL")  # noqa: TID251  this room reads the environment
    return Path(named) if named else None
