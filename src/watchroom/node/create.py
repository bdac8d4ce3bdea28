"""Making a node: folder, settings, keys, charter and database, or nothing at all."""

import re
import shutil
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from watchroom.audit.checkpoints import begin_checkpoints
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import UsageError
from watchroom.kernel.ids import uuid7
from watchroom.model.jurisdiction import DEFAULT_JURISDICTION, pack
from watchroom.node.database_access import KEY_FOLDER, embedded_server, make_database
from watchroom.node.folders import make_folder, require_empty
from watchroom.node.keys import KeyFolder
from watchroom.node.list_file import begin_list
from watchroom.node.settings import SETTINGS_FILE, ClockSettings, Environment, Settings, write_settings
from watchroom.policy.agreement import charter_text
from watchroom.store.schema import migrations

CHARTER_FILE = "charter.yaml"
CHECKPOINT_FOLDER = "checkpoints"
_AGENCY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}\Z")
_LONGEST_NAME = 200
# The service whose charter an agency begins with, where it is not that of prisons; by the code of the agency.
_SERVICES = {"NPS": "probation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNode:
    """What a new node is told.

    Attributes:
        agency: code of the agency.
        name: of the agency, as pages show it.
        dsn: administrator's connection to a PostgreSQL of the agency's own; used once. None: the bundled one.
        environment: demo, test or live.
        jurisdiction: name of the jurisdiction pack.
        clock: the clock that the node lives on.
    """

    agency: str
    name: str
    dsn: str | None = None
    environment: Environment = Environment.TEST
    jurisdiction: str = DEFAULT_JURISDICTION
    clock: ClockSettings = field(default_factory=ClockSettings)


def create_node(folder: Path, new: NewNode, *, machine_clock: Clock | None = None) -> Settings:
    """Make a node in `folder`, which must be absent or empty; on a failure nothing of it stays.

    Raises:
        UsageError: the folder holds something or cannot be made, or the agency has no code or no name.
    """
    require_empty(folder)
    _require_named(new)
    pack(new.jurisdiction)
    _require_charter(new)
    existed = folder.exists()
    make_folder(folder)
    settings = _settings(new, machine_clock or MachineClock())
    try:
        _fill(folder, settings, new)
    except BaseException:
        embedded_server(folder).erase()
        _empty(folder, remove=not existed)
        raise
    return settings


def _require_charter(new: NewNode) -> None:
    """A service that is not that of prisons has a charter for its own jurisdiction alone."""
    if new.agency in _SERVICES and new.jurisdiction != DEFAULT_JURISDICTION:
        raise UsageError(
            f"there is no charter of `{new.agency}` for `{new.jurisdiction}`: leave out `--jurisdiction`, or"
            " give another code with `--agency`"
        )


def _require_named(new: NewNode) -> None:
    """The code stands in the charter and in every row; the name on every page."""
    if not _AGENCY.match(new.agency):
        raise UsageError(
            "the code of an agency is of letters, digits and `-`, such as `HMPPS`, at most 32: mend `--agency`"
        )
    if not new.name.strip() or not new.name.isprintable() or len(new.name) > _LONGEST_NAME:
        raise UsageError(f"the name of an agency is one line of 1 to {_LONGEST_NAME} characters: mend `--name`")


def digest_of_making() -> str:
    """SHA-256 of what a node is made with: schema, model, code lists, mappings, charters."""
    parts = [migration.digest for migration in migrations()]
    for package, folders in (("watchroom.model", ("codes", "jurisdictions")), ("watchroom.ingest", ("mappings",))):
        parts += [digest_of_folder(files(package).joinpath(folder)) for folder in folders]
    parts += [digest_of_folder(files("watchroom.policy").joinpath("charters"))]
    parts.append(sha256(files("watchroom.model").joinpath("catalogue.json").read_bytes()).hexdigest())
    return sha256(" ".join(parts).encode()).hexdigest()


def digest_of_folder(folder: Traversable) -> str:
    """SHA-256 over the names and contents of all files of a folder of this package, compiled ones left aside."""
    found = sha256()
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found.update(f"{entry.name} {digest_of_folder(entry)}\n".encode())
        elif entry.is_file():
            found.update(f"{entry.name} {sha256(entry.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def remove_node(folder: Path) -> None:
    """Stop and delete the node in `folder`, database and keys included."""
    embedded_server(folder).erase()
    shutil.rmtree(folder, ignore_errors=True)


def _settings(new: NewNode, machine_clock: Clock) -> Settings:
    made_at = machine_clock.now()
    return Settings(
        node_id=uuid7(at=made_at),
        agency=new.agency,
        name=new.name,
        environment=new.environment,
        jurisdiction=new.jurisdiction,
        language="en",
        epoch=uuid7(at=made_at),
        clock=new.clock,
        external_database=new.dsn is not None,
    )


def _fill(folder: Path, settings: Settings, new: NewNode) -> None:
    keys = KeyFolder.create(folder / KEY_FOLDER, name=f"watchroom/{settings.node_id}", at=MachineClock().now())
    # The shipped charter is that of HMPPS with itself; another agency's differs in the name of the party.
    service = _SERVICES.get(settings.agency, "prison")
    text = charter_text(f"{service}_{settings.jurisdiction}").replace("org: HMPPS", f"org: {settings.agency}")
    (folder / CHARTER_FILE).write_text(text, encoding="utf-8")
    make_database(folder, settings=settings, admin_dsn=new.dsn)
    # From its first entry on, something outside the database speaks for the log.
    begin_checkpoints(folder / CHECKPOINT_FOLDER, keys=keys, day=MachineClock().now().date())
    begin_list(folder / CHECKPOINT_FOLDER)
    # INVARIANT: the settings come last, so that a folder with `watchroom.toml` is a whole node.
    write_settings(folder, settings)


def _empty(folder: Path, *, remove: bool) -> None:
    for name in (KEY_FOLDER, CHECKPOINT_FOLDER):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (CHARTER_FILE, SETTINGS_FILE):
        (folder / name).unlink(missing_ok=True)
    if remove:
        shutil.rmtree(folder, ignore_errors=True)
