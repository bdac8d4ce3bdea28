"""The example world is written by a command, for whoever has no node yet."""

import json
from pathlib import Path

from test_commands import run


def test_a_small_world_is_written_and_what_reaches_a_node_is_counted_by_source(tmp_path: Path) -> None:
    target = tmp_path / "world"
    done = run("world", "write", target, "--people", "60", "--days", "1", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["deliveries"]["nomis"] == 1
    assert told["happenings"] > 1000
    assert "example data" in done.stderr
    assert len((target / "deliveries.ndjson").read_text(encoding="utf-8").splitlines()) == sum(
        told["deliveries"].values()
    )
    again = run("world", "write", target, "--people", "60", "--days", "1")
    assert again.exit_code == 2
    assert "not empty" in again.stderr
