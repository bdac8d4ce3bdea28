"""What a node is told about itself: `watchroom.toml` in its folder, read once and passed in.

This room is the only reader of the environment, and it reads two variables: `WATCHROOM_POSTGRESQL` (folder of
PostgreSQL's programs, when not the bundled ones) and `WATCHROOM_OPERATOR` (who runs a command, when the
operating system's user is a shared one).
"""

import getpass
import os
import re
import tomllib
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import tomli_w

from watchroom.audit.retention import Retention
from watchroom.kernel.clock import Clock, MachineClock, RecordedClock
from watchroom.kernel.errors import UsageError
from watchroom.model.message_files import languages
from watchroom.node.push_settings import PushSettings, push_document, push_settings

SETTINGS_FILE = "watchroom.toml"
_SHORTEST_IDLE, _LONGEST_IDLE = 30, 12 * 60 * 60
_LONGEST_KEPT = 36_500
_LONGEST_UNSENT = 12 * 60
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")


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
class PageSettings:
    """How the pages meet people and the network.

    Attributes:
        idle_seconds: a session in which nobody does anything is locked after so long; two minutes, because the PC of
            a wing is everybody's.
        sign_ins_per_address: tries to sign in from one address in a minute, whatever the names: a whole prison may
            stand behind one. Of one name from one address there are ten.
        unsent_minutes: what somebody had typed when their session ended is kept for so long, for them alone; 0: never.
        names: host names under which browsers reach the pages, beside those of this machine.
        trusted_proxy: address of the TLS proxy in front, which is believed when it says who asks; None: there is none.
    """

    idle_seconds: int = 120
    sign_ins_per_address: int = 300
    unsent_minutes: int = 30
    names: tuple[str, ...] = ()
    trusted_proxy: str | None = None


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
        pages: how the pages meet people and the network.
        push: how much sources may push.
        retention: for how many days cases of looks, shifts, marks and verdicts are kept.
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
    pages: PageSettings = field(default_factory=PageSettings)
    push: PushSettings = field(default_factory=PushSettings)
    retention: Retention = field(default_factory=Retention)


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
    except PermissionError:
        raise SettingsError(f"`{file}` cannot be read by this user; run as the user who made the node") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{SETTINGS_FILE} in `{folder}` cannot be read: {error}; correct that line") from None
    try:
        return _settings(document)
    except (KeyError, ValueError, TypeError) as error:
        raise SettingsError(
            f"{SETTINGS_FILE} in `{folder}`: setting {error} is missing or malformed; correct it"
        ) from None


def _settings(document: dict[str, Any]) -> Settings:
    unknown = set(document) - {"node", "clock", "database", "pages", "push", "retention"}
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
    if node["language"] not in languages():
        raise SettingsError(f"{SETTINGS_FILE}: language is one of {', '.join(languages())}; correct it")
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
        pages=_pages(cast(dict[str, Any], document.get("pages", {}))),
        push=_push(cast(dict[str, Any], document.get("push", {}))),
        retention=_retention(cast(dict[str, Any], document.get("retention", {}))),
    )


def _pages(given: dict[str, Any]) -> PageSettings:
    known = {one.name for one in fields(PageSettings)}
    if set(given) - known:
        raise SettingsError(f"{SETTINGS_FILE}: unknown setting in [pages]; it has {', '.join(sorted(known))}")
    usual = PageSettings()
    idle = given.get("idle_seconds", usual.idle_seconds)
    tries = given.get("sign_ins_per_address", usual.sign_ins_per_address)
    unsent = given.get("unsent_minutes", usual.unsent_minutes)
    names = given.get("names", list(usual.names))
    if type(idle) is not int or not _SHORTEST_IDLE <= idle <= _LONGEST_IDLE:
        raise SettingsError(f"{SETTINGS_FILE}: idle_seconds is a whole number from {_SHORTEST_IDLE} to {_LONGEST_IDLE}")
    if type(tries) is not int or tries < 1:
        raise SettingsError(f"{SETTINGS_FILE}: sign_ins_per_address is a whole number from 1 on")
    if type(unsent) is not int or not 0 <= unsent <= _LONGEST_UNSENT:
        raise SettingsError(f"{SETTINGS_FILE}: unsent_minutes is a whole number from 0 to {_LONGEST_UNSENT}")
    if not isinstance(names, list) or not all(isinstance(name, str) and _HOST.match(name) for name in names):  # pyright: ignore[reportUnknownVariableType]
        raise SettingsError(f'{SETTINGS_FILE}: names is a list of host names without port, as ["watchroom.example"]')
    return PageSettings(
        idle_seconds=idle,
        sign_ins_per_address=tries,
        unsent_minutes=unsent,
        names=tuple(cast(list[str], names)),
        trusted_proxy=_proxy(given.get("trusted_proxy")),
    )


def _push(given: dict[str, Any]) -> PushSettings:
    try:
        return push_settings(given)
    except UsageError as fault:
        raise SettingsError(f"{SETTINGS_FILE}: {fault}") from None


def _retention(given: dict[str, Any]) -> Retention:
    known = {one.name for one in fields(Retention)}
    if set(given) - known:
        raise SettingsError(
            f"{SETTINGS_FILE}: unknown setting in [retention]; it has {', '.join(sorted(known))}, each in days"
        )
    if not all(type(days) is int and 0 < days <= _LONGEST_KEPT for days in given.values()):
        raise SettingsError(f"{SETTINGS_FILE}: each setting in [retention] is a whole number of days from 1 to 36500")
    return Retention(**given)


def _proxy(given: object) -> str | None:
    if given is None:
        return None
    try:
        return str(ip_address(str(given)))
    except ValueError:
        raise SettingsError(f"{SETTINGS_FILE}: trusted_proxy is the address of one proxy, such as 10.0.0.5") from None


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
        "pages": _pages_document(settings.pages),
        "push": push_document(settings.push),
        "retention": {kind: days for kind, days in asdict(settings.retention).items() if days is not None},
    }
    replacement = folder / f"{SETTINGS_FILE}.tmp"
    replacement.write_text(tomli_w.dumps(document), encoding="utf-8")
    replacement.replace(folder / SETTINGS_FILE)


def _pages_document(pages: PageSettings) -> dict[str, Any]:
    document: dict[str, Any] = {
        "idle_seconds": pages.idle_seconds,
        "sign_ins_per_address": pages.sign_ins_per_address,
        "unsent_minutes": pages.unsent_minutes,
        "names": list(pages.names),
    }
    return document if pages.trusted_proxy is None else document | {"trusted_proxy": pages.trusted_proxy}


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
