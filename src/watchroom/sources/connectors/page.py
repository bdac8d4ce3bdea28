"""One page of an interface that gives JSON: its records as they are written, and what stands beside them.

Records are cut out and never written anew, so digits stay as sent and a field that stands twice is still seen by the
reader of the format.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from watchroom.sources.connectors.contract import FailureCode, FetchError

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_BLANK = " \t\r\n"
# Where the things stand that a message of a standard holds.
_ENTRIES = ("entry", "features")
# Where records stand in an object, when nothing was said.
_USUAL = ("content", "items", "results", "records", "data", "value", "features", "entries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page held.

    Attributes:
        records: each as it is written, on one line.
        beside: what else stands in the page; numbers are text.
    """

    records: tuple[str, ...]
    beside: Mapping[str, object]

    def told(self, path: str) -> str | None:
        """What stands at a path, names joined by points, as text; None: nothing does."""
        found: object = None
        within: Mapping[str, object] = self.beside
        for name in path.split("."):
            found = within.get(name)
            within = cast(dict[str, object], found) if isinstance(found, dict) else {}
        return found if isinstance(found, str) and found else None


def page_of(content: bytes, *, records: str = "") -> Page:
    """The page of that content: an array of records, or an object in which one stands.

    Args:
        content: JSON in UTF-8.
        records: name of the array in the object; empty: the one of usual name.

    Raises:
        FetchError: it is no such page.
    """
    try:
        text = content.decode("utf-8-sig")
        at = _after_blank(text, 0)
        if text[at : at + 1] == "[":
            found, at = _array(text, at)
            beside: dict[str, object] = {}
        else:
            found, beside, at = _object(text, at, records)
        if text[at:].strip(_BLANK):
            raise _unreadable("something follows the end of a page")
    except (ValueError, RecursionError):
        raise _unreadable("a page is no JSON in UTF-8") from None
    return Page(records=tuple(found), beside=beside)


def sheet_of(content: bytes) -> Page:
    """A page that is a message of a standard: what stands beside its entries; nothing where it is no object of JSON.

    Whether it can be read is for the codec to say. Its entries are counted and not taken.
    """
    try:
        said: object = _DECODER.decode(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        said = None
    beside = cast("dict[str, object]", said) if isinstance(said, dict) else {}
    lists = (cast("list[object]", beside[name]) for name in _ENTRIES if isinstance(beside.get(name), list))
    return Page(records=("",) * sum(len(one) for one in lists), beside=beside)


def bundle_link(page: Page) -> str | None:
    """The address that the `link` of a FHIR bundle calls the next one; None: it calls none so."""
    links = page.beside.get("link")
    for link in cast("list[object]", links) if isinstance(links, list) else []:
        said = cast("dict[str, object]", link) if isinstance(link, dict) else {}
        if said.get("relation") == "next" and isinstance(url := said.get("url"), str):
            return url
    return None


def _object(text: str, at: int, records: str) -> tuple[list[str], dict[str, object], int]:
    """Records, what stands beside them, and where the object ends."""
    if text[at : at + 1] != "{":
        raise _unreadable("a page is neither an array nor an object")
    found: dict[str, list[str]] = {}
    beside: dict[str, object] = {}
    at = _after_blank(text, at + 1)
    while text[at : at + 1] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _after_blank(text, at)
        if not isinstance(name, str) or text[at : at + 1] != ":" or name in beside or name in found:
            raise _unreadable("a page names something twice, or not at all")
        at = _after_blank(text, at + 1)
        is_records = name == records if records else name in _USUAL
        if is_records and text[at : at + 1] == "[":
            found[name], at = _array(text, at)
        else:
            beside[name], at = _DECODER.raw_decode(text, at)
        at = _after_comma(text, at, "}")
    if len(found) != 1:
        raise _unreadable("it cannot be told which array of a page holds the records; say so with the option `records`")
    return next(iter(found.values())), beside, at + 1


def _array(text: str, at: int) -> tuple[list[str], int]:
    found: list[str] = []
    at = _after_blank(text, at + 1)
    while text[at : at + 1] != "]":
        _, end = _DECODER.raw_decode(text, at)
        # A line end within a text is always written as an escape, so each of these stands between parts.
        found.append(text[at:end].replace("\n", " ").replace("\r", " "))
        at = _after_comma(text, end, "]")
    return found, at + 1


def _after_blank(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _BLANK:
        at += 1
    return at


def _after_comma(text: str, at: int, closing: str) -> int:
    """Where the next part begins, or the end stands."""
    at = _after_blank(text, at)
    if text[at : at + 1] == ",":
        at = _after_blank(text, at + 1)
        if text[at : at + 1] != closing:
            return at
    elif text[at : at + 1] == closing:
        return at
    raise _unreadable("a page is no JSON in UTF-8")


def _unreadable(what: str) -> FetchError:
    return FetchError(FailureCode.UNREADABLE, f"the source does not give what was agreed: {what}")
