"""The sources and how they do; one of them, and taking what it gives."""

from datetime import datetime
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.governance.feeds.show import feeds_page
from watchroom.governance.one_feed.rules import BATCHES_A_PAGE, TRIES_A_PAGE
from watchroom.governance.one_feed.show import one_feed_page
from watchroom.governance.rerun.show import rerun_page
from watchroom.kernel.ids import id_in
from watchroom.web.engineer_pages import engineer_at, engineer_page
from watchroom.web.forms import Form
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
    return _sent_to(source_name, done="begun" if begun else "running")


@post(HERE + "/{source_name:str}/stop")
@in_thread
def stop_source(house: AtHand, visitor: Present, source_name: FromPath[str], data: Form) -> Redirect:
    """Stop what takes from a source, or maps it again; nothing of that stands."""
    is_asked = engineer_at(house, visitor, what=_THING).stop(source_name)
    page = "/rerun" if data.get("back") == "rerun" else ""
    return _sent_to(source_name, page, done="stopping" if is_asked else "idle")


@get(HERE + "/{source_name:str}/rerun")
@in_thread
def source_rerun(
    house: AtHand, visitor: Present, source_name: FromPath[str], done: FromQuery[str] = ""
) -> Response[str]:
    """What mapping a source again would change, or changed; or how far it is."""
    looked = engineer_at(house, visitor, what=_THING).rerun(source_name)
    page = rerun_page(looked, house.node.words, done=done)
    return engineer_page(house, visitor, "sources/rerun.html", current=HERE, page=page)


@post(HERE + "/{source_name:str}/rerun")
@in_thread
def try_rerun(house: AtHand, visitor: Present, source_name: FromPath[str]) -> Redirect:
    """Begin to see what mapping a source again would change."""
    begun = engineer_at(house, visitor, what=_THING).try_rerun(source_name)
    return _sent_to(source_name, "/rerun", done="begun" if begun else "running")


@post(HERE + "/{source_name:str}/rerun/apply")
@in_thread
def apply_rerun(house: AtHand, visitor: Present, source_name: FromPath[str], data: Form) -> Redirect:
    """Begin to do what was shown, unless that is not what is shown any more."""
    try:
        shown = datetime.fromisoformat(data.get("shown", ""))
    except ValueError:
        return _sent_to(source_name, "/rerun", done="gone")
    begun = engineer_at(house, visitor, what=_THING).apply_rerun(source_name, shown=shown)
    return _sent_to(source_name, "/rerun", done="begun" if begun else "gone")


def _sent_to(source_name: str, page: str = "", *, done: str) -> Redirect:
    return Redirect(f"{HERE}/{quote(source_name, safe='')}{page}?done={done}", status_code=303)
