"""What a source gives by the mapping that reads it: known before anything came, and after nothing of it stands."""

from functools import cache

from watchroom.ingest.mapping_files import shipped_files, shipped_names

# Texts of a mapping that make no record.
_BESIDE = frozenset({"prelude", "findings", "macros"})


@cache
def kinds_given(mapping: str) -> frozenset[str] | None:
    """The entities of which a mapping of this version makes records; None: it is an agency's own, and nobody says."""
    if mapping not in shipped_names():
        return None
    return frozenset(shipped_files(mapping).texts) - _BESIDE
