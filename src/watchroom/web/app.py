"""The pages of one node as an ASGI application."""

from collections.abc import Callable
from datetime import timedelta

from litestar import Litestar
from litestar.di import Provide

from watchroom.node.verifying import Verification
from watchroom.web.agreement_draft_routes import begin_draft, draft, new_agreement, write_draft
from watchroom.web.agreement_reach_routes import agreement_reach, preview_draft
from watchroom.web.agreement_routes import (
    agreement,
    agreement_odrl,
    agreement_signature,
    agreement_yaml,
    agreements,
    compare,
    suspend,
)
from watchroom.web.agreement_signing_routes import countersign, distrust_key, keys, sign, sign_form, trust_key
from watchroom.web.around_routes import around
from watchroom.web.ask_routes import ask, ask_form
from watchroom.web.assets import Assets
from watchroom.web.board_routes import board
from watchroom.web.code_routes import code_value, codes, decide_code
from watchroom.web.dictionary_routes import dictionary, dictionary_codes, dictionary_entity, search_dictionary
from watchroom.web.entry_routes import (
    locked,
    session_open,
    session_used,
    sign_in,
    sign_in_form,
    sign_out,
    signed_in_anew,
    signed_out,
    start,
)
from watchroom.web.faults import fault_handlers
from watchroom.web.glass_routes import break_glass, close_glass, glass, keep_review
from watchroom.web.guards import request_guard, visitor_of
from watchroom.web.handover_routes import handover, handover_print
from watchroom.web.headers import harden
from watchroom.web.house import AnyRequest, House
from watchroom.web.kept_record_routes import kept_records, lift_record, restrict_record
from watchroom.web.limits import Allowance
from watchroom.web.lineage_routes import field_origin, row_origin
from watchroom.web.log_routes import log, log_erase, log_export, log_search, log_verify
from watchroom.web.looks_routes import decide_look, find_looks, look_of, looks, my_work
from watchroom.web.person_routes import person
from watchroom.web.plain_routes import asset, health
from watchroom.web.ports import NodeLike
from watchroom.web.posts_routes import posts
from watchroom.web.pulse import Pulse
from watchroom.web.push_routes import push
from watchroom.web.quality_routes import quality_checks, run_checks
from watchroom.web.quarantine_routes import held_group, lift, quarantine, waive
from watchroom.web.render import pages_in
from watchroom.web.request_routes import decide, end, given, requests, withdraw
from watchroom.web.room_routes import admit_member, close_room, open_room, room, rooms, take_out_member
from watchroom.web.source_routes import apply_rerun, fetch_source, source, source_rerun, sources, stop_source, try_rerun
from watchroom.web.staff_routes import correct_note, correction_form, move_entry, note_form, outbox, write_note
from watchroom.web.subject_routes import (
    draw_draft,
    give_letter,
    keep_verdicts,
    open_request,
    request_draft,
    request_letter,
    subject_requests,
    take_proposals,
)
from watchroom.web.unsent import settle
from watchroom.web.unsent_routes import throw_away, unsent
from watchroom.web.visitors import Visitor
from watchroom.web.waiting_routes import waiting

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
ROUTES = (
    start,
    sign_in_form,
    signed_in_anew,
    sign_in,
    locked,
    signed_out,
    sign_out,
    session_open,
    session_used,
    handover,
    handover_print,
    person,
    row_origin,
    field_origin,
    ask_form,
    ask,
    note_form,
    write_note,
    outbox,
    move_entry,
    correction_form,
    correct_note,
    requests,
    given,
    decide,
    withdraw,
    end,
    posts,
    around,
    board,
    glass,
    break_glass,
    close_glass,
    keep_review,
    agreements,
    new_agreement,
    begin_draft,
    draft,
    write_draft,
    preview_draft,
    keys,
    trust_key,
    distrust_key,
    suspend,
    agreement,
    agreement_yaml,
    agreement_odrl,
    agreement_signature,
    agreement_reach,
    compare,
    sign_form,
    sign,
    countersign,
    rooms,
    open_room,
    room,
    admit_member,
    take_out_member,
    close_room,
    kept_records,
    restrict_record,
    lift_record,
    looks,
    look_of,
    decide_look,
    find_looks,
    waiting,
    quarantine,
    held_group,
    waive,
    lift,
    codes,
    code_value,
    decide_code,
    my_work,
    subject_requests,
    open_request,
    request_draft,
    keep_verdicts,
    take_proposals,
    draw_draft,
    request_letter,
    give_letter,
    sources,
    source,
    fetch_source,
    stop_source,
    source_rerun,
    try_rerun,
    apply_rerun,
    quality_checks,
    run_checks,
    dictionary,
    search_dictionary,
    dictionary_entity,
    dictionary_codes,
    unsent,
    throw_away,
    log,
    log_search,
    log_verify,
    log_export,
    log_erase,
    asset,
    health,
    push,
)
BODY_BYTES = 16 * 1024
MINUTE = timedelta(minutes=1)
# Of one name from one address; how many there are from one address is a setting of the node.
SIGN_INS_A_MINUTE = 10
PAGES_A_MINUTE = 240


def create_app(
    node: NodeLike, *, tls: bool = False, hosts: frozenset[str] = LOCAL, pulse: Pulse | None = None
) -> Litestar:
    """The application.

    Handlers are ordinary functions and run in threads: the core is synchronous, and a read is a transaction.

    Args:
        node: open; what the pages read, they read through its gate.
        tls: whether browsers reach it over TLS; then cookies are `Secure` and carry the `__Host-` prefix.
        hosts: names under which it may be reached.
        pulse: of the server that has to close it when it stops; None: one of its own.
    """
    house = house_of(node, tls=tls, hosts=hosts, pulse=pulse)
    return app_over(lambda: house)


def house_of(node: NodeLike, *, tls: bool = False, hosts: frozenset[str] = LOCAL, pulse: Pulse | None = None) -> House:
    """What stands behind the pages of a node: nobody has tried or read anything yet. As `create_app`."""
    assets = Assets()
    return House(
        node=node,
        pages=pages_in(node.words),
        assets=assets,
        tls=tls,
        hosts=hosts,
        tries=Allowance(times=SIGN_INS_A_MINUTE, within=MINUTE),
        tries_of_address=Allowance(times=node.pages.sign_ins_per_address, within=MINUTE),
        reads=Allowance(times=PAGES_A_MINUTE, within=MINUTE),
        pushes=Allowance(times=node.pushes.settings.requests_a_minute, within=MINUTE),
        pulse=pulse or Pulse(node.gate.marks.of_everybody),
        verification=Verification(node),
    )


def app_over(at_hand: Callable[[], House]) -> Litestar:
    """The application over a house; it keeps nothing of its own, so that it may stand over one after another."""

    def the_house() -> House:
        return at_hand()

    def the_visitor(request: AnyRequest) -> Visitor:
        # Kept for the page of a fault, which shows who is signed in and the way out.
        request.state.visitor = visitor = visitor_of(at_hand(), request)
        return visitor

    return Litestar(
        route_handlers=ROUTES,
        dependencies={
            "house": Provide(the_house, sync_to_thread=False),
            "visitor": Provide(the_visitor, sync_to_thread=True),
        },
        exception_handlers=fault_handlers(at_hand),
        before_request=request_guard(at_hand),
        before_send=[settle(at_hand), harden],
        request_max_body_size=BODY_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
