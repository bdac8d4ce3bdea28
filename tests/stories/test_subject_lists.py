"""The list of requests for subject access ends, and goes on a page at a time."""

from uuid import uuid4

from subject_work import opened, somebody
from web_seat import seat_at

from watchroom.node.node import Node
from watchroom.node.subject_desk import SubjectDesk, subject_desk_of


def test_requests_are_listed_a_page_at_a_time_each_once_and_none_of_the_officers_own(node: Node) -> None:
    seat = seat_at(node)
    desk = subject_desk_of(seat.node, seat.accounts.asker("records"))
    assert isinstance(desk, SubjectDesk)
    mine = {opened(seat, person=somebody(node, place=place)[1], reference=f"REQ-2{place}") for place in range(5)}
    pages, before = [], None
    while not pages or before is not None:
        page = desk.requests(most=2, before=before)
        pages.append([one.id for one in page.requests])
        before = page.more
    every = [one for page in pages for one in page]
    assert mine <= set(every)
    assert len(every) == len(set(every))
    assert all(len(page) == 2 for page in pages[:-1])
    assert desk.requests(most=2, before=uuid4()).requests == ()
