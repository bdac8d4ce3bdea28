"""Laws of proofs from the stored tree: they are those of the definition, and nothing forged passes."""

import json
from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.audit.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from watchroom.audit.notes import Checkpoint
from watchroom.audit.proofs import Consistency, Inclusion, consistency_of, inclusion_of
from watchroom.audit.tree import Tree

FORGED = b"\xff" * 32


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(index).encode()) for index in range(size)]


WHOLE = leaves_of(300)
TREE = Tree(WHOLE)


def checkpoint(size: int, root: bytes | None = None, origin: str = "log") -> Checkpoint:
    return Checkpoint(origin=origin, size=size, root=TREE.root(size) if root is None else root)


def test_the_root_of_every_prefix_is_the_one_of_the_definition() -> None:
    for size in range(131):
        assert TREE.root(size) == root_of(WHOLE[:size])


def test_every_inclusion_proof_of_every_small_tree_is_the_one_of_the_definition() -> None:
    for size in range(1, 65):
        for index in range(size):
            found = inclusion_of(TREE, index, size=size)
            assert found.path == inclusion_proof(WHOLE[:size], index)
            assert found.leaf == WHOLE[index]
            assert found.holds(TREE.root(size))


def test_every_consistency_proof_of_every_small_tree_is_the_one_of_the_definition() -> None:
    for size in range(65):
        for old_size in range(size + 1):
            found = consistency_of(TREE, old_size, size=size)
            assert found.path == consistency_proof(WHOLE[:size], old_size)
            assert found.holds(checkpoint(old_size), checkpoint(size))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5000), st.data())
def test_proofs_of_large_trees_are_those_of_the_definition(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    tree = Tree(leaves)
    index = data.draw(st.integers(0, size - 1))
    old_size = data.draw(st.integers(0, size))
    assert tree.root() == root_of(leaves)
    assert tree.inclusion(index, size=size) == inclusion_proof(leaves, index)
    assert tree.consistency(old_size, size=size) == consistency_proof(leaves, old_size)


@settings(deadline=None)
@given(st.integers(1, 300), st.data())
def test_a_forged_leaf_another_place_or_another_root_is_not_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    found = inclusion_of(TREE, index, size=size)
    root = TREE.root(size)
    assert not Inclusion(index=index, size=size, leaf=FORGED, path=found.path).holds(root)
    assert not found.holds(FORGED)
    elsewhere = data.draw(st.integers(0, size - 1))
    assert Inclusion(index=elsewhere, size=size, leaf=found.leaf, path=found.path).holds(root) == (elsewhere == index)
    for place in range(len(found.path)):
        path = (*found.path[:place], FORGED, *found.path[place + 1 :])
        assert not Inclusion(index=index, size=size, leaf=found.leaf, path=path).holds(root)


@settings(deadline=None)
@given(st.integers(2, 300), st.data())
def test_a_past_that_was_rewritten_is_not_consistent(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old_size - 1))
    rewritten = Tree([*WHOLE[:changed], FORGED, *WHOLE[changed + 1 : size]])
    found = consistency_of(rewritten, old_size, size=size)
    assert not found.holds(checkpoint(old_size), checkpoint(size, rewritten.root(size)))
    assert not consistency_of(TREE, old_size, size=size).holds(checkpoint(old_size), checkpoint(size, origin="other"))


@settings(deadline=None)
@given(st.integers(2, 300), st.data())
def test_no_step_of_a_consistency_proof_can_be_forged(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, size - 1))
    found = consistency_of(TREE, old_size, size=size)
    for place in range(len(found.path)):
        path = (*found.path[:place], FORGED, *found.path[place + 1 :])
        forged = Consistency(old_size=old_size, size=size, path=path)
        assert not forged.holds(checkpoint(old_size), checkpoint(size))


def test_a_proof_as_json_carries_the_names_and_hashes_of_the_standard() -> None:
    said = json.loads(json.dumps(inclusion_of(TREE, 2, size=7).as_json()))
    assert set(said) == {"leaf_index", "tree_size", "leaf_hash", "audit_path"}
    assert (said["leaf_index"], said["tree_size"]) == (2, 7)
    assert tuple(b64decode(step) for step in said["audit_path"]) == inclusion_proof(WHOLE[:7], 2)
    grown = json.loads(json.dumps(consistency_of(TREE, 3, size=7).as_json()))
    assert (grown["first"], grown["second"]) == (3, 7)
    assert tuple(b64decode(step) for step in grown["consistency"]) == consistency_proof(WHOLE[:7], 3)


def test_a_proof_as_text_stands_above_its_checkpoint() -> None:
    lines = inclusion_of(TREE, 2, size=7).as_note("log\n7\nroot\n\n— log sig\n").split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 2"]
    assert lines[2:5] == [inclusion_of(TREE, 2, size=7).as_json()["audit_path"][n] for n in range(3)]  # type: ignore[index]
    assert lines[5:7] == ["", "log"]


def test_questions_outside_the_tree_are_refused() -> None:
    for asked in (
        lambda: TREE.inclusion(5, size=5),
        lambda: TREE.inclusion(0, size=301),
        lambda: TREE.consistency(6, size=5),
        lambda: TREE.root(301),
        lambda: TREE.leaf(300),
    ):
        with pytest.raises(IndexError):
            asked()
    with pytest.raises(ValueError, match="32 bytes"):
        Tree([b"short"])
