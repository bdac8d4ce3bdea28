"""The page of records that are kept and not used, for whoever restricts people and records."""

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.gate.record_restrictions import NoSuchAccountError
from watchroom.governance.kept_records.rules import Sent, sent_of
from watchroom.governance.kept_records.show import NOTHING, Around, kept_records_page
from watchroom.kernel.errors import NamesSomebodyError, NotFoundError, UsageError
from watchroom.node.audit_desk import Officer
from watchroom.node.record_desk import PURPOSE, RecordDesk, record_desk_of
from watchroom.web.addresses import known_id
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, House, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

HERE = "/kept-records"


@get(HERE)
@in_thread
def kept_records(house: AtHand, visitor: Present, done: FromQuery[str] = "") -> Response[str]:
    """The records that are kept and not used, those to be looked at first, and the form that restricts one."""
    return _page(house, visitor, desk=_desk_for(house, visitor), done=done)


@post(HERE)
@in_thread
def restrict_record(house: AtHand, visitor: Present, data: Form) -> Response[str] | Redirect:
    """Restrict a record; or the page with what was typed and what is wrong with it."""
    desk = _desk_for(house, visitor)
    accounts = {one.asker.name for one in house.node.accounts.every()}
    sent = sent_of(data, model=house.node.gate.model, today=desk.today(), accounts=accounts)
    told_on = () if sent.given is None else desk.handovers_telling(sent.given.entity, sent.given.record_id)
    if told_on and data.get("sure") != "yes":
        sent = Sent(typed=sent.typed, told_on=told_on)
    if sent.given is not None:
        try:
            desk.restrict(sent.given)
        except NoSuchAccountError:
            sent = Sent(typed=sent.typed, wrong={"admits": "admits"})
        except NotFoundError:
            sent = Sent(typed=sent.typed, wrong={"record": "unknown"})
        except NamesSomebodyError:
            sent = Sent(typed=sent.typed, wrong={"reason": "names"})
        except UsageError:
            sent = Sent(typed=sent.typed, wrong={"record": "taken"})
        else:
            return Redirect(f"{HERE}?done=restricted", status_code=303)
    return _page(house, visitor, desk=desk, sent=sent)


@post(HERE + "/{restriction_id:str}/lift")
@in_thread
def lift_record(house: AtHand, visitor: Present, restriction_id: FromPath[str]) -> Redirect:
    """Lift a restriction, from the next read on; of one that is not there the list says so by itself."""
    _desk_for(house, visitor).lift(known_id(restriction_id))
    return Redirect(f"{HERE}?done=lifted", status_code=303)


def _desk_for(house: House, visitor: Visitor) -> RecordDesk:
    desk = record_desk_of(house.node, Officer(asker=visitor.asker, purpose=PURPOSE))
    if isinstance(desk, Refused):
        raise RefusedError(house.node.words.say(desk.reason))
    return desk


def _page(house: House, visitor: Visitor, *, desk: RecordDesk, done: str = "", sent: Sent = NOTHING) -> Response[str]:
    around = Around(today=desk.today(), model=house.node.gate.model, done=done, sent=sent)
    page = kept_records_page(desk.listed(), house.node.words, around=around)
    setting = Setting(purpose=PURPOSE, current=HERE, keeps_typed=True)
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    html = house.pages.page("kept_records.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if sent.wrong or sent.told_on else 200)
