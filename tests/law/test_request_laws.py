"""Laws of requests: what is over never comes back, by whatever way the clocks go, and no time is longer than agreed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from watchroom.gate.openings import Times
from watchroom.gate.request_records import Request, RequestState
from watchroom.governance.requests.rules import first_span, spans_of

START = datetime(2026, 7, 24, 8, tzinfo=UTC)
NOBODY = UUID(int=0)
SPANS = st.timedeltas(timedelta(0), timedelta(days=2))
OVER = {RequestState.REFUSED, RequestState.WITHDRAWN, RequestState.ENDED, RequestState.UNANSWERED}

ASKED = Request(
    id=NOBODY,
    asked_by="officer",
    organisation="HMPPS",
    digest="",
    name="A.1#request-x",
    person_id=NOBODY,
    site_code="LEI",
    purpose="custody.care",
    reason="care",
    words="",
    asked_at=START,
    answer_by=START + timedelta(hours=4),
    machine_asked_at=START,
    machine_answer_by=START + timedelta(hours=4),
)
GIVEN = replace(
    ASKED,
    decision="given",
    decided_by="nurse",
    decided_at=START,
    answer="",
    opening_id=NOBODY,
    opened_at=START,
    closes_at=START + timedelta(hours=12),
    machine_opened_at=START,
    machine_closes_at=START + timedelta(hours=12),
)
REQUESTS = st.sampled_from(
    [
        ASKED,
        GIVEN,
        replace(GIVEN, closed_at=START, closed_by="officer"),
        replace(ASKED, withdrawn_at=START),
        replace(ASKED, decision="refused", decided_by="nurse", decided_at=START, answer="no"),
    ]
)


def at(node: timedelta, machine: timedelta) -> Times:
    return Times(node=START + node, machine=START + machine)


@given(request=REQUESTS, node=SPANS, machine=SPANS, more_node=SPANS, more_machine=SPANS)
def test_what_is_over_stays_over_when_time_goes_on(
    request: Request, node: timedelta, machine: timedelta, more_node: timedelta, more_machine: timedelta
) -> None:
    before = request.state(at(node, machine))
    after = request.state(at(node + more_node, machine + more_machine))
    assert before not in OVER or after is before


@given(request=REQUESTS, node=SPANS, machine=SPANS)
def test_it_waits_and_is_open_by_both_clocks_or_not_at_all(
    request: Request, node: timedelta, machine: timedelta
) -> None:
    state = request.state(at(node, machine))
    assert state is not RequestState.WAITING or max(node, machine) < timedelta(hours=4)
    assert state is not RequestState.GIVEN or max(node, machine) < timedelta(hours=12)


@given(node=st.timedeltas(timedelta(seconds=-1), timedelta(hours=13)))
def test_a_clock_that_is_set_back_opens_nothing(node: timedelta) -> None:
    over = at(node, timedelta(hours=12))
    assert GIVEN.state(over) is RequestState.ENDED
    assert ASKED.state(over) is RequestState.UNANSWERED
    assert GIVEN.state(at(timedelta(seconds=-1), timedelta(0))) is RequestState.ENDED


@given(lasts=st.timedeltas(timedelta(minutes=5), timedelta(days=28)))
def test_no_time_that_is_offered_is_longer_than_agreed_and_the_first_one_is_offered(lasts: timedelta) -> None:
    offered = spans_of(lasts)
    assert max(offered) == lasts
    assert list(offered) == sorted(set(offered))
    assert first_span(lasts) in offered
