"""What waits for somebody whose work is governance: where they start."""

from litestar import Response, get
from litestar.enums import MediaType

from watchroom.gate.door import Refused
from watchroom.governance.waiting.show import waiting_page
from watchroom.node.waiting_desk import PURPOSE, waits_for
from watchroom.web.house import AtHand, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread

HERE = "/waiting"


@get(HERE)
@in_thread
def waiting(house: AtHand, visitor: Present) -> Response[str]:
    """What waits for this officer, in numbers, with the way to each."""
    found = waits_for(house.node, visitor.asker)
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    page = waiting_page(found, house.node.words)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current=HERE))
    return Response(house.pages.page("waiting.html", frame, page=page), media_type=MediaType.HTML)
