"""The form of a condition on one row: a small tree in which nothing but the allowed can be said.

A condition compares columns of the row with constants, with the node's time and with facts about the asker.
It has three values, as in SQL: true, false, unknown (None). `condition_text` reads one, `evaluate` tests a
row, `gate` writes the same tree as SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# Facts about the asker that a condition may name, and what they hold. They are resolved by the gate, once per
# transaction, from the asker's account and from the record: never from anything that a request says.
FACTS: Mapping[str, str] = {
    "my_units": "paths of the units to which the asker is assigned",
    "my_sites": "codes of the establishments to which the asker is assigned",
    "my_caseload": "people whose key worker the asker is now",
    "my_people_in_custody": "people who are in custody at an establishment of the asker now",
    "my_recent_people": "those, and people who were until 14 days ago",
    "my_case_rooms": "references of the cases whose room is open and of which the asker is a member now",
}

# What agreements between agencies ask for and no record of a node says. Nothing can be given by it, so an agreement
# that names one is refused with the reason.
FACTS_WITHOUT_RECORD: Mapping[str, str] = {
    "supervised_by_recipient": "no record of a node says who supervises whom",
}

# Facts that hold people, not codes: a condition compares them with a reference to a person.
FACTS_OF_PEOPLE = frozenset({"my_caseload", "my_people_in_custody", "my_recent_people"})

# Facts that are worked out for a read from what is kept, and not known from the account alone.
FACTS_WORKED_OUT = FACTS_OF_PEOPLE | {"my_case_rooms"}

# For so long after somebody has left an establishment its staff may still write up what happened there.
RECENT = timedelta(days=14)

# How a fact is called that holds the people for whom one opening is open for the asker; no text of an agreement can
# name it, only what `opened_clauses` makes of an opening.
OPENED = "opened "

# A named relation of the asker to the subject, and the condition that it stands for. `person_id` is the person that
# the row is about; of a person's own row it is `id`.
SUBJECTS: Mapping[str, str] = {
    "on_my_unit": "unit_code in my_units",
    "at_my_site": "site_code in my_sites",
    "in_my_caseload": "person_id in my_caseload",
    "in_custody_at_my_site": "person_id in my_people_in_custody",
    "lately_in_custody_at_my_site": "person_id in my_recent_people",
    "in_my_case_room": "case_reference in my_case_rooms",
}


class Comparator(StrEnum):
    """How a column is compared."""

    EQUAL = "="
    UNEQUAL = "<>"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The node's instant, or its day when `is_day`, less `ago`."""

    is_day: bool
    ago: timedelta = timedelta(0)


Constant = str | int | bool | date | datetime
Operand = Constant | Now


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A column against an operand."""

    column: str
    comparator: Comparator
    operand: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """A column of truth values, as it stands."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """A column among constants, of which there is at least one."""

    column: str
    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A column between two operands, both included."""

    column: str
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class IsNull:
    """A column that holds nothing."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InFact:
    """A column among the values of a fact about the asker."""

    column: str
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every part holds. Without parts it is always true."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """At least one part holds. Without parts it is never true."""

    parts: tuple["Condition", ...]


Condition = Compare | Holds | OneOf | Between | IsNull | InFact | Not | All | Some

ALWAYS = All(parts=())
