"""What an agency adds to the model comes while its node is served: nobody is turned away, and all go by it at once."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from standing import standing_node
from test_commands import run

from extensions import KEYS
from watchroom.web.cookies import form_token

# Longer than the node takes to open on a busy machine, and no reader would wait for it in vain.
PATIENCE = 60


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    with standing_node(tmp_path / "n", "--agency", "HMPPS", "--name", "Prisons"):
        yield tmp_path / "n"


class Told:
    """What a program has told so far on its error stream."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.text = ""
        self._program = program
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._program.stderr is not None
        for line in self._program.stderr:
            self.text += line

    def wait_for(self, word: str, *, times: int = 1) -> None:
        until = time.monotonic() + PATIENCE
        while self.text.count(word) < times:
            assert time.monotonic() < until, self.text
            assert self._program.poll() is None, self.text
            time.sleep(0.02)


@contextmanager
def served(folder: Path) -> Generator[tuple[str, Told]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "watchroom", "serve", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
        try:
            told = Told(program)
            told.wait_for("Ctrl-C")
            yield f"http://127.0.0.1:{port}", told
        finally:
            program.send_signal(signal.SIGINT)
            program.wait(timeout=PATIENCE)
    assert program.returncode == 0, told.text
    assert told.text.rstrip().endswith("stopped")


class Asking:
    """Asks for a page again and again, each time on a connection of its own."""

    def __init__(self, address: str) -> None:
        self.answers: list[int] = []
        self.faults: list[str] = []
        self._address = address
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Asking":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._ended.wait(0.02):
            try:
                self.answers.append(httpx.get(f"{self._address}/sign-in", timeout=PATIENCE).status_code)
            except httpx.HTTPError as fault:
                self.faults.append(repr(fault))


def sign_in(client: httpx.Client, account: str, password: str) -> None:
    page = client.get("/sign-in")
    name, _, value = page.headers["set-cookie"].partition(";")[0].partition("=")
    form = {"account": account, "password": password, "csrf_token": form_token(value)}
    reply = client.post("/sign-in", data=form, headers={"cookie": f"{name}={value}"})
    assert reply.status_code == 303, reply.text


def test_what_is_added_is_gone_by_at_once_and_nobody_is_turned_away(folder: Path) -> None:
    added = run("user", "add", folder, "engineer", "--role", "data_engineer")
    password = re.search(r"password\t(\S+)", added.stdout)
    assert password is not None
    with served(folder) as (address, told), httpx.Client(base_url=address, timeout=PATIENCE) as client:
        sign_in(client, "engineer", password[1])
        assert client.get("/dictionary/entities/hmpps_x_key_card").status_code == 404
        (folder / "model").mkdir(exist_ok=True)
        (folder / "model" / "keys.yaml").write_text(KEYS, encoding="utf-8")
        with Asking(address) as asking:
            assert run("model", "apply", folder, "--json").exit_code == 0
            told.wait_for("the model was changed")
            told.wait_for("Ctrl-C", times=2)
        assert asking.faults == []
        assert set(asking.answers) == {200}
        # Who was signed in still is.
        assert client.get("/dictionary/entities/hmpps_x_key_card").status_code == 200
