"""`watchroom`: joins the command line with the web, which are siblings and do not know each other."""

from watchroom.cli.commands import Pages, command_line
from watchroom.web.serve import serve
from watchroom.web.standalone import briefing_html


def main() -> None:
    """Run the command line."""
    command_line(Pages(serve=serve, briefing_html=briefing_html))(prog_name="watchroom")


if __name__ == "__main__":
    main()
