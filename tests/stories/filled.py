"""Fills any tree of dataclasses with one text, so that every place where a page shows a text is tried."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID


class EveryKey(dict[str, Any]):
    """A mapping that has every key, each with the same value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, key: str) -> Any:
        return self._value


def filled(kind: Any, text: str) -> Any:
    """A value of `kind` in which every text is `text`, every list has two entries and nothing is absent."""
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: filled(hints[field.name], text) for field in fields(kind)})
    if origin in (Union, UnionType):
        return filled(next(one for one in inner if one is not type(None)), text)
    if origin is tuple:
        return tuple(filled(one, text) for one in (inner if inner[-1] is not Ellipsis else inner[:1] * 2))
    if origin is frozenset:
        return frozenset({filled(inner[0], text)})
    if origin in (dict, Mapping):
        return EveryKey(filled(inner[1], text))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {str: text, int: 2, float: 0.5, bool: True, UUID: UUID(int=2)}[kind]
