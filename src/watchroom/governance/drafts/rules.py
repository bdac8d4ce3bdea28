"""Where a draft can begin, and what its text comes to on a day. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from watchroom.gate.agreements import Kept, parties
from watchroom.model.catalogue import Catalogue
from watchroom.policy.agreement import blank_text, example_names, example_text, load_agreement, read_agreement, slips_of
from watchroom.policy.clauses import Agreement
from watchroom.policy.errors import AgreementError

BLANK: Final = "blank"
_EXAMPLE: Final = "example:"
_VERSION: Final = "version:"
_NUMBER: Final = re.compile(r"^version:[ ]*\d+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Something a draft can begin from. `key` names it in a form; `version` is 0 where it is of no agreement here."""

    key: str
    text: str
    name: str
    title: str = ""
    version: int = 0
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a text comes to: the agreement that it is, or all slips that can be found in it, each with its line."""

    agreement: Agreement | None
    slips: tuple[AgreementError, ...] = ()


def templates(kept: Sequence[Kept], *, model: Catalogue) -> tuple[Template, ...]:
    """The empty one, the latest version of each agreement with the next number on it, the worked examples."""
    latest: dict[str, Kept] = {}
    for one in kept:
        held = latest.get(one.agreement.name)
        if held is None or one.agreement.version > held.agreement.version:
            latest[one.agreement.name] = one
    return (
        Template(key=BLANK, text=blank_text(), name=""),
        *(
            Template(
                key=f"{_VERSION}{one.agreement.digest}",
                text=_NUMBER.sub(f"version: {one.agreement.version + 1}", one.document, count=1),
                name=one.agreement.name,
                version=one.agreement.version,
            )
            for one in latest.values()
        ),
        *(_example(name, model=model) for name in example_names()),
    )


def _example(name: str, *, model: Catalogue) -> Template:
    text = example_text(name)
    read = read_agreement(text, where=name, model=model)
    return Template(key=f"{_EXAMPLE}{name}", text=text, name=name, title=read.title, parties=parties(read))


def checked(document: str, *, model: Catalogue, on: date) -> Checked:
    """What a text comes to as an agreement that is to come into force on a day of the node."""
    if slips := slips_of(document, where="draft", model=model, on=on):
        return Checked(agreement=None, slips=slips)
    return Checked(agreement=load_agreement(document, where="draft", model=model, on=on))
