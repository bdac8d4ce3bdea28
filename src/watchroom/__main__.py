"""`watchroom`: joins the command line with the web, which are siblings and do not know each other."""

import signal
import sys
from types import FrameType

from watchroom.cli.commands import Pages, command_line
from watchroom.web.serve import serve
from watchroom.web.standalone import briefing_html


def main() -> None:
    """Run the command line; SIGTERM ends it as Ctrl-C does, so that nothing it started is left behind."""
    signal.signal(signal.SIGTERM, _end)
    command_line(Pages(serve=serve, briefing_html=briefing_html))(prog_name="watchroom")


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
