"""What the page of forms that were not sent shows, every word ready."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from watchroom.gate.unsent import Typed, Unsent
from watchroom.governance.subject_groups.rules import CHOICES, meant_by
from watchroom.governance.subject_groups.show import said_of
from watchroom.governance.unsent.rules import (
    CODE,
    KEPT,
    NOTE_KIND,
    WALL_TIME,
    Kept,
    number_of,
    page_of,
    stem_of,
    why_again,
)
from watchroom.model.words import Words

DONE: Final = frozenset({"thrown_away", "gone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A field that the page says and sends as it is: a choice, a tick, a code."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A field that was written in words, and may be written on before it is sent."""

    id: str
    name: str
    label: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form.

    Attributes:
        id: of what is kept; `key` names its place on the page.
        title: what it is; `page` leads to where it stands.
        about: whom it is about; empty: nobody in particular.
        when: when it was kept and how, and until when it is.
        warning: what to look at before it is sent; empty: nothing.
        again: what has to be given anew; empty: nothing, and it is sent.
        action: the address of its route.
        said, written: what was put in, in the order of the form.
        hidden: name and text of what is sent as it is.
        button: what the button says.
    """

    id: str
    key: str
    title: str
    about: str
    page: str
    when: str
    warning: str
    again: str
    action: str
    said: tuple[Said, ...]
    written: tuple[Written, ...]
    hidden: tuple[tuple[str, str], ...]
    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The page: the forms, the latest first, and where to go on; `none_kept` stands in the place of forms."""

    title: str
    sentence: str
    done: str
    forms: tuple[Form, ...]
    none_kept: str
    on_path: str
    on_text: str


def unsent_page(
    kept: Sequence[Unsent],
    words: Words,
    *,
    minutes: int,
    about: Mapping[UUID, str],
    on: tuple[str, str] = ("/", ""),
) -> Content:
    """The page in the language of `words`.

    Args:
        kept: the reader's own forms.
        words: of the node.
        minutes: for how long a form is kept.
        about: whom a form is about, by the id of what is kept, as far as the reader may see them.
        on: where the reader was on their way to, and what was done just before, of `DONE`.
    """
    to, done = on
    # What an earlier version kept for a route that is gone has nowhere to go.
    known = [one for one in kept if one.typed.route in KEPT]
    return Content(
        title=words.phrase("unsent.title"),
        sentence=words.phrase("unsent.sentence", minutes=minutes),
        done=words.phrase(f"unsent.done.{done}") if done in DONE else "",
        forms=tuple(
            _form(one, f"form-{number}", words, about=about.get(one.id, ""))
            for number, one in enumerate(known, start=1)
        ),
        none_kept=words.phrase("unsent.none", minutes=minutes),
        on_path=to,
        on_text=words.phrase("unsent.on"),
    )


def _form(one: Unsent, key: str, words: Words, *, about: str) -> Form:
    typed, kind, again = one.typed, KEPT[one.typed.route], why_again(one.typed)
    written = tuple(
        Written(
            id=f"{key}-{number}",
            name=name,
            label=_label(name, kind, words),
            text=text,
            rows=min(20, max(1, text.count("\n") + 1, len(text) // 90 + 1)),
        )
        for number, (name, text) in enumerate(typed.fields, start=1)
        if _is_written(name, text, kind)
    )
    return Form(
        id=str(one.id),
        key=key,
        title=words.phrase(kind.title),
        about=about,
        page=page_of(typed),
        when=words.phrase(
            "unsent.when.sent" if typed.is_finished else "unsent.when.open",
            at=words.instant(one.kept_at, "short"),
            until=words.instant(one.ends_at, "time"),
        ),
        warning=_warning(one, words),
        again=words.phrase(again) if again else "",
        action=typed.path,
        said=_said(typed, kind, words),
        written=written,
        hidden=tuple(
            (name, text) for name, text in typed.fields if name not in kind.again and not _is_written(name, text, kind)
        ),
        button=words.phrase("unsent.back" if again else "unsent.send"),
    )


def _warning(one: Unsent, words: Words) -> str:
    if one.taken_at is not None:
        return words.phrase("unsent.warning.taken", at=words.instant(one.taken_at, "time"))
    return "" if one.typed.is_finished else words.phrase("unsent.warning.open")


def _is_written(name: str, text: str, kind: Kept) -> bool:
    """Whether a field holds words; one that was left empty is sent as it is and not shown."""
    stem = stem_of(name)
    return bool(text.strip()) and stem in kind.labels and stem not in kind.codes


def _said(typed: Typed, kind: Kept, words: Words) -> tuple[Said, ...]:
    chosen = ((name, text) for name, text in typed.fields if text and stem_of(name) in kind.codes)
    return tuple(
        Said(label=_label(name, kind, words), text=_value(text, kind.codes[stem_of(name)], words))
        for name, text in chosen
    )


def _label(name: str, kind: Kept, words: Words) -> str:
    stem, number = stem_of(name), number_of(name)
    label = words.phrase(kind.labels[stem])
    return words.phrase("unsent.numbered", label=label, number=number) if number else label


def _value(text: str, before: str, words: Words) -> str:
    """A code in words, where there are any for it."""
    if before == "verdict":
        return said_of(*meant_by(text), words) if text in CHOICES else text
    if before == NOTE_KIND:
        family, _, code = text.partition("/")
        said = {"family": words.code("case_note_type", family), "kind": words.code("case_note_sub_type", code)}
        return words.phrase("staff.kind", **said)
    if before == WALL_TIME:
        return _on_the_wall(text, words)
    if before.startswith(CODE):
        return words.code(before.removeprefix(CODE), text)
    if before == "ticked":
        return words.phrase("unsent.ticked")
    return words.phrase(before + text) if before and words.knows(before + text) else text


def _on_the_wall(text: str, words: Words) -> str:
    """A time as the input of a form gives it, in words; what is none is said as it is."""
    try:
        return words.instant(datetime.fromisoformat(text).replace(tzinfo=words.zone), "short")
    except ValueError:
        return text
