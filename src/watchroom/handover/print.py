"""The handover on paper: the page set by Typst as an accessible PDF, the same bytes for the same page."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock

import typst

from watchroom.handover.show import BriefingPage
from watchroom.kernel.errors import WatchroomError

# PDF/UA-1 (ISO 14289-1): tagged, titled, in a known language.
_STANDARDS = "ua-1"
_COMPILING = Lock()


class PrintError(WatchroomError):
    """The page could not be set as a PDF."""


def as_pdf(page: BriefingPage, *, notice: str = "", reader: str = "") -> bytes:
    """The page as a PDF/UA-1 document; equal pages give equal bytes, wherever and whenever they are printed.

    Args:
        page: in words.
        notice: stands on every sheet of a node that holds no real data; empty: none.
        reader: in whose name it is printed, in words, on every sheet.

    Raises:
        PrintError: Typst refused the page.
    """
    at = datetime.fromisoformat(page.at)
    inputs: Mapping[str, str] = {
        "page": json.dumps(asdict(page), ensure_ascii=False),
        "notice": notice,
        "reader": reader,
    }
    try:
        with _COMPILING:
            made = _compiler().compile(
                format="pdf", pdf_standards=_STANDARDS, timestamp=int(at.timestamp()), sys_inputs=dict(inputs)
            )
    except typst.TypstError:
        # INVARIANT: what Typst says of a failure may quote the page, so nobody is told.
        raise PrintError(
            f"the handover of post `{page.post}` could not be set as a PDF; ask for its JSON form"
        ) from None
    if not isinstance(made, bytes):
        raise PrintError(f"the handover of post `{page.post}` gave no single PDF; ask for its JSON form")
    return made


@cache
def _compiler() -> typst.Compiler:
    folder = _folder()
    return typst.Compiler(
        str(folder / "brief.typ"), root=str(folder), font_paths=[str(folder / "fonts")], ignore_system_fonts=True
    )


def _folder() -> Path:
    # The package is installed as plain files, so the folder stays after the block.
    with as_file(files("watchroom.handover")) as folder:
        return folder
