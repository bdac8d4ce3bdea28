"""The text of iCalendar (RFC 5545) as components and properties, one bad line being one fault.

The library splits lines, takes escapes away and folds. Its tree of components is not used: it drops what it cannot
read, and expands rules of time zones, which a message can make endless.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from icalendar.parser import Contentline

from watchroom.sources.codecs.contract import Limits
from watchroom.sources.codecs.part import Reading, shown
from watchroom.sources.codecs.refusal import RefusalError, refuse_size
from watchroom.sources.faults import FaultCode

_LINE_AT_MOST = 256 << 10
_FOLD = re.compile("\r?\n[ \t]")
_LINE_END = re.compile("\r?\n|\r")
_UNWRITABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_ITEM = re.compile(r"(?:[^\\,]|\\.)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A line of a component: its name in capitals, parameters, and the value with its escapes."""

    name: str
    parameters: Mapping[str, str]
    value: str
    place: str

    @property
    def text(self) -> str:
        """The value without its escapes."""
        return unescaped(self.value)

    @property
    def texts(self) -> list[str]:
        """The values of a list, without their escapes."""
        return [text for text in (unescaped(one).strip() for one in _ITEM.findall(self.value)) if text]


@dataclass(slots=True, kw_only=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    place: str
    properties: list[Property] = field(default_factory=list[Property])
    parts: list["Component"] = field(default_factory=list["Component"])

    def all(self, name: str) -> Iterator[Property]:
        """Its properties of that name."""
        return (one for one in self.properties if one.name == name)


def unescaped(text: str) -> str:
    """The text that was meant."""
    return _ESCAPED.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), text)


def calendars(content: bytes, limits: Limits, reading: Reading) -> list[Component]:
    """The calendars of a stream.

    Raises:
        RefusalError: it is no iCalendar text, is cut off, or is larger than the limits.
    """
    refuse_size(content, limits, marks=(b"\n",))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "the text is not UTF-8, as calendars have to be; send it as UTF-8"
        raise RefusalError(FaultCode.WRONG_ENCODING, message, place=f"byte {error.start + 1}") from error
    lines = [line for line in _LINE_END.split(_FOLD.sub("", text)) if line.strip()]
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        message = "the text does not begin with a calendar; send it to the codec of its standard"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message)
    return _tree(lines, limits, reading)


def _tree(lines: list[str], limits: Limits, reading: Reading) -> list[Component]:
    root = Component(name="", place="")
    open_ones = [root]
    for number, line in enumerate(lines, start=1):
        head = line[:80].strip().upper()
        if head.startswith("BEGIN:"):
            if len(open_ones) > limits.depth:
                raise RefusalError(FaultCode.TOO_LARGE, "components lie in each other deeper than is taken")
            _open(head[6:], open_ones)
        elif head.startswith("END:"):
            if len(open_ones) == 1 or open_ones[-1].name != head[4:]:
                raise _cut_off(number)
            open_ones.pop()
        elif len(open_ones) > 1:
            _add(line, open_ones[-1], reading, number=number)
        else:
            message = "the line stands in no calendar; it was left out"
            reading.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, place=f"line {number}")
    if len(open_ones) > 1:
        raise _cut_off(len(lines))
    return root.parts


def _open(name: str, open_ones: list[Component]) -> None:
    above = open_ones[-1]
    place = f"{above.place}.{shown(name)}[{len(above.parts)}]".lstrip(".")
    above.parts.append(Component(name=name, place=place))
    open_ones.append(above.parts[-1])


def _cut_off(number: int) -> RefusalError:
    message = "components are not closed in the order in which they were opened, so the text is damaged or cut off"
    return RefusalError(FaultCode.NOT_WELL_FORMED, message, place=f"line {number}")


def _add(line: str, component: Component, reading: Reading, *, number: int) -> None:
    place = f"{component.place}.line {number}"
    if len(line) > _LINE_AT_MOST or _UNWRITABLE.search(line):
        message = "the line is too long, or holds what no text may; it was left out"
        reading.fault(FaultCode.ELEMENT_UNREADABLE, message, place=place)
        return
    try:
        name, parameters, value = Contentline(line, strict=False).raw_parts()
    except (ValueError, IndexError):
        message = "the line is no property with a value; it was left out"
        reading.fault(FaultCode.ELEMENT_UNREADABLE, message, place=place)
        return
    if not _NAME.fullmatch(name):
        message = "the line has no name that a property may have; it was left out"
        reading.fault(FaultCode.ELEMENT_UNREADABLE, message, place=place)
        return
    given = {str(one).upper(): _joined(said) for one, said in cast("Mapping[str, object]", parameters).items()}
    place = f"{component.place}.{name.upper()}"
    component.properties.append(Property(name=name.upper(), parameters=given, value=value, place=place))


def _joined(said: object) -> str:
    return ",".join(str(one) for one in cast("list[object]", said)) if isinstance(said, list) else str(said)
