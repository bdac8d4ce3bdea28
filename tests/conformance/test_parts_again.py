"""Deliveries of parts of tables add to each other, and are mapped again one by one; what was erased stands."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from batches import select
from custody_rolls import NOW
from parts_world import Part, World, lay
from watchroom.ingest.registry import add_source, find_source
from watchroom.kernel.errors import UsageError
from watchroom.store.database import Database, Principal
from watchroom.store.raw import erase_raw

FIRST: Part = ({"A": "1"}, {"x": ("A", "K", "")}, None, True)
SECOND: Part = ({"B": "2"}, None, None, True)
PEOPLE = "select source_key, prison_number from record.person where source_system = '{0}' order by 1"


def people(world: World) -> list[tuple[object, ...]]:
    return select(world.database, PEOPLE.format(world.sources["mended"].name))


def test_a_part_without_a_table_that_the_last_one_had_is_taken_and_ends_nothing(database: Database, tmp_path: Path):
    world = World(database, tmp_path)
    world.take(lay(tmp_path / "first", FIRST))
    (report, _) = world.take(lay(tmp_path / "second", SECOND))
    # Which of two parts is the newer one is told by nothing but the order in which they came.
    assert [issue.code for issue in report.issues] == ["instant_unclear"]
    assert people(world) == [("A", "1"), ("B", "2")]
    with database.connection(Principal.LOADER) as connection:
        found = find_source(connection, world.sources["mended"].name)
        assert not found.is_full, "it is registered so"
        for other in (replace(found, name="other", kind="sql"), replace(found, name="other", mapping="custody_roll")):
            with pytest.raises(UsageError, match="leave out --parts"):
                add_source(connection, other, at=NOW, mappings=world.intake.mappings)


def test_of_a_part_that_was_erased_what_it_gave_stands_and_the_others_are_mapped_again(
    database: Database, tmp_path: Path
):
    world = World(database, tmp_path)
    (_, first) = world.take(lay(tmp_path / "first", FIRST))
    world.take(lay(tmp_path / "second", SECOND))
    world.mend()
    with database.connection(Principal.LOADER) as connection:
        erase_raw(connection, batch_id=first.id, machine_at=NOW)
    found = world.intake.map_again(world.sources["mended"], is_trial=False)
    assert not found.is_refused, found.report.issues
    assert sorted(found.was.missing.values()) == [1, 1]
    assert people(world) == [("A", "1"), ("B", "J2")]
    assert [row[:3] for row in world.stands("mended") if row[0] == "alert"] == [("alert", "x", "A")]


def test_what_a_row_gave_that_is_now_held_back_stands(database: Database, tmp_path: Path):
    world = World(database, tmp_path)
    world.take(lay(tmp_path / "first", FIRST))
    text = "select source_table, source_row, ID as source_key, nullif(NUMBER, '1') as prison_number from PEOPLE"
    (tmp_path / "mappings" / "mended" / "person.sql").write_text(text)
    world.clock.move(timedelta(hours=1))
    for before in (0, 1):
        found = world.intake.map_again(world.sources["mended"], is_trial=False)
        assert [(one.table, one.code, one.before, one.now) for one in found.held] == [
            ("ALERTS", "reference_missing", before, 1),
            ("PEOPLE", "value_missing", before, 1),
        ]
        assert people(world) == [("A", "1")], "a fault ends nothing"
        world.clock.move(timedelta(hours=1))


def test_a_part_that_the_changed_mapping_would_have_refused_refuses_the_re_run(database: Database, tmp_path: Path):
    world = World(database, tmp_path)
    world.take(lay(tmp_path / "first", FIRST))
    world.take(lay(tmp_path / "second", SECOND))
    declared = tmp_path / "mappings" / "mended" / "mapping.toml"
    declared.write_text(declared.read_text().replace('"ID", "NUMBER"', '"ID", "NUMBER", "SEX"'))
    world.clock.move(timedelta(hours=1))
    found = world.intake.map_again(world.sources["mended"], is_trial=False)
    assert found.is_refused
    assert [(issue.code, issue.field) for issue in found.report.issues] == [("missing_column", "SEX")]
    assert people(world) == [("A", "1"), ("B", "2")]
