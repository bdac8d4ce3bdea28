"""Damaged files of every format, as many as there is time for: each must end in rows, or in faults with a place."""

import random
import time
import zipfile
from collections import Counter
from io import BytesIO

import pyarrow as pa

from format_samples import archive, parquet, samples
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.caps import Caps
from watchroom.sources.csv_table import BAD_ROWS_AT_MOST
from watchroom.sources.faults import ASIDE
from watchroom.sources.files import read_content
from watchroom.sources.formats import How

# A damaged file that takes longer to be read hangs.
SECONDS_AT_MOST = 20.0
CAPS = Caps(free=8 << 20, ratio=50)
_TOKENS = (
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\r", b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe",
    b"NaN", b"null", b"1e999", b"-0", b"\\ud800", b"\\u0000", b'{"a":1,"a":2}', b"[" * 300, b'{"a":' * 300,
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<f/>", b"</row>", b"PK\x05\x06", b"PK\x01\x02", b"PAR1", b"\x7f\xff\xff\xff",
    b"\xed\xa0\x80", b"'", b"_x0000_", b"_xD800_", b"_x000A_", b"&#0;", b'r="A99999999"', b't="e"',
)  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with some bytes turned, left out, put in or said twice, in another encoding, or cut off."""
    held = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        at = chance.randrange(len(held) + 1)
        what = chance.randrange(7)
        if what == 0 and at < len(held):
            held[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            del held[at : at + chance.choice((1, 2, 16, 200))]
        elif what == 2:
            held[at:at] = chance.choice(_TOKENS)
        elif what == 3:
            held[at : at + 4] = chance.randbytes(4)
        elif what == 4:
            other = chance.randrange(len(held) + 1)
            held[at:at] = held[other : other + chance.choice((4, 40, 400))]
        elif what == 5:
            del held[at:]
        elif chance.random() < 0.1:
            text = bytes(held).decode("utf-8", "replace")
            held = bytearray(text.encode(chance.choice(("utf-16", "utf-32", "cp500", "utf-7")), "replace"))
        if not held:
            break
    return bytes(held)


def damaged_within(content: bytes, chance: random.Random) -> bytes:
    """An archive, or a workbook, of which one member is damaged and the archive itself is sound."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    name = chance.choice(sorted(members))
    members[name] = damaged(members[name], chance)
    return archive(members)


# What no report and no database can hold, or nobody tells apart, as names of columns.
_NAMES = ("A\0B", "A\nB", "\x1b[2J", "\u202eA", "A\u200b", "", " A", "A", "a", "source_row", "A" * 9000)


def badly_named(chance: random.Random) -> bytes:
    """A Parquet file whose columns have such names, some of them within another."""
    values = pa.array(["1", "2"])
    names = chance.sample(_NAMES, chance.randrange(1, 4))
    within = chance.sample(names, chance.randrange(len(names) + 1))
    inner = {"S": pa.StructArray.from_arrays([values] * len(within), names=within)} if within else {}
    return parquet(pa.table(dict.fromkeys(names, values) | inner))


def check(name: str, content: bytes, *, piece: int = 1 << 20) -> str:
    """Read a file, see that no row of it is lost, and say how it ended.

    Raises:
        AssertionError: something is lost, without a place, or took too long.
    """
    rows: dict[str, list[int]] = {}

    def take(table: str, part: ArrowTable) -> None:
        rows.setdefault(table, []).extend(part.column("source_row").to_pylist())  # type: ignore[arg-type]

    began = time.monotonic()
    found = read_content(name, content, take=take, how=How(piece=piece, caps=CAPS))
    assert time.monotonic() - began < SECONDS_AT_MOST, "it took too long"
    assert found.files or found.faults, "nothing came out, and nothing was said"
    for fault in (*found.faults, *(fault for file in found.files for fault in file.faults)):
        assert fault.message
        assert fault.file
    ends = {"refused" if found.faults else "whole"}
    for file in found.files:
        assert all(column.isprintable() for column in file.header), "a column has a name that cannot be printed"
        if file.is_refused:
            assert (file.rows_read, file.bad_rows) == (0, 0)
            ends.add("refused")
            continue
        given = rows.get(file.table_name, [])
        aside = [fault for fault in file.faults if fault.code in ASIDE]
        assert len(given) == file.good_rows, "rows were counted that were not given"
        assert len(set(given)) == len(given), "two rows have one number"
        assert len(aside) == min(file.bad_rows, BAD_ROWS_AT_MOST), "a row was set aside without a word"
        assert not {fault.row for fault in aside} & set(given), "a row was given and set aside"
        ends |= {"aside"} if file.bad_rows else set()
    return next(end for end in ("refused", "aside", "whole") if end in ends)


def fuzz(*, seconds: float, seed: int) -> Counter[str]:
    """How files of each format ended, of as many as were tried in that time.

    Raises:
        AssertionError: one broke a law; its message names the seed that makes it again.
    """
    counts: Counter[str] = Counter()
    given = samples()
    number = 0
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        for name, content in given.items():
            number += 1
            chance = random.Random(f"{seed}/{number}")  # noqa: S311  damage needs no secrecy
            has_members = name.endswith((".xlsx", ".zip")) and chance.random() < 0.7
            spoiled = damaged_within(content, chance) if has_members else damaged(content, chance)
            if name.endswith(".parquet") and chance.random() < 0.3:
                spoiled = badly_named(chance)
            try:
                counts[f"{name}: {check(name, spoiled, piece=chance.choice((7, 64, 1 << 20)))}"] += 1
            except Exception as fault:
                raise AssertionError(f"`{name}` of seed {seed}/{number}: {fault!r}") from fault
    return counts
