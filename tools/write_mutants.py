"""Writes the kept figure of `make mutants`: how many mutants of each module of `policy` no test notices."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from mutant_sample import SEED, chosen, found, keep_first, wilson

ROOT = Path(__file__).parents[1]
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

# What the tool says of a mutant by the exit status of its tests: 0 they passed, 5 and 33 none runs it, the rest
# that they were ended for time. A test that ends for time notices, and a slow machine does too: it is told apart.
_SURVIVED, _UNTESTED, _ENDED = {0}, {5, 33}, {24, 36, 152, 255, -24}
_COLUMNS = ("noticed", "timed out", "survived", "untested", "not run")


def main() -> None:
    """Read the results that the tool left, and write the page."""
    mutants = found()
    sample = set(chosen(mutants))
    now = {name: {one: status for one, status in every.items() if one in sample} for name, every in mutants.items()}
    first = keep_first()
    PAGE.write_text(
        as_markdown(
            {name: Counter(map(_word, every.values())) for name, every in now.items()},
            {name: len(every) for name, every in mutants.items()},
            first=Counter(_word(first.get(name)) for name in sample),
        ),
        "utf-8",
    )


def _word(status: int | None) -> str:
    if status is None:
        return "not run"
    words = {"survived": _SURVIVED, "untested": _UNTESTED, "timed out": _ENDED}
    return next((word for word, statuses in words.items() if status in statuses), "noticed")


def as_markdown(sample: Mapping[str, Counter[str]], sizes: Mapping[str, int], *, first: Counter[str]) -> str:
    """The page.

    Args:
        sample: by module, what was found of the mutants of the sample.
        sizes: by module, how many mutants there are.
        first: what was found of the sample when it was first run.
    """
    total = sum(sample.values(), Counter[str]())
    lines = [
        "# Mutants of `policy`",
        "",
        "`make mutants` changes one thing of `src/watchroom/policy` at a time and runs the tests `test_policy_*`",
        f"and the laws of `policy` that reach it. The goal is {GOAL} % noticed. A mutant that no test reaches, or that",
        "only changes the words of an error, counts as not noticed: no test is written to hold words. What was not run",
        "is not in the share.",
        "",
        f"Not all are run, but a random sample with the seed {SEED}: {total.total()} of {sum(sizes.values())}, each",
        "module by its share of all (`make mutants-sample`). The interval is that of Wilson at 95 %.",
        "",
        *_estimate(first, total),
        "",
        f"| module | mutants | {' | '.join(_COLUMNS)} | share noticed | 95 % interval |",
        "|" + "---|" * (len(_COLUMNS) + 4),
    ]
    rows = [*((name, counted, sizes[name]) for name, counted in sample.items()), ("all", total, sum(sizes.values()))]
    lines += [f"| {name} | {count} | {' | '.join(_cells(counted))} |" for name, counted, count in rows]
    lines += ["", "Mutants that change nothing, counted as not noticed all the same:", ""]
    lines += [f"- {what}: {why}." for what, why in EQUIVALENT.items()]
    return "\n".join(lines) + "\n"


def _estimate(first: Counter[str], total: Counter[str]) -> list[str]:
    if total["not run"]:
        return [
            f"**The sample is not run to its end: {total['not run']} are left.** The quickest are run first, so what",
            f"was found until then, {_said(total)}, is no estimate for all mutants.",
        ]
    if first == total:
        return [f"**Noticed: {_said(first)}.** That is the estimate for all mutants."]
    return [
        f"**Noticed when first run: {_said(first)}.** That is the estimate for all mutants. Tests were then",
        f"written for what survived, and those mutants run again: {_said(total)} of the same sample. The second figure",
        "says what those tests do, and is no estimate for the mutants outside the sample.",
    ]


def _said(counted: Counter[str]) -> str:
    noticed, run = _noticed(counted)
    return f"{noticed} of {run}, {_share(noticed, run)} ({_interval(noticed, run)})"


def _cells(counted: Counter[str]) -> Iterable[str]:
    noticed, run = _noticed(counted)
    return [*(str(counted[column]) for column in _COLUMNS), _share(noticed, run), _interval(noticed, run)]


def _noticed(counted: Counter[str]) -> tuple[int, int]:
    noticed = counted["noticed"] + counted["timed out"]
    return noticed, noticed + counted["survived"] + counted["untested"]


def _share(noticed: int, run: int) -> str:
    return f"{100 * noticed / run:.1f} %" if run else "-"


def _interval(noticed: int, run: int) -> str:
    low, high = wilson(noticed, run)
    return f"{100 * low:.1f} to {100 * high:.1f} %" if run else "-"


if __name__ == "__main__":
    main()
