"""`watchroom`: starts the command line, and ends in one sentence however early it is stopped."""

import signal
import sys
from types import FrameType

STOPPED = 130
"""Exit status of what was stopped by Ctrl-C."""


def main() -> None:
    """Run the command line; SIGTERM ends it as Ctrl-C does, so that nothing it started is left behind."""
    signal.signal(signal.SIGTERM, _end)
    try:
        # Loading takes the better part of a second, in which people press Ctrl-C already.
        from watchroom.entrances import commands

        commands()(prog_name="watchroom")
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(STOPPED)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
