"""What the routes about agreements share: the desk of a visitor, their password once more, and how a page is made."""

from collections.abc import Mapping

from litestar import Response
from litestar.enums import MediaType

from watchroom.gate.door import Refused
from watchroom.gate.errors import NotTakenError
from watchroom.governance.standing.show import Asker
from watchroom.node.agreement_desk import PURPOSE, AgreementDesk, desk_of
from watchroom.web.house import AnyRequest, House, Setting, framed
from watchroom.web.passwords import NotOpened, person_behind
from watchroom.web.refusals import RefusedError
from watchroom.web.visitors import Visitor

HERE = "/agreements"
# What a page may say was done just before; an address that names anything else says nothing.
DONE = frozenset({"signed", "countersigned", "in_force", "suspended", "entered", "dropped"})
LONGEST_REASON = 500


def desk_at(house: House, visitor: Visitor) -> AgreementDesk:
    """The desk of somebody who keeps agreements.

    Raises:
        RefusedError: it is not their duty; that is recorded.
    """
    desk = desk_of(house.node, visitor.asker)
    if isinstance(desk, Refused):
        raise RefusedError(house.node.words.say(desk.reason))
    return desk


def asker_at(house: House, desk: AgreementDesk) -> Asker:
    """For whom a page is made."""
    today = house.node.clock.now().astimezone(house.node.jurisdiction.zone).date()
    return Asker(organisation=desk.organisation, on=today, words=house.node.words)


def page_of(
    house: House, visitor: Visitor, template: str, *, content: Mapping[str, object], status: int = 200
) -> Response[str]:
    """One page of this part of the service; `content` holds `title` beside what the template wants."""
    setting = Setting(purpose=PURPOSE, current=HERE, keeps_typed=True, by_machine=True)
    frame = framed(house, title=str(content["title"]), visitor=visitor, setting=setting)
    return Response(house.pages.page(template, frame, **content), media_type=MediaType.HTML, status_code=status)


def why_not(house: House, fault: NotTakenError) -> str:
    """Why the desk did not take what was given, in the words of the page."""
    return house.node.words.phrase(f"agreements.refused.{fault.why}", **fault.params)


def confirmed(house: House, visitor: Visitor, request: AnyRequest, *, password: str) -> str:
    """The message id of why a visitor is not let sign, after they gave their password once more; empty: they are.

    Signing opens something, so a page that was left open is not enough; suspending closes, and asks for nothing.
    """
    if not password:
        # A form that comes back without one, as what was kept does, is no try at an account.
        return "agreements.error.password"
    match person_behind(house, request, account=visitor.asker.name, password=password):
        case NotOpened.TOO_OFTEN:
            return "web.sign_in.too_often"
        case NotOpened.REFUSED:
            return "agreements.error.password"
        case _:
            return ""
