"""The command that writes the example world into files, as the systems of its agencies would."""

from datetime import date, datetime
from pathlib import Path

import click

from watchroom.cli.answers import answer, answering, say
from watchroom.cli.arguments import JSON
from watchroom.demo.partnership import Extent
from watchroom.demo.world.prisons.places import prisons_for
from watchroom.demo.writing_out import LIST, Plan, write_world
from watchroom.kernel.errors import UsageError

_BEGINS = datetime(2026, 6, 24)  # noqa: DTZ001  a day
SEED = 20260724


@click.group("world")
def world_group() -> None:
    """The example partnership as files: an invented county, whose agencies write what real systems write."""


@world_group.command("write")
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--people", type=click.IntRange(60, 150_000), default=2_000, show_default=True, help="In custody, about.")
@click.option("--days", type=click.IntRange(1, 3_660), default=30, show_default=True, help="How many days are written.")
@click.option(
    "--from",
    "begins",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=_BEGINS,
    show_default=f"{_BEGINS:%Y-%m-%d}",
    help="The first day.",
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="The same seed gives the same bytes.")
@JSON
@answering
def write_command(target: Path, *, people: int, days: int, begins: datetime, seed: int, as_json: bool) -> None:
    """Write the files, feeds and messages of every agency into DIR, which is made or empty, and the list of what
    reaches a node when.

    Nobody in it ever lived, and no place of it is real. Nothing of it is a row of the model: take it in as any source.
    """
    if target.is_dir() and any(target.iterdir()):
        raise UsageError("the folder is not empty, and nothing in it is written over; name one that is absent or empty")
    extent = Extent(people=people, begins=begins.date(), days=days, seed=seed)
    counties = len(prisons_for(people))
    say(
        f"{people} people in custody, {counties} {'county' if counties == 1 else 'counties'}, {days} days; example data"
    )
    written = write_world(target, Plan(extent=extent), told=_told)
    if as_json:
        answer({"happenings": written.happenings, "deliveries": dict(sorted(written.deliveries.items()))})
    else:
        for source, number in sorted(written.deliveries.items()):
            click.echo(f"{source}\t{number}")
    say(f"what reaches a node when: `{LIST}`")


def _told(on: date) -> None:
    if on.day == 1:
        say(f"{on:%B %Y}")
