"""The tables of Delius, with their columns and keys."""

from importlib.resources import files

from watchroom.demo.writers.table import Table

# The key of all others is their first column.
_KEYS = {
    "OFFENDER_PRISONER": ("OFFENDER_ID", "PRISONER_NUMBER"),
    "RESTRICTION": ("RESTRICTION_ID", "OFFENDER_ID"),
    "EXCLUSION": ("EXCLUSION_ID", "OFFENDER_ID"),
    "STAFF_TEAM": ("STAFF_ID", "TEAM_ID"),
}


def tables() -> dict[str, Table]:
    """The tables of Delius, empty, by name."""
    text = files("watchroom.demo.writers").joinpath("delius_tables.txt").read_text(encoding="utf-8")
    found: dict[str, Table] = {}
    for line in text.splitlines():
        name, header = line.split(" ", 1)
        columns = header.split(",")
        found[name] = Table(name, columns, _KEYS.get(name, columns[:1]))
    return found
