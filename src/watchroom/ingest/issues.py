"""What is found wrong with a delivery: file, row, field and reason, never a value."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from watchroom.sources.faults import ASIDE, NOTING, OF_ELEMENTS, Fault


class Severity(StrEnum):
    """What an issue does to the batch."""

    FATAL = "fatal"
    """The whole batch is refused."""
    CONVENTION = "convention"
    """A row is held back, or a field has no value of this delivery."""
    CHARACTERISATION = "characterisation"
    """Everything is loaded; what was found says how far it can be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing wrong.

    Attributes:
        code: what kind; `MEANINGS` has them all but those of files, which are `FaultCode`.
        severity: what it does to the batch.
        message: what is wrong and what to do, lower case, without any value.
        file: name of the file; None: the whole delivery.
        row: as the file's format counts (`Fault.row`); None: the whole file.
        field: the source's column, where it is known.
        entity: what was to be made of it, where that is known.
        holds: the row is held back for it: no record came of it.
        place: in a message of a standard the path of the element; `file` is then the name of the message.
    """

    code: str
    severity: Severity
    message: str
    file: str | None = None
    row: int | None = None
    field: str | None = None
    entity: str | None = None
    holds: bool = False
    place: str | None = None

    def counted(self, number: int) -> "Issue":
        """The issue as it speaks for `number` rows."""
        return replace(self, message=f"{self.message} ({number} {'row' if number == 1 else 'rows'})")

    def as_json(self) -> dict[str, object]:
        """The issue for a JSON document."""
        return {
            "file": self.file,
            "row": self.row,
            "field": self.field,
            "code": self.code,
            "message": self.message,
            "severity": self.severity.value,
            "entity": self.entity,
            **({} if self.place is None else {"place": self.place}),
        }


# Issues of rows and fields: what each does and what it says; `{}` is the field.
# What "was known" is of an earlier delivery, and may be nothing.
MEANINGS: dict[str, tuple[Severity, str]] = {
    "reference_missing": (Severity.CONVENTION, "`{}` points to a row that was not delivered; the link is empty"),
    "row_without_link": (
        Severity.CONVENTION,
        "`{}` points to a row that was not delivered; the row is held back and what was known of it stands",
    ),
    "reference_awaited": (
        Severity.CONVENTION,
        "`{}` names what no source of the agency has yet; the row waits, what was known of it stands, and it is taken"
        " by itself when one has it: look whether it is written as the others write it",
    ),
    "reference_ambiguous": (
        Severity.CONVENTION,
        "`{}` names what other sources of the agency have several times; nobody can say which is meant, so the row"
        " waits until one is left: mend it in the source that has it twice",
    ),
    "value_missing": (
        Severity.CONVENTION,
        "`{}` is empty but needed; the row is held back and what was known of it stands",
    ),
    "text_too_long": (
        Severity.CONVENTION,
        "`{}` holds a longer text than the model lets it; the row is held back and what was known of it stands",
    ),
    "erased_before": (
        Severity.CONVENTION,
        "`{}` names a record, or a person, that was erased here; the row is refused and not kept",
    ),
    "erased_in_custody": (
        Severity.CONVENTION,
        "`{}` names somebody in custody who was erased here; their place is counted and nothing else is kept",
    ),
    "duplicate_key": (Severity.CONVENTION, "`{}` repeats the key of an earlier row; the earlier one is taken"),
    "unmapped_code": (Severity.CONVENTION, "the value of `{}` is in no code list; it is kept as the source gave it"),
    "bad_date": (
        Severity.CONVENTION,
        "`{}` is no date that can be read; what was known of the field stands, as doubtful if it may be another row's",
    ),
    "bad_decimal": (Severity.CONVENTION, "`{}` is no number; what was known of the field stands"),
    "bad_geometry": (
        Severity.CONVENTION,
        "`{}` is no point, line or area in GeoJSON; what was known of the field stands",
    ),
    "bad_number": (Severity.CONVENTION, "`{}` is no whole number; what was known of the field stands"),
    "bad_boolean": (
        Severity.CONVENTION,
        "`{}` is neither yes nor no; what was known of the field stands",
    ),
    "row_not_used": (
        Severity.CONVENTION,
        "no mapping took the row: its kind or its link `{}` is not known; what was known of it stands",
    ),
    "ambiguous_time": (Severity.CHARACTERISATION, "`{}` names an hour that the clock showed twice; the later is taken"),
    "missing_time": (Severity.CHARACTERISATION, "`{}` names an hour that the clock jumped over"),
    "nothing_ended": (
        Severity.CHARACTERISATION,
        "rows of `{}` could not be read, so none of its records counts as ended; correct them at the source",
    ),
    "date_is_default": (Severity.CHARACTERISATION, "`{}` equals the extract's own instant: a default, not a fact"),
    "after_roll_day": (Severity.CHARACTERISATION, "`{}` lies after the day that the roll is of"),
    "value_jumped": (Severity.CHARACTERISATION, "`{}` is another than it can have become since the roll before"),
    "came_back": (
        Severity.CHARACTERISATION,
        "`{}` was missing from a roll and is back with the same admission; it is told as a new time in custody",
    ),
    "not_its_sender": (
        Severity.CONVENTION,
        "`{}` names a warning of another sender, which only that sender may end; it stands as it was",
    ),
    "conflicting_value": (Severity.CHARACTERISATION, "`{}` disagrees with another row of the delivery"),
}

# More issues of one code, file and field than this are told by their number only.
ISSUES_AT_MOST = 1000

# More files that are not taken than this, with the same thing to say of them, are told by their number only.
FILES_AT_MOST = 20

HOLDING = frozenset({"duplicate_key", "row_not_used", "row_without_link", "text_too_long", "value_missing"})
"""For these a row is held back, whatever field it is."""

BEYOND = frozenset({"reference_awaited", "reference_ambiguous"})
"""What is looked for in other sources was not found. The row waits whole where it needs it, else without it."""

# These tell of a whole column; they are told once with their number, not once per row.
COUNTED = frozenset({"date_is_default"})

_FAULT_SEVERITY = {
    **dict.fromkeys(ASIDE, Severity.CONVENTION),
    **dict.fromkeys(OF_ELEMENTS, Severity.CONVENTION),
    **dict.fromkeys(NOTING, Severity.CHARACTERISATION),
}


def issue_of(code: str, *, field: str, file: str | None, row: int | None, entity: str | None = None) -> Issue:
    """The issue of that code at that place."""
    severity, message = MEANINGS[code]
    return Issue(
        code="reference_missing" if code == "row_without_link" else code,
        severity=severity,
        message=message.format(field),
        file=file,
        row=row,
        field=field,
        entity=entity,
        holds=code in HOLDING and row is not None,
    )


def issue_of_fault(fault: Fault, *, is_taken: bool = True) -> Issue:
    """A fault of the delivery as an issue; in a table that is not taken it refuses nothing."""
    severity = _FAULT_SEVERITY.get(fault.code, Severity.FATAL)
    message = fault.message
    if not is_taken and severity is not Severity.CHARACTERISATION:
        severity = Severity.CHARACTERISATION
        message = f"{message} (the table is not taken, so nothing is missing)"
    return Issue(
        code=fault.code.value,
        severity=severity,
        message=message,
        file=fault.file,
        row=fault.row,
        field=fault.field,
        holds=is_taken and fault.code in ASIDE and fault.row is not None,
        place=fault.place,
    )


def summed(found: Sequence[Issue]) -> Iterator[Issue]:
    """Issues of whole files that are not taken; one of each code where more than `FILES_AT_MOST` files have it."""
    for code in dict.fromkeys(issue.code for issue in found):
        same = [issue for issue in found if issue.code == code]
        files = list(dict.fromkeys(issue.file for issue in same))
        if len(files) > FILES_AT_MOST:
            message = f"{same[0].message} ({len(files)} files, the first of them `{files[0]}`)"
            yield Issue(code=code, severity=same[0].severity, message=message)
        else:
            yield from same


def told(found: Iterable[tuple[Issue, int]]) -> Iterator[Issue]:
    """The issues of a list that was cut at `ISSUES_AT_MOST` of each kind; the first of a longer one tells the number.

    Args:
        found: each issue with the number of all that say the same of its file and field.
    """
    kinds: set[tuple[str | None, ...]] = set()
    for issue, number in found:
        kind = (issue.code, issue.message, issue.file, issue.field)
        yield issue.counted(number) if number > ISSUES_AT_MOST and kind not in kinds else issue
        kinds.add(kind)
