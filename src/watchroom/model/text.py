"""A message that is not yet rendered: an id and what goes into it, so that language and terms can be chosen late."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A code that is said in words.

    Attributes:
        code_list: name of its list.
        code: None where the source's value is unmapped.
        source_value: what the source said; told, as the source's own word, when there is no code.
    """

    code_list: str
    code: str | None
    source_value: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One message not yet rendered; `model.words.Words` says it.

    Attributes:
        id: dotted, of a message in `messages/`; it is never shown.
        params: what the message names in braces. `count` chooses between one and many.
    """

    id: str
    params: "Mapping[str, Param]" = field(default_factory=dict[str, "Param"])


Param: TypeAlias = str | int | date | datetime | Coded | Text | None
