"""What a process that stays up has loaded for good."""

import gc


def settle() -> None:
    """Set aside what has been loaded for good, and what nobody needs any more.

    Looked through by the collector again and again, what a process that serves pages has loaded costs 65 ms each time
    in the midst of a page (benchmark `brief`), and what takes in messages as much in the midst of one (`push`).
    """
    gc.collect()
    gc.freeze()


def unsettle() -> None:
    """Let the collector look through all of it again: what it was for has ended, and the process may go on."""
    gc.unfreeze()
