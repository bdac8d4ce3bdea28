"""Why a message is refused whole, on its way from where it is seen to where the answer is made."""

from collections.abc import Sequence

from watchroom.kernel.errors import WatchroomError
from watchroom.sources.codecs.contract import Limits
from watchroom.sources.faults import Fault, FaultCode


class RefusalError(WatchroomError):
    """Nothing of the message can be trusted; it never leaves a codec, which answers with its fault."""

    def __init__(self, code: FaultCode, message: str, *, place: str | None = None) -> None:
        self.code, self.message, self.place = code, message, place
        super().__init__(message)

    def fault(self, file: str) -> Fault:
        """The same as a fault of the file."""
        return Fault(code=self.code, file=file, message=self.message, place=self.place)


def refuse_size(content: bytes, limits: Limits, *, marks: Sequence[bytes]) -> None:
    """Nothing, for a message within the limits; elements are counted by the marks before anything is made of them.

    Raises:
        RefusalError: it is empty, or has more bytes or elements than the limits allow.
    """
    if not content.strip():
        raise RefusalError(FaultCode.EMPTY_FILE, "the message is empty; send it again")
    if len(content) > limits.size:
        message = f"the message has more than {limits.size} bytes; send it in parts"
        raise RefusalError(FaultCode.TOO_LARGE, message)
    if sum(content.count(mark) for mark in marks) > limits.elements:
        message = f"the message has more than {limits.elements} elements; send it in parts"
        raise RefusalError(FaultCode.TOO_LARGE, message)
