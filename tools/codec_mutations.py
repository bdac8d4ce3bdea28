"""What is done to messages to try codecs: damage, wrong encodings, nesting, entities, values that must not be told."""

import json
import random
import re
from collections.abc import Callable
from copy import deepcopy

# Stands in for a person's name: no fault and no path may ever repeat it.
MARK = "Jo \u00c9xample-Markedly"
_TOKENS = [
    *(b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\ud800", b"\\u0000", b"NaN", b"Infinity", b"1e999", b"-0"),
    *(b"null", b"true", b'""', b"[]", b"{}", b"[[[[", b'{"a":', b'"', b"'", b"<", b">", b"&", b"&x;", b"<a/>", b"]]>"),
    *(b"\r\n ", b"\r\n", b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n", b";TZID=", b"RRULE:FREQ=SECONDLY\r\n", b"\\"),
    *(b"99999999999999999999999999", b"0.0000000000000000000000001", b"-181", b"91", b"2026-02-30", b"24:61", b"9999"),
    MARK.encode(),
    b'"' + MARK.encode() + b'"',
    b'"' + MARK.encode() + b'":1,',
    b"<x>" + MARK.encode() + b"</x>",
]
_XXE = b'<!DOCTYPE alert [<!ENTITY x SYSTEM "hostname">]>'
_BOMB = (
    b'<!DOCTYPE alert [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]>"
)

Mutation = Callable[[bytes, random.Random], bytes]


def flip(content: bytes, chance: random.Random) -> bytes:
    """Some bits turned over."""
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        if damaged:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def cut(content: bytes, chance: random.Random) -> bytes:
    """The rest, or a stretch, is missing."""
    start = chance.randrange(len(content) + 1)
    return content[:start] + (content[start + chance.randrange(200) :] if chance.random() < 0.5 else b"")


def repeat(content: bytes, chance: random.Random) -> bytes:
    """A stretch comes several times."""
    start = chance.randrange(len(content) + 1)
    stretch = content[start : start + chance.choice((3, 30, 300, 3000))]
    return content[:start] + stretch * chance.choice((2, 3, 50)) + content[start:]


def put_in(content: bytes, chance: random.Random) -> bytes:
    """Something that does not belong there, in place of something or beside it."""
    for _ in range(chance.choice((1, 1, 3))):
        start = chance.randrange(len(content) + 1)
        end = start + chance.choice((0, 0, 1, 5, 40))
        content = content[:start] + chance.choice(_TOKENS) + content[end:]
    return content


def exchange(content: bytes, chance: random.Random) -> bytes:
    """One word of the message in place of another."""
    words = content.replace(b"\n", b" ").split(b'"' if content[:1] in b"[{" else b" ")
    if len(words) < 3:
        return content
    one, other = chance.choice(words), chance.choice(words)
    return content.replace(one, other, chance.choice((1, 3))) if one else content


def encode(content: bytes, chance: random.Random) -> bytes:
    """The text in another encoding than it says."""
    text = content.decode("utf-8", errors="replace")
    name = chance.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7", "cp037", "utf-8-sig"))
    return text.encode(name, errors="replace")


def nest(content: bytes, chance: random.Random) -> bytes:
    """A pile of things within things, somewhere or around all."""
    depth = chance.choice((10, 65, 200, 5000, 200_000))
    opening, closing = chance.choice(
        ((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n"))
    )
    start = chance.randrange(len(content) + 1)
    if chance.random() < 0.5:
        return opening * depth + content + closing * depth
    return content[:start] + opening * depth + closing * depth + content[start:]


def entities(content: bytes, chance: random.Random) -> bytes:
    """A document type that reaches out or grows, and a use of it."""
    declared = chance.choice((_XXE, _BOMB))
    start = content.find(b"?>") + 2 if content.startswith(b"<?xml") else 0
    mutated = content[:start] + declared + content[start:]
    return mutated.replace(b"</", b"&x;</", 1) if chance.random() < 0.5 else mutated


_ODD: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, "", " ", MARK, "\0", "\ud800", [], {}, [[]], [None], {"a": {"b": [1]}}),
    *("2026-02-30", "2026-11-28T24:00:00Z", "#", "urn:uuid:1", "http://", [1, 2], [200, 0], ["a", "b"], {MARK: MARK}),
)


def reshape(content: bytes, chance: random.Random) -> bytes:
    """JSON that is well formed and says something else; of other text, lines and elements in another order."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return _shuffle(content, chance)
    for _ in range(chance.choice((1, 1, 2, 5)) if isinstance(value, dict | list) else 0):
        _alter(value, chance)
    return json.dumps(value).encode()


def _alter(value: object, chance: random.Random) -> None:
    holders = [value]
    while True:
        holder = holders[-1]
        items = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))  # type: ignore[arg-type]
        below = [one for _, one in items if isinstance(one, dict | list) and one]
        if not items:
            return
        if below and chance.random() < 0.8:
            holders.append(chance.choice(below))
            continue
        name, old = chance.choice(items)
        match chance.randrange(5):
            case 0:
                del holder[name]  # type: ignore[attr-defined]
            case 1:
                holder[name] = [old, deepcopy(old)]  # type: ignore[index]
            case 2 if isinstance(holder, dict):
                holder[chance.choice([MARK, "\ud800", "modifierExtension", "id", "type", "$x"])] = deepcopy(old)
            case _:
                holder[name] = deepcopy(chance.choice(_ODD))  # type: ignore[index]
        return


def _shuffle(content: bytes, chance: random.Random) -> bytes:
    parts = re.split(rb"(?<=[\n>])", content)
    for _ in range(chance.choice((1, 1, 3))):
        place = chance.randrange(len(parts))
        match chance.randrange(4):
            case 0:
                parts[place] = b""
            case 1:
                parts[place] += chance.choice(parts)
            case 2:
                parts[place] = re.sub(rb"(?<=[:>=])[^<\r\n]*", chance.choice((b"", b"x", MARK.encode())), parts[place])
            case _:
                other = chance.randrange(len(parts))
                parts[place], parts[other] = parts[other], parts[place]
    return b"".join(parts)


MUTATIONS: tuple[Mutation, ...] = (flip, cut, repeat, put_in, put_in, exchange, exchange, encode, nest, entities) + (
    reshape,
) * 8
