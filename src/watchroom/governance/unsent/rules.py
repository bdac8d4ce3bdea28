"""Which forms are kept when a session ends before they are sent, and what of them. Pure.

Every route that takes a form stands in `KEPT` or, with the reason, in `NOT_KEPT`; a test walks them all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from watchroom.gate.unsent import Typed

# The field of a form that is sent again: which kept one it is.
FIELD: Final = "unsent"
TOKEN: Final = "csrf_token"  # noqa: S105
# INVARIANT: no field of such a name is ever kept; a test holds it against every field of type `password` or `file`.
_SECRET: Final = re.compile(r"passw|secret|pass_?phrase|\bpin\b|\bfile\b", re.IGNORECASE)
# What the page of a draft sends after a pause, without anybody's button; its answer would show nothing.
BY_ITSELF: Final = ("act", "keep")
# How the value of a field is said where it is no part of a message id.
NOTE_KIND: Final = "kind of note"
WALL_TIME: Final = "time on the wall"
CODE: Final = "code:"
# The route of a form about somebody: whom, is told beside it, so that nobody sends a note about another.
ABOUT_SOMEBODY: Final = frozenset({"/people/{person_id}/ask", "/people/{person_id}/note", "/outbox/{entry_id}/correct"})
_NUMBERED: Final = re.compile(r"([a-z_]+)-(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A form that is kept.

    Attributes:
        title: message id of what it is.
        page: how many parts of its address lead to the page on which it stands.
        labels: of each field that a person fills in, the message id of its label; a field `reason-7` is of `reason`.
        codes: of fields that hold a code, what goes before it in the message id that says it.
        again: fields that are given anew before it counts: it goes back to its page, where they are asked for.
        why_again: message id of what has to be given anew, and why.
        again_with: the field that a form has only where something is given anew; empty: it always is.
    """

    title: str
    page: int = 1
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    again: frozenset[str] = frozenset()
    why_again: str = ""
    again_with: str = ""


_NOTE: Final = {
    "kind": "staff.kind.label",
    "occurred": "staff.occurred.label",
    "words": "staff.words.label",
    "system": "staff.system.label",
}
_NOTE_CODES: Final = {"kind": NOTE_KIND, "system": "code:legal_record", "occurred": WALL_TIME}

KEPT: Final[Mapping[str, Kept]] = {
    "/people/{person_id}/ask": Kept(
        title="unsent.form.ask",
        page=3,
        labels={"name": "ask.what", "reason": "ask.why", "words": "ask.words"},
        codes={"name": "", "reason": "requests.reason."},
    ),
    "/people/{person_id}/note": Kept(title="unsent.form.note", page=3, labels=_NOTE, codes=_NOTE_CODES),
    "/outbox/{entry_id}/correct": Kept(title="unsent.form.correction", page=3, labels=_NOTE, codes=_NOTE_CODES),
    "/requests/{request_id}/decide": Kept(
        title="unsent.form.decide",
        labels={"lasts": "requests.lasts", "words": "requests.words", "decision": "unsent.button"},
        codes={"decision": "requests.", "lasts": ""},
    ),
    "/break-glass": Kept(
        title="unsent.form.glass",
        labels={
            "glass": "unsent.glass",
            "reason": "glass.form.reason",
            "words": "glass.form.words",
            "incident": "glass.form.incident",
            "second": "glass.form.second",
        },
        codes={"glass": "", "reason": "glass.reason."},
        again=frozenset({"second_password"}),
        why_again="unsent.again.second",
        again_with="second",
    ),
    "/break-glass/review": Kept(
        title="unsent.form.review",
        labels={"outcome": "glass.review.form", "words": "glass.review.words"},
        codes={"outcome": "glass.outcome."},
    ),
    "/agreements/drafts": Kept(
        title="unsent.form.new_draft",
        labels={"template": "drafts.new.legend", "document": "drafts.new.given.text"},
        codes={"template": ""},
    ),
    "/agreements/drafts/{draft_id}": Kept(
        title="unsent.form.draft",
        page=3,
        labels={"document": "drafts.text", "act": "unsent.button"},
        codes={"act": "drafts."},
    ),
    "/agreements/keys": Kept(
        title="unsent.form.key",
        page=2,
        labels={"organisation": "keys.organisation", "key": "keys.text"},
        # Without its button the page shows once more what to compare, and asks for the password.
        again=frozenset({"act", "compared"}),
        why_again="unsent.again.key",
    ),
    "/agreements/keys/distrust": Kept(
        title="unsent.form.distrust",
        page=2,
        labels={"organisation": "keys.organisation", "key_id": "unsent.key_id", "reason": "keys.distrust.reason"},
        codes={"organisation": "", "key_id": ""},
    ),
    "/agreements/suspend": Kept(
        title="unsent.form.suspend",
        labels={"name": "unsent.agreement", "reason": "agreements.suspend.reason"},
        codes={"name": ""},
    ),
    "/rooms": Kept(title="unsent.form.room", labels={"case": "rooms.open.case", "closes": "rooms.open.closes"}),
    "/rooms/{room_id}/admit": Kept(
        title="unsent.form.admit",
        page=2,
        labels={"organisation": "rooms.admit.organisation", "account": "rooms.admit.account"},
        codes={"organisation": ""},
        again=frozenset({"password"}),
        why_again="unsent.again.password",
    ),
    "/looks/{case_id}": Kept(
        title="unsent.form.look",
        page=2,
        labels={"outcome": "looks.decide.outcome", "tell": "looks.decide.tell", "note": "looks.decide.note"},
        codes={"outcome": "looks.outcome.", "tell": "ticked"},
    ),
    "/kept-records": Kept(
        title="unsent.form.kept_record",
        labels={
            "entity": "kept_records.form.entity",
            "record": "kept_records.form.record",
            "reason": "kept_records.form.reason",
            "review_on": "kept_records.form.review_on",
            "admits": "kept_records.form.admits",
        },
    ),
    "/subject-access": Kept(
        title="unsent.form.subject",
        labels={
            "person": "access.open.person",
            "reference": "access.open.reference",
            "received_on": "access.open.received_on",
        },
    ),
    "/subject-access/{request_id}": Kept(
        title="unsent.form.verdicts",
        page=2,
        labels={"verdict": "access.verdict", "reason": "access.reason", "agree": "access.agree"},
        codes={"verdict": "verdict", "agree": "ticked"},
    ),
    "/subject-access/{request_id}/proposals": Kept(
        title="unsent.form.proposals",
        page=2,
        labels={"choice": "access.verdict", "reason": "access.batches.reason"},
        codes={"choice": "verdict"},
    ),
    "/quarantine/waive": Kept(
        title="unsent.form.waive",
        labels={"reason": "quarantine.waive.reason", "until": "quarantine.waive.until"},
    ),
    "/codes/{value_id}": Kept(
        title="unsent.form.code",
        page=2,
        labels={"code": "codes.code", "reason": "codes.reason", "from": "codes.from"},
    ),
    "/log/erase": Kept(
        title="unsent.form.erase",
        labels={"first": "log.erase.first", "last": "log.erase.last", "reason": "log.erase.reason"},
        again=frozenset({"erase_confirm"}),
        why_again="unsent.again.erase",
    ),
}

