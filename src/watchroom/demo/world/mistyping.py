"""How a name comes out of a keyboard that has no marks, or off which a finger slipped."""

from random import Random
from unicodedata import combining, normalize

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {letter: (row, place) for row, letters in enumerate(_ROWS) for place, letter in enumerate(letters)}


def _is_near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two keys are side by side, or one above the other; each row is half a key to the right of that above."""
    (row, place), (below, beyond) = sorted((one, other))
    return abs(beyond - place) == 1 if row == below else below - row == 1 and place - 1 <= beyond <= place


_NEIGHBOURS = {
    letter: "".join(other for other, there in _KEYS.items() if _is_near(here, there)) for letter, here in _KEYS.items()
}
# Letters that no decomposition takes a mark from.
_BARRED = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"})


def without_marks(name: str) -> str:
    """The name as it is written where letters have no marks."""
    return "".join(letter for letter in normalize("NFKD", name.translate(_BARRED)) if not combining(letter))


def mistyped(stream: Random, name: str) -> str:
    """The name with one slip: a neighbouring key, a letter left out, doubled, or two in the wrong order.

    The first letter stands, as most people see that it is wrong. A name in which nothing can slip is given back.
    """
    places = [place for place in range(1, len(name)) if name[place].lower() in _NEIGHBOURS]
    if len(places) < 2:
        return name
    place = places[int(len(places) * stream.random())]
    letter, drawn = name[place], stream.random()
    if drawn < 0.4:
        near = _NEIGHBOURS[letter.lower()]
        other = near[int(len(near) * stream.random())]
        return f"{name[:place]}{other.upper() if letter.isupper() else other}{name[place + 1 :]}"
    if drawn < 0.65:
        return name[:place] + name[place + 1 :]
    if drawn < 0.8 or place + 1 == len(name) or name[place + 1].lower() == letter.lower():
        return name[:place] + letter + name[place:]
    return f"{name[:place]}{name[place + 1]}{letter}{name[place + 2 :]}"
