"""What the name of a file tells: which table it is, and how it is written."""

from pathlib import PurePosixPath

SUFFIXES = (".csv", ".tsv", ".json", ".ndjson", ".jsonl", ".parquet", ".xlsx", ".zip")
PACKED = ".gz"


def table_of(name: str) -> str:
    """The table that a file, or a part of one, of that name is."""
    last = name.rsplit("/", 1)[-1]
    last = last[: -len(PACKED)] if last.lower().endswith(PACKED) else last
    stem, dot, suffix = last.rpartition(".")
    return (stem if dot + suffix.lower() in SUFFIXES else last).upper()


def suffix_of(name: str) -> str:
    """The suffix that tells how a file is written, in lower case and without `.gz`; empty: none that is known."""
    plain = name.lower().removesuffix(PACKED)
    suffix = PurePosixPath(plain).suffix
    return suffix if suffix in SUFFIXES else ""


def part_name(file: str, part: str) -> str:
    """The name of a part of a file: what is in the part's own name that no line of a report can hold is left out."""
    shown = "".join(mark if mark.isprintable() and mark not in "/\\" else "_" for mark in part)
    return f"{file}/{shown[:200] or '_'}"
