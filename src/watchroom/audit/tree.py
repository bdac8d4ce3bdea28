"""The whole tree over leaf hashes that are kept: what proofs of many entries are made from without hashing anew.

`merkle` holds the definition; this gives the same proofs in time that grows with the height of the tree.
"""

from collections.abc import Iterable

from watchroom.audit.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, split_of


class Tree:
    """The hashes of every complete subtree over some leaves.

    It takes 64 bytes a leaf: a log of a million entries fits into 64 MB.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = bytearray()
        for leaf in leaves:
            if len(leaf) != HASH_BYTES:
                raise ValueError(f"a leaf hash has {HASH_BYTES} bytes, not {len(leaf)}")
            level += leaf
        self._levels = [level]
        while len(level) > HASH_BYTES:
            level = _above(level)
            self._levels.append(level)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def leaf(self, index: int) -> bytes:
        """The leaf hash at `index`.

        Raises:
            IndexError: the tree has no such leaf.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"leaf `{index}` is not in a tree of {self.size}")
        return self._at(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves; None: over all.

        Raises:
            IndexError: the tree never had that size.
        """
        size = self._known(self.size if size is None else size)
        return self._over(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, *, size: int) -> tuple[bytes, ...]:
        """The audit path of the leaf at `index` in the tree of the first `size` leaves, from the leaf upwards.

        Raises:
            IndexError: that tree has no such leaf.
        """
        if not 0 <= index < self._known(size):
            raise IndexError(f"leaf `{index}` is not in a tree of {size}")
        first, last, path = 0, size, list[bytes]()
        while last - first > 1:
            split = first + split_of(last - first)
            if index < split:
                path.append(self._over(split, last))
                last = split
            else:
                path.append(self._over(first, split))
                first = split
        return tuple(reversed(path))

    def consistency(self, old_size: int, *, size: int) -> tuple[bytes, ...]:
        """The proof that the tree of the first `old_size` leaves is a prefix of the one of the first `size`.

        Raises:
            IndexError: there never were such trees, or the old one is the larger one.
        """
        if not 0 <= old_size <= self._known(size):
            raise IndexError(f"a tree of {size} leaves never had `{old_size}`")
        if old_size in (0, size):
            return ()
        first, last, path = 0, size, list[bytes]()
        while old_size != last:
            split = first + split_of(last - first)
            if old_size <= split:
                path.append(self._over(split, last))
                last = split
            else:
                path.append(self._over(first, split))
                first = split
        if first:
            path.append(self._over(first, last))
        return tuple(reversed(path))

    def _known(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise IndexError(f"a tree of {self.size} leaves never had `{size}`")
        return size

    def _over(self, first: int, last: int) -> bytes:
        """The root over the leaves from `first` up to, and without, `last`; `first` begins a subtree."""
        count = last - first
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._at(level, first >> level)
        split = first + split_of(count)
        return node_hash(self._over(first, split), self._over(split, last))

    def _at(self, level: int, place: int) -> bytes:
        return bytes(self._levels[level][place * HASH_BYTES : (place + 1) * HASH_BYTES])


def _above(level: bytearray) -> bytearray:
    """The next level: a hash for each complete pair; one without a neighbour is in no complete subtree."""
    pair = 2 * HASH_BYTES
    above = bytearray()
    for place in range(0, len(level) - pair + 1, pair):
        above += node_hash(bytes(level[place : place + HASH_BYTES]), bytes(level[place + HASH_BYTES : place + pair]))
    return above
