"""The page of the log. A search is sent and not linked: the account of a member of staff stands in no address."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, TypeVar

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect, Stream

from watchroom.audit.export import NothingToExportError
from watchroom.audit.ranges import IndexRange
from watchroom.audit.read import Search
from watchroom.gate.door import Refused
from watchroom.governance.log.rules import Period, Sought, erasing_in, index_in, period_in, sought_in
from watchroom.governance.log.show import HOME, Sent, Told, log_page
from watchroom.kernel.errors import NamesSomebodyError
from watchroom.node.audit_desk import erase_entries, export_log
from watchroom.node.log_desk import PURPOSE, LogDesk, log_desk_of
from watchroom.policy.clauses import Duty
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, House, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

T = TypeVar("T")
DONE = frozenset({"verifying", "erased"})
PIECE = 1 << 16


@get(HOME)
@in_thread
def log(house: AtHand, visitor: Present, before: FromQuery[int] = 0, done: FromQuery[str] = "") -> Response[str]:
    """How the log stands, and its latest entries, or those below an index."""
    desk = desk_for(house, visitor)
    return log_response(house, visitor, desk=desk, sent=Sent(done=done if done in DONE else ""), before=before or None)


@post(HOME + "/search", status_code=200)
@in_thread
def log_search(house: AtHand, visitor: Present, data: Form) -> Response[str]:
    """The entries that are sought. It changes nothing, so it may be sent again."""
    desk, sought = desk_for(house, visitor), sought_in(data)
    before = index_in(data.get("before", ""), size=1 << 62)
    return log_response(house, visitor, desk=desk, sent=Sent(sought=sought), before=before)


@post(HOME + "/verify")
@in_thread
def log_verify(house: AtHand, visitor: Present) -> Redirect:
    """Begin a verification, unless one is running; the page shows how far it has come."""
    house.verification.start(desk_for(house, visitor).verifier())
    return Redirect(f"{HOME}?done=verifying", status_code=303)


@post(HOME + "/export", status_code=200)
@in_thread
def log_export(house: AtHand, visitor: Present, data: Form) -> Response[str] | Stream:
    """The log of some days as one file with proofs and a verifier; written on the disk and sent in pieces."""
    desk, period = desk_for(house, visitor), period_in(data)
    if not period.wrong and period.days is not None:
        first, last = period.days
        since, until = desk.day(first)[0], desk.day(last)[1]
        made = exported(house, desk, since=since, until=until)
        if made is not None:
            name = f"log-{first.isoformat()}-{last.isoformat()}.zip"
            headers = {"content-disposition": f'attachment; filename="{name}"'}
            return Stream(pieces(made), media_type="application/zip", headers=headers)
    sent = Sent(period=period, nothing_then=not period.wrong)
    return log_response(house, visitor, desk=desk, sent=sent)


@post(HOME + "/erase")
@in_thread
def log_erase(house: AtHand, visitor: Present, data: Form) -> Response[str]:
    """Erase whom a range of entries was about, for whoever has that duty; else a recorded refusal."""
    desk = desk_for(house, visitor)
    erasing = erasing_in(data, size=house.node.audit.committed().size)
    if erasing.wrong:
        return log_response(house, visitor, desk=desk, sent=Sent(erasing=erasing))
    what = IndexRange(first=int(erasing.first), last=int(erasing.last))
    try:
        allowed(house, erase_entries(house.node, desk.officer, what=[what], reason=erasing.reason))
    except NamesSomebodyError:
        sent = Sent(erasing=replace(erasing, wrong=frozenset({"reason"})))
        return log_response(house, visitor, desk=desk, sent=sent)
    return Redirect(f"{HOME}?done=erased", status_code=303)


def exported(house: House, desk: LogDesk, *, since: datetime, until: datetime) -> IO[bytes] | None:
    """The export of a period, open and already without a name on the disk; None where no entry was made then."""
    with tempfile.TemporaryDirectory(dir=house.node.folder, prefix=".export-") as folder:
        out = Path(folder) / "export.zip"
        try:
            allowed(house, export_log(house.node, desk.officer, out, since=since, until=until))
        except NothingToExportError:
            return None
        # INVARIANT: the folder goes before the first piece is sent, so nothing is left however the sending ends.
        return os.fdopen(os.open(out, os.O_RDONLY | os.O_CLOEXEC), "rb")


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The content of an open file, piece by piece; it is closed at the end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def desk_for(house: House, visitor: Visitor) -> LogDesk:
    """The desk of this visitor.

    Raises:
        RefusedError: they have not the duty to read the log; that is entered.
    """
    return allowed(house, log_desk_of(house.node, visitor.asker))


def allowed(house: House, found: T | Refused) -> T:
    """What was found.

    Raises:
        RefusedError: it was refused.
    """
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    return found


def log_response(
    house: House, visitor: Visitor, *, desk: LogDesk, sent: Sent, before: int | None = None
) -> Response[str]:
    """The page, with what was typed into its forms."""
    found = desk.look(search_of(desk, sent.sought), before=before)
    state, running = desk.state(), house.verification.state
    told = Told(
        size=state.head.size,
        root=state.head.root(),
        signed=None if state.checkpoint is None else state.checkpoint.checkpoint.size,
        spool=state.spool,
        done=running.done,
        result=running.found,
        is_broken=running.is_broken,
        now=house.node.clock.now(),
    )
    today = desk.today().isoformat()
    if sent.period == Period():
        sent = replace(sent, period=Period(since=today, until=today))
    page = log_page(found, told, sent, may_erase=Duty.ERASE_AUDIT in visitor.duties, words=house.node.words)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current=HOME))
    html = house.pages.page("log.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if page.wrong else 200)


def search_of(desk: LogDesk, sought: Sought) -> Search:
    """What is sought, with the instants of its day."""
    since, until = (None, None) if sought.on is None else desk.day(sought.on)
    act = "" if "act" in sought.wrong else sought.act
    return Search(actor=sought.actor, act=act, agreement=sought.agreement, since=since, until=until)
