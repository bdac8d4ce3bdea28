"""The pages are one product: no two sheets give the same selector two looks."""

import re
from collections import defaultdict
from pathlib import Path

SHEETS = Path(__file__).parents[2] / "tools" / "static"
TEMPLATES = Path(__file__).parents[2] / "src" / "watchroom" / "web" / "templates"
# Parts of the handover that a narrower sheet lays out anew.
KNOWN = {".wr-facts dt", ".wr-chgs time", ".wr-times time", ".wr-tile", ".wr-everyone > li > b"}
MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")


def test_a_selector_has_its_looks_in_one_sheet() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for sheet in SHEETS.glob("*.css"):
        if sheet.name != "print.css":
            rules = MEDIA.sub("", re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S))
            for selectors in re.findall(r"([^{}]+)\{", rules):
                for selector in selectors.split(","):
                    found[selector.strip()].add(sheet.name)
    assert {selector for selector, sheets in found.items() if len(sheets) > 1} == KNOWN


def test_success_and_error_are_said_in_one_way_on_every_page() -> None:
    for page in TEMPLATES.rglob("*.html"):
        text = page.read_text("utf-8")
        if page.name not in {"fields.html", "sign_in.html"} and page.parent.name + page.name != "agreementsdraft.html":
            assert "govuk-error-summary" not in text, page.name
        assert "wr-done" not in text, page.name
