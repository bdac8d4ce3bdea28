"""What is wrong with a delivery, at a terminal: one line for each fault, the gravest first, no row forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from watchroom.cli.issue_lines import issue_lines
from watchroom.ingest.issues import Issue, Severity

ISSUES = st.builds(
    Issue,
    code=st.sampled_from(["value_unreadable", "missing_file"]),
    severity=st.sampled_from(list(Severity)),
    message=st.sampled_from(["cannot be read", "was not delivered"]),
    file=st.sampled_from(["A.csv", "B.csv", None]),
    row=st.none() | st.integers(1, 40),
    field=st.sampled_from(["X", None]),
    entity=st.sampled_from(["alert", None]),
)


def unreadable(row: int, **said: object) -> Issue:
    return Issue(
        code="value_unreadable", severity=Severity.CONVENTION, message="cannot be read", file="A.csv", row=row, **said
    )  # type: ignore[arg-type]


def test_the_same_fault_of_many_rows_is_one_line_that_names_the_first_ones():
    assert issue_lines(unreadable(row, field="X") for row in range(2, 14)) == [
        "value_unreadable\tA.csv:X\tcannot be read (12 rows: 2, 3, 4, 5, 6, 7, 8, 9 and 4 more)\tconvention"
    ]


def test_one_row_keeps_its_place_and_what_is_told_for_several_entities_is_told_once():
    assert issue_lines([unreadable(7, entity="alert"), unreadable(7, entity="person")]) == [
        "value_unreadable\tA.csv:7\tcannot be read\tconvention"
    ]


def test_what_refuses_the_delivery_stands_before_what_holds_a_row_back():
    fatal = Issue(code="missing_file", severity=Severity.FATAL, message="was not delivered", file="B.csv")
    noted = Issue(code="extra_column", severity=Severity.CHARACTERISATION, message="was not taken", file="A.csv")
    assert [line.split("\t")[0] for line in issue_lines([noted, unreadable(2), fatal])] == [
        "missing_file",
        "value_unreadable",
        "extra_column",
    ]


@given(st.lists(ISSUES, max_size=30))
def test_there_is_a_line_for_every_fault_and_none_twice(issues: list[Issue]):
    lines = issue_lines(issues)
    faults = {(one.code, one.file, one.field, one.message, one.severity) for one in issues}
    assert len(lines) == len(faults)
