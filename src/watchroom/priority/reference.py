"""The reference page of the rules, made from the rules themselves."""

from collections.abc import Iterable

from watchroom.priority.rules import RULES, Rule

_HEAD = """# Rules: who is put before staff, and why

Made from `watchroom.priority.rules.RULES`; a test fails when this page differs. A rule gives *reasons*, never a
score. A person's level is the highest of all reasons. Within a level stands first what changed since the last shift
(new, worse, better), then the reason that comes first in this table, then what is due first, then the place.
Who has no reason has *no listed item*: the sources say nothing, which is not the same as nothing being wrong.

A rule that reads something the asker may not see is *not evaluated*: it neither fires nor does its silence say
anything, and the page, the document and the print name it. Where only part of what it reads is there, or a file did
not come, that is named too.

Levels: **act now** before anything else, **this shift** before the shift ends, **watch** to be known. A reason
whose date is only the source's default says *date unreliable* and counts for no time limit. A reason from a source
that is late or silent is marked. Times and days are local to the node; a night ends at 06:00.

| rule | level | fires on | why this level |
|---|---|---|---|
"""

_TAIL = """
The codes behind each concept come from the jurisdiction pack, not from the rules:

| rule | concepts | needs | decides level or wording |
|---|---|---|---|
"""


def as_markdown() -> str:
    """The page as it stands in `docs/reference/rules.md`."""
    return _HEAD + "".join(map(_row, RULES)) + _TAIL + "".join(map(_sources, RULES))


def _row(rule: Rule) -> str:
    levels = ", ".join(level.replace("_", " ") for level in rule.levels)
    return f"| `{rule.code}` | {levels} | {rule.source_words} | {rule.why} |\n"


def _sources(rule: Rule) -> str:
    concepts = ", ".join(f"`{concept}`" for concept in rule.concepts) or "none"
    return f"| `{rule.code}` | {concepts} | {_inputs(rule.needs)} | {_inputs(rule.helps)} |\n"


def _inputs(names: Iterable[str]) -> str:
    grouped: dict[str, list[str]] = {}
    for name in names:
        entity, _, field = name.partition(".")
        grouped.setdefault(entity, []).append(field)
    return "; ".join(f"`{entity}` ({', '.join(fields)})" for entity, fields in grouped.items())
