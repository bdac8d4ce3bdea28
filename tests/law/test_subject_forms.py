"""Laws of the desk of subject access: days, pages of a list, and what a form comes to."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from watchroom.audit.read import Concerning, Recorded
from watchroom.audit.subject import Line, draft_of
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.audit.verdicts import Decided, Standing
from watchroom.governance.subject.rules import CHOICES, LINES_A_PAGE, choice_of, sent_of, sheet_of
from watchroom.governance.subject_list.rules import due_on

AT = datetime(2026, 7, 24, 8, 0, tzinfo=UTC)
PERSON = UUID(int=7)
INDICES = st.lists(st.integers(0, 300), unique=True, max_size=90).map(sorted)


def lines(indices: list[int]) -> tuple[Line, ...]:
    header = {"act": "list", "actor": "a", "purpose": "custody.care", "entity": "person"}
    entries = [
        Recorded(index=index, at=AT, machine_at=AT, act="list", actor="a", header=header, body=None)
        for index in reversed(indices)
    ]
    return draft_of(PERSON, found=Concerning(entries=tuple(entries), upto=10**6, erased=0), verdicts={}).lines


def standing(index: int, verdict: Verdict, reason: str = "r") -> Standing:
    ground = None if verdict is Verdict.RELEASED else Ground.CRIME
    decided = Decided(entry_index=index, verdict=verdict, ground=ground, reason=reason)
    return Standing(decided=decided, by="one", at=AT, recorded_in=9000 + index)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_an_answer_is_due_on_the_same_day_of_the_next_month_or_on_its_last_one(received: date) -> None:
    due = due_on(received)
    assert (due.year * 12 + due.month) - (received.year * 12 + received.month) == 1
    assert due.day == received.day or (due.day < received.day and (due + timedelta(days=1)).day == 1)


@given(INDICES)
def test_going_on_from_page_to_page_shows_every_line_once_and_in_order(indices: list[int]) -> None:
    every, seen, sheet = lines(indices), list[int](), sheet_of(lines(indices), 0)
    seen += [line.recorded.index for line in sheet.lines]
    while sheet.after is not None:
        before, sheet = sheet, sheet_of(every, sheet.after)
        assert sheet.before == before.lines[0].recorded.index
        seen += [line.recorded.index for line in sheet.lines]
    assert seen == indices
    if indices:
        assert sheet.last is None


@given(INDICES, st.integers(0, LINES_A_PAGE))
def test_lines_that_leave_a_list_while_it_is_paged_let_none_of_the_others_be_passed_over(
    indices: list[int], gone: int
) -> None:
    first = sheet_of(lines(indices), 0)
    if first.after is None:
        return
    left = indices[gone:]
    shown = {line.recorded.index for line in sheet_of(lines(left), first.after).lines}
    assert shown >= set(left[left.index(first.after) :][:LINES_A_PAGE])


@given(st.sampled_from(CHOICES), st.text(min_size=1, max_size=20).filter(str.strip))
def test_a_choice_and_a_reason_are_the_verdict_that_they_say(choice: str, reason: str) -> None:
    sent = sent_of({"verdict-3": choice, "reason-3": reason, "seen-3": ""}, {})
    (one,) = sent.decided
    assert (choice_of(one.verdict, one.ground), one.reason, one.entry_index) == (choice, reason.strip(), 3)
    assert sent.wrong == {}


@given(
    st.sampled_from([*CHOICES, "", "released:crime", "withheld", "x"]),
    st.sampled_from(["", " ", "a reason", "x" * 501]),
    st.sampled_from(["", "9003", "1"]),
    st.sampled_from([None, *Verdict]),
)
def test_a_form_is_a_verdict_or_says_what_is_wrong_or_is_as_it_was(
    choice: str, reason: str, seen: str, verdict: Verdict | None
) -> None:
    now = {} if verdict is None else {3: standing(3, verdict)}
    sent = sent_of({"verdict-3": choice, "reason-3": reason, "seen-3": seen}, now)
    assert sent.typed[3].choice == choice
    if sent.decided:
        assert sent.wrong == {}
        assert choice in CHOICES
        assert seen == ("9003" if now else ""), "nobody decides over what they have not seen"
    elif not sent.wrong:
        kept = [(choice_of(one.decided.verdict, one.decided.ground), one.decided.reason) for one in now.values()]
        assert [(choice, reason.strip())] == (kept or [("", "")])


def test_only_a_second_officer_who_ticks_it_decides_the_same_again() -> None:
    now = {3: standing(3, Verdict.RELEASED)}
    as_it_was = {"verdict-3": "released", "reason-3": "r", "seen-3": "9003"}
    assert sent_of(as_it_was, now).decided == ()
    assert sent_of({**as_it_was, "agree-3": "yes"}, now).decided == (now[3].decided,)


def test_a_form_holds_one_page_and_nothing_that_is_no_entry() -> None:
    many = {f"verdict-{index}": "released" for index in range(3 * LINES_A_PAGE)}
    assert len(sent_of(many, {}).typed) == LINES_A_PAGE
    assert sent_of({"verdict--1": "released", "verdict-x": "released", "verdict-²": "released"}, {}).typed == {}
