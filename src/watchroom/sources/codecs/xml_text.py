"""XML read strictly: no document type, no entity, nothing fetched, bounded in depth and number.

Elements become the same `Members` as objects of JSON: attributes as `@name`, text beside them as `#text`, repeated
elements as lists, names without their namespace. Comments, instructions and blanks around a text are not kept.
"""

import re
from collections.abc import Iterator
from typing import Any

import lxml.etree

from watchroom.sources.codecs.contract import Limits
from watchroom.sources.codecs.json_text import Members
from watchroom.sources.codecs.refusal import RefusalError, refuse_size
from watchroom.sources.faults import FaultCode

# INVARIANT: what comes out of it is given its type where it is first named.
etree: Any = lxml.etree  # pyright: ignore[reportUnknownVariableType]  the library carries no types
ATTRIBUTE, TEXT, OTHER = "@", "#text", "other:"
# Encodings in which a document type cannot be written so that the search for it misses it.
_ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def document(content: bytes, limits: Limits) -> Any:
    """The root element of the document.

    Raises:
        RefusalError: it is no well-formed XML, has a document type, or is larger than the limits.
    """
    refuse_size(content, limits, marks=(b"<",))
    _refuse_document_type(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        message = "the text is no well-formed XML, is cut off, or is nested too deep; send it again whole"
        raise RefusalError(FaultCode.NOT_WELL_FORMED, message, place=f"line {line}, column {column}") from error
    except (ValueError, LookupError) as error:
        message = "the text is not in the encoding that it declares; send it as UTF-8"
        raise RefusalError(FaultCode.WRONG_ENCODING, message) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _document_type()
    return root


def name_of(element: Any) -> tuple[str, str]:
    """The local name of an element and its namespace, which may be empty."""
    name = etree.QName(element)
    return str(name.localname), str(name.namespace or "")


def outermost(root: Any, local_name: str) -> Iterator[tuple[str, Any]]:
    """Elements of that name that lie in no other of that name, with the path to each."""
    if name_of(root)[0] == local_name:
        yield local_name, root
        return
    found: list[Any] = list(root.iter(f"{{*}}{local_name}"))
    inside = {id(below) for one in found for below in one.iterdescendants(f"{{*}}{local_name}")}
    for number, one in enumerate(one for one in found if id(one) not in inside):
        yield f"{local_name}[{number}]", one


def members_of(element: Any, limits: Limits, *, is_one_vocabulary: bool) -> Members:
    """What an element holds.

    Args:
        element: it.
        limits: how deep elements may lie in it.
        is_one_vocabulary: elements of another namespace than its own are named `other:` and their name.

    Raises:
        RefusalError: they lie deeper.
    """
    return _members(element, limits.depth, name_of(element)[1] if is_one_vocabulary else None)


def _refuse_document_type(content: bytes) -> None:
    # The mark of UTF-32 begins like that of UTF-16, and the search would miss everything.
    wide = None if content[2:4] == b"\0\0" else _UTF_16.get(content[:2])
    declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf").lstrip())
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS or (wide is None and b"\0" in content) or content[:1] == b"\x4c":
        message = "the text is in an encoding that is not taken; send it as UTF-8"
        raise RefusalError(FaultCode.WRONG_ENCODING, message)
    mark = "<!DOCTYPE".encode(wide or "ascii")
    if mark in content or "<!ENTITY".encode(wide or "ascii") in content:
        raise _document_type()


def _document_type() -> RefusalError:
    message = "the text declares a document type, which can hold entities that grow or reach out; send it without"
    return RefusalError(FaultCode.FORBIDDEN_CONTENT, message)


def _members(element: Any, depth: int, home: str | None) -> Members:
    value = _value(element, depth, home)
    return value if isinstance(value, Members) else Members([(TEXT, value)])


def _value(element: Any, depth: int, home: str | None) -> Members | str:
    if depth < 0:
        raise RefusalError(FaultCode.TOO_LARGE, "elements lie in each other deeper than is taken; send it flatter")
    pairs: dict[str, list[object]] = {}
    words = [element.text or ""]
    for name, value in element.attrib.items():
        pairs.setdefault(f"{ATTRIBUTE}{etree.QName(name).localname}", []).append(str(value))
    for child in element:
        name = etree.QName(child)
        is_other = home is not None and str(name.namespace or "") not in (home, "")
        label = f"{OTHER}{name.localname}" if is_other else str(name.localname)
        pairs.setdefault(label, []).append(_value(child, depth - 1, home))
        words.append(child.tail or "")
    text = "".join(words).strip()
    if not pairs:
        return text
    if text:
        pairs[TEXT] = [text]
    return Members((name, values[0] if len(values) == 1 else values) for name, values in pairs.items())
