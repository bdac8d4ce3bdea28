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
class SessionFrame:
    """Who is signed in: name and role in words, the token of this session's forms, and the idle limit."""

    asker: str
    csrf_token: str
    idle_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The page around the content.

    Attributes:
        example: the banner of a node that holds example data; None: real data.
        purpose: what is read and for what, in words, with the notice that it is recorded; None: no data here.
        others: the same page for the other purposes that this person may act for.
        session: None: nobody is signed in.
    """

    language: str
    title: str
    agency: str
    place: str
    classification: str
    example: str | None
    purpose: str | None
    links: tuple[Link, ...]
    others: tuple[Link, ...]
    session: SessionFrame | None
