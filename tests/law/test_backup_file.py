"""Laws of the file of a backup: what goes in comes out, and any change of it is seen."""

import io
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.secrets import Secret
from watchroom.node.backup_file import SealedWriter, opened
from watchroom.node.backup_parts import PartSum, PartsWriter, read_parts

KEY = Secret(b"k" * 32)
names = st.text(min_size=1, max_size=20)
pieces = st.lists(st.binary(max_size=300_000), max_size=4)
parts = st.lists(st.tuples(names, pieces), max_size=4)


def sealed(kept: list[tuple[str, list[bytes]]]) -> tuple[bytes, list[PartSum]]:
    file = io.BytesIO()
    writer = SealedWriter(file, key=KEY, key_file=Path("/keys/backup.key"))
    written = PartsWriter(writer)
    sums = [written.part(name, content) for name, content in kept]
    written.finish()
    writer.finish()
    return file.getvalue(), sums


def read(content: bytes) -> list[tuple[str, bytes, PartSum]]:
    return [(part.name, part.content(), part.sum()) for part in read_parts(opened(io.BytesIO(content), key=KEY))]


@given(parts)
def test_what_is_kept_comes_back_in_its_order_with_its_digests(kept: list[tuple[str, list[bytes]]]):
    content, sums = sealed(kept)
    assert read(content) == [(name, b"".join(given), known) for (name, given), known in zip(kept, sums, strict=True)]


@given(parts)
def test_a_part_that_is_not_read_is_still_measured(kept: list[tuple[str, list[bytes]]]):
    content, sums = sealed(kept)
    assert [part.sum() for part in read_parts(opened(io.BytesIO(content), key=KEY))] == sums


@given(parts, st.data())
def test_no_changed_bit_goes_unseen(kept: list[tuple[str, list[bytes]]], data: st.DataObject):
    content = bytearray(sealed(kept)[0])
    place = data.draw(st.integers(0, len(content) * 8 - 1))
    content[place // 8] ^= 1 << place % 8
    with pytest.raises(WatchroomError):
        read(bytes(content))


@given(parts, st.data())
def test_no_missing_end_goes_unseen(kept: list[tuple[str, list[bytes]]], data: st.DataObject):
    content = sealed(kept)[0]
    with pytest.raises(WatchroomError):
        read(content[: data.draw(st.integers(0, len(content) - 1))])


def incompressible(size: int) -> bytes:
    return secrets.token_bytes(size)


def pieces_of(content: bytes) -> tuple[bytes, list[bytes]]:
    start = content.index(b"\n", content.index(b"\n") + 1) + 1
    step = 2**20 + 16
    return content[:start], [content[at : at + step] for at in range(start, len(content), step)]


def test_pieces_that_change_places_or_are_left_out_or_come_from_another_file_are_refused():
    head, own = pieces_of(sealed([("large", [incompressible(3 * 2**20)])])[0])
    other = pieces_of(sealed([("large", [incompressible(3 * 2**20)])])[0])[1]
    assert len(own) == 4
    assert read(head + b"".join(own))
    for changed in (
        [own[1], own[0], *own[2:]],
        [own[0], *own[2:]],
        own[:-1],
        [own[0], other[1], *own[2:]],
        [*own, own[-1]],
        [*own[:-1], own[0]],
    ):
        with pytest.raises(WatchroomError):
            read(head + b"".join(changed))


def test_a_file_that_ends_at_a_full_piece_opens():
    for size in range(2**20 - 400, 2**20 + 400, 40):
        kept = [("full", [incompressible(size)])]
        assert read(sealed(kept)[0])[0][1] == kept[0][1][0]
