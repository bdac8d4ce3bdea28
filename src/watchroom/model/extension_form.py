"""Reading an agency's LinkML file: strictly, the part of LinkML that we take, each refusal with its line."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning
from ruamel.yaml.scalarstring import ScalarString

from watchroom.kernel.errors import WatchroomError

_LARGEST: Final = 1_000_000
# Anchors, aliases and tags say in one place what is meant in another: nobody who reads a field would see it.
_INDIRECT: Final = re.compile(r"(?:^|[\s\[{,:-])(?:[&*][\w-]+|!\S*)(?=[\s,\]}]|$)", re.MULTILINE)
_QUOTED: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*'|(?:^|\s)#.*$", re.MULTILINE)


class ExtensionFault(WatchroomError):  # noqa: N818  a fault of a file, told to its author
    """An agency's own file says something that the model cannot mean."""

    def __init__(self, problem: str, *, file: str, line: int) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(f"{file}, line {line}: {problem}")


class Part:
    """One mapping of the file, with the keys that may stand in it."""

    def __init__(self, node: object, *, file: str, line: int, known: frozenset[str] | None) -> None:
        if not isinstance(node, CommentedMap):
            raise ExtensionFault("keys and values are expected here", file=file, line=line)
        self.node = cast(Mapping[str, object], node)
        self.file, self.line = file, line
        for key in self.node:
            if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise ExtensionFault(f"`{key}` must be a text", file=file, line=line)
            if known is not None and key not in known:
                raise self.fault(f"`{key}` means nothing here; known are {', '.join(sorted(known))}", key)

    def fault(self, problem: str, key: str | None = None) -> ExtensionFault:
        """An error at the line of `key`, or of the mapping itself."""
        line = self.line if key is None or key not in self.node else self._line(key)
        return ExtensionFault(problem, file=self.file, line=line)

    def text(self, key: str, otherwise: str | None = None) -> str:
        """The text of a key; `otherwise` where it is not there."""
        if key not in self.node and otherwise is not None:
            return otherwise
        value = self.node.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(f"`{key}` must be there and be a text", key)
        return str(ScalarString(value))

    def truth(self, key: str, otherwise: bool | None = None) -> bool:  # noqa: FBT001  what stands where nothing is said
        """`true` or `false`; `otherwise` where it is not there."""
        value = self.node.get(key, otherwise)
        if not isinstance(value, bool):
            raise self.fault(f"`{key}` must be there and be `true` or `false`", key)
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts; none where it is not there."""
        value = self.node.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in cast(list[object], value)):
            raise self.fault(f"`{key}` must be a list of names", key)
        return tuple(str(one) for one in cast(list[str], value))

    def part(self, key: str, known: frozenset[str] | None) -> "Part":
        """The mapping under a key; an empty one where it is not there."""
        if key not in self.node:
            return Part(CommentedMap(), file=self.file, line=self.line, known=known)
        return Part(self.node[key], file=self.file, line=self._line(key), known=known)

    def parts(self, key: str, known: frozenset[str]) -> Iterator[tuple[str, "Part"]]:
        """The mappings under a key, each with its name."""
        every = self.part(key, None)
        for name in every.node:
            yield name, every.part(name, known)

    def _line(self, key: str) -> int:
        return int(cast(Any, self.node).lc.key(key)[0]) + 1


def document(text: str, *, file: str, known: frozenset[str]) -> Part:
    """The only mapping of a file.

    Raises:
        ExtensionFault: it is no YAML 1.2, names a key twice, is too large, or uses anchors or tags.
    """
    if len(text.encode()) > _LARGEST:
        raise ExtensionFault(f"the file is larger than {_LARGEST} bytes; split it", file=file, line=1)
    indirect = _INDIRECT.search(_QUOTED.sub(lambda found: " " * len(found[0]), text))
    if indirect is not None:
        line = text.count("\n", 0, indirect.end()) + 1
        raise ExtensionFault("anchors, aliases and tags are not allowed: write it out", file=file, line=line)
    yaml = YAML(typ="rt", pure=True)
    yaml.version = (1, 2)
    try:
        node: object = yaml.load(text)
    except MarkedYAMLError as fault:
        mark: Any = cast(Any, fault).problem_mark
        line = 1 if mark is None else int(mark.line) + 1
        raise ExtensionFault("it is no YAML 1.2, or names a key twice", file=file, line=line) from None
    except (YAMLError, YAMLWarning, ValueError, RecursionError):
        raise ExtensionFault("it is no YAML 1.2", file=file, line=1) from None
    return Part(node, file=file, line=1, known=known)
