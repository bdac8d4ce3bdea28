"""What the documents name exists: tests, pages, commands, pictures."""

import re
from pathlib import Path

import pytest

from watchroom.cli.reference import commands_of
from watchroom.entrances import commands

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    for named in re.findall(r"`(tests/[\w./*-]+)", document.read_text(encoding="utf-8")):
        assert list(ROOT.glob(named.split("::")[0].rstrip("/"))), f"{document.name} names {named}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_document_that_a_message_or_a_comment_names_exists() -> None:
    for source in sorted((ROOT / "src").rglob("*")):
        if source.suffix in {".py", ".po", ".sql", ".yaml"}:
            for named in re.findall(r"\bdocs/[\w/-]+\.md", source.read_text(encoding="utf-8")):
                assert (ROOT / named).exists(), f"{source.name} names {named}"


def test_every_command_of_the_readme_is_there() -> None:
    known = {path for path, _ in commands_of(commands())}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in re.findall(r"^    (watchroom .+)$", text, re.MULTILINE):
        words = line.split()
        assert " ".join(words[:2]) in known or " ".join(words[:3]) in known, line


def test_every_decision_names_how_it_is_checked() -> None:
    for decision in sorted((ROOT / "docs" / "adr").glob("*.md")):
        assert "## How we check it" in decision.read_text(encoding="utf-8"), decision.name


def test_no_document_or_source_names_a_place_of_one_machine() -> None:
    places = re.compile(r"/(?:work|root|home)/\w+|/tmp/\w+")
    for document in DOCUMENTS:
        assert not places.search(document.read_text(encoding="utf-8")), document.name
