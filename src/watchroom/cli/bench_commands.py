"""The benchmarks of the checkout, by name."""

import subprocess
import sys
from pathlib import Path

import click

import watchroom
from watchroom.cli.answers import answering
from watchroom.cli.arguments import JSON
from watchroom.kernel.errors import UsageError


@click.command("bench", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@JSON
@answering
def bench_command(name: str, *, options: tuple[str, ...], as_json: bool) -> None:
    """Run the benchmark NAME (ingest, gate, brief, audit, roll, quality, push) of a checkout and print its ratios."""
    folder = Path(watchroom.__file__).parents[2] / "benchmarks"
    known = sorted(path.stem for path in folder.glob("*.py") if path.stem != "measure")
    script = folder / f"{name}.py"
    if name not in known:
        raise UsageError(f"no benchmark `{name}` in this checkout; there are {known}")
    command = [sys.executable, str(script), *options, *(["--json"] if as_json else [])]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603  our own script, by checked name
