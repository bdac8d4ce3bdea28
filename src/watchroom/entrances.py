"""Joins the command line with the web, which are siblings and do not know each other."""

import click

from watchroom.cli.commands import Pages, command_line
from watchroom.web.serve import serve
from watchroom.web.standalone import briefing_html


def commands() -> click.Group:
    """The whole command line, with the pages that its commands need."""
    return command_line(Pages(serve=serve, briefing_html=briefing_html))
