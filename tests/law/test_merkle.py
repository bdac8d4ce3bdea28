"""Laws of the tree, checked against a second, plainly recursive reading of RFC 6962."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
)

FORGED = b"\xff" * 32


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(index).encode()) for index in range(size)]


def tree_hash(contents: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not contents:
        return sha256(b"").digest()
    if len(contents) == 1:
        return sha256(b"\x00" + contents[0]).digest()
    split = 1
    while split * 2 < len(contents):
        split *= 2
    return sha256(b"\x01" + tree_hash(contents[:split]) + tree_hash(contents[split:])).digest()


def test_the_root_is_the_one_of_the_standard_for_every_size() -> None:
    for size in range(130):
        contents = [str(index).encode() for index in range(size)]
        assert root_of([leaf_hash(content) for content in contents]) == tree_hash(contents)


def test_known_answers_of_the_standards_reference_tree() -> None:
    contents = [
        b"",
        b"\x00",
        b"\x10",
        bytes.fromhex("2021"),
        bytes.fromhex("3031"),
        bytes.fromhex("40414243"),
        bytes.fromhex("5051525354555657"),
        bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
    ]
    leaves = [leaf_hash(content) for content in contents]
    assert root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_leaf_of_every_small_tree_is_proved_and_a_forged_one_is_not() -> None:
    for size in range(1, 65):
        leaves = leaves_of(size)
        root = root_of(leaves)
        for index, leaf in enumerate(leaves):
            proof = inclusion_proof(leaves, index)
            assert includes(leaf=leaf, index=index, size=size, proof=proof, root=root)
            assert not includes(leaf=FORGED, index=index, size=size, proof=proof, root=root)
            assert not includes(leaf=leaf, index=index, size=size, proof=(*proof, FORGED), root=root)
            assert not proof or not includes(leaf=leaf, index=index, size=size, proof=proof[:-1], root=root)


def test_every_small_tree_extends_each_of_its_prefixes_and_no_forged_one() -> None:
    for size in range(65):
        leaves = leaves_of(size)
        root = root_of(leaves)
        for old_size in range(size + 1):
            proof = consistency_proof(leaves, old_size)
            old_root = root_of(leaves[:old_size])
            assert extends(old_size=old_size, old_root=old_root, size=size, root=root, proof=proof)
            assert not extends(old_size=old_size, old_root=FORGED, size=size, root=root, proof=proof)
            assert not extends(old_size=old_size, old_root=old_root, size=size, root=root, proof=(*proof, FORGED))
            # Every tree extends the empty one, so a forged root shows only from one leaf on.
            assert old_size == 0 or not extends(
                old_size=old_size, old_root=old_root, size=size, root=FORGED, proof=proof
            )


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=1, max_value=5000), st.data())
def test_proofs_of_large_trees_hold(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    root = root_of(leaves)
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    old_size = data.draw(st.integers(min_value=0, max_value=size))
    proof = inclusion_proof(leaves, index)
    assert includes(leaf=leaves[index], index=index, size=size, proof=proof, root=root)
    old_root = root_of(leaves[:old_size])
    path = consistency_proof(leaves, old_size)
    assert extends(old_size=old_size, old_root=old_root, size=size, root=root, proof=path)


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=40), max_size=12))
def test_a_frontier_grown_in_batches_is_the_frontier_grown_at_once(batches: list[int]) -> None:
    grown, everything = Frontier(), list[bytes]()
    for number, size in enumerate(batches):
        batch = [leaf_hash(f"{number}/{index}".encode()) for index in range(size)]
        grown = grown.extend(batch)
        everything += batch
    assert grown == Frontier().extend(everything)
    assert grown.root() == root_of(everything)


@given(st.integers(min_value=2, max_value=200), st.data())
def test_a_changed_swapped_or_dropped_leaf_changes_the_root(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(min_value=0, max_value=size - 2))
    changed = [*leaves[:index], FORGED, *leaves[index + 1 :]]
    swapped = [*leaves[:index], leaves[index + 1], leaves[index], *leaves[index + 2 :]]
    dropped = [*leaves[:index], *leaves[index + 1 :]]
    assert root_of(leaves) not in {root_of(changed), root_of(swapped), root_of(dropped)}


def test_an_empty_tree_has_the_hash_of_nothing_as_root() -> None:
    assert Frontier().root() == EMPTY_ROOT == root_of([])


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 2 hashes"):
        Frontier(size=3, hashes=(FORGED,))


def test_questions_outside_the_tree_are_refused() -> None:
    leaves = leaves_of(3)
    with pytest.raises(IndexError):
        inclusion_proof(leaves, 3)
    with pytest.raises(IndexError):
        consistency_proof(leaves, 4)
    assert not includes(leaf=leaves[0], index=3, size=3, proof=(), root=root_of(leaves))
    assert not extends(old_size=4, old_root=FORGED, size=3, root=FORGED, proof=())
