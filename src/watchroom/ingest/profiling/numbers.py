"""Which column of a table holds the number by which other sources know a person. Pure."""

from dataclasses import dataclass

from watchroom.ingest.profiling.candidates import Candidate
from watchroom.ingest.profiling.columns import ColumnProfile
from watchroom.ingest.profiling.profile import TableProfile
from watchroom.model.catalogue import Catalogue

PERSON = "person"
# Of so many filled rows a number has the shape that it has in every system.
_MOSTLY = 0.9
_SHAPES = {"prison_number": "A9999AA"}
_SURE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOfPerson:
    """A column that names people, by which field of `person` they are found, and why that is thought."""

    column: ColumnProfile
    by: str
    why: str


def number_of_person(table: TableProfile, *, model: Catalogue) -> NumberOfPerson | None:
    """The first column that looks like a number of people; None: none does.

    By its name, or by what it looks like: nearly all of its values have the shape of the number.
    """
    for name in (field.name for field in model.entity(PERSON).fields if field.identifies):
        for column in table.columns:
            called = next((one for one in table.candidates.get(column.name, ()) if _says(one, name)), None)
            shaped = column.shapes.get(_SHAPES.get(name, ""), 0)
            if called is not None:
                return NumberOfPerson(column=column, by=name, why=called.reasons[0])
            if column.filled and shaped >= column.filled * _MOSTLY:
                return NumberOfPerson(column=column, by=name, why=f"{shaped} of {column.filled} values look like one")
    return None


def _says(one: Candidate, name: str) -> bool:
    return (one.entity, one.field) == (PERSON, name) and one.weight >= _SURE
