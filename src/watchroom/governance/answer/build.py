"""The answer to a person: a letter made of what officers released and of nothing else, as a page, a PDF and JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

import typst

from watchroom.audit.subject import Draft
from watchroom.audit.subject_rules import Verdict
from watchroom.governance.answer.show import ToldLine, told_of
from watchroom.kernel.errors import WatchroomError
from watchroom.model.words import Words

# PDF/UA-1 (ISO 14289-1): tagged, titled, in a known language.
_STANDARDS = "ua-1"
_COMPILING = Lock()


class LetterError(WatchroomError):
    """The answer could not be set as a PDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who answers: code and name of the agency, its reference, the day of the node, and the notice of example data."""

    agency: tuple[str, str]
    reference: str
    received_on: date
    today: date
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The letter, every word ready.

    INVARIANT: two drafts of which the same is released, and the same grounds are told, give the same letter: what is
    neither confirmed nor denied and what is not there are the same words and the same bytes.
    """

    language: str
    title: str
    agency: str
    reference: str
    made: str
    intro: tuple[str, ...]
    heads: tuple[str, str, str, str]
    lines: tuple[ToldLine, ...]
    none_told: str
    withheld: tuple[str, ...]
    statement: tuple[str, ...]
    page: str
    notice: str
    day: str


def build_letter(draft: Draft, sender: Sender, words: Words) -> Letter:
    """The letter of what is released now. Whether it may be given is decided where the answer is entered."""
    released = draft.as_released(words)
    told = [
        told_of(line, agency=sender.agency, words=words)
        for line in draft.lines
        if line.decided is not None and line.decided.verdict is Verdict.RELEASED
    ]
    held = released["withheld"]
    return Letter(
        language=words.language,
        title=words.phrase("letter.title"),
        agency=sender.agency[1],
        reference=words.phrase("letter.reference", reference=sender.reference),
        made=words.phrase("letter.made", day=sender.today),
        intro=(words.phrase("letter.asked", day=sender.received_on), words.phrase("letter.how")),
        heads=tuple(words.phrase(f"letter.head.{head}") for head in ("at", "what", "by", "purpose")),  # pyright: ignore[reportArgumentType]  four of them
        lines=tuple(told),
        none_told="" if told else words.phrase("letter.none_told"),
        withheld=tuple(str(one) for one in held) if isinstance(held, list) else (),  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        statement=(str(released["statement"]), words.phrase("letter.rights")),
        page=words.phrase("letter.page"),
        notice=sender.notice,
        day=sender.today.isoformat(),
    )


def letter_json(letter: Letter) -> str:
    """The letter as one JSON document: what stands on the paper and nothing else."""
    document = {
        "agency": letter.agency,
        "reference": letter.reference,
        "made": letter.made,
        "asked": list(letter.intro),
        "lines": [asdict(line) for line in letter.lines],
        "none": letter.none_told or None,
        "withheld": list(letter.withheld),
        "statement": list(letter.statement),
        "notice": letter.notice or None,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def letter_pdf(letter: Letter, *, zone: ZoneInfo) -> bytes:
    """The letter as a PDF/UA-1 document; equal letters give equal bytes.

    Raises:
        LetterError: Typst refused it.
    """
    made_at = datetime.combine(date.fromisoformat(letter.day), time(), tzinfo=zone)
    try:
        with _COMPILING:
            made = _compiler().compile(
                format="pdf",
                pdf_standards=_STANDARDS,
                timestamp=int(made_at.timestamp()),
                sys_inputs={"letter": json.dumps(asdict(letter), ensure_ascii=False)},
            )
    except typst.TypstError:
        # INVARIANT: what Typst says of a failure may quote the letter, so nobody is told.
        raise LetterError("the answer could not be set as a PDF; ask for its JSON form") from None
    if not isinstance(made, bytes):
        raise LetterError("the answer gave no single PDF; ask for its JSON form")
    return made


@cache
def _compiler() -> typst.Compiler:
    # The package is installed as plain files, so the folders stay after the blocks.
    with as_file(files("watchroom.governance.answer")) as here, as_file(files("watchroom.handover")) as fonts:
        folder, faces = Path(here), Path(fonts) / "fonts"
    return typst.Compiler(
        str(folder / "letter.typ"), root=str(folder), font_paths=[str(faces)], ignore_system_fonts=True
    )
