"""Which record of which source system is which life, and what of it is not so; and which lives are easily mistaken."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watchroom.demo.world.disguise import Done, Written
from watchroom.demo.world.errors_made import Disguise
from watchroom.demo.world.lives import Life, Relation

KNOWN_HEADER = ("source", "key", "agency", "record", "life", "done")
ALIKE_HEADER = ("life", "other", "relation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A record of a source system, and who it truly is.

    Attributes:
        source: name of the source, as a node has it.
        key: of the record in that source, as its own system writes it.
        agency: whose source it is.
        record: 0, or 1 for a second record of the same person.
        life: the number of the life.
        done: what of the record is not so.
    """

    source: str
    key: str
    agency: str
    record: int
    life: int
    done: tuple[Done, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two lives that are not one person, however alike they are written."""

    life: int
    other: int
    relation: Relation


def known(written: Written, *, source: str, key: str) -> Known:
    """The truth of a record, under the key that the writer of its source gave it."""
    return Known(
        source=source,
        key=key,
        agency=written.agency.value,
        record=written.record,
        life=written.life,
        done=written.done,
    )


def alike_in(lives: Iterable[Life]) -> Iterator[Alike]:
    """Twins, siblings and namesakes among those lives, each with the life of the number before theirs."""
    for life in lives:
        if life.relation is not None:
            yield Alike(life=life.number, other=life.number - 1, relation=life.relation)


def write_known(file: Path, records: Iterable[Known]) -> int:
    """Write records, one a line, as they come; how many there were. Nothing of them is kept in memory."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(KNOWN_HEADER)
        number = 0
        for number, one in enumerate(records, start=1):  # noqa: B007  it is given back
            lines.writerow((one.source, one.key, one.agency, one.record, one.life, _told(one.done)))
        return number


def known_in(file: Path) -> Iterator[Known]:
    """The records of a file that was written so, in its order."""
    with file.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            yield Known(
                source=line["source"],
                key=line["key"],
                agency=line["agency"],
                record=int(line["record"]),
                life=int(line["life"]),
                done=_heard(line["done"]),
            )


def write_alike(file: Path, pairs: Iterable[Alike]) -> None:
    """Write pairs of lives that are easily mistaken, one a line."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(ALIKE_HEADER)
        lines.writerows((one.life, one.other, one.relation.value) for one in pairs)


def _told(done: tuple[Done, ...]) -> str:
    told = [{"field": one.field, "kinds": list(one.kinds), "true": one.true, "written": one.written} for one in done]
    return json.dumps(told, ensure_ascii=False) if told else ""


def _heard(told: str) -> tuple[Done, ...]:
    return tuple(
        Done(
            field=one["field"],
            kinds=tuple(Disguise(kind) for kind in one["kinds"]),
            true=one["true"],
            written=one["written"],
        )
        for one in json.loads(told or "[]")
    )
