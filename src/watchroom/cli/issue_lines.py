"""What is wrong with a delivery, for a terminal: the same fault of many rows is one line, the gravest stand first."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchroom.ingest.issues import Issue

# As `ingest.issues.Severity` has them.
_ORDER = ("fatal", "convention", "characterisation")
# So many places of one fault are named; `--json` has them all.
_NAMED = 8


def issue_lines(issues: "Iterable[Issue]") -> list[str]:
    """Code, place, message and severity of each fault, between tabs; by what it does, then as they were found."""
    found: dict[tuple[object, ...], list[Issue]] = {}
    for issue in issues:
        found.setdefault((issue.code, issue.file, issue.field, issue.message, issue.severity), []).append(issue)
    groups = sorted(found.values(), key=lambda group: _ORDER.index(group[0].severity))
    return [_line(group) for group in groups]


def place_of(issue: "Issue") -> str:
    """Where one is: file, row, place in a message and field, as far as they are known."""
    return ":".join(str(part) for part in (issue.file, issue.row, issue.place, issue.field) if part is not None)


def _line(group: "Sequence[Issue]") -> str:
    first = group[0]
    places = list(dict.fromkeys(one.row if one.place is None else one.place for one in group if _is_placed(one)))
    # The same is told once for each entity that a file feeds.
    if len(places) < 2:
        return f"{first.code}\t{place_of(first)}\t{first.message}\t{first.severity}"
    named = ", ".join(str(place) for place in places[:_NAMED])
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    where = ":".join(part for part in (first.file, first.field) if part is not None)
    what = "rows" if first.place is None else "places"
    return f"{first.code}\t{where}\t{first.message} ({len(places)} {what}: {named}{more})\t{first.severity}"


def _is_placed(issue: "Issue") -> bool:
    return issue.row is not None or issue.place is not None
