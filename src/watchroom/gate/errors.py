"""Failures of the gate. None says what is in the record: not a value, not whether a row is there."""

from watchroom.kernel.errors import NotFoundError, UsageError, WatchroomError


class QuestionError(WatchroomError):
    """A query that asks for what no audience has: a fault of whoever wrote it, not of the asker."""


class QuestionFailedError(WatchroomError):
    """The database could not answer; its own words are not passed on, they may hold a value of a hidden row."""


class TooMuchError(WatchroomError):
    """An answer that is larger or slower than one read may be."""


class AudienceGoneError(QuestionFailedError):
    """The audience of a read was dropped, because nobody had used it; the door makes it again and reads once more."""


class SuspendedError(WatchroomError):
    """The footing of a read is suspended. The door makes a recorded refusal of it; nobody above the gate meets it."""


class NotTakenError(UsageError):
    """What was given to a desk for agreements and is not taken: in English for a command, by a message for a page.

    Attributes:
        why: last part of the id of the message, after `agreements.refused.`.
        params: of the message; numbers and names of versions, nothing that somebody typed.
    """

    def __init__(self, said: str, *, why: str, **params: int) -> None:
        self.why, self.params = why, params
        super().__init__(said)


class RoomFaultError(UsageError):
    """What was asked of the room of a case and cannot be: in English for a command, by a message for a page.

    Attributes:
        why: last part of the id of the message, after `rooms.wrong.`.
    """

    def __init__(self, said: str, *, why: str) -> None:
        self.why = why
        super().__init__(said)


class NoRoomError(NotFoundError):
    """A room, or somebody for it, that is not there, or may not be known to be: said as `RoomFaultError` is.

    Attributes:
        why: as there.
    """

    def __init__(self, said: str, *, why: str) -> None:
        self.why = why
        super().__init__(said)
