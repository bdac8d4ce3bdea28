"""The dictionary. A search is sent and not linked: whatever somebody types stands in no address."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from watchroom.governance.dictionary.show import dictionary_page
from watchroom.governance.dictionary_entry.show import code_list_page, entity_page
from watchroom.web.engineer_pages import engineer_at, engineer_page
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, House, Present
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

HERE = "/dictionary"
_THING = "dictionary"


@get(HERE)
@in_thread
def dictionary(house: AtHand, visitor: Present) -> Response[str]:
    """Every entity by domain, and every code list."""
    return _listed(house, visitor)


@post(HERE + "/search", status_code=200)
@in_thread
def search_dictionary(house: AtHand, visitor: Present, data: Form) -> Response[str]:
    """The entities, fields and code lists that hold what is sought."""
    return _listed(house, visitor, sought=data.get("sought", ""))


@get(HERE + "/entities/{entity_name:str}")
@in_thread
def dictionary_entity(house: AtHand, visitor: Present, entity_name: FromPath[str]) -> Response[str]:
    """One entity: each field with its type, sensitivity and the columns of sources that it comes from."""
    desk = engineer_at(house, visitor, what=_THING)
    page = entity_page(house.node.gate.model, entity_name, house.node.words)
    desk.look_up()
    return engineer_page(house, visitor, "sources/entity.html", current=HERE, page=page)


@get(HERE + "/codes/{list_name:str}")
@in_thread
def dictionary_codes(
    house: AtHand, visitor: Present, list_name: FromPath[str], begin: FromQuery[int] = 0
) -> Response[str]:
    """One code list from a place on: each code with what it means and from when until when it may be given."""
    desk = engineer_at(house, visitor, what=_THING)
    today = house.node.clock.now().astimezone(house.node.jurisdiction.zone).date()
    page = code_list_page(house.node.gate.model, list_name, house.node.words, begin=max(begin, 0), today=today)
    desk.look_up()
    return engineer_page(house, visitor, "sources/codes.html", current=HERE, page=page)


def _listed(house: House, visitor: Visitor, *, sought: str = "") -> Response[str]:
    desk = engineer_at(house, visitor, what=_THING)
    page = dictionary_page(house.node.gate.model, house.node.words, sought=sought)
    desk.look_up()
    return engineer_page(house, visitor, "sources/dictionary.html", current=HERE, page=page)
