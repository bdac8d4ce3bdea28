"""The board's page: numbers without persons."""

from litestar import Response, get
from litestar.enums import MediaType

from watchroom.gate.door import Refused
from watchroom.insight.build import build_board
from watchroom.insight.rules import BOARD_PURPOSE
from watchroom.insight.show import board_page
from watchroom.web.house import AtHand, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread


@get("/board")
@in_thread
def board(house: AtHand, visitor: Present) -> Response[str]:
    """What a board may be told; there is one purpose for it, so the address names none."""
    node = house.node
    seen = build_board(node.gate, visitor.asker, at=node.clock.now(), jurisdiction=node.jurisdiction)
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    page = board_page(seen.value, node.words, glass=node.glass.rate())
    setting = Setting(purpose=BOARD_PURPOSE, current="/board")
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    return Response(house.pages.page("board.html", frame, page=page), media_type=MediaType.HTML)
