"""What is said of a part of a handover whose sources have ended, are silent or late: never a reassuring zero."""

from watchroom.handover.page_people import Sayer
from watchroom.priority.footing import FIRM, Footing
from watchroom.priority.freshness import source_name


def footing_of(sayer: Sayer, part: str) -> Footing:
    """On what a part rests."""
    return sayer.briefing.footings.get(part, FIRM)


def figure(sayer: Sayer, number: int, *, part: str) -> str:
    """A number of a part; a dash where that there is none is not known."""
    return sayer.figure(number) if number or footing_of(sayer, part).is_known else "–"


def ground(sayer: Sayer, part: str) -> str:
    """What has to be known of the sources of a part, in a few words; empty: all of it is known."""
    footing, words = footing_of(sayer, part), sayer.words
    told = [
        words.phrase(key, count=len(names), sources=words.listed([source_name(name) for name in names]))
        for key, names in (
            ("page.ground.ended", footing.ended),
            ("page.ground.silent", footing.silent),
            ("page.ground.late", footing.late),
        )
        if names
    ]
    return "; ".join(told)


def with_ground(sayer: Sayer, note: str, *, part: str, is_empty: bool) -> str:
    """The note of a part; where there is nothing in it that is known, only why."""
    told = ground(sayer, part)
    if not told:
        return note
    if is_empty and sayer.briefing.is_all_withheld:
        return note
    if is_empty and not footing_of(sayer, part).is_known:
        return sayer.words.phrase("page.ground.not_known", why=told)
    return sayer.words.phrase("page.ground.noted", note=note, why=told)
