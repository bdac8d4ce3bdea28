"""What the page of one room shows, every word ready: who is in it, and what it opens by which agreement."""

from dataclasses import dataclass

from watchroom.gate.case_room_reading import MemberKept, MembersListed, RoomKept
from watchroom.gate.openings import Times
from watchroom.governance.glass.rules import said_fields
from watchroom.governance.rooms.rules import (
    SAME_CLOCK,
    Given,
    RoomState,
    given_to,
    organisations_of,
    recipients_in,
    state_of,
)
from watchroom.governance.rooms.show import (
    NOTHING,
    After,
    Typed,
    done_in_words,
    ended_in_words,
    tone_of,
    typed_in,
    when,
)
from watchroom.model.words import Words
from watchroom.policy.clauses import Agreement, Clause
from watchroom.policy.term_words import room_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """Somebody who is or was in the room; `given` says what they are given there, `tone` how that stands."""

    organisation: str
    account: str
    since: str
    until: str
    given: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one agreement opens to the members of the room. `digest`: of the agreement."""

    digest: str
    title: str
    reference: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a list."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage:
    """One room.

    Attributes:
        is_open: something can be done.
        clocks: empty unless the clocks of node and machine differ.
        inside, gone: how many are in it and were in it at all; `members` and `left` are those that are listed.
        more: place in the list of members from which it goes on; None: it ends.
        password: what is wrong with the password that was given once more; empty: nothing.
        fault: why something was not done that was asked of the room and not of a field; empty: nothing was.
    """

    id: str
    title: str
    is_open: bool
    tone: str
    state: str
    opened: str
    clocks: str
    done: str
    heads: tuple[str, ...]
    members: tuple[MemberLine, ...]
    left: tuple[MemberLine, ...]
    inside: int
    gone: int
    more: int | None
    opens: tuple[Opened, ...]
    organisations: tuple[Choice, ...]
    organisation: Typed
    account: Typed
    password: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page of one room is made of beside the room.

    Attributes:
        at: now, of the node and of the machine.
        own: code and name of the node's organisation.
        agreements: in force, that give something in a room.
        after: what was done just before, or the form that was refused.
    """

    at: Times
    own: tuple[str, str]
    agreements: tuple[Agreement, ...] = ()
    after: After = NOTHING


def room_page(
    room: RoomKept,
    listed: MembersListed,
    words: Words,
    *,
    shown: Shown,
) -> RoomPage:
    """The page of one room in the language of `words`."""
    state, at, own = state_of(room), shown.at, shown.own
    chosen = shown.after.typed.get("organisation", own[0])
    return RoomPage(
        id=str(room.id),
        title=words.phrase("rooms.room.title", case=room.case),
        is_open=room.is_open,
        tone=tone_of(room, at=at),
        state=_state(room, words, at=at),
        opened=words.phrase("rooms.room.opened", at=when(room.opens_at, words), account=room.opened_by),
        clocks=words.phrase("rooms.clocks") if abs(at.node - at.machine) > SAME_CLOCK else "",
        done=done_in_words(shown.after, words),
        heads=tuple(words.phrase(f"rooms.members.{head}") for head in ("account", "since", "until", "given")),
        members=tuple(_member(one, room, words, shown=shown) for one in listed.members if one.left_at is None),
        left=tuple(_member(one, room, words, shown=shown) for one in listed.members if one.left_at is not None),
        inside=listed.inside,
        gone=listed.left,
        more=listed.after,
        opens=tuple(_opens(one, words) for one in shown.agreements),
        organisations=tuple(
            Choice(
                value=one,
                text=words.phrase("rooms.admit.own", name=own[1], code=one) if one == own[0] else one,
                is_chosen=one == chosen,
            )
            for one in (organisations_of(shown.agreements, own=own[0]) if state is RoomState.OPEN else ())
        ),
        organisation=typed_in("organisation", shown.after, words),
        account=typed_in("account", shown.after, words),
        password=typed_in("password", shown.after, words).wrong,
        fault=typed_in("members", shown.after, words).wrong,
    )


_GIVEN_TONES = {Given.GIVEN: "fresh", Given.NO_AGREEMENT: "soon", Given.NO_ROLE: "soon", Given.DISABLED: "soon"}


def _state(room: RoomKept, words: Words, *, at: Times) -> str:
    return words.phrase(f"rooms.room.{state_of(room).value}", until=ended_in_words(room, words, at=at))


def _member(member: MemberKept, room: RoomKept, words: Words, *, shown: Shown) -> MemberLine:
    is_in = member.left_at is None and room.is_open
    given, by = given_to(member, shown.agreements)
    told = words.phrase(f"rooms.given.{given.value}", agreements=words.listed([one.name for one in by]))
    if member.left_at is not None:
        until = words.phrase("rooms.members.left", at=when(member.left_at, words))
    else:
        until = words.phrase("rooms.members.until_end" if room.is_open else "rooms.members.ended")
    return MemberLine(
        organisation=member.organisation,
        account=member.account,
        since=words.phrase("rooms.members.admitted", at=when(member.admitted_at, words), account=member.admitted_by),
        until=until,
        given=told if is_in else words.phrase("rooms.given.nothing_now"),
        tone=_GIVEN_TONES[given] if is_in else "done",
    )


def _opens(agreement: Agreement, words: Words) -> Opened:
    receives = [
        words.phrase(
            "sheet.receives",
            organisation=one.organisation,
            roles=words.listed([words.phrase(f"role.{role}") for role in one.roles]),
        )
        for one in recipients_in(agreement)
    ]
    purposes = {purpose: None for clause in agreement.clauses for purpose in clause.purposes}
    times = [words.say(text) for text in room_in_words(agreement.room)] if agreement.room else []
    return Opened(
        digest=agreement.digest,
        title=agreement.title,
        reference=words.phrase("rooms.opens.reference", name=agreement.name, version=str(agreement.version)),
        lines=(
            *(_clause(one, words) for one in agreement.clauses),
            *receives,
            words.phrase(
                "rooms.opens.purposes", purposes=words.listed([words.phrase(f"purpose.{one}") for one in purposes])
            ),
            *(line.replace("`", "").replace("_", " ") for line in times),
        ),
    )


def _clause(clause: Clause, words: Words) -> str:
    fields = words.listed(list(said_fields(clause.fields)))
    return words.phrase("rooms.opens.clause", entity=clause.entity.replace("_", " "), fields=fields)
