"""Which benchmarks the command runs."""

import pytest
from click.testing import CliRunner

from watchroom.cli.bench_commands import bench_command


@pytest.mark.parametrize("name", ["../tools/audit_events", "measure", "nothing"])
def test_no_script_is_run_but_a_benchmark(name: str) -> None:
    answer = CliRunner().invoke(bench_command, [name])
    assert answer.exit_code == 2
    assert "no benchmark" in answer.output + answer.stderr
