"""The page of docs/reference that says with what figures the example world is made."""

from collections.abc import Iterable

from watchroom.demo.world.rates import MIXES, RATES, SHARES, SOURCES, Figure, Mix, Rate

_HEAD = """# Rates of the example world

Made by `tools/write_reference.py` from `src/watchroom/demo/world/rates.toml`; do not edit.

The example world is made to happen as often as published figures say. Most are of England and Wales; none is of one
prison, force or trust. A figure is **published** (its source says it), **derived** (reckoned from what its source says,
in the way that is told) or **assumed** (nothing that says it was at hand; what it rests on is told). What happens is
held to these figures by tests.
"""


def as_markdown() -> str:
    """The page: rates, shares, mixes and their sources."""
    return "\n".join(
        (
            _HEAD,
            "## How often",
            "",
            *_table(("Name", "Figure", "Basis", "Source and how"), map(_rate_row, RATES.values())),
            "",
            "## Shares",
            "",
            *_table(
                ("Name", "Share", "Of", "Basis", "Source and how"),
                ((f"`{one.name}`", f"{one.figure:.2%}", one.of, one.basis, _origin(one)) for one in SHARES.values()),
            ),
            "",
            "## Mixes",
            "",
            *_table(
                ("Name", "Of", "Kinds", "Basis", "Source and how"),
                ((f"`{one.name}`", one.of, _kinds(one), one.basis, _origin(one)) for one in MIXES.values()),
            ),
            "",
            "## Sources",
            "",
            *_table(
                ("Name", "By", "Publication", "Table", "Of"),
                (
                    (name, one.by, f"[{one.publication}]({one.address})", one.table, one.year)
                    for name, one in SOURCES.items()
                ),
            ),
            "",
        )
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _rate_row(one: Rate) -> tuple[str, ...]:
    counted = f"{one.per:,} {one.of}" if one.per > 1 else f"one of {one.of}"
    period = f" a {one.period}" if one.period else ""
    return f"`{one.name}`", f"{one.figure:g} {one.unit} per {counted}{period}", one.basis, _origin(one)


def _origin(one: Figure) -> str:
    return ": ".join(part for part in (one.source, one.why) if part)


def _kinds(one: Mix) -> str:
    return ", ".join(f"{kind} {part:.1%}" for kind, part in one.parts.items())
