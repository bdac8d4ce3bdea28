"""JSON text read strictly (RFC 8259): digits as written, no member twice in silence, bounded in depth and number."""

import json
from collections.abc import Iterable
from typing import NoReturn, cast

from watchroom.sources.codecs.contract import Limits
from watchroom.sources.codecs.refusal import RefusalError, refuse_size
from watchroom.sources.faults import FaultCode

_MARKS = (b",", b"[", b"{")


class Number(str):
    """A number as it was written; no float is made of it."""

    __slots__ = ()


class Members(dict[str, object]):
    """An object of the text.

    Attributes:
        twice: names that it gives more than once; no value of theirs is kept, since nobody knows which is meant.
    """

    __slots__ = ("twice",)

    def __init__(self, pairs: Iterable[tuple[str, object]] = ()) -> None:
        super().__init__()
        twice: set[str] = set()
        for name, value in pairs:
            if name in self:
                twice.add(name)
            self[name] = value
        for name in twice:
            del self[name]
        self.twice = tuple(sorted(twice))


def parsed(content: bytes, limits: Limits) -> object:
    """The value of the text: `Members`, lists, `str`, `Number`, `bool` or None.

    Raises:
        RefusalError: it is no JSON text in UTF-8, or larger than the limits.
    """
    refuse_size(content, limits, marks=_MARKS)
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        message = "the text is not UTF-8, as JSON has to be; send it as UTF-8"
        raise RefusalError(FaultCode.WRONG_ENCODING, message, place=f"byte {error.start + 1}") from error
    try:
        value = cast(
            "object",
            json.loads(
                text, object_pairs_hook=Members, parse_int=Number, parse_float=Number, parse_constant=_no_constant
            ),
        )
    except RecursionError as error:
        raise _too_deep(limits) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        message = "the text is no JSON, or is cut off; send it again whole"
        raise RefusalError(FaultCode.NOT_WELL_FORMED, message, place=place) from error
    if _is_deeper(value, limits.depth):
        raise _too_deep(limits)
    return value


def _no_constant(_name: str) -> NoReturn:
    message = "the text holds a NaN or an infinite number, which JSON does not have; leave the member out"
    raise RefusalError(FaultCode.NOT_WELL_FORMED, message)


def _too_deep(limits: Limits) -> RefusalError:
    return RefusalError(
        FaultCode.TOO_LARGE, f"elements lie in each other more than {limits.depth} deep; send it flatter"
    )


def _is_deeper(value: object, depth: int) -> bool:
    level = [value]
    for _ in range(depth + 1):
        below: list[object] = []
        for one in level:
            if isinstance(one, Members):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(cast("list[object]", one))
        if not below:
            return False
        level = below
    return True


def as_json(value: object) -> str:
    """The value as compact JSON text, numbers as they were written."""
    match value:
        case Number():
            return str(value)
        case dict():
            members = cast("dict[str, object]", value)
            return "{" + ",".join(f"{_quoted(name)}:{as_json(one)}" for name, one in members.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(as_json(one) for one in cast("list[object]", value)) + "]"
        case str():
            return _quoted(value)
        case None | bool() | int():
            return json.dumps(value)
        case _:
            # A float that we made ourselves; Python writes the shortest digits that give it back.
            return json.dumps(value, allow_nan=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def members_twice(value: object, place: str) -> list[str]:
    """Places of all members that are given more than once, within the value."""
    found: list[str] = []
    if isinstance(value, Members):
        found += [f"{place}.{name}" for name in value.twice]
        for name, one in value.items():
            found += members_twice(one, f"{place}.{name}")
    elif isinstance(value, list):
        for index, one in enumerate(cast("list[object]", value)):
            found += members_twice(one, f"{place}[{index}]")
    return found
