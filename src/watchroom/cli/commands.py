"""The command line: one group, its commands in the modules beside this one, each loaded when it is asked for."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watchroom.cli.reading_commands import BriefingHtml
    from watchroom.cli.serve_commands import Serve

Load = Callable[[], click.Command]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the commands need of the web, which is their sibling and so is handed in.

    Attributes:
        serve: runs the web server over an open node until it is stopped.
        briefing_html: the handover as one HTML document.
    """

    serve: "Serve"
    briefing_html: "BriefingHtml"


class CommandLine(click.Group):
    """A group that loads a command when it is first asked for: to load them all takes over a second."""

    def __init__(self, loads: Mapping[str, Load], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._loads = loads

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of the alphabet."""
        return sorted(self._loads)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name; None: there is none."""
        return self._loaded(cmd_name) if cmd_name in self._loads else None

    def every(self) -> Mapping[str, click.Command]:
        """All of them, in the order in which a node needs them."""
        return {name: self._loaded(name) for name in self._loads}

    def _loaded(self, name: str) -> click.Command:
        if name not in self.commands:
            try:
                self.commands[name] = self._loads[name]()
            except KeyboardInterrupt:
                # Click would say `Aborted!` and give 1, and the command that says it better is not there yet.
                click.echo("stopped", err=True)
                sys.exit(130)
        return self.commands[name]


def command_line(pages: Pages) -> click.Group:
    """The whole command line."""
    loads: Mapping[str, Load] = {
        "demo": lambda: _demo(pages),
        "world": _world,
        "init": _init,
        "user": _user,
        "source": _source,
        "model": _model,
        "mapping": _mapping,
        "ingest": _ingest,
        "quarantine": _quarantine,
        "quality": _quality,
        "outbox": _outbox,
        "brief": lambda: _brief(pages),
        "see": _see,
        "explain": _explain,
        "lineage": _lineage,
        "agreement": _agreement,
        "restrict": _restrict,
        "erase": _erase,
        "hold": _hold,
        "retention": _retention,
        "reconcile": _reconcile,
        "glass": _glass,
        "request": _request,
        "room": _room,
        "audit": _audit,
        "looks": _looks,
        "serve": lambda: _serve(pages),
        "backup": _backup,
        "restore": _restore,
        "clean": _clean,
        "bench": _bench,
    }

    @click.group(
        cls=CommandLine,
        loads=loads,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    )
    @click.version_option(package_name="watchroom")
    def watchroom() -> None:
        """Watchroom: one agency's node, from its case-management systems to the shift handover."""

    return watchroom


def _demo(pages: Pages) -> click.Command:
    from watchroom.cli.serve_commands import demo_command

    return demo_command(pages.serve)


def _serve(pages: Pages) -> click.Command:
    from watchroom.cli.serve_commands import serve_command

    return serve_command(pages.serve)


def _brief(pages: Pages) -> click.Command:
    from watchroom.cli.reading_commands import brief_command

    return brief_command(pages.briefing_html)


def _init() -> click.Command:
    from watchroom.cli.node_commands import init_command

    return init_command


def _user() -> click.Command:
    from watchroom.cli.user_commands import user_group

    return user_group


def _source() -> click.Command:
    from watchroom.cli.source_commands import source_group

    return source_group


def _model() -> click.Command:
    from watchroom.cli.model_commands import model_group

    return model_group


def _mapping() -> click.Command:
    from watchroom.cli.mapping_commands import mapping_group

    return mapping_group


def _quarantine() -> click.Command:
    from watchroom.cli.quarantine_commands import quarantine_group

    return quarantine_group


def _ingest() -> click.Command:
    from watchroom.cli.ingest_commands import ingest_command

    return ingest_command


def _quality() -> click.Command:
    from watchroom.cli.quality_commands import quality_command

    return quality_command


def _outbox() -> click.Command:
    from watchroom.cli.outbox_commands import outbox_group

    return outbox_group


def _see() -> click.Command:
    from watchroom.cli.reading_commands import see_command

    return see_command


def _explain() -> click.Command:
    from watchroom.cli.reading_commands import explain_command

    return explain_command


def _lineage() -> click.Command:
    from watchroom.cli.lineage_commands import lineage_command

    return lineage_command


def _agreement() -> click.Command:
    from watchroom.cli.agreement_commands import agreement_group

    return agreement_group


def _restrict() -> click.Command:
    from watchroom.cli.restrict_commands import restrict_group

    return restrict_group


def _erase() -> click.Command:
    from watchroom.cli.erase_commands import erase_group

    return erase_group


def _hold() -> click.Command:
    from watchroom.cli.hold_commands import hold_group

    return hold_group


def _retention() -> click.Command:
    from watchroom.cli.retention_commands import retention_group

    return retention_group


def _reconcile() -> click.Command:
    from watchroom.cli.reconcile_commands import reconcile_command

    return reconcile_command


def _glass() -> click.Command:
    from watchroom.cli.glass_commands import glass_group

    return glass_group


def _request() -> click.Command:
    from watchroom.cli.request_commands import request_group

    return request_group


def _room() -> click.Command:
    from watchroom.cli.room_commands import room_group

    return room_group


def _audit() -> click.Command:
    from watchroom.cli.audit_commands import audit_group

    return audit_group


def _looks() -> click.Command:
    from watchroom.cli.looks_commands import looks_group

    return looks_group


def _backup() -> click.Command:
    from watchroom.cli.node_commands import backup_command

    return backup_command


def _restore() -> click.Command:
    from watchroom.cli.node_commands import restore_command

    return restore_command


def _world() -> click.Command:
    from watchroom.cli.world_commands import world_group

    return world_group


def _clean() -> click.Command:
    from watchroom.cli.clean_commands import clean_command

    return clean_command


def _bench() -> click.Command:
    from watchroom.cli.bench_commands import bench_command

    return bench_command
