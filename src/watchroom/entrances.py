"""Joins the command line with the web, which are siblings and do not know each other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from watchroom.cli.commands import Pages, command_line

if TYPE_CHECKING:
    from watchroom.handover.show import BriefingPage
    from watchroom.node.listening import Door
    from watchroom.node.node import Node


def commands() -> click.Group:
    """The whole command line, with the pages that its commands need."""
    return command_line(Pages(serve=_serve, briefing_html=_briefing_html))


def _serve(node: "Node", door: "Door", on_ready: Callable[[], None], *, is_over: Callable[[], bool]) -> bool:
    # The web is loaded by the commands that serve it: the others would wait half a second for nothing.
    from watchroom.web.serve import serve

    return serve(node, door, on_ready, is_over=is_over)


def _briefing_html(node: "Node", page: "BriefingPage") -> str:
    from watchroom.web.standalone import briefing_html

    return briefing_html(node, page)
