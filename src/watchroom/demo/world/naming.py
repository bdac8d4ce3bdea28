"""How somebody of a background is named: given names and a family name, in the order of their home."""

from collections.abc import Sequence
from random import Random

from watchroom.demo.world.names import Background, Order

# Where a draw falls in a list with the commonest first: the first comes twice as often as it would in equal parts.
_STEEPNESS = 1.25


def common(stream: Random, names: Sequence[str]) -> str:
    """One of the names, the first ones most often."""
    return names[int(len(names) * stream.random() ** _STEEPNESS)]


def given_names(stream: Random, background: Background, sex: str, *, is_child: bool = False) -> tuple[str, ...]:
    """One to three given names, no name twice, in the order in which they are said at home."""
    if is_child:
        names = background.girls if sex == "F" else background.boys
    else:
        names = background.women if sex == "F" else background.men
    own = common(stream, names)
    place = 1 if sex == "F" else 0
    if background.fathers:
        return own, _other(stream, background.men, own)
    if background.suffix is not None:
        return own, background.suffix[place]
    if background.middle is not None:
        return (background.middle[place], own) if stream.random() < 0.7 else (own,)
    one, two, _ = background.given
    drawn = stream.random() * sum(background.given)
    if drawn < one:
        return (own,)
    second = _other(stream, names, own)
    if drawn < one + two:
        return own, second
    third = common(stream, names)
    return (own, second) if third in (own, second) else (own, second, third)


def family_name(stream: Random, background: Background, sex: str) -> str:
    """The family name, as it is written at home; a grandfather's name where there is none."""
    if background.order is Order.PATRONYMIC:
        return common(stream, background.men)
    families = background.families_women if sex == "F" else background.families
    if background.suffix is not None and stream.random() < 0.4:
        return background.suffix[1 if sex == "F" else 0]
    first = common(stream, families)
    if background.two and stream.random() < background.two:
        second = common(stream, families)
        return first if second == first else f"{first}{background.joint}{second}"
    return first


def family_form(background: Background, family: str, sex: str) -> str:
    """The family name as somebody of that sex has it, where men and women of one family are called otherwise."""
    others = (background.families, background.families_women)
    theirs, unlike = others[::-1] if sex == "F" else others
    if len(theirs) == len(unlike) and family in unlike:
        return theirs[unlike.index(family)]
    return family


def called_name(stream: Random, background: Background, own: str) -> str:
    """What somebody is called: a short form of their own name for about half of those who have one."""
    short = background.called.get(own)
    return own if short is None or stream.random() < 0.5 else short[int(len(short) * stream.random())]


def _other(stream: Random, names: Sequence[str], own: str) -> str:
    """Another than that one; after a few draws the next of the list, so that it always ends."""
    for _ in range(4):
        drawn = common(stream, names)
        if drawn != own:
            return drawn
    return names[(names.index(own) + 1) % len(names)] if own in names else names[0]
