"""What a process that stays up has loaded for good."""

import gc

# Some megabytes at most, until a ring of garbage is looked for.
_OBJECTS_BETWEEN_LOOKS = 20_000
_USUAL = gc.get_threshold()


def settle() -> None:
    """Set aside what has been loaded for good, and look for rings of garbage less often.

    Looked through by the collector again and again, what a process that serves pages has loaded costs 65 ms each time
    in the midst of a page (benchmark `brief`), and what takes in messages as much in the midst of one (`push`). What a
    page leaves is given back at once, for it holds no rings: looked for at each 700 objects, they took a twelfth of a
    handover, up to 3 ms at a time, and none was found.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


def unsettle() -> None:
    """Let the collector look through all of it again: what it was for has ended, and the process may go on."""
    gc.unfreeze()
    gc.set_threshold(*_USUAL)
