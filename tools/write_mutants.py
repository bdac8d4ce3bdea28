"""Writes the kept figure of `make mutants`: how many mutants of each module of `policy` no test notices."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "mutants" / "src" / "watchroom" / "policy"
PAGE = ROOT / "docs" / "reference" / "mutants.md"
GOAL = 90

# Mutants that change nothing anybody could notice, by what they change, and why.
EQUIVALENT: Mapping[str, str] = {
    "`_is_later` of implies: `<=` becomes `<`": "two conditions of the same age are equal, and were told apart before",
    "`_constants` of reach: constants of other columns too": "one more value that no list names behaves as the others",
    "`_constants` of reach: without the last case": "a match without a case for it gives nothing either",
    "`_best` of sight: the label of a field that is not shown": "it is never read",
    "`excluded_ids` of sight: without facts": "for an exclusion that asks neither for the moment nor for the asker",
}

# What the tool says of a mutant by the exit status of its tests: 0 they passed, 33 none runs it.
_SURVIVED, _UNTESTED = 0, 33


def main() -> None:
    """Read the results that the tool left, and write the page."""
    found = {path.name.removesuffix(".py.meta"): _read(path) for path in sorted(RESULTS.glob("*.meta"))}
    PAGE.write_text(as_markdown({name: counted for name, counted in found.items() if counted}), "utf-8")


def _read(path: Path) -> Counter[str]:
    statuses = json.loads(path.read_text("utf-8"))["exit_code_by_key"].values()
    return Counter(_word(status) for status in statuses)


def _word(status: int | None) -> str:
    if status is None:
        return "not run"
    return {_SURVIVED: "survived", _UNTESTED: "untested"}.get(status, "noticed")


def as_markdown(found: Mapping[str, Counter[str]]) -> str:
    """The page."""
    total = sum(found.values(), Counter[str]())
    lines = [
        "# Mutants of `policy`",
        "",
        "`make mutants` changes one thing of `src/watchroom/policy` at a time and runs the tests `test_policy_*`",
        f"and the laws of `policy` that reach it. The goal is {GOAL} % noticed. A mutant that no test reaches, or that",
        "only changes the words of an error, counts as not noticed: no test is written to hold words. What was not run",
        "is not in the share.",
        "",
        "| module | noticed | survived | untested | not run | share noticed |",
        "|---|---|---|---|---|---|",
    ]
    rows = [*found.items(), ("all", total)]
    lines += [f"| {name} | {' | '.join(_cells(counted))} |" for name, counted in rows]
    lines += ["", "Mutants that change nothing, counted as not noticed all the same:", ""]
    lines += [f"- {what}: {why}." for what, why in EQUIVALENT.items()]
    return "\n".join(lines) + "\n"


def _cells(counted: Counter[str]) -> list[str]:
    run = counted["noticed"] + counted["survived"] + counted["untested"]
    share = f"{100 * counted['noticed'] / run:.1f} %" if run else "-"
    return [*(str(counted[name]) for name in ("noticed", "survived", "untested", "not run")), share]


if __name__ == "__main__":
    main()
