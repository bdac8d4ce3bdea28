"""The page of agreements: every key, every register and every forbidden flow, made from the code."""

from collections.abc import Iterable, Iterator, Mapping

from watchroom.policy.agreement_keys import PARTS, Part
from watchroom.policy.clauses import CLASSIFICATIONS, Duty, Right
from watchroom.policy.conditions import FACTS, FACTS_WITHOUT_RECORD, SUBJECTS
from watchroom.policy.forbidden import FORBIDDEN, NOT_IN_THE_MODEL, Flow
from watchroom.policy.masks import Mask
from watchroom.policy.openings import NEEDS, TOLD
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES
from watchroom.policy.terms import OBLIGATIONS, REGIMES

_HEAD = """# Agreements

Made by `python tools/write_reference.py` from `src/watchroom/policy`.

An agreement is a YAML 1.2 file. It is read strictly: an unknown or doubled key, an anchor, an empty list, `*`, a name
that the model or a register does not hold, or a date that cannot be is an error with its line, and nothing of the file
then holds. What is absent is not granted. An agency's own access charter, `charter.yaml` of a node, is an agreement of
the agency with itself. Worked examples with their sheets: [agreement-examples.md](agreement-examples.md).

What is signed is the SHA-256 of the canonical form: the content as JSON with sorted keys, whatever the layout and the
comments of the file. `watchroom.policy.odrl` writes an agreement as ODRL 2.2 (JSON-LD) and reads it in again with the
same digest; what it cannot read without loss it refuses.
"""

_CONDITIONS = """## Conditions

`where` is written as in SQL and held to an allow-list: a column compared with a constant or with time, `and`, `or`,
`not`, `in (...)` with constants, `in` with a fact about the asker, `between`, `is null`, `is not null`, a yes/no column
by itself. Time is the node's: `now()`, `current_date`, less `interval '28 days'` (hours, days or weeks). Nothing else
can be said: no function, no subquery, no other table, no `like`. A source value (`x_source_value`) can be asked for
like any column."""


def agreements_page() -> str:
    """The page `docs/reference/agreements.md`."""
    parts = [_HEAD, *(_part(part) for part in PARTS), _CONDITIONS, *_registers(), _forbidden()]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _part(part: Part) -> str:
    rows = [(f"`{key.name}`", "yes" if key.required else "", key.holds) for key in part.keys]
    return _table(f"## {part.title}", ("key", "required", "holds"), rows)


def _registers() -> Iterator[str]:
    yield _named("Facts about the asker", FACTS)
    yield _named("Facts that no record says: an agreement that names one is refused", FACTS_WITHOUT_RECORD)
    yield _named("Relations for `subject`", {name: f"`{condition}`" for name, condition in SUBJECTS.items()})
    yield _named("Purposes", {name: purpose.description for name, purpose in PURPOSES.items()})
    yield _named("Roles", {name: role.title for name, role in ROLES.items()})
    yield _listed("Rights", Right)
    yield _listed("Duties", Duty)
    yield _listed("Masks, from what leaves most to what leaves least", Mask)
    yield _listed("Legal regimes", REGIMES)
    yield _listed("Classifications", (name.upper().replace("_", "-") for name in CLASSIFICATIONS))
    yield _listed(
        "Obligations", (f"{name} DURATION" if takes_time else name for name, takes_time in OBLIGATIONS.items())
    )
    yield _listed("What a broken glass can need", NEEDS)
    yield _listed("Who can be told of it", TOLD)


def _forbidden() -> str:
    rows = [(f"`{flow.name}`", _shown(flow), flow.reason, flow.source) for flow in FORBIDDEN.values()]
    rows += [(f"`{name}`", "not in the model yet", what, "") for name, what in NOT_IN_THE_MODEL.items()]
    head = (
        "## Forbidden flows\n\nNo clause and no broken glass can open them, whatever it says: the loader refuses it "
        "with its line. A mask does not close them. Sources are to be confirmed by counsel."
    )
    return _table(head, ("flow", "what is never shown", "why", "source"), rows)


def _shown(flow: Flow) -> str:
    what = ", ".join(f"`{flow.entity}.{name}`" for name in sorted(flow.fields))
    if flow.roles is not None:
        what += f" to {', '.join(f'`{role}`' for role in sorted(flow.roles))}"
    if flow.guard is not None:
        safe = ", ".join(f"`{value}`" for value in sorted(map(str, flow.guard.safe)))
        what += f", unless `{flow.guard.column}` is known to be {safe}"
    return what


def _named(title: str, register: Mapping[str, str]) -> str:
    return _table(f"## {title}", ("name", "what it is"), [(f"`{name}`", what) for name, what in register.items()])


def _listed(title: str, names: Iterable[str]) -> str:
    return f"## {title}\n\n{', '.join(f'`{name}`' for name in names)}."


def _table(head: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
