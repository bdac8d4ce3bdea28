"""What stands around the content of every page, with its words ready."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One place to go; `waiting` is how many things wait there, 0: none, or it is not counted."""

    path: str
    text: str
    is_current: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGlass:
    """A glass that whoever is signed in has broken: the sentence of its banner, and its id for the button."""

    id: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFrame:
    """Who is signed in: name and role in words, the token of this session's forms, and the idle limit.

    `mark` is that of what they may see: when the server names another one, the page is asked for again.
    """

    asker: str
    csrf_token: str
    idle_seconds: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The page around the content.

    Attributes:
        example: the banner of a node that holds example data; None: real data.
        purpose: what is read and for what, in words, with the notice that it is recorded; None: no data here.
        links: the first row of the navigation.
        governance: its second row, of whoever works on access itself.
        others: the same page for the other purposes that this person may act for.
        glasses: those that are broken now, said on every page.
        unsent: that something was typed and not sent, with the way to it; empty: nothing was.
        session: None: nobody is signed in.
        keeps_typed: what somebody types here would be lost by asking for the page again, so it is only said that access
            has changed; for pages that show no record.
        clocks: by which clock the page tells when something was done, where it is not that of the node; empty: by it.
    """

    language: str
    title: str
    agency: str
    place: str
    classification: str
    example: str | None
    purpose: str | None
    links: tuple[Link, ...]
    governance: tuple[Link, ...]
    others: tuple[Link, ...]
    session: SessionFrame | None
    glasses: tuple[OpenGlass, ...] = ()
    unsent: str = ""
    keeps_typed: bool = False
    clocks: str = ""
