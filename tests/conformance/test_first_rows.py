"""An entity that has rows has all its indexes; one that has none has the key that its writing relies on."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_migrations import described, run, with_field

from batches import START, alert, person, select, write
from conftest import Loaded
from servers import TestServer
from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind, catalogue
from watchroom.store.database import Database
from watchroom.store.dropping import Standpoint
from watchroom.store.dump import loading, snapshot
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.model_plan import apply_additions, plan
from watchroom.store.schema import migrate
from watchroom.store.tables import Shape, shapes_of

MENTORED = Field(
    name="hmpps_x_mentor_id", kind=FieldKind.REFERENCE, description="Who mentors the person.", target="person"
)


def indexes(database: Database) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, index in select(
        database,
        "select i.indrelid::regclass::text, c.relname from pg_index as i join pg_class as c on c.oid = i.indexrelid"
        " where c.relnamespace = 'record'::regnamespace and i.indisvalid and not i.indisprimary",
    ):
        found.setdefault(str(table).removeprefix("record."), set()).add(str(index))
    return found


def has_rows(database: Database, shape: Shape) -> bool:
    return select(database, f"select exists (select from record.{shape.table})") == [(True,)]


def lacking(database: Database, model: Catalogue) -> tuple[set[str], set[str]]:
    """Entities that have rows, and those of them that lack an index."""
    present = indexes(database)
    filled, without = set[str](), set[str]()
    for entity in model.entities.values():
        both = list(shapes_of(entity))
        if any(has_rows(database, shape) for shape in both):
            filled.add(entity.name)
            if any(one.name not in present.get(shape.table, ()) for shape in both for one in shape.indexes):
                without.add(entity.name)
    return filled, without


def number(entities: Iterable[Entity], *, late: bool = True) -> int:
    return sum(one.is_late is late for entity in entities for shape in shapes_of(entity) for one in shape.indexes)


def test_every_entity_that_a_delivery_fills_has_all_its_indexes(loaded: Loaded) -> None:
    filled, without = lacking(loaded.database, catalogue())
    assert len(filled) > 15
    assert without == set()


def test_an_entity_that_nobody_fills_has_its_unique_key_and_no_index_more(database: Database) -> None:
    present = indexes(database)
    assert len(present) == len(catalogue().entities)
    assert sum(map(len, present.values())) == number(catalogue().entities.values(), late=False)


def test_what_a_writing_relies_on_is_never_late() -> None:
    for entity in catalogue().entities.values():
        current, _ = shapes_of(entity)
        unique = [one for one in current.indexes if one.columns == ("source_system", "source_key")]
        assert [(one.unique, one.is_late) for one in unique] == [(True, False)]


def test_two_who_write_first_at_once_do_not_clash(database: Database) -> None:
    entities = [catalogue().entity(name) for name in ("person", "custody_episode", "alert", "visit")]
    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(lambda turn: make_late_indexes(database, entities[:: turn % 2 or -1]), range(6)))
    assert sum(made) == number(entities)
    assert make_late_indexes(database, entities) == 0


def test_a_fresh_schema_that_is_filled_equals_one_that_was_filled_and_grew(
    database: Database, server: TestServer
) -> None:
    model = with_field(catalogue(), "person", MENTORED)
    rows = {"person": [person("1")], "alert": [alert("1", "1")]}
    write(database, rows, hour=0)
    migrate(database, model=model)
    with server.database() as fresh:
        migrate(fresh, model=model)
        write(fresh, rows, hour=0, model=model)
        assert described(fresh) == described(database)
    assert lacking(database, model) == ({"person", "alert"}, set())
    assert migrate(database, model=model).statements == 0


@pytest.mark.parametrize("is_filled", [True, False])
def test_an_index_of_a_new_field_is_made_at_once_only_where_there_are_rows(
    database: Database,
    is_filled: bool,
) -> None:
    model = with_field(catalogue(), "person", MENTORED)
    if is_filled:
        write(database, {"person": [person("1")]}, hour=0)
    here = Standpoint(model=catalogue(), at=START)
    apply_additions(database, model, seen_from=here, before_commit=lambda _: None)
    assert ("person__hmpps_x_mentor_id" in indexes(database)["person"]) is is_filled
    assert not plan(database, model, seen_from=here).changes
    write(database, {"person": [person("2")]}, hour=1, is_full=False, model=model)
    assert lacking(database, model) == ({"person"}, set())


def test_rows_that_were_put_there_without_them_get_their_indexes_with_the_next_version(database: Database) -> None:
    write(database, {"person": [person("1")]}, hour=0)
    late = [one.name for shape in shapes_of(catalogue().entity("person")) for one in shape.indexes if one.is_late]
    run(database, "".join(f"drop index record.{name};" for name in late))
    assert migrate(database).statements == sum(name.startswith("person__") for name in late)
    assert "person__seq_from" in indexes(database)["person"]


def test_what_is_restored_has_its_indexes_also_where_only_history_is_left(
    database: Database, server: TestServer
) -> None:
    write(database, {"person": [person("1")], "alert": [alert("1", "1")]}, hour=0)
    write(database, {"alert": []}, hour=1)
    assert select(database, "select count(*) from record.alert") == [(0,)]
    with server.database() as fresh:
        with snapshot(database) as taken, loading(fresh, model=catalogue()) as rows:
            for table in taken.tables:
                rows.rows(table, taken.rows(table))
        assert lacking(fresh, catalogue()) == ({"person", "alert"}, set())
        assert indexes(fresh) == indexes(database)
