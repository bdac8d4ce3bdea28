"""What the routes for whoever looks after the data share: the desk of a visitor, and how a page of theirs is made."""

from typing import Protocol

from litestar import Response
from litestar.enums import MediaType

from watchroom.gate.door import Refused
from watchroom.node.engineer_desk import PURPOSE, EngineerDesk, engineer_desk_of
from watchroom.web.house import House, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.visitors import Visitor


def engineer_at(house: House, visitor: Visitor, *, what: str) -> EngineerDesk:
    """The desk of somebody who may see counts of quality; `what` their page is about, for the log.

    Raises:
        RefusedError: it is not their duty; that is recorded.
    """
    desk = engineer_desk_of(house.node, visitor.asker, what=what)
    if isinstance(desk, Refused):
        raise RefusedError(house.node.words.say(desk.reason))
    return desk


class Titled(Protocol):
    """What a template of theirs receives."""

    @property
    def title(self) -> str:
        """Of the page."""
        ...


def engineer_page(house: House, visitor: Visitor, template: str, *, current: str, page: Titled) -> Response[str]:
    """One of their pages."""
    return _made(house, visitor, template, page=page, setting=Setting(purpose=PURPOSE, current=current))


def engineer_form(house: House, visitor: Visitor, template: str, *, current: str, page: Titled) -> Response[str]:
    """One of their pages into which something is typed."""
    setting = Setting(purpose=PURPOSE, current=current, keeps_typed=True)
    return _made(house, visitor, template, page=page, setting=setting)


def _made(house: House, visitor: Visitor, template: str, *, page: Titled, setting: Setting) -> Response[str]:
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    return Response(house.pages.page(template, frame, page=page), media_type=MediaType.HTML)
