"""The one way in which codecs answer: what refuses a message becomes a fault, and nothing is ever raised."""

from collections.abc import Callable

from watchroom.sources.codecs.contract import Decoded, Limits
from watchroom.sources.codecs.part import Reading
from watchroom.sources.codecs.refusal import RefusalError

Read = Callable[[bytes, Limits, Reading], None]


def answer(content: bytes, file: str, limits: Limits, *, read: Read) -> Decoded:
    """What `read` finds in the message; a refusal is its one fault, and then no object is given."""
    reading = Reading(file, limits)
    try:
        read(content, limits, reading)
        return reading.decoded()
    except RefusalError as refusal:
        return Decoded(faults=(refusal.fault(file),))
    finally:
        reading.let_go()
