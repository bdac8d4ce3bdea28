"""What the platform keeps beside the record, table by table: of whom it tells, and what erasure does with that.

One place: the record of processing is made of it, and a test holds it against every table and column of a database.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FILE = "platform_tables.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformTable:
    """One table beside the record.

    Attributes:
        name: `schema.table`.
        what: one row of it, in a sentence.
        people: columns that tell of people of the record.
        staff: columns that tell of who uses the node.
        others: columns of words, ids and bytes that tell of neither.
        erased: what erasure of a person does with `people`; empty where there are none.
        kept: for how long, where it tells of anybody.
    """

    name: str
    what: str
    people: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    erased: str = ""
    kept: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether it tells of anybody."""
        return bool(self.people or self.staff)


@cache
def platform_tables() -> Mapping[str, PlatformTable]:
    """Every table that the platform keeps beside the record, by its name."""
    said = tomllib.loads(files("watchroom.model").joinpath(_FILE).read_text(encoding="utf-8"))
    return {
        name: PlatformTable(
            name=name,
            what=one["what"],
            people=tuple(one.get("people", ())),
            staff=tuple(one.get("staff", ())),
            others=tuple(one.get("others", ())),
            erased=one.get("erased", ""),
            kept=one.get("kept", ""),
        )
        for name, one in said.items()
    }
