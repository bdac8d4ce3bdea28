"""What every handler has at hand: the node, the templates, the limits of this process."""

from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from litestar import Request
from litestar.di import NamedDependency

from watchroom.governance.glass.rules import minutes_left
from watchroom.governance.glass.show import banner_sentence
from watchroom.governance.rooms.rules import SAME_CLOCK
from watchroom.insight.rules import BOARD_PURPOSE
from watchroom.model.text import Text
from watchroom.node.verifying import Verification
from watchroom.web.assets import Assets
from watchroom.web.cookies import form_token
from watchroom.web.frame import Frame, Link, OpenGlass, SessionFrame
from watchroom.web.limits import Allowance
from watchroom.web.navigation import DESTINATIONS, Row, Waits
from watchroom.web.ports import NodeLike
from watchroom.web.pulse import Pulse
from watchroom.web.render import Pages
from watchroom.web.visitors import Visitor

# The page of what was typed and not sent.
UNSENT = "/unsent"

AnyRequest: TypeAlias = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The application behind the pages.

    Attributes:
        tls: whether it is reached over TLS; decides the cookies' names.
        hosts: names by which this server is reached; any other is refused, so that a page elsewhere cannot
            point a name of its own at it.
        tries: of signing in, by address and account together.
        tries_of_address: the same whatever the account; higher, as a whole prison may stand behind one address.
        reads: pages of one session.
        pushes: what one source sends.
        pulse: wakes open pages when somebody's access may have changed.
        verification: of the log, beside the pages.
    """

    node: NodeLike
    pages: Pages
    assets: Assets
    tls: bool
    hosts: frozenset[str]
    tries: Allowance
    tries_of_address: Allowance
    reads: Allowance
    pushes: Allowance
    pulse: Pulse
    verification: Verification


# What a handler's parameters `house` and `visitor` are.
AtHand: TypeAlias = NamedDependency[House]
Present: TypeAlias = NamedDependency[Visitor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a page with data says about itself: where, for which purpose, and what else it can be read for.

    `agency` is the establishment; empty: the node's agency. `at` is as the address names it; empty: now.
    `keeps_typed`: see `Frame`. `by_machine`: it shows instants of the machine's clock. `is_only_purpose`: this is read
    for no other purpose, so other pages are not asked for it because somebody comes from here.
    """

    agency: str = ""
    place: str = ""
    purpose: str = ""
    here: str = ""
    current: str = ""
    at: str = ""
    keeps_typed: bool = False
    by_machine: bool = False
    is_only_purpose: bool = False


def framed(house: House, *, title: str, visitor: Visitor | None = None, setting: Setting | None = None) -> Frame:
    """The frame of a page."""
    phrase = house.node.words.phrase
    about = setting or Setting()
    return Frame(
        language=house.node.words.page_language,
        title=title,
        agency=about.agency or house.node.agency_name,
        place=about.place,
        classification=phrase("web.classification"),
        example=None if house.node.environment == "live" else phrase(f"web.example.{house.node.environment}"),
        purpose=purpose_sentence(house, about.purpose) if about.purpose else None,
        links=links(house, visitor, about, row=Row.SERVICE) if visitor else (),
        governance=links(house, visitor, about, row=Row.GOVERNANCE) if visitor else (),
        others=other_purposes(house, visitor, about) if visitor else (),
        session=session_frame(house, visitor) if visitor else None,
        keeps_typed=about.keeps_typed,
        glasses=open_glasses(house, visitor) if visitor else (),
        clocks=clocks_in_words(house) if about.by_machine else "",
        unsent=unsent_words(house, visitor, about) if visitor else "",
    )


def clocks_in_words(house: House) -> str:
    """That the machine's clock and the node's stand apart, as in an example or after a restore; empty: they do not."""
    node, machine = house.node.clock.now(), house.node.machine_clock.now()
    if abs(node - machine) <= SAME_CLOCK:
        return ""
    return house.node.words.phrase("web.clocks", machine=machine, node=node)


def purpose_words(house: House, purpose: str) -> str:
    """A purpose as people say it."""
    return house.node.words.phrase(f"purpose.{purpose}")


def purpose_sentence(house: House, purpose: str) -> str:
    """What the strip under the header says."""
    return house.node.words.say(Text("web.purpose", {"purpose": purpose_words(house, purpose)}))


def kept(purpose: str, at: str = "") -> str:
    """The query that every link of a page keeps: for which purpose, and of which instant unless it is now."""
    return urlencode({"purpose": purpose} | ({"at": at} if at else {}))


def links(house: House, visitor: Visitor, about: Setting, *, row: Row) -> tuple[Link, ...]:
    """One row of the service's own navigation: where this person may go. It keeps the purpose and leads to now."""
    is_kept = about.purpose in visitor.purposes and not about.is_only_purpose
    query = f"?{kept(about.purpose)}" if is_kept else ""
    phrase = house.node.words.phrase
    return tuple(
        Link(
            path=one.path + (query if one.keeps_purpose else ""),
            text=phrase(one.text),
            is_current=one.path == about.current,
            waiting=waiting(house, visitor, about, waits=one.waits) if one.waits else 0,
        )
        for one in DESTINATIONS
        if one.row is row and one.is_for(visitor)
    )


def waiting(house: House, visitor: Visitor, about: Setting, *, waits: Waits) -> int:
    """How many things of one kind wait for this person.

    For requests the node is asked, on a page that shows something: the page of a fault asks nothing more of a node that
    may be at fault.
    """
    match waits:
        case Waits.GLASSES:
            return visitor.glasses
        case Waits.REQUESTS:
            return house.node.requests.count_waiting(visitor.asker) if about.purpose else 0


def other_purposes(house: House, visitor: Visitor, setting: Setting) -> tuple[Link, ...]:
    """The same page for each other purpose that this person may act for; a board's numbers have their own page."""
    if not setting.here:
        return ()
    return tuple(
        Link(path=f"{setting.here}?{kept(purpose, setting.at)}", text=purpose_words(house, purpose))
        for purpose in visitor.purposes
        if purpose not in (setting.purpose, BOARD_PURPOSE)
    )


def open_glasses(house: House, visitor: Visitor) -> tuple[OpenGlass, ...]:
    """What this person has broken and is open, for the banner."""
    node = house.node
    return tuple(
        OpenGlass(
            id=str(one.id),
            sentence=banner_sentence(
                node.words.instant(one.closes_at, "time"),
                minutes_left(one.closes_at, now=node.clock.now()),
                node.words,
            ),
        )
        for one in visitor.broken
    )


def unsent_words(house: House, visitor: Visitor, about: Setting) -> str:
    """That forms of theirs are kept; empty where none is, and on the page that shows them."""
    if not visitor.unsent or about.current == UNSENT:
        return ""
    return house.node.words.phrase("web.unsent.banner", count=visitor.unsent)


def session_frame(house: House, visitor: Visitor) -> SessionFrame:
    """Who is signed in, as the page shows it."""
    return SessionFrame(
        asker=visitor.words,
        csrf_token=form_token(visitor.token),
        idle_seconds=house.node.sessions.idle_seconds,
        mark=visitor.mark,
    )
