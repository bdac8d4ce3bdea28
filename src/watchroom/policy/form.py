"""Reading YAML 1.2 strictly: each value by its key, with its line, and no key left unread."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from io import StringIO
from typing import Any, Final, Self, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning
from ruamel.yaml.tokens import AliasToken, AnchorToken, TagToken

from watchroom.policy.errors import AgreementError

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20
MAX_INDENT: Final = 100
_LONGEST_KEPT: Final = 65_536
# Reading every text twice would cost a tenth of a second each; most hold nothing that looks like one.
_PERHAPS_INDIRECT: Final = re.compile(r"(?:^|[\s\[{,])[&*!]", re.MULTILINE)
_INDIRECT: Final = (
    ((AliasToken, AnchorToken), "anchors are not allowed: write out what is agreed"),
    ((TagToken,), "tags are not allowed: write the value as it is"),
)
_BRACKETS: Final = re.compile(r"[\[\]{}]")
_NESTING: Final = re.compile(r"[ ]*(?:[-?:][ ]+){10}")


class Form:
    """One mapping of a YAML document, of which every key must be read before `close`."""

    def __init__(self, node: Mapping[str, object], *, where: str, line: int) -> None:
        self._node = node
        self.where = where
        self.line = line
        self._read: set[str] = set()

    @classmethod
    def document(cls, text: str, *, where: str) -> Self:
        """The only document of `text`.

        Raises:
            AgreementError: it is no YAML 1.2, uses anchors or tags, or is not one mapping.
        """
        if len(text.encode()) > MAX_BYTES:
            raise AgreementError(f"the file is larger than {MAX_BYTES} bytes; split the agreement", where=where, line=1)
        _refuse_depth(text, where=where)
        try:
            node = _kept(text) if len(text) <= _LONGEST_KEPT else _parsed(text)
        except MarkedYAMLError as fault:
            mark: Any = cast(Any, fault).problem_mark
            line = 1 if mark is None else int(mark.line) + 1
            raise AgreementError("it is not valid YAML 1.2 or names a key twice", where=where, line=line) from None
        except (YAMLError, YAMLWarning, ValueError, RecursionError):
            raise AgreementError("it is not valid YAML 1.2", where=where, line=1) from None
        _refuse_indirect(text, where=where)
        return cls._of(node, where=where, line=1)

    @classmethod
    def _of(cls, node: object, *, where: str, line: int) -> Self:
        if not isinstance(node, CommentedMap):
            raise AgreementError("a mapping of keys and values is expected here", where=where, line=line)
        for key in cast(Mapping[object, object], node):
            if not isinstance(key, str):
                raise AgreementError(f"key `{key}` must be text", where=where, line=line)
        return cls(cast(Mapping[str, object], node), where=where, line=line)

    def fault(self, problem: str, key: str | None = None) -> AgreementError:
        """An error at the line of `key`, or of this mapping."""
        return AgreementError(problem, where=self.where, line=self.line if key is None else self._line_of(key))

    def has(self, key: str) -> bool:
        """Whether the key is there; it still has to be read."""
        return key in self._node

    def is_list(self, key: str) -> bool:
        """Whether the key is there and holds a list, be it empty; it still has to be read."""
        return isinstance(self._node.get(key), CommentedSeq)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(f"`{key}` must be a text that is not empty", key)
        return str(value)

    def text_if_any(self, key: str) -> str | None:
        """A text that is not empty; None: the key is absent."""
        return self.text(key) if self.has(key) else None

    def name(self, key: str) -> str:
        """A text, or a whole number written as one."""
        value = self._value(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(int(value))
        return self.text(key)

    def number(self, key: str) -> int:
        """A whole number from 1."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.fault(f"`{key}` must be a whole number from 1", key)
        return int(value)

    def truth(self, key: str) -> bool:
        """`true` or `false`."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.fault(f"`{key}` must be `true` or `false`", key)
        return value

    def day(self, key: str) -> date:
        """A date such as 2026-04-01."""
        value = self._value(key)
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.fault(f"`{key}` must be a date such as 2026-04-01", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, not empty, none twice, and never `*`."""
        entries = self._entries(key)
        if not all(isinstance(entry, str) and entry.strip() for entry in entries):
            raise self.fault(f"`{key}` must be a list of texts", key)
        texts = tuple(str(entry) for entry in entries)
        if "*" in texts:
            raise self.fault(f"`{key}` must name each one; `*` is never allowed", key)
        if len(set(texts)) != len(texts):
            raise self.fault(f"`{key}` names something twice", key)
        return texts

    def known(self, key: str, register: Iterable[str]) -> tuple[str, ...]:
        """A list of texts, each of which the register holds."""
        names = self.texts(key)
        for name in names:
            self._require_known(key, name, tuple(register))
        return names

    def known_one(self, key: str, register: Iterable[str]) -> str:
        """A text that the register holds."""
        name = self.text(key)
        self._require_known(key, name, tuple(register))
        return name

    def form(self, key: str) -> "Form":
        """A mapping."""
        return Form._of(self._value(key), where=self.where, line=self._line_of(key))

    def forms(self, key: str) -> tuple["Form", ...]:
        """A list of mappings, not empty."""
        entries = self._entries(key)
        lines: dict[int, list[int]] = cast(Any, self._node[key]).lc.data
        return tuple(
            Form._of(entry, where=self.where, line=lines.get(place, [self.line - 1])[0] + 1)
            for place, entry in enumerate(entries)
        )

    def pairs(self, key: str) -> Mapping[str, str]:
        """A mapping of texts, where YAML's null counts as the text `null`."""
        form = self.form(key)
        return {name: "null" if form._node[name] is None else form.text(name) for name in form._node}

    def content(self) -> Mapping[str, object]:
        """The whole of it, as it was parsed: for its canonical form. It does not count as read."""
        return self._node

    def close(self) -> None:
        """Refuse what nobody has read.

        Raises:
            AgreementError: a key that the form does not know.
        """
        for key in self._node:
            if key not in self._read:
                raise self.fault(f"unknown key `{key}`; remove it or see docs/reference/agreements.md", key)

    def refuse_unknown(self, keys: Iterable[str]) -> None:
        """Refuse a key that is none of these, read or not.

        Raises:
            AgreementError: a key that the form does not know.
        """
        self._read.update(keys)
        self.close()

    def _require_known(self, key: str, name: str, register: tuple[str, ...]) -> None:
        if name not in register:
            raise self.fault(f"`{name}` is not known in `{key}`; there are {', '.join(register)}", key)

    def _value(self, key: str) -> object:
        self._read.add(key)
        if key not in self._node:
            raise self.fault(f"`{key}` is missing")
        return self._node[key]

    def _entries(self, key: str) -> list[object]:
        value = self._value(key)
        if not isinstance(value, CommentedSeq) or not value:
            raise self.fault(f"`{key}` must be a list that is not empty; absent is not all", key)
        return list(cast(list[object], value))

    def _line_of(self, key: str) -> int:
        lines: dict[str, list[int]] = cast(Any, self._node).lc.data or {}
        return lines[key][0] + 1 if key in lines else self.line


