"""The base of every error: what, where, and what to do next; never a word about a person."""


class WatchroomError(Exception):
    """Something that a person has to know of, said so that they can act on it.

    The message is lower case, without a full stop, with input in backticks, and holds ids, files, rows and
    fields only: never a name, a birth date or free text about a person.
    """

    exit_status = 1


class UsageError(WatchroomError):
    """A command or a setting that cannot mean anything: exit status 2."""

    exit_status = 2


class NamesSomebodyError(UsageError):
    """Words that are kept for ever hold what somebody is called whom they are about."""


class NotFoundError(WatchroomError):
    """Something named does not exist, or may not be known to exist by the one who asks."""
