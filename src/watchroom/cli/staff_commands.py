"""Commands about what the review of looks is told of the holders of accounts: rota, name and home."""

import csv
import sys
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from watchroom.cli.answers import answering, existing_node, say
from watchroom.cli.arguments import NODE
from watchroom.gate.rota import Mark, MarkKind, Shift, StaffFacts
from watchroom.kernel.clock import in_zone
from watchroom.kernel.errors import UsageError
from watchroom.node.node import Node
from watchroom.node.settings import operator

_COLUMNS = ("account", "from", "to", "place")


@click.command("rota")
@NODE
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@answering
def rota_command(folder: Path, file: Path) -> None:
    """Enter the shifts in FILE, a CSV with the columns account, from, to and place (LEI, or a unit such as LEI-A).

    Times are those of the node. A shift that overlaps an earlier one of the same account takes its place.
    """
    with Node.open(existing_node(folder)) as node:
        shifts = list(_shifts(file, node.jurisdiction.zone))
        _facts(node).enter_shifts(shifts, operator=operator())
    say(f"{len(shifts)} shifts entered")


@click.command("marks")
@NODE
@click.argument("name")
@answering
def marks_command(folder: Path, name: str) -> None:
    """Enter family names and postcodes of the holder of the account NAME, read from stdin, in place of earlier ones.

    One a line: `family_name WORD` or `postcode WORD`. Only a salted hash is kept; no line at all takes them away.
    """
    marks = [_mark(line, number) for number, line in enumerate(sys.stdin, start=1) if line.strip()]
    with Node.open(existing_node(folder)) as node:
        _facts(node).enter_marks(name, marks, operator=operator())
    say(f"{len(marks)} marks of `{name}` are kept, as hashes")


def _facts(node: Node) -> StaffFacts:
    return StaffFacts(
        database=node.database, audit=node.audit, organisation=node.settings.agency, machine=node.machine_clock
    )


def _mark(line: str, number: int) -> Mark:
    kind, _, word = line.strip().partition(" ")
    if kind not in set(MarkKind) or not word.strip():
        raise UsageError(f"line {number} is neither `family_name WORD` nor `postcode WORD`; nothing was kept")
    return Mark(kind=MarkKind(kind), word=word.strip())


def _shifts(file: Path, zone: ZoneInfo) -> Iterator[Shift]:
    rows = csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig")))
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise UsageError(f"`{file.name}` has not the columns {', '.join(_COLUMNS)} in its first line")
    for number, row in enumerate(rows, start=2):
        try:
            begun, ended = (in_zone(datetime.fromisoformat(row[name]), zone) for name in ("from", "to"))
        except (TypeError, ValueError):
            raise UsageError(f"row {number}: `from` and `to` are instants such as 2026-07-24T07:00") from None
        site, _, rest = (row["place"] or "").partition("-")
        if not site:
            raise UsageError(f"row {number}: `place` is an establishment such as LEI, or a unit such as LEI-A")
        yield Shift(account=row["account"], from_at=begun, to_at=ended, site=site, unit=row["place"] if rest else None)
