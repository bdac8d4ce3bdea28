"""Damage messages of every codec and look whether what comes out is objects, or faults with a place, and soon.

    python tools/fuzz_codecs.py --seconds 600 --seed 7      prints counts; exit status 1 names what went wrong

Messages are the examples of docs/examples/codecs and, where they are, the samples that stand beside the repository in
`shared/standards` and `shared/data` (not part of it: their licences differ).
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codec_mutations import MARK, MUTATIONS

from watchroom.sources.codecs.contract import Codec, Decoded
from watchroom.sources.codecs.registry import CODECS
from watchroom.sources.codecs.tables import as_tables

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples" / "codecs"
_FOLDERS = {
    "cap": ("standards/cap/samples",),
    "fhir-r4": ("standards/fhir-r4/samples",),
    "tfl-disruption": ("standards/tfl/samples",),
    "wzdx": ("standards/wzdx/samples", "data/wzdx"),
    "geojson": ("standards/wzdx/samples", "data/wzdx"),
}
_SAMPLE_AT_MOST = 100_000
_SLOW = 5.0


@dataclass(slots=True)
class Counts:
    """What came of the messages, by codec and outcome, and what went wrong."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    objects: int = 0
    faults: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list[str])

    def lines(self) -> Iterator[str]:
        """A line for each codec, and one for all."""
        for name in sorted({name for name, _ in self.outcomes}):
            said = ", ".join(f"{self.outcomes[name, one]} {one}" for one in ("sound", "with faults", "refused"))
            yield f"{name}: {said}"
        total = sum(self.outcomes.values())
        yield (
            f"{total} messages, {self.objects} objects, {self.faults} faults, slowest {self.slowest:.2f} s,"
            f" {len(self.wrong)} wrong"
        )


def shared() -> Path | None:
    """The folder `shared` beside the repository or further up."""
    return next((above / "shared" for above in ROOT.parents if (above / "shared" / "standards").is_dir()), None)


def messages() -> Mapping[str, list[bytes]]:
    """Messages of each codec: our own example first, then samples of others where they are."""
    found: dict[str, list[bytes]] = {}
    beside = shared()
    for name in CODECS:
        paths = sorted(EXAMPLES.glob(f"{name}.*"))
        for folder in _FOLDERS.get(name, ()) if beside else ():
            paths += sorted(path for path in (beside or ROOT).joinpath(folder).rglob("*") if path.is_file())
        found[name] = [content for path in paths if (content := path.read_bytes()) and path.suffix != ".md"]
    return found


def fuzz(*, seed: int, seconds: float | None = None, rounds: int | None = None) -> Counts:
    """Counts of so many messages, or of as many as fit into the time; the same for a seed and a number of rounds."""
    chance = random.Random(seed)  # noqa: S311  nothing is kept secret by it
    given = messages()
    counts = Counts()
    end = time.monotonic() + (seconds or 0)
    number = 0
    while (rounds is not None and number < rounds) or (seconds is not None and time.monotonic() < end):
        number += 1
        name = chance.choice(sorted(given))
        content = chance.choice([one for one in given[name] if len(one) <= _SAMPLE_AT_MOST])
        for _ in range(chance.choice((1, 1, 2, 4))):
            content = chance.choice(MUTATIONS)(content, chance)
        # Now and then a message comes to the wrong codec.
        codec = CODECS[name] if chance.random() < 0.95 else chance.choice(list(CODECS.values()))
        wrong = try_one(codec, content, counts)
        if wrong:
            counts.wrong.append(f"{codec.name}, seed {seed}, message {number}: {wrong}")
    return counts


def try_one(codec: Codec, content: bytes, counts: Counts) -> str | None:
    """Decode a message and say what is wrong with the answer, if anything is."""
    begun = time.monotonic()
    try:
        decoded = codec.decode(content, file="message")
        as_tables(codec, decoded)
    except Exception as error:  # noqa: BLE001  whatever a codec raises is what is looked for
        return f"it raised {type(error).__name__}: {error}"
    taken = time.monotonic() - begun
    counts.slowest = max(counts.slowest, taken)
    counts.objects += len(decoded.objects)
    counts.faults += len(decoded.faults)
    outcome = "refused" if decoded.is_refused else "with faults" if decoded.faults else "sound"
    counts.outcomes[codec.name, outcome] += 1
    return next(_wrong(codec, decoded, taken), None)


def _wrong(codec: Codec, decoded: Decoded, taken: float) -> Iterator[str]:
    if taken > _SLOW:
        yield f"it took {taken:.1f} s"
    if decoded.is_refused and (decoded.objects or len(decoded.faults) != 1):
        yield "a refused message has objects, or more than its one fault"
    keys = Counter((one.table, one.key) for one in decoded.objects)
    if any(number > 1 for number in keys.values()):
        yield "two objects of a table have one key"
    for one in decoded.objects:
        if one.table not in codec.tables or not one.values.keys() <= codec.tables[one.table].columns.keys():
            yield f"`{one.table}` has a column that its table does not name"
        if any(value is not None and not isinstance(value, str) for value in one.values.values()):
            yield f"`{one.table}` has a value that is no text"
    for fault in decoded.faults:
        if not fault.message or (fault.place is None and not fault.refuses):
            yield f"`{fault.code}` has no place or says nothing"
    told = [*(f"{fault.message} {fault.place}" for fault in decoded.faults), *decoded.lost]
    if any(MARK in text or "Markedly" in text for text in told):
        yield "a fault or a path repeats a value of the message"


def main() -> int:
    parser = argparse.ArgumentParser(description="Damage messages of every codec and look at what comes out.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts = fuzz(seed=given.seed, seconds=given.seconds)
    print("\n".join(counts.lines()))
    for wrong in counts.wrong[:50]:
        print(wrong, file=sys.stderr)
    return 1 if counts.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
