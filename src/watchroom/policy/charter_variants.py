"""A charter that is another one but for what is written: one jurisdiction's beside another's, kept once."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

_NEXT = re.compile(r"^(?:  - clause:|[ ]*#|[a-z])", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What one charter says otherwise than another.

    Attributes:
        of: name of the other one.
        without: clauses of the other one that it has not.
        by: text of the other one, which stands there once -> what stands here.
    """

    of: str
    without: tuple[str, ...]
    by: Mapping[str, str]


def variant_in(text: str) -> Variant:
    """The variant that a TOML text holds."""
    said = tomllib.loads(text)
    return Variant(
        of=str(said["of"]),
        without=tuple(str(name) for name in said["without"]),
        by={str(one["text"]): str(one["by"]) for one in said["replace"]},
    )


def varied(text: str, variant: Variant) -> str:
    """The text of a charter with what a variant says otherwise.

    Raises:
        ValueError: a clause or a text of the variant does not stand once in the other charter.
    """
    for name in variant.without:
        head = f"  - clause: {name}\n"
        _require_once(text, head, variant)
        before, _, rest = text.partition(head)
        following = _NEXT.search(rest)
        text = before + ("" if following is None else rest[following.start() :])
    for old, new in variant.by.items():
        _require_once(text, old, variant)
        text = text.replace(old, new)
    return text


def _require_once(text: str, part: str, variant: Variant) -> None:
    if text.count(part) != 1:
        raise ValueError(f"`{part.strip()}` does not stand once in charter `{variant.of}`; mend the variant")
