"""The page of worked agreements: for each one the sheet that its parties would sign, and what the lint finds."""

from collections.abc import Iterator

from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words
from watchroom.policy.agreement import example_names, example_text, read_agreement
from watchroom.policy.lint import Finding, lint
from watchroom.policy.sheet import as_text, sheet

_HEAD = """# Worked agreements

Made by `python tools/write_reference.py` from the examples in `src/watchroom/policy/agreements`. They are examples:
no party has signed them, and every legal line in them has to be written by the parties' own counsel. Each stands
here as the sheet that signatories read, with what the lint finds. The keys are explained in
[agreements.md](agreements.md).
"""


def examples_page(model: Catalogue) -> str:
    """The page `docs/reference/agreement-examples.md`."""
    words = Words()
    return "\n".join([_HEAD, *(_example(name, model=model, words=words) for name in example_names())])


def _example(name: str, *, model: Catalogue, words: Words) -> str:
    agreement = read_agreement(example_text(name), where=f"{name}.yaml", model=model)
    told = as_text(sheet(agreement, model=model), words)
    found = "\n".join(_findings(lint(agreement, model=model), words))
    return f"## {name}\n\n```text\n{told}```\n\nLint:\n\n{found}\n"


def _findings(findings: tuple[Finding, ...], words: Words) -> Iterator[str]:
    for finding in findings:
        place = f"line {finding.line}, clause {finding.clause}: " if finding.clause else ""
        yield f"- {place}{words.say(finding.text)}"
    if not findings:
        yield "nothing found."
