"""The sources and how they do; one of them, and taking what it gives."""

from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.governance.feeds.show import feeds_page
from watchroom.governance.one_feed.rules import BATCHES_A_PAGE, TRIES_A_PAGE
from watchroom.governance.one_feed.show import one_feed_page
from watchroom.kernel.ids import id_in
from watchroom.web.engineer_pages import engineer_at, engineer_page
from watchroom.web.house import AtHand, Present
from watchroom.web.threads import in_thread

HERE = "/sources"
_THING = "source"


@get(HERE)
@in_thread
def sources(house: AtHand, visitor: Present) -> Response[str]:
    """Each source: how it does, when it was last heard of, and what its last delivery brought."""
    feeds = engineer_at(house, visitor, what=_THING).feeds()
    page = feeds_page(feeds, house.node.words, upkeep=house.node.upkeep.standing())
    return engineer_page(house, visitor, "sources/list.html", current=HERE, page=page)


@get(HERE + "/{source_name:str}")
@in_thread
def source(
    house: AtHand, visitor: Present, source_name: FromPath[str], before: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Response[str]:
    """One source: its deliveries from a place on, what is wrong with the last one, and the tries to fetch from it."""
    looked = engineer_at(house, visitor, what=_THING).feed(
        source_name, batches_at_most=BATCHES_A_PAGE, tries_at_most=TRIES_A_PAGE, before=id_in(before)
    )
    page = one_feed_page(looked, house.node.words, done=done)
    return engineer_page(house, visitor, "sources/source.html", current=HERE, page=page)


@post(HERE + "/{source_name:str}/fetch")
@in_thread
def fetch_source(house: AtHand, visitor: Present, source_name: FromPath[str]) -> Redirect:
    """Begin to take what a source gives, unless something takes from it already; its page shows how far that is."""
    begun = engineer_at(house, visitor, what=_THING).fetch(source_name)
    return Redirect(f"{HERE}/{quote(source_name, safe='')}?done={'begun' if begun else 'running'}", status_code=303)