def _parsed(text: str) -> object:
    reader = YAML(typ="rt", pure=True)
    reader.version = (1, 2)
    reader.allow_duplicate_keys = False
    return cast(object, reader.load(StringIO(text)))


# A charter takes a tenth of a second, and a node reads the same one again and again.
# INVARIANT: nothing changes what was parsed; a `Form` only reads it.
_kept = lru_cache(maxsize=32)(_parsed)


def _refuse_depth(text: str, *, where: str) -> None:
    """What nests deeper than any agreement is not even parsed: the parser's time grows with the square of the depth."""
    depth = 0
    for line, written in enumerate(text.split("\n"), start=1):
        if _NESTING.match(written) or len(written) - len(written.lstrip(" ")) > MAX_INDENT:
            raise AgreementError("it nests too deep", where=where, line=line)
        for bracket in _BRACKETS.findall(written):
            depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
            if depth > MAX_DEPTH:
                raise AgreementError("it nests too deep", where=where, line=line)


def _refuse_indirect(text: str, *, where: str) -> None:
    """Refuse anchors, aliases and tags: what is agreed is written out, and says itself of what kind it is."""
    if _PERHAPS_INDIRECT.search(text) is None:
        return
    for part in YAML(typ="rt", pure=True).scan(text):
        problem = next((said for kinds, said in _INDIRECT if isinstance(part, kinds)), None)
        if problem is not None:
            raise AgreementError(problem, where=where, line=int(cast(Any, part).start_mark.line) + 1)
