"""Arguments that several commands share."""

from pathlib import Path

import click

NODE = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
PERSON = click.argument("person", metavar="PERSON")
"""Whom a command is about: an id, a prison number, or a number of another kind as `KIND:NUMBER`."""
AS_USER = click.option("--as", "user", metavar="USER", required=True, help="Whose view: an account of the node.")
PURPOSE = click.option("--purpose", metavar="PURPOSE", required=True, help="What it is for, such as custody.safety.")
LIMIT = click.option(
    "--limit",
    "most",
    metavar="NUMBER",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    help="At most so many; whether some were left off is said.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
