"""Commands about source systems: register them, change what was agreed, fetch from them, see how they do."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import click

from watchroom.cli.answers import Interval, answer, answering, existing_node, interval_text, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.cli.code_commands import code_command, codes_command
from watchroom.cli.ingest_commands import tell
from watchroom.cli.profile_commands import drift_command, profile_command
from watchroom.cli.source_end_commands import end_command, remove_command, resume_command
from watchroom.cli.total_commands import total_command
from watchroom.cli.watching import watched
from watchroom.ingest.registry import PUSH
from watchroom.kernel.secrets import Secret
from watchroom.node.fetch_desk import SourceState
from watchroom.node.node import Node
from watchroom.node.source_desk import Asking
from watchroom.node.source_secrets import read_secret
from watchroom.node.stopping_desk import StoppingDesk
from watchroom.sources.connectors.registry import KINDS

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
SECRET = click.option(
    "--secret-file",
    "secret",
    type=FILE,
    help="File with the password or token that opens it, alone on one line; it is copied into the node's keys.",
)


@click.group("source")
def source_group() -> None:
    """Source systems of the node."""


class _Added(TypedDict):
    """What is said of a source that is added."""

    kind: str
    at: str
    mapping: str
    every: timedelta | None
    poll: timedelta | None
    secret: Path | None
    options: tuple[str, ...]
    is_in_parts: bool


@source_group.command("add")
@NODE
@click.argument("name")
@click.option(
    "--kind",
    required=True,
    help=f"How it is reached: files, a folder of them; push, it sends messages by itself; {', '.join(KINDS)}.",
)
@click.option(
    "--at", "at", default="", metavar="PATH|URL", help="Where it is, without any password; nothing of one that pushes."
)
@click.option(
    "--map",
    "mapping",
    required=True,
    metavar="MAPPING",
    help="What reads it: cad_incident, cap_warning, custody_roll, delius, fhir_health, geojson_incidents, hmpps_event,"
    " ical_events, nomis, tfl_disruption, wzdx_works.",
)
@click.option(
    "--every",
    type=Interval(),
    help="How often it was agreed to deliver; without it nobody calls it late, and silent only after a day.",
)
@click.option("--poll", type=Interval(), help="How often it is fetched from while the node is served.")
@SECRET
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="How it is asked; several may be given. `watchroom source kinds` lists them.",
)
@click.option(
    "--parts",
    "is_in_parts",
    is_flag=True,
    help="A delivery adds to those before: what it does not name has not ended. Without it each holds everything.",
)
@answering
def add_source_command(folder: Path, name: str, **said: Unpack[_Added]) -> None:
    """Register the source NAME with the node in DIR."""
    kind, at = said["kind"], said["at"]
    if (kind == PUSH) is bool(at):
        raise click.UsageError(
            "give --at PATH" if kind != PUSH else "a source that pushes is at no path; leave out --at"
        )
    location = str(Path(at).resolve()) if kind == "files" else at
    secret = said["secret"]
    asked = Asking(
        every=said["every"],
        options=_pairs(said["options"]),
        poll=said["poll"],
        secret=None if secret is None else read_secret(secret),
        is_in_parts=said["is_in_parts"],
    )
    with Node.open(existing_node(folder)) as node:
        node.sources.add(name, kind=kind, at=location, mapping=said["mapping"], asked=asked)
        pushed = node.pushes.new_secret(name) if kind == PUSH else None
    if pushed is not None:
        _show_secret(name, pushed)
        return
    if kind in ("files", "folder") and not Path(location).is_dir():
        say(f"there is no folder `{location}` yet: until there is, every delivery from it is refused")
    if secret is not None:
        say(f"the secret stands in the node's keys now; delete `{secret}`")
    say(f"source `{name}` added; next: watchroom ingest {folder} {name}")


@source_group.command("secret")
@NODE
@click.argument("name")
@answering
def source_secret_command(folder: Path, name: str) -> None:
    """Give the pushing source NAME of the node in DIR a fresh secret; the one before opens nothing any more."""
    with Node.open(existing_node(folder)) as node:
        secret = node.pushes.new_secret(name)
    _show_secret(name, secret)


def _show_secret(name: str, secret: Secret[str]) -> None:
    """The secret on standard output, so that a script can take it; it is kept nowhere."""
    say(f"source `{name}` pushes to `/in/{name}` of the node's pages, with `Authorization: Bearer SECRET`")
    say("its secret is shown this once, and only a digest of it is kept:")
    click.echo(secret.reveal())


def _pairs(options: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for option in options:
        name, mark, value = option.partition("=")
        if not mark or name in pairs:
            raise click.UsageError("an option is NAME=VALUE, and each is given once")
        pairs[name] = value
    return pairs


@source_group.command("set")
@NODE
@click.argument("name")
@click.option("--every", type=Interval(), help="How often it was agreed to deliver from now on.")
@click.option(
    "--shrinks",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="A table, roll or feed that lacks more of the last one than this share is held; 10, of feeds 50.",
)
@SECRET
@answering
def set_source_command(
    folder: Path, name: str, *, every: timedelta | None, shrinks: int | None, secret: Path | None
) -> None:
    """Change how often the source NAME of the node in DIR was agreed to deliver, how short it may be, or its secret."""
    if every is None and shrinks is None and secret is None:
        raise click.UsageError("nothing to change; give --every, --shrinks or --secret-file")
    with Node.open(existing_node(folder)) as node:
        if every is not None:
            node.sources.expect(name, every=every)
            say(f"source `{name}` is expected every {interval_text(int(every.total_seconds()))}")
        if shrinks is not None:
            node.sources.let_shrink(name, percent=shrinks)
            say(f"what source `{name}` gives is held when a table of it is more than {shrinks} % shorter than the last")
        if secret is not None:
            node.sources.renew_secret(name, read_secret(secret))
            say(f"source `{name}` is opened with the new secret from now on; delete `{secret}`")


@source_group.command("fetch")
@NODE
@click.argument("name")
@click.option("--full", "is_whole", is_flag=True, help="Fetch everything, whatever is known.")
@JSON
@answering
def fetch_source_command(folder: Path, name: str, *, is_whole: bool, as_json: bool) -> None:
    """Fetch what the source NAME gives, and take it into the node in DIR."""
    with Node.open(existing_node(folder)) as node:
        found = watched(lambda step: node.fetching.ingest(name, is_whole=is_whole, progress=step))
    tell(found, as_json=as_json)


@source_group.command("stop")
@NODE
@click.argument("source")
@answering
def stop_command(folder: Path, source: str) -> None:
    """Stop what takes from SOURCE just now, or maps it again, in whatever process; nothing of that stands.

    What is being sealed just then still comes to stand, and `source list` shows it.
    """
    with Node.open(existing_node(folder)) as node:
        asked = StoppingDesk(sources=node.sources, audit=node.audit).stop(source)
    if not asked:
        say(f"nothing takes from `{source}` just now")
        raise SystemExit(1)
    say(f"`{source}` was asked to stop; nothing of what was being taken stands")


@source_group.command("kinds")
@JSON
@answering
def kinds_command(*, as_json: bool) -> None:
    """List the kinds of sources that are fetched from, and what can be said of how."""
    rows = [
        {"kind": name, "option": option, "default": said.default, "meaning": said.told}
        for name, kind in KINDS.items()
        for option, said in kind.options.items()
    ]
    if as_json:
        answer({"options": rows})
    else:
        table(rows)


@source_group.command("list")
@NODE
@JSON
@answering
def list_sources_command(folder: Path, *, as_json: bool) -> None:
    """List the sources of the node in DIR: how old each is, what is wrong, what made it, what runs."""
    with Node.open(existing_node(folder)) as node:
        rows = [_line(state) for state in node.fetching.states()]
        made, running = node.sources.made_by(), {one.source: one for one in node.sources.running()}
        waiting = node.sources.queues()
    for row in rows:
        name = str(row["name"])
        found, run, wait = made.get(name), running.get(name), waiting.get(name)
        if as_json:
            told = {"made_by": found, "running": run, "waiting": wait}
            row |= {word: one and one.as_json() for word, one in told.items()}
        else:
            row |= {"made_by": found, "running": run, "waiting": wait}
    if as_json:
        answer({"sources": rows})
    else:
        table(rows)


def _line(state: SourceState) -> dict[str, object]:
    source = state.source
    return {
        "name": source.name,
        "kind": source.kind,
        "at": source.location,
        "map": source.mapping,
        "every": interval_text(source.expected_every_seconds),
        "state": state.state,
        "as_of": _instant(state.as_of),
        "heard": _instant(state.heard_at),
        "last_batch": _instant(state.last_batch_at),
        "next": _instant(state.next_at),
        "wrong": state.wrong,
        "ended": _instant(source.ended_at),
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


source_group.add_command(profile_command)
source_group.add_command(drift_command)
source_group.add_command(codes_command)
source_group.add_command(code_command)
source_group.add_command(total_command)
source_group.add_command(end_command)
source_group.add_command(resume_command)
source_group.add_command(remove_command)
