"""The rows that are held back, for whoever keeps the data: the list, one group, and what is decided of it."""

from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.gate.held_rows import HeldSought
from watchroom.governance.held.rules import Choice, Group, groups_of
from watchroom.governance.held.show import held_page, path_of
from watchroom.governance.held_group.show import NOTHING, ROWS_A_PAGE, After, group_page, place_of
from watchroom.ingest.quarantine import State
from watchroom.kernel.clock import ClocksChangedError
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.node.quarantine_desk import LONGEST_REASON, PURPOSE, QuarantineDesk
from watchroom.web.engineer_pages import engineer_form
from watchroom.web.forms import Form
from watchroom.web.handover_routes import instant_of
from watchroom.web.house import AnyRequest, AtHand, House, Present
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

HERE = "/quarantine"


@get(HERE)
@in_thread
def quarantine(
    house: AtHand,
    visitor: Present,
    source: FromQuery[str] = "",
    table: FromQuery[str] = "",
    reason: FromQuery[str] = "",
) -> Response[str]:
    """What is held back, by source, table and reason, the newest first; all of it, or what was chosen."""
    choice = Choice(source=source, table=table, code=reason)
    page = held_page(groups_of(quarantine_at(house, visitor).every()), house.node.words, choice=choice)
    return engineer_form(house, visitor, "quarantine/list.html", current=HERE, page=page)


@get(HERE + "/rows")
@in_thread
def held_group(
    house: AtHand,
    visitor: Present,
    request: AnyRequest,
    source: FromQuery[str] = "",
    table: FromQuery[str] = "",
    code: FromQuery[str] = "",
) -> Response[str]:
    """Some of the rows of one group, each with its place; its values on request, as far as the gate gives them."""
    named = {"source": source, "table": table, "code": code}
    asked = {name: request.query_params.get(name, "") for name in ("values", "done", "after")}
    shown = After(done=asked["done"], shows=asked["values"] == "shown", after=asked["after"])
    return group_response(house, visitor, named, after=shown)


@post(HERE + "/waive", status_code=200)
@in_thread
def waive(house: AtHand, visitor: Present, data: Form) -> Response[str] | Redirect:
    """Live with the rows of a group, for a reason; or its page with what was typed and what is wrong."""
    desk = quarantine_at(house, visitor)
    reason, wrong = data.get("reason", "").strip(), dict[str, str]()
    if not reason:
        wrong["reason"] = "reason"
    elif len(reason) > LONGEST_REASON:
        wrong["reason"] = "reason_long"
    until = until_of(house, data.get("until", ""), wrong=wrong)
    group = found_group(desk, data)
    if not wrong and group.state is not State.OPEN:
        # Somebody else was first, or a delivery has none of them any more.
        wrong["decided"] = "decided"
    if wrong:
        return group_response(house, visitor, data, after=After(typed=data, wrong=wrong))
    try:
        desk.waive(group.source, table=group.table, code=group.code, reason=reason, until=until)
    except UsageError:
        again = After(typed=data, wrong={"decided": "not_waivable"})
        return group_response(house, visitor, data, after=again)
    return Redirect(f"{path_of(group)}&done=waived", status_code=303)


@post(HERE + "/lift", status_code=200)
@in_thread
def lift(house: AtHand, visitor: Present, data: Form) -> Response[str] | Redirect:
    """The rows of a group are open again; or its page, where somebody lifted it before."""
    desk = quarantine_at(house, visitor)
    group = found_group(desk, data)
    if group.state is not State.WAIVED:
        return group_response(house, visitor, data, after=After(wrong={"decided": "decided"}))
    desk.lift(group.source, table=group.table, code=group.code, reason=data.get("reason", "")[:LONGEST_REASON])
    return Redirect(f"{path_of(group)}&done=lifted", status_code=303)


def quarantine_at(house: House, visitor: Visitor) -> QuarantineDesk:
    """The desk of somebody who keeps the data.

    Raises:
        RefusedError: it is not their duty; that is recorded.
    """
    desk = house.node.quarantine.for_asker(house.node.gate, visitor.asker)
    if isinstance(desk, Refused):
        raise RefusedError(house.node.words.say(desk.reason))
    return desk


def found_group(desk: QuarantineDesk, named: Form) -> Group:
    """The group that an address or a form names.

    Raises:
        NotFoundError: no row was ever held back there for that.
    """
    wanted = tuple(named.get(part, "").replace("\0", "") for part in ("source", "table", "code"))
    for one in groups_of(desk.standing(wanted[0])):
        if (one.source, one.table, one.code) == wanted:
            return one
    raise NotFoundError("no row was held back there for that; the list names what is")


def until_of(house: House, text: str, *, wrong: dict[str, str]) -> datetime | None:
    """The instant that was typed, by the clock on the wall of the node; None: none was, or `wrong` says why not."""
    if not text:
        return None
    try:
        until = instant_of(house, text)
    except (ClocksChangedError, UsageError):
        wrong["until"] = "until"
        return None
    if until <= house.node.clock.now():
        wrong["until"] = "until_past"
    return until


def group_response(house: House, visitor: Visitor, named: Form, *, after: After = NOTHING) -> Response[str]:
    """The page of one group; the read of its rows is the entry of it.

    Raises:
        RefusedError: it is not their duty; that is recorded.
        NotFoundError: there is no such group.
    """
    node = house.node
    source, table, code = (named.get(part, "").replace("\0", "") for part in ("source", "table", "code"))
    place = place_of(after.after.replace("\0", ""))
    sought = HeldSought(source=source, table=table, code=code, after=place, most=ROWS_A_PAGE)
    seen = node.lineage.held(visitor.asker, sought=sought, purpose=PURPOSE)
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    group = found_group(node.quarantine, named)
    page = group_page(group, seen.value, node.words, after=after)
    reply = engineer_form(house, visitor, "quarantine/group.html", current=HERE, page=page)
    reply.status_code = 400 if after.wrong else 200
    return reply
