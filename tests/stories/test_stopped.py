"""Ctrl-C while a command is still being loaded is one sentence and exit status 130, never a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

# Loading stands still where it begins, so that no machine is too quick for the test.
SLOW = dedent("""
    import signal, sys, time

    # Whoever starts a test run in the background has Ctrl-C ignored for all that begins in it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    slow, sys.argv[1:] = sys.argv[1], sys.argv[2:]

    class Slow:
        def find_spec(self, name, path=None, target=None):
            if name == slow:
                print("loading", flush=True)
                time.sleep(60)

    sys.meta_path.insert(0, Slow())
    from watchroom.__main__ import main
    main()
""")


@pytest.mark.parametrize("slow", ["watchroom.entrances", "watchroom.cli.audit_commands", "watchroom.node.node"])
def test_ctrl_c_while_a_command_is_loaded_is_one_sentence(tmp_path: Path, slow: str) -> None:
    command = [sys.executable, "-c", SLOW, slow, "audit", "verify", "n"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"loading\n"
        os.kill(started.pid, signal.SIGINT)
        _, told = started.communicate(timeout=30)
    assert (started.returncode, told.decode()) == (130, "stopped\n")
