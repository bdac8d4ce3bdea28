"""How a name sounds, as Delius keeps it beside the name: a letter and three digits, such as `J525`."""

_SOUNDS = {
    **dict.fromkeys("BFPV", "1"),
    **dict.fromkeys("CGJKQSXZ", "2"),
    **dict.fromkeys("DT", "3"),
    "L": "4",
    **dict.fromkeys("MN", "5"),
    "R": "6",
}


def soundex(name: str) -> str:
    """The sound of a name in Latin letters; empty where it has none."""
    letters = [letter for letter in name.upper() if letter.isascii() and letter.isalpha()]
    if not letters:
        return ""
    found, before = letters[0], _SOUNDS.get(letters[0], "")
    for letter in letters[1:]:
        sound = _SOUNDS.get(letter, "")
        if sound and sound != before:
            found += sound
        if letter not in "HW":
            before = sound
    return f"{found}000"[:4]
