"""Proofs about the log that others can check without it: that it holds an entry, and that it only ever grew.

Both are made from the leaf hashes that are stored and are checked against a root that somebody signed. A proof over
hashes that were tampered with fails there, whoever checks it, so nothing here has to be believed.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from watchroom.audit.merkle import extends, includes
from watchroom.audit.notes import Checkpoint
from watchroom.audit.tree import Tree
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.audit")
_FETCH = 20_000
TLOG_PROOF = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """That a tree of `size` entries holds a leaf at `index`.

    Attributes:
        index: place of the entry in the log.
        size: number of entries of the tree.
        leaf: RFC 6962 leaf hash of the entry's header.
        path: from the leaf upwards.
    """

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]

    def holds(self, root: bytes) -> bool:
        """Whether it shows that the tree under `root` holds the leaf there."""
        return includes(leaf=self.leaf, index=self.index, size=self.size, proof=self.path, root=root)

    def as_json(self) -> dict[str, object]:
        """The proof with the names of RFC 6962, section 4.5; hashes in base64."""
        return {
            "leaf_index": self.index,
            "tree_size": self.size,
            "leaf_hash": _text(self.leaf),
            "audit_path": [_text(step) for step in self.path],
        }

    def as_note(self, checkpoint_note: str) -> str:
        """The proof above the signed checkpoint that it leads to, in the form of C2SP tlog-proof.

        Args:
            checkpoint_note: whole, with its signatures; of this proof's size.
        """
        path = "".join(f"{_text(step)}\n" for step in self.path)
        return f"{TLOG_PROOF}\nindex {self.index}\n{path}\n{checkpoint_note}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """That a tree of `size` entries begins with the one of `old_size`.

    Attributes:
        old_size, size: numbers of entries.
        path: as RFC 6962, section 2.1.2 orders it.
    """

    old_size: int
    size: int
    path: tuple[bytes, ...]

    def holds(self, old: Checkpoint, new: Checkpoint) -> bool:
        """Whether it shows that the log of `new` only grew since `old`."""
        if old.origin != new.origin or (old.size, new.size) != (self.old_size, self.size):
            return False
        return extends(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=self.path)

    def as_json(self) -> dict[str, object]:
        """The proof with the names of RFC 6962, section 4.4; hashes in base64."""
        return {"first": self.old_size, "second": self.size, "consistency": [_text(step) for step in self.path]}


def inclusion_of(tree: Tree, index: int, *, size: int) -> Inclusion:
    """The proof that the tree of the first `size` entries holds the one at `index`.

    Raises:
        IndexError: that tree has no such entry.
    """
    return Inclusion(index=index, size=size, leaf=tree.leaf(index), path=tree.inclusion(index, size=size))


def consistency_of(tree: Tree, old_size: int, *, size: int) -> Consistency:
    """The proof that the log of `size` entries begins with the log of `old_size`.

    Raises:
        IndexError: the log never had these sizes, or the old one is the larger one.
    """
    return Consistency(old_size=old_size, size=size, path=tree.consistency(old_size, size=size))


def stored_tree(connection: Connection, *, size: int) -> Tree:
    """The tree over the first `size` entries, from the leaf hashes that are stored.

    INVARIANT: a gap or a false hash gives another root, so a proof from it fails against a signed one.
    """
    return Tree(_leaves(connection, size))


def _leaves(connection: Connection, size: int) -> Iterable[bytes]:
    with connection.cursor(name="audit_leaves") as cursor:
        cursor.itersize = _FETCH
        cursor.execute(_QUERIES["leaves"].text, {"size": size})
        for (leaf,) in cursor:
            yield bytes(leaf)


def _text(value: bytes) -> str:
    return b64encode(value).decode()
