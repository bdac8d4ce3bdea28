"""Write the pages of docs/reference that are made from what the program declares.

    python tools/write_reference.py            writes them
    python tools/write_reference.py --check    changes nothing; exit status 1 names the pages that differ

A room that has such a page adds its function here.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from watchroom.cli.commands import Pages, command_line
from watchroom.cli.reference import as_markdown as commands
from watchroom.demo.world.rates_page import as_markdown as example_rates
from watchroom.ingest.column_lineage import FILE as LINEAGE_FILE
from watchroom.ingest.lineage_writing import as_page, as_text, derived
from watchroom.ingest.mapping import load_mapping, mapping_names
from watchroom.model import json_schema, reference
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.agreement_page import agreements_page
from watchroom.policy.examples_page import examples_page
from watchroom.policy.processing import record_of_processing
from watchroom.policy.reference import as_markdown as access
from watchroom.priority.reference import as_markdown as rules
from watchroom.sources.codecs.reference import as_markdown as codecs
from watchroom.web.serve import serve
from watchroom.web.standalone import briefing_html

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
PAGES: Mapping[str, Callable[[], str]] = {
    "dictionary.md": reference.dictionary,
    "code-lists.md": reference.code_list_page,
    "record.schema.json": json_schema.as_text,
    "codecs.md": codecs,
    "rules.md": rules,
    "access.md": lambda: access(load_agreement(charter_text(), where="charter.yaml", model=catalogue()), catalogue()),
    "agreements.md": agreements_page,
    "agreement-examples.md": lambda: examples_page(catalogue()),
    "record-of-processing.md": lambda: record_of_processing(
        load_agreement(charter_text(), where="charter.yaml", model=catalogue()),
        catalogue(),
        made_by="tools/write_reference.py",
    ),
    "example-rates.md": example_rates,
    "commands.md": lambda: commands(command_line(Pages(serve=serve, briefing_html=briefing_html))),
}


MAPPINGS = Path(__file__).parents[1] / "src" / "watchroom" / "ingest" / "mappings"


def lineages() -> dict[Path, str]:
    """The column lineage of each mapping: the file that the node reads, and the page."""
    made: dict[Path, str] = {}
    for name in mapping_names():
        mapping = load_mapping(name)
        said = derived(mapping, catalogue())
        made[MAPPINGS / name / LINEAGE_FILE] = as_text(said)
        made[FOLDER / "lineage" / f"{name}.md"] = as_page(mapping, said)
    return made


def main() -> int:
    texts = {FOLDER / name: page() for name, page in PAGES.items()}
    texts |= {FOLDER / name: text for name, text in reference.entity_pictures().items()}
    texts |= lineages()
    differing = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv[1:]:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in differing:
            path.parent.mkdir(exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
        return 0
    if differing:
        names = ", ".join(path.name for path in differing)
        print(f"docs/reference differs in {names}; run `python tools/write_reference.py`", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
