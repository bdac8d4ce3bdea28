"""Where a value of the record came from, for whoever sees it."""

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from watchroom.gate.door import Refused
from watchroom.gate.lineage import Sought
from watchroom.governance.origin.build import build_origin
from watchroom.governance.origin.show import origin_page
from watchroom.kernel.errors import NotFoundError
from watchroom.web.addresses import known_id
from watchroom.web.guards import purpose_of
from watchroom.web.handover_routes import instant_of
from watchroom.web.house import AnyRequest, AtHand, House, Present, Setting, framed, kept
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor


@get("/lineage/{entity:str}/{row_id:str}")
@in_thread
def row_origin(
    house: AtHand,
    visitor: Present,
    entity: FromPath[str],
    row_id: FromPath[str],
    purpose: FromQuery[str] = "",
    at: FromQuery[str] = "",
) -> Response[str]:
    """Where a record came from; a hidden one and none give the same answer."""
    sought = Sought(entity=entity, row_id=known_id(row_id), as_of=instant_of(house, at) if at else None)
    return origin_response(house, visitor, sought, purpose=purpose_of(visitor, purpose), at=at)


@get("/lineage/{entity:str}/{row_id:str}/{field:str}")
@in_thread
def field_origin(
    house: AtHand,
    visitor: Present,
    request: AnyRequest,
    entity: FromPath[str],
    row_id: FromPath[str],
    field: FromPath[str],
) -> Response[str]:
    """Where one value of a record came from."""
    at = request.query_params.get("at", "")
    sought = Sought(entity=entity, row_id=known_id(row_id), field=field, as_of=instant_of(house, at) if at else None)
    purpose = purpose_of(visitor, request.query_params.get("purpose"))
    return origin_response(house, visitor, sought, purpose=purpose, at=at)


def origin_response(house: House, visitor: Visitor, sought: Sought, *, purpose: str, at: str) -> Response[str]:
    """The page of one record or one of its values.

    Raises:
        RefusedError: the gate refused; that is recorded.
        NotFoundError: it is hidden, or not there.
    """
    node = house.node
    seen = build_origin(node.gate, visitor.asker, sought=sought, purpose=purpose)
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    if seen.value is None:
        raise NotFoundError("nothing at this address")
    page = origin_page(seen, seen.value, node.words, sought=sought, query=kept(purpose, at))
    field = f"/{sought.field}" if sought.field else ""
    setting = Setting(purpose=purpose, here=f"/lineage/{sought.entity}/{sought.row_id}{field}", at=at)
    # The title names no record: browsers keep it in their history.
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    return Response(house.pages.page("lineage/origin.html", frame, page=page), media_type=MediaType.HTML)
