"""What an agreement opens for one person and for a time, as whole clauses: pure.

Nothing of it applies until the gate says, for this asker and this read, that the opening is open now. Then its clauses
are clauses like any other: exclusions, restricted people, forbidden flows, classification and dates bind them.
"""

from dataclasses import dataclass, replace

from watchroom.policy.clauses import Agreement, Clause, OnRequest, Right
from watchroom.policy.conditions import OPENED, All, InFact
from watchroom.policy.openings import ASK_PREFIX, REQUEST_PREFIX, BreakGlass

# What an opening is called behind the agreement; no clause of an agreement may have such a name.
GLASS = "glass"

_READS = frozenset({Right.READ, Right.LIST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What can be opened.

    Attributes:
        name: as `HMPPS-CHARTER.1#glass`.
        clauses: what is added while it is open, whole.
        is_of_people: only rows about those people are shown for whom it was opened.
    """

    name: str
    clauses: tuple[Clause, ...]
    is_of_people: bool = False


def openings_of(agreement: Agreement) -> tuple[Opening, ...]:
    """All that an agreement says can be opened."""
    glass = agreement.break_glass
    broken = () if glass is None else (_glass(agreement, glass),)
    return (*broken, *(one for asked in agreement.on_request for one in _asked(agreement, asked)))


def is_kept_name(name: str) -> bool:
    """Whether a clause may not be called so, because an opening is."""
    return name == GLASS or name.startswith((f"{GLASS}-", REQUEST_PREFIX, ASK_PREFIX))


def is_glass(name: str) -> bool:
    """Whether the full name of an opening is that of a broken glass."""
    return name.endswith(f"#{GLASS}")


def opening_name(agreement: Agreement, name: str) -> str:
    """The full name of an opening of an agreement, as `HMPPS-CHARTER.1#glass`."""
    return f"{agreement.reference}#{name}"


def ask_name(name: str) -> str:
    """The full name of what tells about whom something may be asked: `#ask-NAME` of `#request-NAME`."""
    agreement, _, clause = name.partition("#")
    return f"{agreement}#{ASK_PREFIX}{clause.removeprefix(REQUEST_PREFIX)}"


def is_ask_name(name: str) -> bool:
    """Whether it is a name that `ask_name` gives: what it opens shows no field of anybody."""
    return name.partition("#")[2].startswith(ASK_PREFIX)


def opened_fact(name: str) -> str:
    """The fact that holds the people for whom the opening of that full name is open for the asker."""
    return f"{OPENED}{name}"


def limited_to_people(clause: Clause, *, name: str) -> Clause:
    """The clause for those people alone for whom the opening of that full name is open for the asker."""
    person = "id" if clause.entity == "person" else "person_id"
    limit = InFact(column=person, fact=opened_fact(name))
    return replace(clause, condition=All(parts=(clause.condition, limit)))


def _asked(agreement: Agreement, asked: OnRequest) -> tuple[Opening, Opening]:
    """What was asked for, of those alone for whom it was given; and about whom it may be asked, of whom no field."""
    clause, name = asked.clause, opening_name(agreement, asked.clause.name)
    about = replace(
        clause, name=f"{ASK_PREFIX}{asked.name}", entity="person", fields=(), masks={}, condition=asked.about
    )
    return (
        Opening(name=name, clauses=(limited_to_people(clause, name=name),), is_of_people=True),
        Opening(name=opening_name(agreement, about.name), clauses=(about,)),
    )


def _glass(agreement: Agreement, glass: BreakGlass) -> Opening:
    clauses = tuple(
        Clause(
            name=GLASS if number == 1 else f"{GLASS}-{number}",
            entity=addition.entity,
            roles=addition.roles,
            purposes=glass.purposes,
            allow=_READS,
            fields=addition.fields,
            masks={},
            condition=addition.condition,
            regime=agreement.terms.law.regime,
            basis=glass.basis,
            line=glass.line,
        )
        for number, addition in enumerate(glass.additions, start=1)
    )
    return Opening(name=opening_name(agreement, GLASS), clauses=clauses)
