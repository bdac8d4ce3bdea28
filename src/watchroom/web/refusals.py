"""Why the entrance does not let something pass."""

from watchroom.kernel.errors import WatchroomError


class NotSignedInError(WatchroomError):
    """Nobody is signed in, or the session has ended."""


class StaleFormError(WatchroomError):
    """A form without the token that we gave to this browser."""


class EndedFormError(StaleFormError):
    """The same, and nobody is signed in at this browser."""


class TooOftenError(WatchroomError):
    """More tries than are allowed."""


class RefusedError(WatchroomError):
    """The gate refused; `reason` is in words and says nothing about what there is."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("the gate refused")
