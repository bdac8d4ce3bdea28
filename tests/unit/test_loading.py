"""What a call of `watchroom` loads: people wait for it each time."""

import subprocess
import sys

import pytest

HEAVY = {"duckdb", "jinja2", "litestar", "pyarrow", "rich", "typst", "uvicorn"}
LOADED = """
import sys
sys.argv = ["watchroom", *sys.argv[1:]]
from watchroom.__main__ import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    told = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True)
    return set(told.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("command", ["audit", "agreement", "user", "source", "room"])
def test_a_command_that_neither_serves_nor_takes_deliveries_loads_neither_the_web_nor_duckdb(command: str) -> None:
    assert loaded(command, "--help") & HEAVY == set()


def test_the_version_is_told_without_loading_any_command() -> None:
    assert loaded("--version") & (HEAVY | {"psycopg", "sqlglot", "cryptography"}) == set()
