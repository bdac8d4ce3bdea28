"""The reference page of the rules, made from the rules themselves."""

from watchroom.priority.rules import RULES, Rule

_HEAD = """# Rules: who is put before staff, and why

Made from `watchroom.priority.rules.RULES`; a test fails when this page differs. A rule gives *reasons*, never a
score. A person's level is the highest of all reasons; people are ordered by level, by what is due first, by place.
Who has no reason has *no listed item*: the sources say nothing, which is not the same as nothing being wrong.

Levels: **act now** before anything else, **this shift** before the shift ends, **watch** to be known. A reason
whose date is only the source's default says *date unreliable* and counts for no time limit. A reason from a source
that is late or silent is marked. Times and days are local to the node; a night ends at 06:00.

| rule | level | fires on | why this level |
|---|---|---|---|
"""

_TAIL = """
The codes behind each concept come from the jurisdiction pack, not from the rules:

| rule | concepts | reads |
|---|---|---|
"""


def as_markdown() -> str:
    """The page as it stands in `docs/reference/rules.md`."""
    return _HEAD + "".join(map(_row, RULES)) + _TAIL + "".join(map(_sources, RULES))


def _row(rule: Rule) -> str:
    levels = ", ".join(level.replace("_", " ") for level in rule.levels)
    return f"| `{rule.code}` | {levels} | {rule.source_words} | {rule.why} |\n"


def _sources(rule: Rule) -> str:
    concepts = ", ".join(f"`{concept}`" for concept in rule.concepts) or "none"
    return f"| `{rule.code}` | {concepts} | {', '.join(f'`{entity}`' for entity in rule.reads)} |\n"
