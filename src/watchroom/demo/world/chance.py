"""Chance that is the same for the same seed, whatever else was drawn before.

Each stream is named by what it decides of: what is drawn for one person on one day moves nothing for another, so that
a part of the world can be changed, or a day be reached at once, without a new world all around it.
"""

from hashlib import blake2b
from random import Random

Word = str | int


class Chance:
    """Where all streams of one world come from."""

    def __init__(self, seed: int) -> None:
        """Chance of a world with that seed."""
        self.seed = seed

    def stream(self, *words: Word) -> Random:
        """The stream that decides of what those words name, such as `"arrivals", "ORM", 20293`."""
        digest = blake2b(repr((self.seed, words)).encode(), digest_size=8).digest()
        return Random(int.from_bytes(digest))  # noqa: S311  an example world, no secret


def often(stream: Random, rate: float) -> int:
    """How often something happens that happens `rate` times on average, each time independent of the others.

    By counting exponential gaps (Knuth): exact for the small rates of a day, and it draws from one stream only.
    """
    if rate <= 0:
        return 0
    if rate > 50:
        return max(0, round(stream.gauss(rate, rate**0.5)))
    number, left = 0, stream.expovariate(1.0)
    while left < rate:
        number += 1
        left += stream.expovariate(1.0)
    return number
