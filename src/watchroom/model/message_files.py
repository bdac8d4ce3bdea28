"""The message files: `messages/<language>/<room>.po`, read once, each message taken apart once."""

import gettext
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter

from babel.messages.pofile import read_po

from watchroom.kernel.errors import WatchroomError


class MessageFileError(WatchroomError):
    """A message file that cannot be read, or two that hold the same id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in a message for a parameter: its name, and how it is told (`time`, `day`, ...; empty: as usual)."""

    name: str
    style: str


Parts = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message.

    Attributes:
        forms: one, or as many as the language has for different counts.
        form_of: from a count to the index of the form.
    """

    forms: tuple[Parts, ...]
    form_of: Callable[[int], int]

    @property
    def slots(self) -> frozenset[Slot]:
        """Every slot of every form."""
        return frozenset(part for form in self.forms for part in form if isinstance(part, Slot))


def languages() -> tuple[str, ...]:
    """The languages in which there are messages, in order."""
    found = files("watchroom.model").joinpath("messages").iterdir()
    return tuple(sorted(entry.name for entry in found if entry.is_dir()))


@cache
def messages(language: str) -> Mapping[str, Message]:
    """The messages of a language by id; none when there is no such language.

    Raises:
        MessageFileError: a file cannot be read, or two files hold the same id.
    """
    folder = files("watchroom.model").joinpath("messages", language)
    found: dict[str, Message] = {}
    if not folder.is_dir():
        return found
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".po"):
            continue
        where = f"messages/{language}/{entry.name}"
        for message_id, message in read_messages(entry.read_bytes(), language=language, where=where).items():
            if message_id in found:
                raise MessageFileError(f"message `{message_id}` in {where} stands in another file too; keep one")
            found[message_id] = message
    return found


def read_messages(content: bytes, *, language: str, where: str) -> dict[str, Message]:
    """The translated messages of one `.po` file by id; `where` names it in errors.

    Raises:
        MessageFileError: a text does not follow the form, or the file holds an id twice.
    """
    _refuse_twice(content, where=where)
    book = read_po(io.BytesIO(content), locale=language)
    form_of: Callable[[int], int] = gettext.c2py(book.plural_expr)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]  the standard library has it without a stub
    found: dict[str, Message] = {}
    for entry in book:
        message_id = entry.id if isinstance(entry.id, str) else entry.id[0]
        texts = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        if message_id and texts and all(texts):
            forms = tuple(taken_apart(text, where=f"message `{message_id}` in {where}") for text in texts)
            found[message_id] = Message(forms=forms, form_of=form_of if len(forms) > 1 else _only)
    return found


@cache
def taken_apart(text: str, *, where: str = "a term") -> Parts:
    """A text as literal pieces and slots.

    Raises:
        MessageFileError: the braces of the text do not match.
    """
    parts: list[str | Slot] = []
    try:
        for literal, name, style, _ in Formatter().parse(text):
            if literal:
                parts.append(literal)
            if name is not None:
                parts.append(Slot(name=name, style=style or ""))
    except ValueError as fault:
        raise MessageFileError(f"{where}: {fault}; double a brace that is meant as such") from fault
    return tuple(parts)


def message_of(text: str) -> Message:
    """A message made of one plain text, such as a term of a jurisdiction."""
    return Message(forms=(taken_apart(text),), form_of=_only)


def _only(_: int) -> int:
    return 0


def _refuse_twice(content: bytes, *, where: str) -> None:
    # Babel keeps the last of two entries with one id and says nothing.
    seen: set[str] = set()
    for line in content.decode("utf-8").splitlines():
        if line.startswith('msgid "') and line != 'msgid ""':
            if line in seen:
                raise MessageFileError(f"{line.removeprefix('msgid ')} stands twice in {where}; keep one")
            seen.add(line)
