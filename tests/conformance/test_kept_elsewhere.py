"""What the model says of things that are kept elsewhere is what stands there."""

from dataclasses import MISSING, fields
from importlib.resources import files

import pytest

from watchroom.handover.briefing import Briefing, Listed
from watchroom.ingest.lineage import Reading
from watchroom.model.catalogue import Kept, catalogue
from watchroom.priority.reasons import Reason
from watchroom.store.database import Database, Principal

KINDS = {
    "text": "text",
    "uuid": "identifier",
    "bigint": "integer",
    "boolean": "boolean",
    "timestamp with time zone": "instant",
    "text[]": "names",
    "bytea": "octets",
    "jsonb": "document",
}
MADE = {f"{one.__module__}.{one.__qualname__}": one for one in (Reading, Briefing, Listed, Reason)}
KEPT = list(catalogue().kept.values())
COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
from pg_attribute as a where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
"""


@pytest.mark.parametrize("kept", [one for one in KEPT if "." in (one.kept_in or "")], ids=lambda one: one.name)
def test_the_columns_of_its_table_are_those_that_are_declared(database: Database, kept: Kept) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        found = connection.execute(COLUMNS, (kept.kept_in,)).fetchall()
    assert {(name, KINDS[kind], required) for name, kind, required in found} == {
        (field.name, field.kind, field.required) for field in kept.fields
    }


@pytest.mark.parametrize("kept", [one for one in KEPT if one.made_as], ids=lambda one: one.name)
def test_what_is_made_anew_has_the_parts_that_are_declared(kept: Kept) -> None:
    made = MADE[kept.made_as or ""]
    found = {one.name for one in fields(made)}
    assert found == {field.name for field in kept.fields}
    assert {one.name for one in fields(made) if one.default is None} <= {
        one.name for one in kept.fields if not one.required
    }
    assert {one.name for one in kept.fields if not one.required} >= {
        one.name for one in fields(made) if one.default is not MISSING and one.default is None
    }


def test_the_crosswalk_files_have_the_columns_that_are_declared() -> None:
    declared = [field.name for field in catalogue().kept["code_map"].fields]
    folder = files("watchroom.model").joinpath("codes", "crosswalk")
    heads = {
        entry.read_text(encoding="utf-8").splitlines()[0] for entry in folder.iterdir() if entry.name.endswith(".csv")
    }
    assert heads == {",".join(declared)}


def test_nothing_is_both_a_record_and_kept_elsewhere() -> None:
    assert catalogue().kept.keys().isdisjoint(catalogue().entities)


def test_what_the_platform_is_asked_to_declare_is_declared() -> None:
    asked = {
        *("agreement", "disclosure", "access_event", "break_glass", "quality_result", "code_map", "lineage_edge"),
        *("briefing", "briefing_item", "priority_decision"),
    }
    assert asked <= catalogue().kept.keys()
