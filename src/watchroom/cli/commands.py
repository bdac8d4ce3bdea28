"""The command line: one group, its commands in the modules beside this one."""

from dataclasses import dataclass

import click

from watchroom.cli.agreement_commands import agreement_group
from watchroom.cli.audit_commands import audit_group
from watchroom.cli.bench_commands import bench_command
from watchroom.cli.clean_commands import clean_command
from watchroom.cli.glass_commands import glass_group
from watchroom.cli.looks_commands import looks_group
from watchroom.cli.node_commands import backup_command, init_command, restore_command
from watchroom.cli.reading_commands import BriefingHtml, brief_command, explain_command, see_command
from watchroom.cli.request_commands import request_group
from watchroom.cli.restrict_commands import restrict_group
from watchroom.cli.room_commands import room_group
from watchroom.cli.serve_commands import Serve, demo_command, serve_command
from watchroom.cli.source_commands import ingest_command, quality_command, source_group
from watchroom.cli.user_commands import user_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the commands need of the web, which is their sibling and so is handed in.

    Attributes:
        serve: runs the web server over an open node until it is stopped.
        briefing_html: the handover as one HTML document.
    """

    serve: Serve
    briefing_html: BriefingHtml


def command_line(pages: Pages) -> click.Group:
    """The whole command line."""

    @click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
    @click.version_option(package_name="watchroom")
    def watchroom() -> None:
        """Watchroom: one agency's node, from its case-management systems to the shift handover."""

    for command in (
        demo_command(pages.serve),
        init_command,
        user_group,
        source_group,
        ingest_command,
        quality_command,
        brief_command(pages.briefing_html),
        see_command,
        explain_command,
        agreement_group,
        restrict_group,
        glass_group,
        request_group,
        room_group,
        audit_group,
        looks_group,
        serve_command(pages.serve),
        backup_command,
        restore_command,
        clean_command,
        bench_command,
    ):
        watchroom.add_command(command)
    return watchroom