_NOTHING = "a button, or a tick: nothing was typed"
NOT_KEPT: Final[Mapping[str, str]] = {
    "/sign-in": "a password",
    "/sign-out": _NOTHING,
    "/outbox/{entry_id}": _NOTHING,
    "/session": "sent by the page, not by a form",
    "/in/{source}": "sent by a source, not by a form",
    **dict.fromkeys(("/dictionary/search", "/quality/run"), _NOTHING),
    **{f"/sources/{{source_name}}/{done}": _NOTHING for done in ("fetch", "stop", "rerun", "rerun/apply")},
    "/unsent/throw-away": _NOTHING,
    "/break-glass/close": _NOTHING,
    **{f"/requests/{{request_id}}/{done}": _NOTHING for done in ("withdraw", "end")},
    "/agreements/{digest}/sign": "a tick and a password",
    "/agreements/{digest}/countersign": "a file, or the content of one, and a password",
    **{f"/rooms/{{room_id}}/{done}": _NOTHING for done in ("leave", "close")},
    "/kept-records/{restriction_id}/lift": _NOTHING,
    "/looks": _NOTHING,
    "/quarantine/lift": _NOTHING,
    **{f"/subject-access/{{request_id}}/{done}": _NOTHING for done in ("draft", "letter")},
    "/log/verify": _NOTHING,
    "/log/search": "a search is typed again in a moment, and changes nothing",
    "/log/export": "two days and a tick",
}


def typed_of(route: str, path: str, fields: Iterable[tuple[str, object]], *, is_finished: bool) -> Typed:
    """What is kept of a form: its texts in order, and nothing that is secret or that we put there for ourselves.

    Args:
        route, path: that take it.
        fields: names and values, as they were sent.
        is_finished: a button was pressed, as far as the request tells.
    """
    texts = [(name, text) for name, text in fields if isinstance(text, str)]
    kept = tuple(
        (name, text)
        for name, text in texts
        if name not in (TOKEN, FIELD) and (name, text) != BY_ITSELF and not is_secret(name)
    )
    return Typed(route=route, path=path, fields=kept, is_finished=is_finished and BY_ITSELF not in texts)


def is_secret(name: str) -> bool:
    """Whether a field of that name is never kept."""
    return _SECRET.search(name) is not None


def is_worth_keeping(typed: Typed) -> bool:
    """Whether a person has put anything into it."""
    labels = KEPT[typed.route].labels
    return any(text.strip() and stem_of(name) in labels for name, text in typed.fields)


def why_again(typed: Typed) -> str:
    """The message id of what has to be given anew before the form counts; empty: nothing, and it is sent."""
    kind = KEPT[typed.route]
    return kind.why_again if not kind.again_with or kind.again_with in dict(typed.fields) else ""


def stem_of(name: str) -> str:
    """Of which kind a field is.

    >>> stem_of("reason-17"), stem_of("received_on")
    ('reason', 'received_on')
    """
    found = _NUMBERED.fullmatch(name)
    return found[1] if found else name


def number_of(name: str) -> str:
    """What stands behind the kind of a field, empty where nothing does.

    >>> number_of("reason-17"), number_of("received_on")
    ('17', '')
    """
    found = _NUMBERED.fullmatch(name)
    return found[2] if found else ""


def page_of(typed: Typed) -> str:
    """The address of the page on which the form stands.

    >>> page_of(Typed(route="/looks/{case_id}", path="/looks/7", fields=(), is_finished=True))
    '/looks/7'
    """
    parts = typed.path.strip("/").split("/")
    return "/" + "/".join(parts[: KEPT[typed.route].page])
