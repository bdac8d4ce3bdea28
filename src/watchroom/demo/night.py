"""The example node: an evening and a morning export of one prison, written in the source system's own tables.

Nothing here writes model rows: the exports are loaded by the same ingest as anybody's.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

from watchroom.demo.agreed import agree
from watchroom.demo.overlay import lay_over
from watchroom.kernel.clock import MachineClock
from watchroom.node.account_desk import add_account
from watchroom.node.create import NewNode, create_node, digest_of_folder, digest_of_making, remove_node
from watchroom.node.node import Node
from watchroom.node.settings import ClockSettings, Environment, operator, read_settings, write_settings
from watchroom.node.source_desk import Asking, Told

ZONE = ZoneInfo("Europe/London")
EVENING = datetime(2026, 7, 23, 19, 30, tzinfo=ZONE)
MORNING = datetime(2026, 7, 24, 8, 0, tzinfo=ZONE)
SOURCE = "nomis"
_PASSWORD_FILE = "demo-password"  # noqa: S105  the name of a file
_DONE_FILE = "demo-complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A demo identity: who may sign in to the example node, and as what."""

    name: str
    role: str
    sites: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    told: str


IDENTITIES = (
    Identity(name="officer.a", role="wing_officer", sites=("LEI",), units=("LEI-A",), told="wing officer, A wing"),
    Identity(name="officer.h", role="wing_officer", sites=("LEI",), units=("LEI-H",), told="wing officer, H wing"),
    Identity(name="nurse", role="nurse", sites=("LEI",), told="nurse"),
    Identity(name="governor", role="duty_governor", sites=("LEI",), told="duty governor"),
    Identity(name="board", role="board", told="board member"),
    Identity(name="records", role="information_governance", told="information governance officer"),
    Identity(name="records.b", role="information_governance", told="a second one: subject access takes two"),
    Identity(name="engineer", role="data_engineer", told="data engineer: sources, quality, dictionary"),
)


def write_exports(folder: Path, *, with_patch: bool = True) -> tuple[Path, Path]:
    """Write the evening's and the morning's export into `folder`; their paths.

    Args:
        folder: made when missing.
        with_patch: lay our patch over the published extract; without it both are the extract as it is.
    """
    made: list[Path] = []
    with as_file(files("watchroom.demo")) as package:
        for instant in (EVENING, MORNING):
            name = f"{instant:%Y-%m-%dT%H%M}"
            target = folder / name
            overlays = [package / "patch" / name] if with_patch else []
            lay_over(package / "nomis_extract", overlays, target)
            made.append(target)
    return made[0], made[1]


def made_example(folder: Path, *, told: Callable[[str], None], with_patch: bool = True) -> str:
    """The password of the demo identities of the example node in `folder`, which is made first if it is not there.

    A folder in which making was cut short, or that another version made from other data, is cleared and made again.

    Args:
        folder: absent, empty, or one that this function made.
        told: receives a line for each step, for a person at a terminal.
        with_patch: lay our patch over the published extract, as `write_exports` does.
    """
    kept, done, stamp = folder / _PASSWORD_FILE, folder / _DONE_FILE, _stamp()
    if kept.is_file() and done.is_file():
        if done.read_text(encoding="utf-8") == stamp:
            return kept.read_text(encoding="utf-8")
        told("this example node is of another version or other data: making it again")
        remove_node(folder)
    elif kept.is_file():
        told("the last start was cut short: making the node again")
        remove_node(folder)
    password = secrets.token_urlsafe(9)
    _make(folder, password=password, told=told, with_patch=with_patch)
    done.write_text(stamp, encoding="utf-8")
    return password


def _stamp() -> str:
    """What an example node of this version is made with."""
    here = files("watchroom.demo")
    data = [digest_of_folder(here.joinpath(name)) for name in ("nomis_extract", "patch")]
    return " ".join([digest_of_making(), *data, *(identity.name for identity in IDENTITIES)]) + "\n"


def restart_clock(folder: Path) -> None:
    """Let the recorded clock of the example node stand at the morning again: each start shows the same shift."""
    settings = read_settings(folder)
    clock = ClockSettings(recorded_start=MORNING, machine_start=MachineClock().now(), speed=settings.clock.speed)
    write_settings(folder, replace(settings, clock=clock))


def _make(folder: Path, *, password: str, told: Callable[[str], None], with_patch: bool) -> None:
    told("making the example node")
    clock = ClockSettings(recorded_start=MORNING, machine_start=MachineClock().now())
    create_node(
        folder,
        NewNode(agency="HMPPS", name="Example Prison Service", environment=Environment.DEMO, clock=clock),
    )
    (folder / _PASSWORD_FILE).write_text(password, encoding="utf-8")
    evening, morning = write_exports(folder / "exports", with_patch=with_patch)
    with Node.open(folder) as node:
        for identity in IDENTITIES:
            asker = node.accounts.new_asker(
                identity.name, roles=(identity.role,), sites=identity.sites, units=identity.units
            )
            add_account(node, asker, password=password)
        node.sources.add(
            SOURCE, kind="files", at=str(folder / "exports"), mapping="nomis", asked=Asking(every=MORNING - EVENING)
        )
        for export, instant in ((evening, EVENING), (morning, MORNING)):
            told(f"loading the export of {instant:%d %B %H:%M}")
            node.sources.ingest(SOURCE, [export], told=Told(as_at=instant))
        node.quality.check(at=MORNING)
        agree(node, by=operator())
