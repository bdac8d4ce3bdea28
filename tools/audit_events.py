"""Writes docs/reference/audit-events.md from the acts that the log knows.

audit_events.py            write the page
audit_events.py --check    exit 1 when the page is not the one that would be written
"""

import sys
from dataclasses import fields
from pathlib import Path

from watchroom.audit.entries import MEANINGS, THINGS, Act, Entry

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "audit-events.md"
HEAD = """# Audit events

Made from `src/watchroom/audit/entries.py` by `tools/audit_events.py`; do not edit.

Every entry of the audit log names one act. The header is kept for ever and is what the tree commits to; the
body may lawfully be erased and is held in the header by its salted hash only. Besides the fields below a header
holds `format` (of the entry), `index` (its place in the log) and `body` (SHA-256 of salt and body).
"""


def page() -> str:
    """The page as it should stand."""
    meanings = attributes()
    acts = "".join(f"| `{act.value}` | {MEANINGS[act]} |\n" for act in Act)
    things = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in THINGS.items())
    rows = "".join(f"| `{name}` | {part} | {meaning} |\n" for name, (part, meaning) in meanings.items())
    return (
        f"{HEAD}\n## Acts\n\n| act | when it is written |\n|---|---|\n{acts}"
        f"\n## What an act is about\n\nAn entity of the model (`dictionary.md`), or one of these.\n"
        f"\n| thing | meaning |\n|---|---|\n{things}"
        f"\n## What an entry says\n\n| field | part | meaning |\n|---|---|---|\n{rows}"
    )


def attributes() -> dict[str, tuple[str, str]]:
    """Of each field of an entry its part and its meaning, as the class says them."""
    text = (Entry.__doc__ or "").split("Attributes:\n", 1)[1].split("Raises:\n", 1)[0]
    meanings: dict[str, tuple[str, str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, meaning = line.partition(": ")
        is_erasable = meaning.endswith(" Erasable.")
        said = meaning.removesuffix(" Erasable.").rstrip(".")
        meanings[name] = ("body" if is_erasable else "header", f"{said[:1].upper()}{said[1:]}.")
    known = {field.name for field in fields(Entry)}
    if set(meanings) != known:
        raise SystemExit(f"the docstring of Entry does not describe {sorted(known ^ set(meanings))} on one line each")
    return meanings


def main() -> int:
    """Write or check the page."""
    if "--check" in sys.argv[1:]:
        stands = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        if not stands:
            print(f"{PAGE.name} is out of date; run tools/audit_events.py", file=sys.stderr)
        return 0 if stands else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
