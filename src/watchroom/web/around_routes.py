"""The page of what is around: warnings, roads, incidents of others and planned events."""

from litestar import Response, get
from litestar.enums import MediaType

from watchroom.gate.door import Refused
from watchroom.picture.build import build_around
from watchroom.picture.rules import INCIDENT_PURPOSE
from watchroom.picture.show import around_page
from watchroom.web.house import AtHand, Present, Setting, framed
from watchroom.web.navigation import AROUND
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread


@get(AROUND)
@in_thread
def around(house: AtHand, visitor: Present) -> Response[str]:
    """What feeds say of the world around, now; there is one purpose for it, so the address names none."""
    node = house.node
    seen = build_around(node.gate, visitor.asker, at=node.clock.now(), language=node.words.language)
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    page = around_page(seen.value, node.words)
    setting = Setting(purpose=INCIDENT_PURPOSE, current=AROUND, is_only_purpose=True)
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    return Response(house.pages.page("around.html", frame, page=page), media_type=MediaType.HTML)
